"""What a net pays for the share that it gave to the right class."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cnn_course.show.labels import number
from cnn_course.show.style import COLOURS, LABEL, Figure, axes, readable

Loss = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def penalties(shares: Sequence[float], losses: Mapping[str, Loss]) -> Figure:
    """Draw losses as functions of the share of the right class.

    Args:
        shares: Shares to mark, ascending, above 0.
        losses: Functions of an array of shares by name. At the marks of the first its values are written.

    Returns:
        The figure; its description holds the losses at the smallest share. Derived in notebook 05.
    """
    marks = np.asarray(shares, dtype=np.float64)
    curve = np.geomspace(marks[0], 1, 200)
    told = ", ".join(f"{name} = {number(float(loss(marks)[0]), 2)}" for name, loss in losses.items())
    description = f"Loss against the share p of the right class. At p = {number(marks[0])}: {told}; at p = 1 all are 0."
    figure, panel = axes(height=3.2, description=description)
    for place, (name, loss) in enumerate(losses.items()):
        colour, dash = COLOURS[place], ("-", "--", ":")[place % 3]
        panel.plot(curve, loss(curve), dash, color=colour)
        panel.plot(marks, loss(marks), "osD"[place % 3], color=colour)
        middle = np.array([0.3])
        at, above = (0.3, float(loss(middle)[0])), place == 0
        panel.annotate(name, at, (8, 8) if above else (-8, -8), textcoords="offset points", fontsize=11,
                       color=readable(colour), ha="left" if above else "right", va="bottom" if above else "top",
                       parse_math=False)  # fmt: skip
        if above:
            for share, height in zip(marks, loss(marks), strict=True):
                panel.annotate(number(height, 2), (share, height), (6, 2), textcoords="offset points", **LABEL)
    panel.set(xlabel="share p of the right class", title="loss", xlim=(-0.02, 1.09), ylim=(0, None))
    return figure
