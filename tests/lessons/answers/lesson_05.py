"""Right and wrong answers to the exercises of lesson 5."""

import math

import keras
import numpy as np
import tensorflow as tf

from cnn_course import layers

from . import NEUTRAL, Cases, Own, OwnNumber, Wrong


def flat(h, w, c, k):
    return (h * w * c + 1) * k


def mean(h, w, c, k):
    return (c + 1) * k


def heads(flattened, averaged):
    """The answer to exercise 5.1 with the given two counts."""
    return lambda h, w, c, k: (flattened(h, w, c, k), averaged(h, w, c, k))


def flattened(wrong, hint):
    return Wrong((heads(wrong, mean),), hint)


def averaged(wrong, hint):
    return Wrong((heads(flat, wrong),), hint)


def heads_as_list(height, width, channels, classes):
    weights = math.prod([height, width, channels, classes])
    return [weights + classes, channels * classes + classes]


def heads_by_keras(height, width, channels, classes):
    maps = keras.Input((height, width, channels))
    rows = keras.layers.Flatten()(maps), keras.layers.GlobalAveragePooling2D()(maps)
    return [keras.Model(maps, keras.layers.Dense(classes)(row)).count_params() for row in rows]


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
            flattened(lambda h, w, c, k: h * w * c * k, "`flattened` returns 120. The biases are missing"),
            flattened(lambda h, w, c, k: (h * w + 1) * k, "Only one map has been flattened"),
            flattened(lambda h, w, c, k: h * w * c * (k + 1), "`flattened` returns 144. A bias belongs"),
            flattened(lambda h, w, c, k: h * w * c * k + 1, "`flattened` returns 121. One bias is too few"),
            flattened(lambda h, w, c, k: h * w * c, "That is how many numbers go in"),
            flattened(lambda h, w, c, k: h * w, NEUTRAL),
            averaged(lambda h, w, c, k: c * k, "`averaged` returns 20. The biases are missing"),
            averaged(flat, "This counts every place"),
            averaged(lambda h, w, c, k: (h * w + 1) * k, "Averaging keeps the channels"),
            averaged(lambda h, w, c, k: c * (k + 1), "`averaged` returns 24. A bias belongs"),
            averaged(lambda h, w, c, k: c * k + 1, "`averaged` returns 21. One bias is too few"),
            averaged(lambda h, w, c, k: (c + 1) * k + h * w * c, "Averaging itself learns nothing"),
            averaged(lambda h, w, c, k: k, NEUTRAL),
            Wrong((heads(mean, flat),), "exchanged"),
            Wrong((flat,), "should return 2 things"),
            Wrong((lambda h, w, c: flat(h, w, c, 10),), "stopped with TypeError"),
        ],
        right=[
            (heads(flat, mean),),
            (heads_as_list,),
            (heads_by_keras,),
            (heads(lambda *sizes: OwnNumber(flat(*sizes)), lambda *sizes: np.float32(mean(*sizes))),),
            (heads(lambda *sizes: tf.constant(flat(*sizes)), lambda h, w, c, k: sum(c + 1 for _ in range(k))),),
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
