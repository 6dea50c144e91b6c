"""The form of the lessons, without executing them: one small function for each rule of CONTRIBUTING.md."""

import ast
import base64
import importlib
import inspect
import re
import subprocess
import symtable
import tomllib
from collections import Counter
from copy import deepcopy
from functools import cached_property, reduce
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager

import cnn_course
from cnn_course.check import engine
from tools import render
from tools.lessons import ROOT, contents, lessons

PATHS = [lesson.path for lesson in lessons()]
BY_PATH = {lesson.path: lesson for lesson in lessons()}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
TAGS = {"nbval-ignore-output", "raises-exception", "navigation", "setup"}
WIDGET = "application/vnd.cnn-course.widget+json"
LINK = re.compile(r"\[([^]]*)\]\(([^)\s]+)\)")
# Arguments that no lesson gives yet, each with the reason why it is kept.
_NUMPY_NETS = "lesson 07 trains nets of such layers in NumPy"
UNGIVEN = {
    "backbone.center_crop(size=)": "lessons 13 and 14 get pictures of 160 pixels",
    "costs.output_size(dilation=)": "layers.conv2d needs it",
    "costs.same_padding(dilation=)": "layers.conv2d needs it",
    "data.fashion_mnist(download=)": "60,000 pictures are the size of lesson 06 on a GPU",
    "layers.average_pool(padding=)": _NUMPY_NETS,
    "layers.average_pool(stride=)": _NUMPY_NETS,
    "layers.average_pool_backward(padding=)": _NUMPY_NETS,
    "layers.average_pool_backward(size=)": _NUMPY_NETS,
    "layers.average_pool_backward(stride=)": _NUMPY_NETS,
    "layers.max_pool(padding=)": _NUMPY_NETS,
    "layers.max_pool(stride=)": _NUMPY_NETS,
    "layers.max_pool_backward(padding=)": _NUMPY_NETS,
    "layers.max_pool_backward(size=)": _NUMPY_NETS,
    "layers.max_pool_backward(stride=)": _NUMPY_NETS,
    "photos.prepare(together=)": "exercise 14.2 writes the function for it",
}
# Public names that a notebook need not write down, each with its reason.
UNNAMED = {
    "cutouts.Cutouts": "what `load` returns",
    "data.DataError": "what `load` raises",
    "data.Dataset": "what `fashion_mnist` returns",
    "layers.conv2d_backward": _NUMPY_NETS,
    "layers.relu_backward": _NUMPY_NETS,
    "photos.PhotoError": "what `prepare` and `read` raise",
    "photos.Photos": "what `prepare` returns",
    "show.Figure": "what the functions of `show` return",
    "show.use_style": "`course.start` calls it",
}


class Lesson:
    """A notebook, and the views of it that the rules need."""

    def __init__(self, path: Path):
        self.path = path
        self.number = int(path.name[:2])
        self.notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
        self.cells = self.notebook.cells
        self.code = [cell for cell in self.cells if cell.cell_type == "code"]
        self.markdown = [cell for cell in self.cells if cell.cell_type == "markdown"]

    @cached_property
    def sections(self) -> dict[str, list]:
        """Cells below each heading of the second level, the heading's own first; keyed by the heading."""
        sections: dict[str, list] = {}
        for cell in self.cells:
            if cell.cell_type == "markdown" and (heading := re.match(r"## (.+)", cell.source)):
                sections[heading[1]] = []
            if sections:
                sections[[*sections][-1]].append(cell)
        return sections

    @cached_property
    def exercises(self) -> list[tuple[str, list]]:
        """For each exercise its number and four cells: question, answer, check, solution."""
        found = []
        for position, cell in enumerate(self.cells):
            if cell.cell_type == "markdown":
                headings = re.findall(r"^### Exercise (\d+\.\d+) · \S", cell.source, re.MULTILINE)
                found += [(number, self.cells[position : position + 4]) for number in headings]
        return found

    def trees(self) -> list[ast.Module]:
        """The code cells as Python reads them."""
        return [tree(cell) for cell in self.code]


