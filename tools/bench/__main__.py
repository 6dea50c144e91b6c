"""Run every measurement and print the tables."""

import os
import platform
from importlib.metadata import version

from cnn_course import _start
from tools.bench import backbone, convolution, heading, lessons, show


def main() -> None:
    """Measure, and print one table after the other."""
    print(
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "tensorflow", "keras"))
    )
    _start.start()
    heading("Convolution, 3x3, float32: how many times as long as ours (Keras: a compiled Conv2D)")
    show([row for size in convolution.SIZES for row in convolution.speed(size)])
    print("Loops and SciPy are timed on a part and scaled up by its multiply-adds; all others on the whole batch.")
    heading("Peak memory of the same, in MB")
    show([row for size in convolution.SIZES for row in convolution.memory(size)])
    print("traced: arrays made on the way, results included, inputs and BLAS's own buffers not (tracemalloc).")
    print("process: growth of the peak of a fresh process after the import (backward includes forward).")
    heading("Cost against image size: 4 pictures, 16 channels, 32 kernels 3x3, forward")
    show(convolution.image_sizes())
    heading("Starting: seconds of a new process")
    show(lessons.starting())
    heading("One training epoch of lesson 06")
    show(lessons.epoch())
    heading("EfficientNet-Lite0, forward: pictures a second")
    show(backbone.images_per_second())
    heading("Lesson 13: seconds of each method")
    show(lessons.methods())


if __name__ == "__main__":
    main()
