"""Checks of lesson 1: the shape of a batch, preparing one picture, and repairing a spoilt batch."""

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, array, call, compare, judge, number, register, shown
from cnn_course.data import spoil

_BATCH = (32, 240, 320, 3)


@register("1.1", right="As uint8 it would take a quarter of that; float32 costs four bytes for each number.")
def batch(shape: Any, size_in_bytes: Any) -> None:
    """The shape (32, 240, 320, 3), and four bytes for each of its numbers."""
    if isinstance(shape, tuple | list) and shape[:1] in ((None,), [None]):
        raise Hint("None is what Keras writes for a batch of any size. Here you know how many photographs there are.")
    given = array(shape, "The shape")
    compare(given, _BATCH, [
        ((32, 320, 240, 3), "You put the width before the height. Image programs say width × height; NumPy does not."),
        ((32, 3, 240, 320), "Your channels come before the rows, as PyTorch wants it. Keras wants them last."),
        ((32, 3, 320, 240), "Two things: the channels come first here, and the width comes before the height."),
        ((32, 240, 320, 1), "One channel is grey; these photographs are in colour."),
        ((240, 320, 3), "That is one photograph. The axis that counts photographs is missing."),
        ((320, 240, 3), "That is one photograph, and with the width first; the axis that counts them is missing."),
        ((32, 240, 320), "The channel axis is missing: these photographs are in colour."),
        ((1, 240, 320, 3), "That is a batch of one; the folder holds 32."),
        ((240, 320, 3, 32), "The axis that counts the photographs is there, but it belongs in front."),
    ], f"{shown(given)} is not the shape: name each axis aloud, in order.")  # fmt: skip
    values = prod(_BATCH)
    compare(number(size_in_bytes, "The number of bytes"), values * 4, [
        (values, "That is how many numbers there are: the bytes if each took one byte, as in uint8."),
        (values * 8, "That is eight bytes a number: float64. A float32 has 32 bits."),
        (values * 32, "That is bits; a byte has 8 of them."),
        (values * 4 // 32, "That is one photograph of the 32; or you divided the numbers by 8."),
        (values * 4 // 3, "You counted each pixel once; in colour it holds three numbers."),
        *((values * 4 / kilo, "That looks like kilobytes; the question is about bytes.") for kilo in (1000, 1024)),
        (values * 4 / 1e6, "That looks like megabytes; the question is about bytes."),
        (values * 4 / 2**20, "That looks like mebibytes; the question is about bytes."),
    ], "The shape is right; the bytes are not. How many numbers, and how many bytes for each?")  # fmt: skip


@register("1.2", right="Your function now does for one picture what prepare_all does for a batch.")
def prepare(answer: Any) -> None:
    """Feed a random picture that is neither symmetric nor stretched to the full range; judge shape, values, dtype."""
    x = np.random.default_rng(12).integers(20, 220, (28, 28), dtype=np.uint8)
    given = "a uint8 picture of shape (28, 28)"
    result = call(answer, x.copy(), given=given)
    values = array(result, f"Given {given}, what your function returns")
    compare(np.array(values.shape), (1, 28, 28, 1), [
        ((28, 28), "There are still two axes: the batch axis and the channel axis are missing."),
        ((28, 28, 1), "The batch axis is missing: the net would take this for 28 pictures."),
        ((1, 28, 28), "The channel axis is missing at the end. (Keras may add it; do not count on it.)"),
        ((1, 1, 28, 28), "Both new axes stand in front; the channels belong at the end."),
        ((28, 28, 1, 1), "Both new axes stand at the end; the batch belongs in front."),
        ((28, 1, 28, 1), "One new axis has landed between height and width."),
        ((1, 28, 28, 3), "One channel is wanted: the picture is grey."),
        ((1, 784), "You have put all pixels in one row; the net wants height and width as axes of their own."),
    ], f"The shape is {values.shape}; wanted: 1 picture, height 28, width 28, 1 channel, in this order.")  # fmt: skip
    compare(values[0, :, :, 0], x / 255, [
        (x, "The shape is right; but the values still go up to 255. The net learned on 0 to 1."),
        (x // 255, "All values are 0 now: whole-number division (//) or an integer type cut the fractions off."),
        (x / 256, "Divided by 256. The largest value is 255, and white should become exactly 1."),
        (1 - x / 255, "You have inverted the picture: dark has become bright."),
        (x / 127.5 - 1, "That is the range −1 to 1. Some nets want it; ours learned on 0 to 1."),
        (x / 255 / 255, "Divided by 255 twice: the picture is nearly black now."),
        (x / x.max(), "Divided by this picture's own maximum: a dark picture would turn bright. Use the same for all."),
        ((x - x.min()) / np.ptp(x), "Stretched to this picture's own extremes; training used one rule for all."),
        ((x - x.mean()) / x.std(), "Standardised with this picture's own mean; training used one rule for all."),
        (x.T / 255, "The range is right; but height and width have changed places."),
    ], f"The upper left pixel, {x[0, 0]}, became {values[0, 0, 0, 0]:.4g}, and {x[0, 0]} / 255 is wanted.")  # fmt: skip
    if np.asarray(result).dtype != np.float32:
        dtype = np.asarray(result).dtype
        raise Hint(f"Shape and values are right; but the dtype is {dtype}, and the net calculates in float32.")


@register("1.3", right="Both mistakes undo themselves, and their order does not matter.")
def repair(answer: Any) -> None:
    """Spoil random pictures, have them repaired, and compare."""
    clean = np.random.default_rng(13).uniform(0, 1, (3, 28, 28, 1)).astype(np.float32)

    def repaired(pictures: NDArray[Any]) -> NDArray[Any]:
        return 1 - pictures.swapaxes(1, 2)

    upside = "A quarter turn is not a swap of axes: "
    judge(answer, repaired, [(spoil(clean),)], [
        (lambda x: x.T, ".T turns all four axes round. Only two of them should change places."),
        (lambda x: 1 - x.T, ".T turns all four axes round. Only two of them should change places."),
        (lambda x: x, "The batch has come back as it was. (reshape does not move anything here.)"),
        (lambda x: 1 - x, "The background is right now. But the clothes still lie on their side."),
        (lambda x: x.swapaxes(1, 2), "They stand upright now. But clothes lay on black, and these lie on white."),
        (lambda x: -x.swapaxes(1, 2), "Upright, but a minus alone turns 0..1 into −1..0; the range must stay 0 to 1."),
        (lambda x: -x, "A minus alone turns 0..1 into −1..0; and the clothes still lie on their side."),
        (lambda x: 255 - x.swapaxes(1, 2), "255 − x inverts pictures with values up to 255; these go up to 1."),
        (lambda x: 255 - x, "255 − x inverts values up to 255, not up to 1; and the clothes still lie on their side."),
        (lambda x: np.rot90(1 - x, 1, (1, 2)), upside + "the clothes are upside down now."),
        (lambda x: np.rot90(1 - x, -1, (1, 2)), upside + "left and right are exchanged now."),
        (lambda x: 1 - x[:, ::-1], "You turned the order of the rows round; two axes have changed places."),
        (lambda x: 1 - x[:, :, ::-1], "You turned the order of the columns round; two axes have changed places."),
    ])  # fmt: skip
