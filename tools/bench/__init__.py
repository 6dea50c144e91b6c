"""Measure the course on this machine: `python3 tasks.py bench`, a few minutes.

What is compared is measured side by side, in turn, in one run, and the medians are printed. Seconds depend on the
machine and on what else it does; ratios far less. Nothing passes or fails here.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import pandas as pd

from tools.lessons import ROOT

Call = Callable[[], object]


def heading(text: str) -> None:
    """Announce a table, at once, since it takes a while."""
    print(f"\n{text}", flush=True)


def show(rows: list[dict[str, object]]) -> None:
    """Print rows as a table."""
    if rows:
        print(pd.DataFrame(rows).to_string(index=False), flush=True)


def side_by_side(rounds: int, calls: dict[str, Call]) -> dict[str, float]:
    """Median seconds of each call; in every round each has its turn. One round before that is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for count in range(rounds + 1):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            if count:
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


def python(code: str) -> str:
    """Run code in a new process in the course's folder; what it printed."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout
