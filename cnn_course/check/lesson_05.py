"""Checks of lesson 5: what a head costs, softmax, and the contribution of each place to a score."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, array, call, described, judge, parts, register, shown

Floats = NDArray[np.float64]


@register("5.1", right="Flattening pays for every place, averaging does not: its count has no height and no width in "
          "it, so the same head fits maps of any size.")
def head_parameters(answer: Any) -> None:
    """The two counts, for maps and classes of several numbers."""
    flattened, averaged = parts(answer, "flattened", "averaged")
    cases = [(2, 3, 4, 5), (7, 5, 64, 10), (1, 9, 17, 100)]
    none, one = "The biases are missing: each class has one.", "One bias is too few: each class has its own."
    inputs = "A bias belongs to each class (output), not to each number that goes in."
    judge(flattened, lambda height, width, channels, classes: (height * width * channels + 1) * classes, cases, [
        (lambda h, w, c, k: h * w * c * k, none),
        (lambda h, w, c, k: h * w * c * k + 1, one),
        (lambda h, w, c, k: h * w * c * (k + 1), inputs),
        (lambda h, w, c, k: (h * w + 1) * k, "Only one map has been flattened: the row holds all of them."),
        (lambda h, w, c, k: h * w * c, "That is how many numbers go in; each class has a weight for each of them."),
        (lambda h, w, c, k: (c + 1) * k, "This is the count of the averaging head: are the two answers exchanged?"),
    ], name="`flattened`")  # fmt: skip
    judge(averaged, lambda height, width, channels, classes: (channels + 1) * classes, cases, [
        (lambda h, w, c, k: c * k, none),
        (lambda h, w, c, k: c * k + 1, one),
        (lambda h, w, c, k: c * (k + 1), inputs),
        (lambda h, w, c, k: (h * w * c + 1) * k, "This counts every place; averaging leaves one number of each map."),
        (lambda h, w, c, k: (h * w + 1) * k, "Averaging keeps the channels and drops the places, not the reverse."),
        (lambda h, w, c, k: (c + 1) * k + h * w * c, "Averaging itself learns nothing: only the dense layer counts."),
    ], name="`averaged`")  # fmt: skip


@register("5.2", right="Subtracting the largest score changes no share, and nothing overflows. Keras and "
          "course.layers.softmax do the same.")
def softmax(answer: Any) -> None:
    """Shares of moderate scores, then of extreme ones."""
    few = np.array([[0.5, 0, 0.8], [2, -1, 0.5]])
    judge(answer, _softmax, [(few,), (np.random.default_rng(52).normal(0, 2, (6, 4)),)], [
        (lambda z: _shares(np.exp(z), 0), "Each column sums to 1: the shares of one picture lie in a row."),
        (lambda z: _shares(np.exp(z), None), "The whole batch sums to 1: each row should, by itself."),
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
