"""`tasks.py measure`: which runs are made, what they are told, and how their rows are kept."""

import csv
import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tools import TEST_SETTINGS, measure
from tools.lessons import lessons

START = """\
import cnn_course as course

run = course.start(epochs=(3, 20), images=(60, 600))
clothes = course.data.fashion_mnist(train=run.images, test=10)
"""
CLAIMS = """\
course.check.claim("epochs", "so many epochs", run.epochs, at_most=15)
course.check.claim("seed", "this seed", run.seed, at_least=0)
course.check.claim("brightness", "the pictures are bright", clothes.x_train.mean(), at_least=1, conclusion=True)
course.check.claim("helps", "it helps", run.epochs > 2, conclusion=True)
course.check.claim("fact", "an exact fact", True)
"""


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """Lesson 03 with other cells, and a file of runs of its own; the environment is as before afterwards."""
    notebook = new_notebook(cells=[new_code_cell(START), new_code_cell(CLAIMS)])
    monkeypatch.setattr(measure, "FILE", tmp_path / "runs.csv")
    monkeypatch.setattr(nbformat, "read", lambda path, as_version: notebook)
    for name in (*TEST_SETTINGS, "CNN_COURSE_CLAIMS", "CNN_COURSE_PROFILE", *measure.USUAL[0].settings()):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    (found,) = lessons("03")
    return found


def on_file():
    return list(csv.DictReader(measure.FILE.open(encoding="utf-8", newline="")))


def test_ten_usual_runs_and_one_of_each_other_kind():
    assert {(run.seed, run.threads) for run in measure.USUAL} == {(seed, n) for seed in range(5) for n in (1, 2)}
    assert {run.kind for run in measure.USUAL} == {"usual"}
    assert [run.kind for run in measure.LONG] == ["long", "draw"]


def test_a_run_notes_bounded_claims_and_conclusions_by_their_key(lesson):
    usual, long, draw = (
        {row["claim"]: row["value"] for row in measure.claims_of(lesson, run, "laptop")}
        for run in (measure.Run("usual", 2, 1), *measure.LONG)
    )
    assert usual.keys() == {"epochs", "seed", "brightness", "helps"}
    assert (usual["epochs"], usual["seed"], usual["helps"]) == ("3", "2", "1")
    assert (long["epochs"], long["brightness"]) == ("15", usual["brightness"])
    assert draw["epochs"] == "3"
    assert draw["brightness"] != usual["brightness"]


def row(lesson="03", kind="usual", profile="laptop", claim="a", value="1", **others):
    return dict.fromkeys(measure.COLUMNS, "") | {
        "lesson": lesson, "kind": kind, "profile": profile, "claim": claim, "value": value, **others
    }  # fmt: skip


def test_rows_replace_those_of_their_lesson_profile_and_kind_only(lesson):
    measure.keep([row(), row(lesson="02"), row(profile="gpu"), row(kind="long")])
    measure.keep([row(claim="b", value="2")])
    kept = {(one["lesson"], one["profile"], one["kind"], one["claim"]) for one in on_file()}
    assert kept == {
        ("02", "laptop", "usual", "a"), ("03", "gpu", "usual", "a"), ("03", "laptop", "long", "a"),
        ("03", "laptop", "usual", "b"),
    }  # fmt: skip
    assert list(measure.FILE.parent.glob("*.unfinished")) == []
