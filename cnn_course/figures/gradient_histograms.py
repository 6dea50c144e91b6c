"""A patch of a photograph, and in which directions its brightness rises: a hand-made feature."""

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.show.labels import counted
from cnn_course.show.style import COLOURS, LABEL, Figure, empty, frame, readable


def gradient_histograms(patch: ArrayLike, histograms: ArrayLike) -> Figure:
    """Draw a patch with the borders of its cells, and each cell's histogram of directions as a star of rays.

    Args:
        patch: Grey picture `(H, W)`, 0 to 255.
        histograms: For each cell how much brightness rises in each direction, `(rows, columns, directions)`. The first
            direction is to the right, the next ones follow clockwise, as rows are counted downwards.

    Returns:
        The figure: the patch on the left, the stars on the right; a longer ray is a larger number.
    """
    grey, stars = np.asarray(patch, dtype=np.float64), np.asarray(histograms, dtype=np.float64)
    rows, columns, directions = stars.shape
    description = (
        f"On the left a patch of {grey.shape[0]} × {grey.shape[1]} pixels in {rows} × {columns} cells. On the right a "
        f"star of {counted(directions, 'ray')} for each cell: how much the brightness rises in each direction."
    )
    figure = empty(2.6, description=description)
    left, right = figure.subplots(1, 2)
    left.imshow(grey, cmap="gray", vmin=0, vmax=255, extent=(0, columns, rows, 0))
    left.set_title("pixels", **LABEL)
    angles = 2 * np.pi * np.arange(directions) / directions
    ends = 0.48 * stars[..., np.newaxis] / stars.max() * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    for row, column in np.ndindex(rows, columns):
        middle = np.array([column + 0.5, row + 0.5])
        for end in ends[row, column]:
            right.plot(*zip(middle, middle + end, strict=True), "-", color=readable(COLOURS[0]), linewidth=1.6)
    right.set_title(f"{stars.size} numbers", **LABEL)
    right.set(xlim=(0, columns), ylim=(rows, 0), aspect="equal")
    for panel, colour in ((left, "white"), (right, "0.7")):
        frame(panel)
        for place in range(1, max(rows, columns)):
            panel.axvline(place, color=colour, linewidth=0.8, visible=place < columns)
            panel.axhline(place, color=colour, linewidth=0.8, visible=place < rows)
    return figure
