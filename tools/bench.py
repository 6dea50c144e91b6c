"""Measure the course on this machine: `python3 tasks.py bench`, about two minutes.

What is compared is measured side by side, in turn, in one run, and the medians are printed. Seconds depend on the
machine and on what else it does; ratios far less. Nothing passes or fails here.
"""

import ast
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.signal

from cnn_course import arithmetic, layers, runtime

ROOT = Path(__file__).resolve().parent.parent
LESSON = ROOT / "notebooks" / "06_a_whole_cnn.ipynb"
KERNEL = (3, 3)
SIZES = {  # shape of the pictures, channels out
    "32 pictures 28x28x1, 8 kernels": ((32, 28, 28, 1), 8),
    "32 pictures 28x28x16, 32 kernels": ((32, 28, 28, 16), 32),
    "8 pictures 64x64x32, 64 kernels": ((8, 64, 64, 32), 64),
}
Call = Callable[[], object]
Array = layers.Array


def main() -> None:
    """Print every table."""
    print(
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "tensorflow", "keras"))
    )
    runtime.start()
    heading("Convolution, 3x3, float32: how many times as long as ours (Keras: a compiled Conv2D)")
    show([row for size in SIZES for row in convolution(size)])
    print("Loops and SciPy are timed on a part and scaled up by its multiply-adds; all others on the whole batch.")
    heading("Peak memory of the same, in MB")
    show([row for size in SIZES for row in memory(size)])
    print("traced: arrays made on the way, results included, inputs and BLAS's own buffers not (tracemalloc).")
    print("process: growth of the peak of a fresh process after the import (backward includes forward).")
    heading("Cost against image size: 4 pictures, 16 channels, 32 kernels 3x3, forward")
    show(image_sizes())
    heading("Starting: seconds of a new process")
    show(starting())
    heading("One training epoch of lesson 06")
    show(epoch())


def heading(text: str) -> None:
    """Announce a table, at once, since it takes a while."""
    print(f"\n{text}", flush=True)


def show(rows: list[dict[str, object]]) -> None:
    """Print rows as a table."""
    if rows:
        print(pd.DataFrame(rows).to_string(index=False), flush=True)


def side_by_side(rounds: int, calls: dict[str, Call]) -> dict[str, float]:
    """Median seconds of each call; in every round each has its turn. One round before that is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for count in range(rounds + 1):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            if count:
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


# --- Convolution ----------------------------------------------------------------------------------------


def problem(size: str) -> tuple[Array, Array, Array]:
    """Pictures, kernel, and a gradient for the output."""
    (n, height, width, channels), filters = SIZES[size]
    positions = [arithmetic.output_size(pixels, k) for pixels, k in zip((height, width), KERNEL, strict=True)]
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, height, width, channels)).astype(np.float32)
    kernel = rng.normal(size=(*KERNEL, channels, filters)).astype(np.float32)
    dy = rng.normal(size=(n, *positions, filters)).astype(np.float32)
    return x, kernel, dy


def convolution(size: str) -> list[dict[str, object]]:
    """Forward and backward at one size, as multiples of our time."""
    x, kernel, dy = problem(size)
    forward, backward = keras_convolution(x, kernel, dy)
    row, picture = (slice(1), slice(3)), slice(1)  # the first output row of the first picture; the first picture
    scale = {"loops": dy.shape[0] * dy.shape[1], "SciPy": len(x)}
    passes: dict[str, dict[str, Call]] = {
        "forward": {
            "ours": lambda: layers.conv2d(x, kernel),
            "loops": lambda: loops_forward(x[row], kernel),
            "SciPy": lambda: scipy_forward(x[picture], kernel),
            "Keras": forward,
        },
        "backward": {
            "ours": lambda: layers.conv2d_backward(dy, x, kernel),
            "loops": lambda: loops_backward(dy[:1, :1], x[row], kernel),
            "SciPy": lambda: scipy_backward(dy[picture], x[picture], kernel),
            "Keras": backward,
        },
    }
    rows: list[dict[str, object]] = []
    for name, calls in passes.items():
        seconds = {who: s * scale.get(who, 1) for who, s in side_by_side(7, calls).items()}
        rows.append(
            {"size": size, "pass": name, "ours, ms": round(1000 * seconds["ours"], 2)}
            | {f"{who} / ours": f"{seconds[who] / seconds['ours']:.3g}" for who in ("loops", "SciPy")}
            | {"ours / Keras": f"{seconds['ours'] / seconds['Keras']:.3g}"}
        )
    return rows


def keras_convolution(x: Array, kernel: Array, dy: Array) -> tuple[Call, Call]:
    """Keras's layer, compiled as `fit` compiles it; backward alone, since nothing else there asks for the output."""
    import keras
    import tensorflow as tf

    tf.get_logger().setLevel("ERROR")  # it warns of many compiled functions; here each is meant
    layer = keras.layers.Conv2D(kernel.shape[3], KERNEL)
    layer.build(x.shape)
    pictures, gradient = tf.constant(x), tf.constant(dy)

    def backward() -> Any:
        with tf.GradientTape() as tape:
            tape.watch(pictures)
            y = layer(pictures)
        return tape.gradient(y, [pictures, *layer.trainable_variables], output_gradients=gradient)

    return tf.function(lambda: layer(pictures)), tf.function(backward)


