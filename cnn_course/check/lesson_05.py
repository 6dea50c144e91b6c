"""Checks of lesson 5: a net for pictures of any size, softmax, and the contribution of each place to a score."""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from cnn_course import layers
from cnn_course.check.engine import Hint, array, call, compare, described, judge, number, register, shown, stumbling
from cnn_course.check.nets import built, lent_weights

Floats = NDArray[np.float64]


# Kernels and biases of the net of exercise 5.1. No two have the same shape, so the shape tells which is which.
_SHAPES = [(3, 3, 1, 8), (8,), (3, 3, 8, 16), (16,), (3, 3, 16, 64), (64,), (64, 10), (10,)]
_TRUNK = _SHAPES[:6]


@register("5.1", right="The head has no height and no width in it: 64 weights and a bias for each class, whatever the "
          "size of the picture. Section 5 makes use of that.")
def any_size(answer: Any, head_numbers: Any) -> None:
    """A function that builds a Keras model, judged by what the model computes with weights of our own; and 650."""
    flattened = "Flatten needs to know how many places there are; which layer makes one number of each map instead?"
    net = built(answer if isinstance(answer, keras.Layer) else stumbling(answer, "defined", flattened))
    _, *sizes, channels = getattr(net, "input_shape", None) or (None,) * 4
    if channels not in (None, 1):
        raise Hint(f"Your net wants {channels} channels; a grey picture has one.")
    if any(sizes):
        raise Hint(f"Your net wants pictures of {' × '.join(map(str, sizes))} pixels and no others: fix no size.")
    rng = np.random.default_rng(51)
    for height, width in ((28, 28), (28, 56), (13, 22)):
        x = rng.integers(0, 2, (3, height, width, 1)).astype(np.float32)
        _hold_to_forward(net, x, f"3 pictures of shape {x.shape[1:]}", rng)
    _judge_head_numbers(number(head_numbers, "`head_numbers`"))


def _hold_to_forward(net: Any, x: NDArray[Any], given: str, rng: np.random.Generator) -> None:
    """Compare a net's scores with ours, for small whole numbers as weights: float32 adds them exactly."""
    call(net, x, given=given)  # a net without `Input` has its weights only now
    _check_shapes([_without_ones(tuple(weight.shape)) for weight in net.weights])
    weights = [rng.choice([-1.0, 0, 0, 1], shape) for shape in _SHAPES]
    with lent_weights(net, lambda shape: weights[_SHAPES.index(_without_ones(shape))].reshape(shape)):
        scores = array(call(net, x, given=given), "What your net returns")
    wanted = _forward(x, weights)
    compare(scores, wanted, [
        (_softmax(wanted), "The last layer has a softmax; the net of this lesson ends with scores."),
        (np.maximum(wanted, 0), "The last layer has a ReLU, which cuts negative scores off."),
        (1 / (1 + np.exp(-wanted)), "The last layer has a sigmoid; the net of this lesson ends with scores."),
        (_forward(x, weights, np.max), "You take the largest number of each map; the head of this lesson averages."),
        (_forward(x, weights, lambda maps, axis: maps), "There are ten scores for each place of the maps: what "
         "averages over the places is missing."),
        (_forward(x, weights, np.sum), "You add each map up; the head of this lesson averages."),
    ], f"Given {given}, with weights of ours, your net's scores are not those wanted. Compare its layers and "
       "their order with the cell that builds `averaged`.")  # fmt: skip


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of a dense layer's weights, should a convolution of 1 x 1 do its work."""
    return shape[2:] if len(shape) == 4 and shape[:2] == (1, 1) else shape


