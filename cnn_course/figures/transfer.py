"""Which layers learn when a net is trained from scratch, used frozen, or fine-tuned."""

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from cnn_course.show.style import COLOURS, LABEL, Figure, empty, ink

_BLOCKS = ("first blocks", "middle", "last blocks", "head")
# For each net: how many of its blocks are frozen, and what its weights are.
_WAYS = {
    "from scratch": (0, "all weights start at random"),
    "frozen features, new head": (3, "hatched: as learned on ImageNet, and kept"),
    "fine-tuned": (2, "the last blocks go on learning, in small steps"),
}


def transfer() -> Figure:
    """Draw three nets as rows of blocks: hatched blocks keep the weights they came with, plain ones learn."""
    description = (
        "Three nets, each a row of four blocks from picture to answer; hatched blocks are frozen. From scratch: "
        "all four learn. Frozen features: the first three are frozen, only the new head learns. Fine-tuned: the "
        "first two are frozen, the last block and the head learn."
    )
    figure = empty(3.2, layout="none", description=description)
    axes = figure.add_axes((0.02, 0.02, 0.96, 0.96))
    for row, (name, (frozen, weights)) in enumerate(_WAYS.items()):
        bottom = 2.62 - 1.25 * row
        axes.text(0.05, bottom + 0.58, name, weight="bold", fontsize=10.5, va="bottom")
        _draw_blocks(axes, bottom, frozen)
        axes.text(0.1, bottom - 0.08, weights, va="top", **LABEL)
    axes.set(xlim=(0, 10), ylim=(-0.45, 3.5))
    axes.axis("off")
    return figure


def _draw_blocks(axes: Axes, bottom: float, frozen: int) -> None:
    """Draw the blocks of one net from left to right, the frozen ones hatched."""
    for place, name in enumerate(_BLOCKS):
        head = name == "head"
        left, width = 0.1 + 2.5 * place, 1.6 if head else 2.1
        colour = "white" if place < frozen else COLOURS[0] if head else COLOURS[1]
        hatch = "////" if place < frozen else None
        block = Rectangle((left, bottom), width, 0.5, facecolor=colour, edgecolor="black", hatch=hatch, linewidth=1.2)
        axes.add_patch(block)
        if not head:
            arrow = {"arrowstyle": "->", "color": "black"}
            axes.annotate("", (left + 2.5, bottom + 0.25), (left + width, bottom + 0.25), arrowprops=arrow)
        paper = {"facecolor": "white", "edgecolor": "none", "pad": 1.5} if place < frozen else None
        middle = left + width / 2, bottom + 0.25
        axes.text(*middle, name, ha="center", va="center", color=ink(colour), bbox=paper, **LABEL)
