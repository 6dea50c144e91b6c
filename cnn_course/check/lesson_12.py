"""Checks of lesson 12: transforms that make labels untrue, a mirror that does not, and MixUp."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, judge, parts, register, shown

_TRANSFORMS = ("mirror", "turn", "hue", "move")
_LIES = {  # for each task: whether a transform makes labels untrue, and what shows it
    "which of the letters b, d, p, q": {
        "mirror": (True, "Write a b on thin paper and look at it from behind."),
        "turn": (True, "Write a b, and turn the sheet upside down."),
    },
    "tomato, ripe or not": {
        "turn": (False, "A tomato upside down is as ripe as before."),
        "hue": (True, "How do you tell whether a tomato is ripe?"),
    },
    "galaxy, spiral or elliptical": {
        "mirror": (False, "Its arms wind the other way round, and it is still a spiral."),
        "turn": (False, "In the sky there is no up and down."),
        "hue": (False, "The label speaks of its shape."),
    },
    "shoe seen from above, left foot or right foot": {
        "mirror": (True, "Hold your left shoe in front of a mirror."),
        "turn": (False, "Turn your left shoe round on the floor: does it fit the other foot now?"),
    },
}
_HARMLESS = (False, "Somebody who sees only the changed one gives it the same label.")


@register("12.1", right="The same mirror is harmless, useless or a lie: it depends on what the label says.")
def lying_transforms(answer: Any) -> None:
    """For each task the set of transforms that make its labels untrue."""
    if not isinstance(answer, Mapping) or set(answer) != set(_LIES):
        raise Hint("Keep the dictionary with its four tasks, and give a set for each of them.")
    for task, facts in _LIES.items():
        given = [answer[task]] if isinstance(answer[task], str) else answer[task]
        if not isinstance(given, Iterable):
            raise Hint(f'"{task}": a set of names is wanted, such as {{"mirror", "turn"}}, or set() for none.')
        unknown = [name for name in given if name not in _TRANSFORMS]
        if unknown:
            raise Hint(f'"{task}": there is no transform {shown(unknown[0])}; there are {", ".join(_TRANSFORMS)}.')
        for transform in _TRANSFORMS:
            lies, think = facts.get(transform, _HARMLESS)
            if lies != (transform in given):
                what = "one that lies is missing" if lies else f'you say that "{transform}" lies'
                raise Hint(f'"{task}": {what}. {think}')


@register("12.2", right="Twice the pictures, and no lie among them: the label is mirrored with the picture.")
def honest_mirror(answer: Any) -> None:
    """Pictures and labels doubled by their mirror images, judged one after the other."""
    rng, join, flip = np.random.default_rng(122), np.concatenate, np.flip
    one = np.arange(1.0, 7).reshape(1, 2, 3, 1)
    cases = [(one, np.array([1])), (rng.random((6, 5, 4, 1)), np.array([0, 1, 1, 0, 1, 1]))]
    pictures, labels = parts(answer, "pictures", "labels")
    judge(pictures, lambda x, y: join([x, flip(x, 2)]), cases, [
        (lambda x, y: x, "Those are the given pictures alone; their mirror images should follow."),
        (lambda x, y: flip(x, 2), "Those are the mirror images alone; the given pictures should come before them."),
        (lambda x, y: join([x, flip(x, 2)], 2), "You joined along the width; axis 0 counts the pictures."),
        (lambda x, y: join([flip(x, 2), x]), "The mirror images come first; the given pictures should."),
        (lambda x, y: join([(a, flip(a, 1)) for a in x]), "Each mirror image follows its picture; all should be last."),
        (lambda x, y: join([x, x]), "The second half is not mirrored."),
        (lambda x, y: join([x, flip(x, 1)]), "The second half is upside down: axis 1 is the height."),
        (lambda x, y: join([x, flip(x, (1, 2))]), "The second half is turned by 180 degrees; reverse one axis only."),
        (lambda x, y: join([x, flip(x, 0)]), "You reversed the order of the pictures, and mirrored none."),
        (lambda x, y: join([x, flip(x)]), "All axes of the second half are reversed; reverse one only."),
    ], name="for the pictures your function")  # fmt: skip
    judge(labels, lambda x, y: join([y, 1 - y]), cases, [
        (lambda x, y: y, "There are twice as many pictures now, and only as many labels as before."),
        (lambda x, y: join([y, y]), "All kept their labels. That is the lie: where does a mirrored shoe point?"),
        (lambda x, y: join([1 - y, y]), "The first half belongs to the pictures as they were, and should not change."),
        (lambda x, y: join([y, 1 - y[::-1]]), "The labels of the mirror images are in reverse order."),
        *((lambda x, y, a=a: join([y, a - y]), "There are only two labels, 0 and 1.") for a in (0, -1)),
        *((lambda x, y, a=a: join([y, 0 * y + a]), "Not all mirror images point to the same side.") for a in (0, 1)),
    ], name="for the labels your function")  # fmt: skip


@register("12.3", right="With shares drawn from a beta distribution, this is what keras.layers.MixUp does.")
def mixup(answer: Any) -> None:
    """Pictures and labels mixed with those of a partner, judged one after the other."""
    x = np.random.default_rng(123).random((7, 4, 5, 1)).astype(np.float32)
    labels = np.eye(3, dtype=np.float32)[[1, 0, 2, 2, 1, 0, 1]]
    shares = np.linspace(0.2, 0.8, 7, dtype=np.float32)
    cases = [
        (np.array([[[[0]]], [[[1]]]], np.float32), labels[[0, 2]], np.array([1, 0]), shares[4:6]),
        (x, labels, np.array([2, 0, 4, 5, 6, 1, 3]), shares),
    ]
    pictures, rows = parts(answer, "pictures", "labels")
    judge(pictures, lambda x, labels, partner, share: _mix(x, x[partner], share), cases, [
        *((lambda x, y, p, s, wrong=wrong: wrong(x, p, s), f"The pictures {hint}") for wrong, hint in _MIXTURES),
        (lambda x, y, p, s: s * x + (1 - s) * x[p], "The shares lie along the last axis; line them up with the first."),
    ], name="for the pictures your function")  # fmt: skip
    judge(rows, lambda x, labels, partner, share: _mix(labels, labels[partner], share), cases, [
        *((lambda x, y, p, s, wrong=wrong: wrong(y, p, s), f"The labels {hint}") for wrong, hint in _MIXTURES),
        (lambda x, y, p, s: _mix(y, y[p], s).argmax(1), "A number names one class only; a mixed label is a row."),
        (lambda x, y, p, s: np.eye(3)[_mix(y, y[p], s).argmax(1)], "Each label names one class; a mixed one has two."),
    ], name="for the labels your function")  # fmt: skip


def _mix(own: NDArray[Any], other: NDArray[Any], share: NDArray[Any]) -> NDArray[Any]:
    weight = share.reshape(-1, *[1] * (own.ndim - 1))
    return np.asarray(weight * own + (1 - weight) * other)


_OTHERS = "are mixed with others than their partners: `partner` says with which."
_MIXTURES = [  # of the given rows, the places of their partners, and the shares
    (lambda own, p, s: own, "are not mixed: they are as they were given."),
    (lambda own, p, s: own[p], "are those of the partners alone."),
    (lambda own, p, s: _mix(own, own[p], 1 - s), "have their shares exchanged: `share` is what each keeps."),
    (lambda own, p, s: (own + own[p]) / 2, "are mixed in equal shares; each has a share of its own."),
    (lambda own, p, s: _mix(own, own[::-1], s), _OTHERS),
    (lambda own, p, s: _mix(own, np.roll(own, -1, 0), s), _OTHERS),
    (lambda own, p, s: _mix(own, own[np.argsort(p)], s), _OTHERS),
    (lambda own, p, s: _mix(own, 0 * own, s), "lack their partners' part."),
    (lambda own, p, s: _mix(own + own[p], 0 * own, s), "get as much from their partners; both shares should make 1."),
]
