"""`tasks.py` and its commands: what they run, what they say when something is in the way, what they never overwrite."""

import ast
import datetime
import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbval.plugin import get_sanitize_patterns

from cnn_course import doctor
from tests.tools import tiny_wheel
from tools import TEST_SETTINGS, commands, tests
from tools.lessons import lessons

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
COMMANDS = ["lab", "test", "render", "measure", "try-gpu", "bench", "doctor"]
BUDGETS = {"00_start_here": 60, "02_convolution": 0}
POSIX = pytest.mark.skipif(os.name == "nt", reason="sends signals")
MANY_GB = "import shutil; shutil.disk_usage = lambda path: type('Usage', (), {'free': 50 * 10**9})"


def lesson_list(budgets: dict[str, int]) -> str:
    """A `lessons.toml` of lessons with these names and seconds."""
    entry = '[[lesson]]\nnumber = {}\nfile = "{}"\nseconds = {}\npart = "I"\ntitle = "A lesson"\nread = 1\ndo = 1\n'
    entry += 'answers = []\nshows = "nothing"\n'
    return "\n".join(entry.format(int(name[:2]), name, seconds) for name, seconds in budgets.items())


def lesson(output: str) -> nbformat.NotebookNode:
    """A notebook that has been executed."""
    shown = [new_output("stream", text=output)]
    return new_notebook(
        cells=[
            new_markdown_cell("# größer, ×, ≥"),
            new_code_cell("print(1)", execution_count=1, outputs=shown, metadata={"tags": ["setup"]}),
            new_code_cell(
                "#@title Solution 2.1",
                execution_count=2,
                outputs=[new_output("execute_result", {"text/plain": output}, execution_count=2)],
                metadata={"jupyter": {"source_hidden": True, "outputs_hidden": True}, "cellView": "form"},
            ),
        ]
    )


def write(notebook: nbformat.NotebookNode, path: Path) -> None:
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def found(folder: Path) -> Path:
    """Make a course of two lessons; its one package holds a JupyterLab that only says what it was told to do."""
    for name in ("tasks.py", "tools/__init__.py", "tools/lessons.py", "tools/commands.py", "cnn_course/__init__.py",
                 "cnn_course/doctor.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    shutil.copy(tiny_wheel.__file__, folder)
    lab = {"jupyterlab/__main__.py": "import sys\nprint('serving', *sys.argv[1:], flush=True)\n"}
    (folder / "requirements.in").write_text("# What it runs on\ntiny_lab\n")
    (folder / "requirements.lock").write_text(tiny_wheel.locked(tiny_wheel.wheel(folder, "tiny_lab", lab)))
    (folder / "pyproject.toml").write_text(
        f'[build-system]\nrequires = []\nbuild-backend = "tiny_wheel"\nbackend-path = ["."]\n\n[project]\n'
        f'name = "cnn_course"\nversion = "1.0"\nrequires-python = "{PROJECT["requires-python"]}"\n'
        f'dependencies = [\n    "tiny_lab>=0.9",\n]\n'
    )
    (folder / "lessons.toml").write_text(lesson_list(BUDGETS))
    (folder / "notebooks").mkdir()
    for name in BUDGETS:
        write(lesson(name), folder / f"notebooks/{name}.ipynb")
    return folder


@pytest.fixture
def folder(tmp_path) -> Path:
    """A course that nobody has used yet."""
    return found(tmp_path)


@pytest.fixture(scope="module")
def used_folder(tmp_path_factory) -> Path:
    """A course that other tests may have used before."""
    return found(tmp_path_factory.mktemp("course"))


def environment(folder: Path) -> dict[str, str]:
    """An environment in which pip knows the packages in `folder` and no others."""
    pip = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder), "PIP_NO_CACHE_DIR": "1"}
    return {name: value for name, value in os.environ.items() if not name.startswith("PIP_")} | pip


def script(*words: str, before: str = "") -> list[str]:
    """A command of the course in the current folder, with a line of Python executed first to change the machine."""
    code = f"import runpy, sys\n{MANY_GB}\n{before}\nsys.argv = {['tasks.py', *words]}\nsys.path[0] = '.'\n"
    return [sys.executable, "-c", code + "runpy.run_path('tasks.py', run_name='__main__')"]


