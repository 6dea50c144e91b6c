"""A card of depth two: it finds a corner where two sheets of edges agree."""

from typing import Any

import numpy as np
from matplotlib.patches import FancyArrowPatch, Rectangle
from numpy.typing import NDArray

from cnn_course.show.labels import number
from cnn_course.show.planes import cells
from cnn_course.show.style import LABEL, Figure, empty


def corner_card(sheets: NDArray[Any], card: NDArray[Any], bias: float, corners: NDArray[Any]) -> Figure:
    """Draw two sheets, the two slices of a card, and the map of its reports.

    Args:
        sheets: The sheets "upright edge" and "level edge" of one wall, `(H, W, 2)`.
        card: The card `(3, 3, 2)`.
        bias: Its bias.
        corners: Its reports, `(H - 2, W - 2)`. The place of the largest is framed.

    Returns:
        The figure.
    """
    row, column = (int(n) for n in np.unravel_index(corners.argmax(), corners.shape))
    best = number(corners.max(), 1)
    description = (
        "Two sheets of reports, upright edge and level edge; one card of depth two, with a slice for each sheet; and "
        f"its feature map, with a bias of {number(bias)}. The largest report, {best}, is at the place in row {row}, "
        f"column {column}, where an upright edge below meets a level edge to the right: the corner. "
        f"{int((corners > 0).sum())} of {corners.size} reports are positive."
    )
    figure = empty(6.1, layout="none", description=description)
    limit = float(np.abs(sheets).max())
    for channel, name in enumerate(("upright edge", "level edge")):
        bottom = 0.725 - 0.305 * channel
        axes = figure.add_axes((0.02, bottom, 0.50, 0.235))
        cells(axes, sheets[:, :, channel], vmin=-limit, vmax=limit, aspect="auto")
        axes.set_title(f"sheet: {name}", pad=3, **LABEL)
        axes.add_patch(Rectangle((column - 0.5, row - 0.5), 3, 3, fill=False, edgecolor="black", linewidth=2.4))
        figure.text(0.565, bottom + 0.117, "×", ha="center", va="center", fontsize=13)
        slice_axes = figure.add_axes((0.61, bottom + 0.028, 0.28, 0.18))
        cells(slice_axes, card[:, :, channel], vmin=-2, vmax=2, aspect="auto")
        slice_axes.set_title("slice of the card", pad=3, **LABEL)
    axes = figure.add_axes((0.02, 0.02, 0.50, 0.25))
    limit = float(np.abs(corners).max())
    cells(axes, corners, vmin=-limit, vmax=limit, aspect="auto")
    axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor="black", linewidth=2.4))
    axes.set_title("feature map of the card", pad=3, **LABEL)
    words = f"products of both\nslices, added up,\nbias {number(bias)}:\nonly the corner\nis positive, {best}"
    figure.text(0.77, 0.145, words, ha="center", va="center", weight="bold")
    figure.add_artist(FancyArrowPatch((0.77, 0.425), (0.77, 0.235), arrowstyle="-|>", mutation_scale=12, color="black"))
    figure.add_artist(FancyArrowPatch((0.60, 0.145), (0.53, 0.145), arrowstyle="-|>", mutation_scale=12, color="black"))
    return figure
