"""Checks of lesson 4, pooling: max pooling without a loop, a stack read off, and three questions to one detector."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnn_course.check.engine import Function, Hint, array, compare, judge, number, register, stumbling

Floats = NDArray[np.float64]


@register("4.1", right="Giving each window axes of its own is how fast implementations do it. Try .mean instead of "
          ".max.")
def max_pool_2x2(answer: Any) -> None:
    """Blocks of even sizes, then of odd ones: what goes wrong only there has to do with what is left over."""
    rng = np.random.default_rng(4)
    few = np.array([[8.0, 0, 1, 2, -3, -1], [1, 7, 9, 4, -2, -5]])[:, :, np.newaxis]
    even = [(few,), *((rng.normal(size=shape),) for shape in ((4, 6, 3), (6, 4, 2), (8, 8, 5)))]
    odd = [(few[:, :5],), *((rng.normal(size=shape),) for shape in ((7, 8, 2), (6, 9, 4), (5, 7, 1)))]
    judge(answer, _pooled, even, _POOLINGS)
    judge(stumbling(answer, "shape", "Even sizes work; odd ones leave a row or column over: drop it."), _pooled, odd, [
        (lambda x: _pooled(x[len(x) % 2 :, x.shape[1] % 2 :]), "You dropped the first row or column; drop the last."),
        (lambda x: _pooled(np.pad(x, [(0, 1), (0, 1), (0, 0)], "edge")), "A window is incomplete here: drop it."),
    ])  # fmt: skip


def _windows(x: Floats) -> Floats:
    """Give each 2 x 2 window axes of its own: `(rows, 2, columns, 2, channels)`."""
    rows, columns = len(x) // 2, x.shape[1] // 2
    return x[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, -1)


def _pooled(x: Floats) -> Floats:
    return np.asarray(_windows(x).max(axis=(1, 3)))


def _overlapping(x: Floats) -> Floats:
    return np.asarray(sliding_window_view(x, (2, 2), axis=(0, 1)).max(axis=(-2, -1)))


_OVERLAP = "Your windows overlap: the next one should begin two pixels further on."
_APART = "You compare pixels half a picture apart: mind the order of the numbers in `reshape`."
_POOLINGS = [
    (lambda x: _windows(x).mean(axis=(1, 3)), "You took the mean of each window."),
    (lambda x: _windows(x).sum(axis=(1, 3)), "You took the sum of each window."),
    (lambda x: np.maximum(_pooled(x), 0), "Negative maxima have become 0; but a maximum may be negative."),
    (lambda x: x[::2, ::2], "You kept one pixel of each window without looking at the others, as a stride does."),
    (_overlapping, _OVERLAP),
    (lambda x: _overlapping(x)[: len(x) // 2, : x.shape[1] // 2], _OVERLAP),
    (lambda x: np.maximum(x[::2], x[1::2]), "You pooled down the columns only; a window is also two pixels wide."),
    (lambda x: np.maximum(x[:, ::2], x[:, 1::2]), "You pooled along the rows only; a window is also two pixels high."),
    (lambda x: _windows(x).max(axis=(1, 3, 4)), "The channels are pooled as well; each one keeps a map of its own."),
    (lambda x: x.max(axis=(0, 1)), "This is global pooling, one number a channel; here each window gives a number."),
    (_windows, "These are the windows; now take the maximum of each."),
    (lambda x: x.reshape(2, len(x) // 2, 2, x.shape[1] // 2, -1).max(axis=(0, 2)), _APART),
    (lambda x: _pooled(x)[np.newaxis], "A batch axis is in front; one block goes in, and one should come out."),
]


@register("4.2", right="The first map is by far the largest: no pooling yet.")
def read_off_a_stack(shape: Any, size: Any) -> None:
    """The shape behind two convolutions and two poolings, and the bytes of the first output."""
    axes = np.array(shape, object).ravel().tolist()
    if (len(axes) > 2 and axes[0] is None) or (len(axes) == 4 and axes[0] == 1):
        raise Hint("Leave the batch axis out: height, width and maps, three numbers.")
    compare(array(shape, "The output shape"), (7, 7, 32), [
        # Three mistakes give 8: 52 / 3 and 16 / 2 rounded up, 52 / 2 and 24 / 3, or less than 2 off for a convolution.
        ((8, 8, 32), "Is something rounded up, are the poolings exchanged, or takes a convolution less than 2 off?"),
        *(((n, n, 32), "There is no half place: what does not fill a window is dropped.") for n in (7.5, 23 / 3)),
        ((9, 9, 32), 'You counted as if padding were "same": each convolution takes 2 off height and width.'),
        ((15, 15, 32), "One pooling is left to do."),
        ((12, 12, 32), "The first pooling has windows of 3 × 3, not 2 × 2."),
        ((5, 5, 32), "The second pooling has windows of 2 × 2, not 3 × 3."),
        ((7, 7, 16), "The maps are those of the last convolution; a pooling does not halve their number."),
        ((7, 7, 3), "The last number counts the maps of the last convolution, not the channels of the picture."),
        ((32, 7, 7), "In Keras the channels come last: height, width, maps."),
    ], "Go step by step, one side at a time: a 3 × 3 kernel, ÷ 3, a 3 × 3 kernel, ÷ 2; then the maps.")  # fmt: skip
    compare(number(size, "The number of bytes"), 52 * 52 * 16 * 4, [
        (52 * 52 * 16, "This counts the numbers. Each of them takes 4 bytes."),
        (54 * 54 * 16 * 4, 'That would be padding="same". With "valid" the map is smaller than the picture.'),
        (54 * 54 * 3 * 4, "This is the picture, as it goes in. Asked for is what the first layer hands on."),
        (52 * 52 * 3 * 4, "The channels of the picture are added up. How many maps does the first layer hand on?"),
        (52 * 52 * 4, "This is a single map. The first layer has 16 filters."),
        (17 * 17 * 16 * 4, "This is the output of the pooling, the second layer. What does the first hand on?"),
        (28 * 16 * 4, "These are the bytes of the layer's parameters. Asked for is its output."),
        (7 * 7 * 32 * 4, "This is the output of the last layer. Asked for is the first."),
    ], "Bytes: height × width × maps of the first output, times 4.")  # fmt: skip


@register("4.3", right="Two global poolings, and one answer that no global pooling could give.")
def three_questions(whether: Any, how_much: Any, where: Any) -> None:
    """The maximum, the mean and the place of the maximum of each channel."""
    rng = np.random.default_rng(43)
    few = np.array([[[0.1, 0.4], [0.3, 0], [0.9, 0.2]], [[0, 0.1], [0.2, 0.45], [0.6, 0.3]]])
    cases = [(few,), (rng.random((11, 5, 4)) ** 3,), (rng.random((6, 9, 3)) ** 3,)]
    judge(whether, lambda maps: maps.max(axis=(0, 1)), cases, [
        *_along_wrong_axes(np.max),
        (lambda maps: maps.mean(axis=(0, 1)), "It takes the mean. A single place among many hardly moves a mean."),
        (lambda maps: maps.sum(axis=(0, 1)), "It adds up: many weak responses would look like a strong one."),
    ], name="`whether`")  # fmt: skip
    judge(how_much, lambda maps: maps.mean(axis=(0, 1)), cases, [
        *_along_wrong_axes(np.mean),
        (lambda maps: maps.max(axis=(0, 1)), "It takes the maximum. One place would then count as the whole picture."),
        (lambda maps: maps.sum(axis=(0, 1)), "It adds up. A share lies between 0 and 1, however large the picture is."),
        (lambda maps: (maps > 0.5).mean(axis=(0, 1)), "It counts places above one half. What of the unsure ones?"),
        (lambda maps: (maps > 0).mean(axis=(0, 1)), "It counts places above zero, however unsure they are."),
        (lambda maps: maps.sum(axis=(0, 1)) / maps.sum(), "These are shares of all responses, not of the picture."),
    ], name="`how_much`")  # fmt: skip
    judge(where, _places, cases, [
        (_counts, "One number a channel: turn the count through the map into row and column."),
        (lambda maps: _places(maps).T, "All rows, then all columns: put row and column of a channel side by side."),
        (lambda maps: np.unravel_index(maps.argmax(), maps.shape), "One place for all channels: take map by map."),
        (lambda maps: _places(maps)[:, ::-1], "Row and column are exchanged."),
        (lambda maps: _places(maps) + 1, "You count from 1; rows and columns are counted from 0."),
        (lambda maps: np.stack(np.divmod(_counts(maps), len(maps)), 1), "Divide by the width: so long is a row."),
        (lambda maps: _places(-maps), "These are the places of the weakest responses."),
    ], name="`where`")  # fmt: skip


def _along_wrong_axes(summarise: Function) -> list[tuple[Function, str]]:
    hints = {
        None: "One number for all channels together: leave the last axis alone.",
        2: "It works across the channels, at each place. Work across the places, for each channel.",
    } | dict.fromkeys((0, 1), "It works along one axis of the map only. Take both: axis=(0, 1).")
    return [(lambda maps, axis=axis: summarise(maps, axis=axis), hint) for axis, hint in hints.items()]


def _counts(maps: Floats) -> NDArray[np.int64]:
    """How many places come before the strongest one, row by row, in each channel."""
    return np.asarray(maps.reshape(-1, maps.shape[2]).argmax(axis=0))


def _places(maps: Floats) -> NDArray[np.int64]:
    return np.stack(np.unravel_index(_counts(maps), maps.shape[:2]), axis=1)