def loops_forward(x: Array, kernel: Array) -> Array:
    """A convolution as one writes it down the first time."""
    n, height, width, _ = x.shape
    rows, columns, filters = height - KERNEL[0] + 1, width - KERNEL[1] + 1, kernel.shape[3]
    y = np.zeros((n, rows, columns, filters), x.dtype)
    for image, row, column, o in np.ndindex(y.shape):
        total = 0.0
        for i, j, c in np.ndindex(kernel.shape[:3]):
            total += x[image, row + i, column + j, c] * kernel[i, j, c, o]
        y[image, row, column, o] = total
    return y


def loops_backward(dy: Array, x: Array, kernel: Array) -> tuple[Array, Array, Array]:
    """Its gradients, likewise."""
    dx, dkernel, dbias = np.zeros_like(x), np.zeros_like(kernel), np.zeros_like(kernel[0, 0, 0])
    for image, row, column, o in np.ndindex(dy.shape):
        share = dy[image, row, column, o]
        dbias[o] += share
        for i, j, c in np.ndindex(kernel.shape[:3]):
            dx[image, row + i, column + j, c] += share * kernel[i, j, c, o]
            dkernel[i, j, c, o] += share * x[image, row + i, column + j, c]
    return dx, dkernel, dbias


def scipy_forward(x: Array, kernel: Array) -> Array:
    """One call of `scipy.signal.correlate` for each picture and kernel."""
    each = np.moveaxis(kernel, 3, 0)
    return np.stack(
        [np.concatenate([scipy.signal.correlate(image, k, mode="valid") for k in each], axis=2) for image in x]
    )


def scipy_backward(dy: Array, x: Array, kernel: Array) -> tuple[Array, Array, Array]:
    """A full convolution for the pictures, a correlation with the pictures for the kernel."""
    dx, dkernel = np.zeros_like(x), np.zeros_like(kernel)
    for image, o in np.ndindex(len(x), kernel.shape[3]):
        share = dy[image, :, :, o : o + 1]
        dx[image] += scipy.signal.convolve(share, kernel[..., o], mode="full")
        dkernel[..., o] += scipy.signal.correlate(x[image], share, mode="valid")
    return dx, dkernel, dy.sum(axis=(0, 1, 2))


# --- Memory ---------------------------------------------------------------------------------------------


def memory(size: str) -> list[dict[str, object]]:
    """Forward and backward at one size."""
    x, kernel, dy = problem(size)
    traced = {
        "forward": traced_peak(lambda: layers.conv2d(x, kernel)),
        "backward": traced_peak(lambda: layers.conv2d_backward(dy, x, kernel)),
    }
    ours, keras = process_peaks(size, "ours"), process_peaks(size, "keras")
    return [
        {
            "size": size,
            "pass": name,
            "input": f"{x.nbytes / 1e6:.1f}",
            "output": f"{dy.nbytes / 1e6:.1f}",
            "ours, traced": f"{traced[name]:.1f}",
            "ours, process": ours[name],
            "Keras, process": keras[name],
        }
        for name in traced
    ]


def traced_peak(call: Call) -> float:
    """Peak of what Python and NumPy allocate during the call, in MB."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def process_peaks(size: str, who: str) -> dict[str, str]:
    """What `peaks_here` finds in a process of its own."""
    return dict(json.loads(python(f"from bench import peaks_here; peaks_here({size!r}, {who!r})")))


def peaks_here(size: str, who: str) -> None:
    """Print by how many MB this process's peak grows in a forward and in a backward pass, as JSON."""
    x, kernel, dy = problem(size)
    small = x[:1, :4, :4], kernel, dy[:1, :2, :2]
    if who == "keras":
        warm_up, calls = keras_convolution(*small), keras_convolution(x, kernel, dy)
    else:
        warm_up, calls = our_convolution(*small), our_convolution(x, kernel, dy)
    for call in warm_up:
        call()
    peaks = [peak()]
    for call in calls:
        call()
        peaks.append(peak())
    forward, backward = (f"{then - peaks[0]:.1f}" for then in peaks[1:])
    print(json.dumps({"forward": forward, "backward": backward}))


def our_convolution(x: Array, kernel: Array, dy: Array) -> tuple[Call, Call]:
    """Our forward and backward pass, as `keras_convolution` gives Keras's."""
    return lambda: layers.conv2d(x, kernel), lambda: layers.conv2d_backward(dy, x, kernel)


