"""Measure how much the claims of the lessons vary, and keep the figures in the data folder.

    python3 tasks.py measure 03 06        # five seeds, one and two threads: ten runs of each lesson
    python3 tasks.py measure 03 --long    # five times the steps, and another draw of the data: a run of each kind

Each run executes a lesson from its first cell to its last and notes the value of every claim that has a bound or is
marked as a conclusion. `data/reference_runs.csv` gets a row for each, found by the claim's key; earlier rows of the
same lesson, profile and kind are replaced when all runs are through. `tests/lessons/test_claims.py` holds the claims to
them.
"""

import argparse
import csv
import datetime
import json
import os
import platform
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import nbformat

from tools import TEST_SETTINGS
from tools.lessons import ROOT, Lesson, lessons
from tools.render import execute

FILE = ROOT / "data" / "reference_runs.csv"
COLUMNS = [
    "lesson", "claim", "kind", "profile", "seed", "threads", "value", "date", "device", "python", "tensorflow", "keras",
]  # fmt: skip
LONGER = "5"  # times the steps of a usual run

Row = dict[str, str]


class Run(NamedTuple):
    """One execution of a lesson."""

    kind: str  # "usual", "long" or "draw"
    seed: int
    threads: int

    def settings(self) -> dict[str, str]:
        """Environment variables that `course.start`, `course.data` and TensorFlow read."""
        return {
            "CNN_COURSE_SEED": str(self.seed),
            "CNN_COURSE_LONGER": LONGER if self.kind == "long" else "1",
            "CNN_COURSE_DRAW": "1" if self.kind == "draw" else "0",
            "TF_NUM_INTRAOP_THREADS": str(self.threads),
        }


USUAL = [Run("usual", seed, threads) for seed in range(5) for threads in (1, 2)]
LONG = [Run("long", 0, 1), Run("draw", 0, 1)]


def claims_of(lesson: Lesson, run: Run, profile: str) -> Iterator[Row]:
    """Run a lesson once and yield a row for each claim that has a bound or is a conclusion.

    Args:
        lesson: The lesson; its notebook is not changed.
        run: Which seed, threads and kind.
        profile: Which sizes, "laptop" or "gpu".
    """
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "claims.jsonl"
        os.environ.update(run.settings() | {"CNN_COURSE_CLAIMS": str(record), "CNN_COURSE_PROFILE": profile})
        execute(nbformat.read(lesson.path, as_version=4))
        lines = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
    for claim in map(json.loads, lines):
        if claim["bounded"] or claim["conclusion"]:
            yield {
                "lesson": lesson.file[:2],
                "claim": claim["key"],
                "kind": run.kind,
                "profile": profile,
                "seed": str(run.seed),
                "threads": str(run.threads),
                "value": f"{claim['value']:.6g}",
                "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
                "device": f"{os.cpu_count()} cores, {platform.machine()}",
                "python": platform.python_version(),
                "tensorflow": version("tensorflow"),
                "keras": version("keras"),
            }


def keep(rows: list[Row]) -> None:
    """Put rows on file in place of those of the same lesson, profile and kind; the file is written whole, or not."""

    def group(row: Row) -> tuple[str, str, str]:
        return row["lesson"], row["profile"], row["kind"]

    old = list(csv.DictReader(FILE.open(encoding="utf-8", newline=""))) if FILE.exists() else []
    replaced = {group(row) for row in rows}
    everything = sorted([*(row for row in old if group(row) not in replaced), *rows], key=group)
    unfinished = FILE.with_suffix(".unfinished")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(everything)
    unfinished.replace(FILE)


def main() -> None:
    """Read the command line and run what it names."""
    parser = argparse.ArgumentParser(prog="tasks.py measure", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("lesson", nargs="+", help="number or name of a lesson")
    parser.add_argument("--long", action="store_true", help="five times the steps, and another draw of the data")
    asked = parser.parse_args()
    os.environ.update(TEST_SETTINGS)
    profile = os.environ.get("CNN_COURSE_PROFILE", "laptop")
    for lesson in lessons(*asked.lesson):
        rows: list[Row] = []
        for run in LONG if asked.long else USUAL:
            found = list(claims_of(lesson, run, profile))
            print(lesson.file, *run, *(f"{row['claim']}={row['value']}" for row in found), flush=True)
            rows += found
        keep(rows)


if __name__ == "__main__":
    main()
