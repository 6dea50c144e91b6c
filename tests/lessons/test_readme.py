"""The README's table of lessons says what the lessons say of themselves."""

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| \[(?P<title>[^]]+)\]\(notebooks/(?P<name>[^)]+)\) \| (?P<read>\d+) \+ (?P<do>\d+) min \|", re.M)
ROWS = {row["name"]: row for row in ROW.finditer((ROOT / "README.md").read_text(encoding="utf-8"))}


def test_the_table_has_every_lesson_in_order():
    assert list(ROWS) == [path.name for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]


@pytest.mark.parametrize("name", ROWS)
def test_title_and_minutes_are_those_of_the_lesson(name):
    heading = nbformat.read(ROOT / "notebooks" / name, as_version=4).cells[0].source
    assert heading.startswith(f"# {ROWS[name]['title']}\n")
    assert f"Reading {ROWS[name]['read']} minutes, doing {ROWS[name]['do']} minutes." in heading
