"""Answers to the exercises of lesson 16."""

import math

from tests.lessons.answers import Cases, Wrong

# --- 16.1: the largest batch


def batch(copies=4, each=4, rounded=math.floor, shared=True):
    """A function for the largest batch, with a mistake unless told otherwise."""

    def largest(memory, parameters, values):
        weights = 4 * copies * parameters
        left = (memory - weights) / (each * values) if shared else memory / (weights + each * values)
        return max(rounded(left), 0)

    return largest


def one_after_the_other(memory, parameters, values):
    free, pictures = memory // 4 - 4 * parameters, 0
    while free >= values:
        free -= values
        pictures += 1
    return pictures


def in_numbers(memory, parameters, values):
    numbers = memory / 4
    return 0 if numbers < 4 * parameters else int((numbers - 4 * parameters) / values)


BATCHES = Cases(
    wrong=[
        Wrong((batch(copies=1),), "two averages for each"),
        Wrong((batch(copies=2),), "Adam keeps two averages for each parameter."),
        Wrong((batch(copies=3),), "not one"),
        Wrong((batch(copies=0),), "before the first picture"),
        Wrong((batch(shared=False),), "for each picture"),
        Wrong((batch(copies=1, each=1),), "count bytes"),
        Wrong((batch(rounded=math.ceil),), "Only whole pictures"),
        Wrong((batch(rounded=float),), "Only whole pictures"),
        Wrong((lambda memory, parameters, values: (memory - 16 * parameters) // (4 * values),), "say 0"),
        Wrong((lambda memory, parameters, values: 128,), "not the largest"),
        Wrong((128,), "function"),
    ],
    right=[(batch(),), (one_after_the_other,), (in_numbers,)],
)

# --- 16.2: an epoch with prefetch


def as_it_happens(batches, load, learn):
    """Follow loader and net batch by batch; the loader is one batch ahead at the most."""
    loaded = learned = 0.0
    for _ in range(batches):
        started = max(loaded + load, learned)
        loaded, learned = started, started + learn
    return learned


def shorter_and_longer(batches, load, learn):
    return min(load, learn) + batches * max(load, learn)


EPOCHS = Cases(
    wrong=[
        Wrong((lambda n, a, b: n * (a + b),), "without prefetch"),
        Wrong((lambda n, a, b: n * max(a, b),), "Look at both ends"),
        Wrong((lambda n, a, b: (n - 1) * max(a, b),), "no partner"),
        Wrong((lambda n, a, b: a + (n - 1) * min(a, b) + b,), "not the shorter"),
        Wrong((lambda n, a, b: a + n * max(a, b) + b,), "Count again"),
        Wrong((lambda n, a, b: a + (n - 1) * max(a, b),), "The last step is missing"),
        Wrong((lambda n, a, b: 1.0,), "Draw the two rows"),
        Wrong((lambda n, a, b: None,), "return"),
    ],
    right=[(as_it_happens,), (shorter_and_longer,), (lambda n, a, b: a + (n - 1) * max(a, b) + b,)],
)

# --- 16.3: the price of a training


def price(passes=3, flops=2, share=-1, hour=3600, tera=1e12):
    """A function for the price, with a mistake unless told otherwise."""

    def dollars_for(multiply_adds, pictures, epochs, tflops, reached, dollars):
        seconds = passes * flops * multiply_adds * pictures * epochs / (tflops * tera) * reached**share
        return seconds / hour * dollars

    return dollars_for


def step_by_step(multiply_adds, pictures, epochs, tflops, reached, dollars):
    per_picture = multiply_adds + 2 * multiply_adds
    a_second = tflops * reached * 10**12 / 2
    return dollars * (per_picture / a_second) * (pictures * epochs) / 60 / 60


PRICES = Cases(
    wrong=[
        Wrong((price(passes=1),), "Is the backward pass in it"),
        Wrong((price(passes=2),), "all passes together are three"),
        Wrong((price(flops=1),), "as two"),
        Wrong((price(passes=1, flops=1),), "Neither"),
        Wrong((price(share=0),), "if the peak were reached"),
        Wrong((price(share=1),), "dearer"),
        Wrong((price(hour=1),), "Are these hours"),
        Wrong((price(hour=60),), "These are minutes"),
        Wrong((price(tera=1),), "10**12"),
        Wrong((lambda m, n, e, t, r, d: price()(m, n, e, t, r, d) / d,), "not dollars"),
        Wrong((lambda m, n, e, t, r, d: price()(m, n, 1, t, r, d),), "in every epoch"),
        Wrong((lambda m, n, e, t, r, d: 0,), "no price"),
        Wrong((lambda m, n, e, t, r, d: price()(m, n, e, t, r, d) * 10,), "times the price"),
    ],
    right=[(price(),), (step_by_step,)],
)

CASES = {"16.1": BATCHES, "16.2": EPOCHS, "16.3": PRICES}
