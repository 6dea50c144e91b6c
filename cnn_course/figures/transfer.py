"""F9: which layers learn when a net is trained from scratch, used frozen, or fine-tuned."""

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from cnn_course.show import COLOURS, Figure, empty, ink

# Layers of each net, first to last: whether they learn. The last is the head.
_WAYS = {
    "from scratch": (True, True, True, True),
    "frozen features, new head": (False, False, False, True),
    "fine-tuned": (False, False, True, True),
}
_BLOCKS = ("first blocks", "middle", "last blocks", "head")
_STARTS = {
    "from scratch": "all weights start at random",
    "frozen features, new head": "hatched: as learned on ImageNet, and kept",
    "fine-tuned": "the last blocks go on learning, in small steps",
}


def transfer() -> Figure:
    """Draw three nets as rows of blocks: hatched blocks keep the weights they came with, plain ones learn.

    Returns:
        The figure.
    """
    figure = empty(
        3.2,
        description=(
            "Three nets, each a row of four blocks from picture to answer; hatched blocks are frozen. From scratch: "
            "all four learn. Frozen features: the first three are frozen, only the new head learns. Fine-tuned: the "
            "first two are frozen, the last block and the head learn."
        ),
    )
    figure.set_layout_engine("none")
    axes = figure.add_axes((0.02, 0.02, 0.96, 0.96))
    for row, (name, learns) in enumerate(_WAYS.items()):
        _draw_net(axes, 2.62 - 1.25 * row, name, learns)
    axes.set(xlim=(0, 10), ylim=(-0.45, 3.5))
    axes.axis("off")
    return figure


def _draw_net(axes: Axes, bottom: float, name: str, learns: tuple[bool, ...]) -> None:
    """One net: its name above, its blocks from left to right, and what its weights are below."""
    axes.text(0.05, bottom + 0.58, name, weight="bold", fontsize=10.5, va="bottom")
    for place, learning in enumerate(learns):
        head = place == len(learns) - 1
        left, width = 0.1 + 2.5 * place, 1.6 if head else 2.1
        colour = COLOURS[0] if head else COLOURS[1]
        axes.add_patch(
            Rectangle(
                (left, bottom),
                width,
                0.5,
                facecolor=(colour if learning else "white"),
                edgecolor="black",
                hatch=None if learning else "////",
                linewidth=1.2,
            )
        )
        if not head:
            arrow = {"arrowstyle": "->", "color": "black"}
            axes.annotate("", (left + 2.5, bottom + 0.25), (left + width, bottom + 0.25), arrowprops=arrow)
        paper = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        axes.text(
            left + width / 2,
            bottom + 0.25,
            _BLOCKS[place],
            ha="center",
            va="center",
            fontsize=9.5,
            color=ink(colour) if learning else "black",
            bbox=None if learning else paper,
        )
    axes.text(0.1, bottom - 0.08, _STARTS[name], fontsize=9.5, va="top")
