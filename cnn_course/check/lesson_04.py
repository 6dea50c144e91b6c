"""Checks of lesson 04, pooling."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, array, call, number, register

Floats = NDArray[np.float64]

# --- 4.1 -------------------------------------------------------------------------------------------------

_BLOCKS = ((4, 6, 3), (7, 8, 2), (6, 9, 4), (5, 7, 1), (8, 8, 2))


@register(
    "4.1", right="Giving each window axes of its own is how fast implementations do it. Try .mean instead of .max."
)
def max_pool_2x2(answer: Any) -> None:
    """Exercise 4.1 wants 2 x 2 max pooling of a block `(height, width, channels)`, odd sizes included."""
    random = np.random.default_rng(4)
    for shape in _BLOCKS:
        x = random.normal(size=shape)
        given = f"a block of shape {shape}"
        result = np.asarray(call(_cut_if_odd(answer, shape), x, given=given))
        _compare_pooled(result, x, given)


def _cut_if_odd(answer: Any, shape: tuple[int, ...]) -> Any:
    """Turn the usual stumble over an odd size, a failing `reshape`, into a hint that says so."""
    if not callable(answer) or not (shape[0] % 2 or shape[1] % 2):
        return answer

    def careful(x: Floats) -> Any:
        try:
            return answer(x)
        except ValueError as error:
            if "reshape" not in str(error):
                raise
            raise ValueError(
                f"{error}. Even sizes work; here a row or column is left over. Cut it off before you reshape"
            ) from error

    return careful


def _compare_pooled(result: NDArray[Any], x: Floats, given: str) -> None:
    """Raise `Hint` unless the result is the pooled block."""
    height, width, channels = x.shape
    rows, columns = height // 2, width // 2
    wanted = _windows(x).max(axis=(1, 3))
    shapes = {
        (-(-height // 2), -(-width // 2), channels): "incomplete windows are kept; drop what is left over",
        (height - 1, width - 1, channels): "your windows overlap: the next one should begin two pixels further on",
        (rows, width, channels): "you pooled down the columns only; a window is two pixels wide as well",
        (height, columns, channels): "you pooled along the rows only; a window is two pixels high as well",
        (rows, columns): "the channels are pooled as well; each channel keeps a map of its own",
        (rows, columns, 1): "the channels are pooled as well; each channel keeps a map of its own",
        (rows, columns, channels // 2): "the channels are pooled in pairs; leave the last axis alone",
        (channels,): "this is global pooling, one number a channel; here each window gives a number",
        (rows, 2, columns, 2, channels): "these are the windows; now take the maximum of each",
    }
    if result.shape != wanted.shape and result.shape in shapes:
        raise Hint(f"Given {given}, {shapes[result.shape]}.")
    values = array(result, wanted.shape, f"Given {given}, the pooled block")
    if np.allclose(values, wanted):
        return
    even = x[: 2 * rows, : 2 * columns]
    far = even.reshape(2, rows, 2, columns, channels)
    mistakes = {
        "you took the mean of each window": _windows(x).mean(axis=(1, 3)),
        "you took the sum of each window": _windows(x).sum(axis=(1, 3)),
        "you took the smallest number of each window": _windows(x).min(axis=(1, 3)),
        "negative maxima have become 0; a maximum may be negative": np.maximum(wanted, 0),
        "you kept one pixel of each window without looking at the others, as a stride does": even[::2, ::2],
        "you compare pixels half a picture apart: in `reshape`, the 2 comes after the rows and after the columns": (
            far.max(axis=(0, 2))
        ),
        "you dropped the first row or column; drop the last": _windows(x[height % 2 :, width % 2 :]).max(axis=(1, 3)),
        "your windows begin one pixel apart; the next one should begin two pixels further on": (
            _overlapping(x)[:rows, :columns]
        ),
        "the maximum runs over the channels, too; each channel keeps a map of its own": np.broadcast_to(
            wanted.max(axis=2, keepdims=True), wanted.shape
        ),
    }
    for mistake, then in mistakes.items():
        if np.allclose(values, then):
            raise Hint(f"Given {given}, {mistake}.")
    row, column, channel = (int(place[0]) for place in np.nonzero(~np.isclose(values, wanted)))
    raise Hint(
        f"Given {given}, the shape is right, and the first wrong number stands in row {row}, column {column}, channel "
        f"{channel}. Which four pixels belong there?"
    )


def _windows(x: Floats) -> Floats:
    """Give each 2 x 2 window axes of its own: `(rows, 2, columns, 2, channels)`."""
    rows, columns, channels = x.shape[0] // 2, x.shape[1] // 2, x.shape[2]
    return x[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, channels)


def _overlapping(x: Floats) -> Floats:
    """Maxima of all 2 x 2 windows, one pixel apart."""
    down = np.maximum(x[:-1], x[1:])
    both: Floats = np.maximum(down[:, :-1], down[:, 1:])
    return both


# --- 4.2 -------------------------------------------------------------------------------------------------


@register("4.2", right="The first map is by far the largest: no pooling yet.")
def read_off_a_stack(shape: Any, size: Any) -> None:
    """Exercise 4.2 wants the shape behind two convolutions and two poolings, and the bytes of the first output."""
    _check_shape(shape)
    value = number(size, "The number of bytes")
    mistakes = {
        52 * 52 * 16: "This counts the numbers. Each of them takes 4 bytes.",
        54 * 54 * 16 * 4: 'This is the size with padding="same". With "valid" a 3 × 3 kernel takes 2 off each side.',
        54 * 54 * 3 * 4: "This is the picture, as it goes in. Asked for is what the first layer hands on.",
        52 * 52 * 3 * 4: "The channels of the picture are added up. How many maps does the first layer hand on?",
        52 * 52 * 4: "This is a single map. The first layer has 16 filters.",
        17 * 17 * 16 * 4: "This is the output of the pooling, the second layer. What does the layer before it hand on?",
        (3 * 3 * 3 + 1) * 16 * 4: "These are the bytes of the layer's parameters. Asked for is its output.",
        7 * 7 * 32 * 4: "This is the output of the last layer. Asked for is the first.",
    }
    if value != 52 * 52 * 16 * 4:
        raise Hint(mistakes.get(int(value), "Bytes: height × width × maps of the first output, times 4."))


def _check_shape(shape: Any) -> None:
    if not isinstance(shape, tuple | list):
        raise Hint("The output shape should be three numbers in brackets: (height, width, maps).")
    numbers = tuple(number(part, "Each part of the output shape") for part in shape)
    mistakes: dict[tuple[float, ...], str] = {
        (8, 8, 32): 'You rounded up. With "valid" a pooling drops what does not fill a window.',
        (7.5, 7.5, 32): "There is no half place: what does not fill a window is dropped.",
        (9, 9, 32): 'You counted as if padding were "same": a 3 × 3 kernel takes 2 off height and width.',
        (15, 15, 32): "One pooling is left to do.",
        (12, 12, 32): "The first pooling has windows of 3 × 3, not 2 × 2.",
        (5, 5, 32): "The second pooling has windows of 2 × 2, not 3 × 3.",
        (7, 7, 16): "The maps are those of the last convolution; a pooling does not halve their number.",
        (7, 7, 3): "The last number counts the maps of the last convolution, not the channels of the picture.",
        (7, 7, 48): "The maps of the first convolution are the second one's input. They are not kept beside its own.",
        (32, 7, 7): "In Keras the channels come last: height, width, maps.",
    }
    if len(numbers) == 4:
        raise Hint("Leave the batch axis out: three numbers, height, width and maps.")
    if len(numbers) != 3:
        raise Hint(f"The output shape should be three numbers, and there are {len(numbers)}.")
    if numbers != (7, 7, 32):
        fallback = "Go step by step, one side at a time: a 3 × 3 convolution, ÷ 3, a 3 × 3 convolution, ÷ 2."
        raise Hint(mistakes.get(numbers, fallback))


# --- 4.3 -------------------------------------------------------------------------------------------------

_MAPS = ((11, 5, 4), (6, 9, 3), (8, 8, 2))


@register("4.3", right="Two global poolings, and one answer that no global pooling could give.")
def three_questions(whether: Any, how_much: Any, where: Any) -> None:
    """Exercise 4.3 wants the maximum, the mean and the place of the maximum of each channel."""
    random = np.random.default_rng(43)
    for shape in _MAPS:
        maps = random.random(shape) ** 3
        given = f"maps of shape {shape}"
        _compare_channels("whether", whether, maps, maps.max(axis=(0, 1)), given)
        _compare_channels("how_much", how_much, maps, maps.mean(axis=(0, 1)), given)
        _compare_places(where, maps, given)


def _compare_channels(name: str, answer: Any, maps: Floats, wanted: Floats, given: str) -> None:
    """Raise `Hint` unless a function gives the wanted number for each channel."""
    result = np.asarray(call(answer, maps, given=given))
    said = f"Given {given}, `{name}`"
    if result.shape == ():
        raise Hint(f"{said} gives one number for all channels together: leave the last axis alone.")
    if result.shape == maps.shape[:2]:
        raise Hint(f"{said} works across the channels, at each place. Work across the places, for each channel.")
    if result.shape in (maps.shape[:1] + maps.shape[2:], maps.shape[1:]):
        raise Hint(f"{said} works along one axis of the map only. Take both: axis=(0, 1).")
    values = array(result, wanted.shape, f"{said}: the answer")
    mistakes = {
        "takes the mean. A single place among many hardly moves a mean": maps.mean(axis=(0, 1)),
        "takes the maximum. One place would then count as much as the whole picture": maps.max(axis=(0, 1)),
        "adds up. A share lies between 0 and 1, on small and on large pictures": maps.sum(axis=(0, 1)),
        "takes the smallest number": maps.min(axis=(0, 1)),
        "counts places above one half and forgets how unsure the others are": (maps > 0.5).mean(axis=(0, 1)),
        "counts places above zero, however unsure the detector is there": (maps > 0).mean(axis=(0, 1)),
    }
    if not np.allclose(values, wanted):
        for mistake, then in mistakes.items():
            if np.allclose(values, then):
                raise Hint(f"{said} {mistake}.")
        raise Hint(f"{said} has the right shape and wrong numbers. Try it on a map that you can check by eye.")


def _compare_places(answer: Any, maps: Floats, given: str) -> None:
    """Raise `Hint` unless a function gives row and column of the strongest response in each channel."""
    height, width, channels = maps.shape
    flat = maps.reshape(-1, channels).argmax(axis=0)
    wanted = np.stack(np.unravel_index(flat, (height, width)), axis=1)
    result = np.asarray(call(answer, maps, given=given))
    said = f"Given {given}, `where`"
    if result.shape == (channels,):
        raise Hint(f"{said} gives one number a channel: turn the count through the map into row and column.")
    if result.shape == (2, channels) != wanted.shape:
        raise Hint(f"{said} gives a row of rows and a row of columns. Put row and column of a channel side by side.")
    if result.shape in ((2,), (3,)):
        raise Hint(f"{said} gives one place for all channels together. Take the maps one by one.")
    values = array(result, wanted.shape, f"{said}: the answer")
    if np.array_equal(values, wanted):
        return
    mistakes = {
        "exchanges row and column": wanted[:, ::-1],
        "counts from 1; rows and columns are counted from 0": wanted + 1,
        "takes height and width in the wrong order when it turns the count into row and column": np.stack(
            np.divmod(flat, height), axis=1
        ),
        "finds the weakest response": np.stack(
            np.unravel_index(maps.reshape(-1, channels).argmin(axis=0), (height, width)), axis=1
        ),
    }
    for mistake, then in mistakes.items():
        if np.array_equal(values, then):
            raise Hint(f"{said} {mistake}.")
    raise Hint(f"{said} has the right shape and a wrong place. Look at `maps[:, :, 0]` and at `argmax` of it.")