def command_line(folder: Path, *words: str, before: str = "", **more: str) -> subprocess.CompletedProcess:
    """Run a command of the course to its end."""
    return subprocess.run(
        script(*words, before=before),
        cwd=folder,
        env=environment(folder) | more,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


def paragraph(process: subprocess.CompletedProcess) -> str:
    """What a failed command said last, as one line; fails if it is no paragraph or the exit code is 0."""
    assert process.returncode != 0
    assert "Traceback" not in process.stderr
    said = process.stderr.strip().split("\n\n")[-1]
    assert max(map(len, said.splitlines())) <= 110
    return " ".join(said.split())


@pytest.fixture
def course(folder, monkeypatch):
    """The commands in `folder`, which start no process there: `started` lists them instead.

    `exit_codes` maps a word of a command to the exit code it shall have.
    """
    state = SimpleNamespace(started=[], exit_codes={}, folder=folder)

    class Process:
        def __init__(self, command: list[str], **options):
            state.started.append(" ".join(command))
            self.command = command

        def wait(self) -> int:
            code = next((state.exit_codes[word] for word in self.command if word in state.exit_codes), 0)
            if "venv" in self.command and code == 0:
                shutil.rmtree(commands.VENV, ignore_errors=True)
                commands.PYTHON.parent.mkdir(parents=True)
                commands.PYTHON.touch()
                (commands.VENV / "pyvenv.cfg").touch()
            if "--require-hashes" in self.command and code == 0:
                (commands.VENV / "lib").mkdir()
            return code

    def look(command, **options):
        return SimpleNamespace(returncode=int(not (commands.VENV / "lib").exists()))

    fake = SimpleNamespace(Popen=Process, run=look, DEVNULL=subprocess.DEVNULL)
    monkeypatch.setattr(commands, "subprocess", fake)
    monkeypatch.setattr(commands, "obstacle", lambda: "")
    place(folder, monkeypatch)
    return state


def place(folder: Path, monkeypatch) -> None:
    """Let the commands work in `folder`."""
    before = commands.ROOT
    for name in ("ROOT", "COPIES", "VENV", "PYTHON"):
        monkeypatch.setattr(commands, name, folder / getattr(commands, name).relative_to(before))
    monkeypatch.setattr("tools.lessons.LIST", folder / "lessons.toml")
    monkeypatch.chdir(folder)


def steps(course) -> list[str]:
    """The steps of the installation that were started since the last call."""
    known = {"-m venv --clear": "venv", "--require-hashes -r requirements.lock": "lock", "--no-deps": "course"}
    found = [next(step for words, step in known.items() if words in command) for command in course.started]
    course.started.clear()
    return found


def type_in(monkeypatch, *words: str) -> None:
    """Run a command of the course in this process."""
    monkeypatch.setattr(sys, "argv", ["tasks.py", *words])
    commands.main()


# --- The command line


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(folder, command):
    process = command_line(folder, command, "--help")
    assert process.returncode == 0
    assert f"usage: tasks.py {command}" in process.stdout


def test_help_names_the_commands_and_what_they_do(folder):
    process = command_line(folder, "--help")
    assert process.returncode == 0
    assert re.findall(r"^    ([a-z-]+) +[A-Z]", process.stdout, re.MULTILINE) == COMMANDS


@pytest.mark.parametrize(("words", "complaint"), [
    ([], "Which command? "),
    (["lesson"], "There is no command lesson. "),
    (["--fast"], "There is no command --fast. "),
])  # fmt: skip
def test_an_unknown_command_gets_a_paragraph(folder, words, complaint):
    said = paragraph(command_line(folder, *words))
    assert said.startswith(complaint)
    assert "There are lab, test, render, measure, try-gpu, bench, doctor; `python3 tasks.py --help` says" in said


@pytest.mark.parametrize(("words", "complaint"), [
    (["lab", "--paint"], "--paint"),
    (["lab", "--port", "99999"], "99999 is not a port"),
    (["lab", "--port", "65536"], "65536 is not a port"),
    (["lab", "--port", "-1"], "-1 is not a port"),
    (["lab", "--port", "0"], "0 is not a port"),
    (["lab", "--port", "http"], "http is not a port"),
    (["bench", "films"], "films"),
    (["measure"], "NN"),
])  # fmt: skip
def test_a_word_that_a_command_does_not_know_gets_a_paragraph_before_anything_is_done(folder, words, complaint):
    process = command_line(folder, *words)
    said = paragraph(process)
    assert complaint in said
    assert f"`tasks.py {words[0]} --help` says" in said or "`tasks.py --help` says" in said
    assert process.stdout == ""
    assert not (folder / ".venv").exists()


@pytest.mark.parametrize("words", [
    ["lab", "--fresh", "07"], ["test", "07"], ["render", "--text", "07"], ["measure", "07"], ["try-gpu", "07"],
])  # fmt: skip
def test_an_unknown_lesson_gets_a_paragraph_before_anything_is_done(folder, words):
    process = command_line(folder, *words)
    assert "There is no lesson 07. There are 00_start_here, 02_convolution" in paragraph(process)
    assert process.stdout == ""
    assert not (folder / ".venv").exists()


@pytest.mark.parametrize(("words", "command"), [
    ("test", "tools.tests"),
    ("test --fast 02", "tools.tests --fast 02"),
    ("test 00 2", "tools.tests 00 2"),
    ("render 02", "tools.render 02"),
    ("render --text 02", "tools.render --text 02"),
    ("render 02 --text", "tools.render --text 02"),
    ("measure 02", "tools.measure 02"),
    ("measure --long 02", "tools.measure --long 02"),
    ("try-gpu", "tools.try_gpu"),
    ("try-gpu 02", "tools.try_gpu 02"),
    ("bench", "tools.bench"),
    ("bench photos", "tools.bench.photos"),
])  # fmt: skip
def test_authors_reach_each_tool_through_the_same_door(course, monkeypatch, words, command):
    type_in(monkeypatch, *words.split())
    assert course.started[-1] == f"{commands.PYTHON} -m {command}"
    module = command.split()[0].replace(".", "/")
    assert (ROOT / f"{module}.py").exists() or (ROOT / module / "__main__.py").exists()


@pytest.mark.parametrize("words", [["render", "02"], ["bench"], ["lab"]])
def test_a_tool_needs_the_packages(course, monkeypatch, words):
    type_in(monkeypatch, *words)
    course.started.pop()
    assert steps(course) == ["venv", "lock", "course"]


# --- Which Python


def interpreter(version: str) -> str | None:
    """A Python of this version on this machine, None if there is none."""
    name = f"python{version}"
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for candidate in (shutil.which(name), *sorted(pyenv.glob(f"versions/{version}.*/bin/{name}"))):
        if candidate and subprocess.run([candidate, "-c", ""], capture_output=True).returncode == 0:
            return str(candidate)
    return None


def start_with(version: str, folder: Path, *words: str) -> subprocess.CompletedProcess:
    """Run a command of the course with another Python; skips the test where this machine has none of that version."""
    python = interpreter(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    return subprocess.run([python, "tasks.py", *words], cwd=folder, capture_output=True, text=True)


OLD = ["3.6", "3.7", "3.8", "3.9", "3.10", "3.14"]


@pytest.mark.parametrize("version", ["2.7", *OLD])
@pytest.mark.parametrize("words", [["lab"], ["--help"], []])
def test_a_wrong_python_gets_a_paragraph(folder, version, words):
    process = start_with(version, folder, *words)
    said = paragraph(process)
    assert re.match(rf"This is Python {version}\.\d+\S*, and the course needs one from 3\.11 to 3\.13\. ", said)
    assert "`python3.13 tasks.py lab`" in said
    assert process.stdout == ""


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 9), (3, 14, 0)])
def test_a_python_that_calls_itself_wrong_gets_a_paragraph(folder, version):
    faked = f"sys.version_info = {version}; sys.version = '{'.'.join(map(str, version))} (faked)'"
    said = paragraph(command_line(folder, "lab", before=faked))
    assert f"This is Python {'.'.join(map(str, version))}, and the course needs" in said


