"""Checks of lesson 11, ImageNet."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, call, number, register

# --- 11.1 ------------------------------------------------------------------------------------------------


@register("11.1", right="With k=1 it is the top-1 error; with k as large as the number of classes it is always 0.")
def top_k_error(answer: Any) -> None:
    """Exercise 11.1 wants a function of scores `(n, classes)`, labels `(n,)` and k that returns the top-k error."""
    random = np.random.default_rng(11)
    for pictures, classes, k in ((40, 12, 5), (60, 9, 3), (50, 10, 1), (20, 6, 6)):
        scores = random.normal(0, 1, (pictures, classes))
        labels = random.integers(0, classes, pictures)
        given = f"scores of shape ({pictures}, {classes}), {pictures} labels and k = {k}"
        error = number(call(answer, scores, labels, k, given=given), f"Given {given}, what your function returns")
        _check_error(error, scores, labels, k)


def _check_error(error: float, scores: NDArray[Any], labels: NDArray[Any], k: int) -> None:
    """Raise `Hint` unless the error is right; name what was computed instead."""
    wanted = _top_k(scores, labels, k)
    if np.isclose(error, wanted, rtol=0, atol=1e-9):
        return
    mistakes = {
        1 - wanted: "That is the share of pictures that are right. The error is the share of the others.",
        100 * wanted: "That is in per cent. Return a share between 0 and 1.",
        wanted * len(labels): "That is a number of pictures. Divide by how many there are.",
        _top_k(-scores, labels, k): "You look among the k smallest scores. np.argsort puts the largest last.",
        _top_k(scores, labels, 1): "The label has to be among the k best, and you look at the very best only.",
        _top_k(scores, labels, 5): "That is the top-5 error. How many guesses are allowed is k.",
        _top_k(scores, labels, k + 1): "You allow one guess too many: k of them, counted from 1.",
        _top_k(scores, labels, k - 1): "You allow one guess too few: k of them, counted from 1.",
    }
    for then, hint in mistakes.items():
        if np.isclose(error, then, rtol=0, atol=1e-9):
            raise Hint(hint)
    raise Hint(
        f"For k = {k} your function returns {error:.3f}, and that is not the share of rows whose label is missing "
        "among the k highest scores. Try it on two rows by hand."
    )


def _top_k(scores: NDArray[Any], labels: NDArray[Any], k: int) -> float:
    """Share of rows in which at least k other classes score higher than the label."""
    own = scores[np.arange(len(labels)), labels]
    return float(np.mean((scores > own[:, np.newaxis]).sum(axis=1) >= k))


# --- 11.2 ------------------------------------------------------------------------------------------------


@register("11.2", right="Nearly all of it is the 1 × 1 convolution; looking around costs next to nothing.")
def separable_cost(answer: Any) -> None:
    """Exercise 11.2 wants the multiply-adds of a depthwise and a 1 × 1 convolution, from five numbers."""
    for height, width, kernel, channels, filters in ((14, 14, 3, 256, 256), (9, 21, 5, 16, 40), (32, 12, 3, 64, 24)):
        given = f"height {height}, width {width}, kernel {kernel}, {channels} channels, {filters} filters"
        cost = number(
            call(answer, height, width, kernel, channels, filters, given=given),
            f"Given {given}, what your function returns",
        )
        _check_cost(cost, height * width, kernel, channels, filters)


def _check_cost(cost: float, places: int, kernel: int, channels: int, filters: int) -> None:
    """Raise `Hint` unless the cost is right; name what was counted instead."""
    depthwise, pointwise = kernel**2 * channels, channels * filters
    if cost == places * (depthwise + pointwise):
        return
    mistakes: dict[float, str] = {
        places
        * kernel**2
        * channels
        * filters: "That is the full convolution, in which each kernel reaches through all "
        "channels. A depthwise kernel sees one.",
        depthwise + pointwise: "These are the weights. Each is used once at every place.",
        places * depthwise: "The depthwise half is right. The 1 × 1 convolution behind it is missing.",
        places * pointwise: "The 1 × 1 half is right. The depthwise convolution in front of it is missing.",
        places * (kernel * channels + pointwise): "A kernel of size k has k times k weights.",
        places
        * (kernel**2 * filters + pointwise): "The depthwise convolution comes first: it has a kernel for each channel "
        "that comes in, not for each that goes out.",
        places * depthwise * pointwise: "The two convolutions come one after the other. Their costs add up.",
        places * (depthwise + pointwise + channels + filters): "Biases are added, not multiplied: leave them out.",
    }
    if cost in mistakes:
        raise Hint(mistakes[cost])
    raise Hint(
        "That is not it. Count the two convolutions one by one: for each, how many products give one output number, "
        "and how many output numbers are there?"
    )


# --- 11.3 ------------------------------------------------------------------------------------------------

_NAMES = ("tabby", "tiger cat", "tiger", "cat", "lynx", "catamaran", "cup", "coffee mug", "mug")
_WANTED = (("tabby", "tiger cat", "cat"), ("mug", "cup"), ("lynx",), ("tiger", "tabby", "tiger cat", "lynx"))


@register("11.3", right="The classes exclude one another, so their probabilities may be added up.")
def share_of_classes(answer: Any) -> None:
    """Exercise 11.3 wants the sum of the probabilities of some classes, given by name."""
    random = np.random.default_rng(11)
    for wanted in _WANTED:
        probabilities = random.dirichlet(np.ones(len(_NAMES)))
        given = f"{len(_NAMES)} probabilities, their names and wanted = {wanted}"
        result = call(answer, probabilities, _NAMES, wanted, given=given)
        share = number(result, f"Given {given}, what your function returns")
        _check_share(share, probabilities, wanted)


def _check_share(share: float, probabilities: NDArray[Any], wanted: tuple[str, ...]) -> None:
    """Raise `Hint` unless it is the sum of the wanted classes; name what was computed instead."""
    chosen = np.isin(_NAMES, wanted)
    if np.isclose(share, probabilities[chosen].sum(), atol=1e-6):
        return
    loose = np.array([any(one in name for one in wanted) for name in _NAMES])
    looser = np.array([name in " ".join(wanted) for name in _NAMES])
    mistakes = (
        (loose, "A name counts only if it is wanted as a whole: a catamaran is no cat."),
        (looser, "A name counts only if it is wanted as a whole: who wants the tiger cat does not want the tiger."),
        (~chosen, "That is the share of all the other classes."),
    )
    for those, hint in mistakes:
        if np.isclose(share, probabilities[those].sum(), atol=1e-6):
            raise Hint(hint)
    if np.isclose(share, probabilities[chosen].max(), atol=1e-6):
        raise Hint(
            "That is the most probable of the wanted classes. How probable is it that it is one of them, whichever?"
        )
    if np.isclose(share, probabilities[chosen].mean(), atol=1e-6):
        raise Hint("That is their mean. Two classes together are more probable than either, not as probable as half.")
    if np.isclose(share, 1 - np.prod(1 - probabilities[chosen]), atol=1e-6):
        raise Hint("That would be right for events that can happen together. Here the picture gets exactly one class.")
    if np.isclose(share, 100 * probabilities[chosen].sum(), atol=1e-6):
        raise Hint("That is in per cent. Return a share between 0 and 1.")
    raise Hint(f"For wanted = {wanted} your function returns {share:.3f}. Which probabilities belong to these names?")
