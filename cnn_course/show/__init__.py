"""Pictures of the course: grids of images, kernels, feature maps, curves and matrices.

Every function draws one figure for pyplot, so `plt.show()` displays it, and returns it. A figure is a
`Figure`: its `repr` says in words what it shows, and stands in a notebook beside the picture for readers who
cannot see it. Signed numbers are blue below zero, white at zero and orange above.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from textwrap import fill
from typing import Any

import matplotlib.figure
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize, PowerNorm, to_rgb
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Figure",
    "axes",
    "confusion_matrix",
    "empty",
    "feature_maps",
    "images",
    "ink",
    "kernels",
    "label_lines",
    "learning_curves",
    "readable",
    "use_style",
    "weight_matrix",
]

WIDTH = 4.3
"""Width of every figure in inches."""

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9")
"""Colours of the style sheet in their order (Okabe and Ito, Color Universal Design, 2008; without the yellow)."""

SIGNED = LinearSegmentedColormap.from_list("signed", ["#00407A", "#5B9BC8", "#FFFFFF", "#F0A060", "#D55E00"], N=257)
"""Colour map of signed numbers. The blue end is the darker one, so that the ends differ in grey, too."""

_TITLE_SIZE = 9.5  # points; the smallest text that is legible where the figure is 360 px wide
_CHARACTER = 0.63 * _TITLE_SIZE / 72  # inches: mean width of a character or digit of DejaVu Sans
_GAP = 0.1  # inches between two panels
_LINE = 1.3 * _TITLE_SIZE / 72  # inches: height of a line of text
_LARGEST_NUMBERED = 9  # side of a grid up to which there is room for its numbers
_NUMBERED_CELLS = 200  # more numbers than this nobody reads
_LARGEST_MATRIX = 300  # side up to which each cell of a weight matrix gets a pixel or more


class Figure(matplotlib.figure.Figure):
    """A matplotlib figure that says in words what it shows.

    Attributes:
        description: One or two sentences: the text for readers who cannot see the figure, and its `repr`.
    """

    def __init__(self, *args: Any, description: str, **kwargs: Any) -> None:
        if not description.strip():
            raise ValueError("A figure needs a description: say in a sentence what it shows.")
        super().__init__(*args, **kwargs)
        self.description = description

    def __repr__(self) -> str:
        return self.description

    __str__ = __repr__


def use_style() -> None:
    """Apply the course's style sheet to all figures made from now on; `course.start` does it for you."""
    plt.style.use(Path(__file__).with_name("course.mplstyle"))


def empty(height: float, *, description: str, width: float = WIDTH) -> Figure:
    """Make a figure without axes, known to pyplot, for a layout of your own.

    Args:
        height: Height in inches.
        description: What the figure shows, in one or two sentences.
        width: Width in inches.

    Raises:
        ValueError: If the description is empty.
    """
    figure = plt.figure(FigureClass=Figure, description=description, figsize=(width, height))
    assert isinstance(figure, Figure)
    return figure


def axes(
    rows: int = 1, columns: int = 1, *, description: str, height: float | None = None, **options: Any
) -> tuple[Figure, Any]:
    """Make a figure with axes for a plot of your own.

    Args:
        rows: Number of rows of axes.
        columns: Number of columns of axes.
        description: What the figure shows, in one or two sentences.
        height: Height in inches; 2.6 for each row if not given. The width is always 4.3.
        options: Passed on to `Figure.subplots`, for example `sharey=True`.

    Returns:
        The figure, and one `Axes`, or an array of them if there is more than one.

    Raises:
        ValueError: If the description is empty.
    """
    figure = empty(2.6 * rows if height is None else height, description=description)
    made = figure.subplots(rows, columns, **options)
    for one in np.ravel(made):
        one.locator_params(nbins=5)
    return figure, made


