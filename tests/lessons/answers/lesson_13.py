"""Answers to the exercises of lesson 13, wrong ones and right ones."""

import numpy as np

from . import Cases, Wrong

# --- 13.1: from 0..255 to -1..1

INPUTS = Cases(
    wrong=[
        Wrong((lambda p: p / 255,), "Where should 0 go"),
        Wrong((lambda p: p / 255 - 1,), "not steep enough"),
        Wrong((lambda p: p / 127.5,), "now move the line"),
        Wrong((lambda p: (p.astype(float) - 127) / 128,), "EfficientNet-Lite0 does inside"),
        Wrong((lambda p: (p.astype(float) - 128) / 128,), "255 becomes 0.992"),
        Wrong((lambda p: (p / 127.5 - 1)[..., ::-1],), "red and blue"),
        Wrong((lambda p: np.round(p / 127.5 - 1),), "rounded"),
        Wrong((lambda p: (p / 127.5 - 1).astype(int),), "cut off"),
        Wrong((lambda p: 1 - p / 127.5,), "sign is turned"),
        Wrong((lambda p: (p - p.mean()) / p.std(),), "own mean and spread"),
        Wrong((lambda p: 2 * p / 255 - 1,), "Twice a `uint8`"),
        Wrong((lambda p: (p - 128) / 127.5,), "minus 128 comes out large"),
        Wrong((lambda p: (p - 128) / 128,), "no room below 0; what is dark"),
        Wrong((lambda p: (p - 127) / 128,), "before you subtract"),
        Wrong((lambda p: p / 100 - 1,), "they should become"),
        Wrong((lambda p: (p / 127.5 - 1).mean(axis=-1),), "should have shape"),
    ],
    right=[
        (lambda p: p.astype(np.float32) / 127.5 - 1,),
        (lambda p: 2 * (p / 255) - 1,),
        (lambda p: (p - np.float32(127.5)) / 127.5,),
        (lambda p: np.interp(p, (0, 255), (-1, 1)),),
    ],
)

# --- 13.2: the nearest mean


def means_of(x, y):
    return np.stack([x[y == k].mean(axis=0) for k in np.unique(y)])


def with_loops(x, y, new):
    answers = []
    for row in new:
        distances = [np.linalg.norm(row - x[y == k].mean(axis=0)) for k in range(y.max() + 1)]
        answers.append(int(np.argmin(distances)))
    return answers


def as_dense_layer(x, y, new):
    means = means_of(x, y)
    return (new @ means.T - np.square(means).sum(axis=1) / 2).argmax(axis=1)


def squares(x, y, new):
    return np.square(new[:, None] - means_of(x, y)).sum(axis=-1)


def from_sums(x, y, new):
    sums = np.stack([x[y == k].sum(axis=0) for k in np.unique(y)])
    return np.square(new[:, None] - sums).sum(axis=-1).argmin(axis=1)


def nearest_row(x, y, new):
    return np.square(new[:, None] - x).sum(axis=-1).argmin(axis=1)


def middle_row(x, y, new):
    medians = np.stack([np.median(x[y == k], axis=0) for k in np.unique(y)])
    return np.square(new[:, None] - medians).sum(axis=-1).argmin(axis=1)


MEANS = Cases(
    wrong=[
        Wrong((lambda x, y, new: squares(x, y, new).argmax(axis=1),), "farthest"),
        Wrong((lambda x, y, new: y[nearest_row(x, y, new)],), "nearest single row"),
        Wrong((nearest_row,), "the place of the nearest row"),
        Wrong((from_sums,), "Take means"),
        Wrong((lambda x, y, new: np.abs(new[:, None] - means_of(x, y)).sum(-1).argmin(1),), "absolute differences"),
        Wrong((lambda x, y, new: (new[:, None] - means_of(x, y)).sum(-1).argmin(1),), "cancel"),
        Wrong((lambda x, y, new: (new @ means_of(x, y).T).argmax(axis=1),), "product with a mean"),
        Wrong((lambda x, y, new: np.abs(new[:, None] - means_of(x, y)).max(-1).argmin(1),), "largest difference"),
        Wrong((squares,), "Which class is it"),
        Wrong((lambda x, y, new: squares(x, y, new).argmin(axis=0),), "should have shape"),
        Wrong((middle_row,), "another class than that of the nearest mean"),
    ],
    right=[(with_loops,), (as_dense_layer,), (lambda x, y, new: squares(x, y, new).argmin(axis=1),)],
)

# --- 13.3: divided by group


def by_permutation(groups, rng):
    shuffled = rng.permutation(np.unique(groups))
    return np.isin(groups, shuffled[: len(shuffled) // 2])


def by_coin(groups, rng):
    """The half of the groups with the larger random numbers."""
    numbers, place = np.unique(groups, return_inverse=True)
    heads = rng.random(len(numbers))
    return (heads > np.median(heads))[place]


def with_sets(groups, rng):
    numbers = sorted(set(groups.tolist()))
    taken = set(rng.choice(numbers, size=len(numbers) // 2, replace=False).tolist())
    return [group in taken for group in groups.tolist()]


def every_second_picture(groups, rng):
    return rng.permutation(len(groups)) < len(groups) // 2


def a_fifth(groups, rng):
    shuffled = rng.permutation(np.unique(groups))
    return np.isin(groups, shuffled[: len(shuffled) // 5])


DIVISIONS = Cases(
    wrong=[
        Wrong((every_second_picture,), "among the pictures"),
        Wrong((lambda groups, rng: groups < np.median(np.unique(groups)),), "the same ones are chosen"),
        Wrong((a_fifth,), "about half are wanted"),
        Wrong((lambda groups, rng: np.ones(len(groups), bool),), "All of the pictures"),
        Wrong((lambda groups, rng: np.zeros(len(groups), bool),), "None of the pictures"),
        Wrong((lambda groups, rng: rng.permutation(np.unique(groups))[:30],), "numbers of groups"),
        Wrong((lambda groups, rng: np.flatnonzero(by_permutation(groups, rng)),), "one True or False"),
    ],
    right=[(by_permutation,), (by_coin,), (with_sets,), (lambda groups, rng: ~by_permutation(groups, rng),)],
)

CASES = {"13.1": INPUTS, "13.2": MEANS, "13.3": DIVISIONS}