def tree(cell) -> ast.Module:
    return ast.parse(TransformerManager().transform_cell(cell.source))


def tags(cell) -> set[str]:
    return set(cell.metadata.get("tags", []))


def text_of(cells) -> str:
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def outputs_of(cell) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def lesson(request) -> Lesson:
    return Lesson(request.param)


# --- All lessons together


def test_the_list_of_lessons_is_whole():
    assert sorted((ROOT / "notebooks").glob("*.ipynb")) == sorted(PATHS)
    assert [lesson.number for lesson in lessons()] == sorted({lesson.number for lesson in lessons()})
    assert {lesson.part for lesson in lessons()} == {part["number"] for part in contents()["part"]}
    rows = {*contents()["lecture"], *contents()["viewers"]}
    for lesson in lessons():
        assert lesson.file.startswith(f"{lesson.number:02d}_")
        assert lesson.answers and set(lesson.answers) <= rows, lesson.file
        assert lesson.seconds in (60, 120)


def test_each_lesson_has_its_checks_and_their_answers():
    for folder in ("cnn_course/check", "tests/lessons/answers"):
        assert sorted(path.stem for path in (ROOT / folder).glob("lesson_*.py")) == [
            f"lesson_{lesson.number:02d}" for lesson in lessons()
        ]


def test_every_registered_exercise_stands_in_one_lesson():
    for module in (ROOT / "cnn_course/check").glob("lesson_*.py"):
        importlib.import_module(f"cnn_course.check.{module.stem}")
    numbers = [number for path in PATHS for number, _ in Lesson(path).exercises]
    assert sorted(numbers) == sorted(engine.EXERCISES)


def course_names(tree: ast.Module) -> dict[str, str]:
    """What a lesson calls parts of the package by: `course`, and short names such as `show` for `course.show`."""
    known = {"course": ""}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            value = ast.unparse(node.value)
            if re.fullmatch(r"course(\.\w+)+", value):
                known[ast.unparse(node.targets[0])] = value.removeprefix("course.") + "."
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cnn_course"):
            for one in node.names:
                known[one.asname or one.name] = f"{node.module}.{one.name}.".removeprefix("cnn_course.")
    return known


def uses(tree: ast.Module) -> tuple[set[str], set[tuple[str, str]]]:
    """Public names of the package that a lesson writes down, and the arguments that it gives to functions."""
    known, names, arguments = course_names(tree), set(), set()

    def full(node: ast.expr) -> str | None:
        text = ast.unparse(node)
        owner = next((short for short in known if re.fullmatch(rf"{short}(\.\w+)*", text)), None)
        return None if owner is None else (known[owner] + text[len(owner) :].lstrip(".")).rstrip(".")

    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name) and (name := full(node)):
            names.add(name)
        if isinstance(node, ast.Call) and (name := full(node.func)):
            function = reduce(getattr, name.split("."), cnn_course)
            given = list(inspect.signature(function).parameters)[: len(node.args)]
            arguments |= {(name, one) for one in (*given, *(keyword.arg for keyword in node.keywords))}
    return names, arguments


def whole(path: Path) -> ast.Module:
    """All code of a lesson as one module."""
    return ast.Module([statement for tree in Lesson(path).trees() for statement in tree.body], [])


USES = [uses(whole(path)) for path in PATHS]


def test_lessons_use_every_public_name():
    modules = set(cnn_course.__all__) - {"start"}
    public = {f"{name}.{one}" for name in modules for one in importlib.import_module(f"cnn_course.{name}").__all__}
    assert sorted(public - set.union(*(names for names, _ in USES))) == sorted(UNNAMED)


