"""The first layer of a net at work: each pattern before and after training, and what it finds in one picture."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.show.labels import counted, number
from cnn_course.show.pictures import draw_picture
from cnn_course.show.planes import signed_image
from cnn_course.show.style import LABEL, WIDTH, Figure, empty

_COLUMNS = 4
_BLOCK, _SHEET, _SMALL = 1.78, 1.0, 0.42  # inches: a block's height, the sides of a sheet and of a pattern


def patterns_and_sheets(
    picture: NDArray[Any], before: NDArray[Any], after: NDArray[Any], sheets: NDArray[Any]
) -> Figure:
    """Draw a picture, and for each pattern a block: at the start, after training, and the sheet that it makes of it.

    Args:
        picture: Grey picture `(H, W)`, `uint8` or from 0 to 1.
        before: The layer's weights at the start, `(3, 3, 1, patterns)`.
        after: The same after training.
        sheets: What the layer returns for the picture, `(h, w, patterns)`, nowhere negative.

    Returns:
        The figure. All patterns have one colour scale; each sheet has its own, whose end is written below it.
    """
    count = after.shape[-1]
    rows = -(-count // _COLUMNS)
    tops = sheets.max(axis=(0, 1))
    height = 1.55 + rows * _BLOCK
    description = (
        f"A picture, and for each of {counted(count, 'pattern')} of a first layer its numbers at random and after "
        f"training, and its sheet below. The sheets reach {', '.join(number(float(top)) for top in tops)}."
    )
    figure = empty(height, layout="none", description=description)

    def panel(left: float, top: float, side: float) -> Any:
        return figure.add_axes((left / WIDTH, 1 - (top + side) / height, side / WIDTH, side / height))

    draw_picture(panel(0.04, 0.04, 1.3), picture)
    limit = max(float(np.abs(before).max()), float(np.abs(after).max()))
    words = (
        "Above: a pattern at random\n→ after training. White is 0,\n"
        f"blue negative, orange positive,\ndarkest at {number(limit)}.\nBelow: its sheet of the picture."
    )
    figure.text(1.5 / WIDTH, 1 - 0.69 / height, words, va="center", fontsize=11)
    for place in range(count):
        row, column = divmod(place, _COLUMNS)
        left, top = 0.04 + column * (WIDTH - 0.04) / _COLUMNS, 1.5 + row * _BLOCK
        signed_image(panel(left, top, _SMALL), before[:, :, 0, place], limit)
        signed_image(panel(left + _SHEET - _SMALL, top, _SMALL), after[:, :, 0, place], limit)
        figure.text((left + _SHEET / 2) / WIDTH, 1 - (top + _SMALL / 2) / height, "→", ha="center", va="center")
        sheet = panel(left, top + _SMALL + 0.06, _SHEET)
        signed_image(sheet, sheets[..., place], float(tops[place]) or 1.0)
        sheet.set_xlabel(f"0 to {number(float(tops[place]))}", labelpad=2, **LABEL)
    return figure
