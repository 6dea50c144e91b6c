"""Settings for every pytest run; at the root, because nbval collects the lessons outside `tests/`."""

import os
from collections import Counter
from typing import Any

import pytest

BUDGET_SECONDS = 60
LONGER_BUDGETS = {"08": 120, "09": 120, "12": 120, "13": 120, "16": 120}  # they train more than one net


def pytest_collectstart(collector: Any) -> None:
    """Leave out of nbval's comparison what differs between machines: log lines and HTML twins of text."""
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
    """How long each lesson took, with the start of its kernel."""
    seconds: Counter[str] = Counter()
    for reports in config.pluginmanager.getplugin("terminalreporter").stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport) and ".ipynb" in report.nodeid:
                seconds[report.nodeid.split("::")[0].removeprefix("notebooks/")] += report.duration
    return seconds


def over_budget(seconds: Counter[str]) -> list[str]:
    """Names of the lessons that took longer than they may."""
    return [name for name in sorted(seconds) if seconds[name] > LONGER_BUDGETS.get(name[:2], BUDGET_SECONDS)]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the minutes of each lesson, slowest first; a busy machine is no fault of the lesson, so nothing fails."""
    seconds = seconds_by_lesson(config)
    too_slow = over_budget(seconds)
    for name, duration in seconds.most_common():
        remark = "  over its budget" if name in too_slow else ""
        terminalreporter.write_line(f"{duration / 60:5.2f} min  {name}{remark}")