def label_lines(axes: Axes) -> None:
    """Write each line's label at its right end, in its colour, instead of a legend; call it last.

    Labels that would overlap are moved apart. A line without a label is passed over.

    Args:
        axes: Axes that hold the lines.
    """
    lines = [line for line in axes.get_lines() if not str(line.get_label()).startswith("_")]
    if not lines:
        return
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()  # only now are the limits and the height of the axes known
    box = axes.get_window_extent()
    ends = [_last_point(line) for line in lines]
    places = [(axes.transData.transform(end)[1] - box.y0) / box.height for end in ends]
    heights = [_LINE * figure.dpi / box.height * (1 + str(line.get_label()).count("\n")) for line in lines]
    for line, end, place in zip(lines, ends, _spread(places, heights), strict=True):
        colour = readable(line.get_color())
        axes.annotate(
            str(line.get_label()),
            end,
            xytext=(1.04, place),
            textcoords="axes fraction",
            va="center",
            color=colour,
            fontsize=_TITLE_SIZE,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 3},
        )


def images(images: ArrayLike | Sequence[ArrayLike], titles: Sequence[str] | None = None, columns: int = 4) -> Figure:
    """Draw pictures in a grid, without changing their contrast.

    Black is 0; white is 255 in `uint8` pictures and 1 in floating-point ones.

    Photographs make a notebook heavy: `photo[::2, ::2]` draws a quarter of the pixels, in a third of the bytes.

    Args:
        images: Pictures `(n, H, W)`, `(n, H, W, 1)` or `(n, H, W, 3)`, or a list of pictures `(H, W)`,
            `(H, W, 1)` or `(H, W, 3)` of any sizes, or one such picture; `uint8`, or floating point in 0..1.
        titles: One title a picture, or none at all.
        columns: Number of pictures in a row.

    Returns:
        The figure; its description lists the titles.

    Raises:
        ValueError: If there is no picture, a picture has another shape or range, or titles are too many or too few.
        TypeError: If the pictures are neither `uint8` nor floating point.
    """
    pictures = [_picture(one, place) for place, one in enumerate(_pictures(images))]
    names = _titles(titles, len(pictures), "picture")
    columns = min(columns, len(pictures))
    widest = max(one.shape[1] for one in pictures)
    panel = WIDTH / (columns if widest >= 64 else max(columns, 2))  # no blow-ups of tiny pictures
    tallest = max(one.shape[0] / one.shape[1] for one in pictures)
    figure, panels = _grid(len(pictures), columns, (panel, panel * tallest), names, _about_images(pictures, names))
    for one, picture in zip(panels, pictures, strict=True):
        one.imshow(picture, cmap="gray", vmin=0, vmax=255 if picture.dtype == np.uint8 else 1)
        _frame(one)
    return figure


