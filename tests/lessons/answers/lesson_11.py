"""Answers to the exercises of lesson 11."""

import numpy as np

from tests.lessons.answers import Cases, Wrong

# --- 11.1: the top-k error


def by_sorting(scores, labels, k):
    best = np.argsort(scores, axis=1)[:, -k:]
    return 1 - np.mean((best == labels[:, np.newaxis]).any(axis=1))


def by_counting(scores, labels, k):
    wrong = 0
    for row, label in zip(scores, labels, strict=True):
        wrong += label not in sorted(range(len(row)), key=lambda place: -row[place])[:k]
    return wrong / len(labels)


def with_other_k(change):
    return lambda scores, labels, k: by_sorting(scores, labels, change(k))


ERRORS = Cases(
    wrong=[
        Wrong((lambda scores, labels, k: 1 - by_sorting(scores, labels, k),), "share of pictures that are right"),
        Wrong((lambda scores, labels, k: 100 * by_sorting(scores, labels, k),), "per cent"),
        Wrong((lambda scores, labels, k: len(labels) * by_sorting(scores, labels, k),), "number of pictures"),
        Wrong((lambda scores, labels, k: by_sorting(-scores, labels, k),), "k smallest"),
        Wrong((with_other_k(lambda k: 1),), "very best only"),
        Wrong((with_other_k(lambda k: 5),), "top-5 error"),
        Wrong((with_other_k(lambda k: k + 1),), "too many"),
        Wrong((lambda scores, labels, k: 1.0 if k == 1 else by_sorting(scores, labels, k - 1),), "too few"),
        Wrong((lambda scores, labels, k: 0.123,), "by hand"),
        Wrong((lambda scores, labels, k: scores > 0,), "one number"),
        Wrong((0.05,), "function"),
    ],
    right=[(by_sorting,), (by_counting,)],
)

# --- 11.2: multiply-adds of a depthwise separable convolution


def in_two_steps(height, width, kernel, channels, filters):
    depthwise = height * width * channels * kernel * kernel
    pointwise = height * width * filters * channels
    return depthwise + pointwise


def cost(rule):
    return lambda height, width, kernel, channels, filters: height * width * rule(kernel, channels, filters)


COSTS = Cases(
    wrong=[
        Wrong((cost(lambda k, c, f: k * k * c * f),), "full convolution"),
        Wrong((lambda h, w, k, c, f: k * k * c + c * f,), "once at every place"),
        Wrong((cost(lambda k, c, f: k * k * c),), "1 × 1 convolution behind it is missing"),
        Wrong((cost(lambda k, c, f: c * f),), "in front of it is missing"),
        Wrong((cost(lambda k, c, f: k * c + c * f),), "k times k"),
        Wrong((cost(lambda k, c, f: k * k * f + c * f),), "channel that comes in"),
        Wrong((cost(lambda k, c, f: k * k * c * c * f),), "add up"),
        Wrong((cost(lambda k, c, f: k * k * c + c * f + c + f),), "leave them out"),
        Wrong((lambda h, w, k, c, f: h + w,), "one by one"),
        Wrong((lambda h, w, k, c, f: "many",), "one number"),
    ],
    right=[(in_two_steps,), (cost(lambda k, c, f: c * (k**2 + f)),)],
)

# --- 11.3: the probability of several classes together


def with_loop(probabilities, names, wanted):
    return sum(share for share, name in zip(probabilities, names, strict=True) if name in wanted)


def with_index(probabilities, names, wanted):
    return probabilities[[list(names).index(name) for name in wanted]].sum()


def chosen(probabilities, names, wanted):
    return probabilities[np.isin(names, wanted)]


SHARES = Cases(
    wrong=[
        Wrong((lambda p, names, wanted: chosen(p, names, wanted).max(),), "most probable of the wanted"),
        Wrong((lambda p, names, wanted: chosen(p, names, wanted).mean(),), "their mean"),
        Wrong((lambda p, names, wanted: 1 - chosen(p, names, wanted).sum(),), "all the other classes"),
        Wrong((lambda p, names, wanted: 100 * chosen(p, names, wanted).sum(),), "per cent"),
        Wrong((lambda p, names, wanted: 1 - np.prod(1 - chosen(p, names, wanted)),), "happen together"),
        Wrong(
            (lambda p, names, wanted: sum(s for s, n in zip(p, names, strict=True) if any(w in n for w in wanted)),),
            "catamaran",
        ),
        Wrong(
            (lambda p, names, wanted: sum(s for s, n in zip(p, names, strict=True) if n in " ".join(wanted)),),
            "whole",
        ),
        Wrong((lambda p, names, wanted: 0.5,), "Which probabilities"),
        Wrong((lambda p, names, wanted: chosen(p, names, wanted),), "one number"),
    ],
    right=[(with_loop,), (with_index,)],
)

CASES = {"11.1": ERRORS, "11.2": COSTS, "11.3": SHARES}
