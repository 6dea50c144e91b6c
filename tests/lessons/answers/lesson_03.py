"""Right and wrong answers to the exercises of lesson 3."""

import math
from functools import reduce

import keras
import numpy as np
import tensorflow as tf

from . import NEUTRAL, Cases, OwnNumber, Wrong


def growing_side(sides):
    side = 1
    for one in sides:
        side += one - 1
    return side


SADDLE = np.array([[1, -1], [-1, 1]], np.float32)


def two_layers(kernels, second=(1, 1), biases=(0, 0), last=0, bend="relu"):
    """A function that builds a net of the exercise's form."""

    def corner_net():
        net = keras.Sequential(
            [
                keras.Input((2, 2, 1)),
                keras.layers.Conv2D(len(kernels), 2, activation=bend),
                keras.layers.Conv2D(1, 1),
            ]
        )
        first = np.stack([np.asarray(kernel, np.float32) for kernel in kernels], axis=-1)[:, :, np.newaxis]
        net.set_weights([first, np.array(biases, np.float32), np.reshape(second, (1, 1, -1, 1)), np.array([last])])
        return net

    return corner_net


def functional_net():
    wall = keras.Input((None, None, 1))
    saddle = keras.layers.Conv2D(1, 2, use_bias=False, kernel_initializer=keras.initializers.Constant(0))
    score = saddle(wall)
    saddle.set_weights([SADDLE[:, :, np.newaxis, np.newaxis]])
    relu = keras.layers.ReLU()
    return keras.Model(wall, keras.layers.add([relu(score), relu(keras.ops.negative(score))]))


def dense_net():
    net = keras.Sequential(
        [keras.Input((2, 2, 1)), keras.layers.Flatten(), keras.layers.Dense(2, "relu"), keras.layers.Dense(1)]
    )
    net.set_weights([np.stack([SADDLE.ravel(), -SADDLE.ravel()], 1), np.zeros(2), np.ones((2, 1)), np.zeros(1)])
    return net


class CountingNet(keras.Model):
    """Another construction: the number of bright pixels, bent four times, so that odd numbers give 1."""

    def call(self, walls):
        count = keras.ops.sum(walls, axis=(1, 2, 3))
        relu = keras.ops.relu
        return relu(count) - 2 * relu(count - 1) + 2 * relu(count - 2) - 2 * relu(count - 3)


def same_padding():
    return keras.Sequential([keras.Input((2, 2, 1)), keras.layers.Conv2D(1, 2, padding="same")])


def forgot_weights():
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [keras.Input((2, 2, 1)), keras.layers.Conv2D(2, 2, activation="relu"), keras.layers.Conv2D(1, 1)]
    )


def logistic(x):
    return keras.ops.sigmoid(x)


