"""Checks of lesson 6, a whole CNN: a net from its description, a net that overfits, and the pair mixed up most."""

from itertools import combinations, product
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from cnn_course import layers
from cnn_course.check.engine import (
    Hint,
    array,
    call,
    close,
    compare,
    judge,
    kind,
    number,
    register,
    shown,
)
from cnn_course.check.nets import built, fixed_shape, lent_weights

Numbers = NDArray[Any]

_PICTURE = (26, 34, 3)
# Kernels and biases of the wanted net. No two have the same shape, so the shape tells which is which in any model.
_SHAPES = [(7, 7, 3, 6), (6,), (3, 3, 6, 12), (12,), (420, 20), (20,), (20, 4), (4,)]
_WITH_RELU = ("the first convolution", "the second convolution", "the layer of 20 units")
_ROWS = {
    12: "no position is left. Are the maps averaged, or is Flatten missing?",
    12 * 10 * 14: "one pooling is missing.",
    12 * 20 * 28: "both poolings are missing.",
    12 * 6 * 8: "the first convolution keeps height and width; the description says no padding.",
    12 * 4 * 6: "the second convolution makes the maps smaller; the description says that they keep their size.",
    12 * 3 * 5: "is there a pooling in front of the first convolution? It belongs behind it.",
}


@register("6.1", right="10,052 parameters. What you have built can be trained as it is: compile and fit come next.")
def net_from_description(answer: Any) -> None:
    """A function that builds a Keras model, judged by what the model computes with weights of our own."""
    net = built(answer)
    if (shape := fixed_shape(net)) not in (None, _PICTURE):
        raise Hint(f"Your net wants pictures of shape {shape}; these have height 26, width 34, and colour.")
    rng = np.random.default_rng(6)
    x = rng.integers(0, 2, (5, *_PICTURE)).astype(np.float32)
    call(net, x, given="5 pictures")  # a net without `Input` has its weights only now
    _check_shapes([tuple(weight.shape) for weight in net.weights])
    weights = [rng.choice([-1.0, 0, 0, 1], shape) for shape in _SHAPES]  # float32 adds small whole numbers exactly
    with lent_weights(net, lambda shape: weights[_SHAPES.index(shape)]):
        scores, in_training = (array(net(x, training=now), "What your net returns") for now in (False, True))
    wanted = _forward(x, weights)
    compare(scores, wanted, [
        (layers.softmax(wanted), "The last layer has a softmax; the description wants scores."),
        ((1 + np.tanh(wanted / 2)) / 2, "The last layer has a sigmoid; the description wants scores."),
        (np.maximum(wanted, 0), "The last layer has a ReLU, which cuts negative scores off."),
        (_forward(x, weights, pool=layers.average_pool), "The description says max pooling, and yours takes averages."),
        *((_forward(x, weights, bare), f"All shapes are right. But no ReLU follows {' and '.join(bare)}.")
          for count in (1, 2, 3) for bare in combinations(_WITH_RELU, count)),
    ], "All shapes are right, the scores are not. Compare activations, poolings and their order.")  # fmt: skip
    if not close(in_training, scores):
        raise Hint("In use your net is right, but not in training: leave out what acts only then, such as dropout.")


def _check_shapes(shapes: list[tuple[int, ...]]) -> None:
    """Raise `Hint` unless the weights of a net have the shapes of the wanted one, in any order."""
    convolutions, dense = (sum(len(shape) == axes for shape in shapes) for axes in (4, 2))
    if (convolutions, dense) != (2, 2):
        raise Hint(f"Convolutions: {convolutions}, fully connected layers: {dense}. The description has two of each.")
    for shape in sorted(shapes, key=len, reverse=True):
        match shape if shape not in _SHAPES else ():
            case height, width, channels, filters:
                found = f"{filters} filters of {height} × {width} over {channels} channels"
                raise Hint(f"Your net has {found}. Compare that with the description.")
            case length, 20:
                told = _ROWS.get(length, "follow height and width through the layers, one by one.")
                raise Hint(f"The row in front of the fully connected layers has {length} numbers: {told}")
            case _, units:
                raise Hint(f"Your net has a fully connected layer of {units} units. Compare that with the description.")
    if len(shapes) < len(_SHAPES):
        raise Hint("A bias is missing: nothing in the description turns it off.")
    if sorted(shapes) != sorted(_SHAPES):
        raise Hint("Besides convolutions and fully connected layers, something in your net has weights. Leave it out.")


def _forward(x: Numbers, weights: list[Numbers], bare: Any = (), pool: Any = layers.max_pool) -> Numbers:
    """The net of the description in NumPy, with some of its ReLUs left out or another pooling."""
    first, second, hidden = (np.asarray if layer in bare else layers.relu for layer in _WITH_RELU)
    x = pool(first(layers.conv2d(x, *weights[:2])))
    x = pool(second(layers.conv2d(x, *weights[2:4], padding="same")))
    return layers.dense(hidden(layers.dense(layers.flatten(x), *weights[4:6])), *weights[6:])


_LOSS, _VAL_LOSS = "loss", "val_loss"
_RISE = 1.1  # from the lowest validation loss to the last: what the exercise calls overfitting beyond doubt


