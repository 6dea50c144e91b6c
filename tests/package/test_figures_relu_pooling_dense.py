"""Figures F5 to F7: they draw the numbers they were given, and say them."""

import matplotlib as mpl

mpl.use("agg")
import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.patches import Circle, Rectangle

from cnn_course import figures, show
from tests.legible import assert_legible

SIGNAL = {
    "ReLU, He start": np.geomspace(0.93, 1.0, 20) * 7,
    "ReLU, half-size start": np.geomspace(1.9e-6, 1.0, 20) * 7,
    "sigmoid, Glorot start": np.geomspace(1e-12, 1.0, 20) * 7,
}
MAP = np.array([[0.9, 0.0, 0.1, 0.2], [0.1, 0.6, 0.8, 0.5], [0.0, 0.1, 0.3, 0.4], [0.6, 0.4, 0.2, 0.1]])
LIKENESS = {
    "no pooling": [1, 0.58, 0.10, -0.03, -0.02, -0.01, -0.04],
    "max 2 × 2": [1, 0.74, 0.41, 0.08, 0.00, 0.01, 0.03],
    "max 4 × 4": [1, 0.82, 0.66, 0.45, 0.31, 0.07, 0.05],
}
MAPS = np.arange(27).reshape(3, 3, 3) / 10
WAYS = {
    "flatten → dense 128 → dense 10": 402_826,
    "flatten → dense 10": 31_370,
    "average each map → dense 10": 650,
}


pytestmark = pytest.mark.usefixtures("course_style")


def numbers(axes):
    """The numbers printed in an axes, in reading order."""
    texts = sorted(axes.texts, key=lambda text: (round(text.get_position()[1]), text.get_position()[0]))
    return [float(text.get_text()) for text in texts if not text.get_text().isalpha()]


def by_title(figure, start):
    """The axes of a figure whose title starts with a word."""
    (axes,) = [axes for axes in figure.findobj(plt.Axes) if axes.get_title().startswith(start)]
    return axes


@pytest.mark.parametrize(
    "draw",
    [
        lambda: figures.activations(SIGNAL),
        lambda: figures.pooling_shift(MAP, LIKENESS),
        lambda: figures.flatten(MAPS, WAYS),
    ],
    ids=["F5", "F6", "F7"],
)
def test_figure_is_portrait_legible_and_small(draw):
    figure = draw()
    assert isinstance(figure, show.Figure)
    width, height = figure.get_size_inches()
    assert width == show.WIDTH < height
    assert_legible(figure)
    file = io.BytesIO()
    figure.savefig(file, format="png", bbox_inches="tight")
    assert file.tell() <= 150_000
    assert repr(draw()) == repr(figure)


# --- F5 -------------------------------------------------------------------------------------------------------


def test_activations_draws_the_signal_relative_to_the_last_layer():
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


def test_activations_draws_slopes_that_are_slopes():
    above = by_title(figures.activations(SIGNAL), "slope")
    relu, sigmoid = above.get_lines()
    z = np.asarray(relu.get_xdata())
    step = 1e-5
    for line, function in ((relu, lambda x: np.maximum(x, 0)), (sigmoid, lambda x: (1 + np.tanh(x / 2)) / 2)):
        slope = (function(z + step) - function(z - step)) / (2 * step)
        np.testing.assert_allclose(np.asarray(line.get_ydata())[z != 0], slope[z != 0], atol=1e-6)


@pytest.mark.parametrize("layers", [2, 7, 10, 23, 60])
def test_activations_marks_first_and_last_layer(layers):
    curves = {name: sizes[:layers] if layers <= 20 else np.resize(sizes, layers) for name, sizes in SIGNAL.items()}
    figure = figures.activations(curves)
    ticks = by_title(figure, "error").get_xticks()
    assert {1, layers} <= set(ticks) and min(ticks) == 1 and max(ticks) == layers
    assert_legible(figure)


@pytest.mark.parametrize(
    ("curves", "message"),
    [
        ({"ReLU": np.ones(20)}, "Give 3 curves"),
        ({**SIGNAL, "sigmoid, Glorot start": np.ones(19)}, "Give 3 curves"),
        ({**SIGNAL, "sigmoid, Glorot start": np.ones((20, 1))}, "Give 3 curves"),
        ({**SIGNAL, "sigmoid, Glorot start": np.zeros(20)}, "'sigmoid, Glorot start' has a size of 0"),
    ],
)
def test_activations_refuses(curves, message):
    with pytest.raises(ValueError, match=message):
        figures.activations(curves)
    assert not plt.get_fignums()


# --- F6 -------------------------------------------------------------------------------------------------------


