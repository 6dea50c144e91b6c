"""The layers of a convolutional net in NumPy, forward and backward.

They compute what Keras computes on the CPU, and are short enough to be read. Throughout:

- Pictures are batches in Keras's order: (n, height, width, channels).
- Kernels are (kernel_height, kernel_width, channels_in, channels_out).
- The result has the dtype of `x`: float32 stays float32, float64 stays float64. Whole numbers are computed in
  float32, and kernels, biases and gradients are converted to the dtype of `x`.
- A function `f_backward` takes `dy`, the gradient of the loss by the output of `f`, and gives the gradient by
  each of its inputs. It has the shape of that input.
- Stride, dilation and pooling size are an int or a pair (height, width).

Whatever does not fit raises ValueError with a message that says how to repair it: `_inputs.py` sees to that. Where the
windows of a picture are is worked out in `_windows.py`. What is left here is the arithmetic.
"""

from functools import reduce

import numpy as np
import numpy.typing as npt

from cnn_course import _inputs
from cnn_course._inputs import Array, layer
from cnn_course._windows import Windows
from cnn_course.costs import Pair

__all__ = [
    "average_pool",
    "average_pool_backward",
    "conv2d",
    "conv2d_backward",
    "cross_entropy",
    "cross_entropy_backward",
    "dense",
    "dense_backward",
    "flatten",
    "flatten_backward",
    "global_average_pool",
    "global_average_pool_backward",
    "max_pool",
    "max_pool_backward",
    "relu",
    "relu_backward",
    "softmax",
]

# --- Convolution ----------------------------------------------------------------------------------------


@layer
def conv2d(
    x: npt.ArrayLike,
    kernel: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    *,
    stride: Pair = 1,
    padding: str = "valid",
    dilation: Pair = 1,
) -> Array:
    """Take the weighted sum of each patch of pictures, for each kernel.

    As in all of deep learning the kernel is not flipped: strictly, this is a cross-correlation.

    Args:
        x: Pictures, (n, height, width, channels_in).
        kernel: (kernel_height, kernel_width, channels_in, channels_out).
        bias: (channels_out,), added at each position; none if left out.
        stride: Pixels from one position to the next.
        padding: "valid", or "same" with zeros around the picture, placed as TensorFlow places them.
        dilation: Pixels from one weight of the kernel to the next.

    Returns:
        (n, rows, columns, channels_out), in the dtype of `x`.

    Raises:
        ValueError: If a shape, stride, padding or dilation does not fit.

    Derived in notebook 02.
    """
    x, kernel, bias = _inputs.convolution(x, kernel, bias)
    windows = Windows(x.shape, kernel.shape[:2], stride, padding, dilation)
    patches = windows.pixels(x)  # (n, rows, columns, kernel_height, kernel_width, channels_in)
    y: Array = np.tensordot(patches, kernel, axes=3)  # summed over the last three
    y += bias
    return y


@layer
def conv2d_backward(
    dy: npt.ArrayLike,
    x: npt.ArrayLike,
    kernel: npt.ArrayLike,
    *,
    stride: Pair = 1,
    padding: str = "valid",
    dilation: Pair = 1,
) -> tuple[Array, Array, Array]:
    """Gradients of a convolution.

    A weight met one pixel at each position, so its gradient is the sum of those pixels times `dy`. A pixel met a
    weight in each window that covers it, so each position hands `dy` times the weight back to its pixels.

    Args:
        dy: Gradient by the output of `conv2d`, (n, rows, columns, channels_out).
        x: The pictures that `conv2d` got.
        kernel: The kernel that it got.
        stride: Its stride.
        padding: Its padding.
        dilation: Its dilation.

    Returns:
        `dx`, `dkernel` and `dbias`, in the shapes of `x`, `kernel` and the bias.

    Raises:
        ValueError: As `conv2d`, and if `dy` has another shape than its output.

    Its formula stands in notebook 02, under The mathematics.
    """
    x, kernel, _ = _inputs.convolution(x, kernel)
    windows = Windows(x.shape, kernel.shape[:2], stride, padding, dilation)
    dy = _inputs.gradient(dy, (*windows.positions, kernel.shape[3]), x.dtype)

    dbias = dy.sum(axis=(0, 1, 2))
    patches = windows.pixels(x).reshape(-1, kernel[..., 0].size)  # one row for each position
    dkernel = (patches.T @ dy.reshape(-1, kernel.shape[3])).reshape(kernel.shape)
    dx = windows.pad(np.zeros_like(x))
    for dx_tap, weights in zip(windows.taps(dx), kernel.reshape(-1, *kernel.shape[2:]), strict=True):
        dx_tap += np.tensordot(dy, weights, axes=([3], [1]))  # summed over channels_out
    return windows.crop(dx), dkernel, dbias


# --- ReLU -----------------------------------------------------------------------------------------------


@layer
def relu(x: npt.ArrayLike) -> Array:
    """Replace each negative value by zero; any shape.

    Derived in notebook 03.
    """
    x = _inputs.floats(x)
    return np.maximum(x, x.dtype.type(0))


