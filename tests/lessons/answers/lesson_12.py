"""Right and wrong answers to the exercises of lesson 12."""

import keras
import numpy as np
import tensorflow as tf

from . import NEUTRAL, Cases, Own, Wrong

LETTERS = "which of the letters b, d, p, q"
TOMATO = "tomato, ripe or not"
GALAXY = "galaxy, spiral or elliptical"
SHOE = "shoe seen from above, left foot or right foot"


def lying(**changed):
    """The right sets, or some of them changed."""
    sets = {"letters": {"mirror", "turn"}, "tomato": {"hue"}, "galaxy": set(), "shoe": {"mirror"}} | changed
    return dict(zip((LETTERS, TOMATO, GALAXY, SHOE), sets.values(), strict=True))


def mirror(x, y):
    return np.concatenate([x, x[:, :, ::-1]]), np.concatenate([y, 1 - y])


def mirror_by_loop(x, y):
    pictures, labels = list(x), list(y)
    for picture, label in zip(x, y, strict=True):
        pictures.append(np.fliplr(picture))
        labels.append(1 if label == 0 else 0)
    return np.array(pictures), np.array(labels)


def mirror_into_zeros(x, y):
    pictures, labels = np.zeros((2 * len(x), *x.shape[1:]), np.float32), np.zeros(2 * len(y))
    pictures[: len(x)], pictures[len(x) :] = x, np.flip(x, axis=2)
    labels[: len(y)], labels[len(y) :] = y, y == 0
    return [pictures, labels]


def mirror_in_place(x, y):
    """Changes what it was given, after the copies have been made."""
    pictures, labels = x.copy(), y.tolist()
    x[:] = x[:, :, ::-1]
    y ^= 1
    return np.vstack([pictures, x]), labels + y.tolist()


def pictures(function, hint):
    """A wrong mirror: the labels are right."""
    return Wrong((lambda x, y: (function(x), mirror(x, y)[1]),), hint)


def labels(function, hint):
    """A wrong mirror: the pictures are right."""
    return Wrong((lambda x, y: (mirror(x, y)[0], function(y)),), hint)


def second(function, hint):
    """A wrong mirror: the given pictures, and something else than their mirror images."""
    return pictures(lambda x: np.concatenate([x, function(x)]), hint)


def each_after_its_own(x, y):
    pairs = np.stack([x, x[:, :, ::-1]], axis=1).reshape(-1, *x.shape[1:])
    return pairs, np.stack([y, 1 - y], axis=1).ravel()


def digits(*augmentation):
    """A function that returns a model of some layers."""

    def build():
        return keras.Sequential([keras.Input((28, 28, 1)), *(make() for make in augmentation)])

    return build


def move(height=0.1, width=0.1, fill_mode="constant"):
    return lambda: keras.layers.RandomTranslation(height, width, fill_mode=fill_mode)


def brighten(factor=0.2, value_range=(0, 1)):
    return lambda: keras.layers.RandomBrightness(factor, value_range=value_range)


def functional_digits():
    inputs = keras.Input((28, 28, 1))
    x = keras.layers.RandomBrightness((-0.2, 0.2), value_range=(0, 1))(inputs)
    return keras.Model(inputs, keras.layers.RandomTranslation((-0.1, 0.1), 0.1, "constant", "nearest")(x))


def digits_in_a_pipeline():
    return keras.layers.Pipeline([move()(), brighten()()])


class AlwaysOn(keras.Model):
    """Its layers are told that it is training, whatever the model is told."""

    def __init__(self):
        super().__init__()
        self.moves, self.light = move()(), brighten()()

    def call(self, x, training=False):
        return self.light(self.moves(x, training=True), training=True)


def all_alike():
    class Alike(keras.layers.Layer):
        def call(self, x, training=False):
            return keras.ops.clip(x + 0.1, 0, 1) if training else x

    return Alike()


