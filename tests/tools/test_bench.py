"""`tools/bench`: lesson 13's methods are found in the lesson, whatever they are called."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools.bench import lessons

CELLS = [
    "import time",
    "time.sleep(0.3)\nresult = {'a fool': 0.2}",
    "def slow(seconds):\n    time.sleep(seconds)\n    return 0.5\n\n\nfeatures = slow(0.2)",
    "result['frozen'] = slow(0.1)\nlead = result['frozen'] - result['a fool']\nprint(lead)",
    "result['from scratch'] = slow(0.15)",
    "raise KeyError('what comes after the last method is not run')",
]


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    cells = [new_markdown_cell("result['text'] = 1"), *map(new_code_cell, CELLS)]
    nbformat.write(new_notebook(cells=cells), tmp_path / "13.ipynb")
    monkeypatch.setattr(lessons, "TRANSFER", tmp_path / "13.ipynb")
    monkeypatch.setattr(lessons, "ROOT", tmp_path)
    monkeypatch.setenv("CNN_COURSE_QUIET", "1")
    return tmp_path / "13.ipynb"


def test_each_method_has_its_own_seconds_and_those_of_its_preparation(lesson, capsys):
    frozen, scratch = lessons.methods()
    assert (frozen["method"], scratch["method"]) == ("frozen", "from scratch")
    assert float(frozen["seconds"]) >= 0.1
    assert float(frozen["preparation"]) >= 0.2
    assert float(scratch["seconds"]) >= 0.1
    assert float(scratch["preparation"]) < float(frozen["preparation"])
    assert capsys.readouterr().out == ""


def test_without_the_lesson_a_word_is_said(lesson, capsys):
    lesson.unlink()
    assert lessons.methods() == []
    assert capsys.readouterr().out == "left out: there is no 13.ipynb\n"
