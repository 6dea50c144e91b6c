"""What every lesson starts with: a quiet TensorFlow, fixed seeds, and sizes that fit the machine."""

import contextlib
import os
from collections.abc import Iterator
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

from cnn_course.doctor import older, oldest_versions

__all__ = ["Run", "start"]

# Which of a pair of sizes a profile takes. The third is for trying the GPU's sizes without one: tools/try_gpu.py.
PROFILES = {"laptop": 0, "gpu": 1, "gpu-dry": 1}
TRAINING = ("epochs", "steps")  # the sizes that say how long a net is trained


class Run(SimpleNamespace):
    """What `start` chose: one attribute for each size, and the four below.

    Attributes:
        profile: `"laptop"`, `"gpu"`, or `"gpu-dry"`, which authors ask for and which has the sizes of `"gpu"`.
        seed: The seed of Python's, NumPy's and TensorFlow's random numbers.
        verbose: What to pass on as `verbose` to `fit`, `evaluate` and `predict`: 1 shows progress; 0 is for
            the stored outputs and the tests (`CNN_COURSE_QUIET`).
    """

    profile: str
    seed: int
    verbose: int


def start(**sizes: tuple[Any, Any]) -> Run:
    """Import TensorFlow without its log, set the seeds, choose the sizes, and say what was chosen.

    Environment variables override what is chosen: `CNN_COURSE_PROFILE` the sizes (`laptop`, `gpu` or `gpu-dry`),
    `CNN_COURSE_SEED` the seed, which is 0 otherwise; `CNN_COURSE_LONGER` multiplies `epochs` and `steps`, for
    `tasks.py measure --long`.

    Args:
        **sizes: For each size a pair, (on a laptop, on a GPU), such as `epochs=(3, 20)`.

    Returns:
        The chosen sizes as attributes: `start(epochs=(3, 20)).epochs` is 3 on a machine without a GPU.

    Raises:
        RuntimeError: If a package is too old for the course, or Keras runs on another backend.
        TypeError: If a size is not a pair.
        ValueError: If `CNN_COURSE_PROFILE` or `CNN_COURSE_SEED` holds something else.
    """
    for name, pair in sizes.items():
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(f"{name}={pair!r} is not a pair: write {name}=(size on a laptop, size on a GPU).")
    _require_versions()
    with _silence():
        gpus = _wake_tensorflow()
        seed = _seed()
        import keras

        keras.utils.set_random_seed(seed)
    from cnn_course import show

    show.use_style()
    profile = _profile(gpus)
    chosen = {name: pair[PROFILES[profile]] for name, pair in sizes.items()}
    for name in set(chosen) & set(TRAINING):
        chosen[name] *= int(os.environ.get("CNN_COURSE_LONGER", "1"))
    print(_sentence(profile, gpus, seed, chosen))
    return Run(profile=profile, seed=seed, verbose=int(not os.environ.get("CNN_COURSE_QUIET")), **chosen)


def _require_versions() -> None:
    for package, oldest in oldest_versions().items():
        installed = version(package)
        if older(installed, oldest):
            raise RuntimeError(
                f"This machine has {package} {installed}, and the course needs {oldest} or newer. In a clone, "
                f"`python3 tasks.py lab` sets up the right versions; on Colab, choose a newer runtime version."
            )


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Send file descriptor 2 to the null device, since TensorFlow's C++ log ignores Python's `sys.stderr`."""
    kept = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(null)
        os.close(kept)


def _wake_tensorflow() -> int:
    """Import TensorFlow, check Keras' backend, touch the devices; return the number of GPUs."""
    import keras
    import tensorflow as tf

    backend = keras.backend.backend()
    if backend != "tensorflow":
        raise RuntimeError(
            f"Keras runs on {backend} here, and the course on TensorFlow. Set the environment variable "
            "KERAS_BACKEND to tensorflow (or remove `backend` from ~/.keras/keras.json) and restart the kernel."
        )
    gpus = tf.config.list_physical_devices("GPU")
    for gpu in gpus:
        # Otherwise the first notebook takes all of the GPU's memory, and a second one finds none.
        with contextlib.suppress(RuntimeError):  # the GPU is already in use: too late to change
            tf.config.experimental.set_memory_growth(gpu, True)
    tf.zeros(1)  # the first operation logs, too
    half = tf.zeros((1, 1), tf.float16)
    tf.matmul(half, half)  # and, on some processors, the first in half precision
    return len(gpus)


def _seed() -> int:
    text = os.environ.get("CNN_COURSE_SEED", "0")
    if not text.isdigit():
        raise ValueError(f"CNN_COURSE_SEED is {text!r}; it must be a whole number, 0 or more.")
    return int(text)


def _profile(gpus: int) -> str:
    profile = os.environ.get("CNN_COURSE_PROFILE", "gpu" if gpus else "laptop")
    if profile not in PROFILES:
        raise ValueError(f"CNN_COURSE_PROFILE is {profile!r}; it can be {' or '.join(PROFILES)}.")
    return profile


def _sentence(profile: str, gpus: int, seed: int, chosen: dict[str, Any]) -> str:
    machine = f"{gpus} GPU{'s' * (gpus > 1)}" if gpus else "no GPU found"
    sizes = ", ".join(f"{name} = {_readable(size)}" for name, size in chosen.items()) or "none to choose"
    return f"Sizes: {profile} ({machine}); {sizes}; seed {seed}."


def _readable(size: object) -> str:
    return f"{size:,}" if isinstance(size, int) else str(size)
