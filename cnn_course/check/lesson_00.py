"""Checks of lesson 0: how many places a pattern has, and a pattern for level edges."""

import numpy as np
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, array, number, register

_PLACES = 10 - 3 + 1
_UPRIGHT = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


@register("0.1", right="Every exercise of the course is checked like this.")
def check_places(places: object) -> None:
    """Compare the number of places with what the usual miscounts give."""
    answer = number(places, "The number of places")
    if answer != _PLACES:
        raise Hint(_MISCOUNTS.get(answer, "Draw ten squares and count the places where three neighbours can begin."))


_MISCOUNTS = {
    10: "A place for each pixel is too many: at the last pixel, two thirds of the pattern would hang over the edge.",
    9: "At the ninth place only two pixels are left, and the pattern is three wide.",
    7: "Almost: 10 − 3 leaves out the very first place, where nothing has been moved yet.",
    3: "That is how many fit without overlapping; but neighbouring places may share pixels.",
    10 / 3: "A whole number is wanted; and places may overlap, so dividing does not help.",
    12: "You let the pattern hang over at both ends; here it must fit on the row.",
    318: "That is right for the photograph, 320 pixels wide. The question is about a row of 10.",
}


@register("0.2", right="Any pattern will do that adds up to 0 and compares above with below, but not left with right.")
def check_level(level: object) -> None:
    """Judge the pattern by its three sums, so that any pattern that does what was asked will pass."""
    pattern = array(level, (3, 3), "The pattern")
    if not pattern.any():
        raise Hint("A pattern of zeros finds nothing, anywhere.")
    ramp = np.array([0.0, 0.5, 1.0])
    flat, upright, below = (_sum(pattern, patch) for patch in (np.ones((3, 3)), ramp[None, :], ramp[:, None]))
    if np.array_equal(pattern, _UPRIGHT):
        raise Hint("That is the pattern from above, for upright edges: it compares left with right.")
    if not np.isclose(flat, 0):
        raise Hint(f"Where all pixels are 1 your sum is {flat:g}, not 0. The nine numbers should cancel out.")
    if not np.isclose(upright, 0):
        raise Hint(f"At an upright edge your sum is {upright:g}, not 0: left and right still count differently.")
    if np.isclose(below, 0):
        raise Hint("It is blind to level edges, too: the row above and the row below count alike.")
    if below < 0:
        raise Hint("Upside down: dark above and bright below gives a negative sum.")


def _sum(pattern: NDArray[np.float64], patch: NDArray[np.float64]) -> float:
    return float((pattern * patch).sum())