@pytest.mark.parametrize("version", OLD)
def test_doctor_examines_with_any_python_since_3_6(folder, version):
    process = start_with(version, folder, "doctor")
    assert process.returncode == 1
    assert process.stderr == ""
    first, *others, last = process.stdout.splitlines()
    assert first.startswith(f"MEND  Python {version}.")
    assert "needs 3.11 or newer, and older than 3.14" in first
    assert any("of memory" in line for line in others)
    assert last.startswith("Not ready yet")


def test_before_that_doctor_says_which_python_is_needed(folder):
    assert "needs one from 3.11 to 3.13" in paragraph(start_with("2.7", folder, "doctor"))


def test_which_python_fits_is_said_in_pyproject_alone(folder):
    minor = sys.version_info[1]
    project = (folder / "pyproject.toml").read_text()
    changed = project.replace(PROJECT["requires-python"], f">=3.{minor + 1},<3.{minor + 4}")
    assert changed != project
    (folder / "pyproject.toml").write_text(changed)
    assert f"needs one from 3.{minor + 1} to 3.{minor + 3}." in paragraph(command_line(folder, "lab"))
    said = command_line(folder, "doctor").stdout
    assert f"the course needs 3.{minor + 1} or newer, and older than 3.{minor + 4}." in said


def test_an_old_python_can_read_doctor():
    ast.parse((ROOT / "cnn_course/doctor.py").read_text(encoding="utf-8"), feature_version=(3, 7))


