"""The machine check names each problem with its cure, and calls a good machine ready."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.version import Version

from cnn_course import _start, doctor

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def good_machine(monkeypatch):
    """Eight gigabytes, room on the disk, two cores, no GPU; each test breaks one of them."""
    monkeypatch.setattr(doctor, "memory_bytes", lambda: 8 * doctor.GB)
    monkeypatch.setattr(doctor, "gpu_count", lambda: 0)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=50 * 10**9))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1}, raising=False)


def said(capsys) -> str:
    doctor.report()
    return capsys.readouterr().out


def the_problem(capsys) -> str:
    """The only line with MEND; fails if there are more or the machine is called ready."""
    lines = said(capsys).splitlines()
    assert lines[-1].startswith("Not ready")
    (problem,) = [line for line in lines if line.startswith("MEND")]
    return problem


def test_a_good_machine_is_ready(capsys):
    lines = said(capsys).splitlines()
    assert lines[-1] == "This machine is ready."
    assert all(line.startswith("fine  ") for line in lines[:-1])
    assert f"tensorflow {metadata.version('tensorflow')}" in lines[1]
    assert "8 GB of memory" in lines[2]
    assert "2 processor cores" in lines[4]


def test_two_reports_read_the_same(capsys):
    assert said(capsys) == said(capsys)


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_a_wrong_python(capsys, monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", version)
    monkeypatch.setattr(sys, "version", f"{version[0]}.{version[1]}.9 (faked)")
    assert f"Python {version[0]}.{version[1]}.9 does not fit: the course needs 3.11 or newer" in the_problem(capsys)


def test_oldest_versions_are_those_of_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirements = [Requirement(text) for text in project["dependencies"]]
    assert doctor.oldest_versions() == {one.name: str(one.specifier).removeprefix(">=") for one in requirements}
    assert {"tensorflow", "keras", "numpy"} <= set(doctor.oldest_versions())


def test_a_lesson_asks_for_the_same_versions(monkeypatch, tmp_path):
    (tmp_path / "pyproject.toml").write_text('dependencies = [\n    "pillow>=99.1",\n]\n')
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    with pytest.raises(RuntimeError, match=r"pillow \S+, and the course needs 99\.1 or newer"):
        _start.start()


def test_a_python_of_32_bits(capsys, monkeypatch):
    monkeypatch.setattr(sys, "maxsize", 2**31 - 1)
    assert "64 bits" in the_problem(capsys)


def pretend_versions(monkeypatch, **versions):
    real = metadata.version

    def version(name):
        found = versions.get(name, real)
        if found is None:
            raise metadata.PackageNotFoundError(name)
        return found if isinstance(found, str) else real(name)

    monkeypatch.setattr(metadata, "version", version)


def test_an_old_package(capsys, monkeypatch):
    pretend_versions(monkeypatch, keras="3.9.2")
    problem = the_problem(capsys)
    assert "keras is 3.9.2; 3.10 or newer is needed" in problem
    assert "tasks.py lab" in problem


def test_an_old_package_on_colab(capsys, monkeypatch):
    pretend_versions(monkeypatch, tensorflow="2.18.0")
    monkeypatch.setitem(sys.modules, "google.colab", SimpleNamespace())
    assert "Runtime" in the_problem(capsys)


def test_a_missing_package(capsys, monkeypatch):
    pretend_versions(monkeypatch, pandas=None)
    assert "pandas is missing" in the_problem(capsys)


def test_in_a_notebook_all_that_is_missing_is_named(capsys, monkeypatch):
    pretend_versions(monkeypatch, **dict.fromkeys(doctor.oldest_versions()))
    problems = [line for line in said(capsys).splitlines() if line.startswith("MEND")]
    assert [line.split()[1] for line in problems] == list(doctor.oldest_versions())
    assert all("is missing" in line and "use the JupyterLab that it opens" in line for line in problems)


@pytest.fixture(params=["nothing", "only NumPy"])
def not_installed(request, monkeypatch, tmp_path):
    """A new copy of the course, started by a Python that has too little."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    missing = dict.fromkeys(doctor.oldest_versions())
    if request.param == "only NumPy":
        del missing["numpy"]
    pretend_versions(monkeypatch, **missing)
    return tmp_path


def packages() -> doctor.Finding:
    """What `tasks.py doctor` finds of the packages; fails if it finds anything else to mend."""
    _, found, *others = doctor.examine(installing=True)
    assert all(other.good for other in others)
    return found


def test_before_the_installation_a_good_machine_is_ready(not_installed):
    assert packages() == (True, "The packages are not installed here; `python3 tasks.py lab` does it.")


