"""Is this machine ready for the course? `report` says so in plain words, and what to do if not.

Standard library only, and the syntax of Python 3.6: `python3 tasks.py doctor` runs this file as a script, before
anything is installed and on whatever Python is there. Numbers are coarse, so that two reports on one machine read the
same.
"""

import ctypes
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

__all__ = ["report"]

ROOT = Path(__file__).resolve().parent.parent
GB = 2**30
MEMORY_GB = 4  # a lesson takes one to two; a browser and the system want some, too
INSTALLATION_GB = 4  # the packages are 2.7 once installed; pip's store of what it fetched comes on top
WORK_GB = 1  # for saved models
AGAIN = "then type the same command again"


class Finding(NamedTuple):
    """One thing looked at."""

    good: bool
    sentence: str


def report() -> None:
    """Print whether this machine is ready for the lessons, line by line, and what to do about each problem."""
    _say(examine())


def _say(findings: "list[Finding]") -> bool:
    for finding in findings:
        print(f"{'fine' if finding.good else 'MEND'}  {finding.sentence}")
    ready = all(finding.good for finding in findings)
    print("This machine is ready." if ready else "Not ready yet: do what the lines with MEND say.")
    return ready


def examine(*, installing: bool = False) -> "list[Finding]":
    """Look at Python, packages, memory, disk, cores and GPU; packages are of no use without a fitting Python.

    Args:
        installing: Packages that are missing can be installed, and it is this that is looked at then.
    """
    python = _python()
    return [python, *(_packages(installing) if python.good else []), _memory(), _disk(), _cores(), _gpu()]


def oldest_versions() -> "dict[str, str]":
    """Oldest version of each package that the course supports, as pyproject.toml has them."""
    return dict(re.findall(r'^ +"(\w+)>=([\d.]+)"', _project(), re.MULTILINE))


def older(version: str, oldest: str) -> bool:
    """Whether a version comes before the oldest that will do, by its first two numbers: 2.9.1 comes before 2.19."""
    return _number(version) < _number(oldest)


def _number(version: str) -> "list[int]":
    return [int(part) for part in re.findall(r"\d+", version)[:2]]


