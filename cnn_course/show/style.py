"""The look of every figure: its width, colours and letters, and its description in words."""

import warnings
from pathlib import Path
from typing import Any

import matplotlib.figure
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.font_manager import get_font_names

_SHEET = Path(__file__).with_name("course.mplstyle")
_STYLE = matplotlib.rc_params_from_file(_SHEET, use_default_template=False)

WIDTH: float = _STYLE["figure.figsize"][0]
"""Width of every figure in inches."""

COLOURS: list[str] = _STYLE["axes.prop_cycle"].by_key()["color"]
"""Colours of the style sheet in their order (Okabe and Ito, Color Universal Design, 2008; without the yellow)."""

SIGNED = LinearSegmentedColormap.from_list("signed", ["#00407A", "#5B9BC8", "#FFFFFF", "#F0A060", "#D55E00"], N=257)
"""Colour map of signed numbers. The blue end is the darker one, so that the ends differ in grey, too."""

_SMALL: float = _STYLE["xtick.labelsize"]  # points; the smallest text that is legible where the figure is 360 px wide

LABEL: dict[str, Any] = {"fontsize": _SMALL, "parse_math": False}
"""Properties of small text. A name that a learner gave may hold a `$`, which must not begin a formula."""

CHARACTER = 0.63 * _SMALL / 72
"""Mean width of a character of small text in inches."""

LINE = 1.3 * _SMALL / 72
"""Height of a line of small text in inches."""

# Fonts of Windows, macOS and Linux for names in Chinese, Japanese and Korean, which DejaVu Sans cannot write.
_MORE_FONTS = ("Malgun Gothic", "Apple SD Gothic Neo", "NanumGothic", "Noto Sans CJK JP", "Arial Unicode MS")


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
    """Apply the course's style to all figures made from now on; `course.start` does it for you.

    A letter that no installed font can write becomes a box, without a warning: the figure's description has it, too.
    """
    plt.style.use(_SHEET)
    installed = get_font_names()
    plt.rcParams["font.family"] = [*plt.rcParams["font.family"], *(font for font in _MORE_FONTS if font in installed)]
    warnings.filterwarnings("ignore", "Glyph .* missing from|Matplotlib currently does not support")


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


def empty(height: float, *, description: str, width: float = WIDTH, layout: str = "constrained") -> Figure:
    """Make a figure without axes, known to pyplot.

    Args:
        height: Height in inches.
        description: What the figure shows, in one or two sentences.
        width: Width in inches.
        layout: What places the axes; `"none"` leaves them where you put them.

    Raises:
        ValueError: If the description is empty.
    """
    figure = plt.figure(FigureClass=Figure, description=description, figsize=(width, height), layout=layout)
    assert isinstance(figure, Figure)
    return figure


def frame(axes: Axes) -> None:
    """Leave a thin grey frame and no ticks, so that white cells at the border still show."""
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color="0.6", linewidth=0.5)


def ink(background: Any) -> str:
    """Black or white, whichever differs more from the colour `background`."""
    light = _luminance(background)
    return "black" if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else "white"


def readable(colour: Any) -> tuple[float, float, float]:
    """Darken a colour until text of it can be read on white (contrast 4.5 : 1, WCAG 2.2, level AA)."""
    darker = np.array(to_rgb(colour))
    while 1.05 / (_luminance(darker) + 0.05) < 4.5:
        darker *= 0.97
    return to_rgb(darker.tolist())


def _luminance(colour: Any) -> float:
    """Relative luminance of a colour, from 0 (black) to 1 (white).

    Source: W3C, Web Content Accessibility Guidelines 2.2, "relative luminance".
    """
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
