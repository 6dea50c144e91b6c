"""Checks of lesson 13, transfer learning."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, array, call, register

# --- 13.1 ------------------------------------------------------------------------------------------------


@register("13.1", right="Two points fix the line, and floats have room for −1. Each backbone has a line of its own.")
def input_from_minus_one_to_one(answer: Any) -> None:
    """Exercise 13.1 wants `uint8` pictures as floats from -1 to 1."""
    pictures = np.random.default_rng(131).integers(0, 256, (2, 4, 5, 3), dtype=np.uint8)
    pictures[0, 0, 0], pictures[0, 0, 1] = 0, 255
    result = call(answer, pictures, given="two pictures of shape (4, 5, 3)")
    values = array(result, pictures.shape, "What your function returns")
    exact = pictures.astype(np.float64)
    if np.allclose(values, exact / 127.5 - 1, atol=1e-3):
        return
    mistakes = {
        "0 became 0 and 255 became 1. Where should 0 go?": exact / 255,
        "0 became −1, but 255 became 0. The line is not steep enough.": exact / 255 - 1,
        "0 became 0 and 255 became 2. The steepness is right; now move the line.": exact / 127.5,
        "This is what EfficientNet-Lite0 does inside: 0 becomes −0.992. This net wants −1 to 1.": (exact - 127) / 128,
        "Nearly: 255 becomes 0.992. By what must 255 be divided to become 2?": (exact - 128) / 128,
        "The scaling is right, but red and blue have changed places.": exact[..., ::-1] / 127.5 - 1,
        "The values are rounded to whole numbers. Is an integer type in the way?": np.round(exact / 127.5 - 1),
        "The values are cut off to whole numbers. Is an integer type in the way?": np.trunc(exact / 127.5 - 1),
        "The sign is turned round: black should become −1.": 1 - exact / 127.5,
        "You have standardised by these pictures' own mean and spread. The net wants the same line for all pictures.": (
            (exact - exact.mean()) / exact.std()
        ),
        "Twice a `uint8` has no room above 255 and starts again at 0. Turn the pictures into floats first.": (
            (2 * pictures) / 255 - 1
        ),
        "A `uint8` has no room below 0: a small number minus 128 comes out large. Make floats of the pictures first.": (
            (pictures - 128) / 127.5
        ),
        "A `uint8` has no room below 0; what is dark comes out bright. Turn the pictures into floats first.": (
            (pictures - 128) / 128
        ),
        "A `uint8` has no room below 0: what is dark comes out bright. Make floats before you subtract 127.": (
            (pictures - 127) / 128
        ),
    }
    for mistake, then in mistakes.items():
        if np.allclose(values, then, atol=1e-3):
            raise Hint(mistake)
    raise Hint(
        f"Black (0) became {values[0, 0, 0, 0]:.3g} and white (255) became {values[0, 0, 1, 0]:.3g}; they should "
        "become −1 and 1, and what lies between on a straight line."
    )


# --- 13.2 ------------------------------------------------------------------------------------------------


@register("13.2", right="It is linear, it needs no training, and with very few photos it is hard to beat.")
def nearest_class_mean(answer: Any) -> None:
    """Exercise 13.2 wants, for each new row, the class with the nearest mean."""
    for classes, d in ((3, 4), (7, 6)):
        x, y, new = _clouds(classes, d)
        result = call(answer, x, y, new, given=f"{len(x)} rows in {classes} classes, and {len(new)} new rows")
        if np.shape(result) == (len(new), classes):
            raise Hint("That is one number for each new row and class. Which class is it, for each row?")
        answers = array(result, (len(new),), "What your function returns")
        _check_answers(answers, x, y, new)


def _clouds(classes: int, d: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Overlapping classes of unequal size, off the origin, in mixed order, on which the mistakes differ."""
    random = np.random.default_rng([132, classes])
    y = random.permutation(np.repeat(np.arange(classes), random.integers(4, 14, classes)))
    centres = random.normal(2, 1, (classes, d))
    x = centres[y] + random.normal(0, 1.2, (len(y), d))
    new = centres[random.integers(classes, size=80)] + random.normal(0, 1.2, (80, d))
    return x, y, new


