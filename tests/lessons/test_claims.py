"""The bound of every claim about a trained net keeps its distance from what was measured over seeds and threads."""

import ast
import csv
from collections import defaultdict
from pathlib import Path
from statistics import mean, stdev

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def measured():
    """Rows on file of the laptop sizes, by lesson and claim."""
    rows = defaultdict(list)
    with (ROOT / "data" / "reference_runs.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["profile"] == "laptop":
                rows[row["lesson"], row["claim"]].append(row)
    return rows


def bounded_claims():
    """Lesson, sentence and bounds of every claim in the notebooks that holds a number to a bound."""
    for path in LESSONS:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type != "code" or "check.claim(" not in cell.source:
                continue
            for call in ast.walk(ast.parse(cell.source)):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "course.check.claim":
                    bounds = {bound.arg: ast.literal_eval(bound.value) for bound in call.keywords}
                    if bounds:
                        yield path.stem, ast.literal_eval(call.args[0]), bounds


CLAIMS = list(bounded_claims())
MEASURED = measured()


def test_there_are_such_claims():
    assert len(CLAIMS) > 0


@pytest.mark.parametrize(("lesson", "sentence", "bounds"), CLAIMS, ids=str)
def test_bound_is_three_spreads_away(lesson, sentence, bounds):
    rows = MEASURED[lesson, sentence]
    runs = {(row["seed"], row["threads"]) for row in rows}
    assert runs == {(str(seed), threads) for seed in range(5) for threads in "12"}, "run tools.measure"
    values = [float(row["value"]) for row in rows]
    slack = 3 * stdev(values)
    for side, bound in bounds.items():
        assert {float(row[side]) for row in rows} == {float(bound)}, "the bound has changed since it was measured"
        distance = mean(values) - bound if side == "at_least" else bound - mean(values)
        assert distance >= slack, f"{side} {bound}: mean {mean(values):.4f}, standard deviation {stdev(values):.4f}"


def test_nothing_on_file_is_left_over():
    assert set(MEASURED) == {(lesson, sentence) for lesson, sentence, _ in CLAIMS}
