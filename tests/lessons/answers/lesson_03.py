"""Right and wrong answers to the exercises of lesson 3."""

import math
from functools import reduce

import numpy as np
import tensorflow as tf

from . import NEUTRAL, Cases, Own, OwnNumber, Wrong


def relu(x):
    return np.maximum(x, 0)


def relu_backward(dy, x):
    return dy * (x > 0)


def relu_by_loop(x):
    y = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        if x[place] > 0:
            y[place] = x[place]
    return y


def relu_backward_by_mask(dy, x):
    dx = dy.copy()
    dx[x <= 0] = 0
    return dx


def relu_in_place(x):
    x[x < 0] = 0
    return x


def relu_backward_in_place(dy, x):
    dy[x <= 0] = 0
    return dy


def growing_side(sides):
    side = 1
    for one in sides:
        side += one - 1
    return side


def forward(function, hint):
    return Wrong((function, relu_backward), hint)


def backward(function, hint):
    return Wrong((relu, function), hint)


CASES = {
    "3.1": Cases(
        wrong=[
            Wrong((math.prod,), "You multiplied the sides"),
            Wrong((sum,), "You added the sides"),
            Wrong((max,), "the largest kernel alone"),
            Wrong((lambda sides: sum(sides) - len(sides),), "one short"),
            Wrong((lambda sides: sum(sides) - 1,), "You took the overlap off once"),
            Wrong((lambda sides: 2 * len(sides) + 1,), "Every layer added 2"),
            Wrong((len,), "You counted the layers"),
            Wrong((min,), NEUTRAL),
            Wrong((lambda sides: sides[0] - 100,), "returns −93, and 9 is wanted"),
            Wrong((lambda sides: sides,), NEUTRAL),
            Wrong((lambda: 3,), "stopped with TypeError"),
        ],
        right=[
            (growing_side,),
            (lambda sides: sum(side - 1 for side in sides) + 1,),
            (lambda sides: reduce(lambda a, b: np.convolve(np.ones(a), np.ones(b)).size, sides),),
            (lambda sides: OwnNumber(growing_side(sides)),),
            (lambda sides: np.float32(growing_side(sides)),),
        ],
    ),
    "3.2": Cases(
        wrong=[
            forward(lambda x: x, "The numbers came out as they went in"),
            forward(np.abs, "that is abs. They"),
            forward(lambda x: np.clip(x, 0, 1), "It cuts off at 1"),
            forward(lambda x: np.minimum(x, 0), "the wrong way round"),
            forward(lambda x: (x > 0).astype(float), "0 or 1 is the slope of relu"),
            forward(lambda x: 1 / (1 + np.exp(-x)), "That is the sigmoid"),
            forward(relu_in_place, "relu changed the array"),
            forward(lambda x: np.max(x, 0), "An axis is lost"),
            forward(lambda x: max(0, x), "Python's own max"),
            forward(lambda x: x[x > 0], "The negative numbers are gone"),
            forward(lambda x: np.where(x > 0, x, 0.01 * x), "returns [−0.035, 0, 0.5, 3.5], and [0, 0,"),
            forward(lambda x: x - 1, NEUTRAL),
            forward(lambda x: [0], NEUTRAL),
            backward(lambda dy, x: dy * (x >= 0), "One thing is left"),
            backward(lambda dy, x: (x > 0) * 1.0, "This is the slope alone"),
            backward(lambda dy, x: dy * relu(x), "by the value of relu"),
            backward(lambda dy, x: relu(dy), "You applied relu to dy"),
            backward(lambda dy, x: relu(dy) * (x > 0), "also drop the negative numbers of dy"),
            backward(lambda dy, x: dy * (x < 0), "where x is negative: there relu is flat"),
            backward(lambda dy, x: dy * np.sign(x), "the slope of abs"),
            backward(lambda x, dy: relu_backward(dy, x), "dy and x have changed places"),
            backward(lambda dy, x: dy, "You pass all of dy on"),
            backward(relu_backward_in_place, "relu_backward changed an array"),
        ],
        right=[
            (relu, relu_backward),
            (relu_by_loop, relu_backward_by_mask),
            (lambda x: (x + np.abs(x)) / 2, lambda dy, x: np.where(x > 0, dy, 0)),
            (tf.nn.relu, lambda dy, x: (dy * (x > 0)).astype(np.float32)),
            (lambda x: Own(relu(x)), lambda dy, x: Own(relu_backward(dy, x))),
        ],
    ),
    "3.3": Cases(
        wrong=[
            Wrong((lambda shape: 2 / math.prod(shape[:3]),), "That is the variance; the standard"),
            Wrong((lambda shape: math.prod(shape[:3]) ** -0.5,), "keeps the signal without ReLU"),
            Wrong((lambda shape: 1 / math.prod(shape[:3]),), "two things are missing"),
            Wrong((lambda shape: (2 / shape[2]) ** 0.5,), "the channels of one pixel"),
            Wrong((lambda shape: (2 / (shape[0] * shape[1])) ** 0.5,), "the pixels of one channel"),
            Wrong((lambda shape: (2 / (shape[0] * shape[1] * shape[3])) ** 0.5,), "the incoming numbers"),
            Wrong((lambda shape: (2 / shape[3]) ** 0.5,), "the pixels and channels under one filter"),
            Wrong((lambda shape: (2 / math.prod(shape)) ** 0.5,), "the weights of all filters"),
            Wrong(
                (lambda shape: (2 / (shape[0] * shape[1] * (shape[2] + shape[3]))) ** 0.5,),
                "That is Glorot's start",
            ),
            Wrong((lambda shape: (math.prod(shape[:3]) / 2) ** 0.5,), "Upside down"),
            Wrong((lambda shape: 0.05,), NEUTRAL),
            Wrong((lambda shape: round((2 / math.prod(shape[:3])) ** 0.5, 2),), "right, but rounded"),
        ],
        right=[
            (lambda shape: np.sqrt(2 / np.prod(shape[:3])),),
            (lambda shape: (shape[0] * shape[1] * shape[2] / 2) ** -0.5,),
            (lambda shape: np.float32(np.sqrt(2 / np.prod(shape[:3]))),),
            (lambda shape: round(math.sqrt(2 / math.prod(shape[:3])), 4),),
        ],
    ),
}
