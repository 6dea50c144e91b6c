"""`tasks.py render`: one normal form for all executions, and no lesson is written that should not be."""

import base64
import io
import os
import subprocess
import sys
from copy import deepcopy

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from tests.lessons.test_form import widget_faults
from tools import TEST_SETTINGS, render
from tools import lessons as lesson_list
from tools.lessons import ROOT, lessons

ENTRY = """
[[lesson]]
number = {0}
file = "{0:02d}_{1}"
part = "I"
title = "{2}"
read = 10
do = {3}
seconds = 60
answers = ["S1"]
shows = "this and that"
"""
NAMES = [(0, "first", "First", 5), (1, "second", "Second", 15), (2, "third", "Third", 25)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A course of three lessons as their authors wrote them, in place of the real one."""
    monkeypatch.setattr(lesson_list, "LIST", tmp_path / "lessons.toml")
    monkeypatch.setattr(render, "ROOT", tmp_path)
    for name, value in TEST_SETTINGS.items():  # `render` sets them, too, and would not take them back
        monkeypatch.setenv(name, value)
    (tmp_path / "README.md").write_text("x\n<!-- lessons: made from lessons.toml -->\n<!-- end of lessons -->\ny\n")
    (tmp_path / "notebooks").mkdir()
    listed(tmp_path, NAMES)
    for lesson in lessons():
        cells = [
            new_markdown_cell("# Some title\n\n*It promises something.*"),
            new_code_cell("import cnn_course as course", metadata={"tags": ["setup"]}),
            new_code_cell("print('a'); print('b')"),
            new_markdown_cell("One sentence. Another one."),
            new_code_cell(""),
        ]
        nbformat.write(new_notebook(cells=cells), lesson.path)
    return tmp_path / "notebooks"


def listed(folder, entries) -> None:
    part = '[[part]]\nnumber = "I"\ntitle = "all of it"\n'
    (folder / "lessons.toml").write_text(part + "".join(ENTRY.format(*entry) for entry in entries), encoding="utf-8")


def stored(path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def picture(pixels: np.ndarray) -> str:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def pixels(encoded: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB")).astype(int)


# --- What lessons.toml holds


def test_navigation_names_the_neighbours_there_are(folder):
    first, second, third = map(render.navigation, lessons())
    assert first.startswith("[All lessons](../README.md) · [1 · Second →](01_second.ipynb) · [Open in Colab](https://")
    assert second.startswith("[← 0 · First](00_first.ipynb) · [All lessons](../README.md) · [2 · Third →](02_third")
    assert third.startswith("[← 1 · Second](01_second.ipynb) · [All lessons](../README.md) · [Open in Colab](https://")
    assert first.endswith("/notebooks/00_first.ipynb)")


def test_generated_parts_are_replaced_and_not_doubled(folder):
    (lesson,) = lessons("01")
    once = render.with_generated_parts(stored(lesson.path), lesson)
    assert ["navigation" in render.tags(cell) for cell in once.cells] == [False, True, False, False, False, False, True]
    assert once.cells[0].source == (
        "# 1 · Second\n\n*It promises something.*\n\nReading 10 minutes, doing 15 minutes."
    )
    assert once.cells[2].source == f"{render.SETUP_HEAD}\nimport cnn_course as course"
    again = render.with_generated_parts(deepcopy(once), lesson)
    assert [cell.source for cell in again.cells] == [cell.source for cell in once.cells]


def test_a_lesson_without_set_up_or_promise_is_refused(folder):
    (lesson,) = lessons("01")
    notebook = stored(lesson.path)
    del notebook.cells[1]
    with pytest.raises(render.RefusedError, match="setup"):
        render.with_generated_parts(notebook, lesson)
    notebook = stored(lesson.path)
    notebook.cells[0].source = "# 1 · Second\n\nNothing in italics."
    with pytest.raises(render.RefusedError, match="no promise"):
        render.with_generated_parts(notebook, lesson)


def test_the_readme_lists_the_lessons(folder, monkeypatch):
    monkeypatch.setattr(render, "execute", lambda notebook: None)
    render.main(["00"])
    readme = (folder.parent / "README.md").read_text(encoding="utf-8")
    assert readme.startswith("x\n<!-- lessons") and readme.endswith("-->\ny\n")
    assert "Part I: all of it.\n" in readme
    assert "| [1 · Second](notebooks/01_second.ipynb) | 10 + 15 min | this and that |\n" in readme
    assert readme.endswith("|\n\n\n<!-- end of lessons -->\ny\n")


def test_the_readme_ends_with_what_is_to_come(folder, monkeypatch):
    monkeypatch.setattr(render, "execute", lambda notebook: None)
    announced(folder.parent, "More is to come.")
    render.main(["00"])
    assert "\n\nMore is to come.\n<!-- end of lessons -->" in (folder.parent / "README.md").read_text(encoding="utf-8")


# --- The map

MARKED = "### The map\n\n<!-- map: made from lessons.toml -->\nold words\n<!-- end of map -->\nThat was it."


def announced(folder, sentence) -> None:
    """Put into the list what is to come: such a key stands before the first table."""
    path = folder / "lessons.toml"
    path.write_text(f'to_come = "{sentence}"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")


@pytest.fixture
def with_map(folder, monkeypatch):
    """Lesson 0 with a place for the map, nothing executed."""
    monkeypatch.setattr(render, "execute", lambda notebook: None)
    path = folder / "00_first.ipynb"
    edited(path, lambda cells: cells.insert(3, new_markdown_cell(MARKED)))
    return path


def map_in(path) -> str:
    """The text between the marks, which stay, as the words around them do."""
    (source,) = [cell.source for cell in stored(path).cells if "### The map" in cell.source]
    before, after = MARKED.split("old words\n")
    assert source.startswith(before) and source.endswith(after)
    return source.removeprefix(before).removesuffix(after)


def test_the_map_links_every_lesson_but_its_own(with_map):
    lines = (with_map.parent.parent / "lessons.toml").read_text(encoding="utf-8")
    lines = lines.replace('title = "all of it"\n', 'title = "all of it"\nremark = "Some of it is to come."\n')
    lines = lines.replace('number = 2\n', 'number = 2\nmap = "less"\n')
    (with_map.parent.parent / "lessons.toml").write_text(lines, encoding="utf-8")
    announced(with_map.parent.parent, "Only the README says so.")
    assert render.main(["00"]) is None
    assert map_in(with_map) == (
        "\nSome of it is to come.\n\n**Part I: all of it**\n\n- 0 · First: this and that\n"
        "- [1 · Second](01_second.ipynb): this and that\n- [2 · Third](02_third.ipynb): less\n\n"
    )


@pytest.mark.parametrize("words", [["00"], ["--text", "00"]])
def test_both_ways_to_render_fill_the_map_in(with_map, words):
    render.main(["00"])
    listed(with_map.parent.parent, [*NAMES[:2], (2, "third", "A new title", 25)])
    assert render.main(words) is None
    assert "- [2 · A new title](02_third.ipynb): this and that\n" in map_in(with_map)
    assert map_in(with_map).endswith("that\n\n")
    written = with_map.read_bytes()
    assert render.main(words) is None
    assert with_map.read_bytes() == written


def test_the_map_learns_of_a_lesson_that_is_no_neighbour(with_map):
    listed(with_map.parent.parent, NAMES[:2])
    render.main([])
    assert "Third" not in map_in(with_map)
    listed(with_map.parent.parent, NAMES)
    render.main(["02"])
    assert "- [2 · Third](02_third.ipynb): this and that\n" in map_in(with_map)


# --- Normal form


def executed(*texts: str, count: int, when: str) -> nbformat.NotebookNode:
    """A notebook as some kernel leaves it at some time, its printed text in pieces."""
    outputs = [new_output("stream", name="stdout", text=text) for text in texts]
    widget = {"text/plain": "a widget", "application/vnd.jupyter.widget-view+json": {"model_id": when}}
    outputs.append(new_output("execute_result", widget, execution_count=count))
    metadata = {"execution": {"iopub.status.busy": when}, "tags": ["nbval-ignore-output"], "scrolled": True}
    notebook = new_notebook(cells=[new_code_cell("print('ab')", execution_count=count, outputs=outputs)])
    notebook.cells[0].metadata.update(nbformat.from_dict(metadata))
    notebook.metadata["widgets"] = {"state": when}
    return notebook


def test_two_executions_have_one_normal_form():
    one = render.normal_form(executed("a", "b\n", count=1, when="today"))
    other = render.normal_form(executed("ab\n", count=7, when="tomorrow"))
    assert nbformat.writes(one) == nbformat.writes(other)
    assert one.cells[0].outputs[0].text == "ab\n"
    assert one.cells[0].metadata == {"tags": ["nbval-ignore-output"]}
    assert set(one.cells[0].outputs[1].data) == {"text/plain"}
    nbformat.validate(one)


def test_normal_form_of_a_normal_form_is_itself():
    once = render.normal_form(executed("a", "b\n", count=3, when="today"))
    assert nbformat.writes(render.normal_form(deepcopy(once))) == nbformat.writes(once)


def test_other_output_is_not_normalised_away():
    one = render.normal_form(executed("ab\n", count=1, when="today"))
    assert one != render.normal_form(executed("ac\n", count=1, when="today"))


def some_ids(*cells) -> list[str]:
    return [cell.id for cell in render.normal_form(new_notebook(cells=deepcopy([*cells]))).cells]


def test_ids_do_not_depend_on_the_wording():
    code, other = new_code_cell("x = 1"), new_code_cell("y = 2")
    text = new_markdown_cell
    before = some_ids(text("A title"), code, text("text"), other, text("end"))
    after = some_ids(text("A name"), code, text("other words"), other, text("End."))
    assert before == after
    assert len(set(before)) == 5


def test_ids_of_code_depend_on_the_code_alone():
    code, same = new_code_cell("x = 1"), new_code_cell("x = 1")
    one = some_ids(code, same)
    assert len(set(one)) == 2
    first, second, third = map(new_markdown_cell, ("text", "text", "text"))
    assert some_ids(first, code, second, third, same)[1::3] == one
    assert some_ids(new_code_cell("x = 2"), same) != one
    head = new_code_cell(f"{render.SETUP_HEAD}x = 1")  # another version of the course has another head
    assert some_ids(head)[0] == one[0]


def test_text_gets_one_sentence_per_line():
    normal = render.normal_form(new_notebook(cells=[new_markdown_cell("One. Two\nlines. Three.")]))
    assert normal.cells[0].source == "One.\nTwo lines.\nThree."


def test_counts_are_1_to_n_without_empty_cells():
    cells = [new_code_cell("a"), new_code_cell(" \n"), new_markdown_cell("text"), new_code_cell("b")]
    assert [cell.get("execution_count") for cell in render.normal_form(new_notebook(cells=cells)).cells] == [1, None, 2]


def test_a_traceback_keeps_its_last_line():
    error = new_output("error", ename="ValueError", evalue="no", traceback=["on one machine", "ValueError: no"])
    normal = render.normal_form(new_notebook(cells=[new_code_cell("fail()", outputs=[error])]))
    assert normal.cells[0].outputs[0].traceback == ["ValueError: no"]


def test_solutions_and_what_they_print_are_folded():
    normal = render.normal_form(new_notebook(cells=[new_code_cell("#@title Solution 2.1\nx = 1"), new_code_cell("x")]))
    assert normal.cells[0].metadata == {
        "jupyter": {"source_hidden": True, "outputs_hidden": True}, "cellView": "form"
    }  # fmt: skip
    assert normal.cells[1].metadata == {}


def test_a_tag_that_the_course_does_not_use_is_refused():
    notebook = new_notebook(cells=[new_code_cell("x", metadata={"tags": ["nbval-skip"]})])
    with pytest.raises(render.RefusedError, match="'nbval-skip' is none of"):
        render.normal_form(notebook)


# --- Pictures


def test_pictures_get_smaller_and_keep_thin_lines_in_rare_colours():
    noise = np.random.default_rng(0).integers(0, 256, (100, 100), dtype=np.uint8)
    grey = np.stack([noise] * 3, axis=-1)
    grey[40, :] = (255, 220, 0)
    before = picture(grey)
    after = render.smaller_png(before)
    assert len(after) < 0.7 * len(before)
    assert np.abs(pixels(after) - grey).max() < 32
    assert render.smaller_png(after) == after
    assert render.smaller_png(before) == after


def test_transparent_pictures_are_left_alone():
    glass = np.random.default_rng(0).integers(0, 256, (20, 20, 4), dtype=np.uint8)
    assert render.smaller_png(picture(glass)) == picture(glass)


# --- Refusals

A_HOME = "/home" "/ada/course"  # in two pieces, since no file of the course may hold a path


def with_output(output, *tags: str) -> nbformat.NotebookNode:
    cell = new_code_cell("x", metadata={"tags": list(tags)}, outputs=[output])
    return render.normal_form(new_notebook(cells=[cell]))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("✓ one\n✗ pooling makes it invariant\n", "a failed claim"),
        ("WARNING:tensorflow:5 out of the last 5 calls", "a log line"),
        ("fine\nI0000 00:00:1795359295.139441   12109 port.cc:153] oneDNN", "a log line"),
        ("2026-11-22 14:51:00.123: I tensorflow/core", "a log line"),
        (f"saved to {A_HOME}/net.keras", "an absolute path"),
        ("saved to C:" r"\Users\ada", "an absolute path"),
        ("<keras.Sequential object at 0x7f5fbe779f10>", "an address"),
        ("see https://example.org", "an address"),
        ("serving on localhost:8888", "an address"),
    ],
)
def test_what_a_learner_must_not_see_is_found(text, what):
    for output in (new_output("stream", text=text), new_output("display_data", {"text/html": text})):
        (problem,) = render.problems(with_output(output))
        assert problem.startswith(f"cell [1] shows {what}: ")


@pytest.mark.parametrize(
    "text", ["✓ one", "(28, 28) / 255", "a/home/b", "0xFF", "<td>1/2</td></tr>", "weights/tmp/x", "I am", "A: B"]
)
def test_harmless_words_are_not_refused(text):
    assert list(render.problems(with_output(new_output("stream", text=text)))) == []


def test_stderr_is_found():
    problems = list(render.problems(with_output(new_output("stream", name="stderr", text="a warning"))))
    assert problems == ["cell [1] wrote to stderr: a warning"]


def test_an_error_is_found_unless_announced():
    error = new_output("error", ename="ValueError", evalue="no")
    assert list(render.problems(with_output(error))) == ["cell [1] raised ValueError: no"]
    assert list(render.problems(with_output(error, "raises-exception"))) == []


# --- The whole way


def test_rendering_twice_changes_nothing_and_an_error_is_refused(folder):
    path = folder / "01_second.ipynb"
    assert render.main(["01"]) is None
    rendered = path.read_bytes()
    assert render.main(["01"]) is None
    assert path.read_bytes() == rendered
    notebook = stored(path)
    assert [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"] == [1, 2]
    assert notebook.cells[3].outputs[0].text == "a\nb\n"

    notebook.cells[3].source = "1 / 0"
    nbformat.write(notebook, path)
    written = path.read_bytes()
    message = render.main(["01"])
    assert message.startswith("01_second.ipynb is not written: ")
    assert "ZeroDivisionError" in message
    assert path.read_bytes() == written
    assert list(folder.glob("*.unfinished")) == []


def test_a_failed_claim_is_refused_and_the_file_stays(folder, monkeypatch):
    def execute(notebook):
        notebook.cells[3].outputs = [new_output("stream", text="✗ it is invariant")]

    monkeypatch.setattr(render, "execute", execute)
    path = folder / "01_second.ipynb"
    before = path.read_bytes()
    assert "a failed claim: ✗ it is invariant" in render.main(["01"])
    assert path.read_bytes() == before


def test_neighbours_rendered_before_learn_of_a_new_lesson(folder, monkeypatch):
    monkeypatch.setattr(render, "execute", lambda notebook: None)
    listed(folder.parent, NAMES[:2])
    render.main(["00", "01"])
    assert "02_third" not in (folder / "01_second.ipynb").read_text(encoding="utf-8")
    listed(folder.parent, NAMES)
    first = (folder / "00_first.ipynb").read_bytes()
    render.main(["02"])
    assert "[2 · Third →](02_third.ipynb)" in (folder / "01_second.ipynb").read_text(encoding="utf-8")
    assert (folder / "00_first.ipynb").read_bytes() == first


def test_a_new_title_reaches_all_that_show_it(folder, monkeypatch):
    monkeypatch.setattr(render, "execute", lambda notebook: None)
    render.main([])
    listed(folder.parent, [NAMES[0], (1, "second", "A new title", 99), NAMES[2]])
    render.main(["--text", "00"])
    assert stored(folder / "01_second.ipynb").cells[0].source.startswith("# 1 · A new title\n")
    assert "doing 99 minutes" in stored(folder / "01_second.ipynb").cells[0].source
    assert "[← 1 · A new title](01_second.ipynb)" in stored(folder / "02_third.ipynb").cells[1].source


# --- Text without execution


@pytest.fixture
def rendered(folder, monkeypatch):
    """A rendered lesson; from now on nothing may be executed."""

    def execute(notebook):
        for cell in notebook.cells:
            if "print" in cell.source:
                cell.outputs = [new_output("stream", text="a\nb\n")]

    def forbidden(notebook):
        raise AssertionError("a cell was executed")

    monkeypatch.setattr(render, "execute", execute)
    assert render.main([]) is None
    monkeypatch.setattr(render, "execute", forbidden)
    return folder / "01_second.ipynb"


def edited(path, change) -> None:
    """Let an author change a notebook with an editor that knows nothing of the course's form."""
    notebook = stored(path)
    change(notebook.cells)
    path.write_text(nbformat.writes(notebook, indent=3))


def test_a_changed_word_needs_no_execution(rendered):
    before = stored(rendered)

    def change(cells):
        cells[4].source = "One word. Another word. And\na new line."
        cells.insert(5, new_markdown_cell("A new paragraph."))

    edited(rendered, change)
    assert render.main(["--text", "01"]) is None
    after = stored(rendered)
    assert after.cells[4].source == "One word.\nAnother word.\nAnd a new line."
    assert [cell for cell in after.cells if cell.cell_type == "code"] == [
        cell for cell in before.cells if cell.cell_type == "code"
    ]
    written = rendered.read_bytes()
    assert render.main(["--text"]) is None
    assert rendered.read_bytes() == written


def reworded(cells):
    cells[3].source = "print('a'); print('c')"


def added(cells):
    cells.insert(4, new_code_cell("x = 1"))


def moved(cells):
    cells.insert(4, cells.pop(2))


def run_by_hand(cells):
    cells[3].execution_count = 17


def altered_output(cells):
    cells[3].outputs[0].text = "a\n"
    cells[3].outputs.append(new_output("stream", text="b\n"))


def another_setup(cells):
    cells[2].source += "\nx = 1"


@pytest.mark.parametrize(
    ("change", "words"),
    [(reworded, "print('c')"), (added, "x = 1"), (moved, "print('a')"), (run_by_hand, "print('a')"),
     (altered_output, "print('a')"), (another_setup, "x = 1")],
)  # fmt: skip
def test_changed_code_is_refused_and_the_cell_is_named(rendered, change, words):
    edited(rendered, change)
    before = rendered.read_bytes()
    message = render.main(["--text", "01"])
    assert message.startswith("01_second.ipynb is not written: this code cell was changed")
    assert words in message.split("executes it):\n")[1]
    assert rendered.read_bytes() == before


def test_another_version_of_the_course_needs_no_execution(rendered, monkeypatch):
    monkeypatch.setattr(render, "SETUP_HEAD", render.SETUP_HEAD.replace(render.TAG, "v9.9.9"))
    assert render.main(["--text", "01"]) is None
    assert "v9.9.9" in stored(rendered).cells[2].source


def test_text_needs_neither_a_kernel_nor_tensorflow():
    """Its two seconds go to Python and nbformat."""
    code = (
        "import sys; from tools import render\n"
        "render.write = lambda notebook, lesson: print(lesson.file)\n"
        "render.refresh = lambda chosen: None\n"
        "refused = render.main(['--text', '13'])\n"
        "print(refused, sorted({'nbclient', 'jupyter_client', 'tensorflow', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.startswith("13_transfer_learning\n")
    assert done.stdout.endswith("None []\n")


# --- A widget

WIDGET = '''\
import base64, random, struct, zlib

class Wall:
    """Stands for a widget: the four forms of its output, one of them with a random number."""

    def __repr__(self):
        return "A wall of 2 by 2 pixels; the light is in row 0."

    def _repr_mimebundle_(self, **options):
        def chunk(kind, content):
            return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        pixels = zlib.compress(bytes([0, 0, 255, 0, 255, 0]))
        png = b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0))
        png += chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
        return {
            "application/vnd.jupyter.widget-view+json": {"model_id": f"{random.random()}", "version_major": 2},
            "application/vnd.cnn-course.widget+json": {"row": 0, "sentence": repr(self)},
            "image/png": base64.b64encode(png).decode(),
            "text/plain": repr(self),
        }

Wall()'''


def test_a_widget_keeps_its_picture_sentence_and_state_and_passes_nbval(folder, tmp_path):
    path = folder / "01_second.ipynb"
    notebook = stored(path)
    notebook.cells.insert(3, new_code_cell(WIDGET))
    nbformat.write(notebook, path)
    assert render.main(["01"]) is None
    once = path.read_bytes()
    assert render.main(["01"]) is None
    assert path.read_bytes() == once
    ((output,),) = [cell.outputs for cell in stored(path).cells if "class Wall" in cell.source]
    assert set(output.data) == {"application/vnd.cnn-course.widget+json", "image/png", "text/plain"}
    assert widget_faults(output.data) == []
    assert list(render.problems(stored(path))) == []

    def nbval() -> int:
        sanitizer = str(ROOT / "tests/nbval_sanitize.cfg")
        command = [sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider",
                   "--nbval-sanitize-with", sanitizer, "--rootdir", str(folder), str(path)]  # fmt: skip
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True).returncode

    assert nbval() == 0
    path.write_text(path.read_text(encoding="utf-8").replace('"row": 0', '"row": 1'), encoding="utf-8")
    assert nbval() == 1  # the stored state is compared
