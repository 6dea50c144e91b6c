"""A picture with its true class, and beside it what a net says about each class."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.show.labels import number
from cnn_course.show.pictures import draw_picture
from cnn_course.show.style import COLOURS, LABEL, Figure, empty


def class_bars(picture: ArrayLike, truth: int, values: ArrayLike, class_names: Sequence[str], title: str) -> Figure:
    """Draw a picture and one bar for each class, with its number; the name of the true class is bold.

    Args:
        picture: Grey picture `(H, W)` or `(H, W, 1)`, 0 to 1.
        truth: Number of the true class.
        values: One number for each class, `(classes,)`: scores or shares.
        class_names: Name of class 0, 1, and so on.
        title: What the numbers are: "ten scores".

    Returns:
        The figure; its description names the true class and the one with the largest number.
    """
    sizes = np.asarray(values, dtype=np.float64)
    answer = int(sizes.argmax())
    description = (
        f"A picture of class {class_names[truth]}, and {title}, one bar a class. "
        f"The largest is {class_names[answer]}, {number(sizes[answer], 2)}."
    )
    figure = empty(0.27 * len(sizes) + 0.4, description=description)
    left, right = figure.subplots(1, 2, width_ratios=(1, 2.1))
    draw_picture(left, np.squeeze(np.asarray(picture)))
    left.set_title(f"true class:\n{class_names[truth]}", **LABEL)
    bars = right.barh(range(len(sizes)), sizes, color="0.6", height=0.7)
    bars[answer].set_color(COLOURS[0])
    reach = float(np.ptp([*sizes, 0])) or 1.0
    for place, size in enumerate(sizes):
        side = -1 if size < 0 else 1
        right.text(size + side * 0.02 * reach, place, number(size, 2), va="center", ha="right" if size < 0 else "left",
                   **LABEL)  # fmt: skip
    right.axvline(0, color="black", linewidth=0.8)
    right.set_yticks(range(len(sizes)), class_names, parse_math=False)
    right.get_yticklabels()[truth].set_fontweight("bold")
    margins = 0.5 * reach * np.array([sizes.min() < 0, sizes.max() >= 0])
    right.set(xlim=(min(sizes.min(), 0) - margins[0], max(sizes.max(), 0) + margins[1]), xticks=[])
    right.set_title(title)
    right.spines[["left", "bottom"]].set_visible(False)
    right.tick_params(left=False)
    right.invert_yaxis()
    return figure
