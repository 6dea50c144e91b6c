"""Right and wrong answers to the exercises of lesson 14."""

import math
import re
from pathlib import PurePosixPath

import numpy as np
import tensorflow as tf

from . import NEUTRAL, Cases, Own, OwnNumber, Wrong


def count(share, error):
    return math.ceil(share * (1 - share) / error**2)


def count_in_steps(share, error):
    photos = 1
    while math.sqrt(share * (1 - share) / photos) > error:
        photos += 1
    return photos


def name(file):
    return file.split("/")[-1]


def patient(file):
    return name(file)[:4]


def patient_by_loop(file):
    word = ""
    for letter in file:
        word = "" if letter == "/" else word + letter
    return word[:4]


def first_p(file):
    start = file.index("p")
    return file[start : start + 4]


def bar(overlooked, false_alarm):
    return false_alarm / (overlooked + false_alarm)


def bar_by_halving(overlooked, false_alarm):
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if middle * overlooked < (1 - middle) * false_alarm else (low, middle)
    return high


CASES = {
    "14.1": Cases(
        wrong=[
            Wrong((lambda p, e: math.sqrt(p * (1 - p)) / e,), "The square root has to go"),
            Wrong((lambda p, e: math.ceil(math.sqrt(p * (1 - p)) / e),), "The square root has to go"),
            Wrong((lambda p, e: math.ceil(p * (1 - p) / e),), "so is the error"),
            Wrong((lambda p, e: round(p * (1 - p) / e),), "so is the error"),
            Wrong((lambda p, e: math.ceil(p / e**2),), "1 − p, is missing"),
            Wrong((lambda p, e: math.ceil((1 - p) / e**2),), "right answers, p, is missing"),
            Wrong((lambda p, e: int((1 - p) / e**2),), "right answers, p, is missing"),
            Wrong((lambda p, e: math.ceil(1 / e**2),), "does not depend on the share"),
            Wrong((lambda p, e: math.ceil(0.25 / e**2),), "the worst case"),
            Wrong((lambda p, e: math.ceil(4 * p * (1 - p) / e**2),), "two standard errors"),
            Wrong((lambda p, e: math.ceil((1.96 / e) ** 2 * p * (1 - p)),), "two standard errors"),
            Wrong((lambda p, e: p * (1 - p) / e**2,), "Only whole photos"),
            Wrong((lambda p, e: int(p * (1 - p) / e**2),), "Too few"),
            Wrong((lambda p, e: round(p * (1 - p) / e**2),), "Too few"),
            Wrong((lambda p, e: int(p * (1 - p) / e**2) + 1,), "comes out even"),
            Wrong((lambda p, e: e**2 / (p * (1 - p)),), NEUTRAL),
            Wrong((lambda p, e: count(p, e) + 1,), NEUTRAL),
            Wrong((lambda p, e: count(p, e) - 1,), NEUTRAL),
            Wrong((lambda p, e: 30,), "Given share = 0.5 and error = 0.25, your function returns 30, and 4 is wanted"),
            Wrong((lambda p, e: math.sqrt(p * (p - 1)) / e,), "stopped with ValueError"),
        ],
        right=[
            (count,),
            (count_in_steps,),
            (lambda share, error: -int(-(share - share**2) / error**2 // 1),),
            (lambda share, error: float(np.ceil(np.float32(share) * np.float32(1 - share) / np.float32(error) ** 2)),),
            (lambda share, error: tf.math.ceil(tf.constant(share) * (1 - share) / error**2),),
            (lambda share, error: OwnNumber(count(share, error)),),
            (lambda share, error: np.array(count(share, error)),),
        ],
    ),
    "14.2": Cases(
        wrong=[
            Wrong((lambda file: file,), NEUTRAL),
            Wrong((name,), "behind the three digits"),
            Wrong((lambda file: PurePosixPath(file).stem,), "behind the three digits"),
            Wrong((lambda file: re.sub(r"\D", "", name(file)),), "Digits from further behind"),
            Wrong((lambda file: file.split("/")[0] + patient(file),), "With the class in it"),
            Wrong((lambda file: f"{file[:3]}-{patient(file)}",), "With the class in it"),
            Wrong((lambda file: file[: file.rindex("/") + 5],), "With all folders in it"),
            Wrong((lambda file: file.split("/")[1][:4],), "count from the last /"),
            Wrong((lambda file: file[:4],), "The path begins with folders"),
            Wrong((first_p,), "look only behind the last /"),
            Wrong((lambda file: re.search("p...", file)[0],), "look only behind the last /"),
            Wrong((lambda file: re.search(r"p\d+", file)[0],), "look only behind the last /"),
            Wrong((lambda file: re.findall(r"p\d{3}", file)[-1],), NEUTRAL),
            Wrong((lambda file: re.search(r"p\d{3}", file),), NEUTRAL),
            Wrong((lambda file: file[file.rindex("p") :][:4],), NEUTRAL),
            Wrong((lambda file: file[8:12],), "a fixed place in the path"),
            Wrong((lambda file: patient(file)[:3],), 'are of two patients, and get "p01" and "p01". One word'),
            Wrong((lambda file: file.split("/")[0],), "The path begins with folders"),
            Wrong((lambda file: "p017",), NEUTRAL),
            Wrong((lambda file: int(patient(file)[-1]),), NEUTRAL),
            Wrong((lambda file: re.findall("p...", file)[1],), "stopped with IndexError"),
            Wrong((patient("ill/p017.png"),), "A function is wanted"),
        ],
        right=[
            (patient,),
            (patient_by_loop,),
            (lambda file: int(PurePosixPath(file).name[1:4]),),
            (lambda file: re.search(r"/(p\d{3})[^/]*$", file)[1],),
            (lambda file: file.rsplit("/", 1)[1][1:4].encode(),),
            (lambda file: f"patient {patient(file)}",),
            (lambda file: ("p", patient(file)[1:]),),
        ],
    ),
    "14.3": Cases(
        wrong=[
            Wrong((lambda o, f: o / (o + f),), "prices are exchanged"),
            Wrong((lambda o, f: 1 - bar(o, f),), "prices are exchanged"),
            Wrong((lambda o, f: f / o,), "These are odds"),
            Wrong((lambda o, f: o / f,), "larger than 1"),
            Wrong((lambda o, f: 0.5,), "both errors cost the same"),
            Wrong((lambda o, f: 100 * bar(o, f),), "per cent"),
            Wrong((lambda o, f: f / (o - f),), "A sign got lost"),
            Wrong((lambda o, f: 1 / 21,), "the bar for 20 to 1"),
            Wrong((lambda o, f: 0.05,), "returns 0.05, and 0.04762 is wanted"),
            Wrong((lambda o, f: round(bar(o, f), 2),), "returns 0.05: right, but rounded"),
            Wrong((lambda o, f: f // (o + f),), NEUTRAL),
            Wrong((lambda o, f: 0.3,), NEUTRAL),
            Wrong((lambda o, f: o * f,), NEUTRAL),
            Wrong((lambda o, f: (o, f),), NEUTRAL),
        ],
        right=[
            (bar,),
            (bar_by_halving,),
            (lambda overlooked, false_alarm: 1 / (1 + overlooked / false_alarm),),
            (lambda o, f: np.float32(f) / np.float32(o + f),),
            (lambda o, f: tf.constant(f / (o + f)),),
            (lambda o, f: Own(bar(o, f)),),
            (lambda o, f: round(bar(o, f), 3),),
        ],
    ),
}