def kernels(kernels: ArrayLike | Sequence[ArrayLike], titles: Sequence[str] | None = None) -> Figure:
    """Draw kernels as small grids with their numbers, all in one colour scale.

    Args:
        kernels: One kernel `(kh, kw)`, a list of them, or the weights `(kh, kw, c_in, c_out)` of a Keras layer:
            then each filter is a row, and each of its channels a column (with one channel: a plain grid).
        titles: One title a kernel, or one a filter of a layer, or none at all.

    Returns:
        The figure. Where there is no room for the numbers, a scale stands below instead.

    Raises:
        ValueError: If the shape is another one, a number is not finite, or titles are too many or too few.
    """
    planes, channels = _kernel_planes(kernels)
    thing = "kernel" if channels == 1 else "filter"
    names = _titles(titles, len(planes) // channels, thing)
    what = _count(len(planes) // channels, thing) + ("" if channels == 1 else f" of {channels} channels")
    figure, panels = _plane_grid(
        planes,
        names if channels == 1 else (),
        what + _about_planes(planes, names),
        columns=None if channels == 1 else channels,
    )
    if channels > 1:
        for channel, panel in enumerate(panels[:channels]):
            panel.set_title(f"channel {channel}", fontsize=_TITLE_SIZE)
        for name, panel in zip(names, panels[::channels], strict=False):
            panel.set_ylabel(name, fontsize=_TITLE_SIZE)
    return figure


def feature_maps(maps: ArrayLike | Sequence[ArrayLike], titles: Sequence[str] | None = None) -> Figure:
    """Draw feature maps side by side in one colour scale, where zero is white.

    Args:
        maps: One map `(H, W)`, what a layer returns for one picture, `(H, W, C)` or `(1, H, W, C)`, or a list of maps
            `(H, W)` of any sizes.
        titles: One title a map, or none at all.

    Returns:
        The figure. Few and small maps get their numbers printed; otherwise a scale stands below instead.

    Raises:
        ValueError: If the shape is another one, a number is not finite, or titles are too many or too few.
    """
    planes = _map_planes(maps)
    names = _titles(titles, len(planes), "map")
    what = _count(len(planes), "feature map")
    return _plane_grid(planes, names, what + _about_planes(planes, names))[0]


def weight_matrix(weights: ArrayLike) -> Figure:
    """Draw the weight matrix of a layer: one row an output, one column an input.

    Args:
        weights: Array `(outputs, inputs)`. (The kernel of a Keras `Dense` layer is `(inputs, outputs)`: give its `.T`.)

    Returns:
        The figure; its description counts the weights that are not zero, and how many of them differ.

    Raises:
        ValueError: If the array has other axes, is larger than 300 x 300, or holds a number that is not finite.
    """
    matrix = _finite(weights, "weight matrix")
    if matrix.ndim != 2 or matrix.size == 0:
        raise ValueError(f"A weight matrix has the axes (outputs, inputs); this one has shape {matrix.shape}.")
    outputs, inputs = matrix.shape
    if max(matrix.shape) > _LARGEST_MATRIX:
        raise ValueError(
            f"A matrix of {outputs} x {inputs} has more cells than the figure has pixels, so lines would be lost. "
            f"Show a smaller layer: at most {_LARGEST_MATRIX} x {_LARGEST_MATRIX}."
        )
    used = matrix[matrix != 0]
    description = (
        f"Weight matrix of {_count(outputs, 'output')} (rows) and {_count(inputs, 'input')} (columns): "
        f"{used.size:,} of {matrix.size:,} weights are not zero, {np.unique(used).size:,} of them different."
    )
    figure, panels = _plane_grid([matrix], (), description, columns=1)
    panels[0].set(xlabel=_count(inputs, "input"), ylabel=_count(outputs, "output"))
    return figure


def learning_curves(history: Any) -> Figure:
    """Draw what `fit` recorded: one panel a metric, training dashed, validation solid, labels at the lines.

    Args:
        history: What `model.fit` returned, or its `.history` dictionary; or a dictionary of several of them by name.

    Returns:
        The figure; its description holds the values after the last epoch.

    Raises:
        TypeError: If it is none of these.
        ValueError: If it holds no epoch.
    """
    runs = _runs(history)
    first = next(iter(runs.values()))
    metrics = sorted((name for name in first if not name.startswith("val_")), key=lambda name: (name == "loss", name))
    epochs = max(len(run[metric]) for run in runs.values() for metric in metrics)
    description = f"Learning curves over {_count(epochs, 'epoch')}: " + "; ".join(
        (f"{name}: " if name else "") + ", ".join(_ending(run, metric) for metric in metrics)
        for name, run in runs.items()
    )
    figure = empty(0.4 + 2.0 * len(metrics), description=description + ".")
    panels = figure.subplots(len(metrics), squeeze=False, sharex=True)[:, 0]
    for panel, metric in zip(panels, metrics, strict=True):
        for number, (name, run) in enumerate(runs.items()):
            _curves(panel, run, metric, name, number)
        panel.set_title(_words(metric))
        panel.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        panel.yaxis.set_major_locator(MaxNLocator(4))
    validated = any(f"val_{metric}" in run for run in runs.values() for metric in metrics)
    panels[-1].set_xlabel("epoch (dashed: training, solid: validation)" if len(runs) > 1 and validated else "epoch")
    for panel in panels:
        label_lines(panel)
    return figure


def confusion_matrix(labels: ArrayLike, predictions: ArrayLike, class_names: Sequence[str]) -> Figure:
    """Draw how often each class (row) was taken for each class (column); a cell left empty means never.

    Args:
        labels: True classes, integers `(n,)`.
        predictions: Predicted classes, integers `(n,)`.
        class_names: Name of class 0, 1, and so on.

    Returns:
        The figure; a darker cell is a larger share of its row. Its description names the most frequent mistake.

    Raises:
        ValueError: If the two differ in length, are empty, or hold something else than class numbers.
    """
    classes = len(class_names)
    truth, guess = _classes(labels, "labels", classes), _classes(predictions, "predictions", classes)
    if truth.size != guess.size:
        raise ValueError(f"There are {truth.size} labels but {guess.size} predictions; give one prediction a label.")
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (truth, guess), 1)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    margin = _CHARACTER * max(len(name) for name in class_names)
    cell = min((WIDTH - margin) / classes, 0.6)
    figure = empty(0.8 * cell * classes + margin + 0.4, description=_about_confusion(counts, class_names))
    panel = figure.subplots()
    # The square root brings out rare mistakes; without it only the diagonal would show.
    image = panel.imshow(share, cmap=_SHARES, norm=PowerNorm(0.5, 0, 1), aspect="auto")
    for row, column in zip(*np.nonzero(counts), strict=True):
        _number(panel, image, row, column, str(counts[row, column]), share[row, column])
    panel.set_xticks(range(classes), class_names, rotation=90)
    panel.set_yticks(range(classes), class_names)
    panel.set(xlabel="predicted", ylabel="true")
    panel.spines[:].set(visible=True, color="0.6", linewidth=0.5)
    panel.tick_params(length=0)
    _cell_lines(panel, counts.shape)
    return figure


def _luminance(colour: Any) -> float:
    """Relative luminance of a colour, from 0 (black) to 1 (white).

    Args:
        colour: Any colour matplotlib knows.

    Source: W3C, Web Content Accessibility Guidelines 2.2, "relative luminance".
    """
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return float(np.dot(channels, (0.2126, 0.7152, 0.0722)))


def ink(background: Any) -> str:
    """Black or white, whichever stands out more on the colour `background`."""
    light = _luminance(background)
    return "black" if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else "white"


def readable(colour: Any) -> tuple[float, float, float]:
    """Darken a colour until text of it can be read on white (contrast 4.5 : 1, WCAG 2.2, level AA)."""
    red, green, blue = to_rgb(colour)
    while 1.05 / (_luminance((red, green, blue)) + 0.05) < 4.5:
        red, green, blue = 0.97 * red, 0.97 * green, 0.97 * blue
    return red, green, blue


# --- making figures -------------------------------------------------------------------------------------------


_SHARES = LinearSegmentedColormap.from_list("shares", ["#FFFFFF", "#9CC4E0", "#0072B2", "#00304F"])


def _grid(
    count: int, columns: int, panel: tuple[float, float], names: Sequence[str], description: str
) -> tuple[Figure, list[Axes]]:
    """A figure with `count` titled axes in rows; `panel` is the width and height of one in inches."""
    width, height = panel
    rows = -(-count // columns)
    letters = max(int(width / _CHARACTER), 8)
    wrapped = ["\n".join(fill(line, letters, break_long_words=False) for line in name.split("\n")) for name in names]
    title = _LINE * (1 + max((name.count("\n") for name in wrapped), default=-1)) + 0.06
    figure = empty(rows * (height + title) + 0.1, description=description, width=columns * width)
    panels = list(figure.subplots(rows, columns, squeeze=False).flat)
    for unused in panels[count:]:
        unused.remove()
    for axes, name in zip(panels, wrapped, strict=False):
        axes.set_title(name, fontsize=_TITLE_SIZE, pad=3)
    return figure, panels[:count]


def _plane_grid(
    planes: list[NDArray[np.float64]], names: Sequence[str], description: str, columns: int | None = None
) -> tuple[Figure, list[Axes]]:
    """Draw signed grids in one colour scale: with their numbers if there is room, otherwise with the scale below."""
    tall, wide = (max(plane.shape[axis] for plane in planes) for axis in (0, 1))
    texts = _printed(planes)
    longest = max(len(text) for grid in texts for row in grid for text in row)
    width = wide * max(_CHARACTER * (longest + 0.3), 0.28) + _GAP
    numbers = (
        max(tall, wide) <= _LARGEST_NUMBERED
        and sum(plane.size for plane in planes) <= _NUMBERED_CELLS
        and width * (columns or 1) <= WIDTH
    )
    if columns is None:
        most = int(WIDTH / width) if numbers else 4
        columns = -(-len(planes) // -(-len(planes) // most))  # rows of equal length, as far as possible
    width = min(WIDTH / columns, 1.3 * width) if numbers else WIDTH / (columns if wide > 64 else max(columns, 2))
    figure, panels = _grid(len(planes), columns, (width, (width - _GAP) * tall / wide), names, description)
    limit = _limit(planes)
    for panel, plane, grid in zip(panels, planes, texts, strict=True):
        image = _signed_image(panel, plane, limit)
        if numbers:
            _cell_lines(panel, plane.shape)
            for (row, column), value in np.ndenumerate(plane):
                _number(panel, image, row, column, grid[row][column], value)
    if not numbers:
        _scale(figure, panels, planes)
    return figure, panels


def _signed_image(axes: Axes, plane: NDArray[np.float64], limit: float) -> AxesImage:
    """Draw signed numbers with white at zero, framed, without ticks."""
    image = axes.imshow(plane, cmap=SIGNED, norm=Normalize(-limit, limit))
    _frame(axes)
    return image


def _frame(axes: Axes) -> None:
    """Leave a thin grey frame and no ticks, so that white cells at the border still show."""
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color="0.6", linewidth=0.5)


def _cell_lines(axes: Axes, shape: tuple[int, ...]) -> None:
    """Draw thin lines between the cells."""
    axes.hlines(np.arange(1, shape[0]) - 0.5, -0.5, shape[1] - 0.5, color="0.75", linewidth=0.5)
    axes.vlines(np.arange(1, shape[1]) - 0.5, -0.5, shape[0] - 0.5, color="0.75", linewidth=0.5)


def _number(axes: Axes, image: AxesImage, row: int, column: int, text: str, value: float) -> None:
    """Print a cell's number in the ink that can be read on the cell's colour."""
    colour = ink(image.to_rgba(np.asarray(value)))
    axes.text(column, row, text, ha="center", va="center", fontsize=_TITLE_SIZE, color=colour)


def _scale(figure: Figure, panels: list[Axes], planes: list[NDArray[np.float64]]) -> None:
    """Put the colour scale below; only its positive half where nothing is negative."""
    height = figure.get_figheight() + 0.4
    figure.set_figheight(height)
    bar = figure.colorbar(
        panels[0].images[0], ax=panels, location="bottom", fraction=0.09 / height, pad=0.08 / height, aspect=30
    )
    if min(plane.min() for plane in planes) >= 0:
        bar.ax.set_xlim(0, _limit(planes))
    bar.locator = MaxNLocator(3)
    bar.update_ticks()


def _curves(axes: Axes, run: dict[str, list[float]], metric: str, name: str, number: int) -> None:
    """Draw one run's training and validation curves; only one of them is labelled where there are several runs."""
    validation = run.get(f"val_{metric}")
    both = validation is not None
    drawn = [(run[metric], "--", name if name and not both else "_" if name else "training", number if name else 1)]
    if validation is not None:
        drawn.append((validation, "-", name or "validation", number))
    for values, dash, label, colour in drawn:
        axes.plot(
            np.arange(1, len(values) + 1),
            values,
            linestyle=dash,
            marker="osD^v"[number % 5] if len(values) <= 30 else "",
            color=COLOURS[colour % len(COLOURS)],
            label=label,
        )


def _last_point(line: Line2D) -> tuple[float, float]:
    """The last point of a line that can be drawn."""
    points = np.asarray(line.get_xydata(), dtype=float)
    x, y = points[np.isfinite(points).all(axis=1)][-1]
    return float(x), float(y)


def _spread(places: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Move labels apart until none overlap, keeping their order; each crowd stays centred on where it was."""
    crowds = [[index] for index in sorted(range(len(places)), key=lambda index: places[index])]

    def size(crowd: list[int]) -> float:
        return sum(heights[index] for index in crowd)

    def centre(crowd: list[int]) -> float:
        return sum(places[index] for index in crowd) / len(crowd)

    def overlapping() -> int | None:
        for first, (low, high) in enumerate(pairwise(crowds)):
            if centre(high) - centre(low) < (size(low) + size(high)) / 2 - 1e-9:
                return first
        return None

    while (first := overlapping()) is not None:
        crowds[first : first + 2] = [crowds[first] + crowds[first + 1]]
    result = list(places)
    for crowd in crowds:
        bottom = centre(crowd) - size(crowd) / 2
        for index in crowd:
            result[index] = bottom + heights[index] / 2
            bottom += heights[index]
    return result


# --- reading what was given -----------------------------------------------------------------------------------


def _titles(titles: Sequence[str] | None, count: int, thing: str) -> list[str]:
    """The titles as a list, if there are none or as many as things."""
    if titles is None:
        return []
    if isinstance(titles, str) or len(titles) != count:
        given = "one string" if isinstance(titles, str) else _count(len(titles), "title")
        raise ValueError(f"There are {_count(count, thing)} but {given}; give a list with one title a {thing}.")
    return [str(title) for title in titles]


def _pictures(images: ArrayLike | Sequence[ArrayLike]) -> list[NDArray[Any]]:
    """Split an array into its pictures; a list is one already."""
    if isinstance(images, list | tuple):
        pictures = [np.asarray(one) for one in images]
    else:
        array = np.asarray(images)
        single = array.ndim == 2 or (array.ndim == 3 and array.shape[-1] in (1, 3))
        if not single and array.ndim not in (3, 4):
            raise ValueError(
                f"Pictures have the axes (n, height, width) or (n, height, width, channels); "
                f"this array has shape {array.shape}."
            )
        pictures = [array] if single else list(array)
    if not pictures:
        raise ValueError("There is no picture to show: the list is empty.")
    return pictures


def _picture(picture: NDArray[Any], place: int) -> NDArray[Any]:
    """Check one picture, and drop a single channel."""
    if picture.ndim not in (2, 3) or (picture.ndim == 3 and picture.shape[-1] not in (1, 3)) or picture.size == 0:
        raise ValueError(
            f"Picture {place} has shape {picture.shape}; a grey one is (height, width) or (height, width, 1), "
            "a coloured one (height, width, 3)."
        )
    if picture.dtype != np.uint8:
        _check_range(picture, place)
    return picture[..., 0] if picture.ndim == 3 and picture.shape[-1] == 1 else picture


def _check_range(picture: NDArray[Any], place: int) -> None:
    """Refuse what is neither uint8 nor floating point in 0..1, and say what it looks like."""
    if not np.issubdtype(picture.dtype, np.floating):
        raise TypeError(
            f"Picture {place} is {picture.dtype}; a picture is uint8 with 0..255 or floating point with 0..1. "
            "If its values are 0..255, use .astype('uint8')."
        )
    low, high = float(picture.min()), float(picture.max())
    if not np.isfinite([low, high]).all():
        raise ValueError(f"Picture {place} holds values that are not finite numbers (NaN or infinity).")
    if low >= 0 and high <= 1:
        return
    if low >= 0 and 8 < high <= 255:
        cure = "It looks like 0..255 stored as floating point: divide by 255, or use .astype('uint8')."
    elif low >= -1 and high <= 1:
        cure = "It looks like -1..1: add 1 and divide by 2, or draw signed numbers with feature_maps."
    else:
        cure = "Signed or unlimited numbers are no picture: draw them with feature_maps."
    raise ValueError(f"Picture {place} is floating point with values from {low:.3g} to {high:.3g}, not 0..1. {cure}")


def _finite(values: ArrayLike, what: str) -> NDArray[np.float64]:
    """The values as float64, if all are finite."""
    array = np.asarray(values, dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"The {what} holds values that are not finite numbers (NaN or infinity).")
    return array


def _plane_list(grids: Sequence[ArrayLike], thing: str) -> list[NDArray[np.float64]]:
    """Check a list of two-dimensional grids."""
    planes = [_finite(one, thing) for one in grids]
    for place, plane in enumerate(planes):
        if plane.ndim != 2 or plane.size == 0:
            raise ValueError(f"Each {thing} of a list has the axes (height, width); number {place} has {plane.shape}.")
    if not planes:
        raise ValueError(f"There is no {thing} to show: the list is empty.")
    return planes


def _kernel_planes(kernels: ArrayLike | Sequence[ArrayLike]) -> tuple[list[NDArray[np.float64]], int]:
    """The two-dimensional slices of kernels, filter after filter, and how many make a filter."""
    if isinstance(kernels, list | tuple) and np.ndim(kernels[0] if kernels else 0) != 1:
        return _plane_list(kernels, "kernel"), 1
    array = _finite(np.asarray(kernels), "kernel")
    if array.ndim == 2 and array.size:
        return [array], 1
    if array.ndim == 4 and array.size:
        return [array[:, :, c, f] for f in range(array.shape[3]) for c in range(array.shape[2])], array.shape[2]
    raise ValueError(
        f"Kernels are one grid (height, width), a list of such grids, or a layer's weights (height, width, "
        f"channels in, filters); this array has shape {array.shape}."
    )


def _map_planes(maps: ArrayLike | Sequence[ArrayLike]) -> list[NDArray[np.float64]]:
    """The two-dimensional maps of a layer's output for one picture."""
    if isinstance(maps, list | tuple) and np.ndim(maps[0] if maps else 0) != 1:
        return _plane_list(maps, "feature map")
    array = _finite(np.asarray(maps), "feature map")
    if array.ndim == 4 and array.shape[0] == 1:
        array = array[0]
    if array.ndim not in (2, 3) or array.size == 0:
        raise ValueError(
            f"Feature maps are what a layer returns for one picture, (height, width, channels); "
            f"this array has shape {array.shape}."
        )
    return [array] if array.ndim == 2 else list(np.moveaxis(array, -1, 0))


def _runs(history: Any) -> dict[str, dict[str, list[float]]]:
    """The histories by name; the name of a single one is empty."""
    record = getattr(history, "history", history)
    if isinstance(record, Mapping) and record and all(_is_history(one) for one in record.values()):
        return {str(name): _record(one) for name, one in record.items()}
    return {"": _record(record)}


def _is_history(thing: Any) -> bool:
    return isinstance(getattr(thing, "history", thing), Mapping)


def _record(history: Any) -> dict[str, list[float]]:
    """The recorded numbers of one training run."""
    record = getattr(history, "history", history)
    if not isinstance(record, Mapping):
        raise TypeError(f"Expected what model.fit returned, or its .history dictionary, not {type(record).__name__}.")
    values = {name: [float(value) for value in numbers] for name, numbers in record.items() if name != "learning_rate"}
    if not values or min(len(numbers) for numbers in values.values()) == 0:
        raise ValueError("The history holds no epoch: call model.fit first, with epochs of at least 1.")
    return values


def _classes(values: ArrayLike, what: str, count: int) -> NDArray[np.int64]:
    """Check class numbers."""
    array = np.asarray(values)
    if array.ndim == 2 and array.shape[1] == count:
        raise ValueError(
            f"The {what} have shape {array.shape}: they look like one score a class. Give the class numbers: "
            ".argmax(axis=1)."
        )
    if array.ndim != 1 or array.size == 0 or not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"The {what} are class numbers, integers (n,); these are {array.dtype} {array.shape}.")
    if array.min() < 0 or array.max() >= count:
        raise ValueError(
            f"The {what} hold the class {array.min() if array.min() < 0 else array.max()}, but there are names "
            f"for the classes 0 to {count - 1} only."
        )
    return array.astype(np.int64)


# --- saying it in words ---------------------------------------------------------------------------------------


def _count(number: int, thing: str) -> str:
    """For example "1 picture", "2 pictures", "3 classes"."""
    if number == 1:
        return f"1 {thing}"
    return f"{number:,} {thing}{'es' if thing.endswith('s') else 's'}"


def _listed(names: Sequence[str]) -> str:
    """Names in one line; of many only the first twelve."""
    flat = [" ".join(name.split()) for name in names]
    return ", ".join(flat[:12]) + (f" and {len(flat) - 12} more" if len(flat) > 12 else "")


def _sizes(shapes: Sequence[tuple[int, ...]]) -> str:
    """For example "28 × 28", or "5 × 4 to 28 × 28"."""
    ordered = sorted({shape[:2] for shape in shapes}, key=lambda shape: (shape[0] * shape[1], shape))
    return " to ".join(f"{height} × {width}" for height, width in ([ordered[0], ordered[-1]][: len(ordered)]))


def _signed(value: float) -> str:
    """Two significant digits, with a true minus sign; zero without one."""
    digits = np.format_float_positional(value, precision=2, fractional=False, trim="-")
    return digits.replace("-", "−") if value else "0"


def _words(metric: str) -> str:
    return metric.replace("_", " ")


def _about_images(pictures: list[NDArray[Any]], names: Sequence[str]) -> str:
    colours = {picture.ndim == 3 for picture in pictures}
    kind = "grey and coloured " if len(colours) > 1 else "coloured " if True in colours else "grey "
    what = f"A {kind}picture" if len(pictures) == 1 else f"A grid of {len(pictures)} {kind}pictures"
    text = f"{what} of {_sizes([picture.shape for picture in pictures])} pixels"
    return text + (f": {_listed(names)}." if names else ".")


def _about_planes(planes: list[NDArray[np.float64]], names: Sequence[str]) -> str:
    low, high = min(plane.min() for plane in planes), max(plane.max() for plane in planes)
    text = f" of {_sizes([plane.shape for plane in planes])}"
    text += f": {_listed(names)}." if names else "."
    return f"{text} Values from {_signed(low)} to {_signed(high)}; blue is negative, white zero, orange positive."


def _ending(run: dict[str, list[float]], metric: str) -> str:
    text = f"{_words(metric)} ends at {run[metric][-1]:.2f}"
    validation = run.get(f"val_{metric}")
    return text if validation is None else f"{text} in training and {validation[-1]:.2f} in validation"


def _about_confusion(counts: NDArray[np.int_], names: Sequence[str]) -> str:
    right, total = int(np.trace(counts)), int(counts.sum())
    text = f"Confusion matrix of {_count(total, 'picture')} in {_count(len(names), 'class')}: {right:,} right."
    mistakes = counts - np.diag(np.diag(counts))
    if not mistakes.any():
        return text + " No mistakes."
    true, taken = divmod(int(mistakes.argmax()), len(names))
    times = int(mistakes[true, taken])
    return f"{text} Most frequent mistake: {names[true]} taken for {names[taken]}, {_count(times, 'time')}."


def _limit(planes: list[NDArray[np.float64]]) -> float:
    """The largest size of any number: the end of the colour scale on both sides; 1 where all are zero."""
    return max(float(np.abs(plane).max()) for plane in planes) or 1.0


def _printed(planes: list[NDArray[np.float64]]) -> list[list[list[str]]]:
    """The numbers as text, all with the same digits: as few decimals (two at most) as show them exactly."""
    values = np.concatenate([plane.ravel() for plane in planes])
    digits = next((few for few in (0, 1) if np.allclose(values, values.round(few), atol=1e-6)), 2)
    # Adding 0.0 turns a rounded -0.0 into 0.0.
    return [
        [[f"{value:.{digits}f}".replace("-", "−") for value in row] for row in plane.round(digits) + 0.0]
        for plane in planes
    ]
