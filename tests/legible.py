"""What makes a figure legible, for the tests of all figures."""

import re

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
            low, high = sorted(axis.get_view_interval())
            slack = 1e-6 * (high - low)
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                if not axes.axison or not low - slack <= tick.get_loc() <= high + slack:
                    yield from (tick.label1, tick.label2)
