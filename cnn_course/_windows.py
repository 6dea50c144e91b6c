"""Windows that slide over pictures: where they lie, which pixels they hold, and the way back."""

from collections.abc import Iterator

import numpy as np

from cnn_course._inputs import Array
from cnn_course.costs import Pair, as_pair, output_size, same_padding


class Windows:
    """Where the windows of a convolution or a pooling lie, for pictures of one shape.

    Attributes:
        shape: Shape of the pictures, (n, height, width, channels).
        positions: (n, rows, columns): how many windows there are.
        margins: Pixels added (above, below) and (left, right) of the pictures.
    """

    def __init__(
        self, shape: tuple[int, ...], size: Pair, stride: Pair | None, padding: str, dilation: Pair = 1
    ) -> None:
        self.shape = shape
        self.size = as_pair(size, "size")
        self.stride = self.size if stride is None else as_pair(stride, "stride")
        self.dilation = as_pair(dilation, "dilation")
        axes = list(zip(shape[1:3], self.size, self.stride, self.dilation, strict=True))
        rows, columns = (output_size(n, k, s, padding, d) for n, k, s, d in axes)
        self.positions = (shape[0], rows, columns)
        self.margins = [same_padding(*axis) if padding == "same" else (0, 0) for axis in axes]

    def pad(self, x: Array, fill: float = 0.0) -> Array:
        """Put the margins around the pictures."""
        if not any(map(any, self.margins)):
            return x
        return np.pad(x, [(0, 0), *self.margins, (0, 0)], constant_values=fill)

    def crop(self, padded: Array) -> Array:
        """Take the margins away again."""
        (top, _), (left, _) = self.margins
        return padded[:, top : top + self.shape[1], left : left + self.shape[2]]

    def pixels(self, x: Array) -> Array:
        """All pixels of each window, (n, rows, columns, window_height, window_width, channels).

        It is a view: nothing is copied, even where windows overlap. Do not write to it.
        """
        (dilation_y, dilation_x), (stride_y, stride_x) = self.dilation, self.stride
        span = tuple(d * (k - 1) + 1 for d, k in zip(self.dilation, self.size, strict=True))
        windows = np.lib.stride_tricks.sliding_window_view(self.pad(x), span, axis=(1, 2))
        # (n, every position, channels, every pixel of the span): keep what stride and dilation leave.
        windows = windows[:, ::stride_y, ::stride_x, :, ::dilation_y, ::dilation_x]
        return np.moveaxis(windows, 3, 5)

    def taps(self, padded: Array) -> Iterator[Array]:
        """The pixel that each window has at its first place, at its second, ..., each (n, rows, columns, channels).

        Each is a view of the padded pictures, shifted and thinned out: no pixel occurs twice in it, so it may be
        written to.
        """
        (_, rows, columns), (stride_y, stride_x) = self.positions, self.stride
        for i, j in np.ndindex(self.size):
            top, left = i * self.dilation[0], j * self.dilation[1]
            bottom, right = top + stride_y * (rows - 1) + 1, left + stride_x * (columns - 1) + 1
            yield padded[:, top:bottom:stride_y, left:right:stride_x]
