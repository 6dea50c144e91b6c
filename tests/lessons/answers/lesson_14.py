"""Answers to the exercises of lesson 14, wrong ones and right ones."""

import math
import re
from pathlib import PurePosixPath

from . import Cases, Wrong

# --- 14.1: photos for a standard error


def in_steps(share, error):
    count = 1
    while math.sqrt(share * (1 - share) / count) > error:
        count += 1
    return count


COUNTS = Cases(
    wrong=[
        Wrong((lambda share, error: math.sqrt(share * (1 - share)) / error,), "square both sides"),
        Wrong((lambda share, error: math.ceil(share * (1 - share) / error),), "by its square"),
        Wrong((lambda share, error: math.ceil(share / error**2),), "1 - p, is missing"),
        Wrong((lambda share, error: math.ceil((1 - share) / error**2),), "p, is missing"),
        Wrong((lambda share, error: math.ceil(1 / error**2),), "so does the share"),
        Wrong((lambda share, error: math.ceil(4 * share * (1 - share) / error**2),), "one was asked for"),
        Wrong((lambda share, error: share * (1 - share) / error**2 + 0.4,), "whole photos"),
        Wrong((lambda share, error: math.floor(share * (1 - share) / error**2 - 1e-6),), "round up"),
        Wrong((lambda share, error: 30,), "would be"),
        Wrong((lambda share, error: None,), "returns nothing"),
    ],
    right=[
        (lambda share, error: math.ceil(share * (1 - share) / error**2),),
        (lambda share, error: -int(-(share - share**2) / error**2 // 1),),
        (in_steps,),
    ],
)

# --- 14.2: which patient

PATIENTS = Cases(
    wrong=[
        Wrong((lambda file: file,), "behind the three digits"),
        Wrong((lambda file: file.split("/")[-1],), "behind the three digits"),
        Wrong((lambda file: file.split("/")[0] + file.split("/")[-1][:4],), "with the class in the word"),
        Wrong((lambda file: file.split("/")[1][:4],), "count from the last /"),
        Wrong((lambda file: file[8:12],), "two patients"),
        Wrong((lambda file: file.split("/")[-1][:3],), "two patients"),
        Wrong((lambda file: file.split("/")[-1][0],), "two patients"),
        Wrong((lambda file: re.findall("p...", file),), "not a list"),
        Wrong((lambda file: None,), "returns nothing"),
    ],
    right=[
        (lambda file: file.split("/")[-1][:4],),
        (lambda file: int(PurePosixPath(file).name[1:4]),),
        (lambda file: re.search(r"/(p\d{3})[^/]*$", file)[1],),
        (lambda file: file.rsplit("/", 1)[1][1:4],),
    ],
)

# --- 14.3: the bar for the alarm

BARS = Cases(
    wrong=[
        Wrong((lambda overlooked, alarm: overlooked / (overlooked + alarm),), "prices exchanged"),
        Wrong((lambda overlooked, alarm: alarm / overlooked,), "odds"),
        Wrong((lambda overlooked, alarm: overlooked / alarm,), "more than 1"),
        Wrong((lambda overlooked, alarm: 0.5,), "both errors cost the same"),
        Wrong((lambda overlooked, alarm: 100 * alarm / (overlooked + alarm),), "per cent"),
        Wrong((lambda overlooked, alarm: 0.3,), "silence would cost"),
        Wrong((lambda overlooked, alarm: None,), "returns nothing"),
    ],
    right=[
        (lambda overlooked, false_alarm: false_alarm / (overlooked + false_alarm),),
        (lambda overlooked, false_alarm: 1 / (1 + overlooked / false_alarm),),
        (lambda overlooked, false_alarm: (overlooked / false_alarm + 1) ** -1,),
    ],
)

CASES = {"14.1": COUNTS, "14.2": PATIENTS, "14.3": BARS}
