"""What is frozen is hatched, and said in words."""

import pytest
from matplotlib.patches import Rectangle

from cnn_course import figures
from tests.legible import assert_legible

pytestmark = pytest.mark.usefixtures("course_style")


def test_transfer_is_legible():
    assert_legible(figures.transfer())


def test_transfer_hatches_what_is_frozen():
    blocks = [patch for patch in figures.transfer().findobj(Rectangle) if patch.get_height() == 0.5]
    rows = {}
    for block in sorted(blocks, key=lambda block: block.get_x()):
        rows.setdefault(round(block.get_y(), 3), []).append(block.get_hatch() is not None)
    assert [rows[y] for y in sorted(rows, reverse=True)] == [
        [False, False, False, False],  # from scratch
        [True, True, True, False],  # frozen features, new head
        [True, True, False, False],  # fine-tuned
    ]


def test_transfer_says_what_is_frozen():
    assert "only the new head learns" in repr(figures.transfer())
