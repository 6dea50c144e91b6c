"""What all checks share: how an answer is called, read, compared with the right one, and helped.

Most checks are data: a reference, some cases, and a list of mistakes, each with its hint. `judge` runs the learner's
function and the functions of the list on all cases. A mistake is named only if it gives the learner's results in
*every* case; otherwise the learner is shown what went in, what came out and what was wanted, and no guess.
"""

import ast
import ctypes
import inspect
import os
import re
import textwrap
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from copy import deepcopy
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Function = Callable[..., Any]
Mistakes = Sequence[tuple[Any, str]]

SECONDS = 10.0  # after which a learner's function is interrupted
_SMALL = 12  # numbers that a message shows one by one


class Hint(Exception):
    """Raised by a check for a wrong answer; the text names the mistake and does not give the answer away."""


class NotAnswered(Exception):
    """Raised when an answer still holds `...`."""


class TooLong(BaseException):
    """Raised in a function that does not end; no `except Exception` of a learner catches it."""


class Exercise(NamedTuple):
    """A check, and the sentence that a right answer earns."""

    check: Callable[..., None]
    right: str


EXERCISES: dict[str, Exercise] = {}


def register(number: str, *, right: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make the decorated function the check of an exercise.

    Args:
        number: Number of the exercise, such as `"2.1"`: lesson and place in the lesson.
        right: What a learner reads after "right.": a sentence that adds something to the answer.

    Returns:
        A decorator for a function that takes the answers, raises `Hint` if they are wrong and returns nothing if they
        are right.
    """

    def keep(check: Callable[..., None]) -> Callable[..., None]:
        EXERCISES[number] = Exercise(check, right)
        return check

    return keep


def exercise(number: str, *answers: Any) -> None:
    """Print whether the answers to an exercise are right and, if they are not, what is wrong with them.

    Args:
        number: Number of the exercise, such as `"2.1"`.
        *answers: The learner's answers: numbers, arrays, functions or models, as the exercise asks. An answer that
            still holds `...` is reported as not answered.

    Raises:
        ValueError: If there is no exercise of this number.
    """
    check, right = _find(number)
    try:
        if any(_is_open(answer) for answer in answers):
            raise NotAnswered
        check(*answers)
    except NotAnswered:
        verdict = "not answered yet. Replace each ... above, run that cell, then run this one again."
    except Hint as hint:
        blank = any(_has_blank(answer) for answer in answers)
        verdict = "not answered yet. There is still a ... to replace." if blank else f"not right yet. {hint}"
    except Exception as error:  # an answer of a kind that nobody thought of must not end in a traceback of ours
        verdict = f"not right yet. The check could not use this answer ({in_short(error)})."
    else:
        verdict = f"right. {right}"
    print(f"{number}: {verdict}")


def _find(number: str) -> Exercise:
    lesson = number.partition(".")[0]
    module = f"cnn_course.check.lesson_{lesson.zfill(2)}"
    if lesson.isdigit() and find_spec(module):
        import_module(module)
    if number not in EXERCISES:
        raise ValueError(f"There is no exercise {number!r}; the number is lesson and place, such as '2.1'.")
    return EXERCISES[number]


# --- What was left open ---------------------------------------------------------------------------------------------


def _is_open(answer: Any) -> bool:
    if isinstance(answer, dict):
        return any(_is_open(value) for value in answer.values())
    if isinstance(answer, list | tuple | set):
        return any(_is_open(value) for value in answer)
    if isinstance(answer, np.ndarray) and answer.dtype == object:
        return any(_is_open(value) for value in answer.flat)
    return answer is ...


def _has_blank(answer: Any) -> bool:
    """Whether a function's text still holds a `...` to be replaced.

    Not meant are those in an index, as in `x[..., 0]`, and `x = ...` where `x` gets another value as well.
    """
    nodes = _nodes(answer)
    indices = [node.slice for node in nodes if isinstance(node, ast.Subscript)]
    meant = [one for index in indices for one in (index, *getattr(index, "elts", ()))]
    stored = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    assigned = [(ast.unparse(node.targets[0]), node.value) for node in nodes if isinstance(node, ast.Assign)]
    meant += [value for name, value in assigned if stored.count(name) > 1]
    return any(isinstance(node, ast.Constant) and node.value is ... and node not in meant for node in nodes)


def _nodes(function: Any) -> list[ast.AST]:
    """The text of a function as Python reads it; nothing if it is not known."""
    try:
        return list(ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))))
    except (OSError, TypeError, SyntaxError):
        return []


# --- Calling a learner's function -----------------------------------------------------------------------------------


def call(function: Any, *arguments: Any, given: str) -> Any:
    """Call a learner's function and turn whatever goes wrong into a hint; what it prints is not shown.

    Args:
        function: The learner's answer, which should be a function.
        *arguments: What it is called with, as it is: the function can change an array that it is given.
        given: What the arguments are, in words: "a 5 × 6 picture and a 3 × 3 kernel".

    Returns:
        What the function returned.

    Raises:
        Hint: If it is no function, raised an error, did not end within ten seconds, or returned nothing.
        NotAnswered: If it returned `...` or stumbled over one.
    """
    if not callable(function):
        raise Hint(f"A function is wanted here, and this is {kind(function)}: pass its name, without ().")
    try:
        with _silence():
            result = _interruptible(SECONDS, function, *arguments)
    except Hint:
        raise
    except TooLong:
        message = f"Given {given}, your answer was still running after {SECONDS:g} seconds. Does a loop never end?"
        raise Hint(message) from None
    except (Exception, SystemExit) as error:
        if "'ellipsis'" in str(error):
            raise NotAnswered from error
        where = _line_of(error, function)
        raise Hint(f"Given {given}, your answer stopped with {in_short(error)}{where}.") from error
    if result is None:
        returned = [ast.unparse(node.value) for node in _nodes(function) if isinstance(node, ast.Return) and node.value]
        why = "is there a way through it without `return`?" if returned else "does its last line start with `return`?"
        if any(text.startswith("print(") for text in returned):
            why = "`print` shows a value, but returns none."
        raise Hint(f"Given {given}, your function returns nothing: {why}")
    if _is_open(result):
        raise NotAnswered
    return result


@contextmanager
def _silence() -> Iterator[None]:
    """Show neither warnings nor what is printed: a loop without end can print a lot."""
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), warnings.catch_warnings(action="ignore"):
        yield


def _interruptible(seconds: float, function: Function, *arguments: Any) -> Any:
    """Call a function; raise `TooLong` in it if it takes longer than so many seconds.

    A signal would do it on POSIX and in the main thread only. This works on every system and in any thread, as soon as
    Python code runs again; and it is repeated, should a bare `except:` have swallowed it.
    """
    thread, lock, over = ctypes.c_ulong(threading.get_ident()), threading.Lock(), threading.Event()
    raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc

    def watch() -> None:
        wait = seconds
        while not over.wait(wait):
            with lock:
                if not over.is_set():
                    raise_in(thread, ctypes.py_object(TooLong))
            wait = 1

    def stop() -> None:
        with lock:
            over.set()  # written in Python: an exception that is under way arrives here, at the latest

    try:
        threading.Thread(target=watch, daemon=True).start()
        try:
            return function(*arguments)
        finally:
            stop()
    except TooLong:
        stop()  # once more: it may be this that was interrupted
        raise


def in_short(error: BaseException) -> str:
    """Name an error in a line: Keras writes paragraphs, with colours for a terminal and a list of all arguments."""
    text = re.sub(r"\x1b\[[0-9;]*m| \[Op:\w+\].*", "", str(error)).partition("\n\nArguments received by")[0]
    lines = [line.strip() for line in text.splitlines() if not line.startswith("Exception encountered when calling")]
    message = textwrap.shorten(" ".join(filter(None, lines)), 200, placeholder=" …").rstrip(".")
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _line_of(error: BaseException, function: Any) -> str:
    """Where in the learner's function it happened, if its text is known."""
    file = getattr(getattr(inspect.unwrap(function), "__code__", None), "co_filename", None)
    lines = [frame.line for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file and frame.line]
    return f", in the line `{lines[-1]}`" if lines else ""


# --- Reading an answer ----------------------------------------------------------------------------------------------


def array(answer: Any, name: str) -> NDArray[Any]:
    """Read an answer as an array: numbers, lists, tensors, and objects of one's own that turn into numbers.

    Args:
        answer: The answer.
        name: What it should be, for the message: "The pattern".

    Returns:
        An array of any shape that holds whole numbers, truth values or floats.

    Raises:
        Hint: If it does not hold numbers.
    """
    try:
        values = np.asarray(answer)
        if values.dtype.kind == "O" and not any(value is None for value in values.flat):
            values = values.astype(np.float64)  # objects that know how to become a float
        if values.dtype.kind not in "biuf":
            raise TypeError
    except Exception:
        raise Hint(f"{name} should be made of numbers, and it is {kind(answer)}.") from None
    return values


def number(answer: Any, name: str) -> float:
    """Read an answer as one number; `Hint` if it is not, or is nan."""
    try:
        value = float(array(answer, name).item())
    except (Hint, ValueError):
        raise Hint(f"{name} should be one number, and it is {kind(answer)}.") from None
    if np.isnan(value):
        raise Hint(f"{name} is nan, which means: not a number.")
    return value


def kind(answer: Any) -> str:
    """Say what kind of thing an answer is: "a str", "an array of shape (2, 3)", "a list of text"."""
    if answer is None:
        return "None (`print` shows a value, but returns None)"
    name = "array" if isinstance(answer, np.ndarray) else type(answer).__name__
    text = f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
    if isinstance(answer, list | tuple | np.ndarray):
        try:
            content = np.asarray(answer).dtype
        except ValueError:
            return f"{text} whose rows differ in length"
        text += {"b": "", "i": "", "u": "", "f": "", "O": "", "U": " of text"}.get(content.kind, f" of {content.name}")
    shape = getattr(answer, "shape", None)
    return text if not shape or callable(shape) else f"{text} of shape {tuple(shape)}"


def shown(value: Any) -> str:
    """Write a value down for a message: numbers one by one if they are few, otherwise the shape."""
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, np.ndarray) or hasattr(value, "__array__"):
        values = np.asarray(value)
        if values.size > _SMALL:
            return f"an array of shape {values.shape}"
        value = values.tolist()
    if isinstance(value, list | tuple) and len(value) > _SMALL:
        return f"{kind(value)} of {len(value):,}"
    if isinstance(value, list | tuple):
        inside = ", ".join(map(shown, value))
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' * (len(value) == 1)})"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    value += 0  # turns −0 into 0
    if isinstance(value, float) and not 10_000 <= abs(value) < 1e15:
        text = f"{value:.4g}"
    else:
        text = f"{value:,.0f}" if abs(value) >= 10_000 else str(value)
    return text.replace("-", "−")  # a true minus sign


