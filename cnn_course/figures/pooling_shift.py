"""How much of a move different nets or poolings forgive."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from cnn_course.show.labels import label_lines, number
from cnn_course.show.style import COLOURS, Figure, empty

_STYLES = ((COLOURS[0], "-", "o"), (COLOURS[1], "--", "s"), (COLOURS[2], ":", "D"), (COLOURS[3], "-.", "^"))

Curves = Mapping[str, Sequence[float]]


def pooling_shift(panels: Mapping[str, Curves], *, marked: int | None = None) -> Figure:
    """Draw curves against the number of pixels that a picture moved, one panel below the other.

    Where all curves of a panel lie near 1, it is drawn enlarged.

    Args:
        panels: By title the curves of a panel by name; element `d` of a curve is its value after a move by `d` pixels,
            at most 1. A name has the same look in all panels.
        marked: A move to mark with a vertical line.

    Returns:
        The figure; its description holds the values after a move by 1 pixel and after the last one. Derived in
        notebook 04.

    Raises:
        ValueError: If there are more than four names.
    """
    names = list(dict.fromkeys(name for curves in panels.values() for name in curves))
    if len(names) > len(_STYLES):
        raise ValueError(f"Give at most {len(_STYLES)} names of curves, not {len(names)}; there are no more styles.")
    told = ". ".join(f"{title.capitalize()}: {_ends(curves)}" for title, curves in panels.items())
    description = f"Curves against the pixels that the picture moved; values after a move by 1 and by the most. {told}."
    figure = empty(0.9 + (2.2 if len(panels) < 3 else 1.7) * len(panels), description=description)
    rows = figure.subplots(len(panels), squeeze=False, sharex=True)[:, 0]
    for axes, (title, curves) in zip(rows, panels.items(), strict=True):
        for name, curve in curves.items():
            colour, dash, marker = _STYLES[names.index(name)]
            axes.plot(curve, color=colour, linestyle=dash, marker=marker, label=name)
            axes.set_xticks(range(len(curve)))
        _set_limits(axes, min(min(curve) for curve in curves.values()))
        axes.set_title(title)
        if marked is not None:
            axes.axvline(marked, color="0.6", linewidth=0.8, zorder=0)
    rows[-1].set_xlabel("pixels the picture moved")
    for axes in rows:
        label_lines(axes)
    return figure


def _ends(curves: Curves) -> str:
    return "; ".join(f"{name}, {number(curve[1], 2)} and {number(curve[-1], 2)}" for name, curve in curves.items())


def _set_limits(axes: Axes, lowest: float) -> None:
    """From 0 to 1, with room for values below zero; enlarged if all values are near 1."""
    if lowest > 0.6:
        axes.set(ylim=(lowest - 0.02, 1.01))
        axes.yaxis.set_major_locator(MaxNLocator(3))
        return
    if lowest < 0:
        axes.axhline(0, color="0.6", linewidth=0.6)
    axes.set(ylim=(min(0, lowest - 0.1), 1.05), yticks=(0, 0.5, 1))
