"""Checks of lesson 14: how many test photos, which patient a file is of, and the bar for an alarm."""

import re
from collections.abc import Iterable
from math import ceil, floor, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.check.engine import call, compare, judge, register


@register("14.1", right="Half the error takes four times the photos: that is why small differences are dear.")
def photos_for_an_error(answer: Any) -> None:
    """The least whole n with sqrt(p (1 - p) / n) <= e.

    In the first case the division comes out even, whatever the precision; in the others n is far from a whole number.
    """

    def exact(p: float, e: float) -> float:
        return p * (1 - p) / e**2

    in_any_way = [(lambda p, e, wrong=wrong, way=way: way(wrong(p, e)), hint) for wrong, hint in [
        (lambda p, e: sqrt(p * (1 - p)) / e, "The square root has to go: square both sides, and the error with them."),
        (lambda p, e: p * (1 - p) / e, "When both sides are squared, so is the error."),
        (lambda p, e: p / e**2, "The share of wrong answers, 1 − p, is missing."),
        (lambda p, e: (1 - p) / e**2, "The share of right answers, p, is missing."),
        (lambda p, e: 1 / e**2, "Your n does not depend on the share: was it left out, or rounded before the end?"),
        (lambda p, e: 0.25 / e**2, "That is for a share of 0.5, the worst case; here you are given a share."),
        (lambda p, e: 4 * exact(p, e), "That is for two standard errors to either side; one was asked for."),
        (lambda p, e: 1.96**2 * exact(p, e), "That is for two standard errors to either side; one was asked for."),
    ] for way in (float, ceil, floor, round)]  # fmt: skip
    cases = [(0.5, 0.25), (0.8, 0.03), (0.9, 0.04), (0.7, 0.03), (0.95, 0.02)]
    judge(answer, lambda share, error: ceil(exact(share, error)), cases, [
        (exact, "Only whole photos can be taken."),
        *[(lambda p, e, way=way: way(exact(p, e)), "Too few for this error: round up.") for way in (floor, round)],
        (lambda p, e: floor(exact(p, e)) + 1, "One photo too many: here the division comes out even."),
        *in_any_way,
    ])  # fmt: skip


_FILES = (
    "healthy/p017 left.png", "healthy/p018 left.png", "healthy/p203-a.png", "ill/p017_scan 2.jpg", "ill/p017-a.png",
    "ill/p117.jpg", "ill/week 3/p203-a.png", "ill/week 3/p018_scan 2.jpg", "healthy/spring/p017 left.png",
    "healthy/spring/p071.jpg", "ill/p100 to p299/p117 left.png", "ill/p100 to p299/p203 right p001.jpeg",
    "healthy/2024/may/p071-a.png", "happy/p017 left.png", "happy/p018-a.png",
)  # fmt: skip


@register("14.2", right="Whatever the folder: a patient who falls ill is still the same patient.")
def patient_of_a_file(answer: Any) -> None:
    """Any words will do: compare which files get the same one. As in `prepare`, the text of what is returned counts."""
    words = [str(call(answer, file, given=f'file = "{file}"')) for file in _FILES]
    alike, wanted = _alike(words), _alike(map(_patient, _FILES))
    if np.array_equal(alike, wanted):
        return
    one, other = np.argwhere(alike != wanted)[0]
    count = "one patient" if wanted[one, other] else "two patients"
    came = f'"{_FILES[one]}" and "{_FILES[other]}" are of {count}, and get "{words[one]}" and "{words[other]}".'
    wrongs = [(_alike(map(wrong, _FILES)), hint) for wrong, hint in [
        (lambda f: f.split("/")[-1], "What is behind the three digits differs from picture to picture."),
        (lambda f: re.sub(r"\D", "", f.split("/")[-1]), "Digits from further behind got into the word."),
        (lambda f: f.split("/")[0] + _patient(f), "With the class in it, a patient who falls ill is a new one."),
        (lambda f: f[: f.rfind("/") + 5], "With all folders in it, the same patient in another folder is a new one."),
        *((beginning, "The path begins with folders; the file comes behind the last /.")
          for beginning in (lambda f: f[:4], lambda f: f[:5], lambda f: f.split("/")[0])),
        (lambda f: f.split("/")[1][:4], "A folder can lie inside the class folder: count from the last /."),
        (lambda f: re.findall("p...", f)[0], "Names of folders can hold a p as well: look only behind the last /."),
        (lambda f: re.findall("p[0-9]+", f)[0], "Names of folders can hold a p as well: look only behind the last /."),
        (lambda f: f[8:12], "The names of folders differ in length: a fixed place in the path will not do."),
    ]]  # fmt: skip
    compare(alike, wanted, wrongs, f"{came} One word for each patient is wanted.", came)


def _patient(file: str) -> str:
    return file.split("/")[-1][:4]


def _alike(words: Iterable[str]) -> NDArray[np.bool_]:
    texts = np.array(list(words))
    return np.asarray(texts[:, np.newaxis] == texts)


@register("14.3", right="With 20 to 1 the bar is 1/21, about 0.05. It rests on p being a probability: calibrate first.")
def bar_for_the_alarm(answer: Any) -> None:
    """The p at which silence, p × overlooked, costs as much as an alarm, (1 - p) × false_alarm."""
    cases = [(20, 1), (3, 1), (10, 5), (2, 8), (12.5, 4)]
    judge(answer, lambda overlooked, false_alarm: false_alarm / (overlooked + false_alarm), cases, [
        (lambda o, f: o / (o + f), "The prices are exchanged: the dearer the overlooked patient, the lower the bar."),
        (lambda o, f: f / o, "These are odds. Only a healthy person can get a false alarm: with what probability?"),
        (lambda o, f: o / f, "No probability is larger than 1."),
        (0.5, "This is the bar when both errors cost the same."),
        (lambda o, f: 100 * f / (o + f), "So many per cent; but a probability lies between 0 and 1."),
        (lambda o, f: f / (o - f), "A sign got lost: bring both terms with p to one side once more."),
        (1 / 21, "This is the bar for 20 to 1; but the function is given other prices, too."),
    ], decimals=3)  # fmt: skip