def test_lessons_give_every_argument():
    given = set.union(*(arguments for _, arguments in USES))
    never = set()
    for name in cnn_course.__all__:
        module = getattr(cnn_course, name)
        public = {} if name == "start" else {f"{name}.{one}": getattr(module, one) for one in module.__all__}
        functions = public or {"start": module}
        for full, function in functions.items():
            if inspect.isfunction(function) and full not in UNNAMED:
                kinds = inspect.signature(function).parameters.items()
                free = {one for one, parameter in kinds if parameter.default is not parameter.empty}
                never |= {f"{full}({one}=)" for one in free if (full, one) not in given}
    assert sorted(never) == sorted(UNGIVEN)


def test_uses_are_found_under_any_name():
    code = "show = course.show\nshow.images([1], columns=2)\nfrom cnn_course.costs import summary\nsummary([], (1,))"
    names, arguments = uses(ast.parse(code))
    assert {"show.images", "costs.summary"} <= names
    assert ("show.images", "columns") in arguments and ("costs.summary", "input_shape") in arguments
    assert ("show.images", "titles") not in arguments


# --- The file


def test_format_is_nbformat_4_5(lesson):
    assert (lesson.notebook.nbformat, lesson.notebook.nbformat_minor) == (4, 5)
    nbformat.validate(lesson.notebook)


def test_file_is_in_normal_form(lesson):
    again = render.normal_form(render.with_generated_parts(deepcopy(lesson.notebook), BY_PATH[lesson.path]))
    assert again == lesson.notebook
    assert lesson.path.read_text(encoding="utf-8") == nbformat.writes(lesson.notebook) + "\n"


def test_file_is_small(lesson):
    assert lesson.path.stat().st_size <= 600_000


def test_counts_are_1_to_n(lesson):
    assert [cell.execution_count for cell in lesson.code] == list(range(1, len(lesson.code) + 1))


def test_ids_are_unique(lesson):
    assert max(Counter(cell.id for cell in lesson.cells).values()) == 1


def test_metadata_is_what_the_course_uses(lesson):
    assert set(lesson.notebook.metadata) == {"kernelspec", "language_info"}
    assert "version" not in lesson.notebook.metadata.language_info
    for cell in lesson.cells:
        assert set(cell.metadata) <= {"tags", "jupyter", "cellView"}
        assert set(cell.metadata.get("jupyter", {})) <= {"source_hidden", "outputs_hidden"}
        assert tags(cell) <= TAGS
        assert not any(output.get("metadata") for output in cell.get("outputs", []))


# --- Cells and outputs


def test_code_cells_are_short(lesson):
    assert [cell.source for cell in lesson.code if cell.source.count("\n") >= 20] == []


def test_no_line_ends_in_a_semicolon(lesson):
    assert [cell.source for cell in lesson.code if re.search(r";\s*(#.*)?$", cell.source, re.MULTILINE)] == []


def test_no_cell_is_hidden_from_nbval_by_a_comment(lesson):
    assert [cell.source for cell in lesson.code if re.search(r"#\s*(NBVAL|PYTEST_VALIDATE)_", cell.source)] == []


def test_other_programs_speak_utf_8_and_their_errors_are_shown(lesson):
    """On Windows, a pipe would otherwise have another encoding, and stumble over a name in Korean."""
    for cell in (cell for cell in lesson.code if "subprocess.run(" in cell.source):
        assert 'encoding="utf-8"' in cell.source
        assert re.search(r"assert \w+\.returncode == 0, \w+\.stderr", cell.source)


def test_few_cells_are_noisy(lesson):
    noisy = [cell for cell in lesson.code if "nbval-ignore-output" in tags(cell)]
    assert len(noisy) <= 0.3 * len(lesson.code)


def test_outputs_hold_no_log_error_path_address_or_failed_claim(lesson):
    assert list(render.problems(lesson.notebook)) == []


def test_a_widget_is_stored_as_picture_sentence_and_state(lesson):
    for cell in lesson.code:
        for data in (output.get("data", {}) for output in cell.outputs):
            assert widget_faults(data) == []


