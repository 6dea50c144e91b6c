"""Checks of lesson 12: transforms that make labels untrue, a mirror that does not, and a recipe for digits."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, array, call, judge, kind, parts, register, shown

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


_COPIES = 300  # of each picture: enough for the largest of the drawn moves to come close to what is allowed
_FAR, _BRIGHT = 2.8, 0.2  # a tenth of 28 pixels; the largest change of brightness


@register("12.3", right="It is switched off in use, so it can stand in front of any net, and be saved with it.")
def recipe_for_digits(answer: Any) -> None:
    """A function that returns a Keras model that moves pictures a little and changes their brightness."""
    net = answer if isinstance(answer, keras.Layer) else call(answer, given="no arguments")
    if not isinstance(net, keras.Layer):
        raise Hint(f"Your function should return a Keras model, and it returns {kind(net)}.")
    # On grey, a large faint square on the upper left and a small bright one on the lower right, of equal weight.
    x = np.full((_COPIES, 28, 28, 1), 0.3, np.float32)
    x[:, 6:10, 6:10], x[:, 19:21, 19:21] = 0.4, 0.7
    in_use = _through(net, x, training=False)
    if in_use.shape != x.shape:
        raise Hint(f"Pictures of 28 × 28 × 1 should come out as they went in; yours have shape {in_use.shape[1:]}.")
    if not np.allclose(in_use, x, atol=1e-5):
        raise Hint("In use, with training=False, your model changes pictures; it should leave them as they are.")
    made = _through(net, x, training=True)
    if np.allclose(made, x, atol=1e-5):
        raise Hint("In training your model changes nothing.")
    if np.allclose(made, made[:1], atol=1e-5):
        raise Hint("All pictures of a batch are changed alike; each should get a change of its own.")
    if made.min() < -1e-4 or made.max() > 1 + 1e-4:
        told = f"{shown(float(made.min()))} to {shown(float(made.max()))}"
        raise Hint(f"Values come out from {told}. Tell the layer for brightness what range your pictures have.")
    _check_brightness(net)
    _check_moves(made[..., 0] - np.median(made[..., 0], axis=(1, 2), keepdims=True))
    grey = _through(net, np.full_like(x, 0.6), training=True)[..., 0]
    if np.max(grey[:, 14, 14] - grey.min(axis=(1, 2))) < 0.3:
        raise Hint("What comes in at the edges is not black. Look at the argument `fill_mode` of the layer that moves.")


def _through(net: Any, x: NDArray[Any], *, training: bool) -> NDArray[Any]:
    made = call(partial(net, x, training=training), given=f"{len(x)} pictures")
    return array(made, "What your model returns")


def _check_brightness(net: Any) -> None:
    """Raise `Hint` unless the middle of a grey picture becomes darker and brighter, and not by too much."""
    middle = _through(net, np.full((_COPIES, 28, 28, 1), 0.5, np.float32), training=True)[:, 14, 14, 0] - 0.5
    low, high = float(middle.min()), float(middle.max())
    if max(-low, high) < 0.01:
        raise Hint("The brightness of your pictures does not change: a grey picture comes out as grey as before.")
    if min(-low, high) < 0.3 * _BRIGHT:
        way = "rises" if high > -low else "falls"
        raise Hint(f"The brightness only {way}; it should go up and down.")
    if max(-low, high) > 1.05 * _BRIGHT:
        raise Hint(f"The brightness changes by up to {shown(max(-low, high))}; {_BRIGHT} is allowed.")
    if max(-low, high) < 0.75 * _BRIGHT:
        raise Hint(f"The brightness changes by no more than {shown(max(-low, high))}; it should go up to {_BRIGHT}.")


def _check_moves(made: NDArray[Any]) -> None:
    """Raise `Hint` unless two squares, whose common middle is that of the picture, move together and not too far."""
    light = np.clip(made, 0, None)
    moved = _middle(light) - 13.5  # mirroring leaves the common middle where it is
    small = _small_square(light) - 13.5 - moved  # (6, 6) from the common middle at first
    if np.abs(np.abs(small) - 6).max() > 0.8:
        raise Hint("Something turns, stretches or shrinks the pictures, or moves them out of sight.")
    if np.mean(small[:, 1] < 0) > 0.1:
        raise Hint("Some pictures have left and right exchanged. Is a mirrored digit still a digit?")
    if np.mean(small[:, 0] < 0) > 0.1:
        raise Hint("Some pictures are upside down. What does a 6 become?")
    for axis, name in enumerate(_WAYS):
        far = float(np.abs(moved[:, axis]).max())
        if far > _FAR + 0.4:
            raise Hint(f"Your pictures move {name} by {far:.1f} pixels; a tenth of 28 are allowed, 2.8.")
    for axis, name in enumerate(_WAYS):
        far = float(np.abs(moved[:, axis]).max())
        if far < 0.3:
            raise Hint(f"Your pictures never move {name}.")
        if far < 0.8 * _FAR:
            raise Hint(f"Your pictures move {name} by {far:.1f} pixels at most; they should move by up to 2.8.")


_WAYS = ("up and down", "left and right")


def _small_square(light: NDArray[Any]) -> NDArray[Any]:
    """Where the brightest square of each picture has its middle: row and column, `(n, 2)`."""
    row, column = np.divmod(light.reshape(len(light), -1).argmax(axis=1), 28)
    rows, columns = np.indices(light.shape[1:])
    near = (np.abs(rows - row[:, None, None]) < 4) & (np.abs(columns - column[:, None, None]) < 4)
    return _middle(light * near)


def _middle(light: NDArray[Any]) -> NDArray[Any]:
    """Where the light of each picture has its middle: row and column, `(n, 2)`."""
    total = light.sum(axis=(1, 2)) + 1e-9
    row, column = np.indices(light.shape[1:])
    return np.stack([(light * row).sum(axis=(1, 2)) / total, (light * column).sum(axis=(1, 2)) / total], axis=1)
