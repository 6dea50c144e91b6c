"""Checks of lesson 14: a model for small values, which patient a file is of, and the bar for an alarm."""

import re
from collections.abc import Iterable
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from cnn_course import layers
from cnn_course.check.engine import Hint, call, compare, judge, kind, register


@register("14.1", right="Scaling belongs into the file: then nobody can forget it, or do it twice.")
def model_for_small_values(answer: Any) -> None:
    """Models of two sizes that scale by 1/255 themselves: photos divided by 255 must get the same answers."""
    for seed, shape in enumerate([(4, 5, 3), (6, 3, 3)]):
        old = _model(shape, seed)
        photos = np.random.default_rng(seed).integers(0, 256, (5, *shape)).astype(np.float32)
        model = call(answer, old, given="a trained model")
        if not isinstance(model, keras.Model):
            raise Hint(f"A Keras model is wanted, and your function returns {kind(model)}.")
        if model is old:
            raise Hint("This is the old model; the new one has a layer in front of it.")
        if (takes := getattr(model, "input_shape", old.input_shape)) != old.input_shape:
            raise Hint(f"Your model takes {takes}; the old one takes {old.input_shape}.")

        def of(x: NDArray[Any], model: Any = old) -> NDArray[Any]:
            return np.asarray(keras.ops.convert_to_numpy(model(x)))

        wanted, got = of(photos), np.asarray(of(photos / 255, model))
        compare(got, wanted, [
            (of(photos / 255), "Your model hands the small values on as they are."),
            (of(photos / 255 / 255), "Your model divides by 255 once more, instead of multiplying."),
            (of(photos / 255 * 127.5), "Your factor is 127.5: what was divided by 255 is multiplied by 255."),
            (of(photos - 127.5), "You have moved the values, too: only the division has to be undone."),
            (layers.softmax(wanted), "There is one softmax too many: the old model's answers are shares already."),
        ], f"For photos divided by 255, the answers of the old model for the photos are wanted: first "
           f"{_three(wanted)}, and yours is {_three(got)}.")


def _three(answers: NDArray[Any]) -> list[float]:
    return [round(float(value), 3) for value in np.ravel(answers)[:3]]


def _model(shape: tuple[int, ...], seed: int) -> keras.Model:
    """A tiny trained model: it scales photos from 0..255, and gives three shares, far from equal."""
    rng = np.random.default_rng(100 + seed)
    inputs = keras.Input(shape)
    x = keras.layers.Flatten()(keras.layers.Rescaling(1 / 255)(inputs))
    dense = keras.layers.Dense(3, activation="softmax")
    model = keras.Model(inputs, dense(x))
    dense.set_weights([rng.normal(0, 0.4, (int(np.prod(shape)), 3)), rng.normal(0, 0.3, 3)])
    return model


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
