"""Figure F7: how maps become one row of numbers, and what the layer behind it costs."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from cnn_course import show
from cnn_course.figures._cells import cells

_GREYS = LinearSegmentedColormap.from_list("greys", ["#FFFFFF", "#BBBBBB"])
_CHANNELS = (("a", "#0072B2", "-"), ("b", "#D55E00", "--"), ("c", "#009E73", ":"))
_MARKERS = "osD^v"


def flatten(maps: ArrayLike, learned_numbers: Mapping[str, int]) -> show.Figure:
    """Draw three maps, the row that Keras' `Flatten` makes of them, and the learned numbers of ways to go on.

    `Flatten` reads pixel by pixel, and at each pixel all channels, before it goes on to the next. The row is broken
    into lines, like text: one line for each row of the maps.

    Args:
        maps: Maps `(3, 3, 3)`, channels last, not negative, below 10.
        learned_numbers: Number of learned numbers by name of the way, each at least 1.

    Returns:
        The figure. Derived in notebook 05.

    Raises:
        ValueError: If the maps have another shape or range, or a number is below 1.
    """
    values = np.asarray(maps, dtype=np.float64)
    if values.shape != (3, 3, 3) or values.min() < 0 or values.max() >= 10:
        raise ValueError(f"The maps are (3, 3, 3) with numbers from 0 to below 10; these are {values.shape}.")
    if not learned_numbers or min(learned_numbers.values()) < 1:
        raise ValueError("Each way needs at least 1 learned number: there is no 0 on a logarithmic axis.")
    ways = "; ".join(f"{name}, {count:,}" for name, count in learned_numbers.items())
    figure = show.empty(
        4.2 + 0.42 * len(learned_numbers),
        description="Three 3 × 3 maps a, b and c; Flatten makes one row of 27 numbers of them, pixel by pixel: "
        f"a b c of the first pixel, then a b c of the next. Learned numbers of the layers behind: {ways}.",
    )
    grid = figure.add_gridspec(3, 3, height_ratios=(1.4, 1.6, 0.4 * len(learned_numbers)))
    limit = float(values.max()) or 1.0
    for channel, (letter, _, _) in enumerate(_CHANNELS):
        axes = figure.add_subplot(grid[0, channel])
        cells(axes, values[:, :, channel], limit=limit, colours=_GREYS, signed=False)
        axes.set_title(f"map {letter}")
        _frame(axes, (0, 0, 3, 3), channel)
    _draw_row(figure.add_subplot(grid[1, :]), values, limit)
    _draw_ways(figure.add_subplot(grid[2, :]), learned_numbers)
    return figure


def _frame(axes: Axes, box: tuple[float, float, float, float], channel: int) -> None:
    """Draw a frame (left, top, width, height) in the colour and dash of a channel."""
    left, top, width, height = box
    _, colour, dash = _CHANNELS[channel]
    axes.add_patch(
        Rectangle((left, top), width, height, fill=False, color=colour, linestyle=dash, linewidth=2, clip_on=False)
    )


def _draw_row(axes: Axes, values: NDArray[np.float64], limit: float) -> None:
    """Draw the flattened numbers, a line for each row of the maps, each number in the frame of its map."""
    lines = values.reshape(3, 9)
    cells(axes, lines, limit=limit, colours=_GREYS, signed=False)
    for line, place in np.ndindex(3, 9):
        _frame(axes, (place + 0.06, line + 0.06, 0.88, 0.88), place % 3)
    for place in range(9):
        axes.text(place + 0.5, 3.1, _CHANNELS[place % 3][0], ha="center", va="top", fontsize=9.5)
    axes.vlines((3, 6), 0, 3, color="black", linewidth=1.5)
    axes.set_title("Flatten: 27 numbers in a row (read it like text),\nall maps of one pixel, then the next pixel")


def _draw_ways(axes: Axes, learned_numbers: Mapping[str, int]) -> None:
    """Draw one dot for each way on a logarithmic axis, which has no zero for a bar to start from."""
    for place, (name, count) in enumerate(learned_numbers.items()):
        colour = show.COLOURS[place % len(show.COLOURS)]
        axes.axhline(place, color="0.75", linewidth=0.6, linestyle=":")
        axes.plot(count, place, color=colour, marker=_MARKERS[place % len(_MARKERS)], markersize=7, linestyle="none")
        axes.text(0, place - 0.25, f"{name}: {count:,}", transform=axes.get_yaxis_transform(), fontsize=9.5)
    counts = learned_numbers.values()
    axes.set_xscale("log")
    axes.set(
        title="learned numbers behind the maps",
        xlim=(10 ** np.floor(np.log10(min(counts) / 2)), 10 ** np.ceil(np.log10(max(counts) * 2))),
        ylim=(len(learned_numbers) - 0.6, -0.8),
        yticks=[],
    )
    axes.spines["left"].set_visible(False)
