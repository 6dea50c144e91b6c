"""Checks of lesson 5: what a head costs, softmax, and the contribution of each place to a score."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, array, call, number, register

Counts = Callable[[int, int, int, int], float]
Floats = NDArray[np.float64]

_FLATTENED: list[tuple[Counts, str]] = [
    (lambda h, w, c, k: h * w * c * k, "the biases are missing: each class has one."),
    (lambda h, w, c, k: (h * w + 1) * k, "only one map has been flattened: the row holds all of them."),
    (lambda h, w, c, k: h * w * c * (k + 1), "a bias belongs to each class (output), not to each number that goes in."),
    (lambda h, w, c, k: h * w * c * k + 1, "one bias is too few: each class has its own."),
    (lambda h, w, c, k: h * w * c, "that is how many numbers go in; each class has a weight for each of them."),
    (lambda h, w, c, k: (c + 1) * k, "this is the count of the averaging head: are the two answers exchanged?"),
]
_AVERAGED: list[tuple[Counts, str]] = [
    (lambda h, w, c, k: c * k, "the biases are missing: each class has one."),
    (lambda h, w, c, k: (h * w * c + 1) * k, "averaging leaves one number of each map, and this counts every place."),
    (lambda h, w, c, k: (h * w + 1) * k, "averaging keeps the channels and drops the places, not the other way round."),
    (lambda h, w, c, k: c * (k + 1), "a bias belongs to each class (output), not to each number that goes in."),
    (lambda h, w, c, k: c * k + 1, "one bias is too few: each class has its own."),
    (lambda h, w, c, k: (c + 1) * k + h * w * c, "averaging itself learns nothing: only the dense layer counts."),
]


@register(
    "5.1",
    right="Flattening pays for every place, averaging does not: its count has no height and no width in it, so the "
    "same head fits maps of any size.",
)
def head_parameters(answer: Any) -> None:
    """Hold the two counts to the formula for odd sizes, and name what was forgotten."""
    for sizes in ((7, 5, 64, 10), (4, 6, 3, 2), (1, 9, 17, 100)):
        height, width, channels, classes = sizes
        given = f"maps of {height} × {width} × {channels} and {classes} classes"
        counts = call(answer, *sizes, given=given)
        if not isinstance(counts, tuple | list) or len(counts) != 2:
            raise Hint("Return two numbers: `return flattened, averaged`.")
        expected = ((height * width * channels + 1) * classes, (channels + 1) * classes)
        for name, count, right, mistakes in zip(
            ("flattened", "averaged"), counts, expected, (_FLATTENED, _AVERAGED), strict=True
        ):
            value = number(count, name)
            if value != right:
                slip = next((text for mistake, text in mistakes if mistake(*sizes) == value), None)
                text = slip or f"work it out on paper for {given}, input by input and output by output."
                raise Hint(f"`{name}` is {value:g} for {given}: {text}")


@register(
    "5.2",
    right="Subtracting the largest score changes no share, and nothing overflows. Keras and course.layers.softmax do "
    "the same.",
)
def softmax(answer: Any) -> None:
    """Hold the shares of random and of extreme scores to softmax, and name what was left out."""
    logits = np.random.default_rng(52).normal(0, 2, size=(6, 4))
    given = "6 rows of 4 scores"
    shares = array(_quietly(answer, logits, given), logits.shape, "The result")
    right = _softmax(logits)
    if not np.allclose(shares, right, atol=1e-6):
        raise Hint(_slip(shares, logits, right))
    _survive(answer, np.array([[1000.0, 999.0, 998.0]]), "scores around 1000", "the exponential of 1000 overflows")
    _survive(
        answer,
        np.array([[-1000.0, -1001.0, -999.0]]),
        "scores around −1000",
        "every exponential there rounds to 0, and 0 / 0 is no number",
    )
    _survive(
        answer,
        np.array([[1000.0, 0.0, -1000.0]]),
        "a row with 1000, 0 and −1000",
        "with the mean or the smallest score subtracted, the largest can still be too large",
    )
    _survive(
        answer,
        np.array([[1000.0, 998.0], [-1000.0, -1001.0]]),
        "one row around 1000 and one around −1000",
        "what you subtract must fit each row: take it row by row, not from the whole batch",
    )


@register(
    "5.3",
    right="Summed over the places, and with the bias added, this is the score exactly. A flattening head has such a "
    "map for each picture, just as an averaging one does.",
)
def contributions(answer: Any) -> None:
    """Hold the map to the sum over channels, and name a wrong order, a missing factor or a wrong sum."""
    rng = np.random.default_rng(53)
    maps = rng.normal(size=(4, 3, 5))
    weights = rng.normal(size=(60, 6))
    label = 2
    given = "maps of 4 × 3 × 5, weights of 60 × 6 and class 2"
    result = call(answer, maps, weights, label, given=given)
    products = maps * weights[:, label].reshape(4, 3, 5)
    shape = np.shape(result)
    if shape == products.shape:
        raise Hint("The result still has one number for each channel: add up the channels of each place.")
    if shape == (5,):
        raise Hint("The result has one number for each channel: the places are wanted, so the channels are added up.")
    if shape == (4, 3, 6):
        raise Hint("The result has the contributions to all classes: only those to class `label` are wanted.")
    if shape == ():
        raise Hint("The result is a single number, the sum over all places: keep the places apart.")
    heat = array(result, (4, 3), "The result")
    right = products.sum(axis=-1)
    if np.allclose(heat, right, atol=1e-8):
        return
    column = weights[:, label]
    slips: list[tuple[Floats, str]] = [
        (
            np.einsum("ijk,kij->ij", maps, column.reshape(5, 4, 3)),
            "The weights are reshaped as if all of map 0 came first, then all of map 1. In which order does Flatten "
            "read the maps? (Section 2.)",
        ),
        (right / 5, "Each number is 5 times too small: the channels are averaged here, and the score adds them up."),
        (right / 12, "Each number is 12 times too small: it is the averaging head that divides by the places."),
        (maps.sum(axis=-1), "The maps are added up without their weights."),
        (column.reshape(4, 3, 5).sum(axis=-1), "The weights are added up without the maps: multiply first."),
        (
            maps.sum(axis=-1) * column.reshape(4, 3, 5).sum(axis=-1),
            "Maps and weights are added up before they are multiplied: multiply channel by channel, then add.",
        ),
        *(
            ((maps * weights[:, other].reshape(4, 3, 5)).sum(axis=-1), "This is the map of another class than `label`.")
            for other in range(6)
            if other != label
        ),
        (np.abs(right), "The signs are gone: a place can also speak against a class."),
        (np.maximum(right, 0), "The negative contributions are gone: a place can also speak against a class."),
    ]
    for mistake, hint in slips:
        if np.allclose(heat, mistake, atol=1e-8):
            raise Hint(hint)
    raise Hint(f"Given {given}, the map is not the sum over channels of map times weight.")


def _softmax(logits: Floats) -> Floats:
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = exponentials / exponentials.sum(axis=1, keepdims=True)
    return shares


def _quietly(answer: Any, logits: Floats, given: str) -> Any:
    """Call the answer without NumPy's warnings: the hint says more."""
    with np.errstate(all="ignore"):
        return call(answer, logits, given=given)


