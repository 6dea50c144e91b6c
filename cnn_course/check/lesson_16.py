"""Checks of lesson 16, a GPU and several."""

import math
from typing import Any

import numpy as np

from cnn_course.check.engine import Hint, call, number, register

# --- 16.1 ------------------------------------------------------------------------------------------------

_GB = 10**9


@register("16.1", right="A net with few parameters and large maps fills a GPU with pictures, not with weights.")
def largest_batch(answer: Any) -> None:
    """Exercise 16.1 wants a function: memory in bytes, parameters, values a picture -> largest batch, 0 if none."""
    rng = np.random.default_rng(16)
    for memory in (16 * _GB, 24 * _GB, 40 * _GB):
        parameters, values = int(rng.integers(10, 400)) * 1_000_003, int(rng.integers(2, 30)) * 1_000_033
        _check_batch(answer, memory, parameters, values)
    _check_batch(answer, 16 * _GB, 995_000_000, 30_000_000)  # 80 MB are left: not one picture
    _check_batch(answer, 8 * _GB, 600_000_000, 5_000_000)  # the weights alone are too much


def _check_batch(answer: Any, memory: int, parameters: int, values: int) -> None:
    given = f"{memory // _GB} GB, {parameters:,} parameters and {values:,} values"
    result = number(call(answer, memory, parameters, values, given=given), "The batch")
    wanted = max((memory - 16 * parameters) // (4 * values), 0)
    if result == wanted:
        return
    if result < 0:
        raise Hint(f"Given {given}, your batch is {result:g}. Not even the weights fit: say 0 then.")
    exact = (memory - 16 * parameters) / (4 * values)
    if math.isclose(result, max(exact, 0), rel_tol=1e-9) or result == math.ceil(exact) or result == round(exact):
        raise Hint(f"Given {given}, your batch is {result:g}. Only whole pictures count, and the last must fit, too.")
    mistakes = {
        "Did you count bytes? A float32 has four, wherever it belongs.": (memory - 4 * parameters) / values,
        "The weights are not all: their gradients are kept, and two averages for each.": (memory - 4 * parameters)
        / (4 * values),
        "Adam keeps two averages for each parameter.": (memory - 8 * parameters) / (4 * values),
        "Adam keeps two averages for each parameter, not one.": (memory - 12 * parameters) / (4 * values),
        "The parameters take memory, too, before the first picture.": memory / (4 * values),
        "Is the memory of the parameters counted once, or for each picture?": memory / (16 * parameters + 4 * values),
    }
    for mistake, then in mistakes.items():
        if math.isclose(result, then, rel_tol=1e-9) or result == math.floor(then):
            raise Hint(f"Given {given}, your batch is {result:g}. {mistake}")
    raise Hint(f"Given {given}, your batch is {result:g}, and that is not the largest one that fits.")


# --- 16.2 ------------------------------------------------------------------------------------------------


@register("16.2", right="Many batches on: an epoch takes the larger of the two times, batch after batch.")
def epoch_with_prefetch(answer: Any) -> None:
    """Exercise 16.2 wants a function: batches, seconds to load, seconds to learn -> seconds with `prefetch(1)`."""
    for batches, load, learn in ((5, 0.25, 0.5), (7, 0.75, 0.125), (40, 0.5, 0.5), (1, 0.25, 0.375)):
        given = f"{batches} batches, {load} s to load and {learn} s to learn"
        result = number(call(answer, batches, load, learn, given=given), "The time")
        longer = max(load, learn)
        wanted = load + (batches - 1) * longer + learn
        if math.isclose(result, wanted, rel_tol=1e-9):
            continue
        mistakes = {
            "That is one after the other, without prefetch.": batches * (load + learn),
            "In between it is right, but the first load and the last step have no partner.": (batches - 1) * longer,
            "Almost. Look at both ends: does the first load or the last step stand in it?": batches * longer,
            "While one batch is learned from, the next is loaded: the longer of the two counts, not the shorter.": load
            + (batches - 1) * min(load, learn)
            + learn,
            "Count again how often a load and a step run side by side: the first load has no step beside it.": load
            + batches * longer
            + learn,
            "The last step is missing.": load + (batches - 1) * longer,
        }
        for mistake, then in mistakes.items():
            if math.isclose(result, then, rel_tol=1e-9):
                raise Hint(f"Given {given}, your answer is {result:g} s. {mistake}")
        raise Hint(f"Given {given}, your answer is {result:g} s. Draw the two rows of the figure for it.")


# --- 16.3 ------------------------------------------------------------------------------------------------


@register("16.3", right="Keep it: with the numbers of your own net and today's price it answers the question at once.")
def price_of_a_training(answer: Any) -> None:
    """Exercise 16.3 wants a function: multiply-adds, pictures, epochs, TFLOPS, share reached, dollars -> dollars."""
    rng = np.random.default_rng(163)
    for _ in range(3):
        multiply_adds, pictures = int(rng.integers(2, 90)) * 10**8, int(rng.integers(5, 90)) * 1_000
        epochs, tflops = int(rng.choice([5, 7, 11, 13])), float(rng.integers(5, 40))
        reached, dollars = float(rng.integers(11, 45)) / 100, float(rng.integers(3, 30)) / 8
        given = (
            f"{multiply_adds:,} multiply-adds, {pictures:,} pictures, {epochs} epochs, {tflops:g} TFLOPS, a share of "
            f"{reached:g} and {dollars:g} dollars"
        )
        result = number(call(answer, multiply_adds, pictures, epochs, tflops, reached, dollars, given=given), "Price")
        wanted = 6 * multiply_adds * pictures * epochs / (tflops * 1e12 * reached) / 3600 * dollars
        if math.isclose(result, wanted, rel_tol=1e-6):
            continue
        mistakes = {
            "Is the backward pass in it?": wanted / 3,
            "Backward is twice as much as forward, so all passes together are three.": wanted * 2 / 3,
            "TFLOPS count a multiplication and an addition as two.": wanted / 2,
            "Neither the backward pass nor the two FLOPs of a multiply-add are in it.": wanted / 6,
            "That would be so if the peak were reached.": wanted * reached,
            "If less of the peak is reached, it must become dearer, not cheaper.": wanted * reached**2,
            "The price is for an hour. Are these hours?": wanted * 3600,
            "These are minutes, and the price is for an hour.": wanted * 60,
            "These are hours, not dollars.": wanted / dollars,
            "Each picture is seen once in every epoch.": wanted / epochs,
            "A TFLOPS is 10**12 a second.": wanted * 1e12,
        }
        for mistake, then in mistakes.items():
            if math.isclose(result, then, rel_tol=1e-6):
                raise Hint(f"Given {given}, your answer is {result:.4g}. {mistake}")
        times = f"{result / wanted:.3g} times the price" if result > 0 else "no price"
        raise Hint(f"Given {given}, your answer is {result:.4g}: {times}. Go through the units one by one.")
