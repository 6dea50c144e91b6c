"""The commands of the course. The first that needs it installs the packages into `.venv`.

Standard library only, since it runs before anything is installed; `tasks.py` makes sure that the Python fits.
"""

import argparse
import contextlib
import datetime
import errno
import json
import os
import shlex
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NoReturn

from cnn_course.doctor import obstacle
from tools.lessons import ROOT, UnknownLessonError, lessons

COPIES = ROOT / "my_notebooks"
SCRIPTS = ("train_multi.py",)  # what lessons run besides their notebooks, and a learner may change
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def stop(message: str) -> NoReturn:
    """End with a paragraph that says what to do."""
    sys.exit("\n" + textwrap.fill(message, 100, break_long_words=False, break_on_hyphens=False))


def run(*words: object, advice: str = "") -> None:
    """Print a command and run it; where it fails, stop with `advice` or with its exit code.

    A program that is told to end does so in its own way, and we with it. Ctrl-C reaches it without our help; SIGTERM
    is handed on, or a server would outlive the command that started it.
    """
    command = [str(word) for word in words]
    print("$ " + shlex.join(command), flush=True)
    process: subprocess.Popen[bytes] | None = None
    told_to_end: list[int] = []

    def hand_on(number: int, _: object) -> None:
        told_to_end.append(number)
        if process and number == signal.SIGTERM:
            process.terminate()

    before = {number: signal.signal(number, hand_on) for number in (signal.SIGINT, signal.SIGTERM)}
    process = subprocess.Popen(command, close_fds=False)  # what installs keeps the lock, even if we are killed
    if signal.SIGTERM in told_to_end:  # it came before there was a program
        process.terminate()
    code = process.wait()
    for number, handler in before.items():
        signal.signal(number, handler)
    if code and advice and not told_to_end:
        stop(advice)
    if code or told_to_end:
        sys.exit(code if code >= 0 else 128 - code)  # as a shell names the signal that ended a program


# --- The installation


def prepare() -> None:
    """Install into `.venv` what is not there yet; of several commands that want to, one does it and the others wait."""
    if not (packages_done() and course_done()):
        with alone():
            if not packages_done():
                install_packages()
            if not course_done():
                install_course()


def packages_note() -> tuple[Path, bytes]:
    """Where it is noted, once the packages are installed, what they were installed from, and what it was."""
    lock = (ROOT / "requirements.lock").read_bytes()
    return VENV / "packages.done", str(sys.version_info[:2]).encode() + lock


def course_note() -> tuple[Path, bytes]:
    """The same for the package of the course, which is installed from this folder."""
    return VENV / "course.done", os.fsencode(ROOT) + (ROOT / "pyproject.toml").read_bytes()


def found(note: Path, content: bytes) -> bool:
    """Whether a note is there with this content; what was interrupted has left none."""
    return note.exists() and note.read_bytes() == content


def packages_done() -> bool:
    """Whether the packages are installed, and still there: a note outlives a folder that was deleted beside it."""
    return found(*packages_note()) and usable()


def course_done() -> bool:
    """Whether the package of the course is installed from this folder as it is now."""
    return found(*course_note())


