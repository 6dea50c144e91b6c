"""Measure how much the claims of the lessons vary from run to run, and keep the figures in the data folder.

    .venv/bin/python -m tools.measure 03 06           # five seeds, one and two threads: ten runs a lesson
    .venv/bin/python -m tools.measure 06 --profile gpu --seeds 1    # the full sizes, once

Each run executes a lesson from its first cell to its last, with another seed or number of threads, and notes the
value of every claim that has a bound. `data/reference_runs.csv` gets a row for each; earlier rows of the same lesson
and profile are replaced when all runs are through. `tests/lessons/test_claims.py` holds the bounds to them.
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
from itertools import product
from pathlib import Path

import nbformat

from tasks import ROOT, lessons
from tools import TEST_SETTINGS
from tools.render import execute

FILE = ROOT / "data" / "reference_runs.csv"
COLUMNS = [
    "lesson", "claim", "profile", "seed", "threads", "value", "at_least", "at_most",
    "date", "device", "python", "tensorflow", "keras",
]  # fmt: skip
THREADS = ("1", "2")


def claims_of(lesson: Path, profile: str, seed: int, threads: str) -> Iterator[dict[str, object]]:
    """Run a lesson once and yield a row for each claim that has a bound.

    Args:
        lesson: The notebook; it is not changed.
        profile: Which sizes, `laptop` or `gpu`.
        seed: The seed that `course.start` is told.
        threads: Number of threads TensorFlow may use within an operation.
    """
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "claims.jsonl"
        os.environ.update(
            CNN_COURSE_CLAIMS=str(record),
            CNN_COURSE_PROFILE=profile,
            CNN_COURSE_SEED=str(seed),
            TF_NUM_INTRAOP_THREADS=threads,
        )
        execute(nbformat.read(lesson, as_version=4))
        lines = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
    for claim in map(json.loads, lines):
        if claim["at_least"] is None and claim["at_most"] is None:
            continue
        yield {
            "lesson": lesson.stem,
            "claim": claim["sentence"],
            "profile": profile,
            "seed": seed,
            "threads": threads,
            "value": f"{claim['value']:.6g}",
            "at_least": claim["at_least"],
            "at_most": claim["at_most"],
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "device": f"{os.cpu_count()} cores, {platform.machine()}",
            "python": platform.python_version(),
            "tensorflow": version("tensorflow"),
            "keras": version("keras"),
        }


def keep(rows: list[dict[str, object]], lesson: Path, profile: str) -> None:
    """Replace what is on file of a lesson and profile by `rows`; the file is written whole or not at all."""
    old = list(csv.DictReader(FILE.open(encoding="utf-8", newline=""))) if FILE.exists() else []
    others = [row for row in old if (row["lesson"], row["profile"]) != (lesson.stem, profile)]
    everything = sorted([*others, *rows], key=lambda row: (str(row["lesson"]), str(row["profile"]) != "laptop"))
    unfinished = FILE.with_suffix(".unfinished")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(everything)
    unfinished.replace(FILE)


def main() -> None:
    """Read the command line and run what it names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("lessons", nargs="+", help="number or name of a lesson")
    parser.add_argument("--profile", choices=("laptop", "gpu"), default="laptop", help="which sizes (laptop)")
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds, from 0 on (5)")
    asked = parser.parse_args()
    os.environ.update(TEST_SETTINGS)
    for lesson in lessons(*asked.lessons):
        rows: list[dict[str, object]] = []
        for seed, threads in product(range(asked.seeds), THREADS):
            run = list(claims_of(lesson, asked.profile, seed, threads))
            print(lesson.stem, f"seed {seed}, {threads} threads:", *(row["value"] for row in run), flush=True)
            rows += run
        keep(rows, lesson, asked.profile)


if __name__ == "__main__":
    main()
