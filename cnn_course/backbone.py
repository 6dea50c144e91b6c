"""EfficientNet-Lite0 with its ImageNet weights, from the `data` folder: a pretrained net that needs no network.

The net is that of Tan & Le 2019 (arXiv:1905.11946) without squeeze-and-excitation and with ReLU6 for swish, as its
authors published it for small devices. It is used like the nets of `keras.applications`.
"""

import io
from collections.abc import Sequence
from functools import cache
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import layers
from PIL import Image

from cnn_course._files import verified

__all__ = ["center_crop", "class_names", "decode_predictions", "efficientnet_lite0"]

# The seven stages: filters of each block, blocks, kernel and stride of the first one, expansion of the channels.
STAGES = (
    (16, 1, 3, 1, 1),
    (24, 2, 3, 2, 6),
    (40, 2, 5, 2, 6),
    (80, 3, 3, 2, 6),
    (112, 3, 5, 1, 6),
    (192, 4, 5, 2, 6),
    (320, 1, 3, 1, 6),
)
CLASSES = 1_000
CROP = 0.875  # of the shorter side: what the net was tested with, 224 of 256 pixels


def efficientnet_lite0(
    weights: str | None = "imagenet",
    include_top: bool = True,
    input_shape: Sequence[int | None] | None = None,
    pooling: str | None = None,
    classifier_activation: str | None = "softmax",
) -> keras.Model:
    """Build EfficientNet-Lite0: 4,694,024 numbers with its top, 75.1 % of ImageNet's validation pictures right.

    It wants red, green and blue from 0 to 255 and scales them itself, in its first layer. It takes pictures of any
    size, since everything before the global average is convolution; it was trained with 224 × 224.

    Args:
        weights: "imagenet" for the pretrained weights, None for random ones.
        include_top: Whether to end with the global average and the layer that gives the classes.
        input_shape: (height, width, 3), where height and width may be None for any; when it is left out,
            (224, 224, 3) with the top and (None, None, 3) without.
        pooling: How a net without top ends: None for feature maps (n, height/32, width/32, 1280), "avg" for their mean
            over all places, (n, 1280).
        classifier_activation: Activation of the top: "softmax", or None for its scores (logits).

    Returns:
        A functional Keras model. Layers are named after stage and block, such as "block3b_expand"; the last feature
        maps are those of "top_activation". The weights are stored in 16 bits and used in 32.

    Raises:
        ValueError: If an argument is none of the above; the message says which.
        DataError: If the file of the weights is missing or damaged.
    """
    for name, given, known in (
        ("weights", weights, "imagenet"), ("pooling", pooling, "avg"),
        ("classifier_activation", classifier_activation, "softmax"),
    ):  # fmt: skip
        if given not in (known, None):
            raise ValueError(f'{name}={given!r}: it can be "{known}" or None.')
    shape = _shape(input_shape or ((224, 224, 3) if include_top else (None, None, 3)))
    inputs = layers.Input(shape, name="input")
    x = layers.Rescaling(1 / 128, offset=-127 / 128, name="rescaling")(inputs)  # (x - 127) / 128
    x = _convolution(x, 32, 3, 2, "stem_conv", "stem")
    for stage, (filters, blocks, kernel, stride, expansion) in enumerate(STAGES, start=1):
        for block in range(blocks):
            name = f"block{stage}{'abcd'[block]}"
            x = _block(x, filters, kernel, stride if block == 0 else 1, expansion, name)
    x = _convolution(x, 1_280, 1, 1, "top_conv", "top")
    if include_top or pooling == "avg":
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    if include_top:
        x = layers.Dropout(0.2, name="top_dropout")(x)
        x = layers.Dense(CLASSES, classifier_activation, name="predictions")(x)
    model = keras.Model(inputs, x, name="efficientnet_lite0")
    if weights == "imagenet":
        _load_weights(model)
    return model


def _block(x: Any, filters: int, kernel: int, stride: int, expansion: int, name: str) -> Any:
    """An inverted residual block (Sandler et al. 2018, arXiv:1801.04381): widen, look around, narrow, add."""
    before, channels = x, x.shape[-1]
    if expansion > 1:
        x = _convolution(x, expansion * channels, 1, 1, f"{name}_expand", f"{name}_expand")
    x = layers.DepthwiseConv2D(
        kernel,
        stride,
        padding="same",
        use_bias=False,
        depthwise_initializer=_random_kernel(),
        name=f"{name}_depthwise",
    )(x)
    x = _relu6(_normalised(x, f"{name}_depthwise"), f"{name}_depthwise")
    x = _convolution(x, filters, 1, 1, f"{name}_project", f"{name}_project", activated=False)
    if stride == 1 and filters == channels:
        x = layers.Add(name=f"{name}_add")([before, x])
    return x


