"""Every check knows a wrong answer, names no mistake that was not made, and accepts a right one in any form."""

import importlib
import inspect
import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from cnn_course import check
from cnn_course.check import engine
from cnn_course.check.engine import Hint, NotAnswered, close, compare, register

from .answers import NEUTRAL, Cases

ROOT = Path(__file__).parents[2]
LESSONS = sorted(path.stem for path in (ROOT / "cnn_course/check").glob("lesson_*.py"))
CASES: dict[str, Cases] = {}
for lesson in LESSONS:
    importlib.import_module(f"cnn_course.check.{lesson}")
    CASES |= importlib.import_module(f"tests.lessons.answers.{lesson}").CASES
REGISTERED = sorted(engine.EXERCISES)


def verdict(capsys, exercise: str, *answers) -> str:
    check.exercise(exercise, *answers)
    return capsys.readouterr().out


# --- The answers on file


def test_answers_are_on_file_for_each_exercise_and_no_other():
    assert len(REGISTERED) > 0
    assert sorted(CASES) == REGISTERED


@pytest.mark.parametrize("exercise", REGISTERED)
def test_wrong_answers_get_their_own_hint_or_the_neutral_one(exercise, capsys):
    wrong = CASES[exercise].wrong
    names = {case.named for case in wrong} - {NEUTRAL}
    assert len(wrong) >= 6
    for case in wrong:
        said = verdict(capsys, exercise, *case.answers)
        assert said.startswith(f"{exercise}: not right yet. "), f"{case} was not turned down: {said}"
        assert "could not use this answer" not in said
        assert case.named in said
        others = [name for name in names if name in said and name not in case.named and case.named not in name]
        assert others == [], f"the hint of another mistake: {said}"
        assert "\x1b" not in said and said.count("\n") == 1 and len(said) < 700, "a dump"
        assert not re.search(r"[?!.]\.$|: \.$", said), "cosmetics"


@pytest.mark.parametrize("exercise", REGISTERED)
def test_right_answers_are_accepted(exercise, capsys):
    right = CASES[exercise].right
    assert len(right) >= 4
    for answers in right:
        said = verdict(capsys, exercise, *answers)
        assert said.startswith(f"{exercise}: right. "), said


@pytest.mark.parametrize("exercise", REGISTERED)
def test_no_two_mistakes_give_the_same_value(exercise, monkeypatch):
    def audited(value, mistakes):
        for (one, hint), (other, another) in combinations(mistakes, 2):
            assert hint == another or not close(one, other), f"two mistakes look alike: {hint!r} and {another!r}"
        return first_mistake(value, mistakes)

    first_mistake = engine.first_mistake
    monkeypatch.setattr(engine, "first_mistake", audited)
    for answers in [case.answers for case in CASES[exercise].wrong] + CASES[exercise].right:
        try:
            engine.EXERCISES[exercise].check(*answers)
        except (Hint, NotAnswered):
            continue


def test_two_mistakes_with_one_value_fail_loudly(monkeypatch):
    """The test above, tried on an exercise that has such a pair."""
    monkeypatch.setattr(engine, "EXERCISES", {})
    monkeypatch.setitem(CASES, "0.99", Cases([], [(7,)]))

    @register("0.99", right="Good.")
    def alike(answer):
        compare(np.array(answer), 1, [(2, "twice"), (2.0, "plus one")], "neither")

    with pytest.raises(AssertionError, match="two mistakes look alike: 'twice' and 'plus one'"):
        test_no_two_mistakes_give_the_same_value("0.99", monkeypatch)


@pytest.mark.parametrize("exercise", REGISTERED)
def test_an_open_answer_is_not_judged(exercise, capsys):
    for answers in CASES[exercise].right:
        for place in range(len(answers)):
            opened = (*answers[:place], ..., *answers[place + 1 :])
            assert "not answered yet" in verdict(capsys, exercise, *opened)
        if all(inspect.isfunction(answer) for answer in answers):
            untouched = [lambda *_, **__: ... for _ in answers]
            assert "not answered yet" in verdict(capsys, exercise, *untouched)


@pytest.mark.parametrize("exercise", REGISTERED)
@pytest.mark.parametrize(
    "junk",
    [None, "seven", [1, "a"], object(), lambda: 1, float("nan"), lambda *_: None, lambda *_: "seven", lambda *_: {}],
    ids=["none", "word", "mixed", "object", "no arguments", "nan", "returns none", "returns word", "returns dict"],
)
def test_junk_is_turned_down_without_a_traceback(exercise, junk, capsys):
    answers = [junk] * len(CASES[exercise].right[0])
    assert f"{exercise}: not right yet. " in verdict(capsys, exercise, *answers)