class OwnDigits(keras.Model):
    """Subclassed, and the flag is handed on by hand."""

    def __init__(self):
        super().__init__()
        self.moves, self.light = move()(), brighten()()

    def call(self, x, training=False):
        return self.light(self.moves(x, training=training), training=training)


CASES = {
    "12.1": Cases(
        wrong=[
            Wrong((lying(letters={"mirror"}),), "Write a b, and turn"),
            Wrong((lying(letters={"turn"}),), "from behind"),
            Wrong((lying(letters={"turn", "mirror", "move"}),), 'you say that "move" lies. Somebody who sees'),
            Wrong((lying(letters={"turn", "mirror", "hue"}),), 'you say that "hue" lies. Somebody who sees'),
            Wrong((lying(tomato=set()),), "whether a tomato is ripe"),
            Wrong((lying(tomato={"hue", "turn"}),), "as ripe as before"),
            Wrong((lying(tomato={"hue", "mirror"}),), 'you say that "mirror" lies. Somebody who sees'),
            Wrong((lying(galaxy={"turn"}),), "no up and down"),
            Wrong((lying(galaxy="mirror"),), "still a spiral"),
            Wrong((lying(galaxy={"hue"}),), "speaks of its shape"),
            Wrong((lying(shoe={"mirror", "turn"}),), "fit the other foot"),
            Wrong((lying(shoe=set()),), "in front of a mirror"),
            Wrong((lying(shoe={"flip"}),), 'no transform "flip"'),
            Wrong((lying(shoe="mirror, turn"),), 'no transform "mirror, turn"'),
            Wrong((lying(galaxy=[None]),), "no transform None"),
            Wrong((lying(shoe=None),), "set() for none"),
            Wrong(({"mirror"},), "four tasks"),
            Wrong(({LETTERS: {"mirror", "turn"}},), "four tasks"),
        ],
        right=[
            (lying(),),
            (lying(letters=["turn", "mirror"], tomato="hue", galaxy={}, shoe=("mirror",)),),
            (lying(letters=frozenset({"turn", "mirror"}), galaxy=[], shoe=np.array(["mirror"])),),
            (dict(reversed(lying(galaxy=()).items())),),
        ],
    ),
    "12.2": Cases(
        wrong=[
            pictures(lambda x: x, "the given pictures alone"),
            pictures(lambda x: x[:, :, ::-1], "the mirror images alone"),
            pictures(lambda x: np.concatenate([x, x[:, :, ::-1]], axis=2), "You joined along the width"),
            pictures(lambda x: np.concatenate([x[:, :, ::-1], x]), "mirror images come first"),
            pictures(lambda x: np.stack([x, x[:, :, ::-1]]), NEUTRAL),
            Wrong((each_after_its_own,), "follows its picture"),
            second(lambda x: x, "not mirrored"),
            second(lambda x: x[..., ::-1], "not mirrored"),
            second(lambda x: x[:, ::-1], "upside down"),
            second(np.fliplr, "upside down"),
            second(lambda x: np.rot90(x, 2, (1, 2)), "180 degrees"),
            second(lambda x: x[::-1], "the order of the pictures, and mirrored none"),
            second(np.flip, "All axes of the second half"),
            second(lambda x: x[::-1, :, ::-1], NEUTRAL),
            second(lambda x: 1 - x[:, :, ::-1], NEUTRAL),
            pictures(lambda x: 0, "for the pictures your function returns 0, and [[[[1], [2], [3]], [[4], [5], [6]]],"),
            labels(lambda y: np.concatenate([y, y]), "That is the lie"),
            labels(lambda y: np.tile(y, 2), "That is the lie"),
            labels(lambda y: np.concatenate([1 - y, y]), "should not change"),
            labels(lambda y: np.concatenate([y, 1 - y[::-1]]), "labels of the mirror images are in reverse order"),
            labels(lambda y: np.concatenate([y, -y]), "only two labels"),
            labels(lambda y: np.concatenate([y, ~y]), "only two labels"),
            labels(lambda y: np.concatenate([y, 2 - y]), "returns [1, 1], and [1, 0] is wanted"),
            labels(lambda y: np.concatenate([y, np.ones_like(y)]), "to the same side"),
            labels(lambda y: np.concatenate([y, np.zeros_like(y)]), "to the same side"),
            labels(lambda y: y, "only as many labels"),
            labels(lambda y: 1 - y, "for the labels your function returns [0], and [1, 0] is wanted"),
            labels(lambda y: np.concatenate([y, 7 - y]), NEUTRAL),
            labels(lambda y: ["left", "right"], "and numbers are wanted"),
            Wrong((lambda x, y: mirror(x, y)[0],), "should return 2 things"),
            Wrong((lambda x: mirror(x, 0),), "stopped with TypeError"),
        ],
        right=[
            (mirror,),
            (mirror_by_loop,),
            (mirror_into_zeros,),
            (mirror_in_place,),
            (lambda x, y: (np.vstack([x, np.flip(x, axis=2)]), np.hstack([y, np.logical_not(y)])),),
            (lambda x, y: (tf.concat([x, tf.image.flip_left_right(x)], 0), tf.concat([y == 1, y == 0], 0)),),
            (lambda x, y: tuple(map(Own, mirror(x, y))),),
        ],
    ),
    "12.3": Cases(
        wrong=[
            Wrong((digits(lambda: keras.layers.Activation("linear")),), "changes nothing"),
            Wrong((digits(),), "your answer stopped with ValueError"),
            Wrong((AlwaysOn,), "In use, with training=False"),
            Wrong((all_alike,), "changed alike"),
            Wrong((digits(move()),), "does not change: a grey picture"),
            Wrong((digits(brighten()),), "never move up and down"),
            Wrong((digits(move(), brighten(value_range=(0, 255))),), "Tell the layer for brightness"),
            Wrong((digits(move(), brighten((0.0, 0.2))),), "only rises"),
            Wrong((digits(move(), brighten((-0.2, 0.0))),), "only falls"),
            Wrong((digits(move(), brighten(0.4)),), "0.2 is allowed"),
            Wrong((digits(move(), brighten(0.1)),), "should go up to 0.2"),
            Wrong((digits(move(0.2), brighten()),), "allowed, 2.8"),
            Wrong((digits(move(0.1, 0.2), brighten()),), "left and right by"),
            Wrong((digits(move(0.0), brighten()),), "never move up and down"),
            Wrong((digits(move(0.1, 0.0), brighten()),), "never move left and right"),
            Wrong((digits(move(0.05), brighten()),), "they should move by up to 2.8"),
            Wrong((digits(move(fill_mode="reflect"), brighten()),), "`fill_mode`"),
            Wrong((digits(move(fill_mode="nearest"), brighten()),), "`fill_mode`"),
            Wrong((digits(move(), brighten(), lambda: keras.layers.RandomFlip("horizontal")),), "a mirrored digit"),
            Wrong((digits(move(), brighten(), lambda: keras.layers.RandomFlip("vertical")),), "upside down"),
            Wrong((digits(move(), brighten(), lambda: keras.layers.RandomRotation(0.1)),), "Something turns"),
            Wrong((digits(move(), brighten(), lambda: keras.layers.RandomZoom(0.3)),), "Something turns"),
            Wrong((digits(move(), brighten(), lambda: keras.layers.Conv2D(3, 3)),), "come out as they went in"),
            Wrong((lambda: [move()(), brighten()()],), "should return a Keras model"),
            Wrong((0.1,), "A function is wanted"),
        ],
        right=[
            (digits(move(), brighten()),),
            (digits(brighten(), move()),),
            (functional_digits,),
            (digits_in_a_pipeline,),
            (OwnDigits,),
            (digits(move(), brighten())(),),
        ],
    ),
}
