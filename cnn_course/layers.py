"""The layers of a convolutional net in NumPy, forward and backward.

They compute what Keras computes on the CPU, and are short enough to be read. Throughout:

- Pictures are batches in Keras's order: (n, height, width, channels).
- Kernels are (kernel_height, kernel_width, channels_in, channels_out).
- The result has the dtype of `x`: float32 stays float32, float64 stays float64. Whole numbers are computed in
  float32, and kernels, biases and gradients are converted to the dtype of `x`.
- A function `f_backward` takes `dy`, the gradient of the loss by the output of `f`, and gives the gradient by
  each of its inputs. It has the shape of that input.
- Stride, dilation and pooling size are an int or a pair (height, width).

Whatever does not fit raises ValueError with a message that says how to repair it.
"""

from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from cnn_course.costs import Pair, as_pair, output_size, same_padding

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

Array = npt.NDArray[np.floating[Any]]


# --- Convolution ----------------------------------------------------------------------------------------


def conv2d(
    x: npt.ArrayLike,
    kernel: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    *,
    stride: Pair = 1,
    padding: str = "valid",
    dilation: Pair = 1,
) -> Array:
    """Slide kernels over pictures and take the weighted sum at each position.

    As in all of deep learning the kernel is not flipped: strictly, this is a cross-correlation.

    Args:
        x: pictures, (n, height, width, channels_in).
        kernel: (kernel_height, kernel_width, channels_in, channels_out).
        bias: (channels_out,), added at each position; none if left out.
        stride: pixels from one position to the next.
        padding: "valid", or "same" with zeros around the picture, placed as TensorFlow places them.
        dilation: pixels from one weight of the kernel to the next.

    Returns:
        (n, rows, columns, channels_out), in the dtype of `x`.

    Raises:
        ValueError: if a shape, stride, padding or dilation does not fit.

    Derived in notebook 02.
    """
    x, kernel = _conv_inputs("conv2d", x, kernel)
    windows = _Sliding("conv2d", x.shape, kernel.shape[:2], stride, padding, dilation).windows(x)
    y: Array = np.tensordot(windows, kernel, axes=3)  # sum over kernel height, kernel width, channels_in
    if bias is not None:
        y += _vector("conv2d", "bias", bias, kernel.shape[3], x.dtype)
    return y


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
        dy: gradient by the output of `conv2d`, (n, rows, columns, channels_out).
        x: the pictures `conv2d` got.
        kernel: the kernel it got.
        stride: as given to `conv2d`.
        padding: as given to `conv2d`.
        dilation: as given to `conv2d`.

    Returns:
        `dx`, `dkernel` and `dbias`, in the shapes of `x`, `kernel` and the bias.

    Raises:
        ValueError: as `conv2d`, and if `dy` has not the shape of its output.

    Derived in notebook 02 (folded, under The mathematics), which learns a kernel with it.
    """
    x, kernel = _conv_inputs("conv2d_backward", x, kernel)
    sliding = _Sliding("conv2d_backward", x.shape, kernel.shape[:2], stride, padding, dilation)
    dy = _gradient("conv2d_backward", dy, (*sliding.positions, kernel.shape[3]), x.dtype)

    dbias = dy.sum(axis=(0, 1, 2))
    patches = sliding.windows(x).reshape(-1, kernel[..., 0].size)  # one row a position
    dkernel = (patches.T @ dy.reshape(-1, kernel.shape[3])).reshape(kernel.shape)
    dx, dx_taps = sliding.zeros(x.dtype)
    for dx_tap, weights in zip(dx_taps, kernel.reshape(-1, *kernel.shape[2:]), strict=True):
        dx_tap += np.tensordot(dy, weights, axes=([3], [1]))  # sum over channels_out
    return dx, dkernel, dbias


# --- ReLU -----------------------------------------------------------------------------------------------


def relu(x: npt.ArrayLike) -> Array:
    """Replace each negative value by zero; any shape.

    Derived in notebook 03.
    """
    x = _floats("relu", "x", x)
    return np.maximum(x, x.dtype.type(0))


def relu_backward(dy: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """Hand the gradient on where `x` was positive, else zero.

    At exactly zero ReLU has no slope; like TensorFlow we take 0.

    Raises:
        ValueError: if `dy` has not the shape of `x`.

    Derived in notebook 03.
    """
    x = _floats("relu_backward", "x", x)
    dy = _gradient("relu_backward", dy, x.shape, x.dtype)
    return np.where(x > 0, dy, x.dtype.type(0))


# --- Pooling --------------------------------------------------------------------------------------------


def max_pool(x: npt.ArrayLike, size: Pair = 2, *, stride: Pair | None = None, padding: str = "valid") -> Array:
    """Keep the largest value of each window, channel by channel.

    Args:
        x: feature maps, (n, height, width, channels).
        size: height and width of the window.
        stride: pixels from one window to the next; the size if left out, so that windows do not overlap.
        padding: "valid" (a remainder too small for a window is dropped) or "same" (padding never wins).

    Returns:
        (n, rows, columns, channels), in the dtype of `x`.

    Raises:
        ValueError: if a shape, size, stride or padding does not fit.

    Derived in notebook 04.
    """
    x, sliding = _pool_inputs("max_pool", x, size, stride, padding)
    # The start value makes sure of a new array: with a window of one pixel there would be nothing to compute.
    return reduce(np.maximum, sliding.taps(x, fill=-np.inf), np.array(-np.inf, x.dtype))


def max_pool_backward(
    dy: npt.ArrayLike, x: npt.ArrayLike, size: Pair = 2, *, stride: Pair | None = None, padding: str = "valid"
) -> Array:
    """Hand the gradient of each window to the value that won.

    Where several values of a window are equal and largest, all of it goes to the first, row by row from the top
    left. That is what TensorFlow does on the CPU (tried out with 2.21).

    Args:
        dy: gradient by the output of `max_pool`.
        x: the feature maps `max_pool` got.
        size: as given to `max_pool`.
        stride: as given to `max_pool`.
        padding: as given to `max_pool`.

    Returns:
        `dx`, in the shape of `x`.

    Raises:
        ValueError: as `max_pool`, and if `dy` has not the shape of its output.

    Derived in notebook 04.
    """
    x, sliding = _pool_inputs("max_pool_backward", x, size, stride, padding)
    dy = _gradient("max_pool_backward", dy, (*sliding.positions, x.shape[3]), x.dtype)
    taps = sliding.taps(x, fill=-np.inf)
    largest = reduce(np.maximum, taps)
    dx, dx_taps = sliding.zeros(x.dtype)
    undecided = np.ones(largest.shape, dtype=bool)  # windows whose winner has not been met yet
    for tap, dx_tap in zip(taps, dx_taps, strict=True):
        wins = undecided & (tap == largest)
        dx_tap += dy * wins
        undecided &= ~wins
    return dx


def average_pool(x: npt.ArrayLike, size: Pair = 2, *, stride: Pair | None = None, padding: str = "valid") -> Array:
    """Take the mean of each window, channel by channel.

    Args:
        x: feature maps, (n, height, width, channels).
        size: height and width of the window.
        stride: pixels from one window to the next; the size if left out.
        padding: "valid", or "same"; then, as in TensorFlow, the mean is over the pixels inside the picture, and
            padding does not count.

    Returns:
        (n, rows, columns, channels), in the dtype of `x`.

    Raises:
        ValueError: if a shape, size, stride or padding does not fit.

    Derived in notebook 04.
    """
    x, sliding = _pool_inputs("average_pool", x, size, stride, padding)
    return reduce(np.add, sliding.taps(x)) / _pixels_in_window(sliding, x)


def average_pool_backward(
    dy: npt.ArrayLike, x: npt.ArrayLike, size: Pair = 2, *, stride: Pair | None = None, padding: str = "valid"
) -> Array:
    """Share the gradient of each window equally among its pixels.

    Args:
        dy: gradient by the output of `average_pool`.
        x: the feature maps `average_pool` got.
        size: as given to `average_pool`.
        stride: as given to `average_pool`.
        padding: as given to `average_pool`.

    Returns:
        `dx`, in the shape of `x`.

    Raises:
        ValueError: as `average_pool`, and if `dy` has not the shape of its output.

    Derived in notebook 04.
    """
    x, sliding = _pool_inputs("average_pool_backward", x, size, stride, padding)
    dy = _gradient("average_pool_backward", dy, (*sliding.positions, x.shape[3]), x.dtype)
    share = dy / _pixels_in_window(sliding, x)
    dx, dx_taps = sliding.zeros(x.dtype)
    for dx_tap in dx_taps:
        dx_tap += share
    return dx


def global_average_pool(x: npt.ArrayLike) -> Array:
    """Take the mean of each feature map: (n, height, width, channels) becomes (n, channels).

    Raises:
        ValueError: if `x` has not 4 axes.

    Derived in notebook 04.
    """
    x = _batch("global_average_pool", x)
    y: Array = x.mean(axis=(1, 2))
    return y


def global_average_pool_backward(dy: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """Share the gradient of each feature map equally among its pixels.

    Raises:
        ValueError: if `x` has not 4 axes, or `dy` is not (n, channels).

    Derived in notebook 04.
    """
    x = _batch("global_average_pool_backward", x)
    n, height, width, channels = x.shape
    dy = _gradient("global_average_pool_backward", dy, (n, channels), x.dtype)
    return np.broadcast_to(dy[:, None, None, :] / (height * width), x.shape).astype(x.dtype)


# --- Flatten and dense ----------------------------------------------------------------------------------


def flatten(x: npt.ArrayLike) -> Array:
    """Put all values of each picture into one row: (n, ...) becomes (n, features).

    Raises:
        ValueError: if `x` has no batch axis beside its features.

    Derived in notebook 05.
    """
    x = _floats("flatten", "x", x)
    if x.ndim < 2:
        raise ValueError(f"flatten: x has shape {x.shape}, but needs a batch axis and at least one more: try x[None]")
    return x.reshape(len(x), int(np.prod(x.shape[1:])))


def flatten_backward(dy: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """Put the gradient back into the shape of `x`.

    Raises:
        ValueError: if `dy` has not the shape of `flatten(x)`.

    Derived in notebook 05.
    """
    x = _floats("flatten_backward", "x", x)
    return _gradient("flatten_backward", dy, flatten(x).shape, x.dtype).reshape(x.shape)


def dense(x: npt.ArrayLike, weights: npt.ArrayLike, bias: npt.ArrayLike | None = None) -> Array:
    """Let each output be a weighted sum of all inputs.

    Args:
        x: (n, features_in).
        weights: (features_in, features_out).
        bias: (features_out,); none if left out.

    Returns:
        (n, features_out), in the dtype of `x`.

    Raises:
        ValueError: if the shapes do not fit.

    Derived in notebook 05.
    """
    x, weights = _dense_inputs("dense", x, weights)
    y: Array = x @ weights
    if bias is not None:
        y += _vector("dense", "bias", bias, weights.shape[1], x.dtype)
    return y


def dense_backward(dy: npt.ArrayLike, x: npt.ArrayLike, weights: npt.ArrayLike) -> tuple[Array, Array, Array]:
    """Gradients of a dense layer.

    Args:
        dy: gradient by the output of `dense`, (n, features_out).
        x: the input `dense` got.
        weights: the weights it got.

    Returns:
        `dx`, `dweights` and `dbias`, in the shapes of `x`, `weights` and the bias.

    Raises:
        ValueError: as `dense`, and if `dy` has not the shape of its output.

    Derived in notebook 05.
    """
    x, weights = _dense_inputs("dense_backward", x, weights)
    dy = _gradient("dense_backward", dy, (len(x), weights.shape[1]), x.dtype)
    return dy @ weights.T, x.T @ dy, dy.sum(axis=0)


# --- Softmax and cross-entropy --------------------------------------------------------------------------


def softmax(logits: npt.ArrayLike) -> Array:
    """Turn scores into shares that are positive and sum to one, along the last axis.

    The largest score is subtracted first: it changes nothing, and no exponential overflows.

    Raises:
        ValueError: if there is no axis of classes.

    Derived in notebook 05.
    """
    logits = _floats("softmax", "logits", logits)
    if logits.ndim == 0:
        raise ValueError("softmax: logits is a single number, but needs an axis of classes")
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Array = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return shares


def cross_entropy(logits: npt.ArrayLike, labels: npt.ArrayLike) -> float:
    """Mean surprise at the right answers: -log of the share that softmax gives to each.

    Computed from the scores, not from the shares, so that it stays finite where a share rounds to zero.

    Args:
        logits: scores before softmax, (n, classes).
        labels: class numbers, whole, (n,).

    Returns:
        The mean over the batch, in nats.

    Raises:
        ValueError: if the batch is empty, the shapes do not fit or a label is no class number.

    Derived in notebook 05.
    """
    logits, labels = _loss_inputs("cross_entropy", logits, labels)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_shares = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-log_shares[np.arange(len(labels)), labels].mean())


def cross_entropy_backward(logits: npt.ArrayLike, labels: npt.ArrayLike) -> Array:
    """Gradient of the mean cross-entropy by the scores: what softmax gave, less one for the right class, over n.

    Args:
        logits: scores before softmax, (n, classes).
        labels: class numbers, whole, (n,).

    Returns:
        `dlogits`, (n, classes), in the dtype of `logits`.

    Raises:
        ValueError: as `cross_entropy`.

    Derived in notebook 05.
    """
    logits, labels = _loss_inputs("cross_entropy_backward", logits, labels)
    dlogits = softmax(logits)
    dlogits[np.arange(len(labels)), labels] -= 1
    return dlogits / len(labels)


# --- Windows that slide over a picture ------------------------------------------------------------------


class _Sliding:
    """Where the windows of a convolution or a pooling lie, for pictures of one shape."""

    def __init__(
        self, where: str, shape: tuple[int, ...], size: Pair, stride: Pair, padding: str, dilation: Pair
    ) -> None:
        self.shape = shape
        self.size = as_pair(size, f"{where}: size")
        self.stride = as_pair(stride, f"{where}: stride")
        self.dilation = as_pair(dilation, f"{where}: dilation")
        axes = list(zip(shape[1:3], self.size, self.stride, self.dilation, strict=True))
        try:
            rows, columns = (output_size(n, k, s, padding, d) for n, k, s, d in axes)
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from None
        self.positions = (shape[0], rows, columns)
        self.margins = [same_padding(*axis) if padding == "same" else (0, 0) for axis in axes]

    def windows(self, x: Array, fill: float = 0.0) -> Array:
        """The pixels under each window, (n, rows, columns, window_height, window_width, channels).

        It is a view: nothing is copied, even where windows overlap.
        """
        if any(map(any, self.margins)):
            x = np.pad(x, [(0, 0), *self.margins, (0, 0)], constant_values=fill)
        return self._view(x)

    def taps(self, x: Array, fill: float = 0.0) -> list[Array]:
        """The pixel that each window has at its first place, at its second, ..., each (n, rows, columns, channels).

        Each is the picture, shifted and thinned out: within one of them no pixel occurs twice.
        """
        return self._split(self.windows(x, fill))

    def zeros(self, dtype: np.dtype[Any]) -> tuple[Array, list[Array]]:
        """An empty gradient in the shape of the pictures, and its taps: what is added to them arrives in it."""
        (top, bottom), (left, right) = self.margins
        n, height, width, channels = self.shape
        padded = np.zeros((n, top + height + bottom, left + width + right, channels), dtype)
        return padded[:, top : top + height, left : left + width], self._split(self._view(padded))

    def _view(self, padded: Array) -> Array:
        (dilation_y, dilation_x), (stride_y, stride_x) = self.dilation, self.stride
        span = tuple(d * (k - 1) + 1 for d, k in zip(self.dilation, self.size, strict=True))
        windows = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(1, 2), writeable=True)
        # (n, every position, channels, every pixel of the span): keep what stride and dilation leave.
        windows = windows[:, ::stride_y, ::stride_x, :, ::dilation_y, ::dilation_x]
        return np.moveaxis(windows, 3, 5)

    def _split(self, windows: Array) -> list[Array]:
        return [windows[:, :, :, i, j] for i, j in np.ndindex(self.size)]


def _pixels_in_window(sliding: _Sliding, x: Array) -> Array:
    """How many pixels of the picture each window covers, (1, rows, columns, 1)."""
    return reduce(np.add, sliding.taps(np.ones_like(x[:1, :, :, :1])))


# --- Is the input what it should be? --------------------------------------------------------------------


def _floats(where: str, name: str, values: npt.ArrayLike) -> Array:
    """`values` as float32 or float64."""
    array = np.asarray(values)
    if array.dtype in (np.float32, np.float64):
        return array
    if array.dtype.kind in "biu":
        return array.astype(np.float32)
    raise ValueError(
        f'{where}: {name} holds {array.dtype}, but must hold float32 or float64: try {name}.astype("float32")'
    )


def _batch(where: str, x: npt.ArrayLike) -> Array:
    """`x` as a batch of pictures."""
    x = _floats(where, "x", x)
    if x.ndim != 4:
        raise ValueError(
            f"{where}: x has shape {x.shape}, but needs the 4 axes (n, height, width, channels); "
            "x[None] adds a missing batch axis, x[..., None] a missing channel axis"
        )
    if 0 in x.shape[1:]:
        raise ValueError(f"{where}: x has shape {x.shape}: its pictures hold no value")
    return x


def _conv_inputs(where: str, x: npt.ArrayLike, kernel: npt.ArrayLike) -> tuple[Array, Array]:
    x = _batch(where, x)
    kernel = _floats(where, "kernel", kernel).astype(x.dtype, copy=False)
    if kernel.ndim != 4:
        raise ValueError(
            f"{where}: kernel has shape {kernel.shape}, but needs the 4 axes (kernel_height, kernel_width, "
            "channels_in, channels_out); kernel[..., None, None] makes one for one channel in and one out"
        )
    if x.shape[3] != kernel.shape[2]:
        raise ValueError(
            f"{where}: x has {x.shape[3]} channels (last axis of {x.shape}), but the kernel is made for "
            f"{kernel.shape[2]} (third axis of {kernel.shape}); they must be equal"
        )
    return x, kernel


def _pool_inputs(where: str, x: npt.ArrayLike, size: Pair, stride: Pair | None, padding: str) -> tuple[Array, _Sliding]:
    x = _batch(where, x)
    return x, _Sliding(where, x.shape, size, size if stride is None else stride, padding, 1)


def _dense_inputs(where: str, x: npt.ArrayLike, weights: npt.ArrayLike) -> tuple[Array, Array]:
    x = _floats(where, "x", x)
    if x.ndim != 2:
        raise ValueError(
            f"{where}: x has shape {x.shape}, but needs the 2 axes (n, features): flatten(x) makes them of pictures, "
            "x[None] a batch of one row"
        )
    weights = _floats(where, "weights", weights).astype(x.dtype, copy=False)
    if weights.ndim != 2:
        raise ValueError(f"{where}: weights has shape {weights.shape}, but needs (features_in, features_out)")
    if x.shape[1] != len(weights):
        raise ValueError(
            f"{where}: x has {x.shape[1]} features (last axis of {x.shape}), but the weights are made for "
            f"{len(weights)} (first axis of {weights.shape}); they must be equal"
        )
    return x, weights


def _vector(where: str, name: str, values: npt.ArrayLike, length: int, dtype: np.dtype[Any]) -> Array:
    array = _floats(where, name, values).astype(dtype, copy=False)
    if array.shape != (length,):
        raise ValueError(f"{where}: {name} has shape {array.shape}, but needs ({length},): one number for each output")
    return array


def _gradient(where: str, dy: npt.ArrayLike, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    array = _floats(where, "dy", dy).astype(dtype, copy=False)
    if array.shape != shape:
        raise ValueError(f"{where}: dy has shape {array.shape}, but the output that it belongs to has {shape}")
    return array


def _loss_inputs(where: str, logits: npt.ArrayLike, labels: npt.ArrayLike) -> tuple[Array, npt.NDArray[Any]]:
    logits, labels = _floats(where, "logits", logits), np.asarray(labels)
    if logits.ndim != 2 or logits.size == 0:
        raise ValueError(f"{where}: logits has shape {logits.shape}, but needs (n, classes), both at least 1")
    n, classes = logits.shape
    if labels.shape == (n, classes):
        raise ValueError(
            f"{where}: labels has shape {labels.shape}, so it looks one-hot; class numbers are wanted: "
            "labels.argmax(axis=1)"
        )
    if labels.shape != (n,):
        raise ValueError(f"{where}: labels has shape {labels.shape}, but needs ({n},): one class number a picture")
    if labels.dtype.kind not in "iu":
        raise ValueError(f"{where}: labels holds {labels.dtype}, but must hold whole numbers: labels.astype(int)")
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(
            f"{where}: labels run from {labels.min()} to {labels.max()}, but with {classes} classes they must lie "
            f"between 0 and {classes - 1}"
        )
    return logits, labels
