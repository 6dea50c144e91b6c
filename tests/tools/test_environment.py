"""Three files name packages, each for its own reader: they must agree."""

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tools import commands

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENVIRONMENT = (ROOT / "environment.yml").read_text(encoding="utf-8")
NAME = r"([\w.-]+)(?:\[[\w,.-]+\])?"  # of a package in the lock, perhaps with extras
SIX = {"tensorflow", "keras", "matplotlib", "jupyterlab", "nbval", "pandas"}
FOR_PHONES = "pillow-heif"  # optional: without it, photos in HEIC are left out and named


def locked() -> dict[str, set[str]]:
    """Versions of each package in the lock; more than one where they depend on the Python."""
    versions: dict[str, set[str]] = {}
    for name, pinned in re.findall(rf"^{NAME}==(\S+)", LOCK, re.MULTILINE):
        versions.setdefault(name, set()).add(pinned)
    return versions


def conda_pins() -> dict[str, str]:
    return dict(re.findall(r"^ +- ([\w-]+)==(\S+)  # \S", ENVIRONMENT, re.MULTILINE))


def test_lock_has_a_hash_for_each_package_and_no_address():
    packages = re.split(r"^(?=[\w.-]+(?:\[[\w,.-]+\])?==)", LOCK, flags=re.MULTILINE)[1:]
    assert len(packages) > 100
    assert [entry.split()[0] for entry in packages if "--hash=sha256:" not in entry] == []
    assert "://" not in LOCK
    assert not re.search(r"^-", LOCK, re.MULTILINE)


def test_lock_holds_all_that_is_asked_for():
    lines = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if not line.startswith("#")]
    assert [line for line in wanted if not re.fullmatch(r"[\w-]+", line)] == [], "tasks.py looks for these names"
    assert set(wanted) >= SIX
    assert set(wanted) - set(locked()) == set()


@pytest.mark.skipif(Path(sys.prefix) != ROOT / ".venv", reason="not the environment that tasks.py makes")
def test_lock_is_what_tasks_py_has_installed():
    for name, specifier, marker in re.findall(rf"^{NAME}==(\S+)(?: ; (.+?))? \\$", LOCK, re.MULTILINE):
        if not marker or Marker(marker).evaluate():
            assert version(name) == specifier
    assert commands.usable()


@pytest.mark.skipif(Path(sys.prefix) != ROOT / ".venv", reason="not the environment that tasks.py makes")
def test_lock_names_the_extras_that_packages_ask_for():
    """Otherwise pip takes the newest version with that extra, finds no hash for it, and stops."""
    found = re.findall(r"^([\w.-]+)\[(.+)\]==", LOCK, re.MULTILINE)
    extras = {canonicalize_name(name): set(extra.split(",")) for name, extra in found}
    asked = [Requirement(text) for name in locked() if is_installed(name) for text in requires(name) or ()]
    for one in asked:
        if one.extras and (one.marker is None or one.marker.evaluate({"extra": ""})) and is_installed(one.name):
            assert one.extras <= extras.get(canonicalize_name(one.name), set()), one
    assert extras


def is_installed(name: str) -> bool:
    try:
        return bool(version(name))
    except PackageNotFoundError:
        return False


def test_conda_has_the_six_packages_as_locked_and_each_with_a_reason():
    pins = conda_pins()
    assert set(pins) == {*SIX, FOR_PHONES}
    assert {name: {pin} for name, pin in pins.items()} == {name: locked()[name] for name in pins}


def test_conda_has_a_python_that_the_course_accepts():
    python = re.search(r"^ +- python=(\S+)", ENVIRONMENT, re.MULTILINE)
    assert Version(python[1]) in Requirement(f"python{PROJECT['requires-python']}").specifier


def test_lower_bounds_are_below_the_lock():
    optional = [text for extra in PROJECT["optional-dependencies"].values() for text in extra]
    requirements = [Requirement(text) for text in PROJECT["dependencies"] + optional]
    assert requirements
    for requirement in requirements:
        for pinned in locked()[requirement.name]:
            assert pinned in requirement.specifier