# --- Comparing ------------------------------------------------------------------------------------------------------


def close(value: Any, wanted: Any) -> bool:
    """Whether two results have the same shapes and, up to the precision of float32 (or float16), the same numbers.

    Args:
        value: An array, or a sequence of them: one for each case.
        wanted: What it should be. Whole numbers are compared exactly.
    """
    if isinstance(value, list):
        return all(map(close, value, wanted))
    value, wanted = np.asarray(value), np.asarray(wanted)
    rtol, atol = (1e-7, 1e-6) if wanted.dtype.kind in "biu" else (1e-5, 2e-6)
    if value.dtype == np.float16:
        rtol = atol = 1e-3
    return value.shape == wanted.shape and np.allclose(value, wanted, rtol, atol)


def first_mistake(value: Any, mistakes: Mistakes) -> str | None:
    """Find the hint of the mistake that gives this very value.

    Args:
        value: What the learner's answer gives.
        mistakes: Pairs (value that the mistake gives, hint). No two may give the same value: the tests see to it.

    Returns:
        The hint; None if no mistake gives the value.
    """
    return next((hint for wrong, hint in mistakes if close(value, wrong)), None)


def compare(value: Any, wanted: Any, mistakes: Mistakes, otherwise: str, came: str = "") -> None:
    """Hold a value to the wanted one.

    Args:
        value: What the learner gave.
        wanted: What is right.
        mistakes: Pairs (value, hint).
        otherwise: What to say if the value is wrong and belongs to no mistake.
        came: What went in and what came out, to be said before a hint.

    Raises:
        Hint: If the value is not right.
    """
    hint = first_mistake(value, [(wanted, ""), *mistakes])
    if hint != "":
        raise Hint(f"{came} {hint}".strip() if hint else otherwise)


