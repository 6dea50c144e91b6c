"""Answers to the exercises of lesson 6, wrong ones and right ones."""

from functools import partial

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers

from . import NEUTRAL, Cases, Own, OwnNumber, Wrong

# --- 6.1: a net from its description

FIRST, SECOND = (6, 7, "valid", "relu"), (12, 3, "same", "relu")


def net(
    shape=(26, 34, 3),
    convolutions=(FIRST, SECOND),
    pool=layers.MaxPooling2D,
    pools=2,
    row=layers.Flatten,
    hidden="relu",
    last=None,
    classes=4,
    extra=(),
    bias=True,
):
    """A function that builds the wanted net, or one with a mistake."""

    def build():
        stack = [keras.Input(shape)]
        for place, (filters, kernel, padding, activation) in enumerate(convolutions):
            stack.append(layers.Conv2D(filters, kernel, padding=padding, activation=activation))
            stack += [pool(2)] if place < pools else []
        stack += [row(), *(make() for make in extra), layers.Dense(20, activation=hidden, use_bias=bias)]
        return keras.Sequential([*stack, layers.Dense(classes, activation=last)])

    return build


def with_layers_of_their_own():
    """ReLU as a layer, and behind the pooling: the order makes no difference."""
    return keras.Sequential(
        [
            keras.Input((26, 34, 3)),
            layers.Conv2D(6, (7, 7)),
            layers.MaxPool2D((2, 2)),
            layers.ReLU(),
            layers.Conv2D(12, 3, padding="same"),
            layers.Activation("relu"),
            layers.MaxPool2D(),
            layers.Reshape((420,)),
            layers.Dense(20),
            layers.ReLU(),
            layers.Dense(4),
        ]
    )


def without_input():
    return keras.Sequential(net()().layers)


def functional():
    x = inputs = keras.Input((26, 34, 3))
    x = layers.MaxPooling2D()(layers.Conv2D(6, 7, activation="relu")(x))
    x = layers.MaxPooling2D()(layers.Conv2D(12, 3, padding="same", activation="relu")(x))
    x = layers.Dense(20, activation="relu")(layers.Flatten()(x))
    return keras.Model(inputs, layers.Dense(4)(x))


class HeadFirst(keras.Model):
    """Its layers are made in another order than they are called in, and the head belongs to a net inside the net."""

    def __init__(self, rate=0.0):
        super().__init__()
        self.head = keras.Sequential([layers.Dropout(rate), layers.Dense(20, "relu"), layers.Dense(4)])
        self.second = layers.Conv2D(12, 3, padding="same")
        self.first = layers.Conv2D(6, 7)

    def call(self, pictures):
        for convolution in (self.first, self.second):
            pictures = tf.nn.max_pool2d(tf.nn.relu(convolution(pictures)), 2, 2, "VALID")
        return self.head(keras.ops.reshape(pictures, (-1, 420)))


class ByHand(keras.layers.Layer):
    """Weights of one's own, and no layer of Keras."""

    def __init__(self):
        super().__init__()
        for name, shape in {"b2": (4,), "w2": (20, 4), "w1": (420, 20), "b1": (20,)}.items():
            setattr(self, name, self.add_weight(shape=shape, name=name))
        self.kernel1, self.bias1 = self.add_weight(shape=(7, 7, 3, 6)), self.add_weight(shape=(6,))
        self.kernel2, self.bias2 = self.add_weight(shape=(3, 3, 6, 12)), self.add_weight(shape=(12,))

    def call(self, x):
        x = tf.nn.max_pool2d(tf.nn.relu(tf.nn.conv2d(x, self.kernel1, 1, "VALID") + self.bias1), 2, 2, "VALID")
        x = tf.nn.max_pool2d(tf.nn.relu(tf.nn.conv2d(x, self.kernel2, 1, "SAME") + self.bias2), 2, 2, "VALID")
        return tf.nn.relu(tf.reshape(x, (-1, 420)) @ self.w1 + self.b1) @ self.w2 + self.b2


