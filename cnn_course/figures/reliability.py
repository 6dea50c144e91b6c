"""Whether a net is right as often as it is sure."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.show.labels import label_lines, number
from cnn_course.show.style import LABEL, Figure, axes


def reliability(curves: Mapping[str, tuple[ArrayLike, ArrayLike]]) -> Figure:
    """Draw the share of right answers against confidence, with the diagonal on which both are equal.

    Args:
        curves: By name of a set of pictures, the mean confidence and the share of right answers of its groups, each
            `(groups,)`, from the least confident group to the most confident one.

    Returns:
        The figure; its description holds the last group of each. Derived in notebook 05.
    """
    told = "; ".join(
        f"{name}, confidence {number(float(np.asarray(sure)[-1]), 2)}, right {number(float(np.asarray(right)[-1]), 2)}"
        for name, (sure, right) in curves.items()
    )
    description = f"Share of right answers against confidence; the last group of each: {told}."
    figure, panel = axes(height=3.2, description=description)
    panel.plot([0, 1], [0, 1], color="0.6", linestyle=":", linewidth=1, label="_diagonal")
    for place, (name, (sure, right)) in enumerate(curves.items()):
        panel.plot(sure, right, marker="osD^v"[place % 5], label=name)
    start = min(float(np.asarray(sure)[0]) for sure, _ in curves.values())
    low = max(np.floor(10 * start) / 10, 0)
    panel.set(xlabel="confidence", title="share of right answers", xlim=(low, 1.01), ylim=(0, 1.02))
    middle = (1 + low) / 2  # the label stands to the lower right of the diagonal
    panel.text(middle, middle - 0.05, "as often right\nas sure", color="0.35", va="top", **LABEL)
    label_lines(panel)
    return figure
