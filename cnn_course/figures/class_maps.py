"""Where in a picture the evidence for a class arrived, laid over the picture."""

from collections.abc import Sequence

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from cnn_course.show.labels import checked_titles, listed, number
from cnn_course.show.pictures import panel_grid
from cnn_course.show.style import SIGNED, WIDTH, Figure, frame


def class_maps(pictures: ArrayLike, maps: Sequence[ArrayLike | None], titles: Sequence[str], columns: int) -> Figure:
    """Draw pictures with class activation maps laid over them, all in one colour scale.

    White becomes the colour of the map, black stays; the pictures are drawn as negatives, so that their dark background
    is the paper on which the colours of the scale can be read.

    Args:
        pictures: Grey pictures `(n, H, W)` or `(n, H, W, 1)`, 0 to 1.
        maps: For each a map `(h, w)` of signed numbers, or None: the picture alone. Height and width of a picture are
            multiples of those of its map: each place of the map covers a rectangle of pixels.
        titles: One title for each picture.
        columns: Number of pictures in a row.

    Returns:
        The figure.
    """
    paper = 1 - np.asarray(pictures, dtype=np.float64).reshape(*np.shape(pictures)[:3])
    heats = [None if heat is None else np.asarray(heat, dtype=np.float64) for heat in maps]
    titles = checked_titles(titles, len(paper), "picture")
    limit = max(float(np.abs(heat).max()) for heat in heats if heat is not None)
    description = (
        f"{len(paper)} pictures, most with a class activation map over them{listed(titles)} Orange speaks for the "
        f"class, blue against it, white is zero; the largest value is {number(limit)}."
    )
    width = WIDTH / columns
    height = width * paper.shape[1] / paper.shape[2]
    figure, panels = panel_grid(len(paper), columns, (width, height), titles, description)
    scale = ScalarMappable(Normalize(-limit, limit), SIGNED)
    for axes, picture, heat in zip(panels, paper, heats, strict=True):
        axes.imshow(picture if heat is None else overlaid(picture, scale.to_rgba(heat)[..., :3]), vmin=0, vmax=1)
        frame(axes)
    figure.set_figheight(figure.get_figheight() + 0.55)
    bar = figure.colorbar(scale, ax=panels, location="bottom", fraction=0.05, pad=0.03, aspect=30,
                          ticks=MaxNLocator(5))  # fmt: skip
    bar.set_label("against the class (−), for it (+)")
    return figure


def overlaid(paper: NDArray[np.float64], colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Colours `(h, w, 3)` of a coarse map, darkened where the paper `(H, W)` is dark: down to half."""
    rows, columns = (big // small for big, small in zip(paper.shape, colours.shape[:2], strict=True))
    fine = colours.repeat(rows, axis=0).repeat(columns, axis=1)
    return np.asarray(fine * (0.4 + 0.6 * paper[..., None]))
