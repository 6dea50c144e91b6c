"""Execute lessons and write them in their normal form; no other program writes a notebook's outputs.

`python3 tasks.py render [NN ...]` runs it. Normal form is what two executions have in common: counts 1..n, ids that do
not depend on the wording, text with one sentence per line, only the metadata the course uses, no widget state, no time.
What `lessons.toml` holds is written into the first cell, the links, and the README. A lesson with a failed claim, an
error, a log line, a path or an address in its outputs is refused, and its file stays as it was.

`python3 tasks.py render --text [NN ...]` does the same without executing anything, for lessons whose code has not
changed: the id of a code cell is made from its code, so a cell whose id is another one was changed since it ran.
"""

import argparse
import base64
import hashlib
import io
import os
import re
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from PIL import Image

from tools import TEST_SETTINGS
from tools.lessons import ROOT, Lesson, contents, lessons
from tools.markdown import one_sentence_per_line

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REPOSITORY = PROJECT["urls"]["Repository"]
TAG = f"v{PROJECT['version']}"

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {  # what a kernel says of itself, without its version
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}
TAGS = ("nbval-ignore-output", "raises-exception", "navigation", "setup")
FOLDED = {"jupyter": {"source_hidden": True, "outputs_hidden": True}, "cellView": "form"}  # a solution and what it says
SETUP_HEAD = f"""\
import sys

if "google.colab" in sys.modules:  # only on Colab: fetch the course and put it on the path
    !test -d course || git clone -q --depth 1 --branch {TAG} {REPOSITORY} course
    sys.path.insert(0, "course")
"""
FORBIDDEN = {
    "a failed claim": r"✗",
    "a log line": r"^(?:WARNING|ERROR|INFO):|^[IWEF]\d{4} |^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
    "an absolute path": r"(?<![\w.<~-])/(?:Users|content|home|mnt|opt|private|root|tmp|usr|var|work)/|\b[A-Z]:\\",
    "an address": r"\b0x[0-9a-fA-F]{6,}|https?://|\blocalhost:|\b127\.0\.0\.1\b",
}
README_TABLE = re.compile(r"(?<=<!-- lessons: made from lessons\.toml -->\n).*?(?=<!-- end of lessons -->)", re.DOTALL)
MAP = re.compile(r"(?<=<!-- map: made from lessons\.toml -->\n).*?(?=<!-- end of map -->)", re.DOTALL)


class RefusedError(Exception):
    """A lesson that must not be written; the text says which cell and why."""


def tags(cell: NotebookNode) -> list[str]:
    """Tags of a cell, none if it has none."""
    return list(cell.metadata.get("tags", []))


# --- What lessons.toml holds ------------------------------------------------------------------------------------------


def colab_link(lesson: Lesson) -> str:
    """Address that opens the lesson of this version on Colab."""
    repository = REPOSITORY.removeprefix("https://github.com/")
    return f"https://colab.research.google.com/github/{repository}/blob/{TAG}/notebooks/{lesson.path.name}"


def navigation(lesson: Lesson) -> str:
    """Markdown line with the links from a lesson to its neighbours, to the list and to Colab."""
    order = lessons()
    here = order.index(lesson)
    links = [f"[← {previous.heading}]({previous.path.name})" for previous in order[:here][-1:]]
    links.append("[All lessons](../README.md)")
    links += [f"[{following.heading} →]({following.path.name})" for following in order[here + 1 :][:1]]
    links.append(f"[Open in Colab]({colab_link(lesson)})")
    return " · ".join(links)


def minutes(lesson: Lesson) -> str:
    """Sentence that says how long a lesson takes."""
    return f"Reading {lesson.read} minutes, doing {lesson.do} minutes."


def with_generated_parts(notebook: NotebookNode, lesson: Lesson) -> NotebookNode:
    """Put title, minutes, navigation, map and the head of the set-up cell, as they are today, into a notebook.

    Raises:
        RefusedError: The first cell holds no promise in italics, or no code cell has the tag `setup`.
    """
    written = [cell for cell in notebook.cells if "navigation" not in tags(cell)]
    promise = next((line for line in written[0].source.splitlines() if re.fullmatch(r"\*[^*].*\*", line)), None)
    if promise is None:
        raise RefusedError("its first cell holds no promise: one sentence in italics, on a line of its own.")
    written[0].source = f"# {lesson.heading}\n\n{promise}\n\n{minutes(lesson)}"
    links = [nbformat.v4.new_markdown_cell(navigation(lesson), metadata={"tags": ["navigation"]}) for _ in range(2)]
    notebook.cells = [*written[:1], links[0], *written[1:], links[1]]
    setup = next((cell for cell in notebook.cells if "setup" in tags(cell)), None)
    if setup is None:
        raise RefusedError("no cell has the tag `setup`.")
    for cell in (cell for cell in written if cell.cell_type == "markdown"):
        cell.source = MAP.sub(lambda _: course_map(lesson), cell.source)
    authors_lines = setup.source.split('sys.path.insert(0, "course")', 1)[-1].lstrip("\n")
    setup.source = f"{SETUP_HEAD}\n{authors_lines}"
    return notebook


