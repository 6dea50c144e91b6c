"""Each dot stands at the likeness of its batch, none hides another, and the words count those below the limit."""

import numpy as np
import pytest

from cnn_course import figures
from tests.legible import assert_legible

VALUES = {"sound": [0.97, 0.975, 0.98, 0.94], "mirrored": [0.9, 0.9, 0.96], "squashed": [0.7]}

pytestmark = pytest.mark.usefixtures("course_style")


def test_dots_stand_at_their_values_in_their_rows():
    figure = figures.likeness_rows(VALUES, 0.95)
    (axes,) = figure.axes
    *rows, limit = axes.get_lines()
    for place, (line, (name, values)) in enumerate(zip(rows, VALUES.items(), strict=True)):
        x, y = np.asarray(line.get_xydata()).T
        assert line.get_label() == name
        np.testing.assert_allclose(x, values)
        assert ((y <= place) & (y > place - 1)).all(), "a pile reaches into the row above"
        assert len({*zip(x.round(2), y.round(3), strict=True)}) == len(x), "a dot hides another"
    assert set(limit.get_xdata()) == {0.95}
    assert [label.get_text() for label in axes.get_yticklabels()] == list(VALUES)
    assert rows[0].get_marker() != rows[1].get_marker(), "not by colour alone"
    assert_legible(figure)


def test_the_words_count_what_lies_below_the_limit():
    assert "sound 1 of 4, mirrored 2 of 3, squashed 1 of 1" in repr(figures.likeness_rows(VALUES, 0.95))


def test_a_high_pile_stays_in_its_row():
    (line, *_) = figures.likeness_rows({"sound": [0.5] * 60, "mirrored": [0.4]}, 0.45).axes[0].get_lines()
    assert line.get_ydata().min() > -0.75
