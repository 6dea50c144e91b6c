"""Grids of signed numbers: kernels, feature maps and weight matrices."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from cnn_course.show.labels import checked_titles, counted, listed, number, sizes
from cnn_course.show.pictures import panel_grid
from cnn_course.show.style import CHARACTER, LABEL, SIGNED, WIDTH, Figure, frame, ink

_GAP = 0.1  # inches between two panels
_LARGEST_NUMBERED = 9  # side of a grid up to which there is room for its numbers


def kernels(grids: Sequence[ArrayLike], titles: Sequence[str] | None = None) -> Figure:
    """Draw kernels as small grids with their numbers, all in one colour scale.

    Args:
        grids: A list of kernels `(kh, kw)`. Of a Keras layer's weights, `(kh, kw, c_in, c_out)`, take
            `weights[:, :, channel, filter]`.
        titles: One title for each kernel, or none at all.

    Returns:
        The figure. Where there is no room for the numbers, the colour scale is drawn below instead.

    Raises:
        ValueError: If there is no kernel, one has another shape or a number that is not finite, or titles are too
            many or too few.
    """
    return _draw(grids, titles, "kernel")


def feature_maps(maps: ArrayLike | Sequence[ArrayLike], titles: Sequence[str] | None = None) -> Figure:
    """Draw feature maps side by side in one colour scale, where zero is white.

    Args:
        maps: What a layer returns for one picture, `(H, W, C)` or `(1, H, W, C)`, or a list of maps `(H, W)` of any
            sizes.
        titles: One title for each map, or none at all.

    Returns:
        The figure. Small maps get their numbers printed; otherwise the colour scale is drawn below.

    Raises:
        ValueError: If there is no map, one has another shape or a number that is not finite, or titles are too many
            or too few.
    """
    if not isinstance(maps, list | tuple):
        layer = np.asarray(maps)
        maps = list(np.moveaxis(layer[0] if layer.ndim == 4 and len(layer) == 1 else layer, -1, 0))
    return _draw(maps, titles, "feature map")


def weight_matrix(weights: ArrayLike) -> Figure:
    """Draw the weight matrix of a layer: one row for each output, one column for each input.

    Args:
        weights: Array `(outputs, inputs)`, at most 300 x 300: a figure has no pixels for more cells. (The kernel of a
            Keras `Dense` layer is `(inputs, outputs)`: give its `.T`.)

    Returns:
        The figure; its description counts the weights that are not zero, and how many of them differ.

    Raises:
        ValueError: If the array has other axes, or holds a number that is not finite.
    """
    figure = _draw([weights], None, "weight matrix")
    matrix = np.asarray(weights)
    rows, columns = (counted(size, thing) for size, thing in zip(matrix.shape, ("output", "input"), strict=True))
    used = matrix[matrix != 0]
    figure.description = (
        f"Weight matrix of {rows} (rows) and {columns} (columns): {used.size:,} of {matrix.size:,} weights are not "
        f"zero, {np.unique(used).size:,} of them different."
    )
    figure.axes[0].set(xlabel=columns, ylabel=rows)
    return figure


def _draw(grids: Sequence[ArrayLike], titles: Sequence[str] | None, thing: str) -> Figure:
    """Draw signed grids in one colour scale: with their numbers if there is room, otherwise with the scale below."""
    planes = [_checked(np.asarray(grid, dtype=np.float64), place, thing) for place, grid in enumerate(grids)]
    titles = checked_titles(titles, len(planes), thing)
    low, high = min(plane.min() for plane in planes), max(plane.max() for plane in planes)
    description = (
        f"{counted(len(planes), thing)} of {sizes(planes)}{listed(titles)} Values from {number(low)} to "
        f"{number(high)}; blue is negative, white zero, orange positive."
    )
    texts, columns, size = _layout(planes)
    figure, panels = panel_grid(len(planes), columns, size, titles, description)
    limit = max(-low, high) or 1.0
    for panel, plane, text in zip(panels, planes, texts, strict=False):
        cells(panel, plane, text, vmin=-limit, vmax=limit)
        _equal_cells(panel, plane.shape, np.max([one.shape for one in planes], axis=0))
    if not texts:
        drawn = [signed_image(panel, plane, limit) for panel, plane in zip(panels, planes, strict=True)]
        _draw_scale(figure, drawn[0], 0 if low >= 0 else -limit)
    return figure


def _equal_cells(panel: Axes, shape: tuple[int, ...], largest: NDArray[np.intp]) -> None:
    """Draw a grid that is smaller than the largest one in cells of the same size, in the middle of its axes."""
    (height, width), (tall, wide) = shape, largest
    panel.set_xlim((width - wide) / 2 - 0.5, (width + wide) / 2 - 0.5)
    panel.set_ylim((height + tall) / 2 - 0.5, (height - tall) / 2 - 0.5)
    if (height, width) != (tall, wide):
        panel.spines[:].set_visible(False)
        panel.add_patch(Rectangle((-0.5, -0.5), width, height, fill=False, edgecolor="0.6", linewidth=0.5))


def _checked(plane: NDArray[np.float64], place: int, thing: str) -> NDArray[np.float64]:
    """The grid, if it can be drawn."""
    if plane.ndim != 2 or plane.size == 0:
        raise ValueError(
            f"A {thing} is a grid (rows, columns), and number {place} has shape {plane.shape}. Give a list of such "
            "grids; feature_maps also takes what a layer returns for one picture, (height, width, channels)."
        )
    if not np.isfinite(plane).all():
        raise ValueError(f"The {thing} number {place} holds values that are not finite numbers (NaN or infinity).")
    return plane


def _layout(planes: list[NDArray[np.float64]]) -> tuple[list[NDArray[np.str_]], int, tuple[float, float]]:
    """The numbers to print (none, if there is no room), the grids in a row, and width and height of one in inches."""
    tall, wide = np.max([plane.shape for plane in planes], axis=0)
    texts = printed(planes) if max(tall, wide) <= _LARGEST_NUMBERED else []
    longest = max((len(text) for plane in texts for text in plane.flat), default=0)
    needed = wide * max(CHARACTER * (longest + 0.3), 0.28) + _GAP
    if needed > WIDTH:
        texts = []
    most = int(WIDTH / needed) if texts else 4
    columns = -(-len(planes) // -(-len(planes) // most))  # rows of equal length, as far as possible
    width = min(WIDTH / columns, 1.3 * needed) if texts else WIDTH / (columns if wide > 64 else max(columns, 2))
    return texts, columns, (width, (width - _GAP) * tall / wide)


def printed(planes: Sequence[NDArray[Any]]) -> list[NDArray[np.str_]]:
    """The numbers as text, all with the same digits: as few decimals (two at most) as show them exactly."""
    values = np.concatenate([plane.ravel() for plane in planes])
    decimals = next((few for few in (0, 1) if np.allclose(values, values.round(few), atol=1e-6)), 2)
    return [np.array([[number(value, decimals) for value in row] for row in plane]) for plane in planes]


def cells(axes: Axes, values: NDArray[Any], texts: NDArray[np.str_] | None = None, **scale: Any) -> None:
    """Draw a small matrix as coloured cells with a text in each.

    Args:
        axes: Where to draw; column `j` is at x = `j`, row `i` at y = `i`.
        values: The matrix `(h, w)`, or the colours of its cells `(h, w, 3)`.
        texts: What to write in the cells, `(h, w)`, `""` for nothing; if not given, the numbers.
        scale: What `Axes.imshow` takes, for example `vmin`, `vmax`, or another colour map than that of signed numbers.
    """
    image = axes.imshow(values, **{"cmap": SIGNED, **scale})
    frame(axes)
    height, width = values.shape[:2]
    thin: dict[str, Any] = {"color": "0.75", "linewidth": 0.5, "zorder": 0.5}  # below what a caller draws on the cells
    axes.hlines(np.arange(1, height) - 0.5, -0.5, width - 0.5, **thin)
    axes.vlines(np.arange(1, width) - 0.5, -0.5, height - 0.5, **thin)
    colours = image.to_rgba(values)
    for (row, column), text in np.ndenumerate(printed([values])[0] if texts is None else texts):
        if text:
            axes.text(column, row, text, ha="center", va="center", color=ink(colours[row, column]), **LABEL)


def signed_image(axes: Axes, values: NDArray[Any], limit: float) -> AxesImage:
    """Draw signed numbers as colours from -limit to limit, white at zero, in a frame."""
    image = axes.imshow(values, cmap=SIGNED, vmin=-limit, vmax=limit)
    frame(axes)
    return image


def _draw_scale(figure: Figure, image: AxesImage, start: float) -> None:
    """Put the colour scale below all axes, in additional height."""
    height = figure.get_figheight() + 0.4
    figure.set_figheight(height)
    bar = figure.colorbar(
        image, ax=figure.axes, location="bottom", fraction=0.09 / height, pad=0.08 / height, aspect=30,
        ticks=MaxNLocator(3),
    )  # fmt: skip
    bar.ax.set_xlim(left=start)