# --- Programs that are started


def test_a_command_is_printed_and_its_exit_code_handed_on(course, capsys):
    course.exit_codes |= {"fails": 7, "killed": -9}
    commands.run("a", "b c")
    assert capsys.readouterr().out == "$ a 'b c'\n"
    for word, code in (("fails", 7), ("killed", 128 + 9)):
        with pytest.raises(SystemExit) as stopped:
            commands.run("it", word)
        assert stopped.value.code == code


PROGRAM = """\
import signal, sys, time
def end(number, frame):
    print("told", signal.Signals(number).name, flush=True)
    time.sleep(0.5)  # a program that ends in its own time
    print("done", flush=True)
    sys.exit({code})
signal.signal(signal.SIGINT, end), signal.signal(signal.SIGTERM, end)
print("asleep", flush=True)
while True:
    time.sleep(0.05)  # a signal that comes just before a sleep is heard after it
"""


@POSIX
@pytest.mark.parametrize("code", [0, 5])
@pytest.mark.parametrize(("number", "send"), [
    (signal.SIGINT, "killpg"),  # a terminal tells all its programs
    (signal.SIGTERM, "kill"),
])  # fmt: skip
def test_a_program_told_to_end_ends_in_its_own_way_and_gets_no_advice(number, send, code):
    run = "import sys; from tools import commands; commands.run(sys.executable, '-c', sys.argv[1], advice='Dig up the "
    run += "network.'); print('went on')"
    started = [sys.executable, "-c", run, PROGRAM.format(code=code)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(started, cwd=ROOT, start_new_session=True, **pipes) as process:
        while process.stdout.readline() != "asleep\n":
            pass
        getattr(os, send)(process.pid, number)
        assert process.wait(timeout=60) == code
        assert process.stdout.read() == f"told {signal.Signals(number).name}\ndone\n"
        assert process.stderr.read() == ""


@POSIX
def test_a_signal_that_comes_before_the_program_is_handed_on(monkeypatch):
    start, handler = subprocess.Popen, signal.getsignal(signal.SIGTERM)

    def told_then_started(command, **options):
        os.kill(os.getpid(), signal.SIGTERM)
        return start(command, **options)

    monkeypatch.setattr(subprocess, "Popen", told_then_started)
    with pytest.raises(SystemExit) as stopped:
        commands.run(sys.executable, "-c", "while True: pass", advice="Dig up the network.")
    assert stopped.value.code == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) == handler


def test_a_program_that_fails_gets_its_advice(course):
    course.exit_codes["fails"] = 1
    with pytest.raises(SystemExit, match="Dig up the network"):
        commands.run("it", "fails", advice="Dig up the network.")


# --- The installation, step by step


def test_a_second_start_installs_nothing(course):
    commands.prepare()
    assert steps(course) == ["venv", "lock", "course"]
    commands.prepare()
    assert steps(course) == []


@pytest.mark.parametrize(("failing", "done"), [("venv", 1), ("--require-hashes", 2), ("--no-deps", 3)])
@pytest.mark.parametrize("exit_code", [1, -2])
def test_an_interrupted_installation_is_not_trusted(course, failing, done, exit_code):
    course.exit_codes[failing] = exit_code
    with pytest.raises(SystemExit) as stopped:
        commands.prepare()
    assert stopped.value.code not in (0, None)
    assert len(steps(course)) == done
    course.exit_codes.clear()
    commands.prepare()
    assert steps(course) == (["course"] if done == 3 else ["venv", "lock", "course"])
    commands.prepare()
    assert steps(course) == []


def test_other_packages_are_installed_anew(course):
    commands.prepare()
    steps(course)
    (course.folder / "requirements.lock").write_text("numpy==2.5")
    commands.prepare()
    assert steps(course) == ["venv", "lock", "course"]


