"""The pictures: what they draw is what they were given, and they say so in words."""

import re
from itertools import pairwise

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from cnn_course import show
from tests.legible import assert_legible, contrast

CLASSES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


class History:
    """What `fit` returns, as far as it matters."""

    def __init__(self, **history):
        self.history = history


pytestmark = pytest.mark.usefixtures("course_style")


def drawn(axes):
    """The array that an axes' image holds."""
    return np.asarray(axes.images[0].get_array())


# --- style and figure -----------------------------------------------------------------------------------------


def test_style_sheet():
    assert mpl.rcParams["figure.dpi"] == 150
    assert mpl.rcParams["figure.figsize"][0] == show.WIDTH == 4.3
    cycle = mpl.rcParams["axes.prop_cycle"].by_key()
    assert (
        tuple(colour.upper() if colour.startswith("#") else f"#{colour}" for colour in cycle["color"]) == show.COLOURS
    )
    okabe_ito = {"#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"}
    assert set(show.COLOURS) == okabe_ito - {"#F0E442"}
    assert all(one != next_one for one, next_one in pairwise(cycle["linestyle"])), (
        "neighbours differ in their dash, too"
    )
    assert mpl.rcParams["image.interpolation"] == "nearest"
    assert mpl.rcParams["figure.facecolor"] == mpl.rcParams["savefig.facecolor"] == "white"
    assert not mpl.rcParams["axes.spines.top"] and not mpl.rcParams["axes.spines.right"]


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
    moved = show._spread(places, height)
    boxes = sorted((moved[i] - height[i] / 2, moved[i] + height[i] / 2, places[i]) for i in range(len(places)))
    for (_, top, low_place), (bottom, _, high_place) in pairwise(boxes):
        assert bottom >= top - 1e-6
        assert high_place >= low_place
    if all(abs(a - b) >= max(height) for i, a in enumerate(places) for b in places[:i]):
        assert moved == pytest.approx(places), "labels with room stay where they are"


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


def test_label_lines_without_labels_changes_nothing():
    _, axes = show.axes(description="A line.")
    axes.plot([0, 1])
    show.label_lines(axes)
    assert not axes.texts


@given(st.tuples(*[st.floats(0, 1)] * 3))
def test_ink_and_readable_colours(colour):
    assert contrast(show.ink(colour), colour) >= 4.5
    assert contrast(show.readable(colour), "white") >= 4.49
    if contrast(colour, "white") >= 4.51:
        assert show.readable(colour) == colour


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
    ("images", "count", "words"),
    [
        (np.zeros((28, 28), np.uint8), 1, "A grey picture of 28 × 28 pixels."),
        (np.zeros((20, 30, 3)), 1, "A coloured picture of 20 × 30 pixels."),
        (np.zeros((5, 28, 28, 1)), 5, "A grid of 5 grey pictures of 28 × 28 pixels."),
        (np.zeros((5, 28, 28)), 5, "A grid of 5 grey pictures of 28 × 28 pixels."),
        (
            [np.zeros((8, 8)), np.zeros((9, 5, 3), np.uint8)],
            2,
            "A grid of 2 grey and coloured pictures of 9 × 5 to 8 × 8",
        ),
    ],
)
def test_images_accepts(images, count, words):
    figure = show.images(images)
    assert len(figure.axes) == count
    assert repr(figure).startswith(words)


def test_images_lists_the_titles():
    figure = show.images(np.zeros((2, 28, 28)), ["true: bag\nsays: shirt", "coat"])
    assert repr(figure) == "A grid of 2 grey pictures of 28 × 28 pixels: true: bag says: shirt, coat."
    assert [axes.get_title() for axes in figure.axes] == ["true: bag\nsays: shirt", "coat"]
    many = show.images(np.zeros((15, 28, 28)), list("abcdefghijklmno"))
    assert repr(many).endswith("k, l and 3 more.")
    assert_legible(show.images(np.zeros((10, 28, 28)), CLASSES))


@pytest.mark.parametrize(
    ("images", "error", "message"),
    [
        (np.full((2, 5, 5), 200.0), ValueError, r"0\.\.255 stored as floating point"),
        (np.full((2, 5, 5), -0.5), ValueError, r"-1\.\.1"),
        (np.array([[[-3.0, 9.0], [0.0, 1.0]]]), ValueError, "feature_maps"),
        (np.full((5, 5), np.nan), ValueError, "not finite"),
        (np.zeros((2, 5, 5), int), TypeError, r"astype\('uint8'\)"),
        (np.zeros((2, 5, 5, 4)), ValueError, r"\(5, 5, 4\)"),
        (np.zeros(5), ValueError, r"\(5,\)"),
        (np.zeros((1, 1, 5, 5, 3)), ValueError, r"\(1, 1, 5, 5, 3\)"),
        ([np.zeros((5, 5)), np.zeros(5)], ValueError, "Picture 1 has shape"),
        (np.zeros((0, 5, 5)), ValueError, "no picture"),
        ([], ValueError, "no picture"),
    ],
)
def test_images_refuses(images, error, message):
    with pytest.raises(error, match=message):
        show.images(images)
    assert not plt.get_fignums(), "nothing half-drawn stays behind"


@pytest.mark.parametrize(("titles", "message"), [(["a"], "2 pictures but 1 title;"), ("ab", "one string")])
def test_titles_must_be_as_many_as_pictures(titles, message):
    with pytest.raises(ValueError, match=message):
        show.images(np.zeros((2, 5, 5)), titles)


# --- signed grids ---------------------------------------------------------------------------------------------


