"""Check everything the course claims: `python3 tasks.py test [--fast] [NN ...]` runs this inside `.venv`.

Style, types, unit and form tests; then every lesson, cell by cell, against its stored outputs (strict nbval); then how
much of the package the tests and the lessons reach together. With names of lessons, only these are tested: their form,
claims and exercises, and their cells. `--fast` leaves the cells out. `conftest.py` has the settings and times the
lessons, `pyproject.toml` has the options.
"""

import os
import sys
import tempfile
from pathlib import Path

from tools.commands import run
from tools.lessons import ROOT, Lesson, lessons

PYTEST = (sys.executable, "-m", "pytest", "-q", "-n", "2")


def run_cells(chosen: list[Lesson]) -> None:
    """Compare what the cells of lessons show with what is stored."""
    paths = (lesson.path.relative_to(ROOT) for lesson in chosen)
    run(*PYTEST, "--nbval", "--dist", "loadscope", "--durations=5", *paths)


def selection(chosen: list[Lesson]) -> str:
    """The tests in `tests/lessons` that are about these lessons, in the words of pytest's `-k`.

    In brackets, their names have the number of the lesson (`[03_relu]`, `[03 it-learns]`) or of an exercise (`[3.1]`,
    `[nan-3.1]`).
    """
    return " or ".join(f"[{one.number:02} or [{one.number}. or -{one.number}." for one in chosen)


def run_checks() -> None:
    """Check style and types."""
    run(sys.executable, "-m", "ruff", "check")
    run(sys.executable, "-m", "mypy")


def run_all() -> None:
    """Run unit tests and lessons, and hold their common coverage to the bound in `pyproject.toml`."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COVERAGE_FILE"] = str(Path(folder, "coverage"))
        run(*PYTEST, "--cov", "--cov-report=", "--cov-fail-under=0")
        os.environ["COVERAGE_PROCESS_START"] = str(ROOT / "pyproject.toml")  # measures the kernels
        run_cells(lessons())
        del os.environ["COVERAGE_PROCESS_START"]
        run(sys.executable, "-m", "coverage", "combine", "--append", "--quiet")
        run(sys.executable, "-m", "coverage", "report")


def main(arguments: list[str]) -> None:
    """Run what the arguments ask for; the first failure ends it."""
    fast = "--fast" in arguments
    names = [argument for argument in arguments if argument != "--fast"]
    if names:
        run(*PYTEST, "tests/lessons", "-k", selection(lessons(*names)))
        if not fast:
            run_cells(lessons(*names))
        return
    run_checks()
    if fast:
        run(*PYTEST)
    else:
        run_all()


if __name__ == "__main__":
    main(sys.argv[1:])
