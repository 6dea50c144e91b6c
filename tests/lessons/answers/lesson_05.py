"""Right and wrong answers to the exercises of lesson 5."""

import math

import keras
import numpy as np
import tensorflow as tf

from cnn_course import layers

from . import NEUTRAL, Cases, Own, OwnNumber, Wrong


def trunk(padding="same", activation="relu", pool=keras.layers.MaxPooling2D, filters=(8, 16, 64)):
    """The trunk of the lesson, or one with a mistake."""
    one, two, three = (keras.layers.Conv2D(n, 3, padding=padding, activation=activation) for n in filters)
    return [one, pool(), two, pool(), three]


def net(*head, shape=(None, None, 1), **options):
    """A function that builds the trunk with the given layers behind it."""
    return lambda: keras.Sequential([keras.Input(shape), *trunk(**options), *(make() for make in head)])


def ten(**options):
    return lambda: keras.layers.Dense(10, **options)


mean = keras.layers.GlobalAveragePooling2D
wanted = net(mean, ten())


def functional():
    pictures = keras.Input((None, None, 1))
    maps = keras.Sequential(trunk())(pictures)
    return keras.Model(pictures, keras.layers.Dense(10)(keras.ops.mean(maps, axis=(1, 2))))


def without_input():
    return keras.Sequential([*trunk(), mean(), keras.layers.Dropout(0.5), keras.layers.Dense(10)])


def relu_layers():
    layers = trunk(activation=None)
    return keras.Sequential([
        keras.Input((None, None, 1)), layers[0], keras.layers.ReLU(), layers[1], layers[2], keras.layers.ReLU(),
        keras.layers.MaxPool2D(), keras.layers.Conv2D(64, 3, padding="same"), keras.layers.Activation("relu"),
        mean(keepdims=True), keras.layers.Conv2D(10, 1), keras.layers.Reshape((10,)),
    ])  # fmt: skip


class OwnNet(keras.Model):
    def __init__(self):
        super().__init__()
        self.trunk, self.mean, self.scores = trunk(), mean(), keras.layers.Dense(10)

    def call(self, x):
        for layer in self.trunk:
            x = layer(x)
        return self.scores(self.mean(x))


def naive_softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def softmax(logits):
    return naive_softmax(logits - logits.max(axis=1, keepdims=True))


def softmax_by_loop(logits):
    rows = []
    for row in logits:
        top = max(row)
        powers = [math.exp(score - top) for score in row]
        rows.append([power / sum(powers) for power in powers])
    return rows


def softmax_by_differences(logits):
    """Without a largest score: e^(z_k - z_j) summed over j, inverted."""
    return 1 / np.exp(logits[:, None, :] - logits[:, :, None]).sum(axis=2)


def softmax_in_place(logits):
    logits -= logits.max(axis=1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=1, keepdims=True)
    return logits


def over_columns(logits):
    exponentials = np.exp(logits - logits.max(axis=0))
    return exponentials / exponentials.sum(axis=0)


def over_the_batch(logits):
    return np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()


def rows_over_the_batch(logits):
    return not_divided(logits) / not_divided(logits).sum()


def not_divided(logits):
    return np.exp(logits - logits.max(axis=1, keepdims=True))


def winner(logits):
    return np.eye(logits.shape[1])[logits.argmax(axis=1)]


def block(maps, weights, label):
    return weights[:, label].reshape(maps.shape)


def contributions(maps, weights, label):
    return (maps * block(maps, weights, label)).sum(axis=-1)


def contributions_by_loop(maps, weights, label):
    rows, columns, channels = maps.shape
    heat = np.zeros((rows, columns))
    for place, (r, c, k) in enumerate(np.ndindex(rows, columns, channels)):
        heat[r, c] += maps[r, c, k] * weights[place, label]
    return heat


def contributions_by_einsum(maps, weights, label):
    return np.einsum("rck,rckj->rcj", maps, weights.reshape(*maps.shape, -1))[..., label]


def contributions_as_list(maps, weights, label):
    rows, columns, channels = maps.shape
    terms = (maps.ravel() * weights[:, label]).reshape(rows * columns, channels).sum(axis=1)
    return terms.reshape(rows, columns).tolist()


