"""Claims have keys, keep their distance from what was measured, and conclusions outlast more steps and other data."""

import ast
import csv
import re
from collections import Counter, defaultdict
from statistics import mean, stdev
from typing import Any, NamedTuple

import nbformat
import pytest

from tools.lessons import ROOT, lessons


class Claim(NamedTuple):
    """A claim as it stands in a lesson."""

    lesson: str  # its number, such as "03"
    key: str
    bounds: dict[str, float]
    conclusion: bool
    here: str | None  # the value in the stored output

    def holds(self, value: float) -> bool:
        low, high = self.bounds.get("at_least", -float("inf")), self.bounds.get("at_most", float("inf"))
        return low <= value <= high if self.bounds else value == 1


def claims_in(lesson: str, cells: list[Any]) -> list[Claim]:
    found = []
    for cell in cells:
        if cell.cell_type != "code" or "check.claim(" not in cell.source:
            continue
        printed = "".join(output.get("text", "") for output in cell.outputs)
        for call in ast.walk(ast.parse(cell.source)):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "course.check.claim":
                named = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
                conclusion = named.pop("conclusion", False)
                key, sentence = (ast.literal_eval(one) if isinstance(one, ast.Constant) else ast.unparse(one)
                                 for one in call.args[:2])  # fmt: skip
                here = re.search(re.escape(f"✓ {sentence}  (here ") + r"(\S+)\)", printed)
                found.append(Claim(lesson, key, named, conclusion, here and here[1]))
    return found


CLAIMS = [
    claim
    for lesson in lessons()
    for claim in claims_in(lesson.file[:2], nbformat.read(lesson.path, as_version=4).cells)
]
ON_FILE = [claim for claim in CLAIMS if claim.bounds or claim.conclusion]
BOUNDED = [claim for claim in CLAIMS if claim.bounds]
CONCLUSIONS = [claim for claim in CLAIMS if claim.conclusion]


def measured():
    """Rows on file of the laptop sizes, by lesson, claim and kind of run."""
    rows = defaultdict(list)
    with (ROOT / "data" / "reference_runs.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["profile"] == "laptop":
                rows[row["lesson"], row["claim"], row["kind"]].append(row)
    return rows


MEASURED = measured()


def names(claims):
    return [f"{claim.lesson} {claim.key}" for claim in claims]


def test_there_are_claims_and_bounds():
    assert len(CLAIMS) > len(BOUNDED) > 0


def twice(claims):
    return [name for name, count in Counter(names(claims)).items() if count > 1]


def test_no_two_claims_of_a_lesson_have_one_key():
    assert twice(CLAIMS) == []


def test_keys_are_short_and_stable():
    assert [name for name in names(CLAIMS) if not re.fullmatch(r"\d\d (f')?[a-z0-9-]{3,30}(\{name\}')?", name)] == []
    assert [name for name in names(ON_FILE) if "{" in name] == []


@pytest.mark.parametrize("claim", BOUNDED, ids=names(BOUNDED))
def test_bound_is_three_spreads_away(claim):
    rows = MEASURED[claim.lesson, claim.key, "usual"]
    runs = {(row["seed"], row["threads"]) for row in rows}
    assert runs == {(str(seed), threads) for seed in range(5) for threads in "12"}, "run tasks.py measure"
    values = [float(row["value"]) for row in rows]
    for side, bound in claim.bounds.items():
        distance = mean(values) - bound if side == "at_least" else bound - mean(values)
        assert distance >= 3 * stdev(values), f"{side} {bound}: mean {mean(values):.4f}, deviation {stdev(values):.4f}"


@pytest.mark.parametrize("claim", BOUNDED, ids=names(BOUNDED))
def test_the_value_in_the_lesson_is_one_of_those_measured(claim):
    """Otherwise the code has changed since it was measured."""
    values = [float(row["value"]) for row in MEASURED[claim.lesson, claim.key, "usual"]]
    here = float(claim.here.replace(",", ""))
    slack = 3 * stdev(values) + 0.01 * abs(mean(values))
    assert min(values) - slack <= here <= max(values) + slack


def outlasts(claim, rows):
    """What is missing for a conclusion: one of the two kinds of run, or that it holds there."""
    for kind in ("long", "draw"):
        values = [float(row["value"]) for row in rows[claim.lesson, claim.key, kind]]
        if not values:
            yield f"no {kind} run on file: tasks.py measure {claim.lesson} --long"
        elif not all(map(claim.holds, values)):
            yield f"it does not hold in the {kind} run: {values}"


@pytest.mark.parametrize("claim", CONCLUSIONS, ids=names(CONCLUSIONS))
def test_a_conclusion_holds_after_more_steps_and_on_another_draw(claim):
    assert list(outlasts(claim, MEASURED)) == []


def test_there_are_conclusions():
    assert len(CONCLUSIONS) > 0


def test_nothing_on_file_is_left_over():
    kept = {(lesson, key) for lesson, key, _ in MEASURED}
    assert kept - {(claim.lesson, claim.key) for claim in ON_FILE} == set()
    assert {kind for _, _, kind in MEASURED} <= {"usual", "long", "draw"}


# --- The tests above, tried on claims that fail them


def cell(source, text=""):
    output = nbformat.v4.new_output("stream", text=text)
    return nbformat.v4.new_code_cell(source, outputs=[output])


def test_claims_are_read_from_the_code_and_what_it_printed():
    source = 'course.check.claim("a-b", "it helps", gain, at_least=0.2, conclusion=True)\n'
    source += 'course.check.claim(f"c-{name}", f"{name} agrees", agree)'
    one, other = claims_in("99", [cell(source, "✓ it helps  (here 0.41)\n✓ max agrees\n")])
    assert one == Claim("99", "a-b", {"at_least": 0.2}, True, "0.41")
    assert other == Claim("99", "f'c-{name}'", {}, False, None)
    assert twice([one, other, one]) == ["99 a-b"]


@pytest.mark.parametrize(
    ("long", "draw", "words"),
    [
        ([0.3], [0.4], None),
        ([], [0.4], "no long run"),
        ([0.3], [], "no draw run"),
        ([0.3], [0.4, 0.1], "not hold in the draw run"),
        ([0.1], [0.4], "not hold in the long run"),
    ],
)
def test_a_conclusion_without_such_runs_is_found(long, draw, words):
    claim = Claim("99", "a", {"at_least": 0.2}, True, None)
    rows = defaultdict(list, {("99", "a", kind): [{"value": v} for v in values]
                              for kind, values in (("long", long), ("draw", draw))})  # fmt: skip
    missing = list(outlasts(claim, rows))
    assert (missing == []) if words is None else words in missing[0]
