"""A small picture, and a part of it with the number of each pixel written on it."""

from typing import Any

import numpy as np
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from cnn_course.show.pictures import draw_picture
from cnn_course.show.planes import cells
from cnn_course.show.style import COLOURS, LABEL, Figure, empty

_SIDE = 8  # rows and columns of the part: as many numbers as a phone can show


def pixel_numbers(picture: NDArray[np.uint8], row: int, column: int) -> Figure:
    """Draw a grey picture with a frame, and below it what the frame holds: pixels, numbers, rows and columns.

    Args:
        picture: The picture `(H, W)`, uint8.
        row: First of the eight rows in the frame.
        column: First of the eight columns in the frame.

    Returns:
        The figure.
    """
    part = picture[row : row + _SIDE, column : column + _SIDE]
    height, width = picture.shape
    description = (
        f"A grey picture of {height} × {width} pixels, and its rows {row} to {row + _SIDE - 1} and columns {column} to "
        f"{column + _SIDE - 1} enlarged: on each pixel its number, from {part.min()} for the darkest to {part.max()} "
        "for the brightest."
    )
    figure = empty(6.4, description=description)
    whole, enlarged = figure.subplots(2, height_ratios=(2.2, 3.9))
    draw_picture(whole, picture)
    whole.set_title("the whole picture", **LABEL)
    frame: dict[str, Any] = {"edgecolor": COLOURS[1], "linewidth": 2.5}
    whole.add_patch(Rectangle((column - 0.5, row - 0.5), _SIDE, _SIDE, fill=False, **frame))
    cells(enlarged, part, cmap="gray", vmin=0, vmax=255)
    places = range(_SIDE)
    enlarged.set_xticks(places, [str(column + place) for place in places], **LABEL)
    enlarged.set_yticks(places, [str(row + place) for place in places], **LABEL)
    enlarged.tick_params(length=0, labeltop=True, labelbottom=False)
    enlarged.set_title("in the frame: column", **LABEL)
    enlarged.set_ylabel("row", **LABEL)
    enlarged.spines[:].set(color=COLOURS[1], linewidth=2.5)
    return figure
