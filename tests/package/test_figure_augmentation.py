"""Figure F8: it draws the pictures it was given, and marks the lies."""

import io

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Rectangle

from cnn_course import figures, show
from tests.legible import assert_legible

CHANGES = ["as it is", "scale", "flip", "contrast", "translate", "colour", "turn by 180°", "first four"]
LIES = [("6", "flip"), ("6", "turn by 180°")]

pytestmark = pytest.mark.usefixtures("course_style")


def pictures(side=106):
    """Pictures by label and change, all different."""
    random = np.random.default_rng(8)
    return {
        label: {change: random.integers(0, 256, (side, side, 3), dtype=np.uint8) for change in CHANGES}
        for label in ("cat", "6")
    }


def drawn(figure):
    """The axes that hold a picture, in reading order."""
    return [axes for axes in figure.axes if axes.images]


def test_figure_is_portrait_legible_and_small():
    shades = {label: {change: one // 8 * 8 for change, one in some.items()} for label, some in pictures(16).items()}
    figure = figures.augmentation(shades, LIES)
    width, height = figure.get_size_inches()
    assert isinstance(figure, show.Figure) and width == show.WIDTH < height
    assert_legible(figure)
    file = io.BytesIO()
    figure.savefig(file, format="png", bbox_inches="tight")
    assert file.tell() <= 150_000


def test_each_picture_is_drawn_under_its_name():
    versions = pictures()
    panels = drawn(figures.augmentation(versions, LIES))
    given = [(label, change) for label in versions for change in CHANGES]
    assert len(panels) == len(given)
    for axes, (label, change) in zip(panels, given, strict=True):
        np.testing.assert_array_equal(axes.images[0].get_array(), versions[label][change])
        assert axes.get_title().startswith(change)


def test_lies_are_framed_and_said_in_words():
    figure = figures.augmentation(pictures(), LIES)
    given = [(label, change) for label in ("cat", "6") for change in CHANGES]
    for axes, pair in zip(drawn(figure), given, strict=True):
        frames = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
        assert [frame.get_linestyle() for frame in frames] == (["--"] if pair in LIES else [])
        assert axes.get_title().endswith("a lie") == (pair in LIES)
    assert "The label becomes a lie in: 6, flip; 6, turn by 180°." in repr(figure)
    assert "none of them" in repr(figures.augmentation(pictures(), []))


def test_rows_that_are_not_full_stay_empty_at_their_end():
    some = {label: dict([*one.items()][:5]) for label, one in pictures(8).items()}
    figure = figures.augmentation(some, [])
    assert len(figure.axes) == 16
    assert [bool(axes.images) for axes in figure.axes] == ([True] * 5 + [False] * 3) * 2


@pytest.mark.parametrize(
    ("versions", "lies", "message"),
    [
        ({}, [], "no picture to draw"),
        ({"cat": {"as it is": np.zeros((4, 4, 3))}}, [], "float64"),
        ({"cat": {"as it is": np.zeros((4, 4), np.uint8)}}, [], r"\(4, 4\)"),
        (pictures(4), [("dog", "flip")], "dog"),
    ],
)
def test_it_refuses_what_it_cannot_draw(versions, lies, message):
    with pytest.raises(ValueError, match=message):
        figures.augmentation(versions, lies)
    assert not plt.get_fignums()