def _check_shapes(shapes: list[tuple[int, ...]]) -> None:
    """Raise `Hint` unless the weights of a net have the shapes of the wanted one, in any order."""
    if sorted(shapes) == sorted(_SHAPES):
        return
    head = sorted(set(shapes) - set(_TRUNK), key=lambda shape: (-len(shape), shape))
    if sorted(shapes) == sorted(_TRUNK):
        raise Hint("Your net ends with one number for each map: the layer that makes ten scores of them is missing.")
    if not set(_TRUNK) <= set(shapes):
        raise Hint("The convolutions of your net are not those of trunk(): is *trunk() among the layers?")
    if len(shapes) == len(_SHAPES) and head[0][0] == 64 and len(head[0]) == 2:
        raise Hint(f"Your last layer makes {head[0][1]} scores; there are ten classes.")
    if head == [(64, 10)]:
        raise Hint("The last layer has no bias: leave it as Keras makes it.")
    raise Hint("Behind the trunk, something else than one dense layer of ten scores learns numbers.")


def _forward(x: NDArray[Any], weights: list[Floats], over_places: Any = np.mean) -> Floats:
    """The net in NumPy, with the mean over places or something else in its stead."""
    for place in (0, 2, 4):
        x = layers.relu(layers.conv2d(x, *weights[place : place + 2], padding="same"))
        x = x if place == 4 else layers.max_pool(x)
    return np.asarray(over_places(x, axis=(1, 2)) @ weights[6] + weights[7])


def _judge_head_numbers(value: float) -> None:
    convolutions = sum(int(np.prod(shape)) for shape in _TRUNK)
    compare(value, 650, [
        (640, "The net is right. In the number of its head the biases are missing: each class has one."),
        (641, "The net is right. In the number of its head there is one bias; each class has its own."),
        (704, "The net is right. A bias belongs to each class (output), not to each number that goes in."),
        (31_370, "The net is right. 31,370 is the count of the flattening head, which keeps all 49 places."),
        (convolutions + 650, "The net is right. This is its total; the head is what lies behind the trunk."),
        (convolutions, "The net is right. This is the count of its trunk; the head is what lies behind."),
        (0, "The net is right. Averaging learns nothing, but the head has a second layer."),
    ], f"The net is right. {shown(value)} is not the number wanted: look at the last rows of the table that summary() "
       "prints.")  # fmt: skip


@register("5.2", right="Subtracting the largest score changes no share, and nothing overflows. Keras and "
          "course.layers.softmax do the same.")
def softmax(answer: Any) -> None:
    """Shares of moderate scores, then of extreme ones."""
    few = np.array([[0.5, 0, 0.8], [2, -1, 0.5]])
    judge(answer, _softmax, [(few,), (np.random.default_rng(52).normal(0, 2, (6, 4)),)], [
        (lambda z: _shares(np.exp(z), 0), "Each column sums to 1: the shares of one picture lie in a row."),
        (lambda z: _shares(np.exp(z), None), "The whole batch sums to 1: each row should, by itself."),
        (lambda z: _shares(np.exp(z - z.max(axis=1, keepdims=True)), None), "The whole batch sums to 1: each row "
         "should, by itself."),
        (lambda z: _shares(np.exp(z - z.max(axis=0)), 1), "Subtract the same number from a whole row."),
        (np.exp, "These are the exponentials: they still have to be divided."),
        (lambda z: np.exp(z - z.max(axis=1, keepdims=True)), "The largest of each row is 1; divide by the row's sum."),
        (lambda z: np.log(_softmax(z)), "These are the logarithms of the shares."),
        (lambda z: _shares(z, 1), "The scores are divided by their sum: the exponential is missing."),
        (lambda z: 1 / (1 + np.exp(-z)), "This is the sigmoid of each score alone; softmax makes the classes compete."),
        (lambda z: _softmax(-z), "The largest score has the smallest share: there is a minus too many."),
        (lambda z: z == z.max(axis=1, keepdims=True), "The winner takes all: these are no shares but argmax."),
    ])  # fmt: skip
    for scores, why in _EXTREME:
        given = described(_softmax, (scores,))
        shares = array(call(answer, scores.copy(), given=given), "What your function returns")
        if not np.isfinite(shares).all():
            raise Hint(f"For moderate scores it is right. Given {given}, it returns {shown(shares)}: {why}")
        alike = "The scores differ, and their shares are equal: has something been cut off at a limit?"
        judge(answer, _softmax, [(scores,)], [(lambda z: np.full(z.shape, 1 / z.shape[1]), alike)])


