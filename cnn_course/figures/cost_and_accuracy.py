"""What nets cost, against how often they are right."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cnn_course.show.style import COLOURS, LABEL, Figure, axes, readable

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ("parameters", "multiply-adds")


def cost_and_accuracy(costs: "pd.DataFrame", accuracy: Mapping[str, float]) -> Figure:
    """Draw the accuracy of nets against two of their costs, each in a panel of its own.

    Args:
        costs: A row for each net, its name as the index; the columns `parameters` and `multiply-adds`, in millions.
        accuracy: Top-1 accuracy in per cent by name.

    Returns:
        The figure; its description holds all numbers.
    """
    told = "; ".join(
        f"{name}, {row['parameters']:,.3g} and {row['multiply-adds']:,.0f}, {accuracy[name]} per cent"
        for name, row in costs.iterrows()
    )
    description = (
        f"Top-1 accuracy against parameters and against multiply-adds of {len(costs)} nets, in millions, on "
        f"logarithmic axes: {told}."
    )
    figure, panels = axes(2, 1, height=4.9, description=description, sharey=True)
    middle = {column: (costs[column].min() * costs[column].max()) ** 0.5 for column in _COLUMNS}
    for panel, column in zip(panels, _COLUMNS, strict=True):
        for place, (name, cost) in enumerate(costs[column].items()):
            colour, right = COLOURS[place % len(COLOURS)], cost > middle[column]
            panel.plot(cost, accuracy[name], "osD^"[place % 4], color=colour, markersize=7)
            above = accuracy[name] == max(accuracy.values())  # the others have room below
            offset, side = (4 if right else -4, 8 if above else -8), "right" if right else "left"
            panel.annotate(f"{name}, {accuracy[name]} %", (cost, accuracy[name]), offset, ha=side,
                           textcoords="offset points", va="bottom" if above else "top", color=readable(colour),
                           **LABEL)  # fmt: skip
        panel.set(xscale="log", xlim=(costs[column].min() / 1.6, costs[column].max() * 1.6))
        panel.set(ylim=(min(accuracy.values()) - 7, max(accuracy.values()) + 6), xlabel=f"{column} (millions)")
        ticks = [tick for power in range(6) for tick in (10**power, 3 * 10**power)]
        low, high = panel.get_xlim()
        inside = [tick for tick in ticks if low <= tick <= high]
        panel.set_xticks(inside, [f"{tick:,}" for tick in inside])
        panel.minorticks_off()
    panels[0].set_title("top-1 accuracy (%)")
    return figure
