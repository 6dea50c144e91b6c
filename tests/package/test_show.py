"""The pictures: what they draw is what they were given, and they say so in words."""

import io
import re
import warnings
from itertools import pairwise

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.optimize import isotonic_regression

from cnn_course import show
from cnn_course.show import labels, style
from tests.legible import assert_legible, contrast, drawn, printed

CLASSES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
FORMULAS = ("x^$", r"$\frac$", r"\frac", "$")  # matplotlib cannot read the second, nor the last two of these together
SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


class History:
    """What `fit` returns, as far as it matters."""

    def __init__(self, **history):
        self.history = history


pytestmark = pytest.mark.usefixtures("course_style")


# --- style and figure -----------------------------------------------------------------------------------------


def test_style_sheet():
    assert mpl.rcParams["figure.dpi"] == 150
    assert mpl.rcParams["figure.figsize"][0] == style.WIDTH == 4.3
    assert style.LABEL["fontsize"] == 9.5, "the smallest text that is legible on a phone"
    okabe_ito = {"#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"}
    assert set(style.COLOURS) == okabe_ito - {"#F0E442"}
    dashes = mpl.rcParams["axes.prop_cycle"].by_key()["linestyle"]
    assert all(one != next_one for one, next_one in pairwise(dashes)), "neighbours differ in their dash, too"
    assert mpl.rcParams["image.interpolation"] == "nearest"
    assert mpl.rcParams["figure.facecolor"] == mpl.rcParams["savefig.facecolor"] == "white"
    assert not mpl.rcParams["axes.spines.top"] and not mpl.rcParams["axes.spines.right"]


def test_letters_that_no_font_has_are_boxes_without_a_warning():
    def names():
        show.images(np.zeros((2, 28, 28)), ["\U000f0000", "고양이"]).savefig(io.BytesIO())

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        names()
        assert any("Glyph 983040" in str(one.message) for one in caught), "otherwise this tests nothing"
        caught.clear()
        show.use_style()
        names()
        assert not caught


def test_other_scripts_are_written_in_a_font_that_is_installed(monkeypatch):
    monkeypatch.setattr(style, "get_font_names", lambda: ["Arial", "NanumGothic"])
    show.use_style()
    assert mpl.rcParams["font.family"] == ["DejaVu Sans", "NanumGothic"]


def test_figure_says_what_it_shows():
    figure, axes = show.axes(description="A line that rises.")
    assert isinstance(figure, show.Figure) and isinstance(axes, mpl.axes.Axes)
    assert repr(figure) == str(figure) == figure.description == "A line that rises."
    assert plt.fignum_exists(figure.number) and plt.gcf() is figure
    plt.close(figure)
    assert repr(figure) == "A line that rises.", "a closed figure can still be shown"
    figure.draw_without_rendering()


def test_axes_in_a_grid():
    figure, axes = show.axes(2, 3, description="Six plots.", height=3, sharey=True)
    assert axes.shape == (2, 3)
    assert figure.get_size_inches() == pytest.approx((4.3, 3))
    assert axes[0, 0].get_shared_y_axes().joined(axes[0, 0], axes[1, 2])


@pytest.mark.parametrize("description", ["", "  "])
def test_figure_without_words_is_refused(description):
    with pytest.raises(ValueError, match="description"):
        show.axes(description=description)
    assert not plt.get_fignums()


@given(height=st.lists(st.floats(0.1, 3), min_size=1, max_size=6), data=st.data())
def test_labels_never_overlap_and_keep_their_order(height, data):
    places = data.draw(st.lists(st.floats(-5, 5), min_size=len(height), max_size=len(height)))
    moved = labels._spread(places, height)
    boxes = sorted((moved[i] - height[i] / 2, moved[i] + height[i] / 2, places[i]) for i in range(len(places)))
    for (_, top, low_place), (bottom, _, high_place) in pairwise(boxes):
        assert bottom >= top - 1e-6
        assert high_place >= low_place
    if all(abs(a - b) >= max(height) for i, a in enumerate(places) for b in places[:i]):
        assert moved == pytest.approx(places), "labels with room stay where they are"


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=7), st.floats(0.1, 3))
def test_labels_move_as_little_as_possible(places, height):
    places = np.sort(places)
    stack = height * np.arange(len(places))
    np.testing.assert_allclose(
        labels._spread(places, [height] * len(places)), isotonic_regression(places - stack).x + stack, atol=1e-9
    )