def _shares(values: Floats, axis: int | None) -> Floats:
    return np.asarray(values / values.sum(axis=axis, keepdims=True))


def _softmax(logits: Floats) -> Floats:
    return _shares(np.exp(logits - logits.max(axis=1, keepdims=True)), 1)


_EXTREME = [
    (np.array([[1000.0, 999, 998]]), "the exponential of 1000 overflows. Which change of the scores changes no share?"),
    (np.array([[-1000.0, -1001, -999]]), "every exponential there rounds to 0, and 0 / 0 is no number."),
    (np.array([[0.0, 1000, -1000]]), "the largest score is still too large after what you subtract, such as the mean."),
    (np.array([[1000.0, 998], [-1000, -1001]]), "what you subtract must fit each row: take it row by row."),
]


@register("5.3", right="Summed over the places, and with the bias added, this is the score exactly. A flattening head "
          "has such a map for each picture, just as an averaging one does.")
def contributions(answer: Any) -> None:
    """The sum over channels of map times weight, for the weights of one class."""
    rng = np.random.default_rng(53)
    few = (np.array([[[1.0, 2], [3, 1]]]), np.array([[5.0, 1], [0, -2], [2, 1], [-1, 3]]), 1)
    order = "You reshape as if all of map 0 came first, then map 1. In which order does Flatten read them? (Section 2.)"
    other_class = "This is the map of another class than `label`."
    judge(answer, _heat, [few, (rng.normal(size=(4, 3, 5)), rng.normal(size=(60, 6)), 2)], [
        (_channels_first, order),
        (_products, "There is still one number for each channel: add up the channels of each place."),
        (lambda m, w, k: _products(m, w, k).sum(axis=(0, 1)), "Add up the channels, not the places: those are wanted."),
        (lambda m, w, k: _products(m, w, k).sum(axis=0), "You add up the rows; add up the channels of each place."),
        (lambda m, w, k: _products(m, w, k).sum(axis=1), "You add up the columns; add up the channels of each place."),
        (lambda m, w, k: _products(m, w, k).sum(), "That is the sum over all places: keep the places apart."),
        (lambda m, w, k: (m[..., None] * w.reshape(*m.shape, -1)).sum(2), "These are all classes, not `label` alone."),
        (lambda m, w, k: _products(m, w, k).mean(axis=-1), "You average the channels; the score adds them up."),
        (lambda m, w, k: _heat(m, w, k) / m[..., 0].size, "Only the averaging head divides by the number of places."),
        (lambda m, w, k: m.sum(axis=-1), "The maps are added up without their weights."),
        (lambda m, w, k: _heat(m**0, w, k), "The weights are added up without the maps: multiply first."),
        (lambda m, w, k: m.sum(axis=-1) * _heat(m**0, w, k), "Add up last: first multiply channel by channel."),
        (lambda m, w, k: _heat(m, w, 0), other_class),
        (lambda m, w, k: _heat(m, w, k - 1), other_class),
        (lambda m, w, k: np.abs(_heat(m, w, k)), "The signs are gone: but a place can speak against a class."),
        (lambda m, w, k: np.maximum(_heat(m, w, k), 0), "Negative numbers count: a place can speak against a class."),
        (lambda m, w, k: _heat(m, w, k).T, "Rows and columns of your map are exchanged."),
    ])  # fmt: skip


def _products(maps: Floats, weights: Floats, label: int) -> Floats:
    return np.asarray(maps * weights[:, label].reshape(maps.shape))


def _heat(maps: Floats, weights: Floats, label: int) -> Floats:
    return np.asarray(_products(maps, weights, label).sum(axis=-1))


def _channels_first(maps: Floats, weights: Floats, label: int) -> Floats:
    rows, columns, channels = maps.shape
    return np.asarray(np.einsum("rck,krc->rc", maps, weights[:, label].reshape(channels, rows, columns)))
