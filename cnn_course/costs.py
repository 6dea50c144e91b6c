"""Sizes and costs of layers, worked out by hand: output sizes, parameters, multiply-adds, memory, receptive field.

Keras' layers are read by their attributes; nothing is computed with them. A number that belongs to both axes of a
picture is an int (3) or a pair (height, width), as in Keras.
"""

from collections.abc import Iterator, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["output_size", "same_padding", "summary"]

Pair = int | tuple[int, int]
Shape = tuple[int, ...]


# --- Along one axis -------------------------------------------------------------------------------------------------


def output_size(n: int, kernel: int, stride: int = 1, padding: str = "valid", dilation: int = 1) -> int:
    """Number of positions at which a kernel is applied along one axis.

    "valid" counts the places where the kernel lies inside the picture; "same" gives `n / stride`, rounded up.

    Args:
        n: Pixels along the axis.
        kernel: Weights of the kernel along the axis.
        stride: Pixels from one position to the next.
        padding: "valid" or "same".
        dilation: Pixels from one weight to the next.

    Raises:
        ValueError: If a number is below 1, the padding is unknown, or the kernel does not fit.

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

    Args:
        n: Pixels along the axis.
        kernel: Weights of the kernel along the axis.
        stride: Pixels from one position to the next.
        dilation: Pixels from one weight to the next.

    Raises:
        ValueError: If a number is below 1.

    Derived in notebook 02.
    """
    span = _span(n, kernel, stride, dilation)
    last_start = (output_size(n, kernel, stride, "same", dilation) - 1) * stride
    total = max(last_start + span - n, 0)
    return total // 2, total - total // 2


