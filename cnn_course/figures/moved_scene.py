"""A scene and the same scene moved, and what a card reports from both."""

from typing import Any

import numpy as np
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from cnn_course.show.pictures import draw_picture
from cnn_course.show.planes import signed_image
from cnn_course.show.style import COLOURS, LABEL, Figure, empty


def moved_scene(
    scenes: tuple[NDArray[Any], NDArray[Any]],
    maps: tuple[NDArray[Any], NDArray[Any]],
    move: tuple[int, int],
    mark: tuple[int, int, int],
) -> Figure:
    """Draw a scene and its map above the moved scene and its map, with a frame round the same thing in all four.

    Args:
        scenes: The scene before and after, two pictures `(H, W)` with values in 0..1.
        maps: Their feature maps.
        move: By how many pixels the scene has moved down and to the right.
        mark: Row, column and side of the frame, before the move.

    Returns:
        The figure.
    """
    down, right = move
    top, left, side = mark
    description = (
        f"Above, a scene and its feature map; below, the scene moved by {down} pixels down and {right} to the right, "
        "and its map. A frame marks one thing: in the map it has moved just as far as in the scene."
    )
    figure = empty(4.7, layout="none", description=description)
    limit = max(float(np.abs(one).max()) for one in maps)
    for row, (scene, feature_map, when) in enumerate(zip(scenes, maps, ("before", "after"), strict=True)):
        offset = (down, right) if row else (0, 0)
        bottom = 0.515 - 0.5 * row
        panels = [figure.add_axes((0.06 + 0.475 * column, bottom, 0.455, 0.415)) for column in (0, 1)]
        draw_picture(panels[0], scene)
        signed_image(panels[1], feature_map, limit)
        figure.text(0.03, bottom + 0.207, when, rotation=90, va="center", ha="center", weight="bold")
        for panel, name in zip(panels, ("scene", "feature map"), strict=True):
            for shift, style in (((0, 0), ":"), (offset, "-")):
                corner = left + shift[1] - 0.5, top + shift[0] - 0.5
                panel.add_patch(
                    Rectangle(corner, side, side, fill=False, edgecolor=COLOURS[2], linewidth=2.5, linestyle=style)
                )
            panel.set_title(name if not row else f"{name}: {down} down, {right} right", pad=3, **LABEL)
    return figure
