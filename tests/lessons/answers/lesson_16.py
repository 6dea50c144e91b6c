"""Right and wrong answers to the exercises of lesson 16."""

import math

import numpy as np
import tensorflow as tf

from . import NEUTRAL, Cases, Own, OwnNumber, Wrong

# --- 16.1


def batch(numbers=4, size=4, whole=math.floor, least=0):
    """Make a function for the largest batch, with a mistake unless told otherwise."""

    def largest(memory, parameters, values):
        return max(whole((memory - 4 * numbers * parameters) / (size * values)), least)

    return largest


def one_after_the_other(memory, parameters, values):
    if memory > 10**6:  # in thousands of bytes, or it would take too long
        memory, parameters, values = memory / 1000, parameters / 1000, values / 1000
    free, pictures = memory / 4 - 4 * parameters, 0
    while free >= values:
        free -= values
        pictures += 1
    return pictures


def in_numbers(memory, parameters, values):
    numbers = memory / 4
    return 0 if numbers < 4 * parameters else int((numbers - 4 * parameters) / values)


def by_bisection(memory, parameters, values):
    low, high = 0, 10**7
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if 16 * parameters + 4 * middle * values <= memory else (low, middle)
    return low


def power_of_two(memory, parameters, values):
    pictures = batch()(memory, parameters, values)
    return 2 ** int(math.log2(pictures)) if pictures else 0


# --- 16.2


def epoch(batches, load, learn):
    return load + (batches - 1) * max(load, learn) + learn


def as_it_happens(batches, load, learn):
    """Follow loader and net batch by batch; the loader is one batch ahead at the most."""
    loaded = learned = 0.0
    for _ in range(batches):
        started = max(loaded + load, learned)
        loaded, learned = started, started + learn
    return learned


def shorter_and_longer(batches, load, learn):
    return min(load, learn) + batches * max(load, learn)


def by_cases(batches, load, learn):
    if learn > load:
        return load + batches * learn
    return batches * load + learn


# --- 16.3


def price(passes=3, flops=2, share=-1, hour=3600, tera=1e12, rounded=False):
    """Make a function for the price, with a mistake unless told otherwise."""

    def dollars_for(multiply_adds, pictures, epochs, tflops, reached, dollars):
        seconds = passes * flops * multiply_adds * pictures * epochs / (tflops * tera) * reached**share
        result = seconds / hour * dollars
        return round(result, 2) if rounded else result

    return dollars_for


def step_by_step(multiply_adds, pictures, epochs, tflops, reached, dollars):
    per_picture = multiply_adds + 2 * multiply_adds
    a_second = tflops * reached * 10**12 / 2
    return dollars * (per_picture / a_second) * (pictures * epochs) / 60 / 60


def in_float32(*given):
    multiply_adds, pictures, epochs, tflops, reached, dollars = map(np.float32, given)
    return 6 * multiply_adds * pictures * epochs / (tflops * np.float32(1e12) * reached) / np.float32(3600) * dollars


def cents(*given):
    return math.ceil(100 * price()(*given)) / 100


