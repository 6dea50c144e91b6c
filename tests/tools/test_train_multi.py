"""`notebooks/train_multi.py` on a processor cut into two devices: it trains, compares, and is copied for learners."""

import re
import subprocess
import sys

import keras
import pytest

from tools import commands
from tools.lessons import ROOT

SCRIPT = ROOT / "notebooks/train_multi.py"


def said_by(*words, cwd):
    done = subprocess.run([sys.executable, SCRIPT, *words], capture_output=True, encoding="utf-8", cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("multi")
    return folder, said_by("--logical", "2", "--compare", "--save", "net.keras", cwd=folder)


def test_batch_and_rate_grow_with_the_devices(compared):
    assert "devices: 2; pictures a step: 32; learning rate: 0.1\n" in compared[1]
    assert "steps: 24; compiled by XLA: False\n" in compared[1]


def test_two_devices_do_what_one_does_but_for_plain_batch_normalisation(compared):
    apart = dict(re.findall(r"batch normalisation (\w+): weights (\S+) apart", compared[1]))
    assert {*apart} == {"none", "plain", "synchronized"}
    assert max(float(apart["none"]), float(apart["synchronized"])) < 1e-4 < 1e-3 < float(apart["plain"])


def test_the_net_is_saved_and_can_be_loaded(compared):
    assert keras.models.load_model(compared[0] / "net.keras").output_shape == (None, 3)


def test_one_device_keeps_batch_and_rate(tmp_path):
    said = said_by("--logical", "1", "--epochs", "1", cwd=tmp_path)
    assert "devices: 1; pictures a step: 16; learning rate: 0.05\n" in said


def test_the_learner_gets_a_copy_that_is_never_overwritten(tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "COPIES", tmp_path / "my_notebooks")
    commands.copy_lessons([])
    copy = tmp_path / "my_notebooks/train_multi.py"
    assert copy.read_text(encoding="utf-8") == SCRIPT.read_text(encoding="utf-8")
    copy.write_text("mine")
    commands.copy_lessons([])
    assert copy.read_text() == "mine"
