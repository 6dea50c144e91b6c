"""Check everything the course claims: `python3 tasks.py test [--fast] [NN ...]` runs this inside `.venv`.

Style, types, unit and form tests; then every lesson, cell by cell, against its stored outputs (strict nbval); then how
much of the package the tests and the lessons reach together. `--fast` leaves the lessons out; with names of lessons,
only their form and their cells are tested. `conftest.py` times the lessons, `pyproject.toml` has the options.
"""

import os
import sys
import tempfile
from pathlib import Path

from tasks import ROOT, lessons, run
from tools import TEST_SETTINGS

PYTEST = (sys.executable, "-m", "pytest", "-q", "-n", "2")
NBVAL = ("--nbval", "--dist", "loadscope", "--durations=5")


def run_lessons(names: list[str]) -> None:
    """Test the form and the cells of some lessons."""
    chosen = lessons(*names)
    run(*PYTEST, "tests/lessons/test_form.py", "-k", " or ".join(path.stem for path in chosen))
    run(*PYTEST, *NBVAL, *(path.relative_to(ROOT) for path in chosen))


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
        run(*PYTEST, *NBVAL, *(path.relative_to(ROOT) for path in lessons()))
        del os.environ["COVERAGE_PROCESS_START"]
        run(sys.executable, "-m", "coverage", "combine", "--append", "--quiet")
        run(sys.executable, "-m", "coverage", "report")


def main(arguments: list[str]) -> None:
    """Run what the arguments ask for; the first failure ends it."""
    os.environ.update(TEST_SETTINGS)
    names = [argument for argument in arguments if argument != "--fast"]
    if names:
        run_lessons(names)
        return
    run_checks()
    if "--fast" in arguments:
        run(*PYTEST)
    else:
        run_all()


if __name__ == "__main__":
    main(sys.argv[1:])
