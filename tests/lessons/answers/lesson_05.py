"""Right and wrong answers to the exercises of lesson 5."""

import math

import numpy as np

from cnn_course import layers

from . import Cases, Wrong


def heads(flattened, averaged):
    """The answer to exercise 5.1 with the given two counts."""
    return lambda h, w, c, k: (flattened(h, w, c, k), averaged(h, w, c, k))


def flat(h, w, c, k):
    return (h * w * c + 1) * k


def mean(h, w, c, k):
    return (c + 1) * k


def heads_as_list(height, width, channels, classes):
    weights = math.prod([height, width, channels, classes])
    return [weights + classes, channels * classes + classes]


def softmax(logits):
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def softmax_by_loop(logits):
    rows = []
    for row in logits:
        top = max(row)
        powers = [math.exp(score - top) for score in row]
        rows.append([power / sum(powers) for power in powers])
    return rows


def softmax_by_differences(logits):
    """Without a largest score: e^(z_k - z_j) summed over j, inverted."""
    with np.errstate(over="ignore"):
        return 1 / np.exp(logits[:, None, :] - logits[:, :, None]).sum(axis=2)


def naive_softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def over_columns(logits):
    exponentials = np.exp(logits - logits.max(axis=0))
    return exponentials / exponentials.sum(axis=0)


def over_the_batch(logits):
    return np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()


def largest_of_the_batch(logits):
    return naive_softmax(logits - logits.max())


def clipped(logits):
    return naive_softmax(np.clip(logits, -500, 500))


def not_divided(logits):
    return np.exp(logits - logits.max(axis=1, keepdims=True))


def contributions(maps, weights, label):
    return (maps * weights[:, label].reshape(maps.shape)).sum(axis=-1)


def contributions_by_loop(maps, weights, label):
    rows, columns, channels = maps.shape
    heat = np.zeros((rows, columns))
    for place, (r, c, k) in enumerate(np.ndindex(rows, columns, channels)):
        heat[r, c] += maps[r, c, k] * weights[place, label]
    return heat


def contributions_by_einsum(maps, weights, label):
    return np.einsum("rck,rckj->rcj", maps, weights.reshape(*maps.shape, -1))[..., label]


def channels_first(maps, weights, label):
    rows, columns, channels = maps.shape
    column = weights[:, label].reshape(channels, rows, columns)
    return sum(maps[:, :, k] * column[k] for k in range(channels))


def block(maps, weights, label):
    return weights[:, label].reshape(maps.shape)