def test_another_python_gets_its_own_installation(course, monkeypatch):
    commands.prepare()
    steps(course)
    monkeypatch.setattr(sys, "version_info", (3, sys.version_info[1] + 1, 0))
    commands.prepare()
    assert steps(course) == ["venv", "lock", "course"]


@pytest.mark.parametrize("part", ["lib", "pyvenv.cfg"])
def test_a_damaged_environment_is_made_anew(course, part):
    commands.prepare()
    steps(course)
    shutil.move(commands.VENV / part, course.folder)
    commands.prepare()
    assert steps(course) == ["venv", "lock", "course"]


def test_a_changed_project_installs_only_the_course(course):
    commands.prepare()
    steps(course)
    (course.folder / "pyproject.toml").write_text("changed")
    commands.prepare()
    assert steps(course) == ["course"]


def test_a_moved_folder_installs_only_the_course(course, folder, monkeypatch):
    commands.prepare()
    steps(course)
    monkeypatch.chdir(folder.parent)
    place(folder.rename(folder.with_name("moved")), monkeypatch)
    commands.prepare()
    assert steps(course) == ["course"]


def test_pip_is_kept_to_the_environment(course):
    commands.prepare()
    assert [" -m pip --require-virtualenv install " in command for command in course.started] == [False, True, True]


def test_a_finished_installation_needs_no_right_to_write(course):
    commands.prepare()
    (course.folder / ".venv.lock").unlink()
    (course.folder / ".venv.lock").mkdir()  # whoever tries to open it as a file fails, even an administrator
    steps(course)
    commands.prepare()
    assert steps(course) == []


# --- The installation in earnest


def test_a_folder_that_cannot_be_written_to_gets_a_paragraph(folder):
    (folder / ".venv.lock").mkdir()
    process = command_line(folder, "lab")
    assert "nothing can be written there: Is a directory. Copy the whole folder" in paragraph(process)
    assert not (folder / ".venv").exists()


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_gets_a_paragraph(folder, module):
    missing = f"import importlib.util as u; real = u.find_spec; u.find_spec = lambda n: n != '{module}' and real(n)"
    process = command_line(folder, "lab", before=missing)
    assert "sudo apt install python3-venv" in paragraph(process)
    assert not (folder / ".venv").exists()


def test_a_full_disk_gets_a_paragraph(folder):
    process = command_line(folder, "lab", before=MANY_GB.replace("50", "3"))
    assert f"need {doctor.INSTALLATION_GB} GB" in paragraph(process)
    assert not (folder / ".venv").exists()


def test_no_network_gets_a_paragraph_and_leaves_no_note(folder):
    (folder / "requirements.lock").write_text(f"keras==3.15.1 --hash=sha256:{'0' * 64}")
    process = command_line(folder, "lab", PIP_NO_INDEX="", PIP_INDEX_URL="http://127.0.0.1:9/", PIP_RETRIES="0")
    said = paragraph(process)
    assert "the network cannot be reached" in said
    assert "the same command again" in said
    assert list(folder.glob(".venv/*.done")) == []
    said = command_line(folder, "doctor")
    assert said.returncode == 1
    assert "MEND  The installation in .venv is unfinished or damaged." in said.stdout


@POSIX
@pytest.mark.parametrize("damage", [
    lambda venv: shutil.rmtree(venv / "lib"),
    lambda venv: (venv / "pyvenv.cfg").unlink(),
    lambda venv: [python.unlink() for python in venv.glob("bin/python*")],
    lambda venv: [python.unlink() or python.write_text("for another machine") for python in venv.glob("bin/python*")],
], ids=["no lib", "no pyvenv.cfg", "no python", "a python that does not start"])  # fmt: skip
def test_damage_is_told_by_doctor_and_mended_by_lab(used_folder, damage):
    assert "serving" in command_line(used_folder, "lab").stdout
    said = command_line(used_folder, "doctor").stdout
    assert "fine  Packages: tiny_lab 1.0." in said
    assert "MEND  The installation" not in said
    damage(used_folder / ".venv")
    process = command_line(used_folder, "doctor")
    assert process.returncode == 1
    assert "MEND  The installation in .venv is unfinished or damaged. `python3 tasks.py lab` repeats" in process.stdout
    process = command_line(used_folder, "lab")
    assert (process.returncode, process.stderr) == (0, "")
    assert process.stdout.count(" -m venv --clear ") == 1
    assert "serving" in process.stdout
    assert "fine  Packages: tiny_lab 1.0." in command_line(used_folder, "doctor").stdout


