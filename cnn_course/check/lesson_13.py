"""Checks of lesson 13: feeding another net, the nearest class mean, and a test of whole groups."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, array, call, judge, keeps_input, register

Array = NDArray[Any]


@register("13.1", right="Two points fix the line, and floats have room for −1. Each backbone has a line of its own.")
def from_minus_one_to_one(answer: Any) -> None:
    """`uint8` pictures as floats from −1 to 1. None holds black or white, so that their own extremes are no help."""

    def line(pictures: Array) -> Array:
        return pictures / 127.5 - 1

    rng, few = np.random.default_rng(131), np.array([[[[51, 102, 153], [204, 153, 102]]]], np.uint8)
    many = np.stack([rng.integers(low, high, (4, 5, 3), np.uint8) for low, high in ((20, 90), (60, 230), (1, 255))])
    by_itself = "You scale the pictures by their own numbers; the net wants the same line for all pictures."
    no_room = "A uint8 has no room below 0 or above 255: it starts again at the other end. Make floats first."
    axes = {"axis": (1, 2, 3), "keepdims": True}
    judge(answer, line, [(few,), (many,)], [
        (lambda p: p / 255, "That takes 0 to 0 and 255 to 1. Where should 0 go?"),
        (lambda p: p / 255 - 1, "That takes 0 to −1, but 255 to 0: the line is not steep enough."),
        (lambda p: p / 127.5, "That takes 0 to 0 and 255 to 2: the steepness is right; now move the line."),
        (lambda p: (p - 127.0) / 128, "That is what EfficientNet-Lite0 does inside: 0 becomes −0.992."),
        *((lambda p, by=by: p / by - 1, "Nearly; but 255 does not become 1 exactly.") for by in (127, 128)),
        (lambda p: line(p)[..., ::-1], "The scaling is right, but red and blue have changed places."),
        (lambda p: 0 * p, "All values are 0: did an integer type or `//` cut the fractions off?"),
        (lambda p: -line(p), "The sign is turned round: black should become −1."),
        *((lambda p, a=a: (p - p.mean(**a)) / p.std(**a), by_itself) for a in ({}, axes)),
        *((lambda p, a=a: (p - p.min(**a)) / (np.ptp(p, **a) / 2) - 1, by_itself) for a in ({}, axes)),
        *((lambda p, a=a: p / (p.max(**a) / 2) - 1, by_itself) for a in ({}, axes)),
        (lambda p: 2 * p / 255 - 1, no_room),
        *((lambda p, a=a, b=b: (p - a) / b, no_room) for a in (127, 128) for b in (127, 127.5, 128)),
    ])  # fmt: skip
    keeps_input(answer, many, hint="The values are right, but your function changed the pictures it was given.")


@register("13.2", right="It is linear, it needs no training, and with very few photos it is hard to beat.")
def nearest_class_mean(answer: Any) -> None:
    """For each new row the class with the nearest mean: of a few, then of overlapping classes of unequal sizes."""
    rng = np.random.default_rng(132)
    y = rng.permutation(np.repeat(np.arange(7), rng.integers(4, 14, 7)))
    centres = rng.normal(2, 1, (7, 6))
    x, new = (centres[k] + rng.normal(0, 1.2, (len(k), 6)) for k in (y, rng.integers(7, size=80)))
    few, few_new = ([0.0, 4], [2, 7], [7, 7], [9, 9], [1, 1], [1, 7]), ([1.0, 0], [8, 3], [0, 0], [8, 4], [3, 7])
    cases = [(np.array(few), np.array([0, 0, 0, 1, 1, 2]), np.array(few_new)), (x, y, new)]
    judge(answer, lambda x, y, new: _nearest(x, new, y), cases, [
        (lambda x, y, n: _apart(n, _means(x, y)).argmax(1), "Those are the classes whose means are farthest away."),
        (lambda x, y, n: y[_apart(n, x).argmin(1)], "Those are the classes of the nearest single rows, not means."),
        (lambda x, y, n: _apart(n, x).argmin(1), "Those are the places of the nearest rows of x, not classes."),
        (lambda x, y, n: _apart(n, _means(x, y) * np.bincount(y)[:, None]).argmin(1), "Take means, not sums."),
        (lambda x, y, n: _apart(n, _means(x, y), 1).argmin(1), "The Euclidean distance adds up squares, not amounts."),
        (lambda x, y, n: (n[:, None] - _means(x, y)).sum(-1).argmin(1), "Added up, differences of both signs cancel."),
        (lambda x, y, n: (n @ _means(x, y).T).argmax(1), "Products with the means favour means that lie far out."),
        *((lambda x, y, n, f=f: f(_apart(n, _means(x, y))), "Those are distances. Which class is it, for each row?")
          for f in (np.abs, np.square, lambda d: d.min(1), lambda d: d.min(1) ** 2)),
        (lambda x, y, n: _nearest(*_standardised(x, n), y), "The features are standardised; take them as they are."),
        (lambda x, y, n: _means(_apart(x, n), y).argmin(0), "You average distances to rows; average the rows first."),
    ])  # fmt: skip
    if array(call(answer, *cases[0], given="the same rows"), "What your function returns").dtype.kind == "f":
        raise Hint("The classes are right, but they are floats, and a float is no index. Return integers.")


def _means(x: Array, y: Array) -> Array:
    return np.stack([x[y == k].mean(axis=0) for k in range(y.max() + 1)])


def _nearest(x: Array, new: Array, y: Array) -> Array:
    return np.asarray(_apart(new, _means(x, y)).argmin(axis=1))


def _standardised(x: Array, new: Array) -> tuple[Array, Array]:
    """As `nearest_mean` in section 5 of the lesson does it."""
    centre, spread = x.mean(axis=0), x.std(axis=0) + 0.1 * x.std()
    return (x - centre) / spread, (new - centre) / spread


def _apart(new: Array, rows: Array, order: float = 2) -> Array:
    """How far each new row is from each of the others."""
    return np.asarray(np.linalg.norm(new[:, None] - rows, order, axis=-1))


@register("13.3", right="Whole groups on either side: the test asks about what is new, and not about twins.")
def whole_groups(answer: Any) -> None:
    """A mask that takes about half of the groups, whole, drawn with the generator that is given, and with no other."""
    rng = np.random.default_rng(133)
    numbers = rng.choice(10_000, 1_000, replace=False)  # so many that even a coin for each takes about half of them
    groups = rng.permutation(np.repeat(numbers, rng.integers(1, 6, 1_000)))
    first, again, other = (_mask(answer, groups, seed) for seed in (1, 1, 2))
    if not np.array_equal(first, again):
        raise Hint("With the same `rng`, your function chose other groups the second time: draw all lots with `rng`.")
    if np.array_equal(first, other):
        raise Hint("Groups stay whole, but the same ones are chosen each time. Draw lots, with `rng`.")


def _mask(answer: Any, groups: Array, seed: int) -> Array:
    """One division, or `Hint` for what is wrong with it."""
    given, own, rng = f"groups of shape {groups.shape} and rng", groups.copy(), np.random.default_rng(seed)
    result = call(answer, own, rng, given=given)
    mask = np.asarray(list(result) if isinstance(result, set) else result)
    if mask.shape != groups.shape or mask.dtype != np.bool_:
        if mask.size and np.isin(mask, groups).all():
            raise Hint("These are the numbers of groups. Which pictures belong to them? A mask has one entry for each.")
        raise Hint(f"A mask has {len(groups):,} entries, True or False; yours: shape {mask.shape}, type {mask.dtype}.")
    names, place, size = np.unique(groups, return_inverse=True, return_counts=True)
    share = np.bincount(place, mask) / size
    divided, taken = np.sum(share % 1 > 0), np.sum(share == 1)
    if divided and not np.array_equal(own, groups):
        raise Hint("Your function changed the order of `groups` itself. Shuffle a list of the groups instead.")
    if divided:
        whole = "Draw lots among groups: if one is drawn, all its pictures belong to the test."
        raise Hint(f"Of {len(size):,} groups, {divided} lie on both sides. {whole}")
    if np.array_equal(mask, np.isin(groups, np.random.default_rng(seed).choice(names, len(names) // 2))):
        raise Hint(f"Of {len(size):,} groups only {taken} are in the test: `rng.choice` draws some of them twice.")
    if not 440 <= taken <= 560:
        raise Hint(f"Groups stay whole, but of {len(size):,} the test has {taken:,}; about half are wanted.")
    return mask