@layer
def relu_backward(dy: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """Hand the gradient on where `x` was positive, else zero.

    At exactly zero ReLU has no slope; like TensorFlow we take 0.

    Raises:
        ValueError: If `dy` has another shape than `x`.

    Derived in notebook 03.
    """
    x = _inputs.floats(x)
    dy = _inputs.gradient(dy, x.shape, x.dtype)
    return np.where(x > 0, dy, x.dtype.type(0))


# --- Pooling --------------------------------------------------------------------------------------------


@layer
def max_pool(x: npt.ArrayLike, size: Pair = 2, *, stride: Pair | None = None, padding: str = "valid") -> Array:
    """Keep the largest value of each window, channel by channel.

    Args:
        x: Feature maps, (n, height, width, channels).
        size: Height and width of the window.
        stride: Pixels from one window to the next; the size if left out, so that windows do not overlap.
        padding: "valid" (a remainder too small for a window is dropped) or "same" (padding never wins).

    Returns:
        (n, rows, columns, channels), in the dtype of `x`.

    Raises:
        ValueError: If a shape, size, stride or padding does not fit.

    Derived in notebook 04.
    """
    x = _inputs.pictures(x)
    windows = Windows(x.shape, size, stride, padding)
    # windows.pixels(x).max(axis=(3, 4)) is the same, and 2 to 16 times slower: NumPy is quick along whole arrays.
    return reduce(np.maximum, windows.taps(windows.pad(x, -np.inf)), np.array(-np.inf, x.dtype))


@layer
def max_pool_backward(
    dy: npt.ArrayLike, x: npt.ArrayLike, size: Pair = 2, *, stride: Pair | None = None, padding: str = "valid"
) -> Array:
    """Hand the gradient of each window to the value that won.

    Where several values of a window are equal and largest, all of it goes to the first, row by row from the top
    left. That is what TensorFlow does on the CPU (tried out with 2.21).

    Args:
        dy: Gradient by the output of `max_pool`.
        x: The feature maps that `max_pool` got.
        size: Its size.
        stride: Its stride.
        padding: Its padding.

    Returns:
        `dx`, in the shape of `x`.

    Raises:
        ValueError: As `max_pool`, and if `dy` has another shape than its output.

    Derived in notebook 04.
    """
    x = _inputs.pictures(x)
    windows = Windows(x.shape, size, stride, padding)
    dy = _inputs.gradient(dy, (*windows.positions, x.shape[3]), x.dtype)
    padded = windows.pad(x, -np.inf)
    largest = reduce(np.maximum, windows.taps(padded))
    dx = windows.pad(np.zeros_like(x))
    undecided = np.ones(largest.shape, dtype=bool)  # windows whose winner has not been met yet
    for tap, dx_tap in zip(windows.taps(padded), windows.taps(dx), strict=True):
        wins = undecided & (tap == largest)
        dx_tap += dy * wins
        undecided &= ~wins
    return windows.crop(dx)


@layer
def average_pool(x: npt.ArrayLike, size: Pair = 2, *, stride: Pair | None = None, padding: str = "valid") -> Array:
    """Take the mean of each window, channel by channel.

    Args:
        x: Feature maps, (n, height, width, channels).
        size: Height and width of the window.
        stride: Pixels from one window to the next; the size if left out.
        padding: "valid", or "same"; then, as in TensorFlow, the mean is over the pixels inside the picture, and
            padding does not count.

    Returns:
        (n, rows, columns, channels), in the dtype of `x`.

    Raises:
        ValueError: If a shape, size, stride or padding does not fit.

    Derived in notebook 04.
    """
    x = _inputs.pictures(x)
    windows = Windows(x.shape, size, stride, padding)
    y: Array = reduce(np.add, windows.taps(windows.pad(x))) / _pixels_inside(windows, x)
    return y


@layer
def average_pool_backward(
    dy: npt.ArrayLike, x: npt.ArrayLike, size: Pair = 2, *, stride: Pair | None = None, padding: str = "valid"
) -> Array:
    """Share the gradient of each window equally among its pixels.

    Args:
        dy: Gradient by the output of `average_pool`.
        x: The feature maps that `average_pool` got.
        size: Its size.
        stride: Its stride.
        padding: Its padding.

    Returns:
        `dx`, in the shape of `x`.

    Raises:
        ValueError: As `average_pool`, and if `dy` has another shape than its output.

    Derived in notebook 04.
    """
    x = _inputs.pictures(x)
    windows = Windows(x.shape, size, stride, padding)
    dy = _inputs.gradient(dy, (*windows.positions, x.shape[3]), x.dtype)
    share = dy / _pixels_inside(windows, x)
    dx = windows.pad(np.zeros_like(x))
    for dx_tap in windows.taps(dx):
        dx_tap += share
    return windows.crop(dx)


def _pixels_inside(windows: Windows, x: Array) -> Array:
    """How many pixels of the picture each window covers, (1, rows, columns, 1)."""
    return reduce(np.add, windows.taps(windows.pad(np.ones_like(x[:1, :, :, :1]))))


@layer
def global_average_pool(x: npt.ArrayLike) -> Array:
    """Take the mean of each feature map: (n, height, width, channels) becomes (n, channels).

    Raises:
        ValueError: If `x` has other axes.

    Derived in notebook 04.
    """
    x = _inputs.pictures(x)
    y: Array = x.mean(axis=(1, 2))
    return y


@layer
def global_average_pool_backward(dy: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """Share the gradient of each feature map equally among its pixels.

    Raises:
        ValueError: If `x` has other axes, or `dy` is not (n, channels).

    Derived in notebook 04.
    """
    x = _inputs.pictures(x)
    n, height, width, channels = x.shape
    dy = _inputs.gradient(dy, (n, channels), x.dtype)
    return np.broadcast_to(dy[:, None, None, :] / (height * width), x.shape).astype(x.dtype)


# --- Flatten and dense ----------------------------------------------------------------------------------


@layer
def flatten(x: npt.ArrayLike) -> Array:
    """Put all values of each picture into one row: (n, ...) becomes (n, features).

    Raises:
        ValueError: If `x` has no batch axis beside its features.

    Derived in notebook 05.
    """
    x = _inputs.floats(x)
    if x.ndim < 2:
        raise ValueError(f"x has shape {x.shape}, but needs a batch axis and at least one more: try x[None]")
    return x.reshape(len(x), int(np.prod(x.shape[1:])))


@layer
def flatten_backward(dy: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """Put the gradient back into the shape of `x`.

    Raises:
        ValueError: If `dy` has another shape than `flatten(x)`.

    Derived in notebook 05.
    """
    x = _inputs.floats(x)
    return _inputs.gradient(dy, flatten(x).shape, x.dtype).reshape(x.shape)


@layer
def dense(x: npt.ArrayLike, weights: npt.ArrayLike, bias: npt.ArrayLike | None = None) -> Array:
    """Let each output be a weighted sum of all inputs.

    Args:
        x: (n, features_in).
        weights: (features_in, features_out).
        bias: (features_out,); none if left out.

    Returns:
        (n, features_out), in the dtype of `x`.

    Raises:
        ValueError: If the shapes do not fit.

    Derived in notebook 05.
    """
    x, weights, bias = _inputs.rows(x, weights, bias)
    y: Array = x @ weights + bias
    return y


@layer
def dense_backward(dy: npt.ArrayLike, x: npt.ArrayLike, weights: npt.ArrayLike) -> tuple[Array, Array, Array]:
    """Gradients of a dense layer.

    Args:
        dy: Gradient by the output of `dense`, (n, features_out).
        x: The input `dense` got.
        weights: The weights it got.

    Returns:
        `dx`, `dweights` and `dbias`, in the shapes of `x`, `weights` and the bias.

    Raises:
        ValueError: As `dense`, and if `dy` has another shape than its output.

    Derived in notebook 05.
    """
    x, weights, _ = _inputs.rows(x, weights)
    dy = _inputs.gradient(dy, (len(x), weights.shape[1]), x.dtype)
    return dy @ weights.T, x.T @ dy, dy.sum(axis=0)


# --- Softmax and cross-entropy --------------------------------------------------------------------------


@layer
def softmax(logits: npt.ArrayLike) -> Array:
    """Turn scores into shares that are positive and sum to one, along the last axis.

    The largest score is subtracted first: it changes nothing, and no exponential overflows.

    Raises:
        ValueError: If there is no axis of classes.

    Derived in notebook 05.
    """
    logits = _inputs.floats(logits, "logits")
    if logits.ndim == 0:
        raise ValueError("logits is a single number, but needs an axis of classes")
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Array = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return shares


@layer
def cross_entropy(logits: npt.ArrayLike, labels: npt.ArrayLike) -> float:
    """Mean surprise at the right answers: -log of the share that softmax gives to each.

    Computed from the scores, not from the shares, so that it stays finite where a share rounds to zero.

    Args:
        logits: Scores before softmax, (n, classes).
        labels: Class numbers, whole, (n,).

    Returns:
        The mean over the batch, in nats.

    Raises:
        ValueError: If the batch is empty, the shapes do not fit or a label is no class number.

    Derived in notebook 05.
    """
    logits, labels = _inputs.scores(logits, labels)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_shares = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-log_shares[np.arange(len(labels)), labels].mean())


@layer
def cross_entropy_backward(logits: npt.ArrayLike, labels: npt.ArrayLike) -> Array:
    """Gradient of the mean cross-entropy by the scores: what softmax gave, less one for the right class, over n.

    Args:
        logits: Scores before softmax, (n, classes).
        labels: Class numbers, whole, (n,).

    Returns:
        `dlogits`, (n, classes), in the dtype of `logits`.

    Raises:
        ValueError: As `cross_entropy`.

    Derived in notebook 05.
    """
    logits, labels = _inputs.scores(logits, labels)
    dlogits = softmax(logits)
    dlogits[np.arange(len(labels)), labels] -= 1
    return dlogits / len(labels)
