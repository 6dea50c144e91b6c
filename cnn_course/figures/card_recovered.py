"""A known card, recovered from pictures and targets: what went in, the card on its way, and the error."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.show.labels import label_lines
from cnn_course.show.pictures import draw_picture
from cnn_course.show.planes import cells, signed_image
from cnn_course.show.style import COLOURS, LABEL, Figure, empty


def card_recovered(
    picture: NDArray[Any],
    target: NDArray[Any],
    cards: Mapping[int, NDArray[Any]],
    errors: Mapping[str, Sequence[float]],
) -> Figure:
    """Draw a picture and its target, the card after some numbers of steps, and how the error fell.

    Args:
        picture: The picture `(H, W)`, values in 0..1.
        target: The map that is wanted of it.
        cards: The card `(3, 3)` by the number of steps after which it was taken; four of them.
        errors: Largest error of the nine numbers after the same numbers of steps, for each way to train, by its name.

    Returns:
        The figure.
    """
    steps = list(cards)
    ends = "; ".join(f"{name}, from {values[0]:.1f} to {values[-1]:.2g}" for name, values in errors.items())
    description = (
        "Above, a picture and the map that is wanted of it. In the middle, the card after "
        f"{', '.join(f'{step:,}' for step in steps[:-1])} and {steps[-1]:,} steps. Below, the largest error of its "
        f"nine numbers: {ends}."
    )
    figure = empty(6.6, description=description)
    grid = figure.add_gridspec(3, 1, height_ratios=(1.8, 2.5, 2.2))
    above, middle, below = (figure.add_subfigure(grid[row]) for row in range(3))
    left, right = above.subplots(1, 2)
    draw_picture(left, picture)
    signed_image(right, target, float(np.abs(target).max()))
    left.set_title("one of the pictures", **LABEL)
    right.set_title("its target", **LABEL)
    limit = max(float(np.abs(card).max()) for card in cards.values())
    for axes, (step, card) in zip(middle.subplots(2, 2).flat, cards.items(), strict=True):
        texts = np.array([[f"{value:z.1f}".replace("-", "−") for value in row] for row in card])
        cells(axes, card, texts, vmin=-limit, vmax=limit, aspect="auto")
        axes.set_title(f"card after {step:,} steps" if step else "card at the start", pad=3, **LABEL)
    axes = below.subplots()
    for place, (name, values) in enumerate(errors.items()):
        dash = "--" if place else "-"
        style: dict[str, Any] = {"linestyle": dash, "marker": "os"[place], "color": COLOURS[place]}
        axes.plot(range(len(steps)), values, label=name, **style)
    axes.set_xticks(range(len(steps)), [f"{step:,}" for step in steps])
    axes.set(yscale="log", xlabel="steps", title="largest error of the nine numbers")
    label_lines(axes)
    return figure
