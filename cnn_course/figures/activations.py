"""Activation functions and how steep they are."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from cnn_course.show.labels import label_lines, number
from cnn_course.show.style import COLOURS, Figure, axes

Function = Callable[[NDArray[np.float64]], Any]

_REACH = 6.0  # how far from 0 the functions are drawn
_STEP = 1e-3  # of the numerical derivative
_STYLES = ((COLOURS[0], "-"), (COLOURS[1], "--"), (COLOURS[2], ":"), (COLOURS[4], "-."))


def activations(functions: Mapping[str, Function]) -> Figure:
    """Draw activation functions above, and below them their slopes, all on one horizontal axis.

    Args:
        functions: Up to four functions by name; each takes an array of weighted sums and returns one of activations.

    Returns:
        The figure. A slope is measured by a small step to both sides. Curves that coincide are drawn once, with the
        names of all.

    Raises:
        ValueError: If there is no function, or there are more than four.
    """
    if not 1 <= len(functions) <= len(_STYLES):
        raise ValueError(f"Give 1 to {len(_STYLES)} functions by name; these are {len(functions)}.")
    x = np.linspace(-_REACH, _REACH, 1_200)  # an even number, so that 0 is not among them
    values = {name: np.asarray(function(x), dtype=np.float64) for name, function in functions.items()}
    slopes = {name: _slope(function, x) for name, function in functions.items()}
    told = "; ".join(
        f"{name} goes from {number(y[0], 1)} to {number(y[-1], 1)}, its slope is between "
        f"{number(slopes[name].min(), 2)} and {number(slopes[name].max(), 2)}"
        for name, y in values.items()
    )
    description = (
        f"Above, activation functions of weighted sums from {number(-_REACH, 0)} to {number(_REACH, 0)}; below, their "
        f"slopes. {told}."
    )
    figure, (above, below) = axes(2, height=5.0, sharex=True, description=description)
    for panel, curves in ((above, values), (below, slopes)):
        for (names, y), (colour, dash) in zip(_without_twins(curves), _STYLES, strict=False):
            panel.plot(x, y, color=colour, linestyle=dash, label="\n".join(names))
        panel.axvline(0, color="0.8", linewidth=0.6, zorder=0)
        panel.axhline(0, color="0.8", linewidth=0.6, zorder=0)
        panel.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    above.set(title="what comes out: the activation")
    steepest = max(slope.max() for slope in slopes.values())
    below.set(title="how steep it is there: the slope", xlabel="what goes in: the weighted sum")
    below.set(xticks=[-6, -3, 0, 3, 6], ylim=(-0.08 * steepest, 1.12 * steepest))
    if steepest <= 1 + 1e-6:
        below.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "¼", "½", "¾", "1"])
    label_lines(above)
    label_lines(below)
    return figure


def _without_twins(curves: dict[str, NDArray[np.float64]]) -> list[tuple[list[str], NDArray[np.float64]]]:
    """The curves, each with the names of all that coincide with it."""
    kept: list[tuple[list[str], NDArray[np.float64]]] = []
    for name, y in curves.items():
        twins = [names for names, other in kept if np.allclose(y, other, atol=1e-3)]
        if twins:
            twins[0].append(name)
        else:
            kept.append(([name], y))
    return kept


def _slope(function: Function, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The derivative, measured from both sides."""
    rise = np.asarray(function(x + _STEP), dtype=np.float64) - np.asarray(function(x - _STEP), dtype=np.float64)
    slope: NDArray[np.float64] = rise / (2 * _STEP)
    return slope