class Mismatched(keras.Model):
    """Its second convolution is built for pictures, and gets six maps."""

    def __init__(self):
        super().__init__()
        self.first, self.second = layers.Conv2D(6, 7), layers.Conv2D(12, 3)
        self.second.build((None, 10, 14, 3))

    def call(self, pictures):
        return self.second(self.first(pictures))


def pool_first():
    """Pooling in front of the convolutions, where the wanted net has it behind."""
    return keras.Sequential(
        [
            keras.Input((26, 34, 3)),
            layers.MaxPooling2D(),
            layers.Conv2D(6, 7, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(12, 3, padding="same", activation="relu"),
            layers.Flatten(),
            layers.Dense(20, activation="relu"),
            layers.Dense(4),
        ]
    )


def mismatched_trunk():
    trunk = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(6, 7)])
    inputs = keras.Input((26, 34, 3))
    return keras.Model(inputs, trunk(inputs))


NETS = Cases(
    wrong=[
        Wrong((net(last="softmax"),), "has a softmax"),
        Wrong((net(last="relu"),), "cuts negative scores off"),
        Wrong((net(last="sigmoid"),), "has a sigmoid"),
        Wrong((net(shape=(34, 26, 3)),), "pictures of shape (34, 26, 3)"),
        Wrong((net(shape=(26, 34, 1)),), "pictures of shape (26, 34, 1)"),
        Wrong((net(shape=(28, 28, 1)),), "pictures of shape (28, 28, 1)"),
        Wrong((net(shape=(30, 34, 3)),), "pictures of shape (30, 34, 3)"),
        Wrong((net(convolutions=((6, 7, "valid", None), SECOND)),), "follows the first convolution."),
        Wrong((net(convolutions=(FIRST, (12, 3, "same", None))),), "follows the second convolution."),
        Wrong((net(hidden=None),), "follows the layer of 20 units"),
        Wrong(
            (net(convolutions=((6, 7, "valid", None), (12, 3, "same", None))),),
            "follows the first convolution and the second convolution.",
        ),
        Wrong((net(convolutions=((6, 7, "same", "relu"), SECOND)),), "says no padding"),
        Wrong((net(convolutions=(FIRST, (12, 3, "valid", "relu"))),), "keep their size"),
        Wrong((net(convolutions=((6, 3, "valid", "relu"), SECOND)),), "6 filters of 3 × 3 over 3 channels"),
        Wrong((net(convolutions=(FIRST, (12, 7, "same", "relu"))),), "12 filters of 7 × 7 over 6 channels"),
        Wrong((net(convolutions=(SECOND, FIRST)),), "12 filters of 3 × 3 over 3 channels"),
        Wrong((net(convolutions=(FIRST,)),), "Convolutions: 1, fully connected layers: 2"),
        Wrong((net(extra=(lambda: layers.Dense(420),)),), "Convolutions: 2, fully connected layers: 3"),
        Wrong((net(pools=1),), "one pooling is missing"),
        Wrong((net(pools=0),), "both poolings"),
        Wrong((pool_first,), "belongs behind it"),
        Wrong((net(pool=partial(layers.MaxPooling2D, strides=1)),), "follow height and width"),
        Wrong((net(row=layers.GlobalAveragePooling2D),), "no position is left"),
        Wrong((net(row=layers.Identity),), "no position is left"),
        Wrong((net(pool=layers.AveragePooling2D),), "yours takes averages"),
        Wrong((net(hidden="tanh"),), "Compare activations"),
        Wrong((net(classes=10),), "of 10 units"),
        Wrong((net(bias=False),), "A bias is missing"),
        Wrong((net(extra=(layers.BatchNormalization,)),), "has weights"),
        Wrong((net(extra=(layers.PReLU,), bias=False),), "has weights"),
        Wrong((net(extra=(lambda: layers.Dropout(0.3),)),), "but not in training"),
        Wrong((lambda: HeadFirst(0.5),), "but not in training"),
        Wrong((lambda: None,), "returns nothing"),
        Wrong((lambda: "a net",), "it returns a str"),
        Wrong((lambda: net()().layers,), "keras.Sequential makes a model of it"),
        Wrong((net(row=lambda: layers.Reshape((400,))),), "stopped with ValueError: The total size of the tensor"),
        Wrong((mismatched_trunk,), "expected shape=(None, 28, 28, 1)"),
        Wrong((Mismatched,), "Given 5 pictures, your answer stopped with ValueError"),
    ],
    right=[
        (net(),),
        (net()(),),
        (net(shape=(None, None, 3), row=lambda: layers.Reshape((420,))),),
        (with_layers_of_their_own,),
        (without_input,),
        (functional,),
        (HeadFirst,),
        (ByHand,),
    ],
)

