"""Checks of lesson 16: the largest batch, a pipeline from files, and the time of a training step."""

from itertools import product
from math import ceil, floor, inf
from typing import Any

from cnn_course.check.engine import Hint, call, judge, kind, number, register


@register("16.1", right="A net with few parameters and large maps fills a GPU with pictures, not with weights.")
def largest_batch(answer: Any) -> None:
    """16 bytes for each parameter, 4 for each value of each picture; 0 where not even one picture fits."""

    def exact(memory: int, parameters: int, values: int, kept: int = 16, each: int = 4) -> float:
        return (memory - kept * parameters) / (each * values)

    cases = [(200, 2, 1), (60, 3, 4), (50, 4, 1), (16 * 10**9, 10**8, 9_100_000), (24 * 10**9, 10**9, 2 * 10**7)]
    judge(answer, lambda memory, parameters, values: max(floor(exact(memory, parameters, values)), 0), cases, [
        *[(lambda *g, way=way: way(exact(*g)), "Not even the weights fit here: say 0 then.") for way in (floor, int)],
        (lambda *g: max(floor(exact(*g)), 1), "Not even one picture fits here: say 0 then."),
        (lambda *g: max(floor(exact(*g)) - 1, 0), "One more picture would still fit."),
        (lambda *g: max(floor(exact(*g)), 0) + 1, "That is one picture too many."),
        (lambda *g: 2 ** max(floor(exact(*g)), 0).bit_length() // 2, "A batch need not be a power of two."),
        (lambda m, p, v: m // (16 * p + 4 * v), "Are the parameters kept once, or for each picture?"),
        *[(lambda *g, way=way, low=low: max(way(exact(*g)), low), "Only whole pictures count, and the last must fit, "
          "too.") for way, low in product((float, ceil, round), (-inf, 0))],
        *[(lambda m, p, v, a=a, b=b, way=way, low=low: max(way(exact(m, p, v, a, b)), low), hint) for a, b, hint in [
            (4, 1, "Did you count bytes? A float32 has four, wherever it is."),
            (16, 1, "Did you count bytes? A float32 has four, wherever it is."),
            (0, 4, "The parameters take memory, too, before the first picture."),
            (4, 4, "You take 4 bytes for each parameter: one number. What else is kept for it?"),
            (8, 4, "You take 8 bytes for each parameter: two numbers. What else is kept for it?"),
            (12, 4, "You take 12 bytes for each parameter: three numbers. What else is kept for it?"),
            (16, 8, "You take 8 bytes for each value of a picture; a float32 has four."),
        ] for way, low in product((float, floor, int, ceil, round), (-inf, 0))],
    ])  # fmt: skip


@register("16.2", right="Read once, shuffle and augment in every epoch: the cache stands between the two.")
def pipeline(answer: Any) -> None:
    """Photos that are numbers: what is opened and drawn is counted, over three epochs."""
    import numpy as np
    import tensorflow as tf

    count, batch = 52, 16
    paths, labels = [f"photo-{number}" for number in range(count)], [(7 * number) % 5 for number in range(count)]
    opened: list[int] = []
    drawn: list[int] = []

    def open_file(path: Any) -> Any:
        opened.append(int(path.numpy().decode().split("-")[1]))
        return np.full((2, 2, 3), 10.0 * opened[-1], np.float32)

    def load(path: Any, label: Any) -> Any:
        return tf.ensure_shape(tf.py_function(open_file, [path], tf.float32), (2, 2, 3)), label

    def noise(_: Any) -> Any:
        drawn.append(len(drawn))
        return np.float32(1 + drawn[-1] % 1000 / 500)

    def augment(pictures: Any) -> Any:
        return pictures + tf.ensure_shape(tf.py_function(noise, [tf.shape(pictures)[0]], tf.float32), ())

    given = "paths, labels, a function that loads and one that augments"
    data = call(answer, paths, labels, load, augment, given=given)
    if not isinstance(data, tf.data.Dataset):
        raise Hint(f"A tf.data.Dataset is wanted, and this is {kind(data)}.")
    epochs = [call(_one_epoch, data, 3 * count, given="three epochs of your data set") for _ in range(3)]
    if any(len(epoch) >= 3 * count for epoch in epochs):
        raise Hint("An epoch of your data set does not end: does it `repeat()`?")
    if not all(isinstance(part, tuple) and len(part) == 2 for epoch in epochs for part in epoch):
        raise Hint("Each element should be a pair: pictures and their labels.")
    shapes = [np.shape(pictures) for pictures, _ in epochs[0]]
    if any(len(shape) == 3 for shape in shapes):
        raise Hint("Your data set gives the pictures one by one. What makes batches of them?")
    if any(len(shape) != 4 or shape[1:] != (2, 2, 3) for shape in shapes):
        raise Hint(f"A batch should have the shape (16, height, width, 3); one of yours has {len(shapes[0])} axes: "
                   f"{shapes[0]}.")  # fmt: skip
    whole = [np.concatenate([pictures[:, 0, 0, 0] for pictures, _ in epoch]) for epoch in epochs]
    kinds = [np.concatenate([np.ravel(label) for _, label in epoch]) for epoch in epochs]
    numbers = [np.floor(values / 10).astype(int) for values in whole]
    noises = [values - 10 * number for values, number in zip(whole, numbers, strict=True)]
    if any(len(number) < count for number in numbers):
        raise Hint(f"There are {count} photos, and an epoch has {min(map(len, numbers))}: the last, smaller batch is "
                   "missing.")  # fmt: skip
    if any(sorted(number) != list(range(count)) for number in numbers):
        raise Hint("Some photos come more than once in an epoch, and others not at all.")
    if max(shape[0] for shape in shapes) != batch:
        raise Hint(f"The batches should have 16 pictures; yours have {max(shape[0] for shape in shapes)}.")
    if any((kind_ != np.asarray(labels)[number]).any() for kind_, number in zip(kinds, numbers, strict=True)):
        raise Hint("The labels do not belong to their pictures any more. Was only one of the two shuffled?")
    if len(opened) > count:
        raise Hint(f"In three epochs, {len(opened)} files were opened for {count} photos. What stands before the "
                   "cache?")  # fmt: skip
    if all((noise_ == 0).all() for noise_ in noises):
        raise Hint("The pictures are as they were loaded: `augment` was not used.")
    orders = [number.tolist() for number in numbers]
    if orders[0] == list(range(count)) and orders[1] == orders[0]:
        raise Hint("Every epoch has the order of the list: nothing is shuffled.")
    if orders[0] == orders[1] or orders[1] == orders[2]:
        raise Hint("The photos were shuffled once: all epochs have the same order.")
    by_photo = [noise_[np.argsort(number)] for noise_, number in zip(noises, numbers, strict=True)]
    if (by_photo[0] == by_photo[1]).all():
        raise Hint("Each photo was augmented once, and is the same in every epoch.")


def _one_epoch(data: Any, most: int) -> list[Any]:
    epoch = []
    for part in data:
        epoch.append(tuple(one.numpy() for one in part) if isinstance(part, tuple | list) else part)
        if len(epoch) >= most:
            break
    return epoch


@register("16.3", right="Pictures a second are the batch divided by it: the number to compare machines by.")
def step_time(answer: Any) -> None:
    """A model whose step takes a known time, and whose first one takes much longer."""
    import numpy as np

    model, x, y, batch = _slow_model(), np.zeros((320, 4), np.float32), np.zeros(320, np.float32), 32
    given = "a model, 320 pictures, their labels and batch = 32"
    value = number(call(answer, model, x, y, batch, given=given), "The result")
    if not model.seen:
        what = "The model was used, but not trained." if model.used else "The model has not taken a single step."
        raise Hint(what)
    if model.largest != batch:
        raise Hint(f"The steps you timed had {model.largest} pictures, not 32: is `batch` handed on?")
    pace = float(np.median(np.diff(model.ends))) if len(model.ends) > 1 else _STEP  # a busy machine is slower
    if 0.8 * _STEP <= value <= 1.8 * pace:
        return
    if len(model.seen) == 1:
        raise Hint("You took a single step, and that is the one that compiles. Take one before you start the clock.")
    whole = sum(model.seen)
    for wanted, hint in [
        (whole / len(model.seen), "The first step, which compiles, is in it. Take one before you start the clock."),
        (whole, "That is the time of all steps together, the first one included. How many were there?"),
        (whole - model.seen[0] + pace, "That is the time of several steps. How many were there?"),
        (whole - model.seen[0], "That is the time of several steps. How many were there?"),
        (1000 * pace, "These are milliseconds; seconds are wanted."),
        (pace / batch, "That is the time of one picture, not of one step."),
        (1 / pace, "These are steps a second; seconds a step are wanted."),
        (batch / pace, "These are pictures a second; seconds a step are wanted."),
        (_USE, "That is the time of a forward pass; a training step was asked for."),
    ]:
        if 0.85 * wanted <= value <= 1.25 * wanted:
            raise Hint(hint)
    raise Hint(f"A step of this model takes about {pace:.2g} s, and your function returns {value:.3g}.")


_STEP, _FIRST, _USE = 0.1, 1.5, 0.04  # seconds of a step of the check's model, of its first one, and of a forward pass


def _slow_model() -> Any:
    """A Keras model that sleeps: its first step longest, as if it were compiled."""
    import time

    import keras

    class Slow(keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(1)
            self.seen: list[float] = []  # seconds of each training step
            self.ends: list[float] = []  # when it ended
            self.largest = 0
            self.used = False

        def call(self, x: Any) -> Any:
            return self.dense(x)

        def train_step(self, data: Any) -> dict[str, float]:
            start = time.perf_counter()
            time.sleep(_STEP if self.seen else _FIRST)
            self.ends.append(time.perf_counter())
            self.seen.append(self.ends[-1] - start)
            self.largest = max(self.largest, len(data[0]))
            return {"loss": 0.0}

        def test_step(self, data: Any) -> dict[str, float]:
            self.used = True
            time.sleep(_USE)
            return {"loss": 0.0}

        def predict_step(self, data: Any) -> Any:
            self.used = True
            time.sleep(_USE)
            return self(data[0] if isinstance(data, tuple) else data)

    model = Slow()
    model(keras.ops.zeros((1, 4)))
    model.compile("sgd", "mse", run_eagerly=True)
    return model
