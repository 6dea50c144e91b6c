"""What is written in a figure and about it: labels at the ends of lines, numbers, counts and names."""

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from cnn_course.show.style import LABEL, LINE, readable


def label_lines(axes: Axes) -> None:
    """Write each line's label at its right end, in its colour, instead of a legend; call it last.

    Labels that would overlap are moved apart. A line without a label is passed over.

    Args:
        axes: Axes that hold the lines.
    """
    lines = [line for line in axes.get_lines() if not str(line.get_label()).startswith("_")]
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()  # only now are the limits and the height of the axes known
    box = axes.get_window_extent()
    labels = [str(line.get_label()) for line in lines]
    ends = [_last_point(line) for line in lines]
    wanted = [(axes.transData.transform(end)[1] - box.y0) / box.height for end in ends]
    heights = [LINE * figure.dpi / box.height * (1 + label.count("\n")) for label in labels]
    for line, label, end, place in zip(lines, labels, ends, _spread(wanted, heights), strict=True):
        colour = readable(line.get_color())
        arrow = {"arrowstyle": "-", "color": colour, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 3}
        axes.annotate(
            label, end, (1.04, place), textcoords="axes fraction", va="center", color=colour, arrowprops=arrow, **LABEL
        )


def _last_point(line: Line2D) -> tuple[float, float]:
    """The last point of a line that can be drawn."""
    points = np.asarray(line.get_xydata(), dtype=float)
    x, y = points[np.isfinite(points).all(axis=1)][-1]
    return float(x), float(y)


def _spread(wanted: Sequence[float], heights: Sequence[float]) -> NDArray[np.float64]:
    """Move labels no further than needed for none to overlap, in the order of their places (least squares).

    With the places of a gapless stack subtracted, this is isotonic regression, here by its max-min formula.
    Source: Robertson, Wright and Dykstra, Order Restricted Statistical Inference, 1988.
    """
    order = np.argsort(wanted, kind="stable")
    tall = np.asarray(heights)[order]
    stack = np.cumsum(tall) - tall / 2
    above = np.asarray(wanted)[order] - stack
    places = np.empty(len(above))
    for i, label in enumerate(order):
        means = [[above[first : last + 1].mean() for last in range(i, len(above))] for first in range(i + 1)]
        places[label] = stack[i] + max(map(min, means))
    return places


def number(value: float, decimals: int | None = None) -> str:
    """Write a number with a true minus sign, and no minus before zero.

    Args:
        value: The number.
        decimals: Digits after the point; if not given, two significant digits or fewer.
    """
    if decimals is None:
        text = np.format_float_positional(float(f"{value:z.2g}"), trim="-")
    else:
        text = f"{value:z.{decimals}f}"
    return text.replace("-", "−")


def counted(count: int, thing: str) -> str:
    """For example "1 picture", "2 pictures", "3 classes"."""
    plural = "es" if thing.endswith("s") else "s"
    return f"{count:,} {thing}{'' if count == 1 else plural}"


def sizes(planes: Iterable[NDArray[np.generic]]) -> str:
    """For example "28 × 28", or "5 × 4 to 28 × 28" from the smallest to the largest."""
    shapes = sorted({plane.shape[:2] for plane in planes}, key=lambda shape: (shape[0] * shape[1], shape))
    return " to ".join(f"{height} × {width}" for height, width in dict.fromkeys((shapes[0], shapes[-1])))


def checked_titles(titles: Sequence[str] | None, count: int, thing: str) -> list[str]:
    """The titles of `count` things, one for each or none at all.

    Raises:
        ValueError: If there are no things, or more or fewer titles than things.
    """
    if count == 0:
        raise ValueError(f"There is no {thing} to show: the list is empty.")
    if titles is not None and len(titles) != count:
        given = counted(len(titles), "title")
        raise ValueError(f"There are {counted(count, thing)} but {given}; give a list with one title for each {thing}.")
    return list(titles or ())


def listed(titles: Sequence[str]) -> str:
    """The end of a sentence: a colon and the titles in one line, and a full stop."""
    return (": " + ", ".join(" ".join(title.split()) for title in titles) if titles else "") + "."