@settings(max_examples=5, deadline=None)
@given(st.permutations(range(16)))
def test_pooling_is_pooling(order):
    values = np.array(order).reshape(4, 4) / 16
    figure = figures.pooling_shift(values, LIKENESS)
    blocks = [values[top : top + 2, left : left + 2] for top in (0, 2) for left in (0, 2)]
    np.testing.assert_allclose(numbers(by_title(figure, "map")), values.ravel(), atol=0.051)
    np.testing.assert_allclose(numbers(by_title(figure, "max")), [block.max() for block in blocks], atol=0.051)
    np.testing.assert_allclose(numbers(by_title(figure, "average")), [block.mean() for block in blocks], atol=0.0051)
    rings = [patch for patch in by_title(figure, "map").patches if isinstance(patch, Circle)]
    ringed = [values[int(ring.center[1]), int(ring.center[0])] for ring in rings]
    assert ringed == [block.max() for block in blocks]
    plt.close(figure)


def test_pooling_shift_draws_the_likeness():
    figure = figures.pooling_shift(MAP, LIKENESS)
    axes = by_title(figure, "pooling forgives")
    curves = [line for line in axes.get_lines() if not line.get_label().startswith("_")]
    for line, (name, values) in zip(curves, LIKENESS.items(), strict=True):
        assert line.get_label() == name
        np.testing.assert_array_equal(line.get_xdata(), range(7))
        np.testing.assert_array_equal(line.get_ydata(), values)
    assert axes.get_ylim()[0] < -0.04, "values below zero are seen"
    assert {text.get_text() for text in axes.texts} == set(LIKENESS)
    assert len({line.get_linestyle() for line in curves}) == 3
    assert "moved by 1 pixel and by 6 pixels: no pooling, 0.58 and −0.04;" in repr(figure)


@pytest.mark.parametrize(
    ("values", "likeness", "message"),
    [
        (np.zeros((4, 5)), LIKENESS, r"\(4, 5\)"),
        (MAP - 1, LIKENESS, "without negative"),
        (np.where(MAP == 0.6, 0.9, MAP), LIKENESS, r"Window \(0, 0\) has a tie at 0.9"),
        (MAP, {}, "one to three curves"),
        (MAP, {"a": [1, 0], "b": [1, 0, 0]}, "same length"),
        (MAP, {"a": [1]}, "one number for each shift"),
    ],
)
def test_pooling_shift_refuses(values, likeness, message):
    with pytest.raises(ValueError, match=message):
        figures.pooling_shift(values, likeness)
    assert not plt.get_fignums()


# --- F7 -------------------------------------------------------------------------------------------------------


@settings(max_examples=5, deadline=None)
@given(arrays(np.int64, (3, 3, 3), elements=st.integers(0, 99)))
def test_flatten_reads_pixel_by_pixel(tenths):
    maps = tenths / 10
    figure = figures.flatten(maps, WAYS)
    row = by_title(figure, "Flatten")
    np.testing.assert_allclose(numbers(row), maps.flatten())
    for channel, letter in enumerate("abc"):
        panel = by_title(figure, f"map {letter}")
        np.testing.assert_allclose(numbers(panel), maps[:, :, channel].ravel())
        (frame,) = [patch for patch in panel.patches if isinstance(patch, Rectangle) and not patch.get_fill()]
        frames = [patch for patch in row.patches if not patch.get_fill()][channel::3]
        assert len(frames) == 9
        for small in frames:
            assert small.get_edgecolor() == frame.get_edgecolor()
            assert small.get_linestyle() == frame.get_linestyle()
    plt.close(figure)


def test_flatten_draws_dots_on_a_logarithmic_axis():
    figure = figures.flatten(MAPS, WAYS)
    axes = by_title(figure, "learned numbers")
    assert axes.get_xscale() == "log"
    dots = [line for line in axes.get_lines() if line.get_marker() in "osD"]
    assert [int(np.ravel(dot.get_xdata())[0]) for dot in dots] == list(WAYS.values())
    assert [text.get_text() for text in axes.texts] == [f"{name}: {count:,}" for name, count in WAYS.items()]
    assert len({dot.get_marker() for dot in dots}) == 3
    assert "flatten → dense 10, 31,370;" in repr(figure)


@pytest.mark.parametrize(
    ("maps", "ways", "message"),
    [
        (np.zeros((7, 7, 3)), WAYS, r"\(7, 7, 3\)"),
        (MAPS - 1, WAYS, "from 0"),
        (MAPS, {}, "at least 1"),
        (MAPS, {"none": 0}, "at least 1"),
    ],
)
def test_flatten_refuses(maps, ways, message):
    with pytest.raises(ValueError, match=message):
        figures.flatten(maps, ways)
    assert not plt.get_fignums()