def widget_faults(data: dict) -> list[str]:
    """What is wrong with the stored form of a widget; nothing if it is none."""
    faults = [f"{kind} holds a random number" for kind in data if "widget-view" in kind]
    if WIDGET in data:
        faults += [f"{kind} is missing" for kind in ("image/png", "text/plain") if kind not in data]
    return faults


def test_faults_of_a_stored_widget_are_found():
    picture, sentence = {"image/png": "", "text/plain": "A wall."}, {"text/plain": "A wall."}
    assert widget_faults(picture) == widget_faults(picture | {WIDGET: {}}) == widget_faults({}) == []
    assert widget_faults(sentence | {WIDGET: {}}) == ["image/png is missing"]
    assert len(widget_faults(picture | {"application/vnd.jupyter.widget-view+json": {}})) == 1


def test_figures_are_small_and_described_in_words(lesson):
    for cell in lesson.code:
        for data in (output.data for output in cell.outputs if "image/png" in output.get("data", {})):
            assert len(base64.b64decode(data["image/png"])) <= 150_000
            assert not data["text/plain"].startswith("<"), "make the figure with course.show, or describe it"
            assert len(data["text/plain"].split()) >= 5


def test_markdown_pictures_have_alt_text(lesson):
    text = text_of(lesson.cells)
    assert re.findall(r"!\[\s*\]\([^)]*\)", text) == []
    assert re.findall(r"<img(?![^>]*\balt=[\"'][^\"'])[^>]*>", text) == []


def test_folds_are_closed_and_nested_properly(lesson):
    for cell in lesson.markdown:
        unclosed_tags(cell.source)


def unclosed_tags(markdown: str) -> None:
    """Fail if an HTML tag of a Markdown text is not closed in its order."""
    still_open: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag not in ("br", "img", "hr"):
                still_open.append(tag)

        def handle_endtag(self, tag):
            assert still_open, f"</{tag}> closes nothing"
            assert still_open.pop() == tag, f"</{tag}> comes too early"

    without_code_and_formulas = re.sub(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$\n]+\$", "", markdown, flags=re.DOTALL)
    Tags().feed(without_code_and_formulas)
    assert still_open == []


# --- Links


def test_first_and_last_links_lead_to_the_neighbours_the_list_and_colab(lesson):
    generated = [position for position, cell in enumerate(lesson.cells) if "navigation" in tags(cell)]
    assert generated == [1, len(lesson.cells) - 1]
    here = PATHS.index(lesson.path)
    neighbours = [path.name for path in (*PATHS[:here][-1:], *PATHS[here + 1 :][:1])]
    repository = PROJECT["urls"]["Repository"].removeprefix("https://github.com/")
    colab = f"https://colab.research.google.com/github/{repository}/blob/v{PROJECT['version']}/notebooks/"
    for position in generated:
        targets = [target for _, target in LINK.findall(lesson.cells[position].source)]
        assert [target for target in targets if target.endswith(".ipynb")] == [
            *neighbours,
            colab + lesson.path.name,
        ]
        assert "../README.md" in targets


def test_links_to_lessons_name_the_number_they_lead_to(lesson):
    for words, target in LINK.findall(text_of(lesson.cells)):
        if (named := re.search(r"\blesson (\d+)", words)) and target.endswith(".ipynb"):
            assert int(named[1]) == int(target.rsplit("/")[-1][:2]), f"[{words}]({target})"


def local_links(text: str) -> list[str]:
    return [target.split("#")[0] for _, target in LINK.findall(text) if not re.match(r"[a-z]+:|#", target)]


def test_links_of_lessons_resolve(lesson):
    links = local_links(text_of(lesson.cells))
    assert [link for link in links if not (lesson.path.parent / link).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "data/README.md"])
