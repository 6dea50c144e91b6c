"""Checks of lesson 12, data augmentation."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, array, call, register

Floats = NDArray[np.float64]

# --- 12.1 ------------------------------------------------------------------------------------------------

_TRANSFORMS = ("mirror", "turn", "hue", "move")
_LYING = {
    "which of the letters b, d, p, q": {"mirror", "turn"},
    "tomato, ripe or not": {"hue"},
    "galaxy, spiral or elliptical": set(),
    "shoe seen from above, left foot or right foot": {"mirror"},
}
# What a learner should think about who left a lie out, or called something a lie that is none.
_LEFT_OUT = {
    ("which of the letters b, d, p, q", "mirror"): "Write a b on thin paper and look at it from behind.",
    ("which of the letters b, d, p, q", "turn"): "Write a b, and turn the sheet upside down.",
    ("tomato, ripe or not", "hue"): "How do you tell whether a tomato is ripe?",
    ("shoe seen from above, left foot or right foot", "mirror"): "Hold your left shoe in front of a mirror.",
}
_NONE_OF_THEM = {
    ("shoe seen from above, left foot or right foot", "turn"): "Turn your left shoe round on the floor: does it fit "
    "the other foot now?",
    ("galaxy, spiral or elliptical", "turn"): "In the sky there is no up and down.",
    ("galaxy, spiral or elliptical", "mirror"): "Its arms wind the other way round, and it is still a spiral.",
    ("galaxy, spiral or elliptical", "hue"): "The label speaks of its shape.",
    ("tomato, ripe or not", "turn"): "A tomato upside down is as ripe as before.",
}


@register("12.1", right="The same mirror is harmless, useless or a lie: it depends on what the label says.")
def lying_transforms(answer: Any) -> None:
    """Exercise 12.1 wants for each task the set of transforms that make its labels untrue."""
    if not isinstance(answer, dict) or set(answer) != set(_LYING):
        raise Hint("Keep the dictionary with its four tasks, and give a set for each of them.")
    for task, wanted in _LYING.items():
        _judge(task, _as_set(answer[task], task), wanted)


def _as_set(given: Any, task: str) -> set[str]:
    if isinstance(given, str):
        given = {given}
    if not isinstance(given, set | frozenset | list | tuple | dict):
        raise Hint(f'"{task}": a set of names is wanted, such as {{"mirror", "turn"}}, or set() for none.')
    unknown = [one for one in given if one not in _TRANSFORMS]
    if unknown:
        raise Hint(f'"{task}": there is no transform {unknown[0]!r}; there are {", ".join(_TRANSFORMS)}.')
    return set(given)


def _judge(task: str, given: set[str], wanted: set[str]) -> None:
    """Raise `Hint` for the first transform that is judged wrongly."""
    for transform in _TRANSFORMS:
        if transform in wanted - given:
            raise Hint(f'"{task}": one that lies is missing. {_LEFT_OUT[task, transform]}')
        if transform in given - wanted:
            why = "A few pixels further on, it is still the same thing." if transform == "move" else "Is it so?"
            raise Hint(f'"{task}": you say that "{transform}" lies. {_NONE_OF_THEM.get((task, transform), why)}')


# --- 12.2 ------------------------------------------------------------------------------------------------


@register("12.2", right="Twice the pictures, and no lie among them: the label is mirrored with the picture.")
def honest_mirror(answer: Any) -> None:
    """Exercise 12.2 wants pictures and labels doubled by their mirror images."""
    random = np.random.default_rng(122)
    for n, height, width in ((7, 5, 6), (6, 6, 6)):
        x, y = random.random((n, height, width, 1)), random.permutation(np.arange(n) % 2)
        given = f"{n} pictures of shape {(height, width, 1)} and their labels"
        result = call(answer, x, y, given=given)
        if not isinstance(result, tuple | list) or len(result) != 2:
            raise Hint("Your function should return two things: the pictures, and their labels.")
        _check_mirrored(result[0], x)
        _check_labels(result[1], y)


def _check_mirrored(pictures: Any, x: Floats) -> None:
    """Raise `Hint` unless the pictures are those given and then their mirror images."""
    if np.shape(pictures) == x.shape:
        raise Hint("You return as many pictures as there were. Wanted are twice as many: those given, too.")
    if np.shape(pictures) == (len(x), x.shape[1], 2 * x.shape[2], 1):
        raise Hint("The mirror images stand beside the pictures, inside them. Join along the first axis.")
    values = array(pictures, (2 * len(x), *x.shape[1:]), "The pictures")
    first, second = values[: len(x)], values[len(x) :]
    mirrored = x[:, :, ::-1]
    if np.allclose(first, mirrored) and np.allclose(second, x):
        raise Hint("The mirror images come first. Wanted are the given pictures first.")
    if np.allclose(values[::2], x) and np.allclose(values[1::2], mirrored):
        raise Hint("Each mirror image follows its picture. Wanted are first all pictures, then all mirror images.")
    if not np.allclose(first, x):
        raise Hint("The first half should be the pictures as they were given.")
    mistakes = {
        "is the same pictures again, not mirrored": x,
        "is upside down: axis 1 is the height": x[:, ::-1],
        "is turned by 180 degrees: only one axis should be reversed": x[:, ::-1, ::-1],
        "is the same pictures in reverse order: axis 0 counts the pictures": x[::-1],
        "is mirrored, but in reverse order": mirrored[::-1],
    }
    for mistake, then in mistakes.items():
        if np.allclose(second, then):
            raise Hint(f"The second half {mistake}.")
    if not np.allclose(second, mirrored):
        raise Hint("The second half should be the mirror images, in the order of the pictures.")


def _check_labels(labels: Any, y: NDArray[np.int64]) -> None:
    """Raise `Hint` unless the labels are true for the pictures and for their mirror images."""
    if np.shape(labels) == y.shape:
        raise Hint("There are twice as many pictures now, and only as many labels as before.")
    values = array(labels, (2 * len(y),), "The labels")
    mistakes = {
        "The mirror images kept the labels of their pictures. That is the lie: where does a mirrored shoe point?": y,
        "The labels of the mirror images are in reverse order.": 1 - y[::-1],
        "The mirror images are labelled −1 or 0. There are two labels, 0 and 1.": -y,
        "All mirror images are labelled 1. Those of shoes that pointed to the right now point to the left.": y * 0 + 1,
        "All mirror images are labelled 0. Those of shoes that pointed to the left now point to the right.": y * 0,
    }
    if not np.array_equal(values[: len(y)], y):
        raise Hint("The first half of the labels belongs to the pictures as they were: it should not change.")
    for mistake, then in mistakes.items():
        if np.array_equal(values[len(y) :], then):
            raise Hint(mistake)
    if not np.array_equal(values[len(y) :], 1 - y):
        raise Hint("The labels of the mirror images: 0 where the label was 1, and 1 where it was 0.")


# --- 12.3 ------------------------------------------------------------------------------------------------


@register("12.3", right="With shares drawn from a beta distribution, this is what keras.layers.MixUp does.")
def mixup(answer: Any) -> None:
    """Exercise 12.3 wants pictures and labels mixed with those of a partner."""
    random = np.random.default_rng(123)
    for n, shape, classes in ((6, (4, 5, 1), 3), (5, (3, 3, 1), 4)):
        x = random.random((n, *shape))
        labels = np.eye(classes)[random.permutation(np.arange(n) % classes)]
        partner = np.roll(random.permutation(n), 1)
        share = np.linspace(0.1, 0.9, n) + 0.05  # some below one half, so that rounded labels are not the old ones
        given = f"{n} pictures of shape {shape} and {classes} classes"
        result = call(answer, x, labels, partner, share, given=given)
        if not isinstance(result, tuple | list) or len(result) != 2:
            raise Hint("Your function should return two things: the mixed pictures, and the mixed labels.")
        if np.shape(result[0]) == (*x.shape[:3], n):
            raise Hint("The shares were laid along the last axis, the channels. Give `share` three more axes.")
        _check_mixed(array(result[0], x.shape, "The pictures"), x, partner, share, "pictures")
        if np.shape(result[1]) == (n,):
            raise Hint("You return one label a picture. A mixed picture has a share of each class: rows are wanted.")
        _check_mixed(array(result[1], labels.shape, "The labels"), labels, partner, share, "labels")


def _check_mixed(mixed: Floats, own: Floats, partner: NDArray[np.int64], share: Floats, what: str) -> None:
    """Raise `Hint` unless rows of an array are mixed with those of their partners."""

    def mix(keep: Any, other: Floats) -> Floats:
        weight = np.reshape(keep, (-1,) + (1,) * (own.ndim - 1))
        return np.asarray(weight * own + (1 - weight) * other)

    wanted = mix(share, own[partner])
    if np.allclose(mixed, wanted):
        return
    inverse = np.argsort(partner)
    mistakes = {
        f"The {what} are not mixed: they are as they were given.": own,
        f"The {what} are those of the partner alone.": own[partner],
        f"In the {what}, the shares are exchanged: `share` is what a picture keeps, not what comes from its "
        "partner.": mix(1 - share, own[partner]),
        f"The {what} are mixed in equal shares. Each has a share of its own.": mix(0.5, own[partner]),
        f"All {what} are mixed with the first share. Each has its own.": mix(share[0], own[partner]),
        f"The {what} are mixed with the mean of the shares. Each has its own.": mix(share.mean(), own[partner]),
        f"The {what} are mixed with those in reverse order. `partner` says with which.": mix(share, own[::-1]),
        f"The {what} are mixed with the one before. `partner` says with which.": mix(share, np.roll(own, 1, axis=0)),
        f"The {what} are mixed with the next one. `partner` says with which.": mix(share, np.roll(own, -1, axis=0)),
        f"The {what} are mixed with those whose partner they are, not with their own partner.": mix(
            share, own[inverse]
        ),
        f"The {what} are added up without shares.": own + own[partner],
        f"The {what} keep all of their own, and the partner's part is added.": own
        + mix(share, own[partner])
        - mix(share, 0 * own),
    }
    for mistake, then in mistakes.items():
        if np.allclose(mixed, then):
            raise Hint(mistake)
    if what == "labels" and np.isin(mixed, (0, 1)).all():
        raise Hint("The labels are 0 and 1 only. The label of a mixed picture says how much of each class is in it.")
    raise Hint(f"The {what} have the right shape and wrong numbers. Try two pictures: one all 0, one all 1.")
