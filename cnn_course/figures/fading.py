"""How signals fade from layer to layer: forwards, backwards, or both."""

from collections.abc import Mapping
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from cnn_course.show.labels import label_lines
from cnn_course.show.style import COLOURS, Figure, axes

_STYLES = ((COLOURS[0], "-", "o"), (COLOURS[1], "--", "s"), (COLOURS[2], ":", "D"), (COLOURS[4], "-.", "^"))
_FORWARDS, _BACKWARDS = "forwards: spread between pictures", "backwards: gradient of the weights"


def fading(gradient: Mapping[str, ArrayLike], spread: Mapping[str, ArrayLike] | None = None) -> Figure:
    """Draw the size of the gradient of each layer's weights and, above it, the spread of its activations.

    Args:
        gradient: Curves by name (four at most): sizes of the weight gradients, first layer first, above 0.
        spread: Curves of the same names: how much the activations differ between pictures, first layer first.

    Returns:
        The figure: logarithmic axes; the gradient is drawn from the last layer to the first, the way that it travels.

    Raises:
        ValueError: If there is no curve, there are more than four, or a size is not above 0.
    """
    panels = [(_FORWARDS, spread)] if spread is not None else []
    panels.append((_BACKWARDS, gradient))
    read = [(title, {name: np.asarray(sizes) for name, sizes in curves.items()}) for title, curves in panels]
    for _, curves in read:
        if not 1 <= len(curves) <= len(_STYLES) or not all((sizes > 0).all() for sizes in curves.values()):
            raise ValueError(f"Give 1 to {len(_STYLES)} curves by name, of sizes above 0; these are {len(curves)}.")
    told = ". ".join(f"{title.capitalize()}: {_in_words(curves, title)}" for title, curves in read)
    figure, drawn = axes(len(read), height=0.6 + 2.35 * len(read), description=f"{told}. Logarithmic axes.")
    for panel, (title, curves) in zip(np.ravel(drawn), read, strict=True):
        panel.set_title(title)
        _draw(panel, curves, backwards=title == _BACKWARDS)
        label_lines(panel)
    return figure


def _in_words(curves: dict[str, NDArray[np.float64]], title: str) -> str:
    ways = {name: sizes[::-1] if title == _BACKWARDS else sizes for name, sizes in curves.items()}
    return "; ".join(f"{name}, from {_power(sizes[0])} to {_power(sizes[-1])}" for name, sizes in ways.items())


def _power(value: float) -> str:
    """A positive number in words of two digits: "0.93", or "1.9 × 10⁻⁶" where it is small or large."""
    if 0.01 <= value < 100:
        return f"{value:.2g}"
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits} × 10{str(int(exponent)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def _draw(panel: Axes, curves: dict[str, NDArray[np.float64]], *, backwards: bool) -> None:
    """Draw the curves of one panel; the label stands at the last point of the way."""
    layers = max(map(len, curves.values()))
    way = slice(None, None, -1 if backwards else 1)
    for (name, sizes), (colour, dash, marker) in zip(curves.items(), _STYLES, strict=False):
        (line,) = panel.plot(np.arange(1, len(sizes) + 1)[way], sizes[way])
        line.set(color=colour, linestyle=dash, marker=marker, markersize=4)
        line.set_label(fill(name, 13, break_on_hyphens=False))
    panel.set_yscale("log")
    panel.set_ylim(min(sizes.min() for sizes in curves.values()) / 2, max(sizes.max() for sizes in curves.values()) * 2)
    step = 1 if layers <= 8 else 5 * -(-layers // 30)
    panel.set_xticks(sorted({1, *range(step, layers - step // 2, step), layers}))
    panel.set_xlabel("layer, from the last to the first" if backwards else "layer, from the first to the last")
    if backwards:
        panel.invert_xaxis()
