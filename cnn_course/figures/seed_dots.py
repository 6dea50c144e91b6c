"""Results of the same training with several seeds: a dot for each, and their mean."""

from collections.abc import Mapping, Sequence

import numpy as np

from cnn_course.show.style import COLOURS, LABEL, Figure, axes, readable


def seed_dots(runs: Mapping[str, Sequence[float]], *, title: str, xlabel: str, joined: bool = False) -> Figure:
    """Draw accuracies by name: a dot for each seed, a bar from the lowest to the highest, and the mean in numbers.

    Args:
        runs: For each name the accuracies of its trainings, one for each seed.
        title: What is measured.
        xlabel: What the names are.
        joined: Whether a line joins the means, for names that are in an order.

    Returns:
        The figure; its description holds the means and the ranges.
    """
    told = "; ".join(
        f"{name} {np.mean(values):.3f} ({min(values):.3f} to {max(values):.3f})" for name, values in runs.items()
    )
    figure, panel = axes(height=2.7, description=f"{title}: mean and range over the seeds. {told}.")
    means = [float(np.mean(values)) for values in runs.values()]
    if joined:
        panel.plot(range(len(means)), means, "-", color=COLOURS[0], linewidth=1, zorder=1)
    for place, values in enumerate(runs.values()):
        panel.plot([place] * 2, [min(values), max(values)], "-", color="0.6", linewidth=5, solid_capstyle="butt")
        panel.plot([place] * len(values), values, "o", color=COLOURS[0], markersize=4)
        panel.annotate(f"{means[place]:.3f}", (place, max(values)), (0, 5), textcoords="offset points", ha="center",
                       color=readable(COLOURS[0]), **LABEL)  # fmt: skip
    everything = [value for values in runs.values() for value in values]
    room = 0.25 * (max(everything) - min(everything)) + 0.004
    panel.set(ylim=(min(everything) - room, max(everything) + 1.3 * room), xlim=(-0.5, len(runs) - 0.5))
    panel.set(title=title, xlabel=xlabel)
    panel.set_xticks(range(len(runs)), list(runs), parse_math=False)
    return figure
