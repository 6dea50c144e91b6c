"""Figure F8: the same transforms on several things, and where they make the label a lie."""

from collections.abc import Collection, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from cnn_course import show

_COLUMNS = 4
_LIE = "#B84700"  # darker than the style's orange, for letters on white


def augmentation(versions: Mapping[str, Mapping[str, ArrayLike]], lies: Collection[tuple[str, str]]) -> show.Figure:
    """Draw changed pictures of several things, and frame those that no longer deserve their label.

    Args:
        versions: For each label a dictionary of pictures by the name of their transform: uint8, `(H, W, 3)`.
        lies: Pairs (label, transform) whose picture no longer shows what the label says. Their frame is dashed, and
            their title ends in "a lie".

    Returns:
        The figure. Derived in notebook 12.

    Raises:
        ValueError: If there is no picture, a picture has another shape or type, or a lie is not among the pictures.
    """
    pictures = {(label, change): np.asarray(one) for label, some in versions.items() for change, one in some.items()}
    if not pictures:
        raise ValueError("There is no picture to draw.")
    for pair, picture in pictures.items():
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
            raise ValueError(f"{pair}: a picture is uint8 (H, W, 3), and this is {picture.dtype} {picture.shape}.")
    unknown = sorted(set(lies) - set(pictures))
    if unknown:
        raise ValueError(f"No picture belongs to {unknown[0]}: a lie is a pair (label, transform).")
    heights = [-(-len(some) // _COLUMNS) for some in versions.values()]  # rows of each label
    figure = show.empty(1.38 * sum(heights), description=_in_words(versions, lies))
    panels = figure.subplots(sum(heights), _COLUMNS, squeeze=False)
    for axes in panels.flat:
        axes.set_axis_off()
    for number, (label, some) in enumerate(versions.items()):
        top = sum(heights[:number])
        for axes, change in zip(panels[top:].flat, some, strict=False):
            _draw(axes, pictures[label, change], change, lie=(label, change) in lies)
    return figure


def _in_words(versions: Mapping[str, Mapping[str, ArrayLike]], lies: Collection[tuple[str, str]]) -> str:
    things = "; ".join(f"{label}: {', '.join(some)}" for label, some in versions.items())
    told = "; ".join(f"{label}, {change}" for label, change in lies)
    return f"Pictures and their changed versions. {things}. The label becomes a lie in: {told or 'none of them'}."


def _draw(axes: Axes, picture: np.ndarray, change: str, *, lie: bool) -> None:
    """Draw one picture; a lie gets a dashed frame and says so."""
    axes.imshow(picture)
    axes.set_title(f"{change}\na lie" if lie else change, fontsize=9.5, color=_LIE if lie else "black")
    if lie:
        frame = Rectangle((0, 0), 1, 1, transform=axes.transAxes, fill=False, clip_on=False)
        frame.set(edgecolor=_LIE, linestyle="--", linewidth=2.5)
        axes.add_patch(frame)
