"""Grids of pictures."""

from collections.abc import Sequence
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from cnn_course.show.labels import checked_titles, listed, sizes
from cnn_course.show.style import CHARACTER, LABEL, LINE, WIDTH, Figure, empty, frame


def images(pictures: Sequence[ArrayLike], titles: Sequence[str] | None = None, columns: int = 4) -> Figure:
    """Draw pictures in a grid, without changing their contrast.

    Black is 0; white is 255 in `uint8` pictures and 1 in floating-point ones.

    Photographs make a notebook heavy: `photo[::2, ::2]` draws a quarter of the pixels, in a third of the bytes.

    Args:
        pictures: Pictures `(n, H, W)`, `(n, H, W, 1)` or `(n, H, W, 3)`, or a list of pictures `(H, W)`,
            `(H, W, 1)` or `(H, W, 3)` of any sizes; `uint8`, or floating point in 0..1.
        titles: One title for each picture, or none at all.
        columns: Number of pictures in a row.

    Returns:
        The figure; its description lists the titles.

    Raises:
        ValueError: If there is no picture, a picture has another shape, type or range, or titles are too many or
            too few.
    """
    shown = [_checked(np.asarray(picture), place) for place, picture in enumerate(pictures)]
    titles = checked_titles(titles, len(shown), "picture")
    kinds = " and ".join(kind for kind, axes in (("grey", 2), ("coloured", 3)) if axes in {one.ndim for one in shown})
    what = f"A {kinds} picture" if len(shown) == 1 else f"A grid of {len(shown)} {kinds} pictures"
    columns = min(columns, len(shown))
    widest = max(one.shape[1] for one in shown)
    width = WIDTH / (columns if widest >= 64 else max(columns, 2))  # no blow-ups of tiny pictures
    height = width * max(one.shape[0] / one.shape[1] for one in shown)
    description = f"{what} of {sizes(shown)} pixels{listed(titles)}"
    figure, panels = panel_grid(len(shown), columns, (width, height), titles, description)
    for panel, picture in zip(panels, shown, strict=True):
        draw_picture(panel, picture)
    return figure


def _checked(picture: NDArray[Any], place: int) -> NDArray[Any]:
    """The picture without a single channel, if it can be drawn."""
    grey = picture.ndim == 2 and picture.shape[1] > 3  # a narrower one is the row of a coloured picture
    if picture.size == 0 or not (grey or (picture.ndim == 3 and picture.shape[2] in (1, 3))):
        raise ValueError(
            f"Picture {place} has shape {picture.shape}; a grey one is (height, width) or (height, width, 1), a "
            "coloured one (height, width, 3). A single picture needs a list around it: images([picture])."
        )
    low, high = float(picture.min()), float(picture.max())
    floating = np.issubdtype(picture.dtype, np.floating)
    if picture.dtype != np.uint8 and not (floating and low >= 0 and high <= 1):
        raise ValueError(
            f"Picture {place} is {picture.dtype} with values from {low:.3g} to {high:.3g}; a picture is uint8 with 0 "
            "to 255, or floating point with 0 to 1. For 0 to 255 of another type, use .astype('uint8'); for -1 to 1, "
            "add 1 and divide by 2; draw other numbers with feature_maps."
        )
    return picture[..., 0] if picture.shape[2:] == (1,) else picture


def panel_grid(
    count: int, columns: int, size: tuple[float, float], titles: Sequence[str], description: str
) -> tuple[Figure, list[Axes]]:
    """Make a figure with `count` titled axes in rows.

    Args:
        count: Number of axes.
        columns: Number of axes in a row.
        size: Width and height of one in inches, without its title.
        titles: One for each, or none; long ones are wrapped.
        description: What the figure shows.

    Returns:
        The figure and its axes.
    """
    width, height = size
    rows = -(-count // columns)
    letters = max(int(width / CHARACTER), 8)
    wrapped = ["\n".join(fill(line, letters, break_long_words=False) for line in title.split("\n")) for title in titles]
    above = LINE * max((1 + title.count("\n") for title in wrapped), default=0) + 0.06
    figure = empty(rows * (height + above) + 0.1, description=description, width=columns * width)
    panels = list(figure.subplots(rows, columns, squeeze=False).flat)
    for unused in panels[count:]:
        unused.remove()
    for panel, title in zip(panels, wrapped, strict=False):
        panel.set_title(title, pad=3, **LABEL)
    return figure, panels[:count]


def draw_picture(axes: Axes, picture: NDArray[Any]) -> None:
    """Draw a picture, grey or coloured, `uint8` or floating point in 0..1, in a frame."""
    axes.imshow(picture, cmap="gray", vmin=0, vmax=255 if picture.dtype == np.uint8 else 1)
    frame(axes)
