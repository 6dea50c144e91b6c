"""The lecture's picture: one wall, overlapping lights, and a sheet of numbers for each pattern."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, ConnectionPatch, Rectangle
from numpy.typing import NDArray

from cnn_course.show.pictures import draw_picture
from cnn_course.show.planes import signed_image
from cnn_course.show.style import COLOURS, LABEL, Figure, empty

_LIGHT = "#F0E442"  # the yellow of Okabe and Ito, which white would swallow, but not the dark wall


def flashlights(wall: NDArray[Any], maps: NDArray[Any], names: list[str], *, lit: tuple[int, int]) -> Figure:
    """Draw every flashlight on the wall, one of them lit, and the sheets of numbers they report.

    Args:
        wall: The picture `(H, W)`, values in 0..1.
        maps: One feature map for each pattern, `(H - 2, W - 2, n)`: 3 x 3 lights at every place.
        names: What each of the n patterns looks for.
        lit: Row and column of the lit flashlight in the maps.

    Returns:
        The figure.
    """
    height, width, count = maps.shape
    description = (
        f"A wall of {wall.shape[0]} by {wall.shape[1]} pixels under {height} by {width} overlapping flashlights, each "
        f"on a 3 by 3 patch. The one in row {lit[0]}, column {lit[1]} is lit and reports one number to the same place "
        f"of each of {count} sheets: {', '.join(names)}."
    )
    figure = empty(4.0, layout="none", description=description)
    left = figure.add_axes((0.02, 0.02, 0.5, 0.84))
    _draw_wall(left, wall, (height, width), lit)
    sheets = f"{count} patterns: {count} sheets\n{height} × {width} × {count}"
    for x, title in ((0.27, f"{height} × {width} flashlights\non one wall"), (0.78, sheets)):
        figure.text(x, 0.945, title, ha="center", va="center", weight="bold")
    limit = float(np.abs(maps).max())
    for place, name in enumerate(names):
        row, column = divmod(place, 2)
        sheet = figure.add_axes((0.565 + 0.22 * column, 0.48 - 0.44 * row, 0.2, 0.34))
        signed_image(sheet, maps[:, :, place], limit)
        sheet.add_patch(_square(lit, 1))
        sheet.set_title(name, pad=3, **LABEL)
        if column == 0:
            ends = (lit[1] + 1, lit[0] + 1), (lit[1], lit[0])
            wire = ConnectionPatch(*ends, "data", "data", axesA=left, axesB=sheet, arrowstyle="-|>")
            wire.set(color=COLOURS[1], linewidth=1.2)
            figure.add_artist(wire)
    return figure


def _draw_wall(axes: Axes, wall: NDArray[Any], lights: tuple[int, int], lit: tuple[int, int]) -> None:
    """Draw the wall dimmed, the patch of the lit flashlight bright, and a circle for each light."""
    draw_picture(axes, 0.55 * wall)
    top, left = lit
    extent = (left - 0.5, left + 2.5, top + 2.5, top - 0.5)
    axes.imshow(wall[top : top + 3, left : left + 3], cmap="gray", vmin=0, vmax=1, extent=extent)
    for row, column in np.ndindex(lights):
        axes.add_patch(Circle((column + 1, row + 1), 1.5, fill=False, edgecolor=_LIGHT, linewidth=0.5, alpha=0.7))
    axes.add_patch(_square(lit, 3))
    axes.add_patch(Circle((left + 1, top + 1), 1.5, fill=False, edgecolor=_LIGHT, linewidth=2.5))
    axes.set(xlim=(-0.5, wall.shape[1] - 0.5), ylim=(wall.shape[0] - 0.5, -0.5))


def _square(corner: tuple[int, int], side: int) -> Rectangle:
    """The outline of a square patch whose upper left pixel is `corner`, as row and column."""
    return Rectangle((corner[1] - 0.5, corner[0] - 0.5), side, side, fill=False, edgecolor=COLOURS[1], linewidth=2)
