"""Every check knows a wrong answer by name, and a right one however it is written."""

import importlib
import json
import re
from pathlib import Path

import numpy as np
import pytest

from cnn_course import check
from cnn_course.check import engine
from cnn_course.check.engine import Hint, NotAnswered, array, call, number, register

from .answers import Cases

ROOT = Path(__file__).parents[2]
LESSONS = sorted(path.stem for path in (ROOT / "cnn_course/check").glob("lesson_*.py"))
CASES: dict[str, Cases] = {}
for lesson in LESSONS:
    importlib.import_module(f"cnn_course.check.{lesson}")
    CASES |= importlib.import_module(f"tests.lessons.answers.{lesson}").CASES
REGISTERED = sorted(engine.EXERCISES)


def judge(capsys, exercise: str, *answers) -> str:
    check.exercise(exercise, *answers)
    return capsys.readouterr().out


def test_catalogue_holds_each_exercise_and_no_other():
    assert len(REGISTERED) > 0
    assert sorted(CASES) == REGISTERED


@pytest.mark.parametrize("exercise", REGISTERED)
def test_wrong_answers_are_turned_down_by_name(exercise, capsys):
    wrong = CASES[exercise].wrong
    assert len(wrong) >= 3
    hints = []
    for case in wrong:
        said = judge(capsys, exercise, *case.answers)
        assert said.startswith(f"{exercise}: not right yet. "), f"{case} was not turned down: {said}"
        assert case.named in said
        assert "could not use this answer" not in said
        hints.append(said)
    assert len(set(hints)) == len(hints), "two mistakes share a hint, so it names neither"


@pytest.mark.parametrize("exercise", REGISTERED)
def test_right_answers_are_accepted(exercise, capsys):
    right = CASES[exercise].right
    assert len(right) >= 2
    for answers in right:
        assert judge(capsys, exercise, *answers).startswith(f"{exercise}: right. ")


@pytest.mark.parametrize("exercise", REGISTERED)
def test_an_open_answer_is_not_judged(exercise, capsys):
    for answers in CASES[exercise].right:
        for place in range(len(answers)):
            opened = (*answers[:place], ..., *answers[place + 1 :])
            assert "not answered yet" in judge(capsys, exercise, *opened)
        if all(callable(answer) for answer in answers):
            untouched = [lambda *_, **__: ... for _ in answers]
            assert "not answered yet" in judge(capsys, exercise, *untouched)


@pytest.mark.parametrize("exercise", REGISTERED)
@pytest.mark.parametrize(
    "junk", [None, "seven", [1, "a"], object(), lambda: 1, float("nan")], ids=lambda junk: type(junk).__name__
)
def test_junk_is_turned_down_without_a_traceback(exercise, junk, capsys):
    answers = [junk] * len(CASES[exercise].right[0])
    assert f"{exercise}: not right yet. " in judge(capsys, exercise, *answers)


def test_claims_print_a_verdict_and_never_raise_on_a_false_one(capsys):
    check.claim("one is one", 1 == 1)
    check.claim("arrays agree", np.allclose(1.0, 1.0))
    check.claim("one is two", 1 == 2)
    check.claim("enough", 0.9, at_least=0.9)
    check.claim("too little", 0.89, at_least=0.9)
    check.claim("too much", 2.0, at_least=0.0, at_most=1.0)
    check.claim("not a number", float("nan"), at_least=0.0)
    verdicts = [line[0] for line in capsys.readouterr().out.splitlines()]
    assert verdicts == list("✓✓✗✓✗✗✗")


@pytest.mark.parametrize("value", [0.9, 1, None, "yes", np.array([True, False])])
def test_a_claim_needs_a_truth_or_a_bound(value):
    with pytest.raises(TypeError, match="True or False"):
        check.claim("something", value)


def test_claims_are_recorded_on_request(tmp_path, monkeypatch):
    record = tmp_path / "claims.jsonl"
    monkeypatch.setenv("CNN_COURSE_CLAIMS", str(record))
    check.claim("größer", np.float32(0.5), at_least=0.25)
    check.claim("equal", True)
    first, second = (json.loads(line) for line in record.read_text(encoding="utf-8").splitlines())
    assert first == {"sentence": "größer", "holds": True, "value": 0.5, "at_least": 0.25, "at_most": None}
    assert second["value"] == 1.0


def test_an_unknown_exercise_says_so():
    for unknown in ("99.1", "2.99", "two", ""):
        with pytest.raises(ValueError, match=re.escape(f"no exercise {unknown!r}")):
            check.exercise(unknown, 1)


def test_a_failing_function_becomes_a_hint():
    with pytest.raises(Hint, match="Given a picture, your function stopped with ZeroDivisionError"):
        call(lambda x: x / 0, 1, given="a picture")
    with pytest.raises(Hint, match="without \\(\\)"):
        call(3, 1, given="a picture")
    with pytest.raises(Hint, match="return"):
        call(lambda x: None, 1, given="a picture")
    with pytest.raises(NotAnswered):
        call(lambda x: x + ..., 1, given="a picture")


def test_a_learners_function_cannot_change_the_checks_own_arrays():
    given = np.zeros(3)

    def vandal(x):
        x += 1
        return x

    call(vandal, given, given="three zeros")
    assert not given.any()


def test_numbers_and_arrays_are_read_kindly_but_exactly():
    assert [number(value, "it") for value in (3, 3.0, np.float32(3), np.array([[3]]))] == [3.0] * 4
    for bad in ("3", [1, 2], None):
        with pytest.raises(Hint, match="it should be one number"):
            number(bad, "it")
    assert array([[1, 2]], (1, 2), "it").dtype == np.float64
    for bad, words in (([1, 2], "shape"), ("ab", "array of numbers"), ([[1, float("inf")]], "finite")):
        with pytest.raises(Hint, match=words):
            array(bad, (1, 2), "it")


def test_an_answer_nobody_thought_of_ends_in_a_sentence(capsys, monkeypatch):
    monkeypatch.setattr(engine, "EXERCISES", {})

    @register("0.99", right="Good.")
    def breaks(answer):
        raise KeyError("surprise")

    assert "could not use this answer (KeyError" in judge(capsys, "0.99", 1)
    assert "not answered" in judge(capsys, "0.99", {"a": [1, ...]})
    assert "not answered" in judge(capsys, "0.99", np.array([1, ...], dtype=object))