def test_of_two_first_starts_one_installs_and_the_other_waits(folder, monkeypatch):
    monkeypatch.setattr(commands, "ROOT", folder)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with commands.alone():
        both = [subprocess.Popen(script("lab"), cwd=folder, env=environment(folder), **pipes) for _ in range(2)]
        assert ["this one waits" in process.stdout.readline() for process in both] == [True, True]
        assert not (folder / ".venv").exists()
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert ["serving" in text for text in said] == [True, True]
    assert sorted(text.count(" -m venv --clear ") for text in said) == [0, 1]
    assert sorted(text.count("--require-hashes") for text in said) == [0, 1]


@POSIX
def test_a_killed_command_holds_the_lock_as_long_as_its_installer_runs(folder, monkeypatch):
    monkeypatch.setattr(commands, "ROOT", folder)
    installer = "import os; print(os.getpid(), flush=True); input()"
    hold = "import sys\nfrom tools import commands as c\nwith c.alone(): c.run(sys.executable, '-c', sys.argv[1])"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}

    def free() -> bool:
        with (folder / ".venv.lock").open("w") as file:
            return commands.locked(file)

    with subprocess.Popen([sys.executable, "-c", hold, installer], cwd=folder, **pipes) as process:
        process.stdout.readline()
        assert process.stdout.readline().strip().isdecimal()
        process.kill()
        process.wait()
        assert not free()
        process.stdin.write("end\n")
        process.stdin.flush()
        assert process.stdout.read() == ""  # it has ended
        with commands.alone():  # waits for the lock; a test that hangs here has failed
            assert not free()
    assert free()


@POSIX
@pytest.mark.parametrize(("number", "free"), [
    (errno.EAGAIN, False), (errno.EACCES, False), (errno.ENOLCK, True), (errno.EOPNOTSUPP, True),
])  # fmt: skip
def test_a_disk_that_knows_no_locks_is_used_without(folder, monkeypatch, number, free):
    def refuse(file, operation):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", refuse)
    with (folder / ".venv.lock").open("w") as file:
        assert commands.locked(file) == free


# --- The learner's copies


def without_outputs(path: Path) -> str:
    """The file of a notebook that nobody has executed, as nbformat writes it."""
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if "jupyter" in cell.metadata:
                cell.metadata.jupyter.pop("outputs_hidden", None)
    return nbformat.writes(notebook) + "\n"


def test_a_copy_is_the_lesson_without_its_outputs(folder, course, monkeypatch):
    type_in(monkeypatch, "lab")
    for name in BUDGETS:
        original = folder / f"notebooks/{name}.ipynb"
        copy = (folder / f"my_notebooks/{name}.ipynb").read_bytes()
        assert copy == without_outputs(original).encode()
        assert copy != original.read_bytes()
        assert "größer, ×, ≥".encode() in copy
        assert json.loads(copy)["cells"][2]["metadata"]["jupyter"] == {"source_hidden": True}


@pytest.mark.parametrize("name", [lesson.file for lesson in lessons()])
def test_a_copy_of_each_lesson_differs_in_nothing_else(tmp_path, name):
    original = ROOT / f"notebooks/{name}.ipynb"
    commands.write_copy(original, tmp_path / "copy.ipynb")
    assert (tmp_path / "copy.ipynb").read_text(encoding="utf-8") == without_outputs(original)


def test_lab_opens_lesson_00_and_passes_its_options_on(course, monkeypatch):
    type_in(monkeypatch, "lab", "--no-browser", "--port", "8899")
    command = course.started[-1]
    assert "-m jupyterlab" in command
    assert "/lab/tree/my_notebooks/00_start_here.ipynb" in command
    assert "--no-browser --port=8899" in command
    type_in(monkeypatch, "lab")
    assert "--port" not in course.started[-1]


