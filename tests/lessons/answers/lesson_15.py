"""Right and wrong answers to the exercises of lesson 15."""

from functools import partial

import numpy as np
import tensorflow as tf
from numpy.lib.stride_tricks import sliding_window_view

from . import NEUTRAL, Cases, Own, OwnNumber, Wrong

# --- 15.1


def starts(picture, size, stride):
    tops = range(0, picture.shape[0] - size + 1, stride)
    lefts = range(0, picture.shape[1] - size + 1, stride)
    return [[(top, left) for left in lefts] for top in tops]


def in_each_copy(draw):
    """Make a function of a picture, a size and a stride that puts what `draw` makes of each square's place together."""

    def function(picture, size, stride):
        lines = starts(picture, size, stride)
        return np.array([[draw(picture, np.s_[y : y + size, x : x + size]) for y, x in line] for line in lines])

    return function


def one_square(picture, place, grey=127):
    copy = np.full_like(picture, grey)
    copy[place] = picture[place]
    return copy


def cover(picture, place):
    copy = picture.copy()
    copy[place] = 127
    return copy


def from_the_corner(picture, place):
    copy = np.full_like(picture, 127)
    copy[place] = picture[: copy[place].shape[0], : copy[place].shape[1]]
    return copy


def first_channel_only(picture, place):
    copy = np.full_like(picture, 127)
    copy[(*place, 0)] = picture[(*place, 0)]
    return copy


def one_row_too_few(picture, place):
    copy = one_square(picture, place)
    copy[place[0].stop - 1] = 127
    return copy


revealed = in_each_copy(one_square)


def revealed_as_in_the_lesson(picture, size, stride, last=1):
    tops = range(0, picture.shape[0] - size + last, stride)
    lefts = range(0, picture.shape[1] - size + last, stride)
    copies = np.full((len(tops), len(lefts), *picture.shape), 127)
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            copies[i, j, top : top + size, left : left + size] = picture[top : top + size, left : left + size]
    return copies


def revealed_by_mask(picture, size, stride):
    tops_and_lefts = np.array(starts(picture, size, stride))  # (rows, columns, 2)
    y, x = np.indices(picture.shape[:2])
    below = y - tops_and_lefts[..., 0, None, None]
    right = x - tops_and_lefts[..., 1, None, None]
    inside = (below >= 0) & (below < size) & (right >= 0) & (right < size)
    return np.where(inside[..., None], picture, 127).astype(np.float32)


def piling_up(picture, size, stride):
    copy = np.full_like(picture, 127)

    def draw(picture, place):
        copy[place] = picture[place]
        return copy.copy()

    return in_each_copy(draw)(picture, size, stride)


def one_copy_many_times(picture, size, stride):
    """The copies are one and the same array, so all show all squares."""
    copy = np.full_like(picture, 127)
    lines = starts(picture, size, stride)
    for line in lines:
        for y, x in line:
            copy[y : y + size, x : x + size] = picture[y : y + size, x : x + size]
    return np.array([[copy] * len(line) for line in lines])


def pieces(picture, size, stride):
    return sliding_window_view(picture, (size, size), (0, 1))[::stride, ::stride].transpose(0, 1, 3, 4, 2)


# --- 15.2


def relu(x):
    return np.maximum(x, 0)


def weigh(maps, gradients, axis=(1, 2)):
    return (gradients.mean(axis=axis, keepdims=True) * maps).sum(axis=-1)


def divide(heat, axis=(1, 2)):
    largest = heat.max(axis=axis, keepdims=True)
    return heat / np.where(largest > 0, largest, 1)


def heat_maps(maps, gradients):
    return divide(relu(weigh(maps, gradients)))


def heat_maps_by_loop(maps, gradients):
    results = []
    for a, g in zip(maps, gradients, strict=True):
        heat = sum(g[..., k].mean() * a[..., k] for k in range(a.shape[-1])).clip(min=0)
        results.append(heat / heat.max() if heat.any() else heat)
    return results


def heat_maps_by_einsum(maps, gradients):
    heat = np.einsum("nrck,nk->nrc", maps, gradients.sum(axis=(1, 2)))
    heat[heat < 0] = 0
    return heat / np.maximum(heat.max(axis=(1, 2), keepdims=True), 1e-12)


def heat_maps_in_tensorflow(maps, gradients):
    maps, gradients = tf.cast(maps, tf.float32), tf.cast(gradients, tf.float32)
    heat = tf.nn.relu(tf.reduce_sum(tf.reduce_mean(gradients, (1, 2), keepdims=True) * maps, -1))
    return tf.math.divide_no_nan(heat, tf.reduce_max(heat, (1, 2), keepdims=True))


def heat_maps_in_place(maps, gradients):
    maps *= gradients.mean(axis=(1, 2), keepdims=True)
    heat = maps.sum(axis=-1).clip(0)
    heat /= heat.max(axis=(1, 2), keepdims=True)
    return np.nan_to_num(heat)


