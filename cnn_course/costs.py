"""What a layer costs, worked out by hand: sizes, parameters, multiply-adds, memory, receptive field.

Only integers and a table of pandas: a Keras model is read by its attributes, so TensorFlow is never imported.

A number that belongs to both axes of a picture is an int (3) or a pair (height, width), as in Keras.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Conv", "Dense", "Flatten", "GlobalPool", "Pool", "output_size", "same_padding", "summary"]

Pair = int | tuple[int, int]
Shape = tuple[int, ...]


# --- One axis of one layer ------------------------------------------------------------------------------


def output_size(n: int, kernel: int, stride: int = 1, padding: str = "valid", dilation: int = 1) -> int:
    """Number of positions at which a kernel is applied along one axis.

    "valid" counts the places where the kernel lies inside the picture; "same" gives `n / stride`, rounded up.

    Args:
        n: pixels along the axis.
        kernel: weights of the kernel along the axis.
        stride: pixels from one position to the next.
        padding: "valid" or "same".
        dilation: pixels from one weight to the next.

    Raises:
        ValueError: if a number is below 1, the padding is unknown, or the kernel does not fit.

    Derived in notebook 02.
    """
    span = _span(n, kernel, stride, dilation)
    if padding == "same":
        return -(-n // stride)
    if padding != "valid":
        raise ValueError(f'padding must be "valid" or "same", not {padding!r}')
    if n < span:
        raise ValueError(
            f"a kernel that spans {span} pixels does not fit into {n}: take a smaller kernel or dilation, "
            'pad with padding="same", or shrink the picture less before this layer'
        )
    return (n - span) // stride + 1


def same_padding(n: int, kernel: int, stride: int = 1, dilation: int = 1) -> tuple[int, int]:
    """Pixels that padding="same" adds before and after the picture, along one axis.

    As few as will do; if their number is odd, the extra one comes after, as in TensorFlow (and unlike PyTorch).
    With a stride, they depend on `n`.

    Raises:
        ValueError: if a number is below 1.

    Derived in notebook 02.
    """
    span = _span(n, kernel, stride, dilation)
    last_start = (output_size(n, kernel, stride, "same", dilation) - 1) * stride
    total = max(last_start + span - n, 0)
    return total // 2, total - total // 2


def as_pair(value: Pair, name: str) -> tuple[int, int]:
    """Read `value`, an int or a pair (height, width), as a pair of ints of at least 1.

    Raises:
        ValueError: if it is neither; the message calls the value `name`.
    """
    pair = tuple(value) if isinstance(value, Sequence) else (value, value)
    if len(pair) != 2:
        raise ValueError(f"{name} must be one whole number or a pair (height, width), not {value!r}")
    for number in pair:
        _at_least_one(number, name)
    return pair


def _span(n: int, kernel: int, stride: int, dilation: int) -> int:
    """Pixels from the first to the last one under the kernel, after a check of all four numbers."""
    for name, number in {"n": n, "kernel": kernel, "stride": stride, "dilation": dilation}.items():
        _at_least_one(number, name)
    return dilation * (kernel - 1) + 1


def _at_least_one(number: int, name: str) -> None:
    # numpy's integers have no common base with int but, like it, an __index__.
    if isinstance(number, bool) or not hasattr(number, "__index__") or number < 1:
        raise ValueError(f"{name} must be a whole number of at least 1, not {number!r}")


# --- Layers ---------------------------------------------------------------------------------------------


class _Effect(NamedTuple):
    """What one layer does to one picture of a known shape."""

    output: Shape
    parameters: int = 0
    multiply_adds: int = 0
    reach: tuple[int, int] = (0, 0)  # how many more of its input's positions one output sees, down and across
    stride: tuple[int, int] = (1, 1)
    grid: tuple[int, int] | None = None  # positions that are left, down and across; None: as before


class _Layer(Protocol):
    def effect(self, shape: Shape, grid: tuple[int, int]) -> _Effect: ...


@dataclass(frozen=True)
class Conv:
    """A convolution: `filters` kernels, each over all channels of its group (one group unless told otherwise).

    With as many groups as channels it is a depthwise convolution.
    """

    filters: int
    kernel: Pair
    stride: Pair = 1
    padding: str = "valid"
    dilation: Pair = 1
    bias: bool = True
    groups: int = 1

    def __str__(self) -> str:
        return f"Conv {_times(self.kernel)}"

    def effect(self, shape: Shape, grid: tuple[int, int]) -> _Effect:
        """Parameters, and one multiply-add for each weight at each position."""
        height, width, channels = _picture(shape)
        if channels % self.groups:
            raise ValueError(f"{channels} channels cannot be shared out evenly among {self.groups} groups")
        kernel, stride, dilation = _pairs(kernel=self.kernel, stride=self.stride, dilation=self.dilation)
        rows, columns = _output(height, width, kernel, stride, self.padding, dilation)
        weights = kernel[0] * kernel[1] * (channels // self.groups) * self.filters
        return _Effect(
            output=(rows, columns, self.filters),
            parameters=weights + self.filters * self.bias,
            multiply_adds=weights * rows * columns,
            reach=(dilation[0] * (kernel[0] - 1), dilation[1] * (kernel[1] - 1)),
            stride=stride,
            grid=(rows, columns),
        )


@dataclass(frozen=True)
class Pool:
    """Max or average pooling over windows of `size`; the stride is the size unless it is given."""

    size: Pair = 2
    stride: Pair | None = None
    padding: str = "valid"

    def __str__(self) -> str:
        return f"Pool {_times(self.size)}"

    def effect(self, shape: Shape, grid: tuple[int, int]) -> _Effect:
        """No parameters, and no multiplications: comparisons or additions only."""
        height, width, channels = _picture(shape)
        size, stride = _pairs(size=self.size, stride=self.size if self.stride is None else self.stride)
        rows, columns = _output(height, width, size, stride, self.padding, (1, 1))
        return _Effect((rows, columns, channels), reach=(size[0] - 1, size[1] - 1), stride=stride, grid=(rows, columns))


@dataclass(frozen=True)
class GlobalPool:
    """Max or average pooling over the whole map: one value a channel is left."""

    def __str__(self) -> str:
        return "GlobalPool"

    def effect(self, shape: Shape, grid: tuple[int, int]) -> _Effect:
        """No parameters, and no multiplications."""
        height, width, channels = _picture(shape)
        return _Effect((channels,), reach=(height - 1, width - 1), grid=(1, 1))


@dataclass(frozen=True)
class Flatten:
    """All values of a picture in one row."""

    def __str__(self) -> str:
        return "Flatten"

    def effect(self, shape: Shape, grid: tuple[int, int]) -> _Effect:
        """Only the shape changes. The positions stay: it is the dense layer after it that sees them all."""
        return _Effect((_product(shape),))


@dataclass(frozen=True)
class Dense:
    """A fully connected layer. On a picture it acts at each position alone, as in Keras."""

    units: int
    bias: bool = True

    def __str__(self) -> str:
        return "Dense"

    def effect(self, shape: Shape, grid: tuple[int, int]) -> _Effect:
        """Parameters, and one multiply-add for each weight (at each position, if there are any left)."""
        *positions, features = shape
        weights = features * self.units
        return _Effect(
            output=(*positions, self.units),
            parameters=weights + self.units * self.bias,
            multiply_adds=weights * _product(positions),
            reach=(0, 0) if positions else (grid[0] - 1, grid[1] - 1),
            grid=grid if positions else (1, 1),
        )


@dataclass(frozen=True)
class _Elementwise:
    """A layer of Keras that works value by value: activation, normalisation, the sum of two branches."""

    parameters: int

    def effect(self, shape: Shape, grid: tuple[int, int]) -> _Effect:
        return _Effect(shape, parameters=self.parameters)

    def join(self, shapes: list[Shape]) -> Shape:
        """What the branches come to: their common shape; an axis of length 1 is repeated, as in NumPy."""
        length = max(len(shape) for shape in shapes)
        padded = [(1,) * (length - len(shape)) + shape for shape in shapes]
        joined = tuple(max(axis) for axis in zip(*padded, strict=True))
        if any(size not in (1, joined[axis]) for shape in padded for axis, size in enumerate(shape)):
            raise ValueError("shapes that differ cannot be joined value by value")
        return joined


@dataclass(frozen=True)
class _Concatenate:
    """A layer of Keras that puts branches side by side along one axis (without the batch axis)."""

    axis: int

    def effect(self, shape: Shape, grid: tuple[int, int]) -> _Effect:
        return _Effect(shape)

    def join(self, shapes: list[Shape]) -> Shape:
        joined = list(shapes[0])
        joined[self.axis] = sum(shape[self.axis] for shape in shapes)
        return tuple(joined)


@dataclass(frozen=True)
class _Pad:
    """A layer of Keras that puts zeros around the picture."""

    rows: int
    columns: int

    def effect(self, shape: Shape, grid: tuple[int, int]) -> _Effect:
        height, width, channels = _picture(shape)
        padded = (height + self.rows, width + self.columns)
        return _Effect((*padded, channels), grid=padded)


# --- A list of layers, or a model -----------------------------------------------------------------------


def summary(layers_or_model: Any, input_shape: Shape | None = None) -> "pd.DataFrame":
    """Work out the cost of each layer of a net, for one image.

    The columns:

    - `layer`: what it is; for a Keras model, its name there.
    - `output`: shape of what it hands on, without the batch axis.
    - `parameters`: numbers it holds, biases included.
    - `multiply_adds`: products that are added up in a forward pass. The adding of biases, activations,
      pooling and normalisation are not counted.
    - `values`: how many values it hands on (4 bytes each in float32). Training keeps them until the backward
      pass.
    - `receptive_field`: how many pixels of the image, along an axis, one value can depend on; a pair
      (height, width) where the axes differ. Each layer adds `dilation * (kernel - 1)` times the product of the
      earlier strides (Araujo, Norris, Sim: "Computing Receptive Fields of Convolutional Neural Networks",
      Distill 2019, doi:10.23915/distill.00021). With padding it can be larger than the image. Where branches
      meet, it is that of the branch that sees most.
    - `step`: pixels of the image from one position of the output to the next: the product of the strides so
      far.

    For totals: `summary(...)[["parameters", "multiply_adds", "values"]].sum()`.

    Args:
        layers_or_model: a list of `Conv`, `Pool`, `GlobalPool`, `Flatten`, `Dense` that follow one another, or a
            Keras model with known input shape, with or without branches.
        input_shape: (height, width, channels) of one image; for a Keras model, its own unless given.

    Returns:
        A pandas DataFrame with a row for each layer.

    Raises:
        ValueError: if the input shape is not known, if a layer is unknown or cannot follow the one before (the
            message names it), or if a model has several inputs, a layer that is used twice, or an operation
            between its layers.

    Derived in notebook 04.
    """
    import pandas as pd  # here, since `import cnn_course.layers` should not have to wait for it

    if hasattr(layers_or_model, "layers"):
        steps = list(_read_keras(layers_or_model))
        shape = tuple(input_shape or _keras_input_shape(layers_or_model))
    else:
        steps = [_Step(str(layer), layer, (place,)) for place, layer in enumerate(layers_or_model)]
        shape = tuple(input_shape or ())
    if not shape or None in shape:
        raise ValueError("say what goes in: summary(..., input_shape=(height, width, channels))")
    return pd.DataFrame(list(_rows(steps, shape)))


class _Step(NamedTuple):
    """A layer, what to call it, what it gets, and, where Keras knows it, what its output should come to."""

    name: str
    layer: _Layer
    inputs: tuple[int, ...]  # 0 is the image, 1 what the first layer hands on, 2 the second ...
    expected: tuple[int | None, ...] | None = None


class _Place(NamedTuple):
    """What is handed on at one place in a net, and how it lies over the image."""

    shape: Shape
    grid: tuple[int, int]
    field: tuple[int, int] = (1, 1)
    step: tuple[int, int] = (1, 1)


def _rows(steps: list[_Step], shape: Shape) -> Iterator[dict[str, Any]]:
    """Follow one image through the layers."""
    # An input of plain features has one position for each.
    places = [_Place(shape, ((*shape, 1)[0], (*shape, 1)[1]))]
    for step in steps:
        if not hasattr(step.layer, "effect"):
            raise ValueError(f"{step.layer!r} is no layer of cnn_course.costs: take Conv, Pool, Dense and so on")
        incoming = [places[number] for number in step.inputs]
        shapes = [place.shape for place in incoming]
        try:
            before = _meet(step.layer, incoming) if len(incoming) > 1 else incoming[0]
            effect = step.layer.effect(before.shape, before.grid)
        except ValueError as error:
            gets = " and ".join(str(one) for one in shapes)
            raise ValueError(f"layer {step.name!r}, which gets {gets}: {error}") from None
        if step.expected is not None and not _agree(effect.output, step.expected):
            raise ValueError(
                f"layer {step.name!r} gives {effect.output} for an image of shape {shape}, but the model says "
                f"{step.expected}: leave input_shape out, or give the one that the model was built for"
            )
        places.append(
            _Place(
                shape=effect.output,
                grid=effect.grid or before.grid,
                field=(
                    before.field[0] + effect.reach[0] * before.step[0],
                    before.field[1] + effect.reach[1] * before.step[1],
                ),
                step=(before.step[0] * effect.stride[0], before.step[1] * effect.stride[1]),
            )
        )
        yield {
            "layer": step.name,
            "output": effect.output,
            "parameters": effect.parameters,
            "multiply_adds": effect.multiply_adds,
            "values": _product(effect.output),
            "receptive_field": _one_if_equal(places[-1].field),
            "step": _one_if_equal(places[-1].step),
        }


def _meet(layer: Any, places: list[_Place]) -> _Place:
    """Branches that meet in a layer, as one place: each number is that of the branch where it is largest."""
    shape = layer.join([place.shape for place in places])
    grids, fields, steps = ([place[part] for place in places] for part in (1, 2, 3))
    return _Place(shape, _largest(grids), _largest(fields), _largest(steps))


def _largest(pairs: list[Any]) -> tuple[int, int]:
    return max(pair[0] for pair in pairs), max(pair[1] for pair in pairs)


def _picture(shape: Shape) -> tuple[int, int, int]:
    if len(shape) != 3:
        raise ValueError("it needs a picture (height, width, channels)")
    return shape[0], shape[1], shape[2]


def _output(
    height: int, width: int, kernel: tuple[int, int], stride: tuple[int, int], padding: str, dilation: tuple[int, int]
) -> tuple[int, int]:
    return (
        output_size(height, kernel[0], stride[0], padding, dilation[0]),
        output_size(width, kernel[1], stride[1], padding, dilation[1]),
    )


def _pairs(**numbers: Pair) -> tuple[tuple[int, int], ...]:
    return tuple(as_pair(value, name) for name, value in numbers.items())


def _product(numbers: Sequence[int]) -> int:
    product = 1
    for number in numbers:
        product *= number
    return product


def _one_if_equal(pair: tuple[int, int]) -> Pair:
    return pair[0] if pair[0] == pair[1] else pair


def _times(size: Pair) -> str:
    height, width = as_pair(size, "size")
    return f"{height}×{width}"


def _agree(output: Shape, expected: tuple[int | None, ...]) -> bool:
    """Whether the shapes are equal; None stands for any size."""
    return len(output) == len(expected) and all(b in (None, a) for a, b in zip(output, expected, strict=True))


# --- Keras, by attributes -------------------------------------------------------------------------------


def _conv(layer: Any) -> Conv:
    return Conv(
        layer.filters,
        layer.kernel_size,
        layer.strides,
        layer.padding,
        layer.dilation_rate,
        layer.use_bias,
        layer.groups,
    )


def _depthwise(layer: Any) -> Conv:
    channels = layer.kernel.shape[2]
    return Conv(
        channels * layer.depth_multiplier,
        layer.kernel_size,
        layer.strides,
        layer.padding,
        layer.dilation_rate,
        layer.use_bias,
        groups=channels,
    )


def _pool(layer: Any) -> Pool:
    return Pool(layer.pool_size, layer.strides, layer.padding)


def _global_pool(layer: Any) -> GlobalPool:
    return GlobalPool()


def _flatten(layer: Any) -> Flatten:
    return Flatten()


def _dense(layer: Any) -> Dense:
    return Dense(layer.units, layer.use_bias)


def _elementwise(layer: Any) -> _Elementwise:
    return _Elementwise(layer.count_params())


def _concatenate(layer: Any) -> _Concatenate:
    return _Concatenate(layer.axis if layer.axis < 0 else layer.axis - 1)


def _pad(layer: Any) -> _Pad:
    (top, bottom), (left, right) = layer.padding
    return _Pad(top + bottom, left + right)


_KERAS: dict[str, Callable[[Any], _Layer]] = {
    "Conv2D": _conv,
    "DepthwiseConv2D": _depthwise,
    "MaxPooling2D": _pool,
    "AveragePooling2D": _pool,
    "GlobalMaxPooling2D": _global_pool,
    "GlobalAveragePooling2D": _global_pool,
    "Flatten": _flatten,
    "Dense": _dense,
    "InputLayer": _elementwise,
    "Rescaling": _elementwise,
    "Activation": _elementwise,
    "ReLU": _elementwise,
    "Softmax": _elementwise,
    "Dropout": _elementwise,
    "BatchNormalization": _elementwise,
    "ZeroPadding2D": _pad,
    "Add": _elementwise,
    "Multiply": _elementwise,
    "Average": _elementwise,
    "Maximum": _elementwise,
    "Concatenate": _concatenate,
}


_READABLE = (
    "summary reads nets in which each layer is used once and nothing but layers stands between them "
    "(keras.layers.Add()([x, y]), not x + y)"
)


def _read_keras(model: Any) -> Iterator[_Step]:
    _keras_input_shape(model)  # a model that is not built yet cannot be read
    number = {id(model.inputs[0]): 0}  # of each tensor: which layer hands it on
    for place, layer in enumerate(model.layers, 1):
        kind = type(layer).__name__
        if kind not in _KERAS:
            raise ValueError(
                f"layer {layer.name!r} is of kind {kind}, which summary does not know; it knows {', '.join(_KERAS)}"
            )
        if kind == "InputLayer":
            inputs, output = model.inputs, model.inputs[0]
        else:
            inputs, output = _use(layer, number)
        places = tuple(number[id(tensor)] for tensor in inputs)
        yield _Step(layer.name, _KERAS[kind](layer), places, tuple(output.shape[1:]))
        number[id(output)] = place
    if any(id(tensor) not in number for tensor in model.outputs):
        raise ValueError(f"model {model.name!r} gives something that no layer of it hands on: {_READABLE}")


def _use(layer: Any, number: dict[int, int]) -> tuple[list[Any], Any]:
    """Inputs and output of a layer in a net; it may belong to others, too, and `layer.input` tells of the first."""
    for node in layer._inbound_nodes:
        if all(id(tensor) in number for tensor in node.input_tensors):
            return node.input_tensors, node.output_tensors[0]
    raise ValueError(f"layer {layer.name!r} gets something that no layer before it hands on: {_READABLE}")


def _keras_input_shape(model: Any) -> Shape:
    shape = getattr(model, "input_shape", None) if model.built else None
    if shape is None:
        raise ValueError(
            f"model {model.name!r} does not know its input yet: start it with keras.Input((height, width, channels))"
        )
    if len(model.inputs) != 1:
        raise ValueError(f"model {model.name!r} has {len(model.inputs)} inputs; summary follows one image")
    return tuple(shape[1:])
