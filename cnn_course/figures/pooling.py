"""What pooling keeps of a small map, and of the edge map of a photograph."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from cnn_course.show.labels import listed, number
from cnn_course.show.pictures import panel_grid
from cnn_course.show.planes import cells, signed_image
from cnn_course.show.style import WIDTH, Figure, empty


def pooling(feature_map: ArrayLike) -> Figure:
    """Draw 2 x 2 pooling of a small map: its windows, the winner of each ringed, its maxima and its means.

    Args:
        feature_map: Map `(4, 4)`, not negative, each 2 x 2 window with a single largest number: it is ringed.

    Returns:
        The figure. Derived in notebook 04.
    """
    values = np.asarray(feature_map, dtype=np.float64)
    windows = values.reshape(2, 2, 2, 2)  # the second and the fourth axis run within a window
    pooled = {"map": values, "max": windows.max(axis=(1, 3)), "average": windows.mean(axis=(1, 3))}
    words = "; ".join(
        f"{name}, {', '.join(number(value) for value in pooled[name].ravel())}" for name in ("max", "average")
    )
    description = f"2 × 2 pooling of a 4 × 4 map, the largest number of each window ringed. What is left: {words}."
    figure = empty(2.0, description=description)
    panels = figure.subplots(1, 3, width_ratios=(4, 3, 3))
    for axes, (title, numbers) in zip(panels, pooled.items(), strict=True):
        cells(axes, numbers, vmin=-values.max(), vmax=values.max())
        axes.set_title(title)
    frame_windows(panels[0], 2, 2)
    ring_winners(panels[0], values)
    return figure


def pooled_photo(maps: Mapping[str, ArrayLike]) -> Figure:
    """Draw feature maps of one photograph in one colour scale, unclipped, with the largest number of each.

    Args:
        maps: Maps `(H, W)` by name, not negative.

    Returns:
        The figure, two maps in a row, with the scale below. Derived in notebook 04.
    """
    planes = {name: np.asarray(one, dtype=np.float64) for name, one in maps.items()}
    highest = max(float(one.max()) for one in planes.values())
    titles = [f"{name}\nlargest: {number(float(one.max()), 2)}" for name, one in planes.items()]
    scale = f"white 0, orange {number(highest, 2)}"
    description = f"Feature maps of a photograph in one colour scale, {scale}{listed(titles)}"
    width = WIDTH / 2
    height = width * max(one.shape[0] / one.shape[1] for one in planes.values())
    figure, panels = panel_grid(len(planes), 2, (width, height), titles, description)
    images = [signed_image(axes, one, highest) for axes, one in zip(panels, planes.values(), strict=True)]
    tall = figure.get_figheight() + 0.4
    figure.set_figheight(tall)
    bar = figure.colorbar(
        images[0], ax=panels, location="bottom", fraction=0.09 / tall, pad=0.08 / tall, aspect=30, ticks=MaxNLocator(4)
    )
    bar.ax.set_xlim(left=0)
    return figure


def pooling_gradient(feature_map: ArrayLike, gradients: Mapping[str, ArrayLike]) -> Figure:
    """Draw a map with its 2 x 2 windows, the winner of each ringed, and beside it who gets the gradient.

    Args:
        feature_map: Map `(H, W)` of even sides, not negative. A window of zeros only has no ring.
        gradients: By name the gradient for each number of the map, `(H, W)`, from 0 to 1.

    Returns:
        The figure. Derived in notebook 04.
    """
    values = np.asarray(feature_map, dtype=np.float64)
    planes = {name: np.asarray(one, dtype=np.float64) for name, one in gradients.items()}
    counts = [f"{name}, not zero in {int((one != 0).sum())} of {one.size}" for name, one in planes.items()]
    description = f"A map in windows of 2 × 2, the winners ringed, and who gets the gradient{listed(counts)}"
    figure = empty(1.8, description=description)
    panels = figure.subplots(1, 1 + len(planes))
    for axes, (title, plane) in zip(panels, {"the map": values / values.max(), **planes}.items(), strict=True):
        signed_image(axes, plane, 1)
        axes.set_title(title)
        frame_windows(axes, values.shape[0] // 2, values.shape[1] // 2)
        ring_winners(axes, values)
    return figure


def frame_windows(axes: Axes, rows: int, columns: int) -> None:
    """Draw the borders of 2 x 2 windows."""
    black: dict[str, Any] = {"color": "black", "linewidth": 1.4}
    axes.hlines(2 * np.arange(1, rows) - 0.5, -0.5, 2 * columns - 0.5, **black)
    axes.vlines(2 * np.arange(1, columns) - 0.5, -0.5, 2 * rows - 0.5, **black)
    axes.spines[:].set(**black)


def ring_winners(axes: Axes, values: NDArray[np.float64]) -> None:
    """Ring the number that max-pooling keeps of each 2 x 2 window, unless the window holds nothing but zeros."""
    for top, left in np.ndindex(values.shape[0] // 2, values.shape[1] // 2):
        window = values[2 * top : 2 * top + 2, 2 * left : 2 * left + 2]
        row, column = divmod(int(window.argmax()), 2)
        if window.any():
            axes.add_patch(Circle((2 * left + column, 2 * top + row), 0.44, fill=False, linewidth=1.4))
