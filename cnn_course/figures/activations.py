"""Why ReLU, and why its start matters."""

from collections.abc import Mapping
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from cnn_course.show.labels import label_lines
from cnn_course.show.style import COLOURS, Figure, axes

# Both panels draw ReLU and sigmoid alike; the curve between them is ReLU with another start.
_STYLES = ((COLOURS[1], "-", "o"), (COLOURS[3], ":", "D"), (COLOURS[0], "--", "s"))


def activations(error_signal: Mapping[str, ArrayLike]) -> Figure:
    """Draw the slopes of ReLU and sigmoid, and below what they do to the error signal of a deep net.

    The error signal of a layer is the gradient of the loss with respect to the layer's activations, the number
    that backpropagation hands down from layer to layer. It is drawn relative to the last layer.

    Args:
        error_signal: Three curves by name, in the order ReLU, ReLU with another start, sigmoid; each the size
            of the error signal, first layer first, shape `(layers,)`, above 0.

    Returns:
        The figure. Derived in notebook 03.

    Raises:
        ValueError: If there are not three curves.
    """
    if len(error_signal) != len(_STYLES):
        raise ValueError(f"Give 3 curves (ReLU, ReLU with another start, sigmoid); these are {len(error_signal)}.")
    curves = {name: np.asarray(sizes) for name, sizes in error_signal.items()}
    relative = {name: sizes / sizes[-1] for name, sizes in curves.items()}
    layers = len(next(iter(curves.values())))
    arrivals = "; ".join(f"{name}, {_power(sizes[0])}" for name, sizes in relative.items())
    description = (
        "Above: the slope of ReLU is 0 or 1, that of the sigmoid at most 0.25. Below: what is left of the error signal "
        f"after {layers} layers, at the first of them: {arrivals}."
    )
    figure, (above, below) = axes(2, height=5.2, height_ratios=(2, 3), description=description)
    _draw_slopes(above)
    _draw_signals(below, relative, layers)
    return figure


def _power(value: float) -> str:
    """A positive number in words of two digits: "0.93", or "1.9 × 10⁻⁶" where it is small or large."""
    if 0.01 <= value < 100:
        return f"{value:.2g}"
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits} × 10{str(int(exponent)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def _draw_slopes(axes: Axes) -> None:
    """Draw the derivatives of both functions."""
    z = np.linspace(-6, 6, 401)
    sigmoid = 1 / (1 + np.exp(-z))
    slopes = (("ReLU:\n0 or 1", np.where(z > 0, 1.0, 0.0)), ("sigmoid:\nat most ¼", sigmoid * (1 - sigmoid)))
    for (label, slope), (colour, dash, _) in zip(slopes, _STYLES[::2], strict=True):
        axes.plot(z, slope, color=colour, linestyle=dash, label=label)
    axes.set(title="slope each layer multiplies by", xlabel="z", yticks=[0, 0.25, 1], xticks=[-6, -3, 0, 3, 6])
    label_lines(axes)


def _draw_signals(axes: Axes, relative: dict[str, NDArray[np.float64]], layers: int) -> None:
    """Draw the error signal on its way from the last layer (left) to the first (right)."""
    for (name, sizes), (colour, dash, marker) in zip(relative.items(), _STYLES, strict=True):
        label = f"{fill(name, 15, break_on_hyphens=False)}\n{_power(sizes[0])}"
        # The last layer comes first, so that the label is drawn at the first one, where the journey ends.
        (line,) = axes.plot(np.arange(layers, 0, -1), sizes[::-1], label=label)
        line.set(color=colour, linestyle=dash, marker=marker, markersize=3)
    axes.set_yscale("log")
    axes.invert_xaxis()
    step = 5 * -(-layers // 30)
    axes.set_xticks([1, *range(step, layers - step // 2, step), layers])
    axes.set(title=f"error signal through {layers} layers", xlabel=f"layer ({layers} = last, 1 = first)")
    axes.set(ylabel=f"size, relative to layer {layers}")
    label_lines(axes)
