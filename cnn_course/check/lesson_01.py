"""Checks of lesson 1: the shape of a batch, preparing one picture, and repairing a spoilt batch."""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, array, call, number, register

Floats = NDArray[np.floating]
Function = Callable[..., object]
Mistakes = list[tuple[Any, str]]

_BATCH = (32, 240, 320, 3)


def spoil(pictures: Floats) -> Floats:
    """Spoil a batch in two ways that neither shape nor range gives away: the pictures of exercise 1.3.

    Args:
        pictures: float32 `(n, size, size, 1)`, 0 to 1.

    Returns:
        A new array of the same shape, dtype and range.
    """
    return np.ascontiguousarray(1 - pictures.swapaxes(1, 2))


@register("1.1", right="As uint8 it would take a quarter of that; float32 costs four bytes for each number.")
def check_batch(shape: object, size_in_bytes: object) -> None:
    """Compare the shape, then the bytes, with what the usual confusions give."""
    if not isinstance(shape, tuple | list) or not all(isinstance(one, int | np.integer) for one in shape):
        raise Hint("The shape should be four whole numbers in brackets, as in (5, 28, 28, 1).")
    given = tuple(int(one) for one in shape)
    if given != _BATCH:
        raise Hint(_named(given, _wrong_shapes(), f"{given} is not the shape: name each axis aloud, in order."))
    size = number(size_in_bytes, "The number of bytes")
    if size != prod(_BATCH) * 4:
        otherwise = "The shape is right; the bytes are not. How many numbers, and how many bytes for each?"
        raise Hint(_named(size, _wrong_sizes(), otherwise))


def _wrong_shapes() -> Mistakes:
    return [
        ((32, 320, 240, 3), "You put the width before the height. Image programs say width × height; NumPy does not."),
        ((32, 3, 240, 320), "Your channels come before the rows, as PyTorch wants it. Keras wants them last."),
        ((32, 3, 320, 240), "Two things: the channels come first here, and the width comes before the height."),
        ((32, 240, 320, 1), "One channel is grey; these photographs are in colour."),
        ((240, 320, 3), "That is one photograph. The axis that counts photographs is missing."),
        ((320, 240, 3), "That is one photograph, and with the width first; the axis that counts them is missing."),
        ((32, 240, 320), "The channel axis is missing: these photographs are in colour."),
        ((1, 240, 320, 3), "That is a batch of one; the folder holds 32."),
        ((240, 320, 3, 32), "The axis that counts the photographs is there, but it belongs in front."),
    ]