def test_label_lines():
    figure, axes = show.axes(description="Three lines.")
    for factor in (1.0, 1.01, 5.0):
        axes.plot([0, 1, 2], [0, factor, np.nan], label=f"factor {factor}")
    axes.plot([0, 1], [0, 3])
    show.label_lines(axes)
    assert [text.get_text() for text in axes.texts] == ["factor 1.0", "factor 1.01", "factor 5.0"]
    assert [text.xy for text in axes.texts] == [(1, 1.0), (1, 1.01), (1, 5.0)]
    assert all(contrast(text.get_color(), "white") >= 4.5 for text in axes.texts)
    assert_legible(figure)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(2.6, None, "2.6"), (-0.0, None, "0"), (-570.2, None, "−570"), (0.0123, None, "0.012"), (-1e-6, 2, "0.00"),
     (-2.14, 1, "−2.1"), (8, 0, "8"), (np.float32(0.5), 2, "0.50")],
)  # fmt: skip
def test_numbers_are_written_as_a_person_would(value, decimals, text):
    assert labels.number(value, decimals) == text


def test_label_lines_without_labels_changes_nothing():
    _, axes = show.axes(description="A line.")
    axes.plot([0, 1])
    show.label_lines(axes)
    assert not axes.texts


@given(st.tuples(*[st.floats(0, 1)] * 3))
def test_ink_and_readable_colours(colour):
    assert contrast(style.ink(colour), colour) >= 4.5
    assert contrast(style.readable(colour), "white") >= 4.49
    if contrast(colour, "white") >= 4.51:
        assert style.readable(colour) == colour


def test_ends_of_the_signed_scale_differ_in_grey():
    assert show.SIGNED(0.5)[:3] == (1, 1, 1)
    assert contrast(show.SIGNED(0.0), show.SIGNED(1.0)) > 2


# --- pictures -------------------------------------------------------------------------------------------------


@settings(max_examples=8, deadline=None)
@given(
    st.sampled_from([np.uint8, np.float32, np.float64]).flatmap(
        lambda kind: arrays(
            kind,
            st.tuples(st.integers(1, 6), st.integers(4, 9), st.integers(4, 9), st.sampled_from([1, 3])),
            elements=None if kind is np.uint8 else st.floats(0, 1, width=32),
        )
    ),
    st.integers(1, 5),
)
def test_images_draws_what_it_was_given(pictures, columns):
    figure = show.images(pictures, [f"number {i}" for i in range(len(pictures))], columns=columns)
    assert isinstance(figure, show.Figure)
    assert len(figure.axes) == len(pictures)
    for axes, picture in zip(figure.axes, pictures, strict=True):
        np.testing.assert_array_equal(drawn(axes), picture[..., 0] if picture.shape[-1] == 1 else picture)
        assert axes.images[0].get_clim() == (0, 255 if pictures.dtype == np.uint8 else 1)
    for i in range(len(pictures)):
        assert f"number {i}" in repr(figure)
    plt.close(figure)


@pytest.mark.parametrize(
    ("pictures", "count", "words"),
    [
        ([np.zeros((28, 28), np.uint8)], 1, "A grey picture of 28 × 28 pixels."),
        (np.zeros((1, 20, 30, 3)), 1, "A coloured picture of 20 × 30 pixels."),
        (np.zeros((5, 28, 28, 1)), 5, "A grid of 5 grey pictures of 28 × 28 pixels."),
        (np.zeros((5, 28, 28)), 5, "A grid of 5 grey pictures of 28 × 28 pixels."),
        (
            [np.zeros((8, 8)), np.zeros((9, 5, 3), np.uint8)],
            2,
            "A grid of 2 grey and coloured pictures of 9 × 5 to 8 × 8",
        ),
    ],
)
def test_images_accepts(pictures, count, words):
    figure = show.images(pictures)
    assert len(figure.axes) == count
    assert repr(figure).startswith(words)


def test_images_lists_the_titles():
    figure = show.images(np.zeros((2, 28, 28)), ["true: bag\nsays: shirt", "coat"])
    assert repr(figure) == "A grid of 2 grey pictures of 28 × 28 pixels: true: bag says: shirt, coat."
    assert [axes.get_title() for axes in figure.axes] == ["true: bag\nsays: shirt", "coat"]
    assert_legible(show.images(np.zeros((10, 28, 28)), CLASSES))


