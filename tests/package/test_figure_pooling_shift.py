"""The curves are those that were given, can be told apart without colour, and are said in words."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from cnn_course import figures
from tests.legible import assert_legible, assert_portrait_and_small, by_title

LIKENESS = {
    "no pooling": [1, 0.64, 0.20, 0.06, 0.01, -0.11, 0.03],
    "every 2nd place": [1, 0.65, 0.22, 0.04, 0.01, 0.01, 0.01],
    "average 2 × 2": [1, 0.74, 0.35, 0.11, 0.02, 0.03, 0.04],
    "max 2 × 2": [1, 0.76, 0.45, 0.19, 0.07, 0.08, 0.06],
}
ACCURACY = {"flatten": [0.86, 0.82, 0.28], "global average": [0.74, 0.74, 0.73]}

pytestmark = pytest.mark.usefixtures("course_style")


def test_curves_are_drawn_and_said():
    figure = figures.pooling_shift({"likeness": LIKENESS})
    assert_legible(figure)
    axes = by_title(figure, "likeness")
    curves = [line for line in axes.get_lines() if not line.get_label().startswith("_")]
    for line, (name, values) in zip(curves, LIKENESS.items(), strict=True):
        assert line.get_label() == name
        np.testing.assert_array_equal(line.get_xdata(), range(7))
        np.testing.assert_array_equal(line.get_ydata(), values)
    assert axes.get_ylim()[0] < -0.11, "values below zero are seen"
    assert {text.get_text() for text in axes.texts} == set(LIKENESS)
    assert len({line.get_linestyle() for line in curves}) == len({line.get_marker() for line in curves}) == 4
    assert "Likeness: no pooling, 0.64 and 0.03; every 2nd place, 0.65 and 0.01;" in repr(figure)


def test_panels_stand_below_one_another_with_one_move_marked():
    figure = figures.pooling_shift({"right answers": ACCURACY, "same answers": ACCURACY}, marked=1)
    assert_legible(figure)
    assert_portrait_and_small(figure)
    assert [axes.get_title() for axes in figure.axes] == ["right answers", "same answers"]
    for axes in figure.axes:
        assert axes.get_ylim() == (0, 1.05)
        assert [list(line.get_xdata()) for line in axes.get_lines() if line.get_label().startswith("_")] == [[1, 1]]


def test_a_panel_near_one_is_enlarged_and_a_name_keeps_its_look():
    near = {"global average": [1, 0.94, 0.96]}
    figure = figures.pooling_shift({"right": ACCURACY, "the same": ACCURACY, "enlarged": near}, marked=2)
    assert_legible(figure)
    assert_portrait_and_small(figure)
    assert figure.axes[2].get_ylim() == pytest.approx((0.92, 1.01))
    looks = [(line.get_color(), line.get_linestyle(), line.get_marker()) for axes in figure.axes
             for line in axes.get_lines() if line.get_label() == "global average"]  # fmt: skip
    assert len(looks) == 3 and len(set(looks)) == 1


def test_more_names_than_styles_are_refused():
    with pytest.raises(ValueError, match="at most 4 names"):
        figures.pooling_shift({"likeness": {str(n): [1, 0] for n in range(5)}})
    assert not plt.get_fignums()
