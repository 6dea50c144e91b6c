"""One filter over three channels: three partial maps that are added up."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Polygon
from numpy.typing import NDArray

from cnn_course.show.pictures import draw_picture
from cnn_course.show.planes import cells, signed_image
from cnn_course.show.style import COLOURS, LABEL, Figure, empty

_SIZE = 0.27, 0.157  # of each panel, as a share of the figure's


def channel_mixer(picture: NDArray[Any], kernel: NDArray[Any], partial_maps: NDArray[Any], *, filters: int) -> Figure:
    """Draw what a filter does to each channel of a colour picture, and the sum of the three.

    Args:
        picture: The colour picture `(H, W, 3)`, values in 0..1.
        kernel: The filter `(3, 3, 3)`: rows, columns, channels.
        partial_maps: What each slice of the filter makes of its own channel, `(h, w, 3)`.
        filters: How many such filters the layer drawn at the bottom has.

    Returns:
        The figure.
    """
    height, width, depth = kernel.shape
    learned = filters * (height * width * depth + 1)
    description = (
        "A colour picture split into red, green and blue; one filter with a slice for each; three partial maps. "
        "In their sum the edges of the grey discs have cancelled and those of the coloured discs remain. "
        f"Below: {filters} filters of shape {height} by {width} by {depth} give {filters} sheets and have "
        f"{filters} times ({height * width * depth} plus 1), that is {learned}, learned numbers."
    )
    figure = empty(7.4, layout="none", description=description)
    for x, title in ((0.21, "3 channels"), (0.54, "1 filter, 3 slices"), (0.85, "3 partial maps")):
        figure.text(x, 0.973, title, ha="center", weight="bold")
    limit = float(np.abs(partial_maps).max())
    for channel, name in enumerate(("red", "green", "blue")):
        bottom = 0.80 - 0.175 * channel
        figure.text(0.012, bottom + 0.085, name, rotation=90, va="center", weight="bold")
        draw_picture(figure.add_axes((0.07, bottom, *_SIZE)), picture[:, :, channel])
        cells(figure.add_axes((0.405, bottom, *_SIZE)), kernel[:, :, channel], vmin=-2, vmax=2)
        signed_image(figure.add_axes((0.715, bottom, *_SIZE)), partial_maps[:, :, channel], limit)
    _draw_sum(figure, picture, partial_maps.sum(axis=2), limit)
    _draw_layer(figure, filters, f"{filters} × ({height}·{width}·{depth} + 1) = {learned}\nlearned numbers")
    return figure


def _draw_sum(figure: Figure, picture: NDArray[Any], total: NDArray[Any], limit: float) -> None:
    """Draw the picture in colour, and the one map that becomes of it."""
    draw_picture(figure.add_axes((0.07, 0.245, *_SIZE)), picture)
    signed_image(figure.add_axes((0.715, 0.245, *_SIZE)), total, limit)
    figure.text(0.205, 0.233, "the wall", ha="center", va="top")
    figure.text(0.51, 0.323, "add the three\nmaps, and a\nbias", ha="center", va="center", weight="bold")
    figure.text(0.85, 0.233, "1 feature map:\ncolour edges stay,\ngrey ones cancel", ha="center", va="top", **LABEL)
    figure.add_artist(FancyArrowPatch((0.65, 0.323), (0.71, 0.323), arrowstyle="-|>", mutation_scale=12))


def _draw_layer(figure: Figure, filters: int, count: str) -> None:
    """Draw a box of three channels, the small boxes of the filters, and the sheets that they make."""
    axes = figure.add_axes((0.02, 0.01, 0.96, 0.12))
    axes.set(xlim=(0, 96), ylim=(-1, 16))
    axes.axis("off")
    _draw_box(axes, (1, 5), (9, 9), 4, "0.75")
    for place, colour in enumerate(COLOURS[:filters]):
        _draw_box(axes, (21 + 8 * place, 8), (3.4, 3.4), 2, colour)
        _draw_box(axes, (62 + 2.5 * place, 7 - 1.2 * place), (9, 8), 0, colour)
    axes.text(7, 0, "H × W × 3", ha="center", **LABEL)
    axes.text(36, 0, count, ha="center", linespacing=1.1, **LABEL)
    axes.text(88, 8, f"H × W × {filters}", ha="center", va="center", **LABEL)
    for x, sign in ((17.5, "∗"), (57, "=")):
        axes.text(x, 9.5, sign, ha="center", va="center", fontsize=13)


def _draw_box(axes: Axes, corner: tuple[float, float], size: tuple[float, float], depth: float, colour: str) -> None:
    """Draw a box in oblique view: front face, and top and side faces if it has depth."""
    (x, y), (w, h), d = corner, size, depth
    faces = [[(x, y), (x + w, y), (x + w, y + h), (x, y + h)]]
    if d:
        faces.append([(x, y + h), (x + d, y + h + d / 2), (x + w + d, y + h + d / 2), (x + w, y + h)])
        faces.append([(x + w, y), (x + w + d, y + d / 2), (x + w + d, y + h + d / 2), (x + w, y + h)])
    for face, shade in zip(faces, (1.0, 0.6, 0.8), strict=False):
        axes.add_patch(Polygon(face, facecolor=colour, edgecolor="black", linewidth=0.8, alpha=shade))
