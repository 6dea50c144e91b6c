"""The commands of the course: `python3 tasks.py lab`, `test`, `render`, `doctor`, `bench`. Standard library only.

The first that needs it makes `.venv`. The syntax is plain: a Python as old as 3.6 can say here which one is needed.
"""

import argparse
import datetime
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
LESSONS = ROOT / "notebooks"
COPIES = ROOT / "my_notebooks"
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
DISK_GB = 4  # 2.7 once installed, and pip's store of what it fetched


def stop(message: str) -> NoReturn:
    """End with a paragraph that says what to do."""
    sys.exit("\n" + textwrap.fill(message, 100, break_long_words=False, break_on_hyphens=False))


def run(*words: object, advice: str = "") -> None:
    """Print a command and run it; if it fails, stop with `advice` or with its exit code."""
    command = [str(word) for word in words]
    print("$ " + " ".join(shlex.quote(word) for word in command), flush=True)
    process = subprocess.Popen(command)
    while process.returncode is None:
        try:
            process.wait()
        except KeyboardInterrupt:  # the program got the same Ctrl-C and ends in its own way
            continue
    if process.returncode:
        stop(advice) if advice else sys.exit(process.returncode)


def lessons(*names: str) -> "list[Path]":
    """Notebooks with these names or numbers (`02`, `02_convolution`), in order; all of them if none is given."""
    every = sorted(LESSONS.glob("[0-9][0-9]_*.ipynb"))
    wanted = [Path(name).stem.zfill(2) for name in names]
    for name in wanted:
        if not any(name in (path.stem, path.stem[:2]) for path in every):
            stop(f"There is no lesson {name}. There are {', '.join(path.stem for path in every)}; the number will do.")
    return [path for path in every if not wanted or path.stem in wanted or path.stem[:2] in wanted]


def prepare() -> None:
    """Make `.venv` unless it is there and finished.

    Each of the two steps ends with a note of what it was made from. What was interrupted has no note and is made
    anew, without a second download: pip keeps what it has fetched.
    """
    packages, course = VENV / "packages.done", VENV / "course.done"
    lock = str(sys.version_info[:2]).encode() + (ROOT / "requirements.lock").read_bytes()
    project = str(ROOT).encode() + (ROOT / "pyproject.toml").read_bytes()
    if not (PYTHON.exists() and packages.exists() and packages.read_bytes() == lock):
        if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
            stop("This Python cannot make virtual environments: its modules venv and ensurepip are missing. On Debian "
                 "and Ubuntu, type `sudo apt install python3-venv`, then the same command again.")
        if shutil.disk_usage(ROOT).free < DISK_GB * 10**9:
            stop(f"The packages of the course need {DISK_GB} GB, and the disk with {ROOT} has less than that left. "
                 "Make room, or move this folder to another disk, then type the same command again.")
        print(f"Installing the packages into {VENV}: once, about 1 GB to fetch, two to ten minutes.", flush=True)
        run(sys.executable, "-m", "venv", "--clear", VENV, advice=f"Python could not make {VENV}; its reason stands "
            "above. Close whatever still runs from that folder, then type the same command again.")
        run(PYTHON, "-m", "pip", "install", "--require-hashes", "-r", "requirements.lock", advice="pip could not "
            "install the packages; its reason stands above. Most often the network cannot be reached, or the disk is "
            "full. Mend that, then type the same command again: what has been fetched is kept.")
        packages.write_bytes(lock)
    if not (course.exists() and course.read_bytes() == project):
        run(PYTHON, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "-e", ".")
        settings = VENV / "share/jupyter/lab/settings/overrides.json"
        settings.parent.mkdir(parents=True, exist_ok=True)
        no_news = {"fetchNews": "false", "checkForUpdates": False}  # or Lab asks about news at its first start
        settings.write_text(json.dumps({"@jupyterlab/apputils-extension:notification": no_news}))
        course.write_bytes(project)


def lab(options: argparse.Namespace) -> None:
    """Open JupyterLab on lesson 00, in your own copies of the lessons (my_notebooks)."""
    replaced = lessons(*options.fresh) if options.fresh else []
    prepare()
    COPIES.mkdir(exist_ok=True)
    for lesson in lessons():
        copy = COPIES / lesson.name
        if lesson in replaced and copy.exists():
            aside = copy.with_suffix(f".{datetime.date.today()}.ipynb")
            while aside.exists():
                aside = aside.with_suffix(".again.ipynb")
            copy.rename(aside)
        if not copy.exists():
            unfinished = copy.with_suffix(".unfinished")
            shutil.copyfile(lesson, unfinished)
            unfinished.replace(copy)
    passed_on = ["--no-browser"] * options.no_browser + [f"--port={options.port}"] * bool(options.port)
    if os.name == "posix" and os.geteuid() == 0:
        passed_on.append("--allow-root")  # as in a container
    first = "--LabApp.default_url=/lab/tree/my_notebooks/00_start_here.ipynb"
    run(PYTHON, "-m", "jupyterlab", f"--ServerApp.root_dir={ROOT}", first, *passed_on)


def test(options: argparse.Namespace) -> None:
    """Check everything the course claims; with names of lessons, only those."""
    lessons(*options.lesson)
    prepare()
    run(PYTHON, "-m", "tools.tests", *["--fast"] * options.fast, *options.lesson)


def render(options: argparse.Namespace) -> None:
    """Execute lessons and write them in their normal form (for authors)."""
    lessons(*options.lesson)
    prepare()
    run(PYTHON, "-m", "tools.render", *options.lesson)


def doctor(options: argparse.Namespace) -> None:
    """Say in plain words whether this machine is ready, and what to do if not."""
    run(PYTHON if PYTHON.exists() else sys.executable, "cnn_course/doctor.py")


def bench(options: argparse.Namespace) -> None:
    """Measure our layers, the pretrained net and the lessons' trainings (for authors)."""
    prepare()
    run(PYTHON, "-m", "tools.bench")


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is a paragraph."""

    def error(self, message: str) -> NoReturn:
        """Say what was wrong and where help is."""
        stop(f"That is not a command of the course: {message}. `{self.prog} --help` lists what there is.")


def main() -> None:
    """Run the command that the command line names."""
    if not (3, 11) <= sys.version_info[:2] < (3, 14) and sys.argv[1:] != ["doctor"]:
        stop(f"This is Python {sys.version.split()[0]}, and TensorFlow needs 3.11, 3.12 or 3.13. Install one of them "
             "(python.org has them for every system) and start the same command with it, for example "
             "`python3.12 tasks.py lab` or, on Windows, `py -3.12 tasks.py lab`.")
    os.chdir(str(ROOT))
    parser = Parser(prog="tasks.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(title="commands", dest="command", metavar="")
    for task in (lab, test, render, doctor, bench):
        commands.add_parser(task.__name__, help=task.__doc__, description=task.__doc__).set_defaults(task=task)
    add_to_lab, add_to_test, add_to_render = (commands.choices[name].add_argument for name in ("lab", "test", "render"))
    add_to_lab("--fresh", metavar="NN", nargs="+", help="set your copy of a lesson aside and begin it anew")
    add_to_lab("--no-browser", action="store_true", help="print the address and open nothing")
    add_to_lab("--port", help="port of the server")
    add_to_test("--fast", action="store_true", help="leave the notebooks out")
    for add in (add_to_test, add_to_render):
        add("lesson", metavar="NN", nargs="*", help="number or name of a lesson; without any, all of them")
    options = parser.parse_args()
    if not options.command:
        parser.error("it has no name")
    options.task(options)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
