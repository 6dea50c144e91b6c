"""Execute lessons and write them in their normal form; no other program writes a notebook's outputs.

`python3 tasks.py render [NN ...]` runs it. Normal form is what two executions have in common: counts 1..n, ids made
from the content, only the metadata the course uses, no widget state, no time. Three cells are generated: the
navigation below the title and at the end, and the head of the set-up cell. A lesson with a failed claim, an error, a
log line, a path or an address in its outputs is refused, and its file stays as it was.
"""

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
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from PIL import Image

from tasks import LESSONS, ROOT, lessons
from tools import TEST_SETTINGS

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


class RefusedError(Exception):
    """A lesson that must not be written; the text says which cell and why."""


def tags(cell: NotebookNode) -> list[str]:
    """Tags of a cell, none if it has none."""
    return list(cell.metadata.get("tags", []))


def title(path: Path) -> str:
    """Title of the lesson at `path` with its number: "3 · ReLU"."""
    first_cell = nbformat.read(path, as_version=4).cells[0]
    return str(first_cell.source).splitlines()[0].removeprefix("# ")


def colab_link(path: Path) -> str:
    """Address that opens the lesson of this version on Colab."""
    repository = REPOSITORY.removeprefix("https://github.com/")
    return f"https://colab.research.google.com/github/{repository}/blob/{TAG}/notebooks/{path.name}"


def navigation(path: Path) -> str:
    """Markdown line with the links from the lesson at `path` to its neighbours, to the list and to Colab."""
    order = lessons()
    here = order.index(path)
    links = [f"[← {title(previous)}]({previous.name})" for previous in order[:here][-1:]]
    links.append("[All lessons](../README.md)")
    links += [f"[{title(following)} →]({following.name})" for following in order[here + 1 :][:1]]
    links.append(f"[Open in Colab]({colab_link(path)})")
    return " · ".join(links)


def with_generated_cells(notebook: NotebookNode, path: Path) -> NotebookNode:
    """Put the navigation and the head of the set-up cell, as they are today, into `notebook`.

    Raises:
        RefusedError: no code cell has the tag `setup`.
    """
    written = [cell for cell in notebook.cells if "navigation" not in tags(cell)]
    links = [nbformat.v4.new_markdown_cell(navigation(path), metadata={"tags": ["navigation"]}) for _ in range(2)]
    notebook.cells = [*written[:1], links[0], *written[1:], links[1]]
    setup = next((cell for cell in notebook.cells if "setup" in tags(cell)), None)
    if setup is None:
        raise RefusedError("no cell has the tag `setup`.")
    authors_lines = setup.source.split('sys.path.insert(0, "course")', 1)[-1].lstrip("\n")
    setup.source = f"{SETUP_HEAD}\n{authors_lines}"
    return notebook


def execute(notebook: NotebookNode) -> None:
    """Run every cell in a kernel of this Python, in the folder of the lessons.

    Raises:
        RefusedError: a cell raised an exception that its tags do not announce, or took over ten minutes.
    """
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(LESSONS)}},
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
    """The same notebook with everything left out or fixed that two executions need not share.

    Raises:
        RefusedError: a cell has a tag the course does not use.
    """
    cells: list[NotebookNode] = []
    seen: Counter[str] = Counter()
    count = 0
    for cell in notebook.cells:
        source = cell.source.rstrip()
        if not source:
            continue
        content = f"{cell.cell_type}\n{source}"
        seen[content] += 1
        normal = NotebookNode(
            cell_type=cell.cell_type,
            id=hashlib.sha256(f"{seen[content]}\n{content}".encode()).hexdigest()[:8],
            metadata=_normal_metadata(cell),
            source=source,
        )
        if cell.cell_type == "code":
            count += 1
            normal.execution_count = count
            normal.outputs = [_normal_output(output, count) for output in _merged(cell.outputs)]
        cells.append(normal)
    return NotebookNode(cells=cells, metadata=nbformat.from_dict(METADATA), nbformat=4, nbformat_minor=5)


def _normal_metadata(cell: NotebookNode) -> NotebookNode:
    unknown = sorted(set(tags(cell)) - set(TAGS))
    if unknown:
        raise RefusedError(f"the tag {unknown[0]!r} is none of {', '.join(TAGS)}; it is on the cell\n{cell.source}")
    metadata = NotebookNode()
    if tags(cell):
        metadata.tags = sorted(tags(cell))
    if cell.metadata.get("jupyter", {}).get("source_hidden"):
        metadata.jupyter = {"source_hidden": True}
    if cell.metadata.get("cellView") == "form":
        metadata.cellView = "form"
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


def render(path: Path) -> None:
    """Execute the lesson at `path` and write it in its normal form.

    Raises:
        RefusedError: see the module's text; the file is left as it was.
    """
    notebook = with_generated_cells(nbformat.read(path, as_version=4), path)
    execute(notebook)
    notebook = normal_form(notebook)
    found = list(problems(notebook))
    if found:
        raise RefusedError("\n".join(found))
    write(notebook, path)


def refresh_navigation(path: Path) -> None:
    """Bring the generated cells of a lesson up to date without executing it, if it has been rendered before."""
    notebook = nbformat.read(path, as_version=4)
    if any("navigation" in tags(cell) for cell in notebook.cells):
        write(normal_form(with_generated_cells(notebook, path)), path)


def write(notebook: NotebookNode, path: Path) -> None:
    """Write `notebook` to `path` whole or not at all; a file that is right already is not touched."""
    text = nbformat.writes(notebook) + "\n"
    if path.read_text(encoding="utf-8") == text:
        return
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(text, encoding="utf-8", newline="\n")
    unfinished.replace(path)


def main(names: list[str]) -> str | None:
    """Render the lessons named, or all of them; returns a message where one was refused."""
    os.environ.update(TEST_SETTINGS)
    chosen = lessons(*names)
    for path in chosen:
        started = time.monotonic()
        try:
            render(path)
        except RefusedError as refusal:
            return f"{path.name} is not written: {refusal}"
        print(f"{path.name}: rendered in {time.monotonic() - started:.0f} s", flush=True)
    for path in set(lessons()) - set(chosen):
        refresh_navigation(path)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
