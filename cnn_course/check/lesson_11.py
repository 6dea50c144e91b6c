"""Checks of lesson 11: the top-k error, the cost of a separable convolution, and the probability of several classes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.check.engine import judge, register


@register("11.1", right="With k=1 it is the top-1 error; with k as large as the number of classes it is always 0.")
def top_k_error(answer: Any) -> None:
    """A function of scores `(n, classes)`, labels `(n,)` and k, tried on pictures of every class."""
    few = np.array([[0.1, 0.7, 0.2], [0.5, 0.2, 0.3], [0.3, 0.6, 0.1], [0.2, 0.1, 0.7]], np.float32)
    cases, rng = [(few, np.array([2, 1, 0, 2]), 2)], np.random.default_rng(11)
    for n, classes, k in ((40, 12, 4), (60, 9, 3)):
        scores = rng.normal(size=(n, classes)).astype(np.float32)  # as nets give them; Keras takes no others
        cases.append((scores, rng.permutation(np.arange(n) % classes), k))
    judge(answer, _error, cases, [
        (lambda s, y, k: 1 - _error(s, y, k), "That is the share that is right; the error is the share of the others."),
        (lambda s, y, k: 100 * _error(s, y, k), "That is in per cent; return a share between 0 and 1."),
        (lambda s, y, k: len(y) * _error(s, y, k), "That is how many pictures are wrong; return their share of all."),
        (lambda s, y, k: _error(-s, y, k), "You look among the k smallest scores. np.argsort puts the largest last."),
        (lambda s, y, k: _error(s, y, 1), "You allow the very best guess only; k guesses are allowed."),
        (lambda s, y, k: _error(s, y, 5), "That is the top-5 error; the number of guesses is k."),
        (lambda s, y, k: _error(s, y, k + 1), "You allow one guess too many."),
        (lambda s, y, k: _error(s, y, k - 1), "You allow one guess too few."),
        (lambda s, y, k: np.mean(_rank(s, y) != k - 1), "You look at the k-th guess alone; the better ones count too."),
        (lambda s, y, k: 1 - np.isin(_rank(s, y), range(1, k)).mean(), "The best guess of each row is left out."),
        (lambda s, y, k: 1 - (1 - _error(s, y, k)) / k, "You average over all guesses; one hit makes a row right."),
        (1, "By your count every picture is wrong. What do you compare the label with, in the first row?"),
    ], decimals=3)  # fmt: skip


def _rank(scores: NDArray[Any], labels: NDArray[Any]) -> NDArray[Any]:
    """How many classes score higher than the label."""
    own = scores[np.arange(len(labels)), labels]
    return np.asarray((scores > own[:, np.newaxis]).sum(axis=1))


def _error(scores: NDArray[Any], labels: NDArray[Any], k: int) -> float:
    return float(np.mean(_rank(scores, labels) >= k))


@register("11.2", right="The depthwise step's share of it is k² / (k² + filters): with many filters, next to nothing.")
def separable_cost(answer: Any) -> None:
    """The multiply-adds of a depthwise and a 1 × 1 convolution, from five numbers."""

    def cost(height: int, width: int, kernel: int, channels: int, filters: int) -> int:
        return height * width * channels * (kernel**2 + filters)

    judge(answer, cost, [(4, 5, 3, 2, 6), (9, 21, 5, 16, 40), (14, 14, 3, 256, 256)], [
        (lambda h, w, k, c, f: h * w * k**2 * c * f, "That is the full convolution; a depthwise kernel sees one map."),
        (lambda h, w, k, c, f: c * (k**2 + f), "These are the weights; each is used once at every place."),
        (lambda h, w, k, c, f: h * w * k**2 * c, "The depthwise half is right; the 1 × 1 convolution is missing."),
        (lambda h, w, k, c, f: h * w * c * f, "The 1 × 1 half is right; the depthwise convolution is missing."),
        (lambda h, w, k, c, f: h * w * c * (k + f), "The kernel is `kernel` pixels wide, and as many high."),
        (lambda h, w, k, c, f: h * w * (k**2 + c) * f, "The depthwise step has a kernel for each map that comes in."),
        (lambda h, w, k, c, f: h * w * (k**2 + c * f), "Your depthwise step filters one map only."),
        (lambda h, w, k, c, f: h * w * c * (k**2 + 1), "Your 1 × 1 step has one filter only."),
        (lambda h, w, k, c, f: h * w * k**2 * c * c * f, "One step follows the other, so their costs add up."),
        (lambda h, w, k, c, f: h * w * (c * (k**2 + f) + c + f), "Leave the biases out."),
        (lambda h, w, k, c, f: 2 * h * w * c * (k**2 + f), "A product and its addition count as one multiply-add."),
        (lambda h, w, k, c, f: (h - k + 1) * (w - k + 1) * c * (k**2 + f), "The maps keep their height and width."),
    ])  # fmt: skip


_LEFT_OUT = 'A wanted class is left out, "Egyptian cat". Is it too improbable for you, or spelt in another way?'


@register("11.3", right="The classes exclude one another, so their probabilities may be added up.")
def share_of_classes(answer: Any) -> None:
    """The sum of the probabilities of some classes, given by name; some names are parts of others."""

    def share(probabilities: NDArray[Any], names: tuple[str, ...], wanted: tuple[str, ...]) -> Any:
        return probabilities[np.isin(names, wanted)].sum()

    judge(answer, share, [
        (np.array([0.1, 0.2, 0.4, 0.3]), ("cup", "tabby", "lynx", "mug"), ("tabby", "lynx")),
        (np.array([0.3, 0.1, 0.2, 0.4]), ("cat", "catamaran", "mug", "coffee mug"), ("cat", "mug")),
        (np.array([0.3, 0.2, 0.006, 0.14, 0.117, 0.1, 0.09, 0.047]),
         ("cat", "lynx", "Egyptian cat", "cup", "mug", "fox", "tiger cat", "tiger"),
         ("cat", "tiger cat", "Egyptian cat")),
        (np.array([0.05, 0.25, 0.1, 0.4, 0.2]), ("tiger", "cat", "lynx", "tiger cat", "cup"), ("lynx", "tiger cat")),
    ], [
        (lambda p, n, w: p[[any(one in x for one in w) for x in n]].sum(), "Whole names only: a catamaran is no cat."),
        (lambda p, n, w: p[[x in str(w) for x in n]].sum(), 'Whole names only: in "tiger cat" there is no tiger.'),
        (lambda p, n, w: 1 - share(p, n, w), "That is how probable all the other classes are."),
        (lambda p, n, w: 100 * share(p, n, w), "That is in per cent; return a share between 0 and 1."),
        (lambda p, n, w: p[np.isin(n, w)].max(), "That is the most probable of them; any of them will do."),
        (lambda p, n, w: p[np.isin(n, w)].mean(), "That is their mean; two together are more probable than either."),
        (lambda p, n, w: p[np.isin(n, w)].prod(), "You multiplied; but a picture is one or the other, not both."),
        (lambda p, n, w: 1 - (1 - p[np.isin(n, w)]).prod(), "That suits events that can occur together; these cannot."),
        (lambda p, n, w: p[np.isin(n, w)][0], "That is the first of them alone. Does the loop end too early?"),
        (lambda p, n, w: p[np.isin(n, w)][-1], "That is the last of them alone. Does it replace those before?"),
        (lambda p, n, w: p[: len(w)].sum(), "Those are the first probabilities; the wanted classes are elsewhere."),
        (lambda p, n, w: p[np.isin(n, w) & (p > 0.01)].sum(), _LEFT_OUT),
        (lambda p, n, w: p[np.isin(n, w) & np.isin(p, np.sort(p)[-5:])].sum(), _LEFT_OUT),
        (0, "Your sum is 0 every time. Print what you compare: `wanted` holds several names, not one."),
    ], decimals=3)  # fmt: skip
