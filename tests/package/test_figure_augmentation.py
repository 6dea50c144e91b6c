"""The pictures are drawn as they were given, and the lies among them are marked."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Rectangle

from cnn_course import figures
from tests.legible import assert_legible, assert_portrait_and_small

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


def panels_of(figure):
    """The axes that hold a picture, in reading order."""
    return [axes for axes in figure.axes if axes.images]


def test_figure_is_portrait_legible_and_small():
    shades = {label: {change: one // 8 * 8 for change, one in some.items()} for label, some in pictures(16).items()}
    figure = figures.augmentation(shades, LIES)
    assert_legible(figure)
    assert_portrait_and_small(figure)


def test_each_picture_is_drawn_under_its_name():
    versions = pictures()
    panels = panels_of(figures.augmentation(versions, LIES))
    given = [(label, change) for label in versions for change in CHANGES]
    assert len(panels) == len(given)
    for axes, (label, change) in zip(panels, given, strict=True):
        np.testing.assert_array_equal(axes.images[0].get_array(), versions[label][change])
        assert axes.get_title().startswith(change)


def test_lies_are_framed_and_said_in_words():
    figure = figures.augmentation(pictures(), LIES)
    given = [(label, change) for label in ("cat", "6") for change in CHANGES]
    for axes, pair in zip(panels_of(figure), given, strict=True):
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


def test_names_are_no_formulas():
    figure = figures.augmentation({r"$\frac$": {r"$\frac$": np.zeros((9, 9, 3), np.uint8)}}, [(r"$\frac$", r"$\frac$")])
    figure.draw_without_rendering()  # raises an error where a formula is read
    assert figure.axes[0].get_title() == "$\\frac$\na lie"


@pytest.mark.parametrize("lie", [("dog", "flip"), ("cat", "flap")])
def test_a_lie_about_no_picture_is_refused(lie):
    with pytest.raises(ValueError, match=f"{lie[0]}.*{lie[1]}"):
        figures.augmentation(pictures(4), [LIES[0], lie])
    assert not plt.get_fignums()
