"""Pictures a second against the size of the batch."""

from collections.abc import Mapping

import numpy as np
from matplotlib.ticker import NullLocator
from numpy.typing import ArrayLike

from cnn_course.show.labels import label_lines
from cnn_course.show.style import Figure, axes


def throughput(lines: Mapping[str, tuple[ArrayLike, ArrayLike]], title: str) -> Figure:
    """Draw how many pictures a second a device manages, against how many it gets at a time; both axes logarithmic.

    Args:
        lines: By name of a device, the sizes of the batch and the pictures a second, each `(sizes,)`.
        title: What is measured, such as "ResNet-50, forward: pictures a second".

    Returns:
        The figure; its description holds the first and the last point of each line. Derived in notebook 16.
    """
    points = {name: np.stack([np.asarray(part, float) for part in line], axis=1) for name, line in lines.items()}
    told = "; ".join(
        f"{' '.join(name.split())}, {line[0, 1]:,.3g} at {line[0, 0]:.0f}, {line[-1, 1]:,.3g} at {line[-1, 0]:.0f}"
        for name, line in points.items()
    )
    figure, panel = axes(height=3.6, description=f"{title}, by the size of the batch: {told}.")
    for place, (name, line) in enumerate(points.items()):
        panel.plot(*line.T, marker="osD^vPX"[place % 7], label=name)
    panel.set(xscale="log", yscale="log", xlabel="pictures at a time", title=title)
    largest = max(line[:, 0].max() for line in points.values())
    ticks = [n for n in (1, 4, 16, 64, 256, 1024) if n <= largest]
    panel.set_xticks(ticks, [f"{n:,}" for n in ticks])
    panel.xaxis.set_minor_locator(NullLocator())
    panel.yaxis.set_minor_locator(NullLocator())
    panel.yaxis.set_major_formatter(lambda value, _: f"{value:,.3g}" if value < 1000 else f"{value:,.0f}")
    label_lines(panel)
    return figure
