"""Reading figures, for the tests of all of them: what makes them legible, and what they show."""

import io
import re

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.text import Text


def contrast(one, other):
    """Contrast of two colours after WCAG 2.2, written down again from its text."""

    def luminance(colour):
        linear = []
        for value in to_rgba(colour)[:3]:
            linear.append(value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4)
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def assert_legible(figure):
    """No text is cut off, smaller than 9.5 points, faint, or over another text."""
    figure.draw_without_rendering()
    hidden = set(_ticks_out_of_view(figure))
    boxes = []
    for text in figure.findobj(Text):
        if not re.search(r"\w", text.get_text()) or not text.get_visible() or text in hidden:
            continue
        words = text.get_text()
        box = Text.get_window_extent(text)
        assert text.get_fontsize() >= 9.5, f"{words!r} is small"
        assert min(box.x0, box.y0) >= -1 and box.x1 <= figure.bbox.x1 + 1, f"{words!r} leaves the page"
        assert box.y1 <= figure.bbox.y1 + 1, f"{words!r} leaves the page"
        for other, another in boxes:
            across = min(box.x1, another.x1) - max(box.x0, another.x0)
            along = min(box.y1, another.y1) - max(box.y0, another.y0)
            assert min(across, along) <= 1, f"{words!r} overlaps {other!r}"
        boxes.append((words, box))


def _ticks_out_of_view(figure):
    """The tick labels that matplotlib keeps but does not draw."""
    for axes in figure.findobj(lambda artist: hasattr(artist, "xaxis")):
        for axis in (axes.xaxis, axes.yaxis):
            as_drawn = axis.get_transform().transform  # equal steps on the page, on a logarithmic axis, too
            low, high = sorted(as_drawn(axis.get_view_interval()))
            slack = 1e-6 * (high - low)
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                if not axes.axison or not low - slack <= as_drawn(tick.get_loc()) <= high + slack:
                    yield from (tick.label1, tick.label2)


def assert_portrait_and_small(figure):
    """It is as wide as a phone's screen, higher than wide, and light enough for a notebook."""
    width, height = figure.get_size_inches()
    assert width == 4.3 < height
    file = io.BytesIO()
    figure.savefig(file, format="png", bbox_inches="tight")
    assert file.tell() <= 150_000


def drawn(axes):
    """The array that an axes' first image holds."""
    return np.asarray(axes.images[0].get_array())


def printed(axes):
    """The numbers in the cells of an axes, as a matrix; NaN where there is none."""
    result = np.full(drawn(axes).shape[:2], np.nan)
    for text in axes.texts:
        words = text.get_text().replace("−", "-")
        if re.fullmatch(r"-?[\d.]+", words):
            column, row = text.get_position()
            result[row, column] = float(words)
    return result


def by_title(figure, start):
    """The axes of a figure whose title starts with a word."""
    (axes,) = [axes for axes in figure.findobj(Axes) if axes.get_title().startswith(start)]
    return axes
