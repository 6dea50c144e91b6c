"""For each exercise, answers that its check must turn down, and answers that it must accept.

One module a lesson (`lesson_02.py`), each with a dictionary `CASES` from the exercise's number to its `Cases`.
"""

from typing import Any, NamedTuple

import numpy as np

NEUTRAL = "wanted"  # in the message of a wrong answer that is no mistake of the list: what was wanted, and no guess


class Wrong(NamedTuple):
    """A plausible wrong answer."""

    answers: tuple[Any, ...]  # what is handed to `check.exercise` after the number
    named: str  # words of the hint that names this very mistake; no other mistake's hint holds them


class Cases(NamedTuple):
    """At least six wrong answers, and at least four right ones written differently."""

    wrong: list[Wrong]
    right: list[tuple[Any, ...]]


class Own:
    """A result in a class of the learner's own, which NumPy can read."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.value, dtype)


class OwnNumber:
    """A number in a class of the learner's own: all it knows is how to become a float."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __float__(self) -> float:
        return float(self.value)