def usable() -> bool:
    """Whether `.venv` is an environment of its own, whose Python starts and finds what `requirements.in` asks for."""
    if not (VENV / "pyvenv.cfg").exists():
        return False
    lines = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    look = "import sys; from importlib.metadata import version; [version(name) for name in sys.argv[1:]]"
    try:
        return subprocess.run([PYTHON, "-I", "-c", look, *names], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:  # it is gone, or made for another machine
        return False


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold the lock of the installation, until this process and all that it has started in the meantime have ended."""
    try:
        file = (ROOT / ".venv.lock").open("w")
    except OSError as error:
        stop(f"The packages are to be installed into {VENV}, and nothing can be written there: {error.strerror}. Copy "
             "the whole folder of the course to a place that is yours, and type the same command there.")
    with file:
        os.set_inheritable(file.fileno(), True)
        if not locked(file):
            print("Another command is installing the packages; this one waits until that is done.", flush=True)
            while not locked(file):
                time.sleep(1)
        yield


def locked(file: IO[str]) -> bool:
    """Lock a file for this process, unless another one has done so."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EAGAIN, errno.EACCES)  # any other error: this disk knows no locks
    return True


def install_packages() -> None:
    """Make `.venv` anew, with all packages of the lock; a second time needs no download, since pip keeps them."""
    if in_the_way := obstacle():
        stop(in_the_way)
    print(f"Installing the packages into {VENV}: once, about 1 GB to fetch, two to ten minutes.", flush=True)
    run(sys.executable, "-m", "venv", "--clear", VENV, advice=f"Python could not make {VENV}; its reason is above. "
        "Close whatever still runs from that folder, or delete it, then type the same command again.")
    pip("--require-hashes", "-r", "requirements.lock", advice="pip could not install the packages; its reason is "
        "above. Most often the network cannot be reached, or the disk is full. Mend that, then type the same command "
        "again: what has been fetched is kept.")
    note, content = packages_note()
    note.write_bytes(content)


def install_course() -> None:
    """Install the package of the course, and have Lab not ask about news at its first start."""
    pip("-q", "--no-deps", "--no-build-isolation", "-e", ".")
    settings = VENV / "share/jupyter/lab/settings/overrides.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    no_news = {"fetchNews": "false", "checkForUpdates": False}
    settings.write_text(json.dumps({"@jupyterlab/apputils-extension:notification": no_news}))
    note, content = course_note()
    note.write_bytes(content)


def pip(*words: str, advice: str = "") -> None:
    """Install with pip, into `.venv` and nowhere else: if it is damaged, its Python can be the system's."""
    run(PYTHON, "-m", "pip", "--require-virtualenv", "install", *words, advice=advice)


# --- The learner's copies


def copy_lessons(fresh: list[str]) -> None:
    """Copy lessons and scripts that have no copy yet, those in `fresh` after theirs are set aside; change no copy."""
    replaced = [lesson.path.name for lesson in lessons(*fresh)] if fresh else []
    try:
        COPIES.mkdir(exist_ok=True)
        for lesson in lessons():
            copy = COPIES / lesson.path.name
            if copy.name in replaced and copy.exists():
                set_aside(copy)
            if not copy.exists():
                write_copy(lesson.path, copy)
        for name in SCRIPTS:
            script, copy = ROOT / "notebooks" / name, COPIES / name
            if script.exists() and not copy.exists():
                write_whole(script.read_text(encoding="utf-8"), copy)
    except OSError as error:
        stop(f"Your copies of the lessons cannot be written to {COPIES}: {error.strerror}. If a file has that name, "
             "rename it; if the folder belongs to somebody else, copy the whole course to a place that is yours. Then "
             "type the same command there.")


def set_aside(copy: Path) -> None:
    """Give a copy another name, with today's date."""
    aside = copy.with_suffix(f".{datetime.date.today()}.ipynb")
    while aside.exists():
        aside = aside.with_suffix(".again.ipynb")
    copy.rename(aside)


def write_copy(lesson: Path, copy: Path) -> None:
    """Write a lesson without its outputs, whole or not at all: learners predict, then see it happen."""
    notebook = json.loads(lesson.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(execution_count=None, outputs=[])
            cell["metadata"].get("jupyter", {}).pop("outputs_hidden", None)
    write_whole(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", copy)  # as nbformat writes it


def write_whole(text: str, copy: Path) -> None:
    """Write a file, whole or not at all."""
    unfinished = copy.with_suffix(f".{os.getpid()}")
    try:
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        unfinished.replace(copy)
    finally:
        unfinished.unlink(missing_ok=True)


# --- The commands: what their docstrings say is their help


def lab(options: argparse.Namespace) -> None:
    """Open JupyterLab on the first lesson, in your own copies of the lessons (my_notebooks)."""
    lessons(*options.fresh)
    prepare()
    copy_lessons(options.fresh)
    first = f"--LabApp.default_url=/lab/tree/{COPIES.name}/{lessons()[0].path.name}"
    passed_on = ["--no-browser"] * options.no_browser + [f"--port={options.port}"] * bool(options.port)
    if sys.platform != "win32" and os.geteuid() == 0:
        passed_on.append("--allow-root")  # as in a container
    run(PYTHON, "-m", "jupyterlab", f"--ServerApp.root_dir={ROOT}", first, *passed_on)


def test(options: argparse.Namespace) -> None:
    """Check everything the course claims; with names of lessons, only those."""
    run_tool("tools.tests", options.lesson, *["--fast"] * options.fast)


def render(options: argparse.Namespace) -> None:
    """Execute lessons and write them in their normal form (for authors)."""
    run_tool("tools.render", options.lesson, *["--text"] * options.text)


def measure(options: argparse.Namespace) -> None:
    """Measure how much the claims of lessons vary from run to run (for authors)."""
    run_tool("tools.measure", options.lesson, *["--long"] * options.long)


def try_gpu(options: argparse.Namespace) -> None:
    """Try the sizes for a GPU, one step each fit: shapes and memory (for authors)."""
    run_tool("tools.try_gpu", options.lesson)


def bench(options: argparse.Namespace) -> None:
    """Measure our layers, the pretrained net and the lessons' trainings (for authors)."""
    run_tool("tools.bench.photos" if options.photos else "tools.bench", [])


def doctor(options: argparse.Namespace) -> None:
    """Say in plain words whether this machine is ready, and what to do if not."""
    run(PYTHON if usable() else sys.executable, "cnn_course/doctor.py")


def run_tool(module: str, names: list[str], *flags: str) -> None:
    """Run a program of `tools`, which needs the packages."""
    lessons(*names)
    prepare()
    run(PYTHON, "-m", module, *flags, *names)


COMMANDS = {"lab": lab, "test": test, "render": render, "measure": measure, "try-gpu": try_gpu, "bench": bench,
            "doctor": doctor}


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is a paragraph."""

    def error(self, message: str) -> NoReturn:
        """Say what was wrong and where help is."""
        stop(f"`{self.prog}` does not understand this: {message}. `{self.prog} --help` says what it can do.")


def parser() -> Parser:
    """The commands and what each of them takes."""
    whole = Parser(prog="tasks.py", description=(__doc__ or "").partition("\n")[0])
    commands = whole.add_subparsers(title="commands", metavar="")
    for name, command in COMMANDS.items():
        described = commands.add_parser(name, help=command.__doc__, description=command.__doc__)
        described.set_defaults(command=command)
    add = {name: commands.choices[name].add_argument for name in COMMANDS}
    add["lab"]("--fresh", metavar="NN", nargs="+", default=[], help="set your copy of a lesson aside and begin it anew")
    add["lab"]("--no-browser", action="store_true", help="print the address and open nothing")
    add["lab"]("--port", type=port, help="port of the server")
    add["test"]("--fast", action="store_true", help="leave the cells of the notebooks out")
    add["render"]("--text", action="store_true", help="execute nothing: only text has changed")
    add["measure"]("--long", action="store_true", help="five times the steps, and another draw of the data")
    add["bench"]("photos", nargs="?", choices=["photos"], help="a large folder of photos instead")
    add["measure"]("lesson", metavar="NN", nargs="+", help="number or name of a lesson")
    for name in ("test", "render", "try-gpu"):
        add[name]("lesson", metavar="NN", nargs="*", help="number or name of a lesson; without any, all of them")
    return whole


def port(text: str) -> int:
    """The number of a port."""
    if not (text.isdecimal() and 1 <= int(text) <= 65_535):
        raise argparse.ArgumentTypeError(f"{text} is not a port; those have numbers from 1 to 65535")
    return int(text)


def main() -> None:
    """Run the command that the command line names."""
    os.chdir(ROOT)
    words = sys.argv[1:]
    if not words or words[0] not in (*COMMANDS, "-h", "--help"):
        there_are = f"There are {', '.join(COMMANDS)}; `python3 tasks.py --help` says what each does."
        stop(f"There is no command {words[0]}. {there_are}" if words else f"Which command? {there_are}")
    options = parser().parse_args(words)
    try:
        options.command(options)
    except UnknownLessonError as error:
        stop(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
