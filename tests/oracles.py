"""Second opinions, written as plainly as possible and sharing no line with what they judge."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf


def naive_conv2d(x, kernel, stride=(1, 1), margins=((0, 0), (0, 0)), dilation=(1, 1)):
    """The definition of a convolution, one multiplication at a time, in float64."""
    (top, bottom), (left, right) = margins
    n, height, width, channels_in = x.shape
    kernel_height, kernel_width, _, channels_out = kernel.shape
    rows = (height + top + bottom - dilation[0] * (kernel_height - 1) - 1) // stride[0] + 1
    columns = (width + left + right - dilation[1] * (kernel_width - 1) - 1) // stride[1] + 1
    y = np.zeros((n, rows, columns, channels_out))
    for image, row, column, i, j in np.ndindex(n, rows, columns, kernel_height, kernel_width):
        pixel_row = row * stride[0] + i * dilation[0] - top
        pixel_column = column * stride[1] + j * dilation[1] - left
        if 0 <= pixel_row < height and 0 <= pixel_column < width:
            for c, o in np.ndindex(channels_in, channels_out):
                y[image, row, column, o] += float(x[image, pixel_row, pixel_column, c]) * float(kernel[i, j, c, o])
    return y


def naive_conv2d_backward(dy, x, kernel, stride=(1, 1), margins=((0, 0), (0, 0)), dilation=(1, 1)):
    """Walk through the same multiplications and hand each factor the other one's share."""
    (top, _), (left, _) = margins
    _, height, width, channels_in = x.shape
    dx, dkernel = np.zeros(x.shape), np.zeros(kernel.shape)
    for image, row, column, i, j in np.ndindex(*dy.shape[:3], *kernel.shape[:2]):
        pixel_row = row * stride[0] + i * dilation[0] - top
        pixel_column = column * stride[1] + j * dilation[1] - left
        if 0 <= pixel_row < height and 0 <= pixel_column < width:
            for c, o in np.ndindex(channels_in, kernel.shape[3]):
                share = float(dy[image, row, column, o])
                dx[image, pixel_row, pixel_column, c] += share * float(kernel[i, j, c, o])
                dkernel[i, j, c, o] += share * float(x[image, pixel_row, pixel_column, c])
    return dx, dkernel


def numerical_gradient(f, x, step=1e-5):
    """Central differences of the number f() by each entry of the float64 array `x`, which f reads."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        kept = x[index]
        x[index] = kept + step
        above = f()
        x[index] = kept - step
        below = f()
        x[index] = kept
        gradient[index] = (above - below) / (2 * step)
    return gradient


def keras_gradients(layer, x, dy):
    """Output of a built Keras layer, and the gradients by its input and its weights."""
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x)
    gradients = tape.gradient(y, [x, *layer.trainable_variables], output_gradients=tf.constant(dy))
    return y.numpy(), [np.asarray(gradient) for gradient in gradients]


def keras_layer(layer, x, *weights):
    """The layer, built for x, with these weights."""
    layer.build(x.shape)
    layer.set_weights(weights)
    return layer


def assert_close(actual, expected, tolerance):
    """Equal up to `tolerance` times the largest value, and equal in shape."""
    assert actual.shape == expected.shape
    scale = np.abs(expected).max(initial=0)
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * scale)


__all__ = [
    "assert_close",
    "keras",
    "keras_gradients",
    "keras_layer",
    "naive_conv2d",
    "naive_conv2d_backward",
    "numerical_gradient",
    "tf",
]
