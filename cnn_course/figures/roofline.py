"""What a machine can do at the most, by how much is computed for each byte that is moved."""

from collections.abc import Mapping

import numpy as np
from matplotlib.ticker import NullLocator
from numpy.typing import ArrayLike

from cnn_course.show.style import COLOURS, LABEL, Figure, axes, readable

_MARKERS = "osD^v"


def roofline(
    roofs: Mapping[str, tuple[float, float]], points: Mapping[str, tuple[ArrayLike, ArrayLike]]
) -> Figure:
    """Draw rooflines (Williams, Waterman and Patterson 2009), and what was reached below them.

    Args:
        roofs: By name of a machine, its multiply-adds a second and its bytes a second.
        points: By name of a machine, how many multiply-adds a byte its jobs do and how many a second it reached, each
            `(jobs,)`.

    Returns:
        The figure; its description holds the roofs and the share that the last job reached. Derived in notebook 16.
    """
    told = []
    ends = np.array([0.3, 1_000.0])
    figure, panel = axes(height=3.8, description="-")
    for place, (name, (rate, bandwidth)) in enumerate(roofs.items()):
        colour, ridge = COLOURS[place], rate / bandwidth
        panel.plot([ends[0], ridge, ends[1]], [ends[0] * bandwidth, rate, rate], color=colour)
        panel.text(ends[1], 1.15 * rate, name, ha="right", va="bottom", color=readable(colour), **LABEL)
        intensity, reached = (np.asarray(values, float) for values in points[name])
        panel.plot(intensity, reached, color=colour, marker=_MARKERS[place], linestyle=":", linewidth=0.8)
        least = min(rate, intensity[-1] * bandwidth)
        told.append(f"{' '.join(name.split())}, at most {rate:.3g}, {reached[-1] / least:.0%} of its roof reached")
    panel.set(xscale="log", yscale="log", xlim=ends, xlabel="multiply-adds for each byte moved")
    panel.set_title("multiply-adds a second")
    panel.set_ylim(top=4 * max(rate for rate, _ in roofs.values()))
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_minor_locator(NullLocator())
    figure.description = f"Multiply-adds a second against multiply-adds for each byte: {'; '.join(told)}."
    return figure