def _convolution(
    x: Any, filters: int, kernel: int, stride: int, name: str, prefix: str, *, activated: bool = True
) -> Any:
    x = layers.Conv2D(
        filters, kernel, stride, padding="same", use_bias=False, kernel_initializer=_random_kernel(), name=name
    )(x)
    x = _normalised(x, prefix)
    return _relu6(x, prefix) if activated else x


def _normalised(x: Any, prefix: str) -> Any:
    return layers.BatchNormalization(momentum=0.99, epsilon=1e-3, name=f"{prefix}_bn")(x)


def _relu6(x: Any, prefix: str) -> Any:
    return layers.ReLU(max_value=6, name=f"{prefix}_activation")(x)


def _random_kernel() -> keras.Initializer:
    return keras.initializers.VarianceScaling(2.0, mode="fan_out", distribution="truncated_normal")


def _load_weights(model: keras.Model) -> None:
    with np.load(io.BytesIO(verified("backbone/efficientnet_lite0.npz")), allow_pickle=False) as stored:
        for layer in model.layers:
            layer.set_weights([stored[f"{layer.name}/{weight.name}"].astype(np.float32) for weight in layer.weights])


def _shape(input_shape: Sequence[int | None]) -> tuple[int | None, ...]:
    shape = tuple(input_shape)
    if len(shape) != 3 or shape[2] != 3 or not all(side is None or side >= 1 for side in shape):
        raise ValueError(
            f"input_shape={shape!r}: it must be (height, width, 3), without the number of pictures, and with three "
            "colours; a grey picture is repeated three times. Height and width may be None."
        )
    return shape


@cache
def class_names() -> tuple[str, ...]:
    """Names of ImageNet's 1,000 classes, in the order of the net's outputs.

    Raises:
        DataError: If their file is missing or damaged.
    """
    return tuple(verified("backbone/imagenet_classes.txt").decode().splitlines())


def center_crop(photo: npt.ArrayLike, size: int = 224) -> npt.NDArray[np.uint8]:
    """Cut the middle out of a photo and scale it, the way the net was tested on ImageNet.

    Args:
        photo: uint8, shape (height, width, 3), or (height, width) if it is grey.
        size: Height and width of the result, in pixels.

    Returns:
        uint8, shape (size, size, 3): the middle square with 0.875 of the shorter side, scaled with a bicubic filter.

    Raises:
        ValueError: If the photo is something else, or the size is not positive.
    """
    photo = np.asarray(photo)
    if photo.dtype != np.uint8 or not (photo.ndim == 2 or (photo.ndim == 3 and photo.shape[2] == 3)) or not photo.size:
        raise ValueError(
            f"The photo has shape {photo.shape} and type {photo.dtype}; it must be uint8, 0 to 255, of shape "
            "(height, width, 3), or (height, width) if it is grey."
        )
    if size < 1:
        raise ValueError(f"size={size!r}: it must be 1 or more.")
    height, width = photo.shape[:2]
    side = max(1, round(CROP * min(height, width)))
    top, left = (height - side) // 2, (width - side) // 2
    square = Image.fromarray(photo[top : top + side, left : left + side])
    return np.array(square.resize((size, size), Image.Resampling.BICUBIC).convert("RGB"))


def decode_predictions(probabilities: npt.ArrayLike, top: int = 5) -> list[list[tuple[str, float]]]:
    """Name the most probable classes.

    Args:
        probabilities: What the net with its ImageNet top returns, shape (n, 1000).
        top: How many classes to name for each picture.

    Returns:
        For each picture a list of (name, probability), the most probable first.

    Raises:
        ValueError: If the shape is another, the values are no probabilities, or there are fewer classes than `top`.
    """
    shares = np.asarray(probabilities)
    if shares.ndim != 2 or shares.shape[1] != CLASSES:
        raise ValueError(
            f"The probabilities have shape {shares.shape}; they must have one row for each picture and 1,000 columns."
        )
    if not 1 <= top <= CLASSES:
        raise ValueError(f"top={top!r}: choose between 1 and 1,000.")
    if shares.size and not (shares.min() >= 0 and shares.max() <= 1.001):  # NaN is refused, too
        raise ValueError("These are no probabilities, which lie between 0 and 1. Scores (logits) need a softmax first.")
    best = np.argsort(-shares, axis=1, kind="stable")[:, :top]
    return [[(class_names()[i], float(row[i])) for i in places] for row, places in zip(shares, best, strict=True)]
