"""How maps become one row of numbers, and what the layer behind it costs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from cnn_course.show.planes import cells
from cnn_course.show.style import COLOURS, LABEL, Figure, empty

_CHANNELS = (("a", COLOURS[0], "-"), ("b", COLOURS[1], "--"), ("c", COLOURS[2], ":"))


def flatten(maps: NDArray[Any], learned_numbers: Mapping[str, int]) -> Figure:
    """Draw three maps, the row that Keras' `Flatten` makes of them, and the learned numbers of ways to go on.

    `Flatten` reads pixel by pixel, and at each pixel all channels, before it goes on to the next. The row is broken
    into lines, like text: one line for each row of the maps.

    Args:
        maps: Maps `(3, 3, 3)`, channels last, not negative, below 10.
        learned_numbers: Number of learned numbers by name of the way, each at least 1.

    Returns:
        The figure. Derived in notebook 05.
    """
    ways = "; ".join(f"{name}, {count:,}" for name, count in learned_numbers.items())
    description = (
        "Three 3 × 3 maps a, b and c; Flatten makes one row of 27 numbers of them, pixel by pixel: a b c of the first "
        f"pixel, then a b c of the next. Learned numbers of the layers behind: {ways}."
    )
    figure = empty(4.2 + 0.42 * len(learned_numbers), description=description)
    grid = figure.add_gridspec(3, 3, height_ratios=(1.4, 1.6, 0.4 * len(learned_numbers)))
    light_greys = {"cmap": "Greys", "vmin": 0, "vmax": 3 * maps.max()}
    for channel, (letter, _, _) in enumerate(_CHANNELS):
        axes = figure.add_subplot(grid[0, channel])
        cells(axes, maps[:, :, channel], **light_greys)
        axes.set_title(f"map {letter}")
        _frame(axes, (-0.5, -0.5), 3, channel)
    row = figure.add_subplot(grid[1, :])
    cells(row, maps.reshape(3, 9), **light_greys)
    _mark_channels(row)
    _draw_ways(figure.add_subplot(grid[2, :]), learned_numbers)
    return figure


def _frame(axes: Axes, corner: tuple[float, float], side: float, channel: int) -> None:
    """Draw a square frame (left, top) in the colour and dash of a channel."""
    _, colour, dash = _CHANNELS[channel]
    frame = Rectangle(corner, side, side, fill=False, edgecolor=colour, linestyle=dash, linewidth=2)
    frame.set(clip_on=False, zorder=3)
    axes.add_patch(frame)


def _mark_channels(axes: Axes) -> None:
    """Frame each number of the flattened row like the map it comes from, and part the pixels."""
    for line, place in np.ndindex(3, 9):
        _frame(axes, (place - 0.44, line - 0.44), 0.88, place % 3)
    for place in range(9):
        axes.text(place, 2.6, _CHANNELS[place % 3][0], ha="center", va="top", **LABEL)
    axes.vlines((2.5, 5.5), -0.5, 2.5, color="black", linewidth=1.5)
    axes.set_title("Flatten: 27 numbers in a row (read it like text),\nall maps of one pixel, then the next pixel")


def _draw_ways(axes: Axes, learned_numbers: Mapping[str, int]) -> None:
    """Draw one dot for each way on a logarithmic axis, which has no zero for a bar to start from."""
    for place, (name, count) in enumerate(learned_numbers.items()):
        axes.axhline(place, color="0.75", linewidth=0.6, linestyle=":")
        axes.plot(count, place, "osD^v"[place % 5], color=COLOURS[place % len(COLOURS)], markersize=7)
        axes.text(0, place - 0.25, f"{name}: {count:,}", transform=axes.get_yaxis_transform(), **LABEL)
    counts = np.array([*learned_numbers.values()])
    low, high = np.floor(np.log10(counts.min() / 2)), np.ceil(np.log10(counts.max() * 2))
    axes.set(title="learned numbers behind the maps", xscale="log", xlim=(10**low, 10**high))
    axes.set(ylim=(len(learned_numbers) - 0.6, -0.8), yticks=[])
    axes.spines["left"].set_visible(False)
