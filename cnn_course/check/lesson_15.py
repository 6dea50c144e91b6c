"""Checks of lesson 15: showing one piece of a picture, the arithmetic of Grad-CAM, nearest neighbours."""

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, array, call, judge, register

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]


@register("15.1", right="Pieces shown alone and pieces hidden answer different questions: is it enough, and is it "
          "needed? Where the two maps disagree, the net has more than one reason.")  # fmt: skip
def revealed(answer: Any) -> None:
    """Copies of pictures of several sizes, all of whose pixels are brighter than the grey outside."""
    rng = np.random.default_rng(151)
    sizes = ((1, 2, 1, 1), (5, 8, 2, 3), (7, 10, 3, 2), (9, 6, 4, 3))
    cases = [(rng.integers(140, 255, (h, w, 3), np.uint8), size, stride) for h, w, size, stride in sizes]
    judge(answer, lambda picture, size, stride: _revealed(picture, size, stride), cases, [
        (lambda p, k, s: np.where(_revealed(p, k, s) == 127, p, 127), "That is `covered`; now show the square alone."),
        (lambda p, k, s: _revealed(p, k, s, grey=128), "Outside is 128, not 127."),
        (lambda p, k, s: _revealed(p, k, s, grey=0), "Everything outside the square is black: it should be grey."),
        (_piled_up, "Squares of earlier copies are still shown in later ones: each copy shows one square only."),
        (lambda p, k, s: np.concatenate(_revealed(p, k, s)), "The copies are in one row: keep rows and columns apart."),
        (lambda p, k, s: _revealed(p, k, s).swapaxes(0, 1), "Rows and columns of squares have changed places."),
        (lambda p, k, s: _revealed(p, k, 1), "The next square should begin `stride` pixels further, not 1."),
        (lambda p, k, s: _revealed(p, k, k), "Your squares lie side by side, whatever the stride."),
        (lambda p, k, s: _revealed(p, k, s, beyond=-1), "A square may end exactly at the edge of the picture."),
        (lambda p, k, s: _revealed(p, k, s, beyond=k - 1), "Some squares hang over the edge."),
    ])  # fmt: skip


def _revealed(picture: Bytes, size: int, stride: int, grey: int = 127, beyond: int = 0) -> Bytes:
    """Copies that show one square each; squares may hang over the edge by `beyond` pixels."""
    tops, lefts = (range(0, length - size + 1 + beyond, stride) for length in picture.shape[:2])
    copies = np.full((len(tops), len(lefts), *picture.shape), grey, np.uint8)
    for (i, top), (j, left) in product(enumerate(tops), enumerate(lefts)):
        copies[i, j, top : top + size, left : left + size] = picture[top : top + size, left : left + size]
    return copies


def _piled_up(picture: Bytes, size: int, stride: int) -> Bytes:
    copies = _revealed(picture, size, stride)
    return np.asarray(np.maximum.accumulate(copies.reshape(-1, *picture.shape))).reshape(copies.shape)


@register("15.2", right="The same lines serve any head and any layer. Behind a global average the gradients are equal "
          "at all places, and the mean changes nothing.")  # fmt: skip
def heat_maps(answer: Any) -> None:
    """Heat maps of one small picture and of a batch; then of two pictures, one without evidence at any place."""

    def right(maps: Floats, gradients: Floats) -> Floats:
        return _heat(maps, _mean(gradients))

    rng = np.random.default_rng(152)
    few = np.array([[[[3.0, 2], [4, 0], [1, 5]]]]), np.array([[[[3.0, -3], [-1, 0], [4, 0]]]])
    many = rng.normal(2, 1, (3, 4, 5, 6)), rng.normal(size=(3, 4, 5, 6))
    judge(answer, right, [few, many], [
        (lambda m, g: g.mean(axis=(1, 2)), "These are the weights of the maps, still to be used."),
        (lambda m, g: _mean(g) * m, "There is still a number for each channel: add up the channels of each place."),
        (_sum, "The negative places are still there, and nothing is divided."),
        (lambda m, g: np.maximum(_sum(m, g), 0), "The maps are not divided by their largest values."),
        (lambda m, g: _divided(_sum(m, g)), "The negative places are still there: cut them off, then divide."),
        (lambda m, g: _divided(abs(_sum(m, g))), "The signs are dropped: what is negative should become 0."),
        (lambda m, g: _divided(np.maximum(_sum(m, g), 0), None), "Divide each map by its own largest value."),
        (lambda m, g: _heat(m, g), "The gradients are not averaged over the places."),
        (lambda m, g: _heat(m, g.mean(axis=-1, keepdims=True)), "The gradients are averaged over the channels."),
        (lambda m, g: _heat(m, g.mean(axis=(0, 1, 2))), "The gradients are averaged over the pictures, too."),
        (lambda m, g: _heat(m, np.maximum(_mean(g), 0)), "The weights are cut off; a map may speak against a class."),
        (lambda m, g: _heat(np.maximum(_mean(g) * m, 0), 1), "Each product is cut off: cut off their sum instead."),
        (lambda m, g: _heat(m, 1), "The maps are added up without weights from the gradients."),
    ])  # fmt: skip
    maps, gradients = np.array([[[[1.0], [2]]], [[[3], [1]]]]), np.array([[[[1.0], [3]]], [[[-1], [-2]]]])
    heat = array(call(answer, maps.copy(), gradients.copy(), given="gradients below zero"), "What is returned")
    if not np.isfinite(heat).all():
        raise Hint("With negative gradients only, all places become 0 and should stay 0; yours end as 0 / 0.")
    judge(answer, right, [(maps, gradients)], [(lambda m, g: _divided(_sum(m, g)), "Cut off first, then divide.")])


