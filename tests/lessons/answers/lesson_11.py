"""Right and wrong answers to the exercises of lesson 11."""

import math

import keras
import numpy as np
import tensorflow as tf

from . import NEUTRAL, Cases, Own, OwnNumber, Wrong


def error(scores, labels, k):
    guesses = np.argsort(scores, axis=1)[:, -k:]
    return 1 - (guesses == labels[:, np.newaxis]).any(axis=1).mean()


def error_by_loop(scores, labels, k):
    wrong = 0
    for row, label in zip(scores, labels, strict=True):
        wrong += label not in sorted(range(len(row)), key=lambda place: -row[place])[:k]
    return wrong / len(labels)


def error_by_threshold(scores, labels, k):
    own = np.take_along_axis(scores, labels[:, None], axis=1)[:, 0]
    return np.mean(own < np.sort(scores, axis=1)[:, -k])


def error_by_partition(scores, labels, k):
    guesses = np.argpartition(-scores, k)[:, :k]
    return np.mean([label not in row for label, row in zip(labels, guesses, strict=True)])


def error_by_keras(scores, labels, k):
    return 1 - keras.ops.mean(keras.metrics.sparse_top_k_categorical_accuracy(labels, scores, k))


def error_by_metric(scores, labels, k):
    metric = keras.metrics.SparseTopKCategoricalAccuracy(k)
    metric.update_state(labels, scores)
    return 1 - metric.result()


def error_by_average(scores, labels, k):
    order = np.argsort(scores, axis=1, kind="mergesort")[:, ::-1]
    hits = (labels == order[:, :k].T).any(axis=0)
    return 1.0 - np.average(hits)


def slice_of_guesses(places):
    """The error among other guesses than the k best: `places` makes a slice of the sorted classes from k."""

    def other(scores, labels, k):
        guesses = np.argsort(scores, axis=1)[:, places(k)]
        return 1 - (guesses == labels[:, None]).any(axis=1).mean()

    return other


def block(
    shape=(12, 10, 32),
    first="relu",
    second="relu",
    third=None,
    join=lambda x, y: keras.layers.Add()([x, y]),
    last=keras.layers.ReLU,
    kernels=(1, 3, 1),
    narrow=8,
    extra=None,
    bias=True,
):
    """A function that builds the wanted block, or one with a mistake."""

    def build():
        inputs = keras.Input(shape)
        y = keras.layers.Conv2D(narrow, kernels[0], activation=first, padding="same", use_bias=bias)(inputs)
        y = keras.layers.Conv2D(narrow, kernels[1], activation=second, padding="same", use_bias=bias)(y)
        y = keras.layers.Conv2D(shape[-1], kernels[2], activation=third, padding="same", use_bias=bias)(y)
        y = extra()(y) if extra else y
        y = join(inputs, y)
        return keras.Model(inputs, last()(y) if last else y)

    return build


def block_with_plus():
    x = inputs = keras.Input((12, 10, 32))
    for filters, side in ((8, 1), (8, 3)):
        x = keras.layers.Activation("relu")(keras.layers.Conv2D(filters, side, padding="same")(x))
    return keras.Model(inputs=inputs, outputs=keras.activations.relu(keras.layers.Conv2D(32, (1, 1))(x) + inputs))


def block_around_a_chain():
    """The convolutions are a model of their own."""
    chain = keras.Sequential([keras.layers.Conv2D(8, 1, activation="relu")])
    chain.add(keras.layers.Conv2D(8, 3, padding="same", activation="relu"))
    chain.add(keras.layers.Conv2D(32, 1))
    inputs = keras.Input(shape=(12, 10, 32))
    return keras.Model(inputs, keras.layers.ReLU()(keras.layers.add([chain(inputs), inputs])))


class Block(keras.Model):
    """A model by subclassing; the layers are made in another order than they are called in."""

    def __init__(self):
        super().__init__()
        self.wide = keras.layers.Conv2D(32, 1)
        self.look = keras.layers.Conv2D(8, 3, padding="same")
        self.narrow = keras.layers.Conv2D(8, 1)

    def call(self, maps):
        return tf.nn.relu(maps + self.wide(tf.nn.relu(self.look(tf.nn.relu(self.narrow(maps))))))


def block_of_valid_maps():
    inputs = keras.Input((12, 10, 32))
    x = keras.layers.Conv2D(8, 1, activation="relu")(inputs)
    x = keras.layers.Conv2D(8, 3, activation="relu")(x)
    return keras.Model(inputs, keras.layers.Add()([inputs, keras.layers.Conv2D(32, 1)(x)]))


def one_convolution():
    return keras.Sequential([keras.Input((12, 10, 32)), keras.layers.Conv2D(8, 1)])


