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
    """Draw pictures with class activation maps laid over them, each column in a colour scale of its own.

    White becomes the colour of the map, black stays; the pictures are drawn as negatives, so that their dark background
    is the paper on which the colours of the scale can be read.

    Args:
        pictures: Grey pictures `(n, H, W)` or `(n, H, W, 1)`, 0 to 1.
        maps: For each a map `(h, w)` of signed numbers, or None: the picture alone. Height and width of a picture are
            multiples of those of its map: each place of the map covers a rectangle of pixels.
        titles: One title for each picture.
        columns: Number of pictures in a row; each column has a map, and a colour bar for all of its maps.

    Returns:
        The figure.
    """
    paper = 1 - np.asarray(pictures, dtype=np.float64).reshape(*np.shape(pictures)[:3])
    heats = [None if heat is None else np.asarray(heat, dtype=np.float64) for heat in maps]
    titles = checked_titles(titles, len(paper), "picture")
    limits = [max(np.abs(heat).max() for heat in heats[c::columns] if heat is not None) for c in range(columns)]
    description = (
        f"{len(paper)} pictures, most with a class activation map over them{listed(titles)} Orange speaks for the "
        f"class, blue against it, white is zero; the largest value of each column is {', '.join(map(number, limits))}."
    )
    width = WIDTH / columns
    height = width * paper.shape[1] / paper.shape[2]
    figure, panels = panel_grid(len(paper), columns, (width, height), titles, description)
    scales = [ScalarMappable(Normalize(-limit, limit), SIGNED) for limit in limits]
    for place, (axes, picture, heat) in enumerate(zip(panels, paper, heats, strict=True)):
        colours = None if heat is None else scales[place % columns].to_rgba(heat)[..., :3]
        axes.imshow(picture if colours is None else overlaid(picture, colours), vmin=0, vmax=1)
        frame(axes)
    figure.set_figheight(figure.get_figheight() + 0.55)
    for column, scale in enumerate(scales):
        bar = figure.colorbar(scale, ax=panels[column::columns], location="bottom", fraction=0.05, pad=0.03, aspect=15,
                              ticks=MaxNLocator(4))  # fmt: skip
        bar.set_label("against (−), for (+)")
    return figure


def overlaid(paper: NDArray[np.float64], colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Colours `(h, w, 3)` of a coarse map, darkened where the paper `(H, W)` is dark: down to half."""
    rows, columns = (big // small for big, small in zip(paper.shape, colours.shape[:2], strict=True))
    fine = colours.repeat(rows, axis=0).repeat(columns, axis=1)
    return np.asarray(fine * (0.4 + 0.6 * paper[..., None]))
