"""Fixtures that several test modules share."""

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import pytest

from cnn_course import show


@pytest.fixture
def course_style():
    """Figures in the course's style, closed afterwards."""
    with mpl.rc_context():
        show.use_style()
        yield
    plt.close("all")
