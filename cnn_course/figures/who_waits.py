"""Loading and learning in time: which batch is loaded, and which is learned from, at each moment."""

from collections.abc import Iterable, Mapping

from cnn_course.show.style import COLOURS, LABEL, Figure, axes, ink

Entry = tuple[str, str, int, float]

_ROWS = {"load": (1, COLOURS[0]), "learn": (0, COLOURS[1])}


def who_waits(diaries: Mapping[str, Iterable[Entry]]) -> Figure:
    """Draw what was going on when, one panel for each diary, all with the same axis of time.

    Args:
        diaries: By name of a panel, entries ("start" or "end", "load" or "learn", number of the batch, seconds).

    Returns:
        The figure; its description holds how long each took.
    """
    bars = {name: _bars(entries) for name, entries in diaries.items()}
    told = "; ".join(f"{name}, {_end(found):.0f} ms" for name, found in bars.items())
    batches = max(number for found in bars.values() for _, number, _, _ in found) + 1
    description = f"{batches} batches loaded (above) and learned from (below) in time: {told}."
    figure, panels = axes(len(bars), 1, sharex=True, height=1.3 * len(bars), description=description, squeeze=False)
    for panel, (name, found) in zip(panels[:, 0], bars.items(), strict=True):
        for what, number, start, length in found:
            row, colour = _ROWS[what]
            panel.broken_barh([(start, length)], (row, 0.9), facecolor=colour, edgecolor="white")
            middle = start + length / 2, row + 0.45
            panel.text(*middle, str(number + 1), ha="center", va="center", color=ink(colour), **LABEL)
        panel.set_yticks([row + 0.45 for row, _ in _ROWS.values()], list(_ROWS))
        panel.set_title(name)
    panels[-1, 0].set_xlabel("milliseconds")
    return figure


def _bars(entries: Iterable[Entry]) -> list[tuple[str, int, float, float]]:
    """(what, batch, start, length) of everything that was begun and ended, in milliseconds from the first start."""
    noted = list(entries)
    first = min(when for _, _, _, when in noted)
    ends = {(what, number): when for moment, what, number, when in noted if moment == "end"}
    return [
        (what, number, 1e3 * (when - first), 1e3 * (ends[what, number] - when))
        for moment, what, number, when in noted if moment == "start"
    ]  # fmt: skip


def _end(bars: list[tuple[str, int, float, float]]) -> float:
    return max(start + length for _, _, start, length in bars)