def judge(
    answer: Any,
    reference: Function,
    cases: Sequence[tuple[Any, ...]],
    mistakes: Mistakes,
    *,
    name: str = "your function",
    decimals: int = 6,
) -> None:
    """Hold a learner's function to a reference.

    Args:
        answer: The learner's function.
        reference: The right function. The names of its parameters are used in messages.
        cases: Tuples of arguments, the simplest first. They are copied for each call.
        mistakes: Pairs (function of the same arguments, hint). A hint is given only if the function agrees with the
            learner's in every case. (A constant may stand for a function that always gives it.)
        name: What the learner's function is called in messages.
        decimals: A result that is rounded to so many decimals is right, too.

    Raises:
        Hint: If the function is wrong in any case.
        NotAnswered: If it is not written yet.
    """
    results, wanted = [], []
    for case in cases:
        given = described(reference, case)
        result = call(answer, *deepcopy(case), given=given)
        wanted.append(np.asarray(reference(*deepcopy(case))))
        try:
            value = array(result, "it")
        except Hint:
            numbers = "a number is" if wanted[-1].ndim == 0 else "numbers are"
            raise Hint(f"Given {given}, {name} returns {kind(result)}, and {numbers} wanted.") from None
        results.append(value.reshape(()) if value.size == 1 and wanted[-1].ndim == 0 else value)
    wrong = [place for place in range(len(cases)) if not close(results[place], wanted[place])]
    if not wrong:
        return
    came = f"Given {described(reference, cases[wrong[0]])}, {name} returns {shown(results[wrong[0]])}"
    digits = next((few for few in range(7) if all(map(_is_rounded, results, wanted, [few] * len(cases)))), None)
    if digits is not None:
        if digits < decimals:
            raise Hint(f"{came}: right, but rounded. Return all digits.")
        return
    wrongs = [([np.asarray(_apply(mistake, case)) for case in cases], hint) for mistake, hint in mistakes]
    compare(results, wanted, wrongs, f"{came}{difference(results[wrong[0]], wanted[wrong[0]])}", f"{came}.")


