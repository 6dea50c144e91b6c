"""On which side of the split each group of photos lies."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence, Set

from cnn_course.data import draw
from cnn_course.photos._find import Photo, printable

APART = "If they only look alike, give groups of your own: `together=lambda file: file` sets all apart."
_TRIES = 200  # moves in search of a division; a dozen are enough, unless dozens of classes share their groups


def split(photos: Sequence[Photo], test: float) -> None:
    """Decide for each photo whether it is for testing, so that each class lies on both sides.

    A hash turns the name of a group into a number in [0, 1); below `test` the group is for testing. Nothing else
    counts, so other photos may come and go. The exception: if a class would lie on one side as a whole, groups are
    moved until it does not, if possible a single one, the nearest to `test`. A class that cannot lie on both sides is
    left out. No group is ever torn apart.

    Args:
        photos: Photos with their `group`; `in_test` is set.
        test: Share that is for testing, between 0 and 1.
    """
    groups_of: dict[str, set[str]] = {}
    for photo in photos:
        groups_of.setdefault(photo.label, set()).add(photo.group)
    number = {photo.group: _number(photo.group) for photo in photos}
    distance = {group: abs(place - test) for group, place in number.items()}
    chosen: Set[str] = {group for group, place in number.items() if place < test}
    divided: list[Set[str]] = []
    for label, groups in sorted(groups_of.items()):
        moved = _divide(chosen, [*divided, groups], distance, frozenset(), iter(range(_TRIES)))
        if moved is None:
            _leave_out_class([photo for photo in photos if photo.label == label], len(groups))
        else:
            chosen = moved
            divided.append(groups)
    for photo in photos:
        photo.in_test = photo.group in chosen


def set_aside(photos: Sequence[Photo], validation: float, test: float) -> None:
    """Decide which of the photos that are not for testing are for validation, by the same rule as `split`.

    A class with a single group beside those for testing keeps it for learning.

    Args:
        photos: Photos with their `group` and `in_test`; `in_validation` is set.
        validation: Share of all photos that is for validation, between 0 and 1 - `test`.
        test: The share that was asked for when `in_test` was set.
    """
    groups_of: dict[str, set[str]] = {}
    for photo in photos:
        if not photo.in_test:
            groups_of.setdefault(photo.label, set()).add(photo.group)
    number = {group: _number(group) for groups in groups_of.values() for group in groups}
    distance = {group: abs(place - test - validation) for group, place in number.items()}
    chosen: Set[str] = {group for group, place in number.items() if place < test + validation}
    divided: list[Set[str]] = []
    for _, groups in sorted(groups_of.items()):
        moved = _divide(chosen, [*divided, groups], distance, frozenset(), iter(range(_TRIES)))
        if moved is None:
            chosen -= groups
        else:
            chosen = moved
            divided.append(groups)
    for photo in photos:
        photo.in_validation = not photo.in_test and photo.group in chosen


def _number(group: str) -> float:
    text = f"{group} {draw()}" if draw() else group
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48


def _divide(
    chosen: Set[str], classes: Sequence[Set[str]], distance: Mapping[str, float], moved: Set[str], tries: Iterator[int]
) -> Set[str] | None:
    """Move groups into the test or out of it until each class lies on both sides.

    Any solution must move one of the groups of a class that lies on one side. So all of them are tried in turn, first
    those that put the fewest classes on one side; what has been tried stays where it is. The search is complete.

    Returns:
        The groups for testing, or None if there is no solution, or none is found before `tries` runs out.
    """
    one_sided = next((groups for groups in classes if _on_one_side(groups, chosen)), None)
    if one_sided is None:
        return chosen

    def harm(group: str) -> tuple[int, float]:
        return sum(_on_one_side(groups, chosen ^ {group}) for groups in classes if group in groups), distance[group]

    for group in sorted(one_sided - moved, key=harm):
        if next(tries, None) is None:
            break
        moved = moved | {group}
        if (found := _divide(chosen ^ {group}, classes, distance, moved, tries)) is not None:
            return found
    return None


def _on_one_side(groups: Set[str], chosen: Set[str]) -> bool:
    return len(groups & chosen) in (0, len(groups))


def _leave_out_class(photos: Sequence[Photo], groups: int) -> None:
    label = printable(photos[0].label)
    why = f"{label} cannot lie on both sides of the split unless what belongs together is torn apart"
    advice = "Add photos: it takes one to learn from and one to test."
    if groups == 1:
        why = f"{label} is too small a class: one picture, or only pictures that belong together"
    if len(photos) > 1:
        advice += f" {APART}"
    for photo in photos:
        photo.leave_out(why, advice)
