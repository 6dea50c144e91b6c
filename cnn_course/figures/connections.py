"""Dense, local and shared weights, as wires and as matrices."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from cnn_course.show.planes import cells
from cnn_course.show.style import COLOURS, LABEL, Figure, empty

_INPUTS, _OUTPUTS, _TAPS = 6, 4, 3
# Which weight each wire carries; 0 is no wire. In the shared layer three weights return in every row.
_REACH = np.array([[1 + j - i if 0 <= j - i < _TAPS else 0 for j in range(_INPUTS)] for i in range(_OUTPUTS)])
_LAYERS = {
    "dense": np.arange(1, _OUTPUTS * _INPUTS + 1).reshape(_OUTPUTS, _INPUTS),
    "local": np.where(_REACH > 0, _REACH + _TAPS * np.arange(_OUTPUTS)[:, None], 0),
    "shared": _REACH,
}
_TITLES = {"dense": "dense", "local": "local", "shared": "local and shared: a convolution"}
_SHARED_STYLES = ((COLOURS[1], "-"), (COLOURS[0], "--"), (COLOURS[2], ":"))


def connections(weights: Mapping[str, int]) -> Figure:
    """Draw three ways to connect six pixels to four outputs, with the weight matrix of each beside it.

    Args:
        weights: How many weights each way needs on a real picture, to be printed below it: keys `dense`,
            `local` and `shared`.

    Returns:
        The figure.
    """
    counts = {name: len(np.unique(matrix[matrix > 0])) for name, matrix in _LAYERS.items()}
    told = "; ".join(f"{name}, {counts[name]} weights" for name in _LAYERS)
    description = (
        f"Six pixels wired to four outputs in three ways, with the weight matrix of each: {told}. In the shared "
        "one the letters a, b, c return in every row of the matrix, one step further right each time."
    )
    figure = empty(6.3, layout="none", description=description)
    for place, (name, matrix) in enumerate(_LAYERS.items()):
        top = 0.965 - 0.33 * place
        figure.text(0.02, top, f"{_TITLES[name]}: {counts[name]} weights", weight="bold", fontsize=10.5, va="top")
        _draw_wires(figure.add_axes((0.03, top - 0.25, 0.43, 0.20)), matrix, shared=name == "shared")
        _draw_matrix(figure.add_axes((0.52, top - 0.235, 0.45, 0.185)), matrix, shared=name == "shared")
        figure.text(0.02, top - 0.277, f"28 × 28 → 26 × 26: {weights[name]:,} weights", va="center", **LABEL)
    return figure


def _draw_wires(axes: Axes, matrix: NDArray[Any], *, shared: bool) -> None:
    places = np.linspace(1, _INPUTS - 2, _OUTPUTS)
    for output, pixel in np.argwhere(matrix):
        colour, dash = _style(matrix[output, pixel], shared)
        axes.plot([pixel, places[output]], [0, 1], color=colour, linestyle=dash, zorder=1)
    axes.scatter(range(_INPUTS), [0] * _INPUTS, s=70, facecolor="white", edgecolor="black", zorder=2)
    axes.scatter(places, [1] * _OUTPUTS, s=70, color="black", zorder=2)
    axes.text(_INPUTS - 1.7, 1, "outputs", va="center", **LABEL)
    axes.text((_INPUTS - 1) / 2, -0.35, "pixels", ha="center", **LABEL)
    axes.set(xlim=(-0.4, _INPUTS - 0.4), ylim=(-0.36, 1.15))
    axes.axis("off")


def _style(number: int, shared: bool) -> tuple[str, str]:
    """Colour and dash of a weight: its own grey, or one of the three shared styles."""
    return _SHARED_STYLES[number - 1] if shared else (str(0.15 + 0.6 * ((number * 7) % 24) / 24), "-")


def _draw_matrix(axes: Axes, matrix: NDArray[Any], *, shared: bool) -> None:
    colours = [[to_rgb(_style(number, shared)[0] if number else "0.96") for number in row] for row in matrix]
    letters = np.array(["", *"abc"])[matrix] if shared else np.full(matrix.shape, "")
    cells(axes, np.array(colours), letters, aspect="auto")
