"""F1: one kernel held against three spots of a wall."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from cnn_course.figures._cells import cells, printed
from cnn_course.show import COLOURS, SIGNED, Figure, empty

_LETTERS = "ABC"
_MARKS = (COLOURS[1], COLOURS[2], COLOURS[0])


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
    scores = [float(feature_map[spot]) for spot in spots]
    told = [f"{letter} scores {printed(score)}" for letter, score in zip(_LETTERS, scores, strict=True)]
    figure = empty(
        7.0,
        description=(
            "One 3 by 3 kernel held against three spots of a picture: patch times kernel, products, sum. "
            f"{', '.join(told)}; ReLU turns a negative score into 0."
        ),
    )
    figure.set_layout_engine("none")
    _draw_picture(figure.add_axes((0.02, 0.645, 0.455, 0.31)), wall, "wall", spots, side=3)
    _draw_picture(figure.add_axes((0.525, 0.645, 0.455, 0.31)), feature_map, "feature map", spots, side=1)
    for x, title in ((0.19, "lit patch"), (0.52, "× same kernel"), (0.85, "= products")):
        figure.text(x, 0.607, title, ha="center", weight="bold", fontsize=10)
    for place, (spot, score) in enumerate(zip(spots, scores, strict=True)):
        bottom = 0.45 - 0.205 * place
        patch = patches[spot]
        figure.text(0.025, bottom + 0.07, _LETTERS[place], weight="bold", fontsize=14, color=_MARKS[place])
        cells(figure.add_axes((0.075, bottom, 0.25, 0.15)), patch, limit=1, colours=plt.get_cmap("gray"), signed=False)
        cells(figure.add_axes((0.395, bottom, 0.25, 0.15)), kernel, limit=2)
        cells(figure.add_axes((0.715, bottom, 0.25, 0.15)), patch * kernel, limit=2)
        total = f"sum {printed(score)}  →  ReLU  →  {printed(max(score, 0))}"
        figure.text(0.52, bottom - 0.028, total, ha="center", weight="bold", fontsize=10.5)
    return figure


def _draw_picture(axes: Axes, values: NDArray[Any], title: str, spots: Sequence[tuple[int, int]], side: int) -> None:
    """Draw the wall in grey or the map in colour, with the three spots framed and lettered."""
    if side == 3:
        axes.imshow(values, cmap="gray", vmin=0, vmax=1)
    else:
        limit = float(np.abs(values).max())
        axes.imshow(values, cmap=SIGNED, vmin=-limit, vmax=limit)
    axes.set_title(title, weight="bold", fontsize=10.5)
    axes.set(xticks=[], yticks=[])
    for letter, colour, (row, column) in zip(_LETTERS, _MARKS, spots, strict=True):
        for edge, thickness in (("white", 4), (colour, 2)):
            axes.add_patch(
                Rectangle((column - 0.5, row - 0.5), side, side, fill=False, edgecolor=edge, linewidth=thickness)
            )
        axes.annotate(
            letter,
            (column + side / 2 - 0.5, row - 0.5),
            xytext=(0, 8),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=9.5,
            weight="bold",
            color=colour,
            bbox={"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": colour},
        )
