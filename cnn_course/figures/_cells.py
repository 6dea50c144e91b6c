"""Small grids of numbers, the building block of several figures."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import Colormap, Normalize
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from cnn_course.show import SIGNED, ink


def cells(
    axes: Axes,
    values: NDArray[Any],
    *,
    limit: float,
    colours: Colormap = SIGNED,
    signed: bool = True,
    size: float = 9.5,
    decimals: int = 1,
) -> None:
    """Draw a small matrix as coloured cells, each with its number.

    Args:
        axes: Where to draw; its frame and ticks are removed.
        values: The matrix `(h, w)`.
        limit: The value of the strongest colour.
        colours: Colour map, from -limit (or 0) to limit.
        signed: Whether the colours start at -limit rather than at 0.
        size: Size of the numbers in points.
        decimals: Digits behind the point; a whole number is printed without any.
    """
    scale = Normalize(-limit if signed else 0, limit)
    height, width = values.shape
    for row in range(height):
        for column in range(width):
            value = float(values[row, column])
            colour = colours(scale(value))
            axes.add_patch(Rectangle((column, row), 1, 1, facecolor=colour, edgecolor="white", linewidth=1.5))
            axes.text(
                column + 0.5,
                row + 0.52,
                printed(value, decimals),
                ha="center",
                va="center",
                fontsize=size,
                color=ink(colour),
            )
    axes.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
    axes.axis("off")


def printed(value: float, decimals: int = 1) -> str:
    """Return a number as the figures print it: rounded, no `-0`, a real minus sign."""
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        return "0"
    return text.removesuffix("." + "0" * decimals).replace("-", "−")