def _is_rounded(value: NDArray[Any], wanted: NDArray[Any], decimals: int) -> bool:
    something_left = bool(np.any(value)) or not np.any(wanted)
    numbers = wanted.dtype.kind == "f" and value.dtype.kind != "b"
    return numbers and something_left and close(value, wanted.round(decimals))


def _apply(wrong: Any, case: tuple[Any, ...]) -> Any:
    return wrong(*deepcopy(case)) if callable(wrong) else wrong


def stumbling(answer: Any, words: str, hint: str) -> Any:
    """Make a function of a learner's function: an error whose text holds these words becomes this hint."""

    @wraps(answer, updated=())
    def careful(*arguments: Any) -> Any:
        try:
            return answer(*arguments)
        except Exception as error:
            if words not in str(error):
                raise
            raise Hint(hint) from error

    return careful if callable(answer) else answer


def keeps_input(answer: Any, *arguments: NDArray[Any], hint: str) -> None:
    """Call a learner's function with arrays; raise `hint` if it changed one of them."""
    given = [argument.copy() for argument in arguments]
    call(answer, *given, given="the same arrays")
    if not all(map(np.array_equal, given, arguments)):
        raise Hint(hint)


def parts(answer: Any, *names: str) -> list[Function]:
    """Make one function for each of the things that a learner's function should return together.

    Args:
        answer: The learner's function.
        *names: What it should return, in order, for the message.

    Returns:
        Functions of the same arguments; they raise `Hint` if the answer returns something else than so many things.
    """

    def part(place: int) -> Function:
        @wraps(answer, updated=())
        def one(*arguments: Any) -> Any:
            result = answer(*arguments)
            if _is_open(result):
                return ...
            several = isinstance(result, tuple | list) or np.ndim(result) > 0
            if not several or len(result) != len(names):
                raise Hint(f"Your function should return {len(names)} things: `return {', '.join(names)}`.")
            return result[place]

        return one if callable(answer) else answer

    return [part(place) for place in range(len(names))]


def described(function: Function, case: tuple[Any, ...]) -> str:
    """Say what goes in: "sides = [7, 3]", "scores of shape (40, 12) and k = 5"."""
    names = list(inspect.signature(function).parameters)
    texts = [
        f"{name} of shape {np.shape(value)}" if isinstance(value, np.ndarray) and value.size > _SMALL
        else f"{name} = {shown(value)}" for name, value in zip(names, case, strict=True)
    ]  # fmt: skip
    return " and ".join(filter(None, [", ".join(texts[:-1]), texts[-1]]))


def difference(value: NDArray[Any], wanted: NDArray[Any]) -> str:
    """Go on after "returns ...": what was wanted, without guessing why it was missed."""
    if wanted.size <= _SMALL:
        shapes = f", shape {wanted.shape} and not {value.shape}" if 0 < wanted.ndim != value.ndim > 0 else ""
        return f", and {shown(wanted)} is wanted{shapes}."
    if value.shape != wanted.shape:
        return f", and one of shape {wanted.shape} is wanted."
    wrong = ~np.isclose(value, wanted, 1e-5, 2e-6)
    place = tuple(np.argwhere(wrong)[0].tolist())
    there, right = shown(float(value[place])), shown(float(wanted[place]))
    return f". In {wrong.sum():,} of {wrong.size:,} places it is wrong: at {place} it holds {there}, wanted is {right}."
