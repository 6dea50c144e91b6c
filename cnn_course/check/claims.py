"""Claims: sentences that a lesson states and the tests hold it to."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np


def claim(
    key: str,
    sentence: str,
    value: Any,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    conclusion: bool = False,
) -> None:
    """Print a sentence that a lesson states, with ✓ if it holds here and ✗ if it does not, and the value measured here.

    A claim never raises: a learner who changes a cell may well make it false, and should see that it is.
    If the environment variable `CNN_COURSE_CLAIMS` names a file, the claim is also appended to it as a line of JSON, so
    that the spread of its value over seeds can be measured (`tasks.py measure`).

    Args:
        key: A short name that no other claim of the lesson has. The runs on file belong to it, so it stays when the
            sentence is reworded.
        sentence: What is claimed, without numbers that vary from machine to machine.
        value: True or False for an exact fact; a measured number if a bound is given.
        at_least: The claim holds if the value is this or more.
        at_most: The claim holds if the value is this or less.
        conclusion: Whether the sentence says that something helps, hurts or causes: then the tests want it to hold
            after five times the steps and on another draw of the data, too.

    Raises:
        TypeError: If the value is a number and there is no bound to hold it to.
    """
    bounded = at_least is not None or at_most is not None
    if not bounded and not isinstance(value, bool | np.bool_):
        raise TypeError(f"A claim needs True or False, or a number with at_least= or at_most=; it got {value!r}.")
    number = float(value)
    low = -np.inf if at_least is None else at_least
    high = np.inf if at_most is None else at_most
    holds = bool(low <= number <= high) if bounded else bool(value)
    print(f"{'✓' if holds else '✗'} {sentence}" + (f"  (here {_digits(number)})" if bounded else ""))
    if record := os.environ.get("CNN_COURSE_CLAIMS"):
        entry = {"key": key, "value": number, "bounded": bounded, "conclusion": conclusion, "holds": holds}
        with Path(record).open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")


def _digits(value: float) -> str:
    """Three significant digits, without an exponent where a person would write none."""
    return f"{value:,.0f}" if 1_000 <= abs(value) < 1e9 else f"{value:.3g}"
