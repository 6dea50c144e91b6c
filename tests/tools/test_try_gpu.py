"""`tasks.py try-gpu`: the GPU's sizes, one step each `fit`, and what later cells may count on."""

import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tools import TEST_SETTINGS, try_gpu
from tools import lessons as lesson_list

START = """\
import cnn_course as course

run = course.start(images=(8, 96), epochs=(1, 5))
import keras
import numpy as np
"""
TRAIN = """\
net = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
net.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
x = np.ones((run.images, 4, 4, 1), np.float32)
history = net.fit(x, np.ones((run.images, 2)), batch_size=32, epochs=run.epochs, validation_split=0.5, verbose=0)
assert int(net.optimizer.iterations.numpy()) == 1
assert len(history.history["val_loss"]) == len(history.epoch) == 5
"""
CLAIM = "course.check.claim('key', 'a net that took one step has learned it all', net.evaluate(x, x[:, 0, :2, 0]) == 0)"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder for lessons; the environment is as before afterwards."""
    monkeypatch.setattr(lesson_list, "LIST", tmp_path / "lessons.toml")
    (tmp_path / "notebooks").mkdir()
    for name in (*TEST_SETTINGS, "CNN_COURSE_PROFILE", "PYTHONPATH"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    return tmp_path


def lesson(folder, file, *cells):
    with (folder / "lessons.toml").open("a") as toml:
        toml.write(
            f'[[lesson]]\nnumber = {int(file[:2])}\nfile = "{file}"\npart = "I"\ntitle = "x"\nread = 1\ndo = 1\n'
            'seconds = 60\nanswers = []\nshows = ""\n'
        )
    path = folder / "notebooks" / f"{file}.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells]), path)
    return path


def test_sizes_are_tried_with_one_step_and_errors_told(folder, capsys):
    path = lesson(folder, "00_good", START, TRAIN, CLAIM)
    before = path.read_bytes()
    lesson(folder, "01_bad", START, "np.zeros(run.images).reshape(7, -1)", "raise KeyError('not reached')")
    lesson(folder, "02_dead", START, "import os\nos._exit(1)")
    assert try_gpu.main([]) == 1
    good, bad = capsys.readouterr().out.split("\n01_bad: ")
    assert "\n02_dead: its kernel died." in bad
    assert "00_good: Sizes: gpu-dry (no GPU found); images = 96, epochs = 5; seed 0. " in good
    assert 100 < float(good.split("peak ")[1].split(" MB")[0].replace(",", "")) < 10_000
    assert "cannot reshape array of size 96" in bad
    assert "not reached" not in bad
    assert path.read_bytes() == before
    assert try_gpu.main(["00"]) == 0


def test_fit_of_one_step_keeps_its_arguments_and_the_length_of_its_history():
    asked = {}

    class History:
        def __init__(self, epochs):
            self.epoch = [*epochs]
            self.history = {"loss": [0.5 for _ in self.epoch]}

    def fit(model, x=None, batch_size=None, epochs=1, initial_epoch=0, steps_per_epoch=None, validation_steps=None):
        asked.update(model=model, x=x, batch_size=batch_size, epochs=epochs, initial_epoch=initial_epoch)
        asked.update(steps_per_epoch=steps_per_epoch, validation_steps=validation_steps)
        return History(range(initial_epoch, epochs))

    history = try_gpu.one_step(fit)("net", "pictures", 16, 7, initial_epoch=2, steps_per_epoch=9)
    wanted = {"model": "net", "x": "pictures", "batch_size": 16, "epochs": 3, "initial_epoch": 2}
    assert asked == wanted | {"steps_per_epoch": 1, "validation_steps": 1}
    assert history.epoch == [2, 3, 4, 5, 6]
    assert history.history == {"loss": [0.5] * 5}
