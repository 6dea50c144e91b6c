"""The lecture's picture: one place of a wall, a set of cards, and a stack of sheets that hold their reports."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, ConnectionPatch, Rectangle
from numpy.typing import NDArray

from cnn_course.show.labels import number
from cnn_course.show.pictures import draw_picture
from cnn_course.show.planes import cells
from cnn_course.show.style import COLOURS, LABEL, SIGNED, Figure, empty

_SLANT = 0.45  # how far the far end of a lying sheet is moved to the right, as a share of its depth
_FLAT = 0.5  # how much a lying sheet is flattened


def cards_on_a_wall(
    wall: NDArray[Any], kernels: NDArray[Any], maps: NDArray[Any], names: list[str], *, place: tuple[int, int]
) -> Figure:
    """Draw a wall with one place lit, the cards that are held against it, and the block of their reports.

    Args:
        wall: The picture `(H, W)`, values in 0..1.
        kernels: The cards `(n, 3, 3)`.
        maps: One report for each place and card, `(H - 2, W - 2, n)`.
        names: What each card looks for.
        place: Row and column where the lit patch begins.

    Returns:
        The figure.
    """
    height, width, count = maps.shape
    reports = [number(value, 1) for value in maps[place]]
    told = ", ".join(f"{name} {report}" for name, report in zip(names, reports, strict=True))
    description = (
        f"A wall of {wall.shape[0]} by {wall.shape[1]} pixels with a dot for each of its {height} by {width} places. "
        f"The place in row {place[0]}, column {place[1]} is lit: a patch of 3 by 3 pixels. From it an arrow leads "
        f"through each of {count} cards to one report, at the same place of that card's sheet: {told}. The {count} "
        f"sheets lie above one another: a block of {height} by {width} by {count} numbers."
    )
    figure = empty(5.6, layout="none", description=description)
    left = figure.add_axes((0.02, 0.27, 0.30, 0.46))
    _draw_wall(left, wall, (height, width), place)
    block = figure.add_axes((0.60, 0.02, 0.40, 0.86))
    ends = _draw_block(block, maps, names, reports, place)
    blocks = f"{height} × {width} × {count} reports"
    for x, title in ((0.17, f"one wall,\n{height} × {width} places"), (0.47, f"{count} cards"), (0.79, blocks)):
        figure.text(x, 0.955, title, ha="center", va="center", weight="bold")
    limit = float(np.abs(kernels).max())
    for row, (kernel, end) in enumerate(zip(kernels, ends, strict=True)):
        card = figure.add_axes((0.375, 0.715 - 0.215 * row, 0.19, 0.146))
        cells(card, kernel, vmin=-limit, vmax=limit)
        _wire(figure, left, (place[1] + 2.5, place[0] + 1), card, (-0.5, 1))
        _wire(figure, card, (2.5, 1), block, end)
    return figure


def _draw_wall(axes: Axes, wall: NDArray[Any], places: tuple[int, int], place: tuple[int, int]) -> None:
    """Draw the wall dimmed, the patch at the lit place bright, and a dot where the patch of each place begins."""
    draw_picture(axes, 0.55 * wall)
    top, left = place
    extent = (left - 0.5, left + 2.5, top + 2.5, top - 0.5)
    axes.imshow(wall[top : top + 3, left : left + 3], cmap="gray", vmin=0, vmax=1, extent=extent)
    for row, column in np.ndindex(places):
        axes.add_patch(Circle((column, row), 0.1, facecolor="white", edgecolor="black", linewidth=0.4))
    axes.add_patch(Rectangle((left - 0.5, top - 0.5), 3, 3, fill=False, edgecolor=COLOURS[1], linewidth=2.5))
    axes.set(xlim=(-0.5, wall.shape[1] - 0.5), ylim=(wall.shape[0] - 0.5, -0.5))


def _draw_block(
    axes: Axes, maps: NDArray[Any], names: list[str], reports: list[str], place: tuple[int, int]
) -> list[tuple[float, float]]:
    """Draw the sheets lying above one another, the first on top; return where the report of each is."""
    height, width, count = maps.shape
    row, column = np.mgrid[: height + 1, : width + 1] - 0.5
    limit, gap = float(np.abs(maps).max()), _FLAT * height + 2.1
    x, ends = column + _SLANT * (height - row), []
    for sheet, (name, report) in enumerate(zip(names, reports, strict=True)):
        floor = gap * (count - 1 - sheet)
        y = floor + _FLAT * (height - row)
        axes.pcolormesh(x, y, maps[:, :, sheet], cmap=SIGNED, vmin=-limit, vmax=limit, edgecolor="0.6", linewidth=0.3)
        at = column[0, 0] + place[1] + 0.5, place[0] + 0.0
        end = at[0] + _SLANT * (height - at[1]), floor + _FLAT * (height - at[1])
        corners = [
            (at[0] + dx + _SLANT * (height - at[1] - dy), floor + _FLAT * (height - at[1] - dy))
            for dx, dy in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5), (-0.5, -0.5))
        ]
        axes.plot(*zip(*corners, strict=True), color=COLOURS[1], linestyle="-", linewidth=2, zorder=3)
        axes.text(width / 2 + _SLANT * height / 2, floor - 0.95, f"{name}: {report}", ha="center", va="center", **LABEL)
        ends.append(end)
    axes.set(xlim=(-0.8, width + _SLANT * (height + 1)), ylim=(-1.6, gap * count))
    axes.axis("off")
    return ends


def _wire(
    figure: Figure, start: Axes, begin: tuple[float, float], stop: Axes, end: tuple[float, float]
) -> ConnectionPatch:
    """Draw an arrow from one axes to another."""
    wire = ConnectionPatch(begin, end, "data", "data", axesA=start, axesB=stop, arrowstyle="-|>", mutation_scale=9)
    wire.set(color=COLOURS[1], linewidth=1.1)
    figure.add_artist(wire)
    return wire

