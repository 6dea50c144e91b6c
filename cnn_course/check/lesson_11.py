"""Checks of lesson 11: the top-k error, a block with a residual connection, and the probability of several classes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course import layers
from cnn_course.check.engine import Hint, array, call, compare, judge, register
from cnn_course.check.nets import built, fixed_shape, lent_weights


@register("11.1", right="With k=1 it is the top-1 error; with k as large as the number of classes it is always 0.")
def top_k_error(answer: Any) -> None:
    """A function of scores `(n, classes)`, labels `(n,)` and k, tried on pictures of every class."""
    few = np.array([[0.1, 0.7, 0.2], [0.5, 0.2, 0.3], [0.3, 0.6, 0.1], [0.2, 0.1, 0.7]], np.float32)
    cases, rng = [(few, np.array([2, 1, 0, 2]), 2)], np.random.default_rng(11)
    for n, classes, k in ((40, 12, 4), (60, 9, 3)):
        scores = rng.normal(size=(n, classes)).astype(np.float32)  # as nets give them; Keras takes no others
        cases.append((scores, rng.permutation(np.arange(n) % classes), k))
    judge(answer, _error, cases, [
        (lambda s, y, k: 1 - _error(s, y, k), "That is the share that is right; the error is the share of the others."),
        (lambda s, y, k: 100 * _error(s, y, k), "That is in per cent; return a share between 0 and 1."),
        (lambda s, y, k: len(y) * _error(s, y, k), "That is how many pictures are wrong; return their share of all."),
        (lambda s, y, k: _error(-s, y, k), "You look among the k smallest scores. np.argsort puts the largest last."),
        (lambda s, y, k: 0.0, "By your count no picture is wrong. Is each label compared with the guesses of its own "
         "row, and with no others?"),
        (lambda s, y, k: _error(s, y, 1), "You allow the very best guess only; k guesses are allowed."),
        (lambda s, y, k: _error(s, y, 5), "That is the top-5 error; the number of guesses is k."),
        (lambda s, y, k: _error(s, y, k + 1), "You allow one guess too many."),
        (lambda s, y, k: _error(s, y, k - 1), "You allow one guess too few."),
        (lambda s, y, k: np.mean(_rank(s, y) != k - 1), "You look at the k-th guess alone; the better ones count too."),
        (lambda s, y, k: 1 - np.isin(_rank(s, y), range(1, k)).mean(), "The best guess of each row is left out."),
        (lambda s, y, k: 1 - (1 - _error(s, y, k)) / k, "You average over all guesses; one hit makes a row right."),
        (1, "By your count every picture is wrong. What do you compare the label with, in the first row?"),
    ], decimals=3)  # fmt: skip


def _rank(scores: NDArray[Any], labels: NDArray[Any]) -> NDArray[Any]:
    """How many classes score higher than the label."""
    own = scores[np.arange(len(labels)), labels]
    return np.asarray((scores > own[:, np.newaxis]).sum(axis=1))


def _error(scores: NDArray[Any], labels: NDArray[Any], k: int) -> float:
    return float(np.mean(_rank(scores, labels) >= k))


_MAPS = (12, 10, 32)
_KERNELS = [(1, 1, 32, 8), (3, 3, 8, 8), (1, 1, 8, 32)]  # of the wanted block; all different, so the shape tells which


@register("11.2", right="It has 1,096 parameters; a single full 3 × 3 convolution from 32 to 32 maps has 9,248.")
def bottleneck_block(answer: Any) -> None:
    """A function that builds a residual block, judged by what the model computes with kernels of our own."""
    net = built(answer)
    if (shape := fixed_shape(net)) not in (None, _MAPS):
        raise Hint(f"Your model wants maps of shape {shape}; these have height 12, width 10 and 32 channels.")
    rng = np.random.default_rng(112)
    x = rng.integers(-2, 3, (4, *_MAPS)).astype(np.float32)
    call(net, x, given="maps of 12 × 10 × 32")
    _check_kernels([tuple(weight.shape) for weight in net.weights])
    kernels = [rng.choice([-1.0, 0, 0, 1], shape) for shape in _KERNELS]  # small whole numbers: sums are exact
    with lent_weights(net, lambda own: kernels[_KERNELS.index(own)] if own in _KERNELS else np.zeros(own)):
        result = array(net(x, training=False), "What your model returns")
    wanted, found = np.maximum(x + _branch(x, kernels), 0), _branch(x, kernels)
    relu = layers.relu
    compare(result, wanted, [
        (relu(found), "What came in is not added. `Add` gets a list of two: the input and what the layers found."),
        (found, "What came in is not added, and the last ReLU is missing."),
        (x + found, "The last ReLU is missing: it stands behind the addition."),
        (x + relu(found), "The last ReLU stands in front of the addition; it belongs behind it."),
        (x + relu(x + found), "What came in is added twice: a last time behind the last ReLU."),
        (relu(x + relu(found)), "The third convolution has a ReLU of its own; only the sum gets one."),
        (np.concatenate([x, found], -1), "The maps are put side by side; they should be added."),
        (relu(np.concatenate([x, found], -1)), "The maps are put side by side; they should be added."),
        (relu(x * found), "What came in is multiplied; it should be added."),
        (relu((x + found) / 2), "That is the mean of the two; their sum is wanted."),
        *((relu(x + _branch(x, kernels, bare)), f"No ReLU follows {' and '.join(bare)}.")
          for bare in (_WITH_RELU[:1], _WITH_RELU[1:], _WITH_RELU)),
    ], "All kernels are right, what comes out is not. Compare the order of the steps.")  # fmt: skip


_WITH_RELU = ("the first convolution", "the second convolution")


def _branch(x: NDArray[Any], kernels: list[NDArray[Any]], bare: tuple[str, ...] = ()) -> NDArray[Any]:
    """What the three convolutions find, with some ReLUs left out."""
    for kernel, name in zip(kernels, (*_WITH_RELU, ""), strict=True):
        x = layers.conv2d(x, kernel, padding="same")
        x = layers.relu(x) if name and name not in bare else x
    return x


def _check_kernels(shapes: list[tuple[int, ...]]) -> None:
    """Raise `Hint` unless the kernels of a model have the shapes of the wanted ones, in any order."""
    found = [shape for shape in shapes if len(shape) == 4]
    for height, width, channels, filters in found:
        if (height, width, channels, filters) not in _KERNELS:
            told = f"{filters} filters of {height} × {width} over {channels} channels"
            raise Hint(f"Your model has {told}. Compare that with the description.")
    if sorted(found) != sorted(_KERNELS):
        raise Hint(f"Your model has {len(found)} of these convolutions; the description has three, all different.")
    others = [shape for shape in shapes if len(shape) != 4]
    if len(others) > 3 or any(len(shape) != 1 for shape in others):
        raise Hint("Besides three convolutions, something in your model has weights. Leave it out.")


_LEFT_OUT = 'A wanted class is left out, "Egyptian cat". Is it too improbable for you, or spelt in another way?'


@register("11.3", right="The classes exclude one another, so their probabilities may be added up.")
def share_of_classes(answer: Any) -> None:
    """The sum of the probabilities of some classes, given by name; some names are parts of others."""

    def share(probabilities: NDArray[Any], names: tuple[str, ...], wanted: tuple[str, ...]) -> Any:
        return probabilities[np.isin(names, wanted)].sum()

    judge(answer, share, [
        (np.array([0.1, 0.2, 0.4, 0.3]), ("cup", "tabby", "lynx", "mug"), ("tabby", "lynx")),
        (np.array([0.3, 0.1, 0.2, 0.4]), ("cat", "catamaran", "mug", "coffee mug"), ("cat", "mug")),
        (np.array([0.3, 0.2, 0.006, 0.14, 0.117, 0.1, 0.09, 0.047]),
         ("cat", "lynx", "Egyptian cat", "cup", "mug", "fox", "tiger cat", "tiger"),
         ("cat", "tiger cat", "Egyptian cat")),
        (np.array([0.05, 0.25, 0.1, 0.4, 0.2]), ("tiger", "cat", "lynx", "tiger cat", "cup"), ("lynx", "tiger cat")),
    ], [
        (lambda p, n, w: p[[any(one in x for one in w) for x in n]].sum(), "Whole names only: a catamaran is no cat."),
        (lambda p, n, w: p[[x in str(w) for x in n]].sum(), 'Whole names only: in "tiger cat" there is no tiger.'),
        (lambda p, n, w: 1 - share(p, n, w), "That is how probable all the other classes are."),
        (lambda p, n, w: 100 * share(p, n, w), "That is in per cent; return a share between 0 and 1."),
        (lambda p, n, w: p[np.isin(n, w)].max(), "That is the most probable of them; any of them will do."),
        (lambda p, n, w: p[np.isin(n, w)].mean(), "That is their mean; two together are more probable than either."),
        (lambda p, n, w: p[np.isin(n, w)].prod(), "You multiplied; but a picture is one or the other, not both."),
        (lambda p, n, w: 1 - (1 - p[np.isin(n, w)]).prod(), "That suits events that can occur together; these cannot."),
        (lambda p, n, w: p[np.isin(n, w)][0], "That is the first of them alone. Does the loop end too early?"),
        (lambda p, n, w: p[np.isin(n, w)][-1], "That is the last of them alone. Does it replace those before?"),
        (lambda p, n, w: p[: len(w)].sum(), "Those are the first probabilities; the wanted classes are elsewhere."),
        (lambda p, n, w: p[np.isin(n, w) & (p > 0.01)].sum(), _LEFT_OUT),
        (lambda p, n, w: p[np.isin(n, w) & np.isin(p, np.sort(p)[-5:])].sum(), _LEFT_OUT),
        (0, "Your sum is 0 every time. Print what you compare: `wanted` holds several names, not one."),
    ], decimals=3)  # fmt: skip
