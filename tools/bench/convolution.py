"""Our convolution beside naive loops, SciPy and Keras: time, memory, and time against image size."""

import json
import tracemalloc
from typing import Any

import numpy as np
import scipy.signal

from cnn_course import costs, layers
from cnn_course._inputs import Array
from tools.bench import Call, python, side_by_side
from tools.memory import peak

KERNEL = (3, 3)
SIZES = {  # shape of the pictures, channels out
    "32 pictures 28x28x1, 8 kernels": ((32, 28, 28, 1), 8),
    "32 pictures 28x28x16, 32 kernels": ((32, 28, 28, 16), 32),
    "8 pictures 64x64x32, 64 kernels": ((8, 64, 64, 32), 64),
}



def problem(size: str) -> tuple[Array, Array, Array]:
    """Pictures, kernel, and a gradient for the output."""
    (n, height, width, channels), filters = SIZES[size]
    positions = [costs.output_size(pixels, k) for pixels, k in zip((height, width), KERNEL, strict=True)]
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, height, width, channels)).astype(np.float32)
    kernel = rng.normal(size=(*KERNEL, channels, filters)).astype(np.float32)
    dy = rng.normal(size=(n, *positions, filters)).astype(np.float32)
    return x, kernel, dy


def speed(size: str) -> list[dict[str, object]]:
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
    return dict(json.loads(python(f"from tools.bench.convolution import peaks_here; peaks_here({size!r}, {who!r})")))


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


# --- Image size ---------------------------------------------------------------------------------------


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
