"""One kernel held against three spots of a wall."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from cnn_course.show.labels import number
from cnn_course.show.pictures import draw_picture
from cnn_course.show.planes import cells, signed_image
from cnn_course.show.style import COLOURS, LABEL, Figure, empty

_SPOTS = (("A", COLOURS[1]), ("B", COLOURS[2]), ("C", COLOURS[0]))


def match_score(wall: NDArray[Any], kernel: NDArray[Any], spots: Sequence[tuple[int, int]]) -> Figure:
    """Draw a wall and its feature map, and the arithmetic of three spots.

    Args:
        wall: The picture `(H, W)`, in steps of 0.1, so that the printed products add up as printed.
        kernel: The pattern `(3, 3)`.
        spots: Row and column in the feature map of spots A, B and C.

    Returns:
        The figure.

    Raises:
        ValueError: If the wall has finer steps than are printed.
    """
    if not np.allclose(wall, np.round(wall, 1)):
        raise ValueError("The wall has finer steps than 0.1, so the printed numbers would not add up: round it first.")
    patches = np.lib.stride_tricks.sliding_window_view(wall, (3, 3))
    feature_map = (patches * kernel).sum(axis=(2, 3))
    scores = [feature_map[spot].round(1) for spot in spots]
    told = ", ".join(f"{letter} scores {number(score)}" for (letter, _), score in zip(_SPOTS, scores, strict=True))
    description = (
        "One 3 by 3 kernel held against three spots of a picture: patch times kernel, products, sum. "
        f"{told}; ReLU turns a negative score into 0."
    )
    figure = empty(7.0, layout="none", description=description)
    left, right = figure.add_axes((0.02, 0.645, 0.455, 0.31)), figure.add_axes((0.525, 0.645, 0.455, 0.31))
    draw_picture(left, wall)
    signed_image(right, feature_map, float(np.abs(feature_map).max()))
    for axes, title, side in ((left, "wall", 3), (right, "feature map", 1)):
        axes.set_title(title, weight="bold")
        _mark_spots(axes, spots, side)
    for x, title in ((0.19, "lit patch"), (0.52, "× same kernel"), (0.85, "= products")):
        figure.text(x, 0.607, title, ha="center", weight="bold")
    for place, (spot, score) in enumerate(zip(spots, scores, strict=True)):
        bottom = 0.45 - 0.205 * place
        letter, colour = _SPOTS[place]
        figure.text(0.025, bottom + 0.07, letter, weight="bold", fontsize=14, color=colour)
        cells(figure.add_axes((0.075, bottom, 0.25, 0.15)), patches[spot], cmap="gray", vmin=0, vmax=1)
        cells(figure.add_axes((0.395, bottom, 0.25, 0.15)), kernel, vmin=-2, vmax=2)
        cells(figure.add_axes((0.715, bottom, 0.25, 0.15)), patches[spot] * kernel, vmin=-2, vmax=2)
        total = f"sum {number(score)}  →  ReLU  →  {number(max(score, 0))}"
        figure.text(0.52, bottom - 0.028, total, ha="center", weight="bold", fontsize=10.5)
    return figure


def _mark_spots(axes: Axes, spots: Sequence[tuple[int, int]], side: int) -> None:
    """Frame the three spots, and write their letters above them."""
    for (letter, colour), (row, column) in zip(_SPOTS, spots, strict=True):
        for edge, thickness in (("white", 4), (colour, 2)):
            corner = column - 0.5, row - 0.5
            axes.add_patch(Rectangle(corner, side, side, fill=False, edgecolor=edge, linewidth=thickness))
        circle = {"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": colour}
        middle = column + side / 2 - 0.5, row - 0.5
        style = {"ha": "center", "va": "center", "weight": "bold", "color": colour, **LABEL}
        axes.annotate(letter, middle, (0, 8), textcoords="offset points", bbox=circle, **style)
