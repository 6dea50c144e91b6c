"""Right and wrong answers to the exercises of lesson 13."""

import random
from collections import defaultdict

import keras
import numpy as np
import tensorflow as tf

from . import NEUTRAL, Cases, Own, Wrong


def line(pictures):
    return pictures.astype(np.float32) / 127.5 - 1


def line_by_loop(pictures):
    x = np.zeros(pictures.shape)
    for place in np.ndindex(pictures.shape):
        x[place] = 2 * int(pictures[place]) / 255 - 1
    return x.tolist()


def line_in_place(pictures):
    """In place, but on floats of its own."""
    x = pictures.astype("float32")
    x /= 127.5
    x -= 1
    return x


def line_that_blackens(pictures):
    x = line(pictures)
    pictures[:] = 0
    return x


def line_that_reshapes(pictures):
    x = line(pictures)
    pictures.shape = (-1,)
    return x


def line_into_itself(pictures):
    pictures[:] = np.abs(line(pictures))
    return pictures


def stretched(p, axes=None):
    low, high = p.min(axis=axes, keepdims=True), p.max(axis=axes, keepdims=True)
    return 2 * ((p - low) / (high - low)) - 1


def means_of(x, y):
    return np.stack([x[y == k].mean(axis=0) for k in np.unique(y)])


def squares(x, y, new):
    return np.square(new[:, None] - means_of(x, y)).sum(axis=-1)


def nearest(x, y, new):
    return squares(x, y, new).argmin(axis=1)


def nearest_by_loop(x, y, new):
    answers = []
    for row in new:
        distances = [np.linalg.norm(row - x[y == k].mean(axis=0)) for k in range(y.max() + 1)]
        answers.append(int(np.argmin(distances)))
    return answers


def nearest_by_dictionary(x, y, new):
    rows = defaultdict(list)
    for row, label in zip(x.tolist(), y.tolist(), strict=True):
        rows[label].append(row)
    centres = {label: [sum(column) / len(column) for column in zip(*some, strict=True)] for label, some in rows.items()}
    return tuple(min(centres, key=lambda label: sum((a - b) ** 2 for a, b in zip(centres[label], row, strict=True)))
                 for row in new.tolist())  # fmt: skip


def nearest_by_product(x, y, new):
    """As a dense layer, with a bias."""
    means = means_of(x, y)
    return (new @ means.T - np.square(means).sum(axis=1) / 2).argmax(axis=1)


def nearest_by_tensors(x, y, new):
    means = tf.math.segment_mean(tf.gather(x, np.argsort(y)), np.sort(y))
    return tf.argmin(tf.norm(new[:, None] - means, axis=-1), axis=1)


def nearest_into_zeros(x, y, new):
    answers = np.zeros(len(new))
    for place, row in enumerate(new):
        answers[place] = nearest(x, y, row[None])[0]
    return answers


def nearest_to_sums(x, y, new):
    sums = np.stack([x[y == k].sum(axis=0) for k in np.unique(y)])
    return np.square(new[:, None] - sums).sum(axis=-1).argmin(axis=1)


def nearest_row(x, y, new):
    return np.square(new[:, None] - x).sum(axis=-1).argmin(axis=1)


def nearest_median(x, y, new):
    medians = np.stack([np.median(x[y == k], axis=0) for k in np.unique(y)])
    return np.square(new[:, None] - medians).sum(axis=-1).argmin(axis=1)


def as_in_section_5(x, y, new):
    centre, spread = x.mean(axis=0), x.std(axis=0) + 0.1 * x.std()
    return nearest((x - centre) / spread, y, (new - centre) / spread)


def nearest_on_average(x, y, new, power=1):
    each = [(np.linalg.norm(new[:, None] - x[y == k], axis=-1) ** power).mean(axis=1) for k in np.unique(y)]
    return np.argmin(each, axis=0)


