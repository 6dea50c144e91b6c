"""The README's tables of lessons are those that `lessons.toml` gives."""

from tools import render
from tools.lessons import ROOT, lessons

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_tables_are_made_from_the_list():
    (tables,) = render.README_TABLE.findall(README)
    assert tables == render.readme_table()


def test_every_lesson_stands_in_a_table_once():
    for lesson in lessons():
        assert README.count(f"(notebooks/{lesson.path.name})") == 1
        assert f"| {lesson.read} + {lesson.do} min |" in README
