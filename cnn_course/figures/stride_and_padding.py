"""Where patches begin: a strip for each stride and padding, and the frame of zeros round a picture."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from cnn_course import costs
from cnn_course.show.style import COLOURS, LABEL, Figure, empty

_ZERO: dict[str, Any] = {"facecolor": "white", "edgecolor": "0.4", "linewidth": 0.6, "hatch": "////"}
_PIXEL: dict[str, Any] = {"facecolor": "0.85", "edgecolor": "0.4", "linewidth": 0.6}
_WORDS = (
    '"same", stride 1: a frame of\nzeros (hatched) gives every\npixel a patch of its own;\n'
    "the first lies in the corner,\nwith 5 zeros and 4 pixels"
)


def stride_and_padding(n: int, settings: Sequence[tuple[str, int]]) -> Figure:
    """Draw a strip of pixels for each setting, with a bar for every patch of three, and a picture in a frame of zeros.

    Args:
        n: Pixels of a strip.
        settings: Padding and stride of each strip.

    Returns:
        The figure.
    """
    described = []
    heights = [costs.output_size(n, 3, stride, padding) for padding, stride in settings]
    height = 1.85 + 0.60 * len(settings) + 0.13 * sum(heights)
    figure = empty(height, layout="none", description="Stride and padding.")
    inch = 1 / figure.get_figheight()
    top = 1 - 0.15 * inch
    for (padding, stride), count in zip(settings, heights, strict=True):
        tall = (0.44 + 0.13 * count) * inch
        axes = figure.add_axes((0.02, top - tall, 0.96, tall))
        before, after = costs.same_padding(n, 3, stride) if padding == "same" else (0, 0)
        _draw_strip(axes, n, (before, after), [place * stride - before for place in range(count)])
        title = f"{padding}, stride {stride}: {count} places"
        axes.set_title(title, loc="left", pad=-9, weight="bold", fontsize=10.5)
        zeros = f" with {before} zeros before and {after} after" if padding == "same" else ""
        described.append(f"{padding}, stride {stride}{zeros}: {count} places")
        top -= tall + 0.16 * inch
    _draw_frame(figure.add_axes((0.02, 0.01, 0.42, 1.62 * inch)))
    figure.text(0.47, 0.82 * inch, _WORDS, va="center", **LABEL)
    figure.description = (
        f"Strips of {n} pixels, with a bar below for each patch of 3 pixels that a card is held against. "
        + "; ".join(described)
        + ". Below: a picture of 5 by 5 pixels in a frame of zeros, with the first patch in its upper left corner."
    )
    return figure


def _draw_strip(axes: Axes, n: int, padding: tuple[int, int], starts: Sequence[int]) -> None:
    """Draw pixels 0 to n - 1 with the zeros before and after, and a bar from each start over three of them."""
    before, after = padding
    for pixel in range(-before, n + after):
        inside = 0 <= pixel < n
        style = _PIXEL if inside else _ZERO
        axes.add_patch(Rectangle((pixel, 0), 1, 1.5, **style))
        if inside:
            axes.text(pixel + 0.5, 0.72, str(pixel), ha="center", va="center", **LABEL)
    covered = {pixel for start in starts for pixel in range(start, start + 3)}
    for pixel in set(range(n)) - covered:
        axes.text(pixel + 0.5, -0.62, "left out", ha="center", va="center", **LABEL)
    for row, start in enumerate(starts):
        colour = COLOURS[row % 2]
        axes.add_patch(Rectangle((start + 0.08, -1.0 - row), 2.84, 0.62, facecolor=colour, edgecolor="none"))
    axes.set(xlim=(-1.1, n + 1.1), ylim=(-0.6 - len(starts), 2.9))
    axes.axis("off")


def _draw_frame(axes: Axes) -> None:
    """Draw a picture of 5 x 5 in its frame of zeros, and the patch in the corner."""
    for row, column in np.ndindex(7, 7):
        inside = 0 < row < 6 and 0 < column < 6
        style = _PIXEL if inside else _ZERO
        axes.add_patch(Rectangle((column, row), 1, 1, **style))
    axes.add_patch(Rectangle((0, 0), 3, 3, fill=False, edgecolor=COLOURS[1], linewidth=2.5))
    axes.set(xlim=(-0.2, 7.2), ylim=(7.2, -0.2), aspect="equal")
    axes.axis("off")
