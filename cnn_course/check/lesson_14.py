"""Checks of lesson 14, your own photos."""

import math
from itertools import combinations
from typing import Any

import numpy as np

from cnn_course.check.engine import Hint, call, number, register

# --- 14.1 ------------------------------------------------------------------------------------------------


@register("14.1", right="Half the error takes four times the photos: that is why small differences are dear.")
def photos_for_an_error(answer: Any) -> None:
    """Exercise 14.1 wants the least n with sqrt(p (1 - p) / n) <= e; one more or less is rounding."""
    random = np.random.default_rng(141)
    cases = [(0.9, 0.03), (0.5, 0.02), *zip(random.uniform(0.55, 0.99, 4), random.uniform(0.004, 0.06, 4), strict=True)]
    for share, error in cases:
        given = f"a share of {share:.3g} and an error of {error:.3g}"
        count = number(call(answer, float(share), float(error), given=given), "What your function returns")
        exact = share * (1 - share) / error**2
        if abs(count - exact) <= 1:
            if not math.isclose(count, round(count), abs_tol=1e-9):
                raise Hint(f"Given {given}, you ask for {count:.2f} photos. Only whole photos can be taken.")
            if count < exact - 1e-6 * exact:
                raise Hint(f"Given {given}, {count:.0f} photos leave the error a little too large: round up.")
            continue
        raise Hint(f"Given {given}, your answer is {count:.6g}: " + _count_mistake(count, share, error))


def _count_mistake(count: float, share: float, error: float) -> str:
    spread = share * (1 - share)
    mistakes = {
        "the square root has to go: square both sides, and the error with them.": math.sqrt(spread) / error,
        "the error stands under the fraction by its square.": spread / error,
        "the share of wrong answers, 1 - p, is missing.": share / error**2,
        "the share of right answers, p, is missing.": (1 - share) / error**2,
        "the error matters, but so does the share: where does it come in?": 1 / error**2,
        "this is for two standard errors to either side; one was asked for.": 4 * spread / error**2,
        "the fraction is upside down.": error**2 / spread,
    }
    for words, wrong in mistakes.items():
        if abs(count - wrong) <= 1 and not math.isclose(count, 0) and math.isclose(count, wrong, rel_tol=0.15):
            return words
    return f"with that many photos the standard error would be {math.sqrt(spread / max(count, 1)):.3g}."


# --- 14.2 ------------------------------------------------------------------------------------------------


@register("14.2", right="Whatever the folder: a patient who falls ill is still the same patient.")
def patient_of_a_file(answer: Any) -> None:
    """Exercise 14.2 wants any words, as long as they agree exactly where the patients do."""
    files = _files()
    words = {file: call(answer, file, given=f'the file "{file}"') for file in files}
    unhashable = next((file for file, word in words.items() if getattr(word, "__hash__", None) is None), None)
    if unhashable:
        raise Hint("Return a word (or a number), not a list.")
    pairs = sorted(combinations(files, 2), key=lambda pair: _folder(pair[0]) != _folder(pair[1]))
    for one, other in pairs:  # those in one folder first: their hint is the simplest
        if files[one] == files[other] and words[one] != words[other]:
            raise Hint(f'"{one}" and "{other}" are of one patient. ' + _torn(one, other, words[one], words[other]))
        if files[one] != files[other] and words[one] == words[other]:
            from_folder = isinstance(words[one], str) and words[one][:3] in _folder(one)
            raise Hint(
                f'"{one}" and "{other}" are of two patients, and both get {words[one]!r}. '
                + ("That is part of a folder's name: count from the last /." if from_folder else "What differs?")
            )


def _folder(file: str) -> str:
    return file.rsplit("/", 1)[0]


def _torn(one: str, other: str, word: Any, other_word: Any) -> str:
    """Why two files of a patient got different words."""
    answers = f"They get {word!r} and {other_word!r}"
    if one.split("/")[0] != other.split("/")[0] and str(word).startswith(one.split("/")[0]):
        return f"{answers}: with the class in the word, a patient who falls ill becomes another one."
    if (one.count("/") > 1) != (other.count("/") > 1):
        return f"{answers}. One of them lies in a folder inside the class folder: count from the last /."
    if len(one.split("/")[0]) != len(other.split("/")[0]):
        return f"{answers}. The names of the folders differ in length, so a fixed place in the text will not do."
    return f"{answers}. What stands behind the three digits differs from picture to picture."


def _files() -> dict[str, str]:
    """Files of a study and their patients; each patient has both diagnoses, or lies in nested folders, or both."""
    random = np.random.default_rng(142)
    ends = (" left.png", "_scan 2.jpg", "-a.png", ".jpg", "_p9.png", " right p001.jpeg")
    folders = ("healthy", "ill", "ill/week 3", "healthy/2024/may")
    files = {}
    for patient in ("p017", "p018", "p117", "p203", "p071"):
        for folder in folders:
            files[f"{folder}/{patient}{ends[random.integers(len(ends))]}"] = patient
    for end in ends:
        files[f"ill/p203{end}"] = "p203"
    return files


# --- 14.3 ------------------------------------------------------------------------------------------------


@register("14.3", right="With 20 to 1 the bar is 1/21, about 0.05. It rests on p being a probability: calibrate first.")
def bar_for_the_alarm(answer: Any) -> None:
    """Exercise 14.3 wants false_alarm / (overlooked + false_alarm)."""
    random = np.random.default_rng(143)
    for overlooked, alarm in [(20.0, 1.0), *random.uniform(1, 50, (5, 2)).tolist()]:
        given = f"the prices {overlooked:.3g} (overlooked) and {alarm:.3g} (false alarm)"
        bar = number(call(answer, overlooked, alarm, given=given), "The bar")
        wanted = alarm / (overlooked + alarm)
        if math.isclose(bar, wanted, rel_tol=1e-3):
            continue
        mistakes = {
            "this is the bar for the two prices exchanged: the dearer the overlooked patient, the lower it must be.": (
                overlooked / (overlooked + alarm)
            ),
            "these are odds at the bar, ill to healthy. A probability is a share of the whole.": alarm / overlooked,
            "this can be more than 1, and no probability is.": overlooked / alarm,
            "this is the bar when both errors cost the same.": 0.5,
            "that many per cent, but a probability lies between 0 and 1.": 100 * wanted,
        }
        for words, wrong in mistakes.items():
            if math.isclose(bar, wrong, rel_tol=1e-3):
                raise Hint(f"Given {given}, your bar is {bar:.3g}: {words}")
        at_bar = min(max(bar, 0.0), 1.0)
        raise Hint(
            f"Given {given}, your bar is {bar:.3g}. There, silence would cost {at_bar * overlooked:.3g} on average and "
            f"the alarm {(1 - at_bar) * alarm:.3g}; at the bar the two are equal."
        )
