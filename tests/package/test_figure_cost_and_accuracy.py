"""Each net stands at its cost and its accuracy, in both panels, under its name."""

import pandas as pd
import pytest

from cnn_course import figures
from tests.legible import assert_legible

COSTS = pd.DataFrame(
    {"parameters": [60.97, 138.36, 25.64, 4.69], "multiply-adds": [724.4, 15470.3, 3858.0, 385.2]},
    index=["AlexNet", "VGG-16", "ResNet-50", "EfficientNet-Lite0"],
)
ACCURACY = {"AlexNet": 59.3, "VGG-16": 71.6, "ResNet-50": 76.1, "EfficientNet-Lite0": 75.1}

pytestmark = pytest.mark.usefixtures("course_style")


def test_cost_and_accuracy_is_legible():
    assert_legible(figures.cost_and_accuracy(COSTS, ACCURACY))


def test_dots_stand_at_cost_and_accuracy():
    panels = figures.cost_and_accuracy(COSTS, ACCURACY).axes
    for panel, column in zip(panels, COSTS, strict=True):
        assert panel.get_xscale() == "log"
        for line, (name, cost) in zip(panel.get_lines(), COSTS[column].items(), strict=True):
            assert line.get_xydata().tolist() == [[cost, ACCURACY[name]]]
        assert {f"{name}, {share} %" for name, share in ACCURACY.items()} == {one.get_text() for one in panel.texts}
    assert panels[0].get_ylim() == panels[1].get_ylim()


def test_description_holds_the_numbers():
    assert "VGG-16, 138 and 15,470, 71.6 per cent" in repr(figures.cost_and_accuracy(COSTS, ACCURACY))