def test_half_an_installation_is_told(not_installed):
    (not_installed / ".venv").mkdir()
    good, sentence = packages()
    assert not good
    assert "in .venv is unfinished or damaged. `python3 tasks.py lab` repeats it" in sentence


def test_no_room_for_the_installation(monkeypatch, not_installed):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=3 * 10**9))
    good, sentence = packages()
    assert not good
    assert "need 4 GB" in sentence
    assert doctor.obstacle() == sentence


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_no_venv_for_the_installation(monkeypatch, not_installed, module):
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == module else real(name))
    good, sentence = packages()
    assert not good
    assert "python3-venv" in sentence
    assert doctor.obstacle() == sentence


def test_nothing_is_in_the_way_of_an_installation_on_a_good_machine():
    assert doctor.obstacle() == ""


@given(st.lists(st.integers(0, 99), min_size=2, max_size=4), st.lists(st.integers(0, 99), min_size=2, max_size=2))
def test_versions_are_compared_by_their_first_two_numbers(version, oldest):
    installed, wanted = (".".join(map(str, numbers)) for numbers in (version, oldest))
    assert doctor.older(installed, wanted) == (Version(installed) < Version(wanted))


@pytest.mark.parametrize("version", ["2.19.0-rc1", "2.19+colab", "3"])
def test_versions_of_other_forms_are_understood(version):
    assert not doctor.older(version, "2.19")
    assert doctor.older("2.18", version)


def test_too_little_memory(capsys, monkeypatch):
    monkeypatch.setattr(doctor, "memory_bytes", lambda: 2 * doctor.GB)
    assert "About 2 GB of memory: the lessons want 4 GB" in the_problem(capsys)


def test_memory_that_the_system_keeps_to_itself(capsys, monkeypatch):
    monkeypatch.setattr(doctor, "memory_bytes", lambda: None)
    assert "does not say" in said(capsys)


def test_memory_is_measured_where_the_system_can():
    size = doctor.memory_bytes()
    assert size is None or doctor.GB < size < 2**50


@pytest.mark.parametrize("error", [OSError, ValueError])
def test_memory_is_unknown_where_the_system_cannot(monkeypatch, error):
    monkeypatch.undo()

    def refuse(name):
        raise error

    monkeypatch.setattr(os, "sysconf", refuse, raising=False)
    assert os.name == "nt" or doctor.memory_bytes() is None


def test_a_full_disk(capsys, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10**8))
    assert "less than 1 GB left" in the_problem(capsys)


def test_one_core_is_slow_and_no_problem(capsys, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0}, raising=False)
    text = said(capsys)
    assert "One processor core" in text
    assert "This machine is ready." in text


@pytest.mark.parametrize(("count", "words"), [(1, "1 GPU:"), (4, "4 GPUs:")])
def test_a_gpu_changes_the_sizes(capsys, monkeypatch, count, words):
    monkeypatch.setattr(doctor, "gpu_count", lambda: count)
    assert words in said(capsys)


@pytest.mark.parametrize(("system", "cure"), [("nt", "WSL 2"), ("posix", "[gpu]")])
def test_a_gpu_that_tensorflow_does_not_use(capsys, monkeypatch, system, cure):
    monkeypatch.setattr(shutil, "which", lambda name: "nvidia-smi")
    monkeypatch.setattr(doctor, "os", SimpleNamespace(name=system, cpu_count=lambda: 2))
    text = said(capsys)
    assert cure in text
    assert "This machine is ready." in text


def test_gpus_are_counted_by_tensorflow(monkeypatch):
    monkeypatch.undo()
    devices = SimpleNamespace(list_physical_devices=lambda kind: [kind] * 3)
    monkeypatch.setitem(sys.modules, "tensorflow", SimpleNamespace(config=devices))
    assert doctor.gpu_count() == 3


def test_gpus_are_counted_in_a_process_of_its_own_before_tensorflow_is_there(monkeypatch):
    monkeypatch.undo()
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.setattr(subprocess, "run", lambda *words, **options: SimpleNamespace(stdout=b"2\n"))
    assert doctor.gpu_count() == 2
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert doctor.gpu_count() == 0


def test_as_a_script_it_says_the_same_and_tells_its_exit_code(capsys):
    process = subprocess.run([sys.executable, "cnn_course/doctor.py"], cwd=ROOT, capture_output=True, text=True)
    assert process.returncode == ("not ready" in process.stdout.lower())
    assert process.stdout.splitlines()[0] == f"fine  Python {sys.version.split()[0]}."
    assert process.stderr == ""