def twice(x, y):
    return keras.layers.Add()([x, keras.layers.ReLU()(keras.layers.Add()([x, y]))])


def relu(maps):
    return keras.layers.ReLU()(maps)


def share(probabilities, names, wanted):
    return sum(one for one, name in zip(probabilities, names, strict=True) if name in wanted)


def share_by_index(probabilities, names, wanted):
    return probabilities[[names.index(name) for name in wanted]].sum()


def share_by_dictionary(probabilities, names, wanted):
    table = dict(zip(names, probabilities, strict=True))
    return math.fsum(table[name] for name in wanted)


def share_that_returns_early(probabilities, names, wanted):
    for one, name in zip(probabilities, names, strict=True):
        if name in wanted:
            return one
    return 0


def share_that_replaces(probabilities, names, wanted):
    total = 0
    for one, name in zip(probabilities, names, strict=True):
        if name in wanted:
            total = one
    return total


def share_of_equal(probabilities, names, wanted):
    return sum(one for one, name in zip(probabilities, names, strict=True) if name == wanted)


def share_of_parts(probabilities, names, wanted):
    return sum(one for one, name in zip(probabilities, names, strict=True) if any(part in name for part in wanted))


def share_in_text(probabilities, names, wanted):
    return sum(one for one, name in zip(probabilities, names, strict=True) if name in ", ".join(wanted))


def chosen(probabilities, names, wanted):
    return probabilities[np.isin(names, wanted)]