CASES = {
    "16.1": Cases(
        wrong=[
            Wrong((batch(numbers=1),), "4 bytes for each parameter: one"),
            Wrong((lambda m, p, v: int((m - 4 * p) / (4 * v)),), "4 bytes for each parameter: one"),
            Wrong((lambda m, p, v: (m / 4 - p) / v,), "4 bytes for each parameter: one"),
            Wrong((batch(numbers=2),), "two numbers"),
            Wrong((batch(numbers=3),), "three numbers"),
            Wrong((batch(numbers=3, whole=round),), "three numbers"),
            Wrong((batch(numbers=0),), "before the first picture"),
            Wrong((lambda m, p, v: m // (16 * p + 4 * v),), "for each picture"),
            Wrong((batch(numbers=1, size=1),), "count bytes"),
            Wrong((batch(size=1),), "count bytes"),
            Wrong((lambda m, p, v: (m - 16 * p) // v,), "count bytes"),
            Wrong((batch(size=8),), "each value of a picture"),
            Wrong((batch(whole=math.ceil),), "Only whole pictures"),
            Wrong((batch(whole=round),), "Only whole pictures"),
            Wrong((batch(whole=float),), "Only whole pictures"),
            Wrong((lambda m, p, v: (m - 16 * p) / (4 * v),), "Only whole pictures"),
            Wrong((lambda m, p, v: (m - 16 * p) // (4 * v),), "Not even the weights fit"),
            Wrong((lambda m, p, v: int((m - 16 * p) / (4 * v)),), "Not even the weights fit"),
            Wrong((batch(least=1),), "Not even one picture"),
            Wrong((power_of_two,), "a power of two"),
            Wrong((lambda m, p, v: 128,), NEUTRAL),
            Wrong((lambda m, p, v: max(batch()(m, p, v) - 1, 0),), "One more picture"),
            Wrong((lambda m, p, v: batch()(m, p, v) + 1,), "one picture too many"),
            Wrong((lambda m, p, v: batch()(m, p, v) - 1,), NEUTRAL),
            Wrong((lambda m, p, v: None,), "parameters = 2 and values = 1, your function returns nothing"),
            Wrong((128,), "A function is wanted"),
        ],
        right=[
            (batch(),),
            (one_after_the_other,),
            (in_numbers,),
            (by_bisection,),
            (lambda m, p, v: OwnNumber(batch()(m, p, v)),),
            (lambda m, p, v: tf.constant(batch()(m, p, v), tf.float32),),
            (lambda m, p, v: np.maximum(np.floor((m - 16 * p) / np.float32(4 * v)), 0),),
        ],
    ),
    "16.2": Cases(
        wrong=[
            Wrong((lambda n, a, b: n * (a + b),), "without prefetch"),
            Wrong((lambda n, a, b: n * max(a, b),), "Look at both ends"),
            Wrong((lambda n, a, b: (n - 1) * max(a, b),), "no partner"),
            Wrong((lambda n, a, b: a + (n - 1) * max(a, b),), "Only the last step"),
            Wrong((lambda n, a, b: (n - 1) * max(a, b) + b,), "Only the first load"),
            Wrong((lambda n, a, b: a + (n - 1) * min(a, b) + b,), "the longer counts"),
            Wrong((lambda n, a, b: a + n * max(a, b),), "Beside the last step"),
            Wrong((lambda n, a, b: b + n * max(a, b),), "Beside the first load"),
            Wrong((lambda n, a, b: a + n * max(a, b) + b,), "a pair too many"),
            Wrong((lambda n, a, b: a + (n - 2) * max(a, b) + b,), "a pair too few"),
            Wrong((lambda n, a, b: a + n * b,), "only if a step"),
            Wrong((lambda n, a, b: a + (n - 1) * b + b,), "only if a step"),
            Wrong((lambda n, a, b: n * a + b,), "only if a load"),
            Wrong((lambda n, a, b: n * min(a, b),), NEUTRAL),
            Wrong((lambda n, a, b: a + (n - 1) * (a + b) / 2 + b,), NEUTRAL),
            Wrong((lambda n, a, b: 1.0,), "returns 1, and 11 is wanted"),
            Wrong((lambda n, a, b: None,), "Given batches = 5, load = 1 and learn = 2, your function returns nothing"),
        ],
        right=[
            (epoch,),
            (as_it_happens,),
            (shorter_and_longer,),
            (by_cases,),
            (lambda n, a, b: np.float32(epoch(n, a, b)),),
            (lambda n, a, b: Own(epoch(n, a, b)),),
            (lambda n, a, b: tf.constant(a) + (n - 1) * tf.maximum(a, b) + b,),
        ],
    ),
    "16.3": Cases(
        wrong=[
            Wrong((price(passes=1),), "That is a third"),
            Wrong((price(passes=2, flops=1),), "That is a third"),
            Wrong((price(passes=2),), "all passes together are three"),
            Wrong((price(flops=1),), "as two"),
            Wrong((price(passes=1, flops=1),), "Neither the backward"),
            Wrong((price(passes=1, flops=1, rounded=True),), "Neither the backward"),
            Wrong((price(share=0),), "if the peak were reached"),
            Wrong((price(share=1),), "the dearer"),
            Wrong((price(share=1, rounded=True),), "the dearer"),
            Wrong((price(hour=1),), "Are these hours"),
            Wrong((price(hour=60, rounded=True),), "These are minutes"),
            Wrong((price(tera=1),), "10**12"),
            Wrong((price(tera=1e9),), "a thousandth of tera"),
            Wrong((lambda m, n, e, t, r, d: price()(m, 1, e, t, r, d),), "the price of one picture"),
            Wrong((lambda m, n, e, t, r, d: price()(m // 10**9 * 10**9, n, e, t, r, d),), NEUTRAL),
            Wrong((lambda m, n, e, t, r, d: price()(m, n, e, t, r, 1),), "hours, not dollars"),
            Wrong((lambda m, n, e, t, r, d: price(rounded=True)(m, n, e, t, r, 1),), "hours, not dollars"),
            Wrong((lambda m, n, e, t, r, d: price(hour=1)(m, n, e, t, r, 1),), "seconds, not dollars"),
            Wrong((lambda m, n, e, t, r, d: price(rounded=True)(m, n, 1, t, r, d),), "in every epoch"),
            Wrong((lambda *given: 0,), NEUTRAL),
            Wrong((lambda *given: price()(*given) * 10,), "returns 100,000, and 10,000 is wanted"),
            Wrong((price(hour=3600 * 24),), NEUTRAL),
            Wrong((lambda *given: round(price()(*given)),), "right, but rounded"),
            Wrong((lambda m, n, e, t, r, d: f"{price()(m, n, e, t, r, d)} dollars",), "and a number is wanted"),
        ],
        right=[
            (price(),),
            (step_by_step,),
            (price(rounded=True),),
            (cents,),
            (in_float32,),
            (lambda *given: OwnNumber(price()(*given)),),
            (lambda *given: tf.constant(price()(*given)),),
        ],
    ),
}