def test_links_of_documents_resolve(name):
    document = ROOT / name
    links = local_links(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def course_files() -> list[Path]:
    """Files of the course: what git knows, or would if it were asked to add everything."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_no_file_names_a_place_on_one_machine_or_a_package_registry():
    one_machine = r"(?<![\w.+/])/(?:home|root|Users)/\w|\b[A-Z]:\\Users"
    registry = r"\bpy" r"pi\.org|\bpython" r"hosted\.org|\bana" r"conda\.org|\bnpm" r"js\."
    found = []
    for path in course_files():
        content = path.read_bytes()
        if b"\0" in content:  # a picture or an array
            continue
        text = re.sub(r'"image/png": "[^"]*"', "", content.decode(errors="replace"))
        found += [f"{path.name}: {match[0]}" for match in re.finditer(rf"(?:{one_machine}|{registry}).*", text)]
    assert found == []


# --- The anatomy of a lesson


def test_title_promise_and_minutes_come_first(lesson):
    lines = [line for line in lesson.cells[0].source.splitlines() if line]
    assert lines[0] == f"# {BY_PATH[lesson.path].heading}"
    assert re.fullmatch(r"\*[^*].*\*", lines[1]), "one sentence of promise, in italics"
    assert lines[2:] == [render.minutes(BY_PATH[lesson.path])]


def test_aims_and_needs_come_next(lesson):
    text = lesson.cells[2].source
    assert text.startswith("**You will be able to**")
    assert 2 <= len(re.findall(r"^- ", text, re.MULTILINE)) <= 4
    assert "**You need**" in text


def test_set_up_cell_is_the_same_but_for_the_authors_lines(lesson):
    assert [cell for cell in lesson.code if "setup" in tags(cell)] == [lesson.code[0]]
    lines = lesson.code[0].source.removeprefix(render.SETUP_HEAD).split("\n")
    assert lines[:2] == ["", "import cnn_course as course"]
    assert all(
        re.fullmatch(r"|import \w+(\.\w+)?( as \w+)?|from \w[\w.]* import .+|run = course\.start\(.*\)", line)
        for line in lines
    )
    assert sum(line.startswith("run = course.start(") for line in lines) == 1


def test_no_other_cell_asks_about_the_machine(lesson):
    asks = re.compile(r"run\.profile|list_physical_devices|CNN_COURSE_|google\.colab")
    assert [cell.source for cell in lesson.code[1:] if asks.search(cell.source)] == []


def test_headings_stand_in_their_order(lesson):
    numbered = [heading for heading in lesson.sections if re.match(r"\d+\. ", heading)]
    assert 3 <= len(numbered) <= 6
    assert [heading.split(".")[0] for heading in numbered] == [str(n + 1) for n in range(len(numbered))]
    assert [*lesson.sections] == [*numbered, "Quiz", "The mathematics", "In three lines"]


def test_each_section_lets_predict_run_and_explains(lesson):
    for heading, cells in lesson.sections.items():
        if heading[0].isdigit():
            kinds = [(cell.cell_type, "**Predict.**" in cell.source, "**Explain.**" in cell.source) for cell in cells]
            asked = kinds.index(("markdown", True, False))
            explained = next(n for n, kind in enumerate(kinds) if kind[2])
            assert "code" in [kind[0] for kind in kinds[asked:explained]], f"{heading}: nothing to run in between"


def test_a_claim_holds_the_lesson_to_its_word(lesson):
    claiming = [cell for cell in lesson.code if "course.check.claim(" in cell.source]
    assert claiming
    for cell in claiming:
        assert "nbval-ignore-output" not in tags(cell), "a claim is compared"
        assert "✓ " in outputs_of(cell)


def test_a_misconception_is_refuted_by_the_next_cell(lesson):
    boxes = [
        n
        for n, cell in enumerate(lesson.cells)
        if re.search(r"^> \*\*Misconception: ", cell.source, re.MULTILINE) and cell.cell_type == "markdown"
    ]
    assert boxes
    assert all(lesson.cells[n + 1].cell_type == "code" for n in boxes)


def test_quiz_has_three_questions_with_one_right_option_each(lesson):
    cells = lesson.sections["Quiz"]
    assert all(cell.cell_type == "markdown" for cell in cells)
    start, *questions = re.split(r"^\*\*Question (?=\d\.\*\* )", text_of(cells), flags=re.MULTILINE)
    assert "<details>" not in start
    assert [question[0] for question in questions] == ["1", "2", "3"]
    for question in questions:
        options = re.findall(
            r"<details>\s*<summary>([A-E]) · [^<]+</summary>\n\n(.*?)\n\n</details>", question, re.DOTALL
        )
        assert [letter for letter, _ in options] == [*"ABCDE"[: len(options)]]
        assert len(options) == question.count("<details>") >= 2
        assert sum(why.startswith("Right") for _, why in options) == 1


def test_mathematics_is_folded(lesson):
    (cell,) = [one for one in lesson.sections["The mathematics"] if one.source]
    assert re.fullmatch(
        r"## The mathematics\n\n<details>\s*<summary>.+</summary>\n\n.*\$.*\n\n</details>",
        cell.source,
        re.DOTALL,
    )


def test_summary_has_three_lines_the_questions_and_what_comes_next(lesson):
    text = text_of(lesson.sections["In three lines"])
    before, _, after = text.partition("**Questions it answered**")
    assert len(re.findall(r"^- ", before, re.MULTILINE)) == 3
    assert re.search(r"^- ", after, re.MULTILINE)
    assert "**Next**" in after


# --- Exercises


def test_there_are_two_or_three_exercises_in_order(lesson):
    numbers = [number for number, _ in lesson.exercises]
    assert numbers == [f"{lesson.number}.{n + 1}" for n in range(len(numbers))]
    assert (1 if lesson.number == 0 else 2) <= len(numbers) <= 3


def test_each_exercise_begins_with_its_minutes_and_its_difficulty(lesson):
    for _, (question, *_) in lesson.exercises:
        assert re.match(r"### Exercise .+\n\n\*\d+ minutes · (●○○|●●○|●●●)\*\n\n", question.source)


def test_each_exercise_has_hint_answer_check_and_solution(lesson):
    for number, (question, answer, check, solution) in lesson.exercises:
        assert re.search(r"<details>\s*<summary>Hint.*?</summary>\n\n.*?\n\n</details>", question.source, re.DOTALL)
        assert any(isinstance(node, ast.Constant) and node.value is ... for node in ast.walk(tree(answer))), number
        assert outputs_of(answer) == ""
        assert re.fullmatch(rf'course\.check\.exercise\("{number}", [^\n]+\)', check.source)
        assert outputs_of(check).startswith(f"{number}: not answered yet")
        assert solution.source.splitlines()[0] == f"#@title Solution {number}"
        assert solution.metadata == render.FOLDED, "the solution and what it prints are folded"
        assert outputs_of(solution).splitlines()[-1].startswith(f"{number}: right.")


def test_only_solutions_are_folded(lesson):
    folded = [cell for cell in lesson.cells if "jupyter" in cell.metadata or "cellView" in cell.metadata]
    assert folded == [cells[3] for _, cells in lesson.exercises]


def test_no_later_cell_needs_an_answer(lesson):
    for _, (_, answer, check, _) in lesson.exercises:
        answers, _ = names(answer)
        for cell in lesson.code[answer.execution_count or 0 :]:
            assigned, used = names(cell)
            answers -= assigned
            assert cell is check or not answers & used, cell.source


def names(cell) -> tuple[set[str], set[str]]:
    """Names that a cell assigns, functions among them, and names of the notebook that it uses."""
    module = symtable.symtable(TransformerManager().transform_cell(cell.source), "cell", "exec")
    tables = [module]
    for table in tables:
        tables += table.get_children()
    assigned = {symbol.get_name() for symbol in module.get_symbols() if symbol.is_assigned()}
    used = {
        symbol.get_name()
        for table in tables
        for symbol in table.get_symbols()
        if symbol.is_referenced() and (table is module or symbol.is_global())
    }
    return assigned, used