def _wrong_sizes() -> Mistakes:
    values = prod(_BATCH)
    return [
        (values, "That is how many numbers there are: the bytes if each took one byte, as in uint8."),
        (values * 8, "That is eight bytes a number: float64. A float32 has 32 bits."),
        (values * 32, "That is bits; a byte has 8 of them."),
        (values * 4 // 32, "That is one photograph; the batch holds 32."),
        (values * 4 // 3, "You counted each pixel once; in colour it holds three numbers."),
        (values * 4 / 1e6, "That looks like megabytes; the question is about bytes."),
        (values * 4 / 2**20, "That looks like mebibytes; the question is about bytes."),
    ]


@register("1.2", right="Your function now does for one picture what prepare_all does for a batch.")
def check_prepare(prepare: Function) -> None:
    """Feed a random picture that is neither symmetric nor stretched to the full range."""
    picture = np.random.default_rng().integers(20, 220, (28, 28), dtype=np.uint8)
    result = np.asarray(call(prepare, picture, given="a uint8 picture of shape (28, 28)"))
    if result.shape != (1, 28, 28, 1):
        raise Hint(_about_axes(result.shape))
    values = array(result, (1, 28, 28, 1), "What prepare returns")[0, :, :, 0]
    scaled = picture / 255
    if not np.allclose(values, scaled, atol=1e-6):
        otherwise = "The values are not those of the picture divided by 255."
        raise Hint(_first_alike(values, _wrong_ranges(picture), otherwise))
    if result.dtype != np.float32:
        raise Hint(f"Shape and values are right; but the dtype is {result.dtype}, and the net calculates in float32.")


def _about_axes(shape: tuple[int, ...]) -> str:
    known = {
        (28, 28): "There are still two axes: the batch axis and the channel axis are missing.",
        (28, 28, 1): "The batch axis is missing: the net would take this for 28 pictures.",
        (1, 28, 28): "The channel axis is missing at the end. (Keras may add it; do not count on it.)",
        (1, 1, 28, 28): "Both new axes stand in front; the channels belong at the end.",
        (28, 28, 1, 1): "Both new axes stand at the end; the batch belongs in front.",
        (28, 1, 28, 1): "One new axis has landed between height and width.",
        (1, 784): "You have put all pixels in one row; the net wants height and width as axes of their own.",
    }
    return known.get(shape, f"The shape is {shape}; the axes should be batch, height, width, channels.")


def _wrong_ranges(picture: NDArray[np.uint8]) -> Mistakes:
    x = picture.astype(np.float64)
    span = x.max() - x.min()
    return [
        (x, "The shape is right; but the values still go up to 255. The net learned on 0 to 1."),
        (x // 255, "Whole-number division: // leaves only zeros here. One slash, not two."),
        (x / 256, "Divided by 256. The largest value is 255, and white should become exactly 1."),
        (1 - x / 255, "You have inverted the picture: dark has become bright."),
        (x / 127.5 - 1, "That is the range −1 to 1. Some nets want it; ours learned on 0 to 1."),
        (x / 255 / 255, "Divided by 255 twice: the picture is nearly black now."),
        (x / x.max(), "Divided by this picture's own maximum: a dark picture would turn bright. Use the same for all."),
        ((x - x.min()) / span, "Stretched to this picture's own extremes; training used one rule for all pictures."),
        ((x - x.mean()) / x.std(), "Standardised with this picture's own mean; training used one rule for all."),
        (x.T / 255, "The range is right; but height and width have changed places."),
    ]


@register("1.3", right="Both mistakes undo themselves, and their order does not matter.")
def check_repair(repair: Function) -> None:
    """Spoil random pictures, have them repaired, and compare."""
    pictures = np.random.default_rng().uniform(0, 1, (3, 28, 28, 1)).astype(np.float32)
    spoilt = spoil(pictures)
    result = np.asarray(call(repair, spoilt, given="a spoilt batch of 3 pictures"))
    if result.shape == pictures.shape[::-1]:
        raise Hint(".T turns all axes round, batch and channels as well. Only two of the four should change places.")
    values = array(result, pictures.shape, "What repair returns")
    if not np.allclose(values, pictures, atol=1e-6):
        raise Hint(_first_alike(values, _wrong_repairs(spoilt), "These are not the pictures of before. Draw some."))


def _wrong_repairs(spoilt: Floats) -> Mistakes:
    swapped, inverted = spoilt.swapaxes(1, 2), 1 - spoilt
    return [
        (spoilt, "The batch has come back as it was. (reshape does not move anything here.)"),
        (inverted, "The background is right now. But the clothes still lie on their side."),
        (swapped, "They stand upright now. But clothes lay on black, and these lie on white."),
        (-swapped, "Upright, but a minus alone turns 0..1 into −1..0; the range must stay 0 to 1."),
        (-spoilt, "A minus alone turns 0..1 into −1..0; and the clothes still lie on their side."),
        (255 - swapped, "255 − x inverts pictures with values up to 255; these go up to 1."),
        (255 - spoilt, "255 − x inverts values up to 255, these go up to 1; and the clothes still lie on their side."),
        (np.rot90(inverted, 1, (1, 2)), "A quarter turn is not a swap of axes: the clothes are upside down now."),
        (np.rot90(inverted, -1, (1, 2)), "A quarter turn is not a swap of axes: left and right are exchanged now."),
        (inverted[:, ::-1], "You turned the order of the rows round; it is two axes that have changed places."),
        (inverted[:, :, ::-1], "You turned the order of the columns round; it is two axes that have changed places."),
    ]


def _named(answer: object, mistakes: Mistakes, otherwise: str) -> str:
    """The hint of the mistake that gives exactly this answer."""
    return next((hint for value, hint in mistakes if value == answer), otherwise)


def _first_alike(values: Floats, mistakes: Mistakes, otherwise: str) -> str:
    """The hint of the first mistake that gives these values."""
    return next((hint for value, hint in mistakes if np.allclose(values, value, atol=1e-5)), otherwise)