def printed(axes):
    """The numbers printed in the cells of an axes, as an array."""
    shape = drawn(axes).shape
    result = np.full(shape, np.nan)
    for text in axes.texts:
        column, row = text.get_position()
        result[row, column] = float(text.get_text().replace("−", "-"))
    return result


@settings(max_examples=10, deadline=None)
@given(arrays(np.float64, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.floats(-3, 3)))
def test_kernels_prints_the_numbers_legibly(kernel):
    figure = show.kernels(kernel)
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


def test_kernels_of_a_layer():
    weights = np.random.default_rng(0).normal(size=(3, 3, 1, 8)).astype("float32")
    figure = show.kernels(weights, [f"filter {i}" for i in range(8)])
    for i, axes in enumerate(figure.axes):
        np.testing.assert_array_equal(drawn(axes), weights[:, :, 0, i])
        assert axes.get_title() == f"filter {i}"
    assert repr(figure).startswith("8 kernels of 3 × 3: filter 0, ")
    assert_legible(figure)


def test_kernels_with_channels_have_a_row_a_filter():
    weights = np.random.default_rng(0).normal(size=(3, 3, 3, 2)).round(1)
    figure = show.kernels(weights, ["colour", "edge"])
    for place, axes in enumerate(figure.axes):
        np.testing.assert_array_equal(drawn(axes), weights[:, :, place % 3, place // 3])
    assert [axes.get_title() for axes in figure.axes[:3]] == ["channel 0", "channel 1", "channel 2"]
    assert [axes.get_ylabel() for axes in figure.axes[::3]] == ["colour", "edge"]
    assert repr(figure).startswith("2 filters of 3 channels of 3 × 3: colour, edge.")
    assert_legible(figure)


def test_kernels_in_words():
    text = repr(show.kernels([SOBEL, 2 * SOBEL.T], ["vertical", "horizontal"]))
    assert text == (
        "2 kernels of 3 × 3: vertical, horizontal. Values from −4 to 4; blue is negative, white zero, orange positive."
    )


def test_zeros_are_white():
    (axes,) = show.kernels(np.zeros((2, 2))).axes
    assert axes.images[0].to_rgba(0.0)[:3] == (1, 1, 1)


@pytest.mark.parametrize(
    ("kernels", "message"),
    [
        (np.zeros((3, 3, 4)), r"shape \(3, 3, 4\)"),
        (np.zeros(3), r"shape \(3,\)"),
        ([], "no kernel to show"),
        ([np.zeros((3, 3)), np.zeros((3, 3, 1))], "number 1 has"),
        ([[1, np.nan], [0, 0]], "not finite"),
    ],
)
def test_kernels_refuses(kernels, message):
    with pytest.raises(ValueError, match=message):
        show.kernels(kernels)
    assert not plt.get_fignums()


def test_a_nested_list_is_one_kernel():
    assert repr(show.kernels([[-1, 0, 1]] * 3)).startswith("1 kernel of 3 × 3.")
    assert repr(show.feature_maps([[-1, 0, 1]] * 2)).startswith("1 feature map of 2 × 3.")


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
    "maps", [np.zeros((2, 5, 5, 3)), np.zeros(4), np.zeros((0, 3)), [np.zeros((2, 2)), np.zeros(2)]]
)
def test_feature_maps_refuses(maps):
    with pytest.raises(ValueError, match=r"height, width"):
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
    [(np.zeros((2, 3, 4)), "axes"), (np.zeros((676, 784)), "smaller layer"), (np.full((2, 2), np.inf), "not finite")],
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
    figure = show.learning_curves({"loss": [1.0], "learning_rate": [0.1]})
    assert repr(figure) == "Learning curves over 1 epoch: loss ends at 1.00."
    assert [text.get_text() for text in figure.axes[0].texts] == ["training"]
    several = show.learning_curves({"a": {"loss": [1.0, 0.5]}, "b": {"loss": [1.0, 0.7]}})
    assert [text.get_text() for text in several.axes[0].texts] == ["a", "b"]
    assert several.axes[0].get_xlabel() == "epoch"


@pytest.mark.parametrize(
    ("history", "error", "message"),
    [
        ({}, ValueError, "no epoch"),
        (History(), ValueError, "no epoch"),
        ({"loss": []}, ValueError, "no epoch"),
        ([1, 2], TypeError, r"model\.fit returned"),
    ],
)
def test_learning_curves_refuses(history, error, message):
    with pytest.raises(error, match=message):
        show.learning_curves(history)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=60))
def test_confusion_matrix_counts(pairs):
    labels, predictions = np.array(pairs).T
    figure = show.confusion_matrix(labels, predictions, CLASSES)
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
    labels = np.repeat(np.arange(10), 1000)
    assert_legible(show.confusion_matrix(labels, rng.integers(0, 10, 10_000), CLASSES))
    assert_legible(show.confusion_matrix(labels, labels, CLASSES))


@pytest.mark.parametrize(
    ("labels", "predictions", "message"),
    [
        ([0, 1], [0], "2 labels but 1 predictions"),
        ([0, 1], [[0.2, 0.8], [0.9, 0.1]], r"argmax\(axis=1\)"),
        ([0, 1], [0.2, 0.8], "float64"),
        ([0, 2], [0, 1], "labels hold the class 2"),
        ([0, 1], [0, -1], "predictions hold the class -1"),
        (np.zeros(0, int), np.zeros(0, int), r"integers \(n,\)"),
    ],
)
def test_confusion_matrix_refuses(labels, predictions, message):
    with pytest.raises(ValueError, match=message):
        show.confusion_matrix(labels, predictions, ["cat", "dog"])
    assert not plt.get_fignums()