@pytest.mark.parametrize(
    ("pictures", "message"),
    [
        (np.full((2, 5, 5), 200.0), r"float64 with values from 200 to 200; .* 0 to 255 of another type"),
        (np.full((2, 5, 5), -0.5), "for -1 to 1, add 1"),
        (np.array([[[-3.0, 9.0, 0.0, 1.0]]]), "feature_maps"),
        (np.full((1, 5, 5), np.nan), "from nan to nan"),
        (np.zeros((2, 5, 5), int), r"astype\('uint8'\)"),
        (np.zeros((2, 5, 5, 4)), r"\(5, 5, 4\)"),
        (np.zeros((28, 28)), r"shape \(28,\).*images\(\[picture\]\)"),
        (np.zeros((28, 28, 3)), r"shape \(28, 3\).*images\(\[picture\]\)"),
        (np.zeros((1, 1, 5, 5, 3)), r"\(1, 5, 5, 3\)"),
        ([np.zeros((5, 5)), np.zeros(5)], "Picture 1 has shape"),
        (np.zeros((0, 5, 5)), "no picture"),
        ([], "no picture"),
    ],
)
def test_images_refuses(pictures, message):
    with pytest.raises(ValueError, match=message):
        show.images(pictures)
    assert not plt.get_fignums(), "nothing half-drawn stays behind"


def test_titles_must_be_as_many_as_pictures():
    with pytest.raises(ValueError, match="2 pictures but 1 title;"):
        show.images(np.zeros((2, 5, 5)), ["a"])


@pytest.mark.parametrize("draw", [show.images, show.kernels, show.feature_maps])
def test_titles_are_no_formulas(draw):
    figure = draw([np.zeros((5, 5))] * 5, [*FORMULAS, "x$\ny$"])
    assert_legible(figure)  # raises an error where a formula is read
    assert [axes.get_title() for axes in figure.axes] == [*FORMULAS, "x$\ny$"]


# --- signed grids ---------------------------------------------------------------------------------------------


@settings(max_examples=10, deadline=None)
@given(arrays(np.float64, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.floats(-3, 3)))
def test_kernels_prints_the_numbers_legibly(kernel):
    figure = show.kernels([kernel])
    (axes,) = figure.axes
    np.testing.assert_array_equal(drawn(axes), kernel)
    np.testing.assert_allclose(printed(axes), kernel, atol=0.00501)
    low, high = axes.images[0].get_clim()
    assert low == -high and high >= np.abs(kernel).max()
    for text in axes.texts:
        column, row = text.get_position()
        assert contrast(text.get_color(), axes.images[0].to_rgba(kernel[row, column])) >= 4.5
        assert not re.fullmatch(r"−0(\.0+)?", text.get_text()), "no minus zero"
    assert len({text.get_text()[::-1].find(".") for text in axes.texts}) == 1, "the same digits everywhere"
    assert_legible(figure)
    plt.close(figure)


def test_kernels_of_different_sizes_have_equal_cells():
    figure = show.kernels([np.ones((3, 3)), np.ones((5, 4))])
    figure.draw_without_rendering()
    cells = [np.ptp(panel.transData.transform([(0, 0), (1, 1)]), axis=0) for panel in figure.axes]
    np.testing.assert_allclose(cells[0], cells[1], rtol=0.01)
    assert_legible(figure)


def test_many_kernels_stay_legible():
    filters = list(np.random.default_rng(0).normal(size=(8, 3, 3)).astype("float32"))
    figure = show.kernels(filters, [f"filter {i}" for i in range(8)])
    for i, axes in enumerate(figure.axes):
        np.testing.assert_array_equal(drawn(axes), filters[i])
        assert axes.get_title() == f"filter {i}"
    assert repr(figure).startswith("8 kernels of 3 × 3: filter 0, ")
    assert_legible(figure)


def test_kernels_in_words():
    text = repr(show.kernels([SOBEL, 2 * SOBEL.T], ["vertical", "horizontal"]))
    assert text == (
        "2 kernels of 3 × 3: vertical, horizontal. Values from −4 to 4; blue is negative, white zero, orange positive."
    )


def test_zeros_are_white():
    (axes,) = show.kernels([np.zeros((2, 2))]).axes
    assert axes.images[0].to_rgba(0.0)[:3] == (1, 1, 1)


@pytest.mark.parametrize(
    ("grids", "message"),
    [
        (np.zeros((3, 3, 1, 8)), r"number 0 has shape \(3, 1, 8\)"),
        (np.zeros((3, 3)), r"number 0 has shape \(3,\). Give a list"),
        ([], "no kernel to show"),
        ([np.zeros((3, 3)), np.zeros((3, 3, 1))], "number 1 has"),
        ([[[1, np.nan], [0, 0]]], "not finite"),
    ],
)
def test_kernels_refuses(grids, message):
    with pytest.raises(ValueError, match=message):
        show.kernels(grids)
    assert not plt.get_fignums()


