"""Answers to the exercises of lesson 06, wrong ones and right ones."""

import keras
import numpy as np
from keras import layers

from . import Cases, Wrong

# --- 6.1: a net from its description


def net(
    shape=(26, 34, 3),
    convolutions=((6, 7, "valid", "relu"), (12, 3, "same", "relu")),
    pool=layers.MaxPooling2D,
    pools=2,
    row=layers.Flatten,
    hidden="relu",
    last=None,
    classes=4,
    extra=(),
):
    """A function that builds the wanted net, or one with a mistake."""

    def build():
        stack = [keras.Input(shape)]
        for place, (filters, kernel, padding, activation) in enumerate(convolutions):
            stack.append(layers.Conv2D(filters, kernel, padding=padding, activation=activation))
            stack += [pool(2)] if place < pools else []
        stack += [row(), *(make() for make in extra), layers.Dense(20, activation=hidden)]
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
            layers.Dropout(0.5),
            layers.Dense(4),
        ]
    )


def functional():
    x = inputs = keras.Input((26, 34, 3))
    x = layers.MaxPooling2D()(layers.Conv2D(6, 7, activation="relu")(x))
    x = layers.MaxPooling2D()(layers.Conv2D(12, 3, padding="same", activation="relu")(x))
    x = layers.Dense(20, activation="relu")(layers.Flatten()(x))
    return keras.Model(inputs, layers.Dense(4)(x))


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


FIRST, SECOND = (6, 7, "valid", "relu"), (12, 3, "same", "relu")
NETS = Cases(
    wrong=[
        Wrong((net(last="softmax"),), "softmax"),
        Wrong((net(last="relu"),), "cuts negative scores off"),
        Wrong((net(last="sigmoid"),), "sigmoid"),
        Wrong((net(shape=(34, 26, 3)),), "Height comes first"),
        Wrong((net(shape=(26, 34, 1)),), "in colour"),
        Wrong((net(shape=(28, 28, 1)),), "shape of the clothes"),
        Wrong((net(convolutions=((6, 7, "valid", None), SECOND)),), "first convolution has no ReLU"),
        Wrong((net(convolutions=(FIRST, (12, 3, "same", None))),), "second convolution has no ReLU"),
        Wrong((net(hidden=None),), "20 units has no ReLU"),
        Wrong((net(convolutions=((6, 7, "same", "relu"), SECOND)),), "says no padding"),
        Wrong((net(convolutions=(FIRST, (12, 3, "valid", "relu"))),), "keep their size"),
        Wrong((net(convolutions=((6, 3, "valid", "relu"), SECOND)),), "6 filters of 3 × 3"),
        Wrong((net(convolutions=(FIRST, (12, 7, "same", "relu"))),), "as in the first"),
        Wrong((net(convolutions=(SECOND, FIRST)),), "first convolution has 12 filters"),
        Wrong((net(convolutions=(FIRST,)),), "two convolutions"),
        Wrong((net(pools=1),), "second pooling is missing"),
        Wrong((net(pool=layers.AveragePooling2D),), "average pooling"),
        Wrong((net(row=layers.GlobalAveragePooling2D),), "no position is left"),
        Wrong((net(hidden="tanh"),), "every activation"),
        Wrong((net(classes=10),), "10 outputs"),
        Wrong((net(shape=(30, 34, 3)),), "(30, 34, 3)"),
        Wrong((net(pools=0),), "both poolings"),
        Wrong((net(extra=(lambda: layers.Dense(420),)),), "two fully connected layers"),
        Wrong((net(extra=(layers.BatchNormalization,)),), "has weights"),
        Wrong((pool_first,), "belongs behind it"),
        Wrong((lambda: None,), "return"),
        Wrong((lambda: "a net",), "returned a str"),
    ],
    right=[(net(),), (with_layers_of_their_own,), (functional,)],
)

# --- 6.2: the loss for integer labels and scores


def by_hand(labels, scores):
    shifted = scores - scores.max(axis=1, keepdims=True)
    return -(shifted[np.arange(len(labels)), labels] - np.log(np.exp(shifted).sum(axis=1))).mean()


def by_function(labels, scores):
    return keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)


def softmax_first(labels, scores):
    return keras.ops.mean(keras.losses.sparse_categorical_crossentropy(labels, keras.ops.softmax(scores)))


LOSSES = Cases(
    wrong=[
        Wrong(("sparse_categorical_crossentropy",), "given by name"),
        Wrong((keras.losses.SparseCategoricalCrossentropy,), "is the class"),
        Wrong((keras.losses.SparseCategoricalCrossentropy(),), "told that scores come in"),
        Wrong((keras.losses.CategoricalCrossentropy(from_logits=True),), "categorical_crossentropy wants"),
        Wrong((keras.losses.BinaryCrossentropy(from_logits=True),), "binary_crossentropy wants labels as rows"),
        Wrong((keras.losses.MeanSquaredError(),), "not a quantity"),
        Wrong((lambda labels, scores: by_hand(labels, scores) * len(labels),), "sum over the batch"),
        Wrong(
            (lambda labels, scores: by_hand(labels, np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)),),
            "Softmax is applied twice",
        ),
    ],
    right=[
        (keras.losses.SparseCategoricalCrossentropy(from_logits=True),),
        (by_function,),
        (by_hand,),
        (softmax_first,),
    ],
)

# --- 6.3: the pair that is mixed up most


def table_of(labels, predictions):
    table = np.zeros((10, 10), dtype=int)
    np.add.at(table, (labels, predictions), 1)
    return table


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


def one_direction(labels, predictions):
    table = table_of(labels, predictions)
    np.fill_diagonal(table, 0)
    return tuple(sorted(place_of_largest(table)))


def diagonal_kept(labels, predictions):
    return place_of_largest(table_of(labels, predictions))


def larger_first(labels, predictions):
    return with_loops(labels, predictions)[::-1]


def most_mistaken(labels, predictions):
    table = table_of(labels, predictions)
    np.fill_diagonal(table, 0)
    return sorted(table.sum(axis=1).argsort()[-2:])


PAIRS = Cases(
    wrong=[
        Wrong((one_direction,), "in one direction"),
        Wrong((diagonal_kept,), "right answers"),
        Wrong((larger_first,), "smaller class should come first"),
        Wrong((most_mistaken,), "not for one another"),
        Wrong((lambda labels, predictions: (0, 10),), "another pair"),
        Wrong((lambda labels, predictions: 3,), "Return two classes"),
    ],
    right=[(with_triangle,), (with_loops,)],
)

CASES = {"6.1": NETS, "6.2": LOSSES, "6.3": PAIRS}
