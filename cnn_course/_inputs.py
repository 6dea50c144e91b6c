"""Is the input of a layer what it should be? If not, a message says what was wrong and how to repair it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]

_P = ParamSpec("_P")
_R = TypeVar("_R")


def layer(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Put the name of the decorated function in front of the messages of the errors that it raises."""

    @wraps(function)
    def named(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return function(*args, **kwargs)
        except ValueError as error:
            raise ValueError(f"{function.__name__}: {error}") from None

    return named


def floats(values: npt.ArrayLike, name: str = "x") -> Array:
    """Return the values as float32 or float64: floats as they are, whole numbers as float32."""
    array = np.asarray(values)
    if array.dtype in (np.float32, np.float64):
        return array
    if array.dtype.kind in "biu":
        return array.astype(np.float32)
    raise ValueError(f'{name} holds {array.dtype}, but must hold float32 or float64: try {name}.astype("float32")')


def pictures(x: npt.ArrayLike) -> Array:
    """Return `x` as a batch of pictures (n, height, width, channels)."""
    x = floats(x)
    if x.ndim != 4:
        raise ValueError(
            f"x has shape {x.shape}, but needs the 4 axes (n, height, width, channels); "
            "x[None] adds a missing batch axis, x[..., None] a missing channel axis"
        )
    if 0 in x.shape[1:]:
        raise ValueError(f"x has shape {x.shape}: its pictures hold no value")
    return x


def convolution(
    x: npt.ArrayLike, kernel: npt.ArrayLike, bias: npt.ArrayLike | None = None
) -> tuple[Array, Array, Array]:
    """Return pictures, kernel and bias that fit together, in the dtype of `x`; without a bias, zeros."""
    x = pictures(x)
    kernel = floats(kernel, "kernel").astype(x.dtype, copy=False)
    if kernel.ndim != 4:
        raise ValueError(
            f"kernel has shape {kernel.shape}, but needs the 4 axes (kernel_height, kernel_width, channels_in, "
            "channels_out); kernel[..., None, None] makes one for one channel in and one out"
        )
    if x.shape[3] != kernel.shape[2]:
        raise ValueError(
            f"x has {x.shape[3]} channels (last axis of {x.shape}), but the kernel is made for {kernel.shape[2]} "
            f"(third axis of {kernel.shape}); they must be equal"
        )
    return x, kernel, _bias(bias, kernel.shape[3], x.dtype)


def rows(x: npt.ArrayLike, weights: npt.ArrayLike, bias: npt.ArrayLike | None = None) -> tuple[Array, Array, Array]:
    """Return rows of features, weights and bias that fit together, in the dtype of `x`; without a bias, zeros."""
    x = floats(x)
    if x.ndim != 2:
        raise ValueError(
            f"x has shape {x.shape}, but needs the 2 axes (n, features): flatten(x) makes them of pictures, "
            "x[None] a batch of one row"
        )
    weights = floats(weights, "weights").astype(x.dtype, copy=False)
    if weights.ndim != 2:
        raise ValueError(f"weights has shape {weights.shape}, but needs (features_in, features_out)")
    if x.shape[1] != len(weights):
        raise ValueError(
            f"x has {x.shape[1]} features (last axis of {x.shape}), but the weights are made for {len(weights)} "
            f"(first axis of {weights.shape}); they must be equal"
        )
    return x, weights, _bias(bias, weights.shape[1], x.dtype)


def _bias(bias: npt.ArrayLike | None, length: int, dtype: np.dtype[Any]) -> Array:
    if bias is None:
        return np.zeros(length, dtype)
    array = floats(bias, "bias").astype(dtype, copy=False)
    if array.shape != (length,):
        raise ValueError(f"bias has shape {array.shape}, but needs ({length},): one number for each output")
    return array


def gradient(dy: npt.ArrayLike, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Return the gradient by an output of this shape, in this dtype."""
    array = floats(dy, "dy").astype(dtype, copy=False)
    if array.shape != shape:
        raise ValueError(f"dy has shape {array.shape}, but the output that it belongs to has {shape}")
    return array


def scores(logits: npt.ArrayLike, labels: npt.ArrayLike) -> tuple[Array, npt.NDArray[Any]]:
    """Return scores (n, classes) and class numbers (n,) that fit together."""
    logits, labels = floats(logits, "logits"), np.asarray(labels)
    if logits.ndim != 2 or logits.size == 0:
        raise ValueError(f"logits has shape {logits.shape}, but needs (n, classes), both at least 1")
    n, classes = logits.shape
    if labels.shape == (n, classes):
        raise ValueError(
            f"labels has shape {labels.shape}, so it looks one-hot; class numbers are wanted: labels.argmax(axis=1)"
        )
    if labels.shape != (n,):
        raise ValueError(f"labels has shape {labels.shape}, but needs ({n},): one class number for each picture")
    if labels.dtype.kind not in "iu":
        raise ValueError(f"labels holds {labels.dtype}, but must hold whole numbers: labels.astype(int)")
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(
            f"labels run from {labels.min()} to {labels.max()}, but with {classes} classes they must lie between 0 and "
            f"{classes - 1}"
        )
    return logits, labels