@settings(max_examples=10, deadline=None)
@given(arrays(np.float32, st.tuples(*[st.integers(1, 14)] * 2, st.integers(1, 6)), elements=st.floats(-9, 9, width=16)))
def test_feature_maps_draws_what_it_was_given(maps):
    figure = show.feature_maps(maps[None])
    panels = [axes for axes in figure.axes if axes.images]
    assert len(panels) == maps.shape[-1]
    for channel, axes in enumerate(panels):
        np.testing.assert_array_equal(drawn(axes), maps[:, :, channel])
        assert axes.images[0].get_clim() == panels[0].images[0].get_clim(), "one scale for all"
        assert axes.texts or len(figure.axes) > len(panels), "numbers or a scale: the sign never by colour alone"
    plt.close(figure)


def test_feature_maps_of_different_sizes():
    maps = [np.ones((8, 8)), np.ones((4, 4)), np.ones((2, 2))]
    figure = show.feature_maps(maps, ["map", "max 2 × 2", "max 4 × 4"])
    assert repr(figure).startswith("3 feature maps of 2 × 2 to 8 × 8: map, max 2 × 2, max 4 × 4. Values from 1 to 1;")
    assert_legible(figure)


def test_scale_of_maps_without_negative_numbers_starts_at_zero():
    maps = np.random.default_rng(0).random((12, 12, 8))
    assert show.feature_maps(maps).axes[-1].get_xlim()[0] == 0
    assert show.feature_maps(maps - 0.5).axes[-1].get_xlim()[0] < 0


@pytest.mark.parametrize(
    "maps", [np.zeros((2, 5, 5, 3)), np.zeros((5, 5)), np.zeros(4), np.zeros((0, 3)), [np.zeros((2, 2)), np.zeros(2)]]
)
def test_feature_maps_refuses(maps):
    with pytest.raises(ValueError, match=r"height, width, channels"):
        show.feature_maps(maps)


def test_weight_matrix_counts():
    matrix = np.zeros((4, 6))
    for row in range(4):
        matrix[row, row : row + 3] = 1, -2, 0.5
    figure = show.weight_matrix(matrix)
    assert repr(figure) == (
        "Weight matrix of 4 outputs (rows) and 6 inputs (columns): 12 of 24 weights are not zero, 3 of them different."
    )
    np.testing.assert_array_equal(drawn(figure.axes[0]), matrix)
    np.testing.assert_array_equal(printed(figure.axes[0]), matrix)
    assert (figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()) == ("6 inputs", "4 outputs")
    assert_legible(figure)


def test_large_weight_matrix_has_a_scale():
    figure = show.weight_matrix(np.random.default_rng(0).normal(size=(48, 80)))
    assert len(figure.axes) == 2 and not figure.axes[0].texts
    assert_legible(figure)


@pytest.mark.parametrize(
    ("weights", "message"),
    [(np.zeros((2, 3, 4)), r"a grid \(rows, columns\)"), (np.full((2, 2), np.inf), "not finite")],
)
def test_weight_matrix_refuses(weights, message):
    with pytest.raises(ValueError, match=message):
        show.weight_matrix(weights)


# --- training -------------------------------------------------------------------------------------------------


RUN = {
    "accuracy": [0.7, 0.82, 0.881],
    "loss": [0.9, 0.5, 0.351],
    "val_accuracy": [0.75, 0.84, 0.862],
    "val_loss": [0.8, 0.5, 0.384],
}


@pytest.mark.parametrize("history", [RUN, History(**RUN)], ids=["dictionary", "what fit returns"])
def test_learning_curves(history):
    figure = show.learning_curves(history)
    assert repr(figure) == (
        "Learning curves over 3 epochs: accuracy ends at 0.88 in training and 0.86 in validation, "
        "loss ends at 0.35 in training and 0.38 in validation."
    )
    for axes, metric in zip(figure.axes, ("accuracy", "loss"), strict=True):
        training, validation = axes.get_lines()
        np.testing.assert_array_equal(training.get_ydata(), RUN[metric])
        np.testing.assert_array_equal(validation.get_ydata(), RUN[f"val_{metric}"])
        np.testing.assert_array_equal(training.get_xdata(), [1, 2, 3])
        assert (training.get_linestyle(), validation.get_linestyle()) == ("--", "-")
        assert {text.get_text() for text in axes.texts} == {"training", "validation"}
        assert axes.get_legend() is None
    assert_legible(figure)