def peak() -> float:
    """The most memory this process has held so far, in MB; not a number where the system does not tell (Windows)."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux, where getrusage would start from the parent's peak
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1e3
    try:
        import resource
    except ImportError:
        return float("nan")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # macOS counts bytes


# --- Image size, starting, an epoch ---------------------------------------------------------------------


def image_sizes() -> list[dict[str, object]]:
    """Forward time from 28 to 224 pixels."""
    rng = np.random.default_rng(0)
    kernel = rng.normal(size=(*KERNEL, 16, 32)).astype(np.float32)
    calls: dict[str, Call] = {}
    for pixels in (28, 56, 112, 224):
        x = rng.normal(size=(4, pixels, pixels, 16)).astype(np.float32)
        calls[f"ours {pixels}"] = lambda x=x: layers.conv2d(x, kernel)  # type: ignore[misc]
        calls[f"Keras {pixels}"] = keras_convolution(x, kernel, layers.conv2d(x, kernel))[0]
    seconds = side_by_side(5, calls)
    return [
        {
            "pixels": f"{pixels}x{pixels}",
            "ours, ms": f"{1000 * seconds[f'ours {pixels}']:.2f}",
            "ours, against 28x28": f"{seconds[f'ours {pixels}'] / seconds['ours 28']:.3g}",
            "pixels, against 28x28": (pixels // 28) ** 2,
            "ours / Keras": f"{seconds[f'ours {pixels}'] / seconds[f'Keras {pixels}']:.3g}",
        }
        for pixels in (28, 56, 112, 224)
    ]


def starting() -> list[dict[str, object]]:
    """Imports, and `start`, each in a process of its own."""
    light = ["pass", "import numpy", "import cnn_course", "import cnn_course.layers"]
    heavy = ["import keras", "import cnn_course as course; course.start()"]
    seconds = side_by_side(5, {code: lambda code=code: python(code) for code in light})  # type: ignore[misc]
    seconds |= side_by_side(3, {code: lambda code=code: python(code) for code in heavy})  # type: ignore[misc]
    bare, keras = seconds["pass"], seconds["import keras"]
    return [
        {
            "code": code,
            "seconds": f"{s:.2f}",
            "beyond bare Python": f"{s - bare:.2f}",
            "against import keras": f"{s / keras:.2f}",
        }
        for code, s in seconds.items()
    ]


def python(code: str) -> str:
    """Run code in a new process beside this file; what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent, capture_output=True, text=True, check=True
    )
    return done.stdout


def epoch() -> list[dict[str, object]]:
    """Training of lesson 06's net against a plain matrix product of as many multiply-adds."""
    lesson = read_lesson()
    if lesson is None:
        return []
    cnn, images, batch = lesson
    cnn.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    rng = np.random.default_rng(0)
    part = min(images, 5_000)
    x = rng.random((part, *cnn.input_shape[1:])).astype(np.float32)
    y = rng.integers(0, cnn.output_shape[-1], part)
    square = rng.normal(size=(1024, 1024)).astype(np.float32)
    calls: dict[str, Call] = {
        "training": lambda: cnn.fit(x, y, batch_size=batch, verbose=0),
        "product": lambda: square @ square,
    }
    seconds = side_by_side(3, calls)
    # Backward, each product of the forward pass has two of its size: by the weights, and by the input.
    multiply_adds = 3 * images * int(arithmetic.summary(cnn)["multiply_adds"].sum())
    training, floor = seconds["training"] * images / part, seconds["product"] * multiply_adds / len(square) ** 3
    print(f"{images:,} pictures in batches of {batch}; timed on {part:,} and scaled up.")
    return [
        {
            "multiply-adds": f"{multiply_adds:.3g}",
            "training, s": f"{training:.2f}",
            "floor, s": f"{floor:.2f}",
            "training / floor": f"{training / floor:.3g}",
        }
    ]


def read_lesson() -> tuple[Any, int, int] | None:
    """The net of lesson 06 as its cell builds it, and its laptop sizes; None, and a word, if they are not to be had."""
    import keras

    if not LESSON.exists():
        print(f"left out: there is no {LESSON.relative_to(ROOT).as_posix()}")
        return None
    cells = json.loads(LESSON.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    source = next((text for text in sources if re.search(r"^cnn = keras\.Sequential", text, re.MULTILINE)), None)
    images = re.search(r"images=\(([\d_]+)", "\n".join(sources))
    if source is None or images is None:
        print("left out: lesson 06 has no cell with `cnn = keras.Sequential`, or no `images=(...)`")
        return None
    batch = re.search(r"batch_size=(\d+)", "\n".join(sources))
    for statement in ast.parse(source).body:
        if ast.unparse(statement).startswith("cnn = "):
            names: dict[str, Any] = {"keras": keras}
            exec(compile(ast.Module([statement], []), str(LESSON), "exec"), names)
            return names["cnn"], int(images[1]), int(batch[1]) if batch else 32
    return None


if __name__ == "__main__":
    main()