def _project() -> str:
    return (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def _python() -> Finding:
    ((oldest, too_new),) = re.findall(r'^requires-python = ">=([\d.]+),<([\d.]+)"', _project(), re.MULTILINE)
    here = sys.version.split()[0]
    if older(here, oldest) or not older(here, too_new):
        return Finding(False, f"Python {here} does not fit: the course needs {oldest} or newer, and older than "
                       f"{too_new}. Install one (python.org has them) and start tasks.py with it.")
    if sys.maxsize < 2**32:
        return Finding(False, f"Python {here} is a 32-bit one, and TensorFlow needs 64 bits. Install that one.")
    return Finding(True, f"Python {here}.")


def _packages(installing: bool) -> "list[Finding]":
    from importlib import metadata  # not in the Pythons that are too old

    oldest = oldest_versions()
    installed = {}
    for name in oldest:
        try:
            installed[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    if installing and len(installed) < len(oldest):
        return [_installation()]
    problems = [name for name in oldest if older(installed.get(name, "0"), oldest[name])]
    if "google.colab" in sys.modules:
        cure = "Choose a newer runtime version in Colab's menu Runtime."
    else:
        cure = "Close this, type `python3 tasks.py lab`, and use the JupyterLab that it opens."
    right = ", ".join(f"{name} {installed[name]}" for name in oldest if name not in problems)
    return [Finding(True, f"Packages: {right}.")] * bool(right) + [
        Finding(False, f"{name} is {installed.get(name, 'missing')}; {oldest[name]} or newer is needed. {cure}")
        for name in problems
    ]


def _installation() -> Finding:
    problem = obstacle()
    if problem:
        return Finding(False, problem)
    if (ROOT / ".venv").exists():
        return Finding(False, "The installation in .venv is unfinished or damaged. `python3 tasks.py lab` repeats it.")
    return Finding(True, "The packages are not installed here; `python3 tasks.py lab` does it.")


def obstacle() -> str:
    """What keeps the packages from being installed with this Python on this disk, and what to do; empty if nothing."""
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        return ("This Python cannot make virtual environments: its modules venv and ensurepip are missing. On Debian "
                f"and Ubuntu, type `sudo apt install python3-venv`, {AGAIN}.")
    if shutil.disk_usage(str(ROOT)).free < INSTALLATION_GB * 10**9:
        return (f"The packages of the course need {INSTALLATION_GB} GB, and the disk with {ROOT} has less than that "
                f"left. Make room, or move this folder to another disk, {AGAIN}.")
    return ""


def _memory() -> Finding:
    size = memory_bytes()
    if size is None:
        return Finding(True, f"Memory: this system does not say. The lessons want {MEMORY_GB} GB or more.")
    about = f"About {size / GB:.0f} GB of memory"
    if size < (MEMORY_GB - 0.5) * GB:  # the system keeps a little of what is built in
        return Finding(False, f"{about}: the lessons want {MEMORY_GB} GB. Close other programs and restart the kernel "
                       "before each lesson, or take a larger machine or Colab.")
    return Finding(True, f"{about}: enough.")


def memory_bytes() -> "int | None":
    """Memory that this process may use; None if the system does not say."""
    if os.name == "nt":
        return _windows_memory()
    try:
        size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        limit = Path("/sys/fs/cgroup/memory.max")  # of a container
        allowed = limit.read_text().strip() if limit.exists() else "max"
    except (OSError, ValueError):
        return None
    return min(size, int(allowed)) if allowed.isdigit() else size


def _windows_memory() -> "int | None":  # pragma: no cover - needs Windows
    class Status(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong), ("total", ctypes.c_ulonglong),
                    ("others", ctypes.c_ulonglong * 6)]

    status = Status(length=ctypes.sizeof(Status))
    known = getattr(ctypes, "windll").kernel32.GlobalMemoryStatusEx(ctypes.byref(status))  # noqa: B009
    return int(status.total) if known else None


def _disk() -> Finding:
    if shutil.disk_usage(str(ROOT)).free < WORK_GB * 10**9:
        return Finding(False, f"The disk has less than {WORK_GB} GB left. Make room, {AGAIN}.")
    return Finding(True, f"More than {WORK_GB} GB left on the disk: enough.")


def _cores() -> Finding:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores == 1:
        return Finding(True, "One processor core: everything runs, and training takes longer than the lessons say.")
    return Finding(True, f"{cores} processor cores: enough, the lessons are made for two.")


def _gpu() -> Finding:
    count = gpu_count()
    if count:
        return Finding(True, f"TensorFlow sees {count} GPU{'s' * (count > 1)}: the lessons choose their large sizes, "
                       "more pictures and more rounds of training.")
    if shutil.which("nvidia-smi"):
        cure = ("On Windows, TensorFlow uses a GPU only inside WSL 2." if os.name == "nt" else
                'To use it, type `.venv/bin/python -m pip install -e ".[gpu]"`.')
        return Finding(True, f"There is an NVIDIA GPU, and TensorFlow does not use it. No lesson needs it. {cure}")
    return Finding(True, "No GPU that TensorFlow can use, and none is needed: the lessons choose sizes for a laptop. "
                   "With one they choose larger sizes: more pictures, more rounds of training.")


def gpu_count() -> int:
    """Number of GPUs that TensorFlow sees; 0 if it is not installed."""
    if "tensorflow" in sys.modules:
        return len(sys.modules["tensorflow"].config.list_physical_devices("GPU"))
    if importlib.util.find_spec("tensorflow") is None:
        return 0
    question = "import tensorflow; print(len(tensorflow.config.list_physical_devices('GPU')))"
    # In a process of its own, because TensorFlow's log cannot be kept off this one's screen.
    asked = subprocess.run([sys.executable, "-c", question], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return int(asked.stdout or 0)


if __name__ == "__main__":
    sys.exit(not _say(examine(installing=True)))