def as_pair(value: Pair, name: str) -> tuple[int, int]:
    """Read `value`, an int or a pair (height, width), as a pair of ints of at least 1.

    Raises:
        ValueError: If it is neither; the message calls the value `name`.
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
    # NumPy's integers have no common base with int but, like it, an __index__.
    if isinstance(number, bool) or not hasattr(number, "__index__") or number < 1:
        raise ValueError(f"{name} must be a whole number of at least 1, not {number!r}")


# --- A list of layers, or a model -----------------------------------------------------------------------------------


def summary(layers_or_model: Any, input_shape: Shape | None = None) -> "pd.DataFrame":
    """Work out the cost of each layer of a net, for one image.

    The columns:

    - `layer`: what it is; for a Keras model, its name there.
    - `output`: shape of what it hands on, without the batch axis.
    - `parameters`: numbers it holds, biases included.
    - `multiply_adds`: products that are added up in a forward pass. Biases, activations, pooling and normalisation
      are not counted.
    - `values`: how many values it hands on (4 bytes each in float32). Training keeps them until the backward pass.
    - `receptive_field`: how many pixels of the image, along an axis, one value can depend on; a pair (height, width)
      where the axes differ. Each layer adds `dilation * (kernel - 1)` times the product of the earlier strides
      (Araujo, Norris, Sim: "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019,
      doi:10.23915/distill.00021). With padding it can be larger than the image. Where branches meet, it is that of
      the branch that sees most.
    - `step`: pixels of the image from one position of the output to the next: the product of the strides so far.

    For totals: `summary(...)[["parameters", "multiply_adds", "values"]].sum()`.

    Args:
        layers_or_model: A list of Keras layers that follow one another, built or not; or a Keras model, with or without
            branches.
        input_shape: (height, width, channels) of one image; for a model that is made for one size, left out.

    Returns:
        A pandas DataFrame with a row for each layer.

    Raises:
        ValueError: If the input shape is not known, if a layer is unknown or cannot follow the one before (the message
            names it), or if a model has several inputs, a layer that is used twice, or an operation between its layers.

    Derived in notebook 04.
    """
    import pandas as pd  # here, since `import cnn_course.layers` should not have to wait for it

    if hasattr(layers_or_model, "layers"):
        input_shape = _image_shape(layers_or_model, input_shape)
        steps = list(_steps(layers_or_model))
    else:
        steps = [_Step(_title(layer), layer, (place,)) for place, layer in enumerate(layers_or_model)]
    if not input_shape or None in input_shape:
        raise ValueError("say what goes in: summary(..., input_shape=(height, width, channels))")
    return pd.DataFrame(list(_rows(steps, tuple(input_shape))))


class _Step(NamedTuple):
    """A layer, what to call it, and the places that it reads: 0 is the image, 1 what the first layer hands on ..."""

    name: str
    layer: Any
    inputs: tuple[int, ...]


class _Place(NamedTuple):
    """What is handed on at one place in a net, and how it lies over the image; pairs are (height, width)."""

    shape: Shape
    grid: tuple[int, int]  # positions
    field: tuple[int, int] = (1, 1)  # pixels that one position sees
    step: tuple[int, int] = (1, 1)  # pixels from one position to the next


def _rows(steps: list[_Step], shape: Shape) -> Iterator[dict[str, Any]]:
    """Follow one image through the layers."""
    places = [_Place(shape, (shape[0], 1 if len(shape) == 1 else shape[1]))]  # plain features have a position each
    for step in steps:
        incoming = [places[number] for number in step.inputs]
        try:
            place, parameters, multiply_adds = _through(step.layer, incoming)
        except ValueError as error:
            gets = " and ".join(str(one.shape) for one in incoming)
            raise ValueError(f"layer {step.name!r}, which gets {gets}: {error}") from None
        places.append(place)
        yield {
            "layer": step.name,
            "output": place.shape,
            "parameters": parameters,
            "multiply_adds": multiply_adds,
            "values": prod(place.shape),
            "receptive_field": _one_if_equal(place.field),
            "step": _one_if_equal(place.step),
        }


# --- One layer of Keras, by its attributes --------------------------------------------------------------------------

_WINDOWS = {"Conv2D", "DepthwiseConv2D", "MaxPooling2D", "AveragePooling2D"}
_WHOLE_MAP = {"GlobalAveragePooling2D", "GlobalMaxPooling2D"}
_VALUE_BY_VALUE = {"InputLayer", "Rescaling", "Activation", "ReLU", "Softmax", "Dropout", "BatchNormalization", "Add"}
_KNOWN = _WINDOWS | _WHOLE_MAP | _VALUE_BY_VALUE | {"Dense", "Flatten", "ZeroPadding2D"}


def _through(layer: Any, incoming: list[_Place]) -> tuple[_Place, int, int]:
    """What a layer hands on, its parameters and its multiply-adds."""
    kind = type(layer).__name__
    if kind not in _KNOWN:
        raise ValueError(f"{kind} is no layer that summary knows; it knows {', '.join(sorted(_KNOWN))}")
    before = _meeting(incoming)
    if kind in _WINDOWS | _WHOLE_MAP and len(before.shape) != 3:
        raise ValueError("it needs a picture (height, width, channels)")
    if kind == "InputLayer":
        return before, 0, 0
    batches = [(None, *one.shape) for one in incoming]
    output = tuple(layer.compute_output_shape(batches if len(batches) > 1 else batches[0])[1:])
    if min(output) < 1:  # newer versions of Keras say so themselves
        raise ValueError(f"it does not fit: its output would have the empty or negative shape {output}")
    weights = _weights(layer, kind, before.shape[-1])
    parameters = weights + output[-1] * bool(getattr(layer, "use_bias", False))
    if kind == "BatchNormalization":  # two running averages, and what it learns
        parameters = output[-1] * (2 + bool(layer.scale) + bool(layer.center))
    return _over_the_image(layer, kind, before, output), parameters, weights * prod(output[:-1])


def _meeting(places: list[_Place]) -> _Place:
    """Branches that meet, as one place: each number is that of the branch where it is largest."""
    grid, field, step = (
        (max(pair[0] for pair in pairs), max(pair[1] for pair in pairs))
        for pairs in ([place[part] for place in places] for part in (1, 2, 3))
    )
    return _Place(places[0].shape, grid, field, step)


def _over_the_image(layer: Any, kind: str, before: _Place, output: Shape) -> _Place:
    """How the output lies over the image: a layer widens what a position sees by all but one of the pixels it reads."""
    grid, reach, strides = before.grid, (0, 0), (1, 1)
    if kind in _WINDOWS:
        size = layer.kernel_size if hasattr(layer, "kernel_size") else layer.pool_size
        apart = getattr(layer, "dilation_rate", (1, 1))
        grid, strides = (output[0], output[1]), layer.strides
        reach = (apart[0] * (size[0] - 1), apart[1] * (size[1] - 1))
    elif kind in _WHOLE_MAP or (kind == "Dense" and len(output) == 1):
        grid, reach = (1, 1), (grid[0] - 1, grid[1] - 1)
    elif kind == "ZeroPadding2D":
        grid = (output[0], output[1])
    field = (before.field[0] + reach[0] * before.step[0], before.field[1] + reach[1] * before.step[1])
    return _Place(output, grid, field, (before.step[0] * strides[0], before.step[1] * strides[1]))


def _weights(layer: Any, kind: str, channels: int) -> int:
    """Weights that are multiplied at each position."""
    if kind == "Conv2D":
        if channels % layer.groups:
            raise ValueError(f"{channels} channels cannot be shared out evenly among {layer.groups} groups")
        return int(prod(layer.kernel_size) * (channels // layer.groups) * layer.filters)
    if kind == "DepthwiseConv2D":
        return int(prod(layer.kernel_size) * channels * layer.depth_multiplier)
    return int(channels * layer.units) if kind == "Dense" else 0


def _title(layer: Any) -> str:
    size = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    return type(layer).__name__ + (f" {size[0]}×{size[1]}" if size else "")


def _one_if_equal(pair: tuple[int, int]) -> Pair:
    return pair[0] if pair[0] == pair[1] else pair


# --- A model of Keras -----------------------------------------------------------------------------------------------


def _image_shape(model: Any, asked: Shape | None) -> Shape:
    """Shape of the image that a model gets: the one asked for, if it is made for that, or else its own."""
    own = getattr(model, "input_shape", None) if model.built else None
    if own is None:
        raise ValueError(
            f"model {model.name!r} does not know its input yet: start it with keras.Input((height, width, channels))"
        )
    if len(model.inputs) != 1:
        raise ValueError(f"model {model.name!r} has {len(model.inputs)} inputs; summary follows one image")
    if asked and any(mine not in (None, yours) for mine, yours in zip(own[1:], asked, strict=True)):
        raise ValueError(f"model {model.name!r} is made for images of {own[1:]}, not {asked}: leave input_shape out")
    return tuple(asked or own[1:])


def _steps(model: Any) -> Iterator[_Step]:
    """The layers of a model in order, each with the places that it reads."""
    config = model.get_config()
    if "input_layers" not in config:  # Sequential: one layer after the other
        yield from (_Step(layer.name, layer, (place,)) for place, layer in enumerate(model.layers))
        return
    places: dict[str, int] = {}
    layers = {layer.name: layer for layer in model.layers}
    for place, entry in enumerate(config["layers"], 1):
        name, uses = entry["name"], entry["inbound_nodes"]
        if name not in layers or len(uses) > 1:
            raise ValueError(
                f"{name!r} in model {model.name!r}: summary reads nets in which each layer is used once and nothing "
                "but layers stands between them (keras.layers.Add()([x, y]), not x + y)"
            )
        yield _Step(name, layers[name], tuple(places[source] for source in _sources(uses)) or (0,))
        places[name] = place


def _sources(config: Any) -> Iterator[str]:
    """Names of the layers whose outputs are mentioned in the description of a call."""
    if isinstance(config, dict) and config.get("class_name") == "__keras_tensor__":
        yield config["config"]["keras_history"][0]
    elif isinstance(config, dict | list | tuple):
        for one in config.values() if isinstance(config, dict) else config:
            yield from _sources(one)
