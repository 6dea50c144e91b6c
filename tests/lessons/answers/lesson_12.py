"""Right and wrong answers to the exercises of lesson 12."""

import keras
import numpy as np
import tensorflow as tf

from . import NEUTRAL, Cases, Own, Wrong

LETTERS = "which of the letters b, d, p, q"
TOMATO = "tomato, ripe or not"
GALAXY = "galaxy, spiral or elliptical"
SHOE = "shoe seen from above, left foot or right foot"


def lying(**changed):
    """The right sets, or some of them changed."""
    sets = {"letters": {"mirror", "turn"}, "tomato": {"hue"}, "galaxy": set(), "shoe": {"mirror"}} | changed
    return dict(zip((LETTERS, TOMATO, GALAXY, SHOE), sets.values(), strict=True))


def mirror(x, y):
    return np.concatenate([x, x[:, :, ::-1]]), np.concatenate([y, 1 - y])


def mirror_by_loop(x, y):
    pictures, labels = list(x), list(y)
    for picture, label in zip(x, y, strict=True):
        pictures.append(np.fliplr(picture))
        labels.append(1 if label == 0 else 0)
    return np.array(pictures), np.array(labels)


def mirror_into_zeros(x, y):
    pictures, labels = np.zeros((2 * len(x), *x.shape[1:]), np.float32), np.zeros(2 * len(y))
    pictures[: len(x)], pictures[len(x) :] = x, np.flip(x, axis=2)
    labels[: len(y)], labels[len(y) :] = y, y == 0
    return [pictures, labels]


def mirror_in_place(x, y):
    """Changes what it was given, after the copies have been made."""
    pictures, labels = x.copy(), y.tolist()
    x[:] = x[:, :, ::-1]
    y ^= 1
    return np.vstack([pictures, x]), labels + y.tolist()


def pictures(function, hint):
    """A wrong mirror: the labels are right."""
    return Wrong((lambda x, y: (function(x), mirror(x, y)[1]),), hint)


def labels(function, hint):
    """A wrong mirror: the pictures are right."""
    return Wrong((lambda x, y: (mirror(x, y)[0], function(y)),), hint)


def second(function, hint):
    """A wrong mirror: the given pictures, and something else than their mirror images."""
    return pictures(lambda x: np.concatenate([x, function(x)]), hint)


def each_after_its_own(x, y):
    pairs = np.stack([x, x[:, :, ::-1]], axis=1).reshape(-1, *x.shape[1:])
    return pairs, np.stack([y, 1 - y], axis=1).ravel()


def wide(share):
    return share[:, None, None, None]


def mixup(x, rows, partner, share):
    mixed = wide(share) * x + (1 - wide(share)) * x[partner]
    return mixed, share[:, None] * rows + (1 - share[:, None]) * rows[partner]


def mixup_by_loop(x, rows, partner, share):
    mixed = [share[i] * x[i] + (1 - share[i]) * x[j] for i, j in enumerate(partner)]
    return mixed, [share[i] * rows[i] + (1 - share[i]) * rows[j] for i, j in enumerate(partner)]


def mixup_from_the_partner(x, rows, partner, share):
    return (
        x[partner] + np.einsum("n,nhwc->nhwc", share, x - x[partner]),
        rows[partner] + (share * (rows - rows[partner]).T).T,
    )


def mixup_by_keras(x, rows, partner, share):
    take, along = keras.ops.take, keras.ops.reshape(share, (-1, 1))
    mixed = [along * flat + (1 - along) * take(flat, partner, 0) for flat in (x.reshape(len(x), -1), rows)]
    return tf.reshape(mixed[0], x.shape), mixed[1]


def mixup_in_place(x, rows, partner, share):
    others, other_rows = x[partner], rows[partner]
    x *= wide(share)
    x += (1 - wide(share)) * others
    rows *= share[:, None]
    rows += (1 - share[:, None]) * other_rows
    return x.astype(np.float32), rows.astype(np.float32)


def changed(change, hint):
    """A wrong MixUp, which gets other shares or partners."""
    return Wrong((lambda x, rows, partner, share: mixup(x, rows, *change(partner, share)),), f"The pictures {hint}")


def mixed_pictures(function, hint):
    """A wrong MixUp: the labels are right."""
    return Wrong((lambda x, rows, *how: (function(x, *how), mixup(x, rows, *how)[1]),), hint)


