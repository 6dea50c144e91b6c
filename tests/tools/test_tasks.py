"""`tasks.py`: what it runs, what it says when something is in the way, and what it never overwrites."""

import ast
import datetime
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import conftest

ROOT = Path(__file__).parents[2]
COMMANDS = ["lab", "test", "render", "doctor", "bench"]


@pytest.fixture
def folder(tmp_path) -> Path:
    """A course of two lessons and no packages."""
    shutil.copy(ROOT / "tasks.py", tmp_path)
    (tmp_path / "requirements.lock").write_text("")
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "notebooks").mkdir()
    for name in ("00_start_here", "02_convolution"):
        (tmp_path / f"notebooks/{name}.ipynb").write_text(f"the course's {name}")
    return tmp_path


def command_line(folder: Path, *words: str, before: str = "", **environment: str) -> subprocess.CompletedProcess:
    """Run a command of the course as a process, with a line of Python executed first to change the machine."""
    script = f"import runpy, sys\n{before}\nsys.argv = {['tasks.py', *words]}\n"
    script += "runpy.run_path('tasks.py', run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env=os.environ | environment,
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
def tasks(folder, monkeypatch):
    """The copy of `tasks.py` in `folder` as a module that starts no process: `tasks.started` lists them instead.

    `tasks.exit_codes` maps a word of a command to the exit code it shall have.
    """
    module = load(folder, monkeypatch)
    monkeypatch.chdir(folder)
    return module


def load(folder: Path, monkeypatch):
    spec = importlib.util.spec_from_file_location("tasks_under_test", folder / "tasks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.started, module.exit_codes = [], {}

    class Process:
        def __init__(self, command: list[str]):
            module.started.append(" ".join(command))
            self.returncode = None
            self.command = command

        def wait(self):
            self.returncode = next((module.exit_codes[word] for word in self.command if word in module.exit_codes), 0)
            if "venv" in self.command and self.returncode == 0:
                shutil.rmtree(module.VENV, ignore_errors=True)
                module.PYTHON.parent.mkdir(parents=True)
                module.PYTHON.touch()

    monkeypatch.setattr(module, "subprocess", type("Subprocess", (), {"Popen": Process}))
    return module


def steps(tasks) -> list[str]:
    """The steps of the installation that were started since the last call."""
    known = {"-m venv --clear": "venv", "--require-hashes -r requirements.lock": "lock", "--no-deps": "course"}
    found = [next(step for words, step in known.items() if words in command) for command in tasks.started]
    tasks.started.clear()
    return found


# --- The command line


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(folder, command):
    process = command_line(folder, command, "--help")
    assert process.returncode == 0
    assert f"usage: tasks.py {command}" in process.stdout


@pytest.mark.parametrize("words", [["lesson"], [], ["lab", "--paint"], ["--fast"]])
def test_an_unknown_command_gets_a_paragraph(folder, words):
    said = paragraph(command_line(folder, *words))
    assert "not a command of the course" in said
    assert "tasks.py --help" in said


@pytest.mark.parametrize("words", [["lab", "--fresh", "07"], ["test", "07"], ["render", "07_backpropagation"]])
def test_an_unknown_lesson_gets_a_paragraph_before_anything_is_done(folder, words):
    process = command_line(folder, *words)
    assert "There is no lesson 07" in paragraph(process)
    assert "00_start_here, 02_convolution" in paragraph(process)
    assert process.stdout == ""
    assert not (folder / ".venv").exists()


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 14, 0), (2, 7, 18)])
def test_a_wrong_python_gets_a_paragraph(folder, version):
    faked = f"sys.version_info = {version}; sys.version = '{'.'.join(map(str, version))} (faked)'"
    said = paragraph(command_line(folder, "lab", before=faked))
    assert f"This is Python {'.'.join(map(str, version))}" in said
    assert "python3.12 tasks.py lab" in said


@pytest.mark.parametrize("name", ["tasks.py", "cnn_course/doctor.py"])
def test_an_old_python_can_read_far_enough(name):
    ast.parse((ROOT / name).read_text(encoding="utf-8"), feature_version=(3, 7))


