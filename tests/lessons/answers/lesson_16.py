"""Right and wrong answers to the exercises of lesson 16."""

import math
import time

import keras
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


def made(*stages, size=16):
    """A pipeline of stages in this order: load, cache, shuffle, batch, augment, and mistakes."""

    def pipeline(paths, labels, load, augment):
        data = tf.data.Dataset.from_tensor_slices((paths, labels))
        step = {
            "load": lambda data: data.map(load),
            "cache": lambda data: data.cache(),
            "shuffle": lambda data: data.shuffle(len(paths)),
            "shuffle once": lambda data: data.shuffle(len(paths), reshuffle_each_iteration=False),
            "batch": lambda data: data.batch(size),
            "full batches": lambda data: data.batch(size, drop_remainder=True),
            "unbatch": lambda data: data.unbatch(),
            "augment": lambda data: data.map(lambda pictures, labels: (augment(pictures), labels)),
            "repeat": lambda data: data.repeat(),
            "pictures only": lambda data: data.map(lambda pictures, labels: pictures),
            "prefetch": lambda data: data.prefetch(tf.data.AUTOTUNE),
        }
        for stage in stages:
            data = step[stage](data)
        return data

    return pipeline


def from_two_data_sets(paths, labels, load, augment):
    pictures = tf.data.Dataset.from_tensor_slices(paths).map(lambda path: load(path, 0)[0]).cache()
    data = tf.data.Dataset.zip((pictures, tf.data.Dataset.from_tensor_slices(labels)))
    return data.shuffle(1000).batch(16).map(lambda x, y: (augment(x), y), num_parallel_calls=2).prefetch(2)


def only_pictures_shuffled(paths, labels, load, augment):
    pictures = tf.data.Dataset.from_tensor_slices(paths).map(lambda path: load(path, 0)[0]).cache().shuffle(100)
    data = tf.data.Dataset.zip((pictures, tf.data.Dataset.from_tensor_slices(labels)))
    return data.batch(16).map(lambda x, y: (augment(x), y))


def by_hand(paths, labels, load, augment):
    """No `cache`: all files are read once, into an array."""
    pictures = tf.stack([load(tf.constant(path), 0)[0] for path in paths])
    data = tf.data.Dataset.from_tensor_slices((pictures, labels)).shuffle(len(paths)).batch(16)
    return data.map(lambda x, y: (augment(x), y))


# --- 16.3


def steps_of(times=4, warm=True):
    """Time some calls of `train_on_batch`, one before them or not; hand on seconds and how many."""

    def timed(model, x, y, batch):
        if warm:
            model.train_on_batch(x[:batch], y[:batch])
        start = time.perf_counter()
        for _ in range(times):
            model.train_on_batch(x[:batch], y[:batch])
        return time.perf_counter() - start, times

    return timed


def out_of(timed, result):
    """A function that makes its result of (seconds, steps, batch)."""
    return lambda model, x, y, batch: result(*timed(model, x, y, batch), batch)


def with_fit(model, x, y, batch):
    model.fit(x[:batch], y[:batch], batch_size=batch, verbose=0)
    start = time.perf_counter()
    model.fit(x, y, batch_size=batch, verbose=0)
    return (time.perf_counter() - start) / math.ceil(len(x) / batch)


def fit_with_the_first(model, x, y, batch):
    start = time.perf_counter()
    model.fit(x, y, batch_size=batch, verbose=0)
    return (time.perf_counter() - start) / math.ceil(len(x) / batch)


def least_of_three(model, x, y, batch):
    taken = []
    for _ in range(4):
        start = time.perf_counter()
        model.train_on_batch(x[:batch], y[:batch])
        taken.append(time.perf_counter() - start)
    return np.float32(min(taken[1:]))


