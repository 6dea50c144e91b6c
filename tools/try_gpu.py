"""Try the GPU's sizes of lessons without a GPU, for shape and memory.

    python3 tasks.py try-gpu 03 06    # these lessons; without a number, all of them

A lesson runs from its first cell to its last with `CNN_COURSE_PROFILE=gpu-dry`: the sizes are those for a GPU, but each
`fit` ends after one step of training and one of validation. Nothing is learned, so what the claims say is left aside.
For each lesson its sizes, seconds and peak memory are printed; an error is, too, and makes the exit code 1.
"""

import functools
import inspect
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import nbformat
from nbclient.exceptions import DeadKernelError

from cnn_course import _start
from tools import TEST_SETTINGS
from tools.lessons import ROOT, Lesson, lessons
from tools.render import RefusedError, execute

Fit = Callable[..., Any]


def main(names: list[str]) -> int:
    """Try the lessons named, or all of them; returns how many ended in an error, 1 at the most."""
    os.environ.update(TEST_SETTINGS)
    os.environ.update(CNN_COURSE_PROFILE="gpu-dry", PYTHONPATH=str(ROOT))  # the kernels import this file
    failed = False
    for lesson in lessons(*names):
        started = time.monotonic()
        try:
            sizes, peak = dry_run(lesson)
        except RefusedError as error:
            failed = True
            print(f"{lesson.file}: {error}", flush=True)
        except (DeadKernelError, AssertionError):  # cleaning up after a dead kernel, nbclient stumbles over an assert
            failed = True
            print(f"{lesson.file}: its kernel died. Most often that is want of memory.", flush=True)
        else:
            print(f"{lesson.file}: {sizes} {time.monotonic() - started:.0f} s, peak {peak:,.0f} MB", flush=True)
    return int(failed)


def dry_run(lesson: Lesson) -> tuple[str, float]:
    """Execute a lesson with the sizes for a GPU, one step each `fit`.

    Args:
        lesson: The lesson; its notebook is not changed.

    Returns:
        The sentence in which `course.start` names the sizes, and the peak memory of the kernel in MB.

    Raises:
        RefusedError: A cell raised an exception that its tags do not announce.
    """
    notebook = nbformat.read(lesson.path, as_version=4)
    first = nbformat.v4.new_code_cell("from tools import try_gpu\n\ntry_gpu.cut_down()")
    last = nbformat.v4.new_code_cell("from tools import memory\n\nprint(memory.peak())")
    notebook.cells = [first, *notebook.cells, last]
    execute(notebook)
    printed = [output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", [])]
    *_, sizes = (line for text in printed for line in text.splitlines() if line.startswith("Sizes:"))
    return sizes, float(printed[-1])


def cut_down() -> None:
    """Make every `fit` of this process one step long."""
    _start.start()  # imports TensorFlow without its log

    import keras

    keras.Model.fit = one_step(keras.Model.fit)


def one_step(fit: Fit) -> Fit:
    """A `fit` that takes one step, and tells of as many epochs as it was asked for: later cells may count on them."""
    signature = inspect.signature(fit)

    @functools.wraps(fit)
    def fit_one_step(*arguments: Any, **options: Any) -> Any:
        asked = signature.bind(*arguments, **options)
        asked.apply_defaults()
        first, end = asked.arguments["initial_epoch"], asked.arguments["epochs"]
        asked.arguments.update(epochs=first + 1, steps_per_epoch=1, validation_steps=1)
        history = fit(*asked.args, **asked.kwargs)
        history.epoch = list(range(first, end))
        history.history = {name: values * len(history.epoch) for name, values in history.history.items()}
        return history

    return fit_one_step


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