def no_guard(maps, gradients):
    heat = relu(weigh(maps, gradients))
    return heat / heat.max(axis=(1, 2), keepdims=True)


def divided_before_the_cut(maps, gradients):
    heat = weigh(maps, gradients)
    return relu(heat / heat.max(axis=(1, 2), keepdims=True))


def weights_cut(maps, gradients):
    return divide(relu((relu(gradients.mean(axis=(1, 2), keepdims=True)) * maps).sum(axis=-1)))


def axes_lost(maps, gradients):
    return divide(relu((gradients.mean(axis=(1, 2)) * maps).sum(axis=-1)))


# --- 15.3


def differences(features):
    return features[:, None] - features[None]


def agreeing(features, labels, distances, rank=0):
    distances = distances + 0.0
    np.fill_diagonal(distances, np.inf)
    return np.mean(labels[distances.argsort(axis=1)[:, rank]] == labels)


def share(features, labels, rank=0):
    return agreeing(features, labels, np.linalg.norm(differences(features), axis=-1), rank)


def share_in_float32(features, labels):
    features = features.astype(np.float32)
    return np.float32(share(features, labels))


def share_by_products(features, labels):
    """|a - b|² = |a|² + |b|² - 2ab."""
    features = features.astype(np.float32)
    squares = (features**2).sum(axis=1)
    return agreeing(features, labels, squares[:, None] + squares - 2 * features @ features.T)


def share_by_loop(features, labels):
    hits = 0
    for i, feature in enumerate(features):
        order = np.argsort(np.linalg.norm(features - feature, axis=1))
        hits += labels[next(j for j in order if j != i)] == labels[i]
    return hits / len(labels)


def share_in_tensorflow(features, labels):
    x = tf.constant(features, tf.float32)
    apart = tf.norm(x[:, tf.newaxis] - x, axis=-1) + 1e9 * tf.eye(len(labels))
    return tf.reduce_mean(tf.cast(tf.gather(labels, tf.argmin(apart, axis=1)) == labels, tf.float32))


def with_itself(features, labels):
    return (labels[np.linalg.norm(differences(features), axis=-1).argmin(axis=1)] == labels).mean()


def behind_distance_0(features, labels):
    apart = np.linalg.norm(differences(features), axis=-1)
    return agreeing(features, labels, np.where(apart == 0, np.inf, apart))


def second_in_order(features, labels):
    order = np.argsort(np.linalg.norm(differences(features), axis=-1), axis=1)
    return (labels[order[:, 1]] == labels).mean()


def farthest(features, labels):
    return (labels[np.linalg.norm(differences(features), axis=-1).argmax(axis=1)] == labels).mean()


def cosine(features):
    scaled = features / np.linalg.norm(features, axis=1, keepdims=True)
    return -scaled @ scaled.T


def as_in_the_lesson(features, labels):
    return agreeing(features, labels, cosine((features - features.mean(axis=0)) / (features.std(axis=0) + 1e-6)))


def places_for_labels(features, labels):
    distances = np.linalg.norm(differences(features), axis=-1) + np.diag(np.full(len(labels), np.inf))
    return (distances.argmin(axis=1) == labels).mean()


def groups_of_labels(features, labels):
    """Leaves out all pictures of the same label."""
    distances = np.linalg.norm(differences(features), axis=-1)
    distances[labels[:, None] == labels] = np.inf
    return (labels[distances.argmin(axis=1)] == labels).mean()


