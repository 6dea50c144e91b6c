"""The winners of the ImageNet challenge, year by year."""

from typing import TYPE_CHECKING, Any

from cnn_course.show.style import COLOURS, LABEL, Figure, axes, readable

if TYPE_CHECKING:
    import pandas as pd

_HAND_MADE: dict[str, Any] = {"color": "0.75", "hatch": "///"}
_CNN: dict[str, Any] = {"color": COLOURS[0]}


def challenge(winners: "pd.DataFrame", human: float) -> Figure:
    """Draw the top-5 errors of the winners as bars: those with hand-made features hatched, CNNs in full colour.

    Args:
        winners: A row for each year, which is the index; its columns are `top5_error`, in per cent, and `kind`.
        human: Top-5 error of a person, in per cent; a dotted line.

    Returns:
        The figure; its description lists all errors.
    """
    hand_made = winners["kind"] == "hand-made features"
    told = "; ".join(
        f"{kind}, {', '.join(f'{error:.2f}' for error in winners.loc[chosen, 'top5_error'])}"
        for kind, chosen in (("hand-made features", hand_made), ("CNNs", ~hand_made))
    )
    description = (
        f"Top-5 error in per cent of the winners of ILSVRC, {winners.index[0]} to {winners.index[-1]}, as bars: "
        f"{told}. A dotted line at {human:.1f}: one human expert."
    )
    figure, panel = axes(height=3.4, description=description)
    for year, error in winners["top5_error"].items():
        panel.bar(year, error, edgecolor="white", **(_HAND_MADE if hand_made[year] else _CNN))
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
        panel.text(year, error + 0.6, f"{error:.2f}", ha="center", bbox=box, **LABEL)
    panel.axhline(human, color="black", linestyle=":", linewidth=1, zorder=0.5)
    last = winners.index[-1]
    panel.text(last + 0.45, human + 2.3, f"dotted: one human\nexpert, {human:.1f}*", ha="right", **LABEL)
    panel.text(winners.index[0] - 0.4, winners["top5_error"].max() + 2.8, "hand-made features", **LABEL)
    panel.text(winners.index[~hand_made][0] + 1.5, 16.5, "CNNs", color=readable(COLOURS[0]), fontsize=11)
    panel.set(ylim=(0, winners["top5_error"].max() + 5), title="top-5 error (%)", xticks=list(winners.index))
    panel.tick_params(axis="x", labelrotation=45)
    return figure
