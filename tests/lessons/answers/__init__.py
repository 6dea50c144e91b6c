"""For each exercise, answers that its check must turn down by name, and answers that it must accept.

One module a lesson (`lesson_02.py`), each with a dictionary `CASES` from the exercise's number to its `Cases`.
"""

from typing import Any, NamedTuple


class Wrong(NamedTuple):
    """A plausible wrong answer."""

    answers: tuple[Any, ...]  # what is handed to `check.exercise` after the number
    named: str  # words of the hint that name this very mistake


class Cases(NamedTuple):
    """At least three wrong answers with hints of their own, and at least two right ones written differently."""

    wrong: list[Wrong]
    right: list[tuple[Any, ...]]