def course_map(here: Lesson) -> str:
    """Markdown list of all lessons, each with a few words about it, in one of them; that one is not linked."""
    text = ""
    for part in contents()["part"]:
        remark = f"{part['remark']}\n\n" if "remark" in part else ""
        text += f"\n{remark}**Part {part['number']}: {part['title']}**\n\n"
        for one in (lesson for lesson in lessons() if lesson.part == part["number"]):
            name = one.heading if one == here else f"[{one.heading}]({one.path.name})"
            text += f"- {name}: {one.map or one.shows}\n"
    return text + "\n"


def readme_table() -> str:
    """The README's tables of lessons, one for each part, and what is to come."""
    text = ""
    for part in contents()["part"]:
        remark = f" ({part['remark']})" if "remark" in part else ""
        text += f"Part {part['number']}: {part['title']}.{remark}\n\n"
        text += "| lesson | read + do | what it shows by running code |\n|---|---|---|\n"
        for one in (lesson for lesson in lessons() if lesson.part == part["number"]):
            text += f"| [{one.heading}](notebooks/{one.path.name}) | {one.read} + {one.do} min | {one.shows} |\n"
        text += "\n"
    return f"{text}{contents().get('to_come', '')}\n"


# --- Execution and normal form ----------------------------------------------------------------------------------------


def execute(notebook: NotebookNode) -> None:
    """Run every cell in a kernel of this Python, in the folder of the lessons.

    Raises:
        RefusedError: A cell raised an exception that its tags do not announce, or took over ten minutes.
    """
    from nbclient import NotebookClient  # takes a second, and `--text` needs none of it
    from nbclient.exceptions import CellExecutionError

    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(ROOT / "notebooks")}},
        record_timing=False,
        store_widget_state=False,
    )
    try:
        client.execute()
    except CellExecutionError as error:
        raise RefusedError(f"a cell raised an exception.\n{error}") from None
    except TimeoutError as error:
        raise RefusedError(str(error)) from None


def normal_form(notebook: NotebookNode) -> NotebookNode:
    """The same notebook without what two executions need not share.

    Raises:
        RefusedError: A cell has a tag the course does not use.
    """
    cells: list[NotebookNode] = []
    written = [cell for cell in notebook.cells if cell.source.strip()]
    count = 0
    for cell, cell_id in zip(written, ids(written), strict=True):
        normal = NotebookNode(cell_type=cell.cell_type, id=cell_id, metadata=_normal_metadata(cell))
        normal.source = cell.source.rstrip()
        if cell.cell_type == "markdown":
            normal.source = one_sentence_per_line(normal.source)
        if cell.cell_type == "code":
            count += 1
            normal.execution_count = count
            normal.outputs = [_normal_output(output, count) for output in _merged(cell.outputs)]
        cells.append(normal)
    return NotebookNode(cells=cells, metadata=nbformat.from_dict(METADATA), nbformat=4, nbformat_minor=5)


def ids(cells: list[NotebookNode]) -> Iterator[str]:
    """Ids of cells: of a code cell made from its code, of a text from the code above it and its place below that."""
    seen: Counter[tuple[str, str]] = Counter()
    code = ""
    for cell in cells:
        if cell.cell_type == "code":
            code = cell.source.rstrip().removeprefix(SETUP_HEAD)  # which another version of the course changes
        kind = (cell.cell_type, code)
        seen[kind] += 1
        yield hashlib.sha256("\n".join((*kind, str(seen[kind]))).encode()).hexdigest()[:8]


def _normal_metadata(cell: NotebookNode) -> NotebookNode:
    unknown = sorted(set(tags(cell)) - set(TAGS))
    if unknown:
        raise RefusedError(f"the tag {unknown[0]!r} is none of {', '.join(TAGS)}; it is on the cell\n{cell.source}")
    metadata = NotebookNode()
    if tags(cell):
        metadata.tags = sorted(tags(cell))
    if cell.source.startswith("#@title Solution"):
        metadata.update(nbformat.from_dict(FOLDED))
    return metadata


def _merged(outputs: list[NotebookNode]) -> Iterator[NotebookNode]:
    """Outputs with neighbouring pieces of one stream put together: where a stream is cut is chance."""
    pending: NotebookNode | None = None
    for output in outputs:
        if pending and pending.output_type == output.output_type == "stream" and pending.name == output.name:
            pending.text += output.text
            continue
        if pending:
            yield pending
        pending = output.copy()
    if pending:
        yield pending


def _normal_output(output: NotebookNode, count: int) -> NotebookNode:
    if output.output_type == "stream":
        return NotebookNode(output_type="stream", name=output.name, text=output.text)
    if output.output_type == "error":  # the lines between name the files of this machine
        last_line = f"{output.ename}: {output.evalue}"
        return NotebookNode(output_type="error", ename=output.ename, evalue=output.evalue, traceback=[last_line])
    data = {kind: value for kind, value in output.data.items() if "widget-view" not in kind}
    if "image/png" in data:
        data["image/png"] = smaller_png(data["image/png"])
    normal = NotebookNode(output_type=output.output_type, data=data, metadata={})
    if output.output_type == "execute_result":
        normal.execution_count = count
    return normal