def test_lessons_are_found_by_number_and_by_name(tasks):
    assert [path.stem for path in tasks.lessons()] == ["00_start_here", "02_convolution"]
    for name in ("02", "2", "02_convolution", "02_convolution.ipynb", "notebooks/02_convolution.ipynb"):
        assert [path.stem for path in tasks.lessons(name)] == ["02_convolution"]


def test_a_command_is_printed_and_its_exit_code_handed_on(tasks, capsys):
    tasks.exit_codes["fails"] = 7
    tasks.run("a", "b c")
    assert capsys.readouterr().out == "$ a 'b c'\n"
    with pytest.raises(SystemExit) as stopped:
        tasks.run("it", "fails")
    assert stopped.value.code == 7


@pytest.mark.skipif(os.name == "nt", reason="sends a signal to a process group")
def test_ctrl_c_leaves_the_end_to_the_program(folder):
    (folder / "cnn_course").mkdir()
    (folder / "cnn_course/doctor.py").write_text(
        "import sys, time\n"
        "try:\n    print('asleep', flush=True)\n    time.sleep(60)\n"
        "except KeyboardInterrupt:\n    time.sleep(1)\n    sys.exit(5)\n"
    )
    command = [sys.executable, "tasks.py", "doctor"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=folder, start_new_session=True, **pipes) as process:
        while process.stdout.readline() != "asleep\n":
            pass
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait() == 5
        assert process.stderr.read() == ""


# --- The environment


def test_a_second_start_installs_nothing(tasks):
    tasks.prepare()
    assert steps(tasks) == ["venv", "lock", "course"]
    tasks.prepare()
    assert steps(tasks) == []


@pytest.mark.parametrize(("failing", "done"), [("venv", 1), ("--require-hashes", 2), ("--no-deps", 3)])
@pytest.mark.parametrize("exit_code", [1, -2])
def test_an_interrupted_installation_is_not_trusted(tasks, failing, done, exit_code):
    tasks.exit_codes[failing] = exit_code
    with pytest.raises(SystemExit) as stopped:
        tasks.prepare()
    assert stopped.value.code not in (0, None)
    assert len(steps(tasks)) == done
    tasks.exit_codes.clear()
    tasks.prepare()
    assert steps(tasks) == (["course"] if done == 3 else ["venv", "lock", "course"])
    tasks.prepare()
    assert steps(tasks) == []


def test_other_packages_are_installed_anew(tasks):
    tasks.prepare()
    steps(tasks)
    (tasks.ROOT / "requirements.lock").write_text("numpy==2.5")
    tasks.prepare()
    assert steps(tasks) == ["venv", "lock", "course"]


def test_another_python_gets_its_own_installation(tasks, monkeypatch):
    tasks.prepare()
    steps(tasks)
    monkeypatch.setattr(sys, "version_info", (3, sys.version_info[1] + 1, 0))
    tasks.prepare()
    assert steps(tasks) == ["venv", "lock", "course"]


def test_an_environment_whose_python_is_gone_is_made_anew(tasks):
    tasks.prepare()
    steps(tasks)
    tasks.PYTHON.unlink()
    tasks.prepare()
    assert steps(tasks) == ["venv", "lock", "course"]


def test_a_changed_project_installs_only_the_course(tasks):
    tasks.prepare()
    steps(tasks)
    (tasks.ROOT / "pyproject.toml").write_text("changed")
    tasks.prepare()
    assert steps(tasks) == ["course"]


def test_a_moved_folder_installs_only_the_course(tasks, folder, monkeypatch):
    tasks.prepare()
    monkeypatch.chdir(folder.parent)
    moved = load(folder.rename(folder.with_name("moved")), monkeypatch)
    moved.prepare()
    assert steps(moved) == ["course"]


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_gets_a_paragraph(folder, module):
    missing = f"import importlib.util as u; real = u.find_spec; u.find_spec = lambda n: n != '{module}' and real(n)"
    process = command_line(folder, "lab", before=missing)
    assert "sudo apt install python3-venv" in paragraph(process)
    assert not (folder / ".venv").exists()


def test_a_full_disk_gets_a_paragraph(folder):
    full = "import shutil; shutil.disk_usage = lambda path: type('Usage', (), {'free': 3 * 10**9})"
    process = command_line(folder, "lab", before=full)
    assert "need 4 GB" in paragraph(process)
    assert not (folder / ".venv").exists()


