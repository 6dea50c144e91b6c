"""The slopes are slopes, and the error signal is drawn relative to the last layer."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from cnn_course import figures
from tests.legible import assert_legible, assert_portrait_and_small, by_title

SIGNAL = {
    "ReLU, He start": np.geomspace(0.93, 1.0, 20) * 7,
    "ReLU, half-size start": np.geomspace(1.9e-6, 1.0, 20) * 7,
    "sigmoid, Glorot start": np.geomspace(1e-12, 1.0, 20) * 7,
}

pytestmark = pytest.mark.usefixtures("course_style")


def test_figure_is_portrait_legible_and_small():
    figure = figures.activations(SIGNAL)
    assert_legible(figure)
    assert_portrait_and_small(figure)


def test_signal_is_drawn_relative_to_the_last_layer():
    figure = figures.activations(SIGNAL)
    below = by_title(figure, "error signal through 20 layers")
    assert below.get_yscale() == "log" and below.xaxis_inverted()
    for line, sizes in zip(below.get_lines(), SIGNAL.values(), strict=True):
        assert list(line.get_xdata()) == list(range(20, 0, -1))
        np.testing.assert_allclose(line.get_ydata(), sizes[::-1] / 7)
    labels = [text.get_text() for text in below.texts]
    assert [label.splitlines()[-1] for label in labels] == ["0.93", "1.9 × 10⁻⁶", "1.0 × 10⁻¹²"]
    assert "ReLU, half-size start, 1.9 × 10⁻⁶" in repr(figure) and "error signal after 20 layers" in repr(figure)
    assert len({line.get_linestyle() for line in below.get_lines()}) == 3, "not by colour alone"


def test_slopes_are_slopes():
    above = by_title(figures.activations(SIGNAL), "slope")
    relu, sigmoid = above.get_lines()
    z = np.asarray(relu.get_xdata())
    step = 1e-5
    for line, function in ((relu, lambda x: np.maximum(x, 0)), (sigmoid, lambda x: (1 + np.tanh(x / 2)) / 2)):
        slope = (function(z + step) - function(z - step)) / (2 * step)
        np.testing.assert_allclose(np.asarray(line.get_ydata())[z != 0], slope[z != 0], atol=1e-6)


@pytest.mark.parametrize("layers", [2, 7, 10, 23, 60])
def test_first_and_last_layer_are_marked(layers):
    curves = {name: sizes[:layers] if layers <= 20 else np.resize(sizes, layers) for name, sizes in SIGNAL.items()}
    figure = figures.activations(curves)
    ticks = by_title(figure, "error").get_xticks()
    assert {1, layers} <= set(ticks) and min(ticks) == 1 and max(ticks) == layers
    assert_legible(figure)


def test_another_number_of_curves_is_refused():
    with pytest.raises(ValueError, match=r"Give 3 curves .* these are 1"):
        figures.activations({"ReLU": np.ones(20)})
    assert not plt.get_fignums()
