"""What pooling keeps, and how much of a shift it forgives."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle
from numpy.typing import ArrayLike, NDArray

from cnn_course.show.labels import label_lines, number
from cnn_course.show.planes import cells
from cnn_course.show.style import COLOURS, Figure, empty

_STYLES = ((COLOURS[1], "-", "o"), (COLOURS[2], "--", "s"), (COLOURS[0], ":", "D"))


def pooling_shift(feature_map: ArrayLike, likeness: Mapping[str, Sequence[float]]) -> Figure:
    """Draw 2 x 2 pooling of a small map, and below how like itself a map stays when the picture moves.

    Args:
        feature_map: Map `(4, 4)`, not negative, each 2 x 2 window with a single largest number: it is ringed.
        likeness: Three curves by name, from no pooling to the widest pooling; element `d` of a curve,
            shape `(shifts,)`, is the correlation of the map before and after the picture moved by `d` pixels.

    Returns:
        The figure. Derived in notebook 04.

    Raises:
        ValueError: If there are not three curves.
    """
    if len(likeness) != len(_STYLES):
        raise ValueError(f"Give 3 curves, from no pooling to the widest pooling; these are {len(likeness)}.")
    shifts = len(next(iter(likeness.values())))
    told = "; ".join(f"{name}, {number(curve[1], 2)} and {number(curve[-1], 2)}" for name, curve in likeness.items())
    description = (
        "Above: 2 × 2 pooling of a 4 × 4 map, as maximum, with the winner of each window ringed, and as average. "
        f"Below: likeness of the map to itself after the picture moved by 1 pixel and by {shifts - 1} pixels: {told}."
    )
    figure = empty(5.2, description=description)
    # Two figures in one, so that the labels below take no width from the grids above.
    grid = figure.add_gridspec(2, 1, height_ratios=(2, 3))
    above, below = figure.add_subfigure(grid[0]), figure.add_subfigure(grid[1])
    values = np.asarray(feature_map, dtype=np.float64)
    windows = values.reshape(2, 2, 2, 2)  # the second and the fourth axis run within a window
    pooled = {"map": values, "max": windows.max(axis=(1, 3)), "average": windows.mean(axis=(1, 3))}
    panels = above.subplots(1, 3, width_ratios=(4, 3, 3))
    for axes, (title, numbers) in zip(panels, pooled.items(), strict=True):
        cells(axes, numbers, vmin=-values.max(), vmax=values.max())
        axes.set_title(title)
    _mark_winners(panels[0], values)
    _draw_likeness(below.subplots(), likeness)
    return figure


def _mark_winners(axes: Axes, values: NDArray[np.float64]) -> None:
    """Frame each window, and ring the number that max-pooling keeps."""
    for top, left in ((0, 0), (0, 2), (2, 0), (2, 2)):
        row, column = divmod(int(values[top : top + 2, left : left + 2].argmax()), 2)
        axes.add_patch(Circle((left + column, top + row), 0.46, fill=False, linewidth=1.6))
        axes.add_patch(Rectangle((left - 0.5, top - 0.5), 2, 2, fill=False, linewidth=1.6, clip_on=False, zorder=3))


def _draw_likeness(axes: Axes, curves: Mapping[str, Sequence[float]]) -> None:
    """Draw likeness against shift, with room for values below zero."""
    axes.axhline(0, color="0.6", linewidth=0.6)
    for (name, curve), (colour, dash, marker) in zip(curves.items(), _STYLES, strict=True):
        axes.plot(curve, color=colour, linestyle=dash, marker=marker, label=name)
    lowest = min(min(curve) for curve in curves.values())
    axes.set(title="pooling forgives small shifts only", xlabel="pixels the picture moved")
    axes.set(ylabel="likeness (correlation)", ylim=(min(-0.2, lowest - 0.1), 1.05), yticks=(0, 0.5, 1))
    axes.set_xticks(range(len(curve)))
    label_lines(axes)