def halves(groups, rng):
    shuffled = rng.permutation(np.unique(groups))
    return np.isin(groups, shuffled[: len(shuffled) // 2])


def halves_by_median(groups, rng):
    """The half of the groups with the larger random numbers."""
    numbers, place = np.unique(groups, return_inverse=True)
    heads = rng.random(len(numbers))
    return (heads > np.median(heads))[place]


def halves_by_coin(groups, rng):
    """About half: a coin is tossed for each group."""
    heads = {group: bool(rng.integers(2)) for group in np.unique(groups)}
    return np.array([heads[group] for group in groups])


def halves_by_sets(groups, rng):
    numbers = sorted(set(groups.tolist()))
    taken = set(rng.choice(numbers, size=len(numbers) // 2, replace=False).tolist())
    return [group in taken for group in groups.tolist()]


def halves_by_shuffle(groups, rng):
    """Sorts what it was given and shuffles its own list."""
    numbers = np.unique(groups)
    rng.shuffle(numbers)
    mask = np.zeros(len(groups), bool)
    for number in numbers[500:]:
        mask |= groups == number
    return mask


def halves_by_own_seed(groups, rng):
    return halves(groups, np.random.default_rng(rng.integers(2**32)))


def halves_by_own_generator(groups, rng):
    return halves(groups, np.random.default_rng())


def halves_by_old_numpy(groups, rng):
    numbers = np.unique(groups)
    np.random.shuffle(numbers)  # noqa: NPY002
    return np.isin(groups, numbers[: len(numbers) // 2])


def halves_by_python(groups, rng):
    numbers = np.unique(groups).tolist()
    return np.isin(groups, random.sample(numbers, len(numbers) // 2))


def halves_drawn_twice(groups, rng):
    numbers = np.unique(groups)
    return np.isin(groups, rng.choice(numbers, len(numbers) // 2))


def groups_shuffled_themselves(groups, rng):
    numbers = np.unique(groups)
    rng.shuffle(groups)
    return np.isin(groups, numbers[: len(numbers) // 2])


def a_fifth(groups, rng):
    shuffled = rng.permutation(np.unique(groups))
    return np.isin(groups, shuffled[: len(shuffled) // 5])


CASES = {
    "13.1": Cases(
        wrong=[
            Wrong((lambda p: p / 255,), "Where should 0 go"),
            Wrong((lambda p: p / 255 - 1,), "not steep enough"),
            Wrong((lambda p: p / 127.5,), "now move the line"),
            Wrong((lambda p: (p.astype(float) - 127) / 128,), "EfficientNet-Lite0 does inside"),
            Wrong((lambda p: (p.astype(float) - 128) / 128,), "does not become 1 exactly"),
            Wrong((lambda p: p / 127 - 1,), "does not become 1 exactly"),
            Wrong((lambda p: line(p)[..., ::-1],), "red and blue"),
            Wrong((lambda p: np.round(line(p)),), "right, but rounded"),
            Wrong((lambda p: line(p).astype(int),), "cut the fractions off"),
            Wrong((line_into_itself,), "cut the fractions off"),
            Wrong((lambda p: 1 - p / 127.5,), "sign is turned"),
            Wrong((lambda p: (p - p.mean()) / p.std(),), "by their own numbers"),
            Wrong((lambda p: np.stack([(one - one.mean()) / one.std() for one in p]),), "by their own numbers"),
            Wrong((stretched,), "by their own numbers"),
            Wrong((lambda p: stretched(p, (1, 2, 3)),), "by their own numbers"),
            Wrong((lambda p: 2 * (p / p.max()) - 1,), "by their own numbers"),
            Wrong((lambda p: 2 * p / 255 - 1,), "no room below 0 or above"),
            Wrong((lambda p: (p - 128) / 127.5,), "no room below 0 or above"),
            Wrong((lambda p: (p - 128) / 128,), "no room below 0 or above"),
            Wrong((lambda p: (p - 127) / 128,), "no room below 0 or above"),
            Wrong((lambda p: p / 100 - 1,), NEUTRAL),
            Wrong((lambda p: line(p).mean(axis=-1),), NEUTRAL),
            Wrong((lambda p: line(p)[0],), NEUTRAL),
            Wrong((line_that_blackens,), "changed the pictures it was given"),
            Wrong((line_that_reshapes,), "changed the pictures it was given"),
            Wrong((lambda p: np.divide(p, 127.5, out=p),), "stopped with UFuncTypeError"),
        ],
        right=[
            (line,),
            (line_by_loop,),
            (line_in_place,),
            (lambda p: 2 * (p / 255) - 1,),
            (lambda p: (p - np.float32(127.5)) / 127.5,),
            (lambda p: np.interp(p, (0, 255), (-1, 1)),),
            (lambda p: tf.cast(p, tf.float32) / 127.5 - 1,),
            (keras.layers.Rescaling(1 / 127.5, offset=-1),),
            (keras.applications.mobilenet_v2.preprocess_input,),
            (lambda p: Own(line(p)),),
        ],
    ),
    "13.2": Cases(
        wrong=[
            Wrong((lambda x, y, new: squares(x, y, new).argmax(axis=1),), "farthest away"),
            Wrong((lambda x, y, new: y[nearest_row(x, y, new)],), "nearest single rows"),
            Wrong((nearest_row,), "places of the nearest rows"),
            Wrong((nearest_to_sums,), "Take means"),
            Wrong((lambda x, y, new: np.abs(new[:, None] - means_of(x, y)).sum(-1).argmin(1),), "adds up squares"),
            Wrong((lambda x, y, new: (new[:, None] - means_of(x, y)).sum(-1).argmin(1),), "cancel"),
            Wrong((lambda x, y, new: (new @ means_of(x, y).T).argmax(axis=1),), "Products with the means"),
            Wrong((lambda x, y, new: np.abs(new[:, None] - means_of(x, y)).max(-1).argmin(1),), NEUTRAL),
            Wrong((squares,), "Those are distances"),
            Wrong((lambda x, y, new: np.sqrt(squares(x, y, new)),), "Those are distances"),
            Wrong((lambda x, y, new: squares(x, y, new).min(axis=1),), "Those are distances"),
            Wrong((lambda x, y, new: squares(x, y, new).argmin(axis=0),), NEUTRAL),
            Wrong((nearest_median,), NEUTRAL),
            Wrong((as_in_section_5,), "The features are standardised"),
            Wrong((nearest_on_average,), "You average distances"),
            Wrong((lambda x, y, new: nearest_on_average(x, y, new, power=2),), NEUTRAL),
            Wrong((nearest_into_zeros,), "they are floats"),
            Wrong((lambda x, y, new: nearest(x, y, new).astype(np.float32).tolist(),), "they are floats"),
            Wrong((lambda x, y, new: nearest(x, y, new) + 1,), NEUTRAL),
        ],
        right=[
            (nearest,),
            (nearest_by_loop,),
            (nearest_by_dictionary,),
            (nearest_by_product,),
            (nearest_by_tensors,),
            (lambda x, y, new: nearest(x, y, new).astype(np.uint8),),
            (lambda x, y, new: Own(nearest(x, y, new)),),
        ],
    ),
    "13.3": Cases(
        wrong=[
            Wrong((lambda groups, rng: rng.permutation(len(groups)) < len(groups) // 2,), "on both sides"),
            Wrong((lambda groups, rng: rng.random(len(groups)) < 0.5,), "on both sides"),
            Wrong((groups_shuffled_themselves,), "order of `groups` itself"),
            Wrong((lambda groups, rng: groups < np.median(np.unique(groups)),), "the same ones are chosen"),
            Wrong((lambda groups, rng: halves(groups, np.random.default_rng(7)),), "the same ones are chosen"),
            Wrong((halves_by_own_generator,), "chose other groups"),
            Wrong((halves_by_old_numpy,), "chose other groups"),
            Wrong((halves_by_python,), "chose other groups"),
            Wrong((halves_drawn_twice,), "draws some of them twice"),
            Wrong((a_fifth,), "of 1,000 the test has 200"),
            Wrong((lambda groups, rng: np.ones(len(groups), bool),), "the test has 1,000"),
            Wrong((lambda groups, rng: np.zeros(len(groups), bool),), "of 1,000 the test has 0"),
            Wrong((lambda groups, rng: rng.permutation(np.unique(groups))[:500],), "These are the numbers of groups"),
            Wrong((lambda groups, rng: set(rng.permutation(groups)[:9]),), "These are the numbers of groups"),
            Wrong((lambda groups, rng: np.where(halves(groups, rng), "test", "train"),), "type <U5"),
            Wrong((lambda groups, rng: np.flatnonzero(halves(groups, rng)),), "type int64"),
            Wrong((lambda groups, rng: halves(groups, rng).astype(int),), "type int64"),
            Wrong((lambda groups, rng: rng.permutation(1_000) < 500,), "yours: shape (1000,)"),
            Wrong((lambda groups, rng: (halves(groups, rng), ~halves(groups, rng)),), "yours: shape (2, 3016)"),
            Wrong((lambda groups: halves(groups, np.random.default_rng()),), "stopped with TypeError"),
        ],
        right=[
            (halves,),
            (halves_by_median,),
            (halves_by_coin,),
            (halves_by_sets,),
            (halves_by_shuffle,),
            (halves_by_own_seed,),
            (lambda groups, rng: ~halves(groups, rng),),
            (lambda groups, rng: tf.constant(halves(groups, rng)),),
            (lambda groups, rng: Own(halves(groups, rng)),),
        ],
    ),
}
