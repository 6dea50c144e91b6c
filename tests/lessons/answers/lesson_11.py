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


def cost(height, width, kernel, channels, filters):
    places = height * width
    return places * channels * kernel**2 + places * filters * channels


def cost_by_loop(height, width, kernel, channels, filters):
    total = 0
    for shape in ((kernel, kernel, channels), (1, 1, channels, filters)):
        total += height * width * math.prod(shape)
    return total


def places(rule):
    return lambda height, width, kernel, channels, filters: height * width * rule(kernel, channels, filters)


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
            Wrong((places(lambda k, c, f: k * k * c * f),), "the full convolution"),
            Wrong((lambda h, w, k, c, f: k * k * c + c * f,), "These are the weights"),
            Wrong((places(lambda k, c, f: k * k * c),), "The depthwise half is right"),
            Wrong((places(lambda k, c, f: c * f),), "The 1 × 1 half is right"),
            Wrong((places(lambda k, c, f: k * c + c * f),), "and as many high"),
            Wrong((places(lambda k, c, f: k * k * f + c * f),), "for each map that comes in"),
            Wrong((places(lambda k, c, f: k * k + c * f),), "filters one map only"),
            Wrong((places(lambda k, c, f: k * k * c + c),), "has one filter only"),
            Wrong((places(lambda k, c, f: k * k * c * c * f),), "so their costs add up"),
            Wrong((places(lambda k, c, f: k * k * c + c + c * f + f),), "Leave the biases out"),
            Wrong((places(lambda k, c, f: 2 * (k * k * c + c * f)),), "count as one multiply-add"),
            Wrong((lambda h, w, k, c, f: cost(h - k + 1, w - k + 1, k, c, f),), "keep their height and width"),
            Wrong((lambda h, w, k, c, f: h + w,), "kernel = 3, channels = 2 and filters = 6, your function returns 9"),
            Wrong((lambda h, w, k, c, f: cost(h, w, k, c, f) + 1,), NEUTRAL),
            Wrong((lambda h, w, k, c, f: [h * w * k * k * c, h * w * c * f],), NEUTRAL),
            Wrong((lambda h, w, k, c, f: "many",), "and a number is wanted"),
        ],
        right=[
            (cost,),
            (cost_by_loop,),
            (places(lambda k, c, f: c * (k**2 + f)),),
            (lambda *sizes: np.float32(cost(*sizes)),),
            (lambda *sizes: tf.constant(cost(*sizes)),),
            (lambda *sizes: OwnNumber(cost(*sizes)),),
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