def _mean(gradients: Floats) -> Floats:
    return np.asarray(gradients.mean(axis=(1, 2), keepdims=True))


def _sum(maps: Floats, gradients: Floats) -> Floats:
    return np.asarray((_mean(gradients) * maps).sum(axis=-1))


def _divided(heat: Floats, axis: tuple[int, int] | None = (1, 2)) -> Floats:
    largest = heat.max(axis=axis, keepdims=True)
    return np.asarray(heat / np.where(largest == 0, 1, largest))


def _heat(maps: Floats, weights: Any) -> Floats:
    return _divided(np.maximum((weights * maps).sum(axis=-1), 0))


@register("15.3", right="It is the share that section 5 draws, with another distance. Which distance fits is a choice: "
          "the cosine leaves out how strong all features are together.")  # fmt: skip
def same_label_share(answer: Any) -> None:
    """Five pictures in a plane, then sets of many."""
    rng = np.random.default_rng(153)
    twins = np.array([[1.0, 1], [4, 1], [4, 1], [4.5, 2], [9, 1]]), np.array([0, 1, 0, 1, 1])
    five = np.array([[1.0, 1], [2, 1], [5, 1], [5, 3], [9, 3]]), np.array([0, 0, 1, 0, 0])
    many = [(rng.normal(size=(n, 4)) * rng.gamma(3, size=(n, 1)), rng.integers(0, 4, n)) for n in (101, 67, 83)]
    judge(answer, lambda features, labels: _share(features, labels), [five, *many, twins], [
        (lambda f, y: (y[_distances(f).argmin(axis=1)] == y).mean(), "Each picture is its own nearest neighbour."),
        (lambda f, y: len(y) * _share(f, y), "This is a number of pictures; return their share."),
        (lambda f, y: 100 * _share(f, y), "This is a percentage: a share lies between 0 and 1."),
        (lambda f, y: 1 - _share(f, y), "This is the share whose neighbour has another label."),
        (lambda f, y: _share(f, y, rank=1), "This takes the second nearest of the others."),
        (lambda f, y: _share(f, y, rank=-2), "This takes the farthest picture, not the nearest."),
        (lambda f, y: _share(f, y, order=1), "This adds up absolute differences; the straight distance is asked for."),
        (lambda f, y: _share(f, y, apart=0), _DOUBLES),
        (lambda f, y: (y[_distances(f).argsort(axis=1, kind="stable")[:, 1]] == y).mean(), _DOUBLES),
        (lambda f, y: _share((f - f.mean(0)) / f.std(0), y), "The features are scaled; take them as they are."),
        (lambda f, y: _share(_unit(f), y), "This compares by the cosine; the straight distance is asked for."),
        (lambda f, y: _share(_unit((f - f.mean(0)) / f.std(0)), y), "This compares by the cosine, of scaled features."),
        (lambda f, y: (y[(f @ f.T - np.diag([np.inf] * len(y))).argmax(1)] == y).mean(), "This compares by products."),
    ], decimals=3)  # fmt: skip


_DOUBLES = "Two pictures can lie at distance 0 of one another: leave a picture out by its place, not by its distance."


def _share(features: Floats, labels: NDArray[Any], rank: int = 0, order: int = 2, apart: float = -1) -> float:
    """The share whose neighbour of this rank, by this norm of the difference and farther apart, has the same label."""
    distances = _distances(features, order)
    distances[(distances <= apart) | np.eye(len(labels), dtype=bool)] = np.inf
    return float((labels[distances.argsort(axis=1)[:, rank]] == labels).mean())


def _distances(features: Floats, order: int = 2) -> Floats:
    return np.asarray(np.linalg.norm(features[:, np.newaxis] - features, order, axis=-1))


def _unit(features: Floats) -> Floats:
    return np.asarray(features / np.linalg.norm(features, axis=1, keepdims=True))