CASES = {
    "11.1": Cases(
        wrong=[
            Wrong((lambda s, y, k: 1 - error(s, y, k),), "the share that is right"),
            Wrong((lambda s, y, k: 100 * error(s, y, k),), "per cent"),
            Wrong((lambda s, y, k: len(y) * error(s, y, k),), "how many pictures are wrong"),
            Wrong((slice_of_guesses(lambda k: slice(k)),), "the k smallest"),
            Wrong((slice_of_guesses(lambda k: slice(-1, None)),), "very best guess only"),
            Wrong((slice_of_guesses(lambda k: slice(-5, None)),), "the top-5 error"),
            Wrong((slice_of_guesses(lambda k: slice(-k - 1, None)),), "too many"),
            Wrong((slice_of_guesses(lambda k: slice(1 - k, None)),), "too few"),
            Wrong((slice_of_guesses(lambda k: slice(-k, 1 - k)),), "the k-th guess alone"),
            Wrong((slice_of_guesses(lambda k: slice(-k, -1)),), "best guess of each row is left out"),
            Wrong((lambda s, y, k: (np.argsort(s)[:, -k:] != y[:, None]).mean(),), "You average over all guesses"),
            Wrong((lambda s, y, k: 1 - np.isin(y, np.argsort(s)[:, -k:]).mean(),), "no picture is wrong"),
            Wrong((lambda s, y, k: (np.argsort(s)[:, -k:] != y[:, None]).any(1).mean(),), "every picture is wrong"),
            Wrong((lambda s, y, k: np.mean(~(np.sort(s)[:, -k:] == y[:, None]).any(1)),), "every picture is wrong"),
            Wrong((lambda s, y, k: (np.argsort(s)[:, -k:] == y).any(1).mean(),), "stopped with ValueError"),
            Wrong((lambda s, y, k: (np.argsort(s, axis=0)[:, -k:] == y[:, None]).any(1).mean(),), NEUTRAL),
            Wrong((lambda s, y, k: 0.123,), "returns 0.123, and 0.25 is wanted"),
            Wrong((lambda s, y, k: round(error(s, y, k), 1),), "right, but rounded"),
            Wrong((lambda s, y, k: s > 0,), NEUTRAL),
            Wrong((0.05,), "A function is wanted"),
        ],
        right=[
            (error,),
            (error_by_loop,),
            (error_by_threshold,),
            (error_by_partition,),
            (error_by_keras,),
            (error_by_metric,),
            (error_by_average,),
            (lambda s, y, k: 1 - tf.reduce_mean(tf.cast(tf.math.in_top_k(y, s, k), tf.float32)),),
            (lambda s, y, k: np.float32(1) - np.float32(1 - error(s, y, k)),),
            (lambda s, y, k: round(error(s, y, k), 3),),
            (lambda s, y, k: OwnNumber(error(s, y, k)),),
        ],
    ),
    "11.2": Cases(
        wrong=[
            Wrong((block(join=lambda x, y: y),), "What came in is not added."),
            Wrong((block(join=lambda x, y: y, last=None),), "not added, and the last ReLU is missing"),
            Wrong((block(last=None),), "it stands behind the addition"),
            Wrong((block(third="relu", last=None),), "in front of the addition"),
            Wrong((block(third="relu"),), "only the sum gets one"),
            Wrong((block(join=twice, last=None),), "added twice"),
            Wrong((block(join=lambda x, y: keras.layers.Concatenate()([x, y])),), "side by side"),
            Wrong((block(join=lambda x, y: keras.layers.Concatenate()([x, y]), last=None),), "side by side"),
            Wrong((block(join=lambda x, y: keras.layers.Multiply()([x, y])),), "is multiplied"),
            Wrong((block(join=lambda x, y: keras.layers.Average()([x, y])),), "the mean of the two"),
            Wrong((block(first=None),), "No ReLU follows the first convolution."),
            Wrong((block(second=None),), "No ReLU follows the second convolution."),
            Wrong((block(first=None, second=None),), "the first convolution and the second"),
            Wrong((block(join=lambda x, y: keras.layers.Subtract()([x, y])),), "Compare the order"),
            Wrong((block(first="sigmoid"),), "Compare the order"),
            Wrong((block(join=lambda x, y: keras.layers.Add()([relu(x), y])),), "Compare the order"),
            Wrong((block(kernels=(1, 1, 1)),), "8 filters of 1 × 1 over 8 channels"),
            Wrong((block(kernels=(3, 3, 1)),), "8 filters of 3 × 3 over 32 channels"),
            Wrong((block(narrow=16),), "16 filters of 1 × 1 over 32 channels"),
            Wrong((block(shape=(10, 12, 32)),), "wants maps of shape (10, 12, 32)"),
            Wrong((block(extra=keras.layers.BatchNormalization),), "something in your model has weights"),
            Wrong((block(extra=lambda: keras.layers.Conv2D(32, 1)),), "32 filters of 1 × 1 over 32 channels"),
            Wrong((block_of_valid_maps,), "stopped with ValueError"),
            Wrong((lambda: keras.Input((12, 10, 32)),), "should return a Keras model"),
            Wrong((one_convolution,), "has 1 of these convolutions"),
            Wrong((3,), "A function is wanted"),
        ],
        right=[
            (block(),),
            (block(bias=False),),
            (block_with_plus,),
            (block_around_a_chain,),
            (Block,),
            (block()(),),
        ],
    ),
    "11.3": Cases(
        wrong=[
            Wrong((share_of_parts,), "a catamaran is no cat"),
            Wrong((share_in_text,), "there is no tiger"),
            Wrong((lambda p, names, wanted: 1 - chosen(p, names, wanted).sum(),), "all the other classes"),
            Wrong((lambda p, names, wanted: 100 * chosen(p, names, wanted).sum(),), "per cent"),
            Wrong((lambda p, names, wanted: max(chosen(p, names, wanted)),), "the most probable of them"),
            Wrong((lambda p, names, wanted: chosen(p, names, wanted).mean(),), "That is their mean"),
            Wrong((lambda p, names, wanted: math.prod(chosen(p, names, wanted)),), "You multiplied"),
            Wrong((lambda p, names, wanted: 1 - np.prod(1 - chosen(p, names, wanted)),), "can occur together"),
            Wrong((share_that_returns_early,), "the first of them alone"),
            Wrong((lambda p, names, wanted: p[names.index(wanted[0])],), "the first of them alone"),
            Wrong((share_that_replaces,), "the last of them alone"),
            Wrong((lambda p, names, wanted: sum(p[: len(wanted)]),), "first probabilities"),
            Wrong((lambda p, n, w: sum(p[i] for i in p.argsort()[-5:] if n[i] in w),), "is left out, "),
            Wrong((lambda p, n, w: p[np.isin(n, w) & (p > 0.01)].sum(),), "is left out, "),
            Wrong((lambda p, n, w: p[np.isin(np.char.lower(n), w)].sum(),), "is left out, "),
            Wrong((share_of_equal,), "Your sum is 0"),
            Wrong((lambda p, names, wanted: len(wanted),), "returns 2, and 0.6 is wanted"),
            Wrong((lambda p, names, wanted: 0.5,), "returns 0.5, and 0.6 is wanted"),
            Wrong((chosen,), "returns [0.2, 0.4], and 0.6 is wanted"),
            Wrong((lambda p, names, wanted: share(p, names, wanted) + 1,), "returns 1.6, and 0.6 is wanted"),
        ],
        right=[
            (share,),
            (share_by_index,),
            (share_by_dictionary,),
            (lambda p, names, wanted: np.dot(p, np.isin(names, wanted)),),
            (lambda p, names, wanted: np.float32(chosen(p, names, wanted).sum()),),
            (lambda p, names, wanted: tf.reduce_sum(tf.boolean_mask(p, np.isin(names, wanted))),),
            (lambda p, names, wanted: Own(share(p, names, wanted)),),
            (lambda p, names, wanted: round(share(p, names, wanted), 3),),
        ],
    ),
}