def _slip(shares: Floats, logits: Floats, right: Floats) -> str:
    exponentials = np.exp(logits)
    slips: list[tuple[Floats, str]] = [
        (exponentials / exponentials.sum(axis=0), "Each column sums to 1: the shares of one picture lie in a row."),
        (exponentials / exponentials.sum(), "The whole batch sums to 1: each row should, by itself."),
        (exponentials, "These are the exponentials: they still have to be divided."),
        (np.log(right), "These are the logarithms of the shares."),
        (
            logits / logits.sum(axis=1, keepdims=True),
            "The scores are divided by their sum: the exponential is missing.",
        ),
        (1 / (1 + 1 / exponentials), "This is the sigmoid of each score alone; softmax makes the classes compete."),
        (_softmax(-logits), "The largest score has the smallest share: there is a minus too many."),
        (np.eye(logits.shape[1])[logits.argmax(axis=1)], "The winner takes all: these are no shares but argmax."),
    ]
    scaled = np.exp(logits - logits.max(axis=1, keepdims=True))
    slips.append(
        (scaled, "The largest exponential of each row is 1, but the row does not sum to 1: divide by its sum.")
    )
    for mistake, hint in slips:
        if np.allclose(shares, mistake, atol=1e-6):
            return hint
    if not np.allclose(shares.sum(axis=1), 1):
        return f"The rows sum to {', '.join(f'{total:.2f}' for total in shares.sum(axis=1))}; each should sum to 1."
    return "The rows sum to 1, but the shares are not in proportion to the exponentials of the scores."


def _survive(answer: Any, logits: Floats, given: str, why: str) -> None:
    values = np.asarray(_quietly(answer, logits, given), dtype=np.float64)
    if values.shape != logits.shape or not np.isfinite(values).all():
        raise Hint(
            f"For moderate scores it is right. Given {given}, it gives nan, which is no number: {why}. "
            "Which change of the scores changes no share?"
        )
    if not np.allclose(values, _softmax(logits), atol=1e-6):
        raise Hint(f"For moderate scores it is right. Given {given}, the shares are wrong: {why}.")