# --- 6.2: a net that overfits, and the epoch in which its validation loss is lowest

LOSS = [2.0, 1.4, 1.0, 0.7, 0.5, 0.3, 0.2, 0.12, 0.11, 0.115]
VAL_LOSS = [2.1, 1.6, 1.2, 1.0, 0.9, 0.95, 1.0, 1.1, 1.2, 1.3]
VAL_ACCURACY = [0.3, 0.5, 0.6, 0.65, 0.68, 0.7, 0.69, 0.68, 0.68, 0.68]


def fitted(**changed):
    """What `fit` returns, without a fit; a record that is None is left out."""
    record = {"accuracy": VAL_ACCURACY, "loss": LOSS, "val_accuracy": VAL_ACCURACY, "val_loss": VAL_LOSS} | changed
    history = keras.callbacks.History()
    history.history = {name: values for name, values in record.items() if values is not None}
    return history


def twice_as_low():
    return fitted(val_loss=[2.1, 1.6, 1.2, 0.9, 0.90002, 0.95, 1.0, 1.1, 1.2, 1.3])


ENDS_BEST = fitted(loss=sorted(LOSS, reverse=True))  # its last epoch has the lowest training loss, too

OVERFITTED = Cases(
    wrong=[
        Wrong((fitted(), 4), "Python counts places from 0"),
        Wrong((fitted(), np.argmin(VAL_LOSS)), "Python counts places from 0"),
        Wrong((fitted(), 10), "This is the last epoch"),
        Wrong((fitted(), 9), "where the training loss is at its lowest"),
        Wrong((fitted(), 0.9), "the lowest validation loss itself"),
        Wrong((fitted(), 6), "the validation accuracy is at its best"),
        Wrong((fitted(val_accuracy=None), 6), NEUTRAL),
        Wrong((fitted(), 7), NEUTRAL),
        Wrong((fitted(), 50), NEUTRAL),
        Wrong((fitted(), -5), NEUTRAL),
        Wrong((fitted(), 4.5), NEUTRAL),
        Wrong((ENDS_BEST, 10), "This is the last epoch"),
        Wrong((fitted(), VAL_LOSS), "should be one number"),
        Wrong((fitted(), "fifth"), "should be one number"),
        Wrong((fitted(val_loss=None, val_accuracy=None), 5), "There is no validation loss in it"),
        Wrong((fitted(val_loss=LOSS), 9), "Train for longer"),
        Wrong((fitted(val_loss=VAL_LOSS[:6], loss=LOSS[:6]), 5), "Train for longer"),
        Wrong((fitted(loss=[*LOSS[:9], 5.0]), 5), "fails to learn"),
        Wrong((keras.callbacks.History(), 5), "This record holds no loss"),
        Wrong((keras.Sequential([keras.Input((2,)), layers.Dense(1)]), 5), "What `fit` returns is wanted first"),
        Wrong((VAL_LOSS, 5), "What `fit` returns is wanted first"),
        Wrong(({}, 5), "This record holds no loss"),
        Wrong((fitted(val_loss=[np.nan] * 10), 5), "no finite number"),
        Wrong((fitted(val_loss=[]), 1), "no finite number"),
    ],
    right=[
        (fitted(), 5),
        (fitted().history, np.argmin(VAL_LOSS) + 1),
        (fitted(accuracy=None, val_accuracy=None), tf.argmin(VAL_LOSS) + 1),
        (fitted(val_loss=np.array(VAL_LOSS)), 5.0),
        (fitted(), OwnNumber(5)),
        (pd.DataFrame(fitted().history), [5]),
        (twice_as_low(), 4),
        (twice_as_low(), 5),
    ],
)

