"""What is drawn is what was given, in the direction in which it travels."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from cnn_course import figures
from tests.legible import assert_legible, assert_portrait_and_small, by_title

GRADIENT = {"sigmoid": np.geomspace(2e-4, 0.035, 5), "ReLU": np.geomspace(7e-3, 2e-3, 5)}
SPREAD = {"sigmoid": np.geomspace(0.04, 4e-4, 4), "ReLU": np.geomspace(0.18, 0.03, 4)}
DEEP = {
    "sigmoid": np.geomspace(1e-14, 1e-2, 20),
    "ReLU, half that start": np.full(20, 1e-7),
    "ReLU, He start": np.full(20, 0.1),
}

pytestmark = pytest.mark.usefixtures("course_style")


@pytest.mark.parametrize("given", [(GRADIENT, SPREAD), (DEEP,)])
def test_figure_is_legible_and_small(given):
    figure = figures.fading(*given)
    assert_legible(figure)
    if len(given) == 2:
        assert_portrait_and_small(figure)


def test_both_ways_are_drawn():
    figure = figures.fading(GRADIENT, SPREAD)
    forwards, backwards = by_title(figure, "forwards"), by_title(figure, "backwards")
    assert not forwards.xaxis_inverted() and backwards.xaxis_inverted()
    for panel, curves in ((forwards, SPREAD), (backwards, GRADIENT)):
        assert panel.get_yscale() == "log"
        for line, sizes in zip(panel.get_lines(), curves.values(), strict=True):
            drawn = dict(zip(line.get_xdata(), line.get_ydata(), strict=True))
            np.testing.assert_allclose([drawn[place + 1] for place in range(len(sizes))], sizes)
        assert len({line.get_linestyle() for line in panel.get_lines()}) == 2, "not by colour alone"
    assert list(backwards.get_lines()[0].get_xdata()) == [5, 4, 3, 2, 1], "the label stands where the way ends"
    assert "Forwards: spread between pictures: sigmoid, from 0.04 to 4.0 × 10⁻⁴; ReLU" in repr(figure)
    assert "Backwards: gradient of the weights: sigmoid, from 0.035 to 2.0 × 10⁻⁴" in repr(figure)


@pytest.mark.parametrize("layers", [1, 2, 7, 10, 23, 60])
def test_first_and_last_layer_are_marked(layers):
    figure = figures.fading({"ReLU": np.full(layers, 0.1)})
    ticks = figure.axes[0].get_xticks()
    assert {1, layers} <= set(ticks) and min(ticks) == 1 and max(ticks) == layers
    assert_legible(figure)


@pytest.mark.parametrize("curves", [{}, {"dead": np.array([0.1, 0.0])}])
def test_what_a_logarithmic_axis_cannot_show_is_refused(curves):
    with pytest.raises(ValueError, match=rf"of sizes above 0; these are {len(curves)}"):
        figures.fading(curves)
    assert not plt.get_fignums()
