"""Which photos belong together, and on which side of the split a group lies."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

_BLOCK = 1_000  # pictures compared with all others at a time, which bounds the memory
_FLAT = 2.0  # grey levels: a picture that varies less has nothing to be recognised by


def likeness(thumbnails: Sequence[NDArray[np.uint8]], threshold: float) -> Iterator[tuple[int, int]]:
    """Find pairs of pictures that look alike.

    The likeness of two pictures is the correlation of their thumbnails' values. It stays near 1 if one is the other
    resized, saved again, or made brighter, darker or flatter, and falls as things move.

    Args:
        thumbnails: n small pictures of one shape, uint8.
        threshold: Correlation from which a pair counts, up to 1.

    Yields:
        Pairs of places, the smaller one first. A picture in one flat colour is like no other.
    """
    if not thumbnails:
        return
    values = np.stack(thumbnails).reshape(len(thumbnails), -1).astype(np.float32)
    values -= values.mean(axis=1, keepdims=True)
    spread = values.std(axis=1, keepdims=True)
    values = np.where(spread < _FLAT, 0, values / np.maximum(spread, _FLAT)) / np.sqrt(values.shape[1])
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK] @ values[start:].T
        rows, columns = np.nonzero(np.triu(block >= threshold, k=1))
        yield from zip((start + rows).tolist(), (start + columns).tolist(), strict=True)


def components(count: int, pairs: Iterable[tuple[int, int]]) -> NDArray[np.int64]:
    """Number what hangs together: two places joined by a chain of pairs get the same number.

    Args:
        count: How many places there are.
        pairs: Pairs of them.

    Returns:
        For each place the smallest place of its component, shape (count,).
    """
    root = list(range(count))

    def find(place: int) -> int:
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    for one, other in pairs:
        low, high = sorted((find(one), find(other)))
        root[high] = low
    return np.array([find(place) for place in range(count)], dtype=np.int64)


def sides(keys: Sequence[str], groups: NDArray[np.int64], labels: NDArray[np.int64], test: float) -> NDArray[np.bool_]:
    """Decide for each photo whether it is for testing; a group is never torn apart.

    A hash turns the smallest key of a group into a number in [0, 1); below `test` the group is for testing. Nothing
    else counts, so other photos may come and go. The exception: a class that would lie on one side as a whole sends
    its group that is nearest to `test` to the other side, if that leaves no other class one-sided.

    Args:
        keys: What is hashed for each photo: its digest, or the name of what it belongs to.
        groups: Number of each photo's group, shape (n,).
        labels: Class of each photo, 0, 1 and so on, shape (n,).
        test: Share that is for testing, between 0 and 1.

    Returns:
        True for testing, shape (n,).
    """
    key_of: dict[int, str] = {}
    classes_of: dict[int, set[int]] = {}
    for key, group, label in zip(keys, groups.tolist(), labels.tolist(), strict=True):
        key_of[group] = min(key, key_of.get(group, key))
        classes_of.setdefault(group, set()).add(label)
    number = {group: _number(key) for group, key in key_of.items()}
    chosen = {group for group in number if number[group] < test}

    def two_sided(label: int, chosen: set[int]) -> bool:
        return len({group in chosen for group, classes in classes_of.items() if label in classes}) == 2

    for label in sorted(set(labels.tolist())):
        if not two_sided(label, chosen):
            members = [group for group, classes in classes_of.items() if label in classes]
            for group in sorted(members, key=lambda group: abs(number[group] - test)):
                moved = chosen ^ {group}
                if all(two_sided(one, moved) >= two_sided(one, chosen) for one in classes_of[group]):
                    chosen = moved
                    break
    return np.array([group in chosen for group in groups.tolist()], dtype=bool)


def _number(key: str) -> float:
    return int.from_bytes(hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()[:6], "big") / 2**48