class Repaired(keras.layers.Layer):
    """The same as a layer of one's own."""

    def call(self, x):
        return 4 * keras.ops.sigmoid(x) - 2


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
            Wrong((two_layers([SADDLE, -SADDLE], bend=None),), "answers 0 to every wall"),
            Wrong((two_layers([SADDLE], (1,), (0,), bend=None),), "Half of the corners get −1"),
            Wrong((two_layers([SADDLE, -SADDLE], (1, -1)),), "Half of the corners get −1"),
            Wrong((two_layers([SADDLE / 2, -SADDLE / 2]),), "Every corner gets ½"),
            Wrong((two_layers([SADDLE, -SADDLE], biases=(-1, -1)),), "answers 0 to every wall"),
            Wrong((two_layers([-SADDLE], (1,), (0,), bend=None),), "Half of the corners get −1"),
            Wrong((two_layers([SADDLE], (1,), (0,)),), "Half of the corners get 0: the filter"),
            Wrong((two_layers([-SADDLE, 0 * SADDLE]),), "Half of the corners get 0: the filter"),
            Wrong((two_layers([SADDLE, SADDLE]),), "Half of the corners get 2"),
            Wrong((two_layers([[[-1, 1], [-1, 1]], [[1, -1], [1, -1]]]),), "finds upright edges"),
            Wrong((two_layers([[[-1, -1], [1, 1]], [[1, 1], [-1, -1]]]),), "finds level edges"),
            Wrong((two_layers([SADDLE, -SADDLE], (2, 2)),), "Every corner gets 2"),
            Wrong((two_layers([SADDLE, -SADDLE], last=1),), "Every answer is 1 too large"),
            Wrong((two_layers([SADDLE, -SADDLE], last=-1),), "Every answer is 1 too small"),
            Wrong((two_layers([SADDLE, -SADDLE], (-1, -1), last=1),), "The wrong way round"),
            Wrong((two_layers([SADDLE, -SADDLE], (-1, -1)),), "subtracted and not added"),
            Wrong((two_layers([np.ones((2, 2))], (1,), (0,)),), "It counts the bright pixels"),
            Wrong((two_layers([SADDLE, -SADDLE], (1, 1), (1, 0)),), NEUTRAL),
            Wrong((two_layers([[[0, 0], [-1, 1]], [[0, 0], [1, -1]]]),), NEUTRAL),
            Wrong((forgot_weights,), NEUTRAL),
            Wrong((same_padding,), "one number for each wall is wanted"),
            Wrong((lambda: [SADDLE],), "should return a net"),
            Wrong((lambda: None,), "returns nothing"),
        ],
        right=[
            (two_layers([SADDLE, -SADDLE]),),
            (two_layers([-2 * SADDLE, 2 * SADDLE], (0.5, 0.5)),),
            (functional_net,),
            (dense_net,),
            (lambda: CountingNet(),),
            (two_layers([SADDLE, -SADDLE])(),),
        ],
    ),
    "3.3": Cases(
        wrong=[
            Wrong((logistic,), "the sigmoid as it was"),
            Wrong((lambda x: logistic(x) - 0.5,), "its slope is still 1/4"),
            Wrong((lambda x: 4 * logistic(x),), "for 0 it gives 2"),
            Wrong((lambda x: 4 * logistic(x) - 0.5,), "Are brackets missing"),
            Wrong((lambda x: 4 * (logistic(x) + 0.5),), "you added the half"),
            Wrong((lambda x: 4 * logistic(x) + 0.5,), "you added the half"),
            Wrong((lambda x: 4 * logistic(x) - 1,), "more to subtract"),
            Wrong((lambda x: 2 * logistic(x) - 1,), "its slope at 0 is 1/2"),
            Wrong((lambda x: (logistic(x) - 0.5) / 4,), "You made it flatter"),
            Wrong((lambda x: 4 * (0.5 - logistic(x)),), "It falls where it should rise"),
            Wrong((keras.ops.tanh,), "That is tanh"),
            Wrong((lambda x: logistic(4 * x) - 0.5,), "You multiplied what goes in"),
            Wrong((lambda x: 4 * logistic(x - 0.5),), "You shifted what goes in"),
            Wrong((keras.ops.relu,), "That is ReLU"),
            Wrong((lambda x: x,), "without any bend"),
            Wrong((lambda x: 3 * (logistic(x) - 0.5),), NEUTRAL),
            Wrong((keras.ops.softplus,), NEUTRAL),
            Wrong((lambda x: 4 / (1 + np.exp(-x)) - 2,), "Keras cannot use it in a layer"),
            Wrong((lambda x: 4 / (1 + math.exp(-x)) - 2,), "an array or a tensor, and functions of math"),
        ],
        right=[
            (lambda x: 4 * (logistic(x) - 0.5),),
            (lambda x: 4 * tf.sigmoid(x) - 2,),
            (lambda x: 2 * keras.ops.tanh(x / 2),),
            (lambda x: 4 / (1 + keras.ops.exp(-x)) - 2,),
            (Repaired(),),
        ],
    ),
}