def smaller_png(encoded: str) -> str:
    """Base64 text of a PNG, with 128 colours if that makes it smaller.

    MAXCOVERAGE with k-means keeps thin lines in rare colours, which Pillow's default paints over.
    """
    picture = Image.open(io.BytesIO(base64.b64decode(encoded)))
    if picture.mode == "P" or picture.convert("RGBA").getchannel("A").getextrema() != (255, 255):
        return encoded.strip()
    buffer = io.BytesIO()
    few_colours = picture.convert("RGB").quantize(128, method=Image.Quantize.MAXCOVERAGE, kmeans=8)
    few_colours.save(buffer, format="PNG", optimize=True)
    return min(base64.b64encode(buffer.getvalue()).decode(), encoded.strip(), key=len)


def problems(notebook: NotebookNode) -> Iterator[str]:
    """One sentence for each stored output that a learner must not see; cells are named by their count."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            where = f"cell [{cell.execution_count}]"
            if output.get("name") == "stderr":
                yield f"{where} wrote to stderr: {output.text.strip()[:300]}"
            if output.output_type == "error" and "raises-exception" not in tags(cell):
                yield f"{where} raised {output.ename}: {output.evalue}"
            for text in _texts(output):
                for what, pattern in FORBIDDEN.items():
                    if found := re.search(rf".*(?:{pattern}).*", text, re.MULTILINE):
                        yield f"{where} shows {what}: {found.group().strip()[:300]}"


def _texts(output: NotebookNode) -> Iterator[str]:
    if output.output_type == "stream":
        yield output.text
    elif output.output_type == "error":
        yield output.evalue
    else:
        yield from (value for kind, value in output.data.items() if kind.startswith("text/"))


# --- The two ways to a written lesson ---------------------------------------------------------------------------------


def render(lesson: Lesson) -> None:
    """Execute a lesson and write it in its normal form.

    Raises:
        RefusedError: See the module's text; the file is left as it was.
    """
    notebook = with_generated_parts(nbformat.read(lesson.path, as_version=4), lesson)
    execute(notebook)
    notebook = normal_form(notebook)
    found = list(problems(notebook))
    if found:
        raise RefusedError("\n".join(found))
    write(notebook, lesson)


def render_text(lesson: Lesson) -> None:
    """Write a lesson in its normal form without executing it.

    Raises:
        RefusedError: Its code is not what was executed, or its outputs are not what `render` wrote.
    """
    notebook = with_generated_parts(nbformat.read(lesson.path, as_version=4), lesson)
    normal = normal_form(notebook)
    written = [cell for cell in notebook.cells if cell.source.strip()]
    for cell, wanted in zip(written, normal.cells, strict=True):
        parts = ("id", "execution_count", "outputs") if cell.cell_type == "code" else ()
        if any(cell[part] != wanted[part] for part in parts):
            raise RefusedError(
                "this code cell was changed, added, moved or run since the lesson was rendered, so its outputs may be "
                f"outdated (`python3 tasks.py render {lesson.file[:2]}` executes it):\n{cell.source}"
            )
    write(normal, lesson)


def write(notebook: NotebookNode, lesson: Lesson) -> None:
    """Write a notebook whole or not at all; a file that is right already is not touched."""
    _replace(lesson.path, nbformat.writes(notebook) + "\n")


def _replace(path: Path, text: str) -> None:
    if path.read_text(encoding="utf-8") != text:
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        unfinished.replace(path)


def refresh(chosen: list[Lesson]) -> None:
    """Bring what is made from `lessons.toml` up to date in the README and in the other lessons, as far as rendered."""
    readme = ROOT / "README.md"
    _replace(readme, README_TABLE.sub(lambda _: readme_table(), readme.read_text(encoding="utf-8")))
    for lesson in lessons():
        parts = (f'"# {lesson.heading}\\n"', minutes(lesson), navigation(lesson))
        text = lesson.path.read_text(encoding="utf-8")
        if lesson not in chosen and not (all(part in text for part in parts) and _has_map(lesson)):
            with suppress(RefusedError):
                render_text(lesson)


def _has_map(lesson: Lesson) -> bool:
    """Whether every map in a lesson is that of today."""
    cells = nbformat.read(lesson.path, as_version=4).cells
    return all(found == course_map(lesson) for cell in cells for found in MAP.findall(cell.source))


def main(words: list[str]) -> str | None:
    """Render the lessons named, or all of them; returns a message where one was refused."""
    parser = argparse.ArgumentParser(prog="tasks.py render")
    parser.add_argument("--text", action="store_true")
    parser.add_argument("lesson", nargs="*")
    options = parser.parse_args(words)
    os.environ.update(TEST_SETTINGS)
    chosen = lessons(*options.lesson)
    for lesson in chosen:
        started = time.monotonic()
        try:
            (render_text if options.text else render)(lesson)
        except RefusedError as refusal:
            return f"{lesson.path.name} is not written: {refusal}"
        print(f"{lesson.path.name}: rendered in {time.monotonic() - started:.1f} s", flush=True)
    refresh(chosen)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