def test_lab_adds_missing_copies_and_touches_no_other(course, folder, monkeypatch):
    type_in(monkeypatch, "lab")
    mine = folder / "my_notebooks"
    assert sorted(path.name for path in mine.iterdir()) == ["00_start_here.ipynb", "02_convolution.ipynb"]
    write(lesson("what I have computed"), mine / "02_convolution.ipynb")
    before = (mine / "02_convolution.ipynb").read_bytes()
    written = (mine / "02_convolution.ipynb").stat().st_mtime_ns
    (mine / "00_start_here.ipynb").unlink()
    write(lesson("a newer lesson"), folder / "notebooks/02_convolution.ipynb")
    type_in(monkeypatch, "lab")
    assert (mine / "02_convolution.ipynb").read_bytes() == before
    assert (mine / "02_convolution.ipynb").stat().st_mtime_ns == written
    assert (mine / "00_start_here.ipynb").read_text() == without_outputs(folder / "notebooks/00_start_here.ipynb")


def test_fresh_sets_the_old_copy_aside_each_time(course, folder, monkeypatch):
    type_in(monkeypatch, "lab")
    copy = folder / "my_notebooks/02_convolution.ipynb"
    for work in ("first", "second", "third"):
        copy.write_text(work)
        type_in(monkeypatch, "lab", "--fresh", "02")
        assert copy.read_text() == without_outputs(folder / "notebooks/02_convolution.ipynb")
    today = datetime.date.today().isoformat()
    aside = sorted(folder.glob(f"my_notebooks/02_convolution.{today}*.ipynb"))
    assert sorted(path.read_text() for path in aside) == ["first", "second", "third"]
    assert (folder / f"my_notebooks/02_convolution.{today}.ipynb").read_text() == "first"


