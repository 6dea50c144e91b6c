"""What all checks share: how a claim is printed, and how an answer is judged and helped."""

import json
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Judge = Callable[..., None]


class Hint(Exception):
    """Raised by a check for a wrong answer; the text names the mistake and does not give the answer away."""


class NotAnswered(Exception):
    """Raised when an answer still holds `...`."""


class Exercise(NamedTuple):
    """A check and the sentence that a right answer earns."""

    judge: Judge
    right: str


EXERCISES: dict[str, Exercise] = {}


def register(number: str, *, right: str) -> Callable[[Judge], Judge]:
    """Make the decorated function the check of an exercise.

    Args:
        number: Number of the exercise, such as `"2.1"`: lesson and place in the lesson.
        right: What a learner reads after "right.": a sentence that adds something to the answer.

    Returns:
        A decorator for a function that takes the answers, raises `Hint` if they are wrong and returns
        nothing if they are right.
    """

    def keep(judge: Judge) -> Judge:
        EXERCISES[number] = Exercise(judge, right)
        return judge

    return keep


def exercise(number: str, *answers: Any) -> None:
    """Print whether the answers to an exercise are right and, if they are not, what is wrong with them.

    Args:
        number: Number of the exercise, such as `"2.1"`.
        *answers: The learner's answers: numbers, arrays, functions or models, as the exercise asks. An
            answer that still holds `...` is reported as not answered.

    Raises:
        ValueError: If there is no exercise of this number.
    """
    judge, right = _find(number)
    try:
        if any(_is_open(answer) for answer in answers):
            raise NotAnswered
        judge(*answers)
    except NotAnswered:
        print(f"{number}: not answered yet. Replace each ... above, run that cell, then run this one again.")
    except Hint as hint:
        print(f"{number}: not right yet. {hint}")
    except Exception as error:  # an answer of a kind that nobody thought of must not end in a traceback of ours
        print(f"{number}: not right yet. The check could not use this answer ({type(error).__name__}: {error}).")
    else:
        print(f"{number}: right. {right}")


def claim(sentence: str, value: Any, *, at_least: float | None = None, at_most: float | None = None) -> None:
    """Print a sentence that a lesson states, with ✓ if it holds here and ✗ if it does not.

    A claim never raises: a learner who changes a cell may well make it false, and should see that it is.
    If the environment variable `CNN_COURSE_CLAIMS` names a file, the claim is also appended to it as a line
    of JSON, so that the spread of its value over seeds can be measured.

    Args:
        sentence: What is claimed, without numbers that vary from machine to machine.
        value: True or False for an exact fact; a measured number if a bound is given.
        at_least: The claim holds if the value is this or more.
        at_most: The claim holds if the value is this or less.

    Raises:
        TypeError: If the value is a number and there is no bound to hold it to.
    """
    bounded = at_least is not None or at_most is not None
    if not bounded and not isinstance(value, bool | np.bool_):
        raise TypeError(f"A claim needs True or False, or a number with at_least= or at_most=; it got {value!r}.")
    holds = bool(value if not bounded else _within(float(value), at_least, at_most))
    print(f"{'✓' if holds else '✗'} {sentence}")
    record = os.environ.get("CNN_COURSE_CLAIMS")
    if record:
        entry = {
            "sentence": sentence,
            "holds": holds,
            "value": float(value),
            "at_least": at_least,
            "at_most": at_most,
        }
        with Path(record).open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")


def call(function: Any, *arguments: Any, given: str) -> Any:
    """Call a learner's function and turn whatever goes wrong into a hint.

    Args:
        function: The learner's answer, which should be a function.
        *arguments: What it is called with; arrays are copied, so that it cannot change the check's own.
        given: What the arguments are, in words: "a 5 × 6 picture and a 3 × 3 kernel".

    Returns:
        What the function returned.

    Raises:
        Hint: If it is no function, raised an error or returned nothing.
        NotAnswered: If it returned `...` or stumbled over one.
    """
    if not callable(function):
        raise Hint(f"A function is wanted here, and this is a {type(function).__name__}: pass its name, without ().")
    copies = [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in arguments]
    try:
        result = function(*copies)
    except Exception as error:
        if "ellipsis" in str(error).lower():
            raise NotAnswered from error
        message = f"Given {given}, your function stopped with {type(error).__name__}: {error}"
        raise Hint(message if message.endswith(".") else f"{message}.") from error
    if result is None:
        raise Hint("Your function returns nothing: does its last line start with `return`?")
    if _is_open(result):
        raise NotAnswered
    return result


def number(answer: Any, name: str) -> float:
    """Return an answer as a number, or raise `Hint` saying that `name` should be one."""
    values = np.asarray(answer)
    if values.size != 1 or not np.issubdtype(values.dtype, np.number):
        raise Hint(f"{name} should be one number, and it is {_kind(answer)}.")
    return float(values.reshape(()))


def array(answer: Any, shape: tuple[int, ...], name: str) -> NDArray[np.float64]:
    """Return an answer as an array of the given shape, or raise `Hint` saying what `name` is instead."""
    try:
        values = np.asarray(answer, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise Hint(f"{name} should be an array of numbers, and it is {_kind(answer)}.") from error
    if values.shape != shape:
        raise Hint(f"{name} should have shape {shape}, and it has shape {values.shape}.")
    if not np.isfinite(values).all():
        raise Hint(f"{name} holds a value that is not a finite number.")
    return values


def _kind(answer: Any) -> str:
    return f"an array of shape {answer.shape}" if isinstance(answer, np.ndarray) else f"a {type(answer).__name__}"


def _find(number: str) -> Exercise:
    lesson = number.partition(".")[0]
    if lesson.isdigit() and Path(__file__).with_name(f"lesson_{int(lesson):02d}.py").exists():
        import_module(f"cnn_course.check.lesson_{int(lesson):02d}")
    if number not in EXERCISES:
        raise ValueError(f"There is no exercise {number!r}; the number is lesson and place, such as '2.1'.")
    return EXERCISES[number]


def _is_open(answer: Any) -> bool:
    if isinstance(answer, dict):
        return any(_is_open(value) for value in answer.values())
    if isinstance(answer, list | tuple | set):
        return any(_is_open(value) for value in answer)
    if isinstance(answer, np.ndarray) and answer.dtype == object:
        return any(_is_open(value) for value in answer.flat)
    return answer is ...


def _within(value: float, at_least: float | None, at_most: float | None) -> bool:
    return (at_least is None or value >= at_least) and (at_most is None or value <= at_most)