def _check_answers(answers: NDArray[Any], x: NDArray[Any], y: NDArray[Any], new: NDArray[Any]) -> None:
    means = np.stack([x[y == k].mean(axis=0) for k in range(y.max() + 1)])
    difference = new[:, None] - means
    distance = np.square(difference).sum(axis=-1)
    if (answers == distance.argmin(axis=1)).all():
        return
    sums = np.stack([x[y == k].sum(axis=0) for k in range(y.max() + 1)])
    single = np.square(new[:, None] - x).sum(axis=-1)
    mistakes = {
        "this is the class whose mean is farthest away": distance.argmax(axis=1),
        "this is the class of the nearest single row, and not that of the nearest mean": y[single.argmin(axis=1)],
        "this is the place of the nearest row of `x`, and not a class": single.argmin(axis=1),
        "you compare with the sums of the classes, so large classes lie far out. Take means": (
            np.square(new[:, None] - sums).sum(axis=-1).argmin(axis=1)
        ),
        "you add up absolute differences. The Euclidean distance adds up squares": (
            np.abs(difference).sum(axis=-1).argmin(axis=1)
        ),
        "you add up the differences with their signs, so they cancel. What makes them all positive?": (
            difference.sum(axis=-1).argmin(axis=1)
        ),
        "this is the largest product with a mean. A mean that lies far out wins too often; distances are wanted": (
            (new @ means.T).argmax(axis=1)
        ),
        "this looks at the largest difference of a row only, and not at the distance": (
            np.abs(difference).max(axis=-1).argmin(axis=1)
        ),
    }
    for mistake, then in mistakes.items():
        if (answers == then).all():
            raise Hint(f"Shape and type are right, but {mistake}.")
    wrong = int((answers != distance.argmin(axis=1)).sum())
    raise Hint(f"{wrong} of {len(answers)} rows are given another class than that of the nearest mean.")


# --- 13.3 ------------------------------------------------------------------------------------------------


@register("13.3", right="Whole groups on either side: the test asks about what is new, and not about twins.")
def test_by_group(answer: Any) -> None:
    """Exercise 13.3 wants a mask that takes about half of the groups, whole, drawn by lot."""
    random = np.random.default_rng(133)
    numbers = random.choice(5_000, size=60, replace=False)  # with gaps between them, as patients' numbers have
    groups = random.permutation(np.repeat(numbers, random.integers(1, 9, 60)))
    masks = [_mask(answer, groups, seed) for seed in range(4)]
    if all((mask == masks[0]).all() for mask in masks):
        raise Hint("Groups stay whole, but the same ones are chosen each time. Draw lots, with `rng`.")


def _mask(answer: Any, groups: NDArray[Any], seed: int) -> NDArray[np.bool_]:
    """One division, or `Hint` for what is wrong with it."""
    rng = np.random.default_rng(seed)
    mask = np.asarray(call(answer, groups, rng, given=f"{len(groups)} pictures in {len(np.unique(groups))} groups"))
    if mask.shape != groups.shape or mask.dtype != np.bool_:
        if mask.ndim == 1 and np.isin(mask, groups).all():
            raise Hint(
                "These are the numbers of groups. Which pictures belong to them? A mask has one entry a picture."
            )
        raise Hint(
            f"A mask has one True or False for each of the {len(groups)} pictures; yours has shape {mask.shape} and "
            f"type {mask.dtype}."
        )
    share = {group: mask[groups == group].mean() for group in np.unique(groups)}
    divided = sum(0 < part < 1 for part in share.values())
    if divided:
        raise Hint(f"{divided} groups stand on both sides: you have drawn lots among the pictures, not among groups.")
    taken = sum(part == 1 for part in share.values())
    if taken in (0, len(share)):
        raise Hint(f"{'All' if taken else 'None'} of the pictures are in the test: nothing is left on the other side.")
    if not 0.4 <= taken / len(share) <= 0.6:
        raise Hint(f"Groups stay whole, but {taken} of {len(share)} are in the test; about half are wanted.")
    return mask
