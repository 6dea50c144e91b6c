"""Settings for every pytest run; at the root, because nbval collects the lessons outside `tests/`."""

import os
from collections import Counter
from typing import Any

import pytest

from tools import TEST_SETTINGS
from tools.lessons import lessons

for name, value in TEST_SETTINGS.items():  # before a test or a kernel imports NumPy or TensorFlow, which read them once
    os.environ.setdefault(name, value)

BUDGETS = {lesson.path.name: lesson.seconds for lesson in lessons()}
BUDGET_OF_OTHERS = 60  # seconds of a notebook that is no lesson


def pytest_configure(config: pytest.Config) -> None:
    """Tell nbval, from whatever folder pytest is started, what may differ between machines within a line."""
    config.option.nbval_sanitize_with = str(config.rootpath / "tests/nbval_sanitize.cfg")


def pytest_collectstart(collector: Any) -> None:
    """Leave out of nbval's comparison what differs between machines as a whole: log lines, and HTML twins of text."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += ("stderr", "text/html")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: Any, nextitem: Any) -> None:
    """Let the kernel of a finished lesson save its coverage before nbval kills it.

    nbval has a way of its own to measure kernels, but with parallel workers it loses what they saw.
    """
    kernel = getattr(item.parent, "kernel", None)
    last_cell = nextitem is None or nextitem.parent is not item.parent
    if kernel and last_cell and "COVERAGE_PROCESS_START" in os.environ:
        message = kernel.kc.execute("import coverage; coverage.Coverage.current().save()")
        kernel.await_idle(message, 60)


def seconds_by_lesson(config: pytest.Config) -> Counter[str]:
    """How long each notebook took, with the start of its kernel."""
    seconds: Counter[str] = Counter()
    for reports in config.pluginmanager.getplugin("terminalreporter").stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport) and ".ipynb" in report.nodeid:
                seconds[report.nodeid.split("::")[0].rpartition("/")[2]] += report.duration
    return seconds


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the minutes of each lesson, slowest first; a busy machine is no fault of the lesson, so nothing fails."""
    for name, seconds in seconds_by_lesson(config).most_common():
        remark = "  over its budget" if seconds > BUDGETS.get(name, BUDGET_OF_OTHERS) else ""
        terminalreporter.write_line(f"{seconds / 60:5.2f} min  {name}{remark}")