def test_no_network_gets_a_paragraph_and_leaves_no_note(folder):
    (folder / "requirements.lock").write_text(f"keras==3.15.1 --hash=sha256:{'0' * 64}")
    offline = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
    offline |= {"PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": "", "PIP_NO_CACHE_DIR": "1"}
    said = paragraph(command_line(folder, "lab", **offline))
    assert "the network cannot be reached" in said
    assert "the same command again" in said
    assert list(folder.glob(".venv/*.done")) == []


# --- The learner's copies


def lab(tasks, monkeypatch, *words: str) -> str:
    """Run `tasks.py lab` with these words and return the command that starts the server."""
    monkeypatch.setattr(sys, "argv", ["tasks.py", "lab", *words])
    tasks.main()
    return tasks.started[-1]


def test_lab_opens_lesson_00_and_passes_its_options_on(tasks, monkeypatch):
    command = lab(tasks, monkeypatch, "--no-browser", "--port", "8899")
    assert "-m jupyterlab" in command
    assert "/lab/tree/my_notebooks/00_start_here.ipynb" in command
    assert "--no-browser --port=8899" in command
    assert "--port" not in lab(tasks, monkeypatch)


def test_lab_adds_missing_copies_and_overwrites_none(tasks, folder, monkeypatch):
    lab(tasks, monkeypatch)
    mine = folder / "my_notebooks"
    assert sorted(path.name for path in mine.iterdir()) == ["00_start_here.ipynb", "02_convolution.ipynb"]
    (mine / "02_convolution.ipynb").write_text("my work")
    (mine / "00_start_here.ipynb").unlink()
    (folder / "notebooks/02_convolution.ipynb").write_text("a newer lesson")
    lab(tasks, monkeypatch)
    assert (mine / "02_convolution.ipynb").read_text() == "my work"
    assert (mine / "00_start_here.ipynb").read_text() == "the course's 00_start_here"


def test_fresh_sets_the_old_copy_aside_each_time(tasks, folder, monkeypatch):
    lab(tasks, monkeypatch)
    copy = folder / "my_notebooks/02_convolution.ipynb"
    for work in ("first", "second", "third"):
        copy.write_text(work)
        lab(tasks, monkeypatch, "--fresh", "02")
        assert copy.read_text() == "the course's 02_convolution"
    today = datetime.date.today().isoformat()
    aside = sorted(folder.glob(f"my_notebooks/02_convolution.{today}*.ipynb"))
    assert sorted(path.read_text() for path in aside) == ["first", "second", "third"]
    assert (folder / f"my_notebooks/02_convolution.{today}.ipynb").read_text() == "first"


def test_an_interrupted_copy_is_no_copy(tasks, folder, monkeypatch):
    def interrupted(source, target):
        Path(target).write_text("half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(tasks.shutil, "copyfile", interrupted)
        with pytest.raises(KeyboardInterrupt):
            lab(tasks, patched)
    assert list(folder.glob("my_notebooks/*.ipynb")) == []
    lab(tasks, monkeypatch)
    assert (folder / "my_notebooks/00_start_here.ipynb").read_text() == "the course's 00_start_here"


# --- The time of the lessons


def test_lessons_that_train_more_have_more_time():
    seconds = {"02_convolution.ipynb": 61, "03_relu.ipynb": 59, "08_deeper.ipynb": 119, "16_gpu_and_scale.ipynb": 121}
    assert conftest.over_budget(seconds) == ["02_convolution.ipynb", "16_gpu_and_scale.ipynb"]


def test_a_lesson_over_its_budget_is_pointed_out_and_does_not_fail(tmp_path):
    settings = (ROOT / "conftest.py").read_text(encoding="utf-8")
    assert "BUDGET_SECONDS = 60" in settings
    (tmp_path / "conftest.py").write_text(
        settings.replace("BUDGET_SECONDS = 60", "BUDGET_SECONDS = 0"), encoding="utf-8"
    )
    cell = '{"cell_type": "code", "id": "a", "metadata": {}, "execution_count": 1, "outputs": [], "source": "x = 1"}'
    (tmp_path / "02_x.ipynb").write_text(f'{{"cells": [{cell}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}')
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-n", "2", "02_x.ipynb"]
    process = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert process.returncode == 0
    assert "1 passed" in process.stdout
    assert "02_x.ipynb  over its budget" in process.stdout
