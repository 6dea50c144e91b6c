"""`tasks.py render`: one normal form for all executions, and no lesson is written that should not be."""

import base64
import io
from copy import deepcopy

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from tools import TEST_SETTINGS, render


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Three lessons as their authors wrote them, in place of the real ones."""
    monkeypatch.setattr(render, "LESSONS", tmp_path)
    monkeypatch.setattr("tasks.LESSONS", tmp_path)
    for name, value in TEST_SETTINGS.items():  # `render` sets them, too, and would not take them back
        monkeypatch.setenv(name, value)
    for name, title in (("00_first", "0 · First"), ("01_second", "1 · Second"), ("02_third", "2 · Third")):
        cells = [
            new_markdown_cell(f"# {title}"),
            new_code_cell("import cnn_course as course", metadata={"tags": ["setup"]}),
            new_code_cell("print('a'); print('b')"),
            new_code_cell(""),
        ]
        nbformat.write(new_notebook(cells=cells), tmp_path / f"{name}.ipynb")
    return tmp_path


def stored(path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def picture(pixels: np.ndarray) -> str:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def pixels(encoded: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB")).astype(int)


# --- Generated cells


def test_navigation_names_the_neighbours_there_are(folder):
    names = ("00_first", "01_second", "02_third")
    first, second, third = (render.navigation(folder / f"{name}.ipynb") for name in names)
    assert first.startswith("[All lessons](../README.md) · [1 · Second →](01_second.ipynb) · [Open in Colab](https://")
    assert second.startswith("[← 0 · First](00_first.ipynb) · [All lessons](../README.md) · [2 · Third →](02_third")
    assert third.startswith("[← 1 · Second](01_second.ipynb) · [All lessons](../README.md) · [Open in Colab](https://")
    assert first.endswith("/notebooks/00_first.ipynb)")


def test_generated_cells_are_replaced_and_not_doubled(folder):
    path = folder / "01_second.ipynb"
    once = render.with_generated_cells(stored(path), path)
    assert ["navigation" in render.tags(cell) for cell in once.cells] == [False, True, False, False, False, True]
    assert once.cells[2].source == f"{render.SETUP_HEAD}\nimport cnn_course as course"
    again = render.with_generated_cells(deepcopy(once), path)
    assert [cell.source for cell in again.cells] == [cell.source for cell in once.cells]


def test_a_lesson_without_set_up_is_refused(folder):
    path = folder / "01_second.ipynb"
    notebook = stored(path)
    del notebook.cells[1]
    with pytest.raises(render.RefusedError, match="setup"):
        render.with_generated_cells(notebook, path)


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


def test_ids_follow_the_content_and_differ_for_equal_cells():
    cells = [new_code_cell("x = 1"), new_code_cell("x = 1"), new_markdown_cell("x = 1")]
    one = render.normal_form(new_notebook(cells=deepcopy(cells)))
    assert len({cell.id for cell in one.cells}) == 3
    shifted = render.normal_form(new_notebook(cells=[new_markdown_cell("new"), *cells]))
    assert [cell.id for cell in shifted.cells[1:]] == [cell.id for cell in one.cells]


def test_counts_are_1_to_n_without_empty_cells():
    cells = [new_code_cell("a"), new_code_cell(" \n"), new_markdown_cell("text"), new_code_cell("b")]
    assert [cell.get("execution_count") for cell in render.normal_form(new_notebook(cells=cells)).cells] == [1, None, 2]


def test_a_traceback_keeps_its_last_line():
    error = new_output("error", ename="ValueError", evalue="no", traceback=["on one machine", "ValueError: no"])
    normal = render.normal_form(new_notebook(cells=[new_code_cell("fail()", outputs=[error])]))
    assert normal.cells[0].outputs[0].traceback == ["ValueError: no"]


def test_folded_solutions_stay_folded():
    metadata = {"jupyter": {"source_hidden": True, "outputs_hidden": True}, "cellView": "form"}
    normal = render.normal_form(new_notebook(cells=[new_code_cell("x", metadata=metadata)]))
    assert normal.cells[0].metadata == {"jupyter": {"source_hidden": True}, "cellView": "form"}


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


def test_rendering_twice_changes_nothing_and_an_error_is_refused(folder, capsys):
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
    third = folder / "02_third.ipynb"
    later = third.read_text(encoding="utf-8")
    third.unlink()
    render.main(["00", "01"])
    assert "02_third" not in (folder / "01_second.ipynb").read_text(encoding="utf-8")
    third.write_text(later, encoding="utf-8")
    first = (folder / "00_first.ipynb").read_bytes()
    render.main(["02"])
    assert "[2 · Third →](02_third.ipynb)" in (folder / "01_second.ipynb").read_text(encoding="utf-8")
    assert (folder / "00_first.ipynb").read_bytes() == first
