"""The same transforms on several things, and where they make the label a lie."""

from collections.abc import Collection, Mapping

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from cnn_course.show.style import COLOURS, LABEL, Figure, empty, readable

_COLUMNS = 4
_LIE = readable(COLOURS[1])


def augmentation(versions: Mapping[str, Mapping[str, ArrayLike]], lies: Collection[tuple[str, str]]) -> Figure:
    """Draw changed pictures of several things, and frame those that no longer deserve their label.

    Args:
        versions: For each label a dictionary of pictures by the name of their transform: uint8, `(H, W, 3)`.
        lies: Pairs (label, transform) whose picture no longer shows what the label says. Their frame is dashed, and
            their title ends in "a lie".

    Returns:
        The figure. Derived in notebook 12.

    Raises:
        ValueError: If a lie is not among the pictures.
    """
    unknown = [(label, change) for label, change in lies if change not in versions.get(label, {})]
    if unknown:
        raise ValueError(f"No picture belongs to {unknown[0]}: a lie is a pair (label, transform).")
    heights = [-(-len(some) // _COLUMNS) for some in versions.values()]  # rows of each label
    figure = empty(1.38 * sum(heights), description=_in_words(versions, lies))
    panels = figure.subplots(sum(heights), _COLUMNS, squeeze=False)
    for axes in panels.flat:
        axes.set_axis_off()
    for place, (label, some) in enumerate(versions.items()):
        rows = panels[sum(heights[:place]) :]
        for axes, (change, picture) in zip(rows.flat, some.items(), strict=False):
            _draw(axes, picture, change, lie=(label, change) in lies)
    return figure


def _in_words(versions: Mapping[str, Mapping[str, ArrayLike]], lies: Collection[tuple[str, str]]) -> str:
    things = "; ".join(f"{label}: {', '.join(some)}" for label, some in versions.items())
    told = "; ".join(f"{label}, {change}" for label, change in lies)
    return f"Pictures and their changed versions. {things}. The label becomes a lie in: {told or 'none of them'}."


def _draw(axes: Axes, picture: ArrayLike, change: str, *, lie: bool) -> None:
    """Draw one picture; a lie gets a dashed frame, and its title says so."""
    axes.imshow(picture)
    axes.set_title(f"{change}\na lie" if lie else change, color=_LIE if lie else "black", **LABEL)
    if lie:
        frame = Rectangle((0, 0), 1, 1, transform=axes.transAxes, fill=False, clip_on=False)
        frame.set(edgecolor=_LIE, linestyle="--", linewidth=2.5)
        axes.add_patch(frame)