def channels_first(maps, weights, label):
    rows, columns, channels = maps.shape
    column = weights[:, label].reshape(channels, rows, columns)
    return sum(maps[:, :, k] * column[k] for k in range(channels))


CASES = {
    "5.1": Cases(
        wrong=[
            Wrong((net(keras.layers.Flatten, ten()), 650), "one number of each map instead"),
            Wrong((net(mean, ten(), shape=(28, 28, 1)), 650), "28 × 28 pixels and no others"),
            Wrong((net(keras.layers.Flatten, ten(), shape=(28, 28, 1)), 31_370), "28 × 28 pixels and no others"),
            Wrong((net(mean, ten(), shape=(None, None, 3)), 650), "a grey picture has one"),
            Wrong((net(ten()), 650), "what averages over the places is missing"),
            Wrong((lambda: [keras.Input((None, None, 1)), *trunk(), mean(), ten()()], 650), "returns a list of layers"),
            Wrong((net(mean), 650), "the layer that makes ten scores of them is missing"),
            Wrong((net(mean, ten(activation="softmax")), 650), "The last layer has a softmax"),
            Wrong((net(mean, ten(activation="relu")), 650), "The last layer has a ReLU"),
            Wrong((net(mean, ten(activation="sigmoid")), 650), "The last layer has a sigmoid"),
            Wrong((net(keras.layers.GlobalMaxPooling2D, ten()), 650), "You take the largest number of each map"),
            Wrong((net(mean, lambda: keras.layers.Dense(1)), 65), "makes 1 scores"),
            Wrong((net(mean, ten(use_bias=False)), 640), "The last layer has no bias"),
            Wrong((net(mean, lambda: keras.layers.Dense(128), ten()), 9_610), "something else than one dense layer"),
            Wrong((net(mean, ten(), filters=(8, 16, 32)), 330), "not those of trunk()"),
            Wrong((net(mean, ten(), padding="valid"), 650), NEUTRAL),
            Wrong((net(mean, ten(), activation=None), 650), NEUTRAL),
            Wrong((net(mean, ten(), pool=lambda: keras.layers.AveragePooling2D(2)), 650), NEUTRAL),
            Wrong((lambda: keras.Sequential([mean(), keras.layers.Dense(10)]), 20), "not those of trunk()"),
            Wrong((lambda: wanted, 650), "should return a Keras model"),
            Wrong((lambda: keras.Sequential([keras.Input((None, None, 1)), trunk(), mean()]), 650), "stopped with"),
            Wrong((wanted, 640), "the biases are missing"),
            Wrong((wanted, 641), "there is one bias"),
            Wrong((wanted, 704), "A bias belongs to each class"),
            Wrong((wanted, 31_370), "the count of the flattening head"),
            Wrong((wanted, 11_178), "This is its total"),
            Wrong((wanted, 10_528), "This is the count of its trunk"),
            Wrong((wanted, 0), "Averaging learns nothing"),
            Wrong((wanted, 65), NEUTRAL),
            Wrong((wanted, "650 (2.54 KB)"), "should be one number"),
        ],
        right=[
            (wanted, 650),
            (wanted(), np.int64(650)),
            (functional, 650.0),
            (without_input, [650]),
            (relu_layers, OwnNumber(650)),
            (OwnNet, tf.constant(650)),
            (net(ten(), mean), 650),
        ],
    ),
    "5.2": Cases(
        wrong=[
            Wrong((naive_softmax,), "the exponential of 1000 overflows"),
            Wrong((lambda z: naive_softmax(z - np.abs(z).max(axis=1, keepdims=True)),), "0 / 0 is no number"),
            Wrong((lambda z: naive_softmax(z - z.mean(axis=1, keepdims=True)),), "still too large"),
            Wrong((lambda z: naive_softmax(z - z.min(axis=1, keepdims=True)),), "still too large"),
            Wrong((lambda z: naive_softmax(z - z[:, :1]),), "still too large"),
            Wrong((lambda z: naive_softmax(z - z.max()),), "take it row by row"),
            Wrong((lambda z: naive_softmax(np.clip(z, -500, 500)),), "cut off at a limit"),
            Wrong((lambda z: np.nan_to_num(naive_softmax(z)),), NEUTRAL),
            Wrong((over_columns,), "Each column sums to 1"),
            Wrong((over_the_batch,), "The whole batch sums to 1"),
            Wrong((rows_over_the_batch,), "The whole batch sums to 1"),
            Wrong((lambda z: naive_softmax(z - z.max(axis=0)),), "Subtract the same number"),
            Wrong((np.exp,), "These are the exponentials"),
            Wrong((not_divided,), "divide by the row's sum"),
            Wrong((lambda z: np.log(softmax(z)),), "logarithms"),
            Wrong((lambda z: z / z.sum(axis=1, keepdims=True),), "the exponential is missing"),
            Wrong((lambda z: 1 / (1 + np.exp(-z)),), "sigmoid"),
            Wrong((lambda z: softmax(-z),), "a minus too many"),
            Wrong((winner,), "argmax"),
            Wrong((lambda z: softmax(2 * z),), NEUTRAL),
            Wrong((lambda z: 3 * softmax(z),), NEUTRAL),
            Wrong((lambda z: softmax(z).sum(axis=1),), NEUTRAL),
            Wrong((lambda z: softmax(z).round(2),), "right, but rounded"),
            Wrong((lambda z: np.exp(z) / np.exp(z).sum(axis=1),), "stopped with ValueError"),
        ],
        right=[
            (softmax,),
            (softmax_by_loop,),
            (softmax_by_differences,),
            (softmax_in_place,),
            (layers.softmax,),
            (tf.nn.softmax,),
            (lambda z: keras.activations.softmax(keras.ops.convert_to_tensor(z, "float32")),),
            (lambda z: Own(softmax(z)),),
        ],
    ),
    "5.3": Cases(
        wrong=[
            Wrong((channels_first,), "In which order does Flatten read"),
            Wrong((lambda m, w, k: m * block(m, w, k),), "still one number for each channel"),
            Wrong((lambda m, w, k: (m * block(m, w, k)).sum(axis=(0, 1)),), "Add up the channels, not the places"),
            Wrong((lambda m, w, k: (m[..., None] * w.reshape(*m.shape, -1)).sum(axis=2),), "not `label` alone"),
            Wrong((lambda m, w, k: (m * block(m, w, k)).sum(),), "the sum over all places"),
            Wrong((lambda m, w, k: (m * block(m, w, k)).mean(axis=-1),), "You average the channels"),
            Wrong((lambda m, w, k: contributions(m, w, k) / m[..., 0].size,), "Only the averaging head divides"),
            Wrong((lambda m, w, k: m.sum(axis=-1),), "without their weights"),
            Wrong((lambda m, w, k: block(m, w, k).sum(axis=-1),), "without the maps"),
            Wrong((lambda m, w, k: m.sum(axis=-1) * block(m, w, k).sum(axis=-1),), "Add up last"),
            Wrong((lambda m, w, k: np.abs(contributions(m, w, k)),), "The signs are gone"),
            Wrong((lambda m, w, k: np.maximum(contributions(m, w, k), 0),), "Negative numbers count"),
            Wrong((lambda m, w, k: contributions(m, w, 0),), "another class"),
            Wrong((lambda m, w, k: contributions(m, w, k - 1),), "another class"),
            Wrong((lambda m, w, k: contributions(m, w, k).T,), "Rows and columns of your map"),
            Wrong((lambda m, w, k: contributions(m, w, k) + 1,), NEUTRAL),
            Wrong((lambda m, w, k: contributions(m, w, k)[..., None],), NEUTRAL),
            Wrong((lambda m, w, k: (m * block(m, w, k)).sum(0),), "You add up the rows"),
            Wrong((lambda m, w, k: (m * block(m, w, k)).sum(1),), "You add up the columns"),
            Wrong((lambda m, w, k: (m * w[:, k]).sum(axis=-1),), "stopped with ValueError"),
            Wrong((lambda m, w, k: m * w[k].reshape(m.shape),), "stopped with ValueError"),
        ],
        right=[
            (contributions,),
            (contributions_by_loop,),
            (contributions_by_einsum,),
            (contributions_as_list,),
            (lambda m, w, k: tf.reduce_sum(m * tf.reshape(w[:, k], m.shape), axis=-1),),
            (lambda m, w, k: Own(contributions(m.astype("float32"), w.astype("float32"), k)),),
        ],
    ),
}
