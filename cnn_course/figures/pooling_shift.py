"""Figure F6: what pooling keeps, and how much of a shift it forgives."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle
from numpy.typing import ArrayLike, NDArray

from cnn_course import show
from cnn_course.figures._cells import cells

_STYLES = (("#D55E00", "-", "o"), ("#009E73", "--", "s"), ("#0072B2", ":", "D"))


def pooling_shift(feature_map: ArrayLike, likeness: Mapping[str, ArrayLike]) -> show.Figure:
    """Draw 2 x 2 pooling of a small map, and below how like itself a map stays when the picture moves.

    Args:
        feature_map: Map `(4, 4)`, not negative, each 2 x 2 window with a single largest number: it is ringed.
        likeness: One to three curves by name, from no pooling to the widest pooling; element `d` of a curve,
            shape `(shifts,)`, is the correlation of the map before and after the picture moved by `d` pixels.

    Returns:
        The figure. Derived in notebook 04.

    Raises:
        ValueError: If the map is another one or has a tie, or the curves differ in length or in number.
    """
    values = np.asarray(feature_map, dtype=np.float64)
    windows = _windows(values)
    curves = {name: np.asarray(curve, dtype=np.float64) for name, curve in likeness.items()}
    shapes = {curve.shape for curve in curves.values()}
    if not 1 <= len(curves) <= len(_STYLES) or len(shapes) != 1:
        raise ValueError(f"Give one to three curves of the same length; these have the shapes {sorted(shapes)}.")
    (shape,) = shapes
    if len(shape) != 1 or shape[0] < 2:
        raise ValueError(f"A curve holds one number for each shift, from 0 to at least 1; its shape is {shape}.")
    moved = f"{shape[0] - 1} pixels"
    figure = show.empty(
        5.2,
        description="Above: 2 × 2 pooling of a 4 × 4 map, as maximum, with the winner of each window ringed, and as "
        f"average. Below: likeness of the map to itself after the picture moved by 1 pixel and by {moved}: "
        + "; ".join(f"{name}, {_likeness(curve[1])} and {_likeness(curve[-1])}" for name, curve in curves.items())
        + ".",
    )
    # Two figures in one, so that the labels below take no width from the grids above.
    grid = figure.add_gridspec(2, 1, height_ratios=(2, 3))
    above, below = figure.add_subfigure(grid[0]), figure.add_subfigure(grid[1])
    pooled = {"max": windows.max(axis=-1), "average": windows.mean(axis=-1)}
    panels = above.subplots(1, 3, width_ratios=(4, 3, 3))
    for axes, (title, numbers) in zip(panels, {"map": values, **pooled}.items(), strict=True):
        cells(axes, numbers, limit=float(values.max()), decimals=2 if title == "average" else 1)
        axes.set_title(title)
        if title == "map":
            _mark_winners(axes, values)
    _draw_likeness(below.subplots(), curves)
    return figure


def _windows(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The four windows with their four numbers each, shape `(2, 2, 4)`."""
    if values.shape != (4, 4) or values.min() < 0:
        raise ValueError(f"The map is (4, 4) without negative numbers; this one is {values.shape}.")
    windows = values.reshape(2, 2, 2, 2).swapaxes(1, 2).reshape(2, 2, 4)
    for row, column in np.ndindex(2, 2):
        window = windows[row, column]
        if (window == window.max()).sum() > 1:
            raise ValueError(f"Window ({row}, {column}) has a tie at {window.max():g}: change one of its numbers.")
    return windows


def _mark_winners(axes: Axes, values: NDArray[np.float64]) -> None:
    """Frame each window, and ring the number that max-pooling keeps."""
    for top, left in ((0, 0), (0, 2), (2, 0), (2, 2)):
        window = values[top : top + 2, left : left + 2]
        row, column = divmod(int(window.argmax()), 2)
        axes.add_patch(Circle((left + column + 0.5, top + row + 0.5), 0.46, fill=False, linewidth=1.6))
        axes.add_patch(Rectangle((left, top), 2, 2, fill=False, linewidth=1.6, clip_on=False))


def _draw_likeness(axes: Axes, curves: Mapping[str, NDArray[np.float64]]) -> None:
    """Draw likeness against shift, with room for values below zero."""
    axes.axhline(0, color="0.6", linewidth=0.6)
    for (name, curve), (colour, dash, marker) in zip(curves.items(), _STYLES, strict=False):
        axes.plot(curve, color=colour, linestyle=dash, marker=marker, label=name)
    lowest = min(float(curve.min()) for curve in curves.values())
    axes.set(
        title="pooling forgives small shifts only",
        xlabel="pixels the picture moved",
        ylabel="likeness (correlation)",
        ylim=(min(-0.2, lowest - 0.1), 1.05),
        xticks=range(len(next(iter(curves.values())))),
        yticks=(0, 0.5, 1),
    )
    show.label_lines(axes)


def _likeness(value: float) -> str:
    """Two decimals with a true minus sign."""
    return f"{round(float(value), 2) + 0.0:.2f}".replace("-", "−")