@register("6.2", right="Up to there the net learned something about clothes, from there on about 300 pictures.")
def overfitted(answer: Any, epoch: Any) -> None:
    """What `fit` returned for a net that overfits, and the epoch, counted from 1, with the lowest validation loss."""
    record = _record(answer)
    losses, validation = (array(record[name], f'"{name}"') for name in (_LOSS, _VAL_LOSS))
    if not (validation.size and np.isfinite([*losses, *validation]).all()):
        raise Hint("The record holds a loss that is no finite number, or none at all. Train anew, with smaller steps.")
    if validation[-1] < _RISE * validation.min():
        low, last = shown(float(validation.min())), shown(float(validation[-1]))
        raise Hint(f"The lowest validation loss is {low}, the last {last}: not a tenth above it. Train for longer, or "
                   "with a larger learning rate.")  # fmt: skip
    if losses[-1] > losses[0]:
        raise Hint("The training loss rises, too: this net does not overfit, it fails to learn. Take smaller steps.")
    chosen = number(epoch, "The epoch")
    wanted = int(validation.argmin()) + 1
    as_low = np.flatnonzero(validation - validation.min() < 1e-4) + 1  # no difference in the digits that Keras prints
    if chosen in as_low:
        return
    mistakes = [
        (wanted - 1, "Python counts places from 0, Keras and this exercise count epochs from 1."),
        (validation.size, "This is the last epoch. Where is the validation loss at its lowest?"),
        (float(validation.min()), "This is the lowest validation loss itself; in which epoch was it reached?"),
    ]
    if losses.argmin() + 1 != validation.size:  # mostly it is the last epoch, and that is what should be said then
        lowest = int(losses.argmin()) + 1
        mistakes.append((lowest, "This is where the training loss is at its lowest; the validation loss is meant."))
    if "val_accuracy" in record:
        best = int(array(record["val_accuracy"], "val_accuracy").argmax()) + 1
        mistakes.append((best, "This is where the validation accuracy is at its best; the loss is meant."))
    values = [value for value, _ in mistakes]
    clear = [(value, hint) for value, hint in mistakes if values.count(value) == 1 and value != wanted]
    told = f"Given {validation.size} epochs, you say {shown(chosen)}; the epoch with the lowest val_loss is wanted."
    compare(np.array(chosen), wanted, clear, told)


def _record(answer: Any) -> Any:
    """The losses of a training by name, from what `fit` returned or from its dictionary."""
    record = getattr(answer, "history", answer)
    if isinstance(answer, keras.Model) or not hasattr(record, "keys"):  # a dictionary, or a table of pandas
        raise Hint(f"What `fit` returns is wanted first (or its .history), and this is {kind(answer)}.")
    if _LOSS not in record:
        raise Hint("This record holds no loss. Hand over what `fit` returned, after one epoch or more.")
    if _VAL_LOSS not in record:
        raise Hint("There is no validation loss in it: give `fit` the validation pictures as validation_data.")
    return record


# Pairs of label and prediction, and how often each occurs. One pair leads only when both directions are added up; the
# most frequent mistakes above and below the diagonal are others, and two classes have the most mistakes in all.
_CONFUSIONS = [
    {(0, 0): 4, (0, 1): 3, (2, 3): 2, (3, 2): 2},
    {(0, 0): 10, (1, 4): 9, (2, 3): 2, (3, 2): 2},
    {(1, 1): 50, (7, 7): 50, (1, 7): 9, (7, 1): 8, (2, 6): 12, (9, 4): 11, **dict.fromkeys(product((0, 3), (5, 8)), 9)},
]


@register("6.3", right="Try it on the lesson's net: my_pair(y_test, answers).")
def pair_mixed_up_most(answer: Any) -> None:
    """The unordered pair of classes with the most confusions."""
    one_way = "This is the most frequent mistake in one direction. Add the two directions of each pair up."
    judge(answer, _mixed_up, [tuple(np.repeat([*c], [*c.values()], axis=0).T) for c in _CONFUSIONS], [
        (lambda y, p: _mixed_up(y, p)[::-1], "This is the pair, but the smaller class should come first."),
        (lambda y, p: 2 * [np.bincount(y[y == p]).argmax()], "That is on the diagonal, where the right answers are."),
        *((lambda y, p, part=part, order=order: order(_largest(part(_mistakes(y, p)))), one_way)
          for part in (np.asarray, np.triu, np.tril) for order in (np.asarray, np.sort)),
        (lambda y, p: _mixed_up(*np.unique([y, p], axis=1)), "Each cell counts 1, however often it occurs: with arrays "
         "as indices, += adds once. Use np.add.at, or a loop."),
        (lambda y, p: np.sort(_mistakes(y, p).sum(axis=1).argsort()[-2:]), "Often mistaken, but not for one another."),
    ])  # fmt: skip


def _mistakes(labels: Numbers, predictions: Numbers) -> Numbers:
    """The confusion matrix, `(10, 10)`, with 0 on its diagonal."""
    return np.bincount(10 * labels + predictions, labels != predictions, 100).reshape(10, 10)


def _mixed_up(labels: Numbers, predictions: Numbers) -> Numbers:
    return _largest(_mistakes(labels, predictions) + _mistakes(predictions, labels))


def _largest(table: Numbers) -> Numbers:
    return np.array(np.unravel_index(table.argmax(), table.shape))
