"""Right and wrong answers to the exercises of lesson 15."""

import numpy as np

from . import Cases, Wrong


def places(picture, size, stride):
    tops = range(0, picture.shape[0] - size + 1, stride)
    lefts = range(0, picture.shape[1] - size + 1, stride)
    return [[(top, left) for left in lefts] for top in tops]


def revealed(picture, size, stride, grey=127):
    rows = []
    for line in places(picture, size, stride):
        row = []
        for top, left in line:
            copy = np.full_like(picture, grey)
            copy[top : top + size, left : left + size] = picture[top : top + size, left : left + size]
            row.append(copy)
        rows.append(row)
    return np.array(rows)


def revealed_by_mask(picture, size, stride):
    starts = np.array(places(picture, size, stride))  # (rows, columns, 2)
    y, x = np.indices(picture.shape[:2])
    below = y - starts[..., 0, None, None]
    right = x - starts[..., 1, None, None]
    inside = (below >= 0) & (below < size) & (right >= 0) & (right < size)
    return np.where(inside[..., None], picture, 127)


def hidden(picture, size, stride):
    shown = revealed(picture, size, stride, grey=0)
    return np.where(shown == 0, picture, 127)


def piling_up(picture, size, stride):
    copy, rows = np.full_like(picture, 127), []
    for line in places(picture, size, stride):
        row = []
        for top, left in line:
            copy[top : top + size, left : left + size] = picture[top : top + size, left : left + size]
            row.append(copy.copy())
        rows.append(row)
    return np.array(rows)


def one_too_large(picture, size, stride):
    grown = revealed(picture, size, stride)
    for i, line in enumerate(places(picture, size, stride)):
        for j, (top, left) in enumerate(line):
            grown[i, j, top, left : left + size] = 127
    return grown


def from_the_corner(picture, size, stride):
    copies = revealed(picture, size, stride)
    for i, line in enumerate(places(picture, size, stride)):
        for j, (top, left) in enumerate(line):
            copies[i, j, top : top + size, left : left + size] = picture[:size, :size]
    return copies


def heat_maps(maps, gradients, cut=lambda heat: np.maximum(heat, 0), axis=(1, 2)):
    heat = cut((gradients.mean(axis=axis, keepdims=True) * maps).sum(axis=-1))
    largest = heat.max(axis=(1, 2), keepdims=True)
    return heat / np.where(largest > 0, largest, 1)


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


def weights_cut(maps, gradients):
    weights = np.maximum(gradients.mean(axis=(1, 2), keepdims=True), 0)
    heat = (weights * maps).sum(axis=-1)
    return heat / np.maximum(heat.max(axis=(1, 2), keepdims=True), 1e-12)


def undivided(maps, gradients):
    return np.maximum((gradients.mean(axis=(1, 2), keepdims=True) * maps).sum(axis=-1), 0)


def by_the_batch(maps, gradients):
    heat = undivided(maps, gradients)
    return heat / heat.max()


def nan_at_nothing(maps, gradients):
    heat = undivided(maps, gradients)
    return heat / heat.max(axis=(1, 2), keepdims=True)


def local_gradients(maps, gradients):
    heat = np.maximum((gradients * maps).sum(axis=-1), 0)
    return heat / heat.max(axis=(1, 2), keepdims=True)


def share(features, labels):
    distances = ((features[:, None] - features[None]) ** 2).sum(axis=-1)
    np.fill_diagonal(distances, np.inf)
    return (labels[distances.argmin(axis=1)] == labels).mean()


def share_by_sorting(features, labels):
    hits = 0
    for i, feature in enumerate(features):
        order = np.argsort(np.linalg.norm(features - feature, axis=1))
        hits += labels[next(j for j in order if j != i)] == labels[i]
    return hits / len(labels)


def with_itself(features, labels):
    distances = np.linalg.norm(features[:, None] - features[None], axis=-1)
    return (labels[distances.argmin(axis=1)] == labels).mean()


def farthest(features, labels):
    distances = np.linalg.norm(features[:, None] - features[None], axis=-1)
    return (labels[distances.argmax(axis=1)] == labels).mean()


def by_cosine(features, labels):
    scaled = features / np.linalg.norm(features, axis=1, keepdims=True)
    similarity = scaled @ scaled.T
    np.fill_diagonal(similarity, -np.inf)
    return (labels[similarity.argmax(axis=1)] == labels).mean()


CASES = {
    "15.1": Cases(
        wrong=[
            Wrong((hidden,), "the other way round"),
            Wrong((lambda p, size, stride: revealed(p, size, stride, grey=0),), "should be grey"),
            Wrong((lambda p, size, stride: np.concatenate(revealed(p, size, stride)),), "stand in one row"),
            Wrong((piling_up,), "earlier copies"),
            Wrong((one_too_large,), "6 pixels are shown in each copy, and the square has 9"),
            Wrong((from_the_corner,), "not the piece that belongs at its place"),
            Wrong((lambda p, size, stride: np.zeros((3, 4, *p.shape)) + 127,), "0 pixels are shown"),
            Wrong((lambda p, size, stride: p,), "should have shape"),
        ],
        right=[(revealed,), (revealed_by_mask,)],
    ),
    "15.2": Cases(
        wrong=[
            Wrong((undivided,), "not divided by their largest"),
            Wrong((lambda m, g: (g.mean(axis=(1, 2), keepdims=True) * m).sum(axis=-1),), "and nothing is divided"),
            Wrong((lambda m, g: heat_maps(m, g, cut=lambda heat: heat),), "cut them off, then divide"),
            Wrong((lambda m, g: heat_maps(m, g, cut=np.abs),), "signs are dropped"),
            Wrong((by_the_batch,), "each map has its own"),
            Wrong((local_gradients,), "not averaged over the places"),
            Wrong((lambda m, g: heat_maps(m, g, axis=-1),), "averaged over the channels"),
            Wrong((lambda m, g: heat_maps(m, g, axis=(0, 1, 2)),), "over the pictures, too"),
            Wrong((weights_cut,), "cut off the sum"),
            Wrong((lambda m, g: heat_maps(m, np.ones_like(g)),), "without weights"),
            Wrong((nan_at_nothing,), "should stay zero"),
            Wrong((lambda m, g: g.mean(axis=(1, 2)),), "these are the weights"),
            Wrong((lambda m, g: g.mean(axis=(1, 2), keepdims=True) * m,), "add up the channels"),
            Wrong((lambda m, g: heat_maps(m, g) ** 2,), "not the weighted sum"),
        ],
        right=[(heat_maps,), (heat_maps_by_loop,), (heat_maps_by_einsum,)],
    ),
    "15.3": Cases(
        wrong=[
            Wrong((with_itself,), "its own nearest neighbour"),
            Wrong((lambda f, y: 101 * share(f, y),), "number of pictures"),
            Wrong((lambda f, y: 100 * share(f, y),), "percentage"),
            Wrong((lambda f, y: 1 - share(f, y),), "another label"),
            Wrong((farthest,), "farthest"),
            Wrong((by_cosine,), "cosine"),
            Wrong((lambda f, y: share(f[:, :1], y),), "another one"),
            Wrong((lambda f, y: y,), "should be one number"),
        ],
        right=[(share,), (share_by_sorting,)],
    ),
}