CASES = {
    "15.1": Cases(
        wrong=[
            Wrong((in_each_copy(cover),), "That is `covered`"),
            Wrong((in_each_copy(partial(one_square, grey=128)),), "Outside is 128, not 127"),
            Wrong((in_each_copy(partial(one_square, grey=0)),), "should be grey"),
            Wrong((lambda p, size, stride: np.concatenate(revealed(p, size, stride)),), "in one row"),
            Wrong((lambda p, size, stride: revealed(p, size, stride).swapaxes(0, 1),), "changed places"),
            Wrong((piling_up,), "earlier copies"),
            Wrong((one_copy_many_times,), NEUTRAL),
            Wrong((lambda p, size, stride: revealed(p, size, 1),), "`stride` pixels further"),
            Wrong((lambda p, size, stride: revealed(p, size, size),), "side by side"),
            Wrong((partial(revealed_as_in_the_lesson, last=0),), "exactly at the edge"),
            Wrong((lambda p, size, stride: revealed_as_in_the_lesson(p, size, stride, last=size),), "hang over"),
            Wrong((in_each_copy(from_the_corner),), NEUTRAL),
            Wrong((in_each_copy(first_channel_only),), NEUTRAL),
            Wrong((in_each_copy(one_row_too_few),), NEUTRAL),
            Wrong((pieces,), NEUTRAL),
            Wrong((lambda p, size, stride: revealed(p, size, stride) / 255,), NEUTRAL),
            Wrong((lambda p, size, stride: revealed(p, size, stride) * 0 + 127,), NEUTRAL),
            Wrong((lambda p, size, stride: p,), NEUTRAL),
            Wrong((lambda p, size: p,), "stopped with TypeError"),
        ],
        right=[
            (revealed,),
            (revealed_as_in_the_lesson,),
            (revealed_by_mask,),
            (lambda p, size, stride: tf.constant(revealed(p, size, stride)),),
            (lambda p, size, stride: Own(revealed(p, size, stride)),),
            (lambda p, size, stride: revealed(p, size, stride).tolist(),),
        ],
    ),
    "15.2": Cases(
        wrong=[
            Wrong((lambda m, g: relu(weigh(m, g)),), "not divided by their largest"),
            Wrong((weigh,), "and nothing is divided"),
            Wrong((lambda m, g: divide(weigh(m, g)),), "cut them off, then divide"),
            Wrong((lambda m, g: divide(np.abs(weigh(m, g))),), "signs are dropped"),
            Wrong((lambda m, g: divide(relu(weigh(m, g)), axis=None),), "its own largest value"),
            Wrong((lambda m, g: relu(weigh(m, g)) / relu(weigh(m, g)).max(),), "its own largest value"),
            Wrong((lambda m, g: divide(relu((g * m).sum(axis=-1))),), "not averaged over the places"),
            Wrong((lambda m, g: divide(relu(weigh(m, g, axis=-1))),), "averaged over the channels"),
            Wrong((lambda m, g: divide(relu(weigh(m, g, axis=(0, 1, 2)))),), "over the pictures, too"),
            Wrong((weights_cut,), "speak against a class"),
            Wrong((lambda m, g: divide(relu(g.mean(axis=(1, 2), keepdims=True) * m).sum(axis=-1)),), "Each product is"),
            Wrong((lambda m, g: divide(m.sum(axis=-1)),), "without weights"),
            Wrong((lambda m, g: divide(m.mean(axis=-1)),), "without weights"),
            Wrong((no_guard,), "0 / 0"),
            Wrong((divided_before_the_cut,), "Cut off first, then divide"),
            Wrong((lambda m, g: g.mean(axis=(1, 2)),), "These are the weights"),
            Wrong((lambda m, g: g.mean(axis=(1, 2), keepdims=True) * m,), "add up the channels"),
            Wrong((lambda m, g: heat_maps(m, g) ** 2,), NEUTRAL),
            Wrong((lambda m, g: heat_maps(m, g)[0],), NEUTRAL),
            Wrong((lambda m, g: divide(relu(weigh(m, g)), axis=2),), NEUTRAL),
            Wrong((lambda m, g: 255 * heat_maps(m, g),), NEUTRAL),
            Wrong((axes_lost,), "stopped with ValueError"),
        ],
        right=[
            (heat_maps,),
            (heat_maps_by_loop,),
            (heat_maps_by_einsum,),
            (heat_maps_in_tensorflow,),
            (heat_maps_in_place,),
            (lambda m, g: Own(heat_maps(m, g).astype(np.float32)),),
        ],
    ),
    "15.3": Cases(
        wrong=[
            Wrong((with_itself,), "its own nearest neighbour"),
            Wrong((lambda f, y: len(y) * share(f, y),), "number of pictures"),
            Wrong((lambda f, y: 100 * share(f, y),), "percentage"),
            Wrong((lambda f, y: 1 - share(f, y),), "another label"),
            Wrong((lambda f, y: share(f, y, rank=1),), "second nearest"),
            Wrong((behind_distance_0,), "at distance 0"),
            Wrong((second_in_order,), "at distance 0"),
            Wrong((lambda f, y: share((f - f.mean(0)) / (f.std(0) + 1e-6), y),), "The features are scaled"),
            Wrong((lambda f, y: share(f, y, rank=2),), NEUTRAL),
            Wrong((farthest,), "farthest"),
            Wrong((lambda f, y: agreeing(f, y, np.abs(differences(f)).sum(axis=-1)),), "absolute differences"),
            Wrong((lambda f, y: agreeing(f, y, cosine(f)),), "by the cosine; the straight"),
            Wrong((as_in_the_lesson,), "of scaled features"),
            Wrong((lambda f, y: agreeing(f, y, -f @ f.T),), "by products"),
            Wrong((lambda f, y: agreeing(f, y, np.abs(differences(f)).max(axis=-1)),), NEUTRAL),
            Wrong((lambda f, y: share(f[:, :1], y),), NEUTRAL),
            Wrong((places_for_labels,), NEUTRAL),
            Wrong((groups_of_labels,), NEUTRAL),
            Wrong((lambda f, y: round(share(f, y), 1),), "right, but rounded"),
            Wrong((lambda f, y: y,), NEUTRAL),
        ],
        right=[
            (share,),
            (share_in_float32,),
            (share_by_products,),
            (share_by_loop,),
            (share_in_tensorflow,),
            (lambda f, y: OwnNumber(share(f, y)),),
            (lambda f, y: round(float(share(f, y)), 4),),
        ],
    ),
}
