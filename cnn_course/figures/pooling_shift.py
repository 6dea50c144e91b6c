"""How much of a move different nets or poolings forgive."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from cnn_course.show.labels import label_lines, number
from cnn_course.show.style import COLOURS, Figure, empty

_STYLES = ((COLOURS[1], "-", "o"), (COLOURS[0], "--", "s"), (COLOURS[2], ":", "D"), (COLOURS[3], "-.", "^"))

Curves = Mapping[str, Sequence[float]]


def pooling_shift(panels: Mapping[str, Curves], *, marked: int | None = None) -> Figure:
    """Draw curves against the number of pixels that a picture moved, one panel below the other.

    Args:
        panels: By title the curves of a panel, at most four, by name; element `d` of a curve is its value after a move
            by `d` pixels, at most 1.
        marked: A move to mark with a vertical line.

    Returns:
        The figure; its description holds the values after a move by 1 pixel and after the last one. Derived in
        notebook 04.

    Raises:
        ValueError: If a panel has more than four curves.
    """
    if max(len(curves) for curves in panels.values()) > len(_STYLES):
        raise ValueError(f"Give at most {len(_STYLES)} curves for a panel; there are no more styles.")
    told = ". ".join(f"{title.capitalize()}: {_ends(curves)}" for title, curves in panels.items())
    description = f"Curves against the pixels that the picture moved; values after a move by 1 and by the most. {told}."
    figure = empty(0.9 + 2.2 * len(panels), description=description)
    rows = figure.subplots(len(panels), squeeze=False, sharex=True)[:, 0]
    for axes, (title, curves) in zip(rows, panels.items(), strict=True):
        _draw(axes, curves)
        axes.set_title(title)
        if marked is not None:
            axes.axvline(marked, color="0.6", linewidth=0.8, zorder=0)
    rows[-1].set_xlabel("pixels the picture moved")
    for axes in rows:
        label_lines(axes)
    return figure


def _ends(curves: Curves) -> str:
    return "; ".join(f"{name}, {number(curve[1], 2)} and {number(curve[-1], 2)}" for name, curve in curves.items())


def _draw(axes: Axes, curves: Curves) -> None:
    """Draw the curves of one panel, with room for values below zero."""
    lowest = min(min(curve) for curve in curves.values())
    for (name, curve), (colour, dash, marker) in zip(curves.items(), _STYLES, strict=False):
        axes.plot(curve, color=colour, linestyle=dash, marker=marker, label=name)
        axes.set_xticks(range(len(curve)))
    if lowest < 0:
        axes.axhline(0, color="0.6", linewidth=0.6)
    axes.set(ylim=(min(0, lowest - 0.1), 1.05), yticks=(0, 0.5, 1))
