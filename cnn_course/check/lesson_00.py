"""Checks of lesson 0: how many places a pattern has, and a pattern for level edges."""

from typing import Any

import numpy as np

from cnn_course.check.engine import Hint, array, compare, number, register, shown

_UPRIGHT = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


@register("0.1", right="Every exercise of the course is checked like this.")
def places(answer: Any) -> None:
    """A pattern of 3 pixels has 10 - 3 + 1 places on a row of 10."""
    otherwise = "Draw ten squares and count the places where three neighbours can begin."
    compare(number(answer, "The number of places"), 10 - 3 + 1, [
        (10, "A place for each pixel is too many: at the last one, two thirds of the pattern would hang over."),
        (9, "At the ninth place only two pixels are left, and the pattern is three wide."),
        (7, "Almost: 10 − 3 leaves out the very first place, where nothing has been moved yet."),
        (3, "That is how many fit without overlapping; but neighbouring places may share pixels."),
        (10 / 3, "A whole number is wanted; and places may overlap, so dividing does not help."),
        (12, "You let the pattern hang over at both ends; here it must fit on the row."),
        (318, "That is right for the photograph, 320 pixels wide. The question is about a row of 10."),
    ], otherwise)  # fmt: skip


@register("0.2", right="Any pattern will do that adds up to 0 and compares above with below, but not left with right.")
def level(answer: Any) -> None:
    """Judge the pattern by its sums on the edges that the question names, so that every pattern of the kind passes."""
    pattern = array(answer, "The pattern")
    if pattern.shape != (3, 3):
        raise Hint(f"The pattern should have shape (3, 3), and it has shape {pattern.shape}.")
    if not pattern.any():
        raise Hint("A pattern of zeros finds nothing, anywhere.")
    if np.array_equal(pattern, _UPRIGHT):
        raise Hint("That is the pattern from above, for upright edges: it compares left with right.")
    if not np.isfinite(pattern).all():
        raise Hint("The pattern should be made of finite numbers: there is nan or inf in it.")
    tiny = abs(pattern).max() * (1e-3 if pattern.dtype == np.float16 else 1e-6)  # what rounding can leave of a sum
    if abs(pattern.sum()) > tiny:
        raise Hint(f"Where all pixels are 1 your sum is {shown(pattern.sum())}, not 0. The nine should cancel out.")
    columns, rows = pattern.sum(axis=0), pattern.sum(axis=1)
    if (abs(columns) > tiny).any():
        raise Hint(f"At some upright edges your sum is not 0: each column must add up to 0, yours to {shown(columns)}.")
    if (abs(rows) <= tiny).all():
        raise Hint("It is blind to level edges, too: each of its rows adds up to 0, so the sum is 0 there.")
    if rows[0] >= -tiny and rows[2] <= tiny:
        raise Hint("Upside down: dark above and bright below gives a negative sum.")
    if rows[0] > tiny or rows[2] < -tiny:
        raise Hint(
            f"Its rows add up to {shown(rows)}: at some level edges, dark above and bright below, the sum is negative."
        )
