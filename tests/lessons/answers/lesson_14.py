"""Right and wrong answers to the exercises of lesson 14."""

import re
from pathlib import PurePosixPath

import keras
import numpy as np
import tensorflow as tf

from . import NEUTRAL, Cases, Own, Wrong


def around(*before, after=()):
    """A function that puts layers before and behind a model; each is made anew."""

    def web(model):
        inputs = keras.Input(model.input_shape[1:])
        x = inputs
        for make in before:
            x = make()(x)
        x = model(x)
        for make in after:
            x = make()(x)
        return keras.Model(inputs, x)

    return web


def rescaling(*values):
    return lambda: keras.layers.Rescaling(*values)


class Web(keras.Model):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def call(self, x):
        return self.model(x * 255)


def web_sequential(model):
    return keras.Sequential([keras.Input(model.input_shape[1:]), keras.layers.Rescaling(255), model])


def web_by_ops(model):
    inputs = keras.Input(shape=model.input_shape[1:])
    return keras.Model(inputs, model(inputs * 255.0))


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
            Wrong((lambda model: model,), "This is the old model"),
            Wrong((around(),), "hands the small values on as they are"),
            Wrong((around(rescaling(1.0)),), "hands the small values on as they are"),
            Wrong((around(rescaling(1 / 255)),), "divides by 255 once more"),
            Wrong((around(rescaling(127.5)),), "Your factor is 127.5"),
            Wrong((around(rescaling(255, -127.5)),), "You have moved the values"),
            Wrong((around(rescaling(255), after=(keras.layers.Softmax,)),), "one softmax too many"),
            Wrong((around(rescaling(256)),), NEUTRAL),
            Wrong((around(rescaling(255), after=(rescaling(255),)),), NEUTRAL),
            Wrong((lambda model: lambda x: model(x * 255),), "A Keras model is wanted"),
            Wrong((lambda model: keras.layers.Rescaling(255),), "A Keras model is wanted"),
            Wrong((lambda model: keras.Sequential([keras.Input((9, 9, 3)), keras.layers.Flatten()]),), "takes (N"),
            Wrong((lambda model: model.predict(keras.Input(model.input_shape[1:])),), "stopped with"),
        ],
        right=[
            (around(rescaling(255)),),
            (web_sequential,),
            (web_by_ops,),
            (Web,),
            (around(lambda: keras.layers.Lambda(lambda x: x * 255)),),
            (around(rescaling(5), rescaling(51)),),
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
