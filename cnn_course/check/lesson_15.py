"""Checks of lesson 15: showing one piece of a picture, the arithmetic of Grad-CAM, nearest neighbours."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, array, call, number, register

Floats = NDArray[np.float64]


@register(
    "15.1",
    right="Pieces shown alone and pieces hidden answer different questions: is it enough, and is it needed? Where the "
    "two maps disagree, the net has more than one reason.",
)
def revealed(answer: Any) -> None:
    """Hold the copies to the definition for two pictures, and name what was exchanged."""
    for height, width, size, stride in ((7, 10, 3, 2), (9, 6, 4, 3)):
        picture = np.random.default_rng(151).integers(128, 256, (height, width, 3)).astype(np.uint8)
        given = f"a picture of {height} × {width}, size {size} and stride {stride}"
        right = _revealed(picture, size, stride)
        copies = array(_shaped(call(answer, picture, size, stride, given=given), right.shape, given), right.shape, "It")
        if np.array_equal(copies, right):
            continue
        if np.array_equal(copies, _covered(picture, size, stride)):
            raise Hint(
                "The square is grey and the rest is shown, as in `covered`: this time it is the other way round."
            )
        if np.array_equal(copies, np.where(right == 127, 0, right)):
            raise Hint("Everything outside the square is black: it should be grey, 127.")
        shown = (copies != 127).all(axis=-1).sum(axis=(2, 3))
        if (shown == shown.max()).all() and shown.max() != size * size:
            raise Hint(f"{shown.max():g} pixels are shown in each copy, and the square has {size * size}.")
        if shown.max() > size * size:
            raise Hint("Squares of earlier copies are still shown in later ones: each copy shows one square only.")
        if (shown == size * size).all():
            raise Hint(
                "Each copy shows a square of the right size, but not the piece that belongs at its place: the next "
                "square begins `stride` pixels further, and the first index of the result is the row."
            )
        raise Hint(f"Given {given}, the copies are not grey everywhere except at the square.")


@register(
    "15.2",
    right="The same lines serve any head and any layer. Behind a global average the gradients are equal at all places, "
    "and the mean changes nothing.",
)
def heat_maps(answer: Any) -> None:
    """Hold the maps to the definition, and name a step that was left out or came too early."""
    rng = np.random.default_rng(152)
    maps, gradients = rng.gamma(2, size=(3, 4, 5, 6)), rng.normal(size=(3, 4, 5, 6))
    given = "maps and gradients of 3 × 4 × 5 × 6"
    result = call(answer, maps, gradients, given=given)
    heat = array(_shaped(result, (3, 4, 5), given), (3, 4, 5), "The result")
    weights = gradients.mean(axis=(1, 2), keepdims=True)
    raw: Floats = (weights * maps).sum(axis=-1)
    kept = np.maximum(raw, 0)
    right = _scaled(kept)
    slips: list[tuple[Floats, str]] = [
        (kept, "The maps are not divided by their largest values."),
        (raw, "The negative places are still there, and nothing is divided."),
        (_scaled(raw), "The negative places are still there: cut them off, then divide."),
        (kept / kept.max(), "All maps are divided by the largest value of the batch: each map has its own."),
        (_scaled(np.maximum((gradients * maps).sum(axis=-1), 0)), "The gradients are not averaged over the places."),
        (
            _scaled(np.maximum((gradients.mean(axis=-1, keepdims=True) * maps).sum(axis=-1), 0)),
            "The gradients are averaged over the channels: average over the places, for one weight a channel.",
        ),
        (
            _scaled(np.maximum((gradients.mean(axis=(0, 1, 2)) * maps).sum(axis=-1), 0)),
            "The gradients are averaged over the pictures, too: each picture has its own weights.",
        ),
        (
            _scaled((np.maximum(weights, 0) * maps).sum(axis=-1)),
            "The weights are cut off at zero: a map may also speak against the class; cut off the sum.",
        ),
        (_scaled(np.maximum(weights * maps, 0).sum(axis=-1)), "Each product is cut off at zero: cut off their sum."),
        (_scaled(np.abs(raw)), "The signs are dropped: what is negative should become 0."),
        (_scaled(maps.sum(axis=-1)), "The maps are added up without weights from the gradients."),
    ]
    if not np.allclose(heat, right, atol=1e-6):
        for mistake, hint in slips:
            if np.allclose(heat, mistake, atol=1e-6):
                raise Hint(hint)
        raise Hint("The result is not the weighted sum of the maps, cut off at zero and divided by its largest value.")
    gradients[1] = -1  # this picture has no evidence for its class anywhere
    with np.errstate(all="ignore"):
        empty = np.asarray(call(answer, maps, gradients, given="gradients that are all negative"), dtype=np.float64)
    if not np.isfinite(empty[1]).all() or np.any(empty[1] != 0):
        raise Hint("Where every place is zero, the map should stay zero; here 0 / 0 comes out, or something like it.")


@register(
    "15.3",
    right="It is the share that section 5 draws, with another distance. Which distance fits is a choice: the cosine "
    "leaves out how strong all features are together.",
)
def same_label_share(answer: Any) -> None:
    """Hold the share to the definition for several sets of points, and name what was compared with what."""
    for seed in (153, 154, 155, 156):
        rng = np.random.default_rng(seed)
        features = rng.normal(size=(101, 4)) * rng.gamma(2, size=(101, 1))
        labels = rng.integers(0, 4, 101)
        share = number(call(answer, features, labels, given="101 pictures with 4 features each"), "The share")
        distances = np.linalg.norm(features[:, None] - features[None], axis=-1)
        others = distances + np.where(np.eye(101) > 0, np.inf, 0)
        right = _agreement(labels, others.argmin(axis=1))
        if abs(share - right) < 1e-9:
            continue
        scaled = features / np.linalg.norm(features, axis=1, keepdims=True)
        slips = [
            (1.0, "Every picture agrees with its neighbour: is each its own nearest neighbour?"),
            (101 * right, "This is a number of pictures; their share is wanted."),
            (100 * right, "This is a percentage: a share lies between 0 and 1."),
            (1 - right, "This is the share whose neighbour has another label."),
            (_agreement(labels, distances.argmax(axis=1)), "This takes the farthest picture, not the nearest."),
            (
                _agreement(labels, (scaled @ scaled.T - 9 * np.eye(101)).argmax(axis=1)),
                "This compares by the cosine; the straight distance is asked for.",
            ),
            (
                _agreement(labels, (features @ features.T - 1e9 * np.eye(101)).argmax(axis=1)),
                "This compares by the product; the straight distance is asked for.",
            ),
        ]
        hint = next((text for value, text in slips if abs(share - value) < 1e-9), None)
        raise Hint(
            hint or "The share is another one: for each picture, find the nearest other picture, compare labels."
        )


def _shaped(result: Any, shape: tuple[int, ...], given: str) -> Any:
    found = np.shape(result)
    if len(found) == len(shape) - 1 and found == (shape[0] * shape[1], *shape[2:]):
        raise Hint(f"Given {given}, the copies stand in one row: keep rows and columns apart, shape {shape}.")
    if found == (*shape, 6):
        raise Hint("The result still has one number for each channel: add up the channels of each place.")
    if found == (3, 6):
        raise Hint("The result has one number for each channel: these are the weights, still to be used.")
    return result


def _revealed(picture: NDArray[np.uint8], size: int, stride: int) -> NDArray[np.uint8]:
    covered = _covered(picture, size, stride)
    return np.where(covered == 127, picture, np.uint8(127))  # no pixel of the picture is 127


def _covered(picture: NDArray[np.uint8], size: int, stride: int) -> NDArray[np.uint8]:
    tops = range(0, picture.shape[0] - size + 1, stride)
    lefts = range(0, picture.shape[1] - size + 1, stride)
    copies = np.tile(picture, (len(tops), len(lefts), 1, 1, 1))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            copies[i, j, top : top + size, left : left + size] = 127
    return copies


def _scaled(heat: Floats) -> Floats:
    result: Floats = heat / heat.max(axis=(1, 2), keepdims=True)
    return result


def _agreement(labels: NDArray[Any], neighbours: NDArray[Any]) -> float:
    return float((labels[neighbours] == labels).mean())