class Clock(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.taken = []

    def on_train_batch_begin(self, batch, logs=None):
        self.start = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        self.taken.append(time.perf_counter() - self.start)


def by_callback(model, x, y, batch):
    clock = Clock()
    model.fit(x, y, batch_size=batch, verbose=0, callbacks=[clock])
    return float(np.median(clock.taken))


def forward_only(model, x, y, batch):
    model.predict_on_batch(x[:batch])
    start = time.perf_counter()
    model.predict_on_batch(x[:batch])
    return time.perf_counter() - start


def default_batch(model, x, y, batch):
    model.train_on_batch(x[:8], y[:8])
    start = time.perf_counter()
    model.train_on_batch(x[:8], y[:8])
    return time.perf_counter() - start


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
            Wrong((made("load", "shuffle", "batch", "augment"),), "files were opened"),
            Wrong((made("cache", "load", "shuffle", "batch", "augment"),), "files were opened"),
            Wrong((made("shuffle", "batch", "cache", "unbatch", "load", "batch", "augment"),), "files were opened"),
            Wrong((made("load", "batch", "augment", "cache"),), "nothing is shuffled"),
            Wrong((made("load", "cache", "batch", "augment"),), "nothing is shuffled"),
            Wrong((made("load", "shuffle", "batch", "cache", "augment"),), "shuffled once"),
            Wrong((made("load", "cache", "shuffle once", "batch", "augment"),), "shuffled once"),
            Wrong((made("load", "augment", "cache", "shuffle", "batch"),), "augmented once"),
            Wrong((made("load", "cache", "shuffle", "batch"),), "`augment` was not used"),
            Wrong((made("load", "cache", "shuffle", "augment"),), "one by one"),
            Wrong((made("load", "cache", "shuffle", "full batches", "augment"),), "smaller batch is missing"),
            Wrong((made("load", "cache", "shuffle", "batch", "augment", size=32),), "yours have 32"),
            Wrong((made("load", "cache", "shuffle", "batch", "augment", "repeat"),), "does not end"),
            Wrong((made("load", "cache", "shuffle", "batch", "augment", "pictures only"),), "a pair"),
            Wrong((made("load", "cache", "shuffle", "batch", "batch", "augment"),), "different shapes"),
            Wrong((only_pictures_shuffled,), "do not belong"),
            Wrong((lambda paths, labels, load, augment: [1, 2],), "A tf.data.Dataset is wanted"),
            Wrong((lambda paths, labels, load, augment: None,), "returns nothing"),
        ],
        right=[
            (made("load", "cache", "shuffle", "batch", "augment", "prefetch"),),
            (made("load", "cache", "shuffle", "augment", "batch"),),
            (made("load", "batch", "cache", "unbatch", "shuffle", "batch", "augment"),),
            (from_two_data_sets,),
            (by_hand,),
        ],
    ),
    "16.3": Cases(
        wrong=[
            Wrong((out_of(steps_of(4, warm=False), lambda s, n, b: s / n),), "The first step, which compiles"),
            Wrong((fit_with_the_first,), "The first step, which compiles"),
            Wrong((out_of(steps_of(1, warm=False), lambda s, n, b: s),), "a single step"),
            Wrong((out_of(steps_of(10), lambda s, n, b: s),), "several steps"),
            Wrong((out_of(steps_of(4), lambda s, n, b: 1000 * s / n),), "milliseconds"),
            Wrong((out_of(steps_of(4), lambda s, n, b: s / n / b),), "one picture"),
            Wrong((out_of(steps_of(4), lambda s, n, b: n / s),), "steps a second"),
            Wrong((out_of(steps_of(4), lambda s, n, b: n * b / s),), "pictures a second"),
            Wrong((forward_only,), "not trained"),
            Wrong((default_batch,), "not 32"),
            Wrong((lambda model, x, y, batch: 0.1,), "has not taken a single step"),
            Wrong((out_of(steps_of(3), lambda s, n, b: None),), "returns nothing"),
            Wrong((out_of(steps_of(3), lambda s, n, b: 0.0 * s),), "your function returns 0"),
        ],
        right=[
            (out_of(steps_of(4), lambda s, n, b: s / n),),
            (with_fit,),
            (least_of_three,),
            (by_callback,),
            (out_of(steps_of(1), lambda s, n, b: Own(s)),),
        ],
    ),
}
