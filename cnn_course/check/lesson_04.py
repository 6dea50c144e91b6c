"""Checks of lesson 4, pooling: max pooling without a loop, a stack read off, and a net that steps instead."""

from typing import Any

import keras
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnn_course import data, layers
from cnn_course.check.engine import Hint, array, call, compare, judge, kind, number, register, shown, stumbling

Floats = NDArray[np.float64]


@register("4.1", right="Giving each window axes of its own is how fast implementations do it. Try .mean instead of "
          ".max.")
def max_pool_2x2(answer: Any) -> None:
    """Blocks of even sizes, then of odd ones: what goes wrong only there has to do with what is left over."""
    rng = np.random.default_rng(4)
    few = np.array([[8.0, 0, 1, 2, -3, -1], [1, 7, 9, 4, -2, -5]])[:, :, np.newaxis]
    even = [(few,), *((rng.normal(size=shape),) for shape in ((4, 6, 3), (6, 4, 2), (8, 8, 5)))]
    odd = [(few[:, :5],), *((rng.normal(size=shape),) for shape in ((7, 8, 2), (6, 9, 4), (5, 7, 1)))]
    judge(stumbling(answer, "size 0 into", _EMPTY), _pooled, even, _POOLINGS)
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
_EMPTY = "Nothing is left of an even size: x[:-0] is empty, and so is x[:-(n % 2)]. Where should the cut end?"
_POOLINGS = [
    (lambda x: x[:0, :0], _EMPTY),
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
    (lambda x: x.reshape(len(x) // 2, x.shape[1] // 2, 4, -1).max(axis=2),
     "Each of your windows is four numbers of one row: reshape to (rows, 2, columns, 2, channels)."),
    (lambda x: _windows(x).max(axis=1).max(axis=3),
     "After the first maximum the axes have moved up. Take both at once: axis=(1, 3)."),
    (lambda x: _windows(x).max(axis=(1, 2)), "Axis 2 counts the columns: the other way inside a window is axis 3."),
    (lambda x: _windows(x).max(axis=(2, 4)), "Inside a window run axes 1 and 3."),
    (lambda x: np.maximum(x[::2, ::2], x[1::2, 1::2]), "You compared two corners of each window; there are four."),
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
        ((8, 8, 32), "Is something rounded up, are the poolings exchanged, or does a convolution take less than 2 "
         "off?"),
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


@register("4.3", right="The same weights, little more than half of the multiply-adds. Compare the two shares, and "
          "build and train both nets once more: how much of the difference is luck?")
def net_without_pooling(strided: Any, share: Any) -> None:
    """A trained net whose convolutions step by 2, judged by what it computes, and how many of its answers stay."""
    if not isinstance(strided, keras.Layer):
        raise Hint(f"The first answer should be a Keras model, and it is {kind(strided)}.")
    x = np.random.default_rng(43).random((3, 44, 44, 1))
    logits = array(call(strided, x.astype(np.float32), given="3 pictures of 44 × 44"), "What your net returns")
    weights = {tuple(weight.shape): np.asarray(weight, np.float64) for weight in strided.weights}
    for missing in [shape for shape in _SHAPES if shape not in weights]:
        came = ", ".join(str(shape) for shape in weights if len(shape) == len(missing)) or "none"
        raise Hint(f"Wanted are weights of shape {missing}; of that kind, yours are: {came}. {_MISSING[len(missing)]}")
    still = "There are still poolings in it, and the convolutions do not step."
    where = "The steps belong to the first two convolutions, where the poolings were."
    wanted = _logits(x, weights, (2, 2, 1))
    for wrong, hint in [
        (wanted, ""),
        (_logits(x, weights, (1, 2, 2)), where),
        (_logits(x, weights, (2, 1, 2)), where),
        (_logits(x, weights, (4, 1, 1)), "One convolution steps by 4; two should step by 2."),
        (_logits(x, weights, (1, 1, 1), layers.max_pool), still),
        (_logits(x, weights, (1, 1, 1), layers.average_pool), still),
        (_logits(x, weights, (2, 2, 1), bare=True), 'ReLU is missing behind the convolutions: activation="relu".'),
        (layers.softmax(wanted), "It ends with softmax; `clothes_net` hands on the plain scores."),
    ]:
        if logits.shape == wrong.shape and np.abs(logits - wrong).max() < 1e-3 * np.abs(wrong).max():
            if hint:
                raise Hint(hint)
            break
    else:
        raise Hint("With your weights, other scores are wanted. Is it `clothes_net`, but for poolings and steps?")
    _check_share(strided, number(share, "`same_after_2`"))


# No two have the same shape, so the shape tells which is which in any model.
_SHAPES = [(5, 5, 1, 8), (8,), (3, 3, 8, 16), (16,), (3, 3, 16, 32), (32,), (3872, 10), (10,)]
_MISSING = {
    4: "Filters and kernel sizes should be those of `clothes_net`.",
    2: "How large are the last maps? They should be 11 × 11, and flattened.",
    1: "Each layer of `clothes_net` has a bias.",
}


def _logits(
    x: Floats, weights: dict[tuple[int, ...], Floats], strides: tuple[int, ...], pool: Any = None, *, bare: bool = False
) -> Floats:
    """What a net with these weights makes of pictures."""
    y: Any = x
    for place, stride in enumerate(strides):
        kernel, bias = (weights[shape] for shape in _SHAPES[2 * place : 2 * place + 2])
        y = layers.conv2d(y, kernel, bias, stride=stride, padding="same")
        y = y if bare else layers.relu(y)
        y = pool(y) if pool and place < 2 else y
    return np.asarray(layers.dense(layers.flatten(y), weights[_SHAPES[6]], weights[_SHAPES[7]]))


def _check_share(net: Any, share: float) -> None:
    """The share of unchanged answers on the validation pictures of the lesson."""
    clothes = data.fashion_mnist(train=10, validation=2_000)
    answers = {}
    for move in (0, 1, 2):
        sheets = np.pad(clothes.x_val, ((0, 0), (8, 8), (8 + move, 8 - move)))[..., np.newaxis] / np.float32(255)
        answers[move] = np.concatenate([np.asarray(net(part)).argmax(axis=1) for part in np.array_split(sheets, 8)])
    right = {move: float(np.mean(one == clothes.y_val)) for move, one in answers.items()}
    same = {move: float(np.mean(one == answers[0])) for move, one in answers.items()}
    if right[0] < 0.5:
        raise Hint(f"Your net is right about {right[0]:.0%} of the validation pictures. Has it been trained?")
    if abs(share - same[2]) < 0.0051:  # two digits will do
        return
    compare(share, same[2], [
        (same[1], "This is the share after a move by one pixel; two are asked for."),
        (right[2], "This is the share of *right* answers after the move. Asked for are those that stay the same."),
        (right[0], "This is the share of right answers before the move. Asked for are those that stay the same."),
        (1 - same[2], "This is the share of answers that change. Asked for are those that stay."),
        (100 * same[2], "This is in per cent. A share lies between 0 and 1."),
        (2_000 * same[2], "This counts the pictures. Divide by their number."),
    ], f"`same_after_2` is {shown(share)}, and another share is wanted: how many of the 2,000 validation pictures keep "
       "their answer after a move by two?")  # fmt: skip