# --- 6.3: the pair that is mixed up most


def table_of(labels, predictions):
    table = np.zeros((10, 10), dtype=int)
    np.add.at(table, (labels, predictions), 1)
    return table


def off_diagonal(labels, predictions):
    table = table_of(labels, predictions)
    np.fill_diagonal(table, 0)
    return table


def added_once(labels, predictions):
    """Like a table, but each cell is 0 or 1."""
    table = np.zeros((10, 10), dtype=int)
    wrong = labels != predictions
    table[labels[wrong], predictions[wrong]] += 1
    return place_of_largest(np.triu(table + table.T, k=1))


def place_of_largest(table):
    return np.unravel_index(table.argmax(), table.shape)


def with_triangle(labels, predictions):
    table = table_of(labels, predictions)
    return place_of_largest(np.triu(table + table.T, k=1))


def with_loops(labels, predictions):
    counts = {}
    for label, prediction in zip(labels.tolist(), predictions.tolist(), strict=True):
        if label != prediction:
            pair = min(label, prediction), max(label, prediction)
            counts[pair] = counts.get(pair, 0) + 1
    return max(counts, key=counts.get)


def with_tensorflow(labels, predictions):
    table = tf.math.confusion_matrix(labels, predictions)
    both = tf.linalg.set_diag(table + tf.transpose(table), tf.zeros(len(table), table.dtype))
    largest = tf.argmax(tf.reshape(both, [-1]))
    return tf.stack([largest // len(table), largest % len(table)])


def table_of_rates(labels, predictions):
    table = table_of(labels, predictions) / np.maximum(np.bincount(labels, minlength=10), 1)[:, None]
    return place_of_largest(np.triu(table + table.T, k=1))


PAIRS = Cases(
    wrong=[
        Wrong((lambda y, p: place_of_largest(off_diagonal(y, p)),), "in one direction"),
        Wrong((lambda y, p: sorted(place_of_largest(off_diagonal(y, p))),), "in one direction"),
        Wrong((lambda y, p: place_of_largest(np.triu(table_of(y, p), 1)),), "in one direction"),
        Wrong((lambda y, p: place_of_largest(np.tril(table_of(y, p), -1)),), "in one direction"),
        Wrong((lambda y, p: sorted(place_of_largest(np.tril(table_of(y, p), -1))),), "in one direction"),
        Wrong((lambda y, p: place_of_largest(table_of(y, p)),), "on the diagonal"),
        Wrong((lambda y, p: place_of_largest(table_of(y, p) + table_of(p, y)),), "on the diagonal"),
        Wrong((lambda y, p: with_loops(y, p)[::-1],), "smaller class should come first"),
        Wrong((lambda y, p: sorted(off_diagonal(y, p).sum(axis=1).argsort()[-2:]),), "not for one another"),
        Wrong((added_once,), "+= adds once"),
        Wrong((table_of_rates,), NEUTRAL),
        Wrong((lambda y, p: ("Shirt", "T-shirt/top"),), "returns a tuple of text, and numbers are wanted"),
        Wrong((lambda y, p: (0, 10),), NEUTRAL),
        Wrong((lambda y, p: 3,), NEUTRAL),
        Wrong((lambda y, p: off_diagonal(y, p) + off_diagonal(p, y),), NEUTRAL),
        Wrong((lambda y, p: set(with_loops(y, p)),), "returns a set"),
        Wrong((lambda y: (0, 1),), "stopped with TypeError"),
    ],
    right=[
        (with_triangle,),
        (with_loops,),
        (with_tensorflow,),
        (lambda y, p: np.array(with_loops(y, p), dtype=float),),
        (lambda y, p: Own(with_loops(y, p)),),
    ],
)

CASES = {"6.1": NETS, "6.2": OVERFITTED, "6.3": PAIRS}