@pytest.mark.parametrize(("error", "raised"), [
    (KeyboardInterrupt(), KeyboardInterrupt),
    (OSError(errno.ENOSPC, "No space left on device"), SystemExit),
    (PermissionError(errno.EACCES, "Permission denied"), SystemExit),
])  # fmt: skip
def test_an_interrupted_copy_is_no_copy(course, folder, monkeypatch, error, raised):
    def write_half(path, text, **options):
        path.write_bytes(text[: len(text) // 2].encode())
        raise error

    with monkeypatch.context() as patched, pytest.raises(raised) as stopped:
        patched.setattr(Path, "write_text", write_half)
        commands.copy_lessons([])
    if raised is SystemExit:
        said = " ".join(str(stopped.value).split())
        assert f"cannot be written to {folder / 'my_notebooks'}: {error.strerror}." in said
    assert list((folder / "my_notebooks").iterdir()) == []
    commands.copy_lessons([])
    assert sorted(path.stem for path in (folder / "my_notebooks").iterdir()) == sorted(BUDGETS)


def test_a_copy_gets_its_name_when_it_is_whole(course, folder, monkeypatch):
    written = []

    def write_and_note(path, text, **options):
        written.append(path)
        return path.write_bytes(text.encode())

    monkeypatch.setattr(Path, "write_text", write_and_note)
    commands.copy_lessons([])
    assert len(written) == len(BUDGETS)
    assert [path for path in written if path.suffix == ".ipynb" or path.exists()] == []
    assert sorted(path.stem for path in (folder / "my_notebooks").iterdir()) == sorted(BUDGETS)


def test_a_file_in_the_place_of_the_copies_gets_a_paragraph(course, folder):
    (folder / "my_notebooks").write_text("mine")
    with pytest.raises(SystemExit) as stopped:
        commands.copy_lessons([])
    assert "If a file has that name, rename it" in " ".join(str(stopped.value).split())
    assert (folder / "my_notebooks").read_text() == "mine"


# --- The tests of the lessons


@pytest.mark.parametrize(("words", "expected"), [
    (["02"], ["tests/lessons", "--nbval"]),
    (["--fast", "02"], ["tests/lessons"]),
    (["02", "--fast"], ["tests/lessons"]),
    (["--fast"], ["ruff", "mypy", "pytest"]),
    ([], ["ruff", "mypy", "--cov", "--nbval", "combine", "report"]),
])  # fmt: skip
def test_fast_executes_no_cell(monkeypatch, words, expected):
    ran = []
    monkeypatch.setattr(tests, "run", lambda *words: ran.append([str(word) for word in words]))
    monkeypatch.setenv("COVERAGE_FILE", "")
    tests.main(words)
    assert len(ran) == len(expected)
    assert all(word in command for word, command in zip(expected, ran, strict=True))
    assert ["--nbval" in command for command in ran] == [word == "--nbval" for word in expected]


def test_a_lesson_is_tested_for_its_form_its_claims_and_its_exercises():
    chosen = tests.selection(lessons("3"))
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "tests/lessons"]
    process = subprocess.run([*command, "-k", chosen], cwd=ROOT, capture_output=True, text=True)
    assert process.returncode == 0, process.stdout
    found = [line for line in process.stdout.splitlines() if "::" in line]
    assert {"test_form", "test_claims", "test_checks"} <= {Path(line.partition("::")[0]).stem for line in found}
    assert [line for line in found if not re.search(r"\[03\b|\[03_relu\b|[\[-]3\.\d\]", line)] == []
    assert {number for line in found for number in re.findall(r"[\[-](3\.\d)\]", line)} == {"3.1", "3.2", "3.3"}


def run_nbval(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess:
    """Test the notebooks in `folder` as any user of nbval would, with the settings of the course's `conftest.py`."""
    (folder / "pytest.ini").write_text("[pytest]\n")  # makes `folder` the root
    shutil.copy(ROOT / "conftest.py", folder)
    (folder / "tests").mkdir(exist_ok=True)
    shutil.copy(ROOT / "tests/nbval_sanitize.cfg", folder / "tests")
    own = {name: value for name, value in os.environ.items() if name not in TEST_SETTINGS}
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", *words]
    return subprocess.run(command, cwd=folder / "notebooks", env=own | environment, capture_output=True, text=True)


def show_settings(values: dict[str, str]) -> nbformat.NotebookNode:
    """A notebook that shows settings of its kernel and an address; its stored output has these, and an address."""
    source = f"import os\nprint([os.environ.get(name) for name in {[*values]}], hex(id(os)))"
    shown = new_output("stream", text=f"{[*values.values()]} 0x123456abcdef\n")
    return new_notebook(cells=[new_code_cell(source, execution_count=1, outputs=[shown])])


def test_notebooks_run_with_the_settings_of_their_stored_outputs_unless_somebody_sets_others(folder):
    write(show_settings(TEST_SETTINGS), folder / "notebooks/00_start_here.ipynb")
    (folder / "notebooks/02_convolution.ipynb").unlink()
    process = run_nbval(folder)
    assert process.returncode == 0, process.stdout
    process = run_nbval(folder, OMP_NUM_THREADS="7")
    assert process.returncode == 1
    assert "'7'" in process.stdout


def test_what_may_differ_between_machines_is_left_out_of_the_comparison():
    """By nbval's own reading: it passes over a pattern whose replacement is empty, without a word."""
    text = (ROOT / "tests/nbval_sanitize.cfg").read_text(encoding="utf-8")
    patterns = get_sanitize_patterns(text)
    assert len(patterns) == text.count("\nregex:") == text.count("\nreplace:") > 0

    def alike(one, other):
        for pattern, replacement in patterns:
            one, other = re.sub(pattern, replacement, one), re.sub(pattern, replacement, other)
        return one == other

    assert alike("✓ ahead  (here 0.43)\n✓ no better  (here -0.2)\n", "✓ ahead  (here 0.416)\n✓ no better  (here 0)\n")
    assert alike("✓ the same loss  (here 2.82e-05)", "✓ the same loss  (here 6.03e-05)")
    assert not alike("✓ 20 points ahead  (here 0.43)", "✗ 20 points ahead  (here 0.1)")
    assert not alike("✓ 20 points ahead  (here 0.43)", "✓ 30 points ahead  (here 0.43)")
    assert alike("<Figure size 430x500 with 2 Axes>", "<Figure size 430.5x499 with 2 Axes>")
    assert not alike("<Figure size 430x500 with 2 Axes>", "<Figure size 430x500 with 3 Axes>")
    assert alike("Sizes: two cores", "Sizes: a GPU") and not alike("Sizes: two cores\nA", "Sizes: two cores\nB")
    assert alike(f"at 0x7f77cf83c220 in {ROOT / 'data'}", f"at 0x1234567 in {ROOT}")


def test_a_lesson_over_its_budget_is_pointed_out_and_does_not_fail(folder):
    for name in (*BUDGETS, "a_notebook_of_my_own"):
        write(show_settings({}), folder / f"notebooks/{name}.ipynb")
    process = run_nbval(folder, "-n", "2")
    assert process.returncode == 0, process.stdout
    assert "3 passed" in process.stdout
    timed = dict(re.findall(r"^ *\d+\.\d\d min  (\w+)\.ipynb(.*)$", process.stdout, re.MULTILINE))
    assert timed == {"00_start_here": "", "02_convolution": "  over its budget", "a_notebook_of_my_own": ""}