CASES = {
    "5.1": Cases(
        wrong=[
            Wrong((heads(lambda h, w, c, k: h * w * c * k, mean),), "`flattened` is 22400 for maps of 7 × 5 × 64"),
            Wrong((heads(lambda h, w, c, k: (h * w + 1) * k, mean),), "only one map has been flattened"),
            Wrong((heads(lambda h, w, c, k: h * w * c * (k + 1), mean),), "not to each number that goes in"),
            Wrong((heads(lambda h, w, c, k: h * w * c * k + 1, mean),), "one bias is too few"),
            Wrong((heads(lambda h, w, c, k: h * w * c, mean),), "that is how many numbers go in"),
            Wrong((heads(mean, flat),), "exchanged"),
            Wrong((heads(lambda h, w, c, k: h * w, mean),), "work it out on paper"),
            Wrong((heads(flat, lambda h, w, c, k: c * k),), "`averaged` is 640 for maps of 7 × 5 × 64"),
            Wrong((heads(flat, flat),), "averaging leaves one number of each map"),
            Wrong((heads(flat, lambda h, w, c, k: (h * w + 1) * k),), "averaging keeps the channels"),
            Wrong((heads(flat, lambda h, w, c, k: c * (k + 1)),), "`averaged` is 704"),
            Wrong((heads(flat, lambda h, w, c, k: c * k + 1),), "`averaged` is 641"),
            Wrong((heads(flat, lambda h, w, c, k: (c + 1) * k + h * w * c),), "averaging itself learns nothing"),
            Wrong((flat,), "Return two numbers"),
        ],
        right=[(heads(flat, mean),), (heads_as_list,)],
    ),
    "5.2": Cases(
        wrong=[
            Wrong((naive_softmax,), "the exponential of 1000 overflows"),
            Wrong((lambda z: naive_softmax(z - np.abs(z).max(axis=1, keepdims=True)),), "0 / 0 is no number"),
            Wrong((largest_of_the_batch,), "take it row by row"),
            Wrong((lambda z: naive_softmax(z - z.mean(axis=1, keepdims=True)),), "mean or the smallest"),
            Wrong((clipped,), "the shares are wrong"),
            Wrong((over_columns,), "Each column sums to 1"),
            Wrong((over_the_batch,), "The whole batch sums to 1"),
            Wrong((np.exp,), "These are the exponentials"),
            Wrong((not_divided,), "divide by its sum"),
            Wrong((lambda z: np.log(softmax(z)),), "logarithms"),
            Wrong((lambda z: z / z.sum(axis=1, keepdims=True),), "the exponential is missing"),
            Wrong((lambda z: 1 / (1 + np.exp(-z)),), "sigmoid"),
            Wrong((lambda z: softmax(-z),), "a minus too many"),
            Wrong((lambda z: np.eye(z.shape[1])[z.argmax(axis=1)],), "argmax"),
            Wrong((lambda z: softmax(2 * z),), "not in proportion"),
            Wrong((lambda z: 3 * softmax(z),), "each should sum to 1"),
            Wrong((lambda z: softmax(z).sum(axis=1),), "should have shape (6, 4)"),
            Wrong((lambda z: np.exp(z) / np.exp(z).sum(axis=1),), "stopped with ValueError"),
        ],
        right=[(softmax,), (softmax_by_loop,), (softmax_by_differences,), (layers.softmax,)],
    ),
    "5.3": Cases(
        wrong=[
            Wrong((channels_first,), "In which order does Flatten read the maps?"),
            Wrong((lambda m, w, k: m * block(m, w, k),), "one number for each channel: add up"),
            Wrong((lambda m, w, k: (m * block(m, w, k)).sum(axis=(0, 1)),), "so the channels are added up"),
            Wrong((lambda m, w, k: (m[..., None] * w.reshape(*m.shape, -1)).sum(axis=2),), "to all classes"),
            Wrong((lambda m, w, k: (m * block(m, w, k)).sum(),), "a single number"),
            Wrong((lambda m, w, k: (m * block(m, w, k)).mean(axis=-1),), "5 times too small"),
            Wrong((lambda m, w, k: contributions(m, w, k) / 12,), "12 times too small"),
            Wrong((lambda m, w, k: m.sum(axis=-1),), "without their weights"),
            Wrong((lambda m, w, k: block(m, w, k).sum(axis=-1),), "without the maps"),
            Wrong((lambda m, w, k: m.sum(axis=-1) * block(m, w, k).sum(axis=-1),), "before they are multiplied"),
            Wrong((lambda m, w, k: np.abs(contributions(m, w, k)),), "signs are gone"),
            Wrong((lambda m, w, k: np.maximum(contributions(m, w, k), 0),), "negative contributions are gone"),
            Wrong((lambda m, w, k: contributions(m, w, 0),), "another class"),
            Wrong((lambda m, w, k: contributions(m, w, k) + 1,), "is not the sum over channels"),
            Wrong((lambda m, w, k: contributions(m, w, k).T,), "should have shape (4, 3)"),
            Wrong((lambda m, w, k: (m * w[:, k]).sum(axis=-1),), "stopped with ValueError"),
        ],
        right=[(contributions,), (contributions_by_loop,), (contributions_by_einsum,)],
    ),
}