def mixed_labels(function, hint):
    """A wrong MixUp: the pictures are right."""
    return Wrong((lambda x, rows, *how: (mixup(x, rows, *how)[0], function(rows, *how)),), hint)


def most_of(rows, partner, share):
    return np.where((share > 0.5)[:, None], rows, rows[partner])


def mixed(rows, partner, share):
    return mixup(rows[:, :, None, None], rows, partner, share)[1]


CASES = {
    "12.1": Cases(
        wrong=[
            Wrong((lying(letters={"mirror"}),), "Write a b, and turn"),
            Wrong((lying(letters={"turn"}),), "from behind"),
            Wrong((lying(letters={"turn", "mirror", "move"}),), 'you say that "move" lies. Somebody who sees'),
            Wrong((lying(letters={"turn", "mirror", "hue"}),), 'you say that "hue" lies. Somebody who sees'),
            Wrong((lying(tomato=set()),), "whether a tomato is ripe"),
            Wrong((lying(tomato={"hue", "turn"}),), "as ripe as before"),
            Wrong((lying(tomato={"hue", "mirror"}),), 'you say that "mirror" lies. Somebody who sees'),
            Wrong((lying(galaxy={"turn"}),), "no up and down"),
            Wrong((lying(galaxy="mirror"),), "still a spiral"),
            Wrong((lying(galaxy={"hue"}),), "speaks of its shape"),
            Wrong((lying(shoe={"mirror", "turn"}),), "fit the other foot"),
            Wrong((lying(shoe=set()),), "in front of a mirror"),
            Wrong((lying(shoe={"flip"}),), 'no transform "flip"'),
            Wrong((lying(shoe="mirror, turn"),), 'no transform "mirror, turn"'),
            Wrong((lying(galaxy=[None]),), "no transform None"),
            Wrong((lying(shoe=None),), "set() for none"),
            Wrong(({"mirror"},), "four tasks"),
            Wrong(({LETTERS: {"mirror", "turn"}},), "four tasks"),
        ],
        right=[
            (lying(),),
            (lying(letters=["turn", "mirror"], tomato="hue", galaxy={}, shoe=("mirror",)),),
            (lying(letters=frozenset({"turn", "mirror"}), galaxy=[], shoe=np.array(["mirror"])),),
            (dict(reversed(lying(galaxy=()).items())),),
        ],
    ),
    "12.2": Cases(
        wrong=[
            pictures(lambda x: x, "the given pictures alone"),
            pictures(lambda x: x[:, :, ::-1], "the mirror images alone"),
            pictures(lambda x: np.concatenate([x, x[:, :, ::-1]], axis=2), "You joined along the width"),
            pictures(lambda x: np.concatenate([x[:, :, ::-1], x]), "mirror images come first"),
            pictures(lambda x: np.stack([x, x[:, :, ::-1]]), NEUTRAL),
            Wrong((each_after_its_own,), "follows its picture"),
            second(lambda x: x, "not mirrored"),
            second(lambda x: x[..., ::-1], "not mirrored"),
            second(lambda x: x[:, ::-1], "upside down"),
            second(np.fliplr, "upside down"),
            second(lambda x: np.rot90(x, 2, (1, 2)), "180 degrees"),
            second(lambda x: x[::-1], "the order of the pictures, and mirrored none"),
            second(np.flip, "All axes of the second half"),
            second(lambda x: x[::-1, :, ::-1], NEUTRAL),
            second(lambda x: 1 - x[:, :, ::-1], NEUTRAL),
            pictures(lambda x: 0, "for the pictures your function returns 0, and [[[[1], [2], [3]], [[4], [5], [6]]],"),
            labels(lambda y: np.concatenate([y, y]), "That is the lie"),
            labels(lambda y: np.tile(y, 2), "That is the lie"),
            labels(lambda y: np.concatenate([1 - y, y]), "should not change"),
            labels(lambda y: np.concatenate([y, 1 - y[::-1]]), "labels of the mirror images are in reverse order"),
            labels(lambda y: np.concatenate([y, -y]), "only two labels"),
            labels(lambda y: np.concatenate([y, ~y]), "only two labels"),
            labels(lambda y: np.concatenate([y, 2 - y]), "returns [1, 1], and [1, 0] is wanted"),
            labels(lambda y: np.concatenate([y, np.ones_like(y)]), "to the same side"),
            labels(lambda y: np.concatenate([y, np.zeros_like(y)]), "to the same side"),
            labels(lambda y: y, "only as many labels"),
            labels(lambda y: 1 - y, "for the labels your function returns [0], and [1, 0] is wanted"),
            labels(lambda y: np.concatenate([y, 7 - y]), NEUTRAL),
            labels(lambda y: ["left", "right"], "and numbers are wanted"),
            Wrong((lambda x, y: mirror(x, y)[0],), "should return 2 things"),
            Wrong((lambda x: mirror(x, 0),), "stopped with TypeError"),
        ],
        right=[
            (mirror,),
            (mirror_by_loop,),
            (mirror_into_zeros,),
            (mirror_in_place,),
            (lambda x, y: (np.vstack([x, np.flip(x, axis=2)]), np.hstack([y, np.logical_not(y)])),),
            (lambda x, y: (tf.concat([x, tf.image.flip_left_right(x)], 0), tf.concat([y == 1, y == 0], 0)),),
            (lambda x, y: tuple(map(Own, mirror(x, y))),),
        ],
    ),
    "12.3": Cases(
        wrong=[
            changed(lambda partner, share: (partner, 1 - share), "have their shares exchanged"),
            changed(lambda partner, share: (partner, share * 0 + 1), "are not mixed"),
            changed(lambda partner, share: (partner, share * 0), "are those of the partners alone"),
            changed(lambda partner, share: (partner, share * 0 + 0.5), "are mixed in equal shares"),
            changed(lambda partner, share: (np.argsort(partner), share), "are mixed with others"),
            changed(lambda partner, share: (np.arange(len(partner))[::-1], share), "are mixed with others"),
            changed(lambda partner, share: (np.roll(range(len(share)), -1), share), "are mixed with others"),
            Wrong((lambda *given: mixup(*given[:3], given[3] ** 2),), NEUTRAL),
            Wrong((lambda *given: mixup(*given[:3], given[3] * 0 + given[3][0]),), NEUTRAL),
            mixed_pictures(lambda x, p, s: x, "The pictures are not mixed"),
            mixed_pictures(lambda x, p, s: wide(s) * x, "The pictures lack"),
            mixed_pictures(lambda x, p, s: wide(s) * (x + x[p]), "The pictures get as much"),
            mixed_pictures(lambda x, p, s: s * x + (1 - s) * x[p], "shares lie along the last axis"),
            mixed_pictures(lambda x, p, s: x + (1 - wide(s)) * x[p], NEUTRAL),
            mixed_pictures(lambda x, p, s: s[:, None] @ x, "stopped with ValueError"),
            mixed_labels(lambda rows, p, s: rows, "The labels are not mixed"),
            mixed_labels(lambda rows, p, s: rows[p], "The labels are those of the partners alone"),
            mixed_labels(lambda rows, p, s: (rows + rows[p]) / 2, "The labels are mixed in equal"),
            mixed_labels(lambda rows, p, s: s[:, None] * rows, "The labels lack"),
            mixed_labels(lambda rows, p, s: mixed(rows, p, 1 - s), "The labels have their shares exchanged"),
            mixed_labels(lambda rows, p, s: mixed(rows, p[::-1], s), NEUTRAL),
            mixed_labels(lambda rows, p, s: mixed(rows, p, s).argmax(axis=1), "a mixed label is a row"),
            mixed_labels(lambda rows, p, s: np.eye(3)[mixed(rows, p, s).argmax(axis=1)], "a mixed one has two"),
            mixed_labels(most_of, "a mixed one has two"),
            mixed_labels(lambda rows, p, s: mixed(rows, p, s).round(), "right, but rounded"),
            mixed_labels(lambda rows, p, s: rows + rows[p], NEUTRAL),
            mixed_labels(lambda rows, p, s: s * rows, "stopped with ValueError"),
            Wrong((lambda *given: mixup(*given)[0],), "should return 2 things"),
        ],
        right=[
            (mixup,),
            (mixup_by_loop,),
            (mixup_from_the_partner,),
            (mixup_by_keras,),
            (mixup_in_place,),
            (lambda *given: tuple(map(Own, mixup(*given))),),
        ],
    ),
}
