"""The figure of lesson 11 draws the probabilities it was given; the results it tells of are complete."""

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest

from cnn_course import data, figures
from tests.legible import assert_legible

CAT = [("tiger cat", 0.39), ("Egyptian cat", 0.35), ("tabby", 0.16), ("lynx", 0.02), ("window screen", 0.001)]
CUP = [("espresso", 0.93), ("a name that is far too long to stand beside its number", 0.02)]
PICTURES = [np.full((30, 30, 3), 200, np.uint8), np.full((20, 30), 90, np.uint8)]

pytestmark = pytest.mark.usefixtures("course_style")


@pytest.mark.parametrize("answers", [[CAT, CUP], [CUP, CAT]])
def test_top_five_is_legible(answers):
    assert_legible(figures.top_five(PICTURES, answers))


def test_top_five_draws_bars_as_long_as_the_probabilities():
    figure = figures.top_five(PICTURES, [CAT, CUP])
    bars = [axes for axes in figure.findobj(plt.Axes) if axes.patches]
    for axes, answer in zip(bars, [CAT, CUP], strict=True):
        drawn = [patch.get_width() for patch in axes.patches[1::2]]
        assert drawn == [share for _, share in answer]
        assert axes.get_xlim() == (0, 1)
        heights = [patch.get_y() for patch in axes.patches[1::2]]
        assert heights == sorted(heights) and axes.yaxis_inverted()  # the most probable on top


def test_top_five_says_what_comes_first():
    assert "tiger cat 39 %, espresso 93 %" in repr(figures.top_five(PICTURES, [CAT, CUP]))


def test_top_five_keeps_the_range_of_a_picture():
    (image,) = figures.top_five([PICTURES[1]], [CAT]).findobj(mpl.image.AxesImage)
    assert image.get_clim() == (0, 255)  # a dark picture stays dark


@pytest.mark.parametrize(
    ("pictures", "answers", "words"),
    [
        ([], [], "0 pictures"),
        (PICTURES, [CAT], "1 answers"),
        (PICTURES[:1], [[]], "names 0"),
        (PICTURES[:1], [[("a", 0.1)] * 6], "names 6"),
        (PICTURES[:1], [CAT[::-1]], "fall"),
        (PICTURES[:1], [[("a", 0.8), ("b", 0.7)]], "sum to 1"),
        (PICTURES[:1], [[("a", 39.0)]], "between 0 and 1"),
    ],
)
def test_top_five_names_a_mistake(pictures, answers, words):
    with pytest.raises(ValueError, match=words):
        figures.top_five(pictures, answers)


# --- data/ilsvrc_results.csv


def test_each_year_of_the_challenge_has_one_winner():
    results = data.ilsvrc_results()
    winners = results[results["entry"] == "winner"]
    assert list(winners["year"]) == list(range(2010, 2018))
    assert winners["top5_error"].is_monotonic_decreasing
    assert list(winners["kind"]) == ["hand-made features"] * 2 + ["CNN"] * 6
    # As Russakovsky et al. 2015 give them, to one digit.
    assert list(winners["top5_error"].round(1))[:5] == [28.2, 25.8, 16.4, 11.7, 6.7]


def test_each_result_has_a_reference_and_a_test_set():
    results = data.ilsvrc_results()
    assert results["reference"].str.contains(r"arXiv:\d{4}\.\d{5}|arXiv:\d{4}\.\d{4}|doi:", regex=True).all()
    assert results["pictures"].ge(200).all()
    assert set(results["entry"]) == {"winner", "human", "paper"}
    assert results["top5_error"].between(0, 100).all()


def test_the_results_are_yours_to_change():
    mine = data.ilsvrc_results()
    mine["top5_error"] = 0
    assert data.ilsvrc_results()["top5_error"].gt(0).all()
