"""One pattern on one place of a picture: nine products, and their sum."""

from typing import Any

import numpy as np
from matplotlib.patches import ConnectionPatch, Rectangle
from numpy.typing import NDArray

from cnn_course.show.labels import number
from cnn_course.show.pictures import draw_picture
from cnn_course.show.planes import cells
from cnn_course.show.style import COLOURS, WIDTH, Figure, empty

_MARK = 9  # pixels: the nine of the patch would be a dot, so the frame around them is larger
_HEIGHT = 4.75


def nine_products(picture: NDArray[Any], pattern: NDArray[Any], place: tuple[int, int]) -> Figure:
    """Draw a picture with a place marked on it, and below it patch times pattern, the products, and their sum.

    Args:
        picture: Grey picture `(H, W)` from 0 to 1, in steps of 0.01, so that the products add up as printed.
        pattern: The pattern `(3, 3)`, in whole numbers.
        place: Row and column of the patch's upper left pixel.

    Returns:
        The figure.

    Raises:
        ValueError: If the numbers are finer than printed, or the patch hangs over.
    """
    row, column = place
    patch = picture[row : row + 3, column : column + 3]
    if patch.shape != (3, 3):
        raise ValueError(f"At row {row}, column {column} the pattern would hang over: the picture is {picture.shape}.")
    if not np.allclose(patch, patch.round(2)) or not np.allclose(pattern, np.round(pattern)):
        raise ValueError("The numbers are finer than printed, so they would not add up: .round(2) the picture first.")
    products = patch * pattern
    total = number(float(products.sum()), 2)
    description = (
        f"The picture, with a small frame at row {row}, column {column}. Below it the frame's nine pixels, the 3 by 3 "
        f"pattern, and the nine products of the two: {', '.join(number(float(one), 2) for one in products.flat)}. "
        f"Their sum is {total}."
    )
    figure = empty(_HEIGHT, layout="none", description=description)

    def panel(left: float, bottom: float, width: float, height: float) -> Any:
        return figure.add_axes((left / WIDTH, bottom / _HEIGHT, width / WIDTH, height / _HEIGHT))

    photo = panel(0.35, 2.3, 3.6, 2.4)
    draw_picture(photo, picture)
    corner = column + 1 - _MARK / 2, row + 1 - _MARK / 2
    for colour, thickness in (("white", 4), (COLOURS[1], 2)):
        frame = Rectangle(corner, _MARK, _MARK, fill=False, edgecolor=colour, linewidth=thickness)
        photo.add_patch(frame)
    shown = [np.array([[number(value, 2) for value in line] for line in grid]) for grid in (patch, products)]
    grids = (
        ("nine pixels", 0.05, 1.12, patch, shown[0], {"cmap": "gray", "vmin": 0, "vmax": 1}),
        ("pattern", 1.42, 0.86, pattern, None, {"vmin": -2, "vmax": 2}),
        ("nine products", 2.6, 1.62, products, shown[1], {"vmin": -2, "vmax": 2}),
    )
    for title, left, width, values, texts, scale in grids:
        axes = panel(left, 0.55, width, 1.2)
        cells(axes, values, texts, aspect="auto", **scale)
        axes.set_title(title, weight="bold", pad=4)
        if title == "nine pixels":
            for end in (-0.5, 2.5):
                line = ConnectionPatch(
                    (corner[0] + (_MARK if end > 0 else 0), corner[1] + _MARK), (end, -0.5), "data", "data",
                    axesA=photo, axesB=axes, color=COLOURS[1], linewidth=1.2, zorder=3,
                )  # fmt: skip
                figure.add_artist(line)
    for x, sign in ((1.295, "×"), (2.44, "=")):
        figure.text(x / WIDTH, 1.15 / _HEIGHT, sign, ha="center", va="center", weight="bold", fontsize=14)
    figure.text(3.41 / WIDTH, 0.28 / _HEIGHT, f"sum {total}", ha="center", va="center", weight="bold", fontsize=13)
    return figure