def test_learning_curves_of_several_runs():
    other = {name: [0.9 * value for value in values] for name, values in RUN.items()}
    figure = show.learning_curves({"ReLU": History(**RUN), "sigmoid": other})
    assert [text.get_text() for text in figure.axes[0].texts] == ["ReLU", "sigmoid"]
    assert "sigmoid: accuracy ends at 0.79 in training and 0.78 in validation" in repr(figure)
    assert "dashed: training" in figure.axes[-1].get_xlabel()
    assert_legible(figure)


def test_learning_curves_without_validation():
    figure = show.learning_curves({"loss": [1.0]})
    assert repr(figure) == "Learning curves over 1 epoch: loss ends at 1.00."
    assert [text.get_text() for text in figure.axes[0].texts] == ["training"]
    several = show.learning_curves({"a": {"loss": [1.0, 0.5]}, "b": {"loss": [1.0, 0.7]}})
    assert [text.get_text() for text in several.axes[0].texts] == ["a", "b"]
    assert several.axes[0].get_xlabel() == "epoch"


def test_names_of_runs_are_no_formulas():
    figure = show.learning_curves({name: History(**RUN) for name in FORMULAS})
    assert_legible(figure)
    assert [text.get_text() for text in figure.axes[0].texts] == list(FORMULAS)


@pytest.mark.parametrize("history", [{}, History(), [1, 2]])
def test_learning_curves_refuses(history):
    with pytest.raises(TypeError, match=r"model\.fit returned"):
        show.learning_curves(history)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=60))
def test_confusion_matrix_counts(pairs):
    figure = show.confusion_matrix(*np.array(pairs).T, CLASSES)
    (axes,) = figure.axes
    counts = np.array([[pairs.count((true, taken)) for taken in range(10)] for true in range(10)])
    np.testing.assert_array_equal(np.nan_to_num(printed(axes)), counts)
    assert not any(text.get_text() == "0" for text in axes.texts)
    for text in axes.texts:
        column, row = text.get_position()
        assert contrast(text.get_color(), axes.images[0].to_rgba(counts[row, column] / counts[row].sum())) >= 4.5
    assert [text.get_text() for text in axes.get_yticklabels()] == list(CLASSES)
    assert f"{np.trace(counts)} right" in repr(figure)
    plt.close(figure)


def test_confusion_matrix_in_words():
    figure = show.confusion_matrix([0, 0, 1, 1, 1], [0, 1, 1, 0, 0], ["cat", "dog"])
    assert repr(figure) == (
        "Confusion matrix of 5 pictures in 2 classes: 2 right. Most frequent mistake: dog taken for cat, 2 times."
    )
    assert repr(show.confusion_matrix([0, 1], [0, 1], ["cat", "dog"])).endswith("2 right. No mistakes.")


def test_confusion_matrix_of_ten_long_names_is_legible():
    rng = np.random.default_rng(0)
    truth = np.repeat(np.arange(10), 1000)
    assert_legible(show.confusion_matrix(truth, rng.integers(0, 10, 10_000), CLASSES))
    assert_legible(show.confusion_matrix(truth, truth, CLASSES))


def test_class_names_are_no_formulas():
    figure = show.confusion_matrix([0, 1, 2, 3], [0, 1, 1, 3], FORMULAS)
    assert_legible(figure)
    assert [text.get_text() for text in figure.axes[0].get_xticklabels()] == list(FORMULAS)
    assert r"Most frequent mistake: \frac taken for $\frac$, 1 time." in repr(figure)


@pytest.mark.parametrize(
    ("truth", "predictions", "message"),
    [
        ([0, 1], [0], "2 labels but 1 predictions"),
        ([0, 1], [[0.2, 0.8], [0.9, 0.1]], r"argmax\(axis=1\)"),
        ([0, 1], [0.2, 0.8], "float64"),
        ([0, 2], [0, 1], "labels are class numbers, .* from 0 to 1"),
        ([0, 1], [0, -1], "predictions are class numbers, .* from 0 to 1"),
    ],
)
def test_confusion_matrix_refuses(truth, predictions, message):
    with pytest.raises(ValueError, match=message):
        show.confusion_matrix(truth, predictions, ["cat", "dog"])
    assert not plt.get_fignums()
