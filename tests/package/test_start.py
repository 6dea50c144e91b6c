"""`start` chooses, tells and seeds, keeps TensorFlow quiet, and says in words what is wrong."""

import json
import os
import re
import subprocess
import sys
from importlib.metadata import version

import numpy as np
import pytest

import cnn_course as course
from cnn_course import _start


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    for name in ("CNN_COURSE_PROFILE", "CNN_COURSE_SEED", "CNN_COURSE_QUIET", "CNN_COURSE_LONGER"):
        monkeypatch.delenv(name, raising=False)


def in_a_new_process(code: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", code], env=os.environ | environment, capture_output=True, text=True, check=False
    )


def test_sizes_are_chosen_and_told_in_one_line(capsys):
    run = course.start(images=(6_000, 20_000), epochs=(3, 20), shape=((28, 28), (32, 32)))
    assert (run.profile, run.images, run.epochs, run.shape) == ("laptop", 6_000, 3, (28, 28))
    said = capsys.readouterr()
    assert said.out == ("Sizes: laptop (no GPU found); images = 6,000, epochs = 3, shape = (28, 28); seed 0.\n")


@pytest.mark.parametrize(("profile", "epochs"), [("laptop", 3), ("gpu", 20), ("gpu-dry", 20)])
def test_profile_and_seed_can_be_overridden(monkeypatch, capsys, profile, epochs):
    monkeypatch.setenv("CNN_COURSE_PROFILE", profile)
    monkeypatch.setenv("CNN_COURSE_SEED", "7")
    run = course.start(epochs=(3, 20))
    assert (run.profile, run.epochs, run.seed) == (profile, epochs, 7)
    assert f"Sizes: {profile} (" in capsys.readouterr().out


def test_a_longer_run_has_more_of_what_is_training(monkeypatch):
    monkeypatch.setenv("CNN_COURSE_LONGER", "5")
    run = course.start(epochs=(3, 20), steps=(60, 400), images=(6_000, 20_000))
    assert (run.epochs, run.steps, run.images) == (15, 300, 6_000)


def test_verbose_is_for_people_and_quiet_for_stored_outputs(monkeypatch):
    assert course.start().verbose == 1
    monkeypatch.setenv("CNN_COURSE_QUIET", "1")
    assert course.start().verbose == 0


def test_seed_fixes_the_random_numbers_of_numpy_and_keras(monkeypatch):
    import keras

    def draw(seed):
        monkeypatch.setenv("CNN_COURSE_SEED", str(seed))
        course.start()
        return np.random.rand(3), np.asarray(keras.layers.Dense(3)(np.ones((1, 3))))  # noqa: NPY002 the global state is the point

    first, again, other = draw(1), draw(1), draw(2)
    assert all(map(np.array_equal, first, again))
    assert not any(map(np.array_equal, first, other))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("CNN_COURSE_PROFILE", "desktop", "laptop or gpu or gpu-dry"), ("CNN_COURSE_SEED", "-1", "0 or more")],
)
def test_a_wrong_override_says_what_it_can_be(monkeypatch, name, value, words):
    monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=f"{name}|{words}") as error:
        course.start()
    assert words in str(error.value)
    assert value in str(error.value)


@pytest.mark.parametrize("size", [3, (3,), (1, 2, 3), [3, 20]])
def test_a_size_is_a_pair(size):
    with pytest.raises(TypeError, match=re.escape(f"epochs={size!r} is not a pair")):
        course.start(epochs=size)


@pytest.mark.parametrize("package", ["tensorflow", "keras"])
def test_an_old_version_is_refused_in_words(monkeypatch, package):
    monkeypatch.setattr(_start, "version", lambda name: "2.9.1" if name == package else version(name))
    with pytest.raises(RuntimeError, match=f"{package} 2.9.1, and the course needs"):
        course.start()


def test_another_backend_is_refused_in_words(monkeypatch):
    import keras

    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    with pytest.raises(RuntimeError, match="Keras runs on torch here"):
        course.start()


def test_standard_error_is_restored_after_a_failure(capfd):
    with pytest.raises(KeyError), _start._silence():
        os.write(2, b"lost")
        raise KeyError
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"


def test_gpus_share_their_memory(monkeypatch):
    import tensorflow as tf

    asked = []
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["GPU:0", "GPU:1"])
    monkeypatch.setattr(tf.config.experimental, "set_memory_growth", lambda gpu, on: asked.append((gpu, on)))
    run = course.start(epochs=(3, 20))
    assert (run.profile, run.epochs) == ("gpu", 20)
    assert asked == [("GPU:0", True), ("GPU:1", True)]


def test_start_and_first_use_leave_no_log():
    done = in_a_new_process(
        "import cnn_course as course; course.start()\n"
        "import keras; keras.layers.Conv2D(2, 3)(keras.ops.ones((1, 8, 8, 1)))",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Sizes: laptop (no GPU found); none to choose; seed 0.\n"


def test_importing_the_package_loads_neither_tensorflow_nor_matplotlib():
    done = in_a_new_process(
        "import json, sys, cnn_course; cnn_course.check.claim('quick', 'it is quick', True); cnn_course.layers\n"
        "print(json.dumps([name for name in ('tensorflow', 'keras', 'matplotlib', 'pandas') if name in sys.modules]))"
    )
    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_the_package_lists_its_modules_and_names_them_on_a_typing_error():
    assert set(dir(course)) == set(course.__all__)
    assert all(getattr(course, name) is not None for name in course.__all__)
    with pytest.raises(AttributeError, match=r"no attribute 'layer'; it has .*layers"):
        _ = course.layer
