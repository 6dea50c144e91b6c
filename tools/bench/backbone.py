"""The pretrained net at several image and batch sizes."""

import numpy as np

from cnn_course.backbone import efficientnet_lite0
from tools.bench import Call, side_by_side

PIXELS = (96, 128, 160, 224)
BATCHES = (1, 32)


def images_per_second() -> list[dict[str, object]]:
    """Pictures a second, by `predict` and by a compiled function, forward only."""
    import tensorflow as tf

    tf.get_logger().setLevel("ERROR")  # it warns of many compiled shapes; here each is meant
    net = efficientnet_lite0(input_shape=(None, None, 3))
    compiled = tf.function(lambda pictures: net(pictures, training=False))
    rng = np.random.default_rng(0)
    rows: list[dict[str, object]] = []
    for batch in BATCHES:
        calls: dict[str, Call] = {}
        for pixels in PIXELS:
            pictures = rng.uniform(0, 255, (batch, pixels, pixels, 3)).astype(np.float32)
            tensor = tf.constant(pictures)
            calls[f"predict {pixels}"] = lambda x=pictures: net.predict(x, verbose=0)  # type: ignore[misc]
            calls[f"tf.function {pixels}"] = lambda x=tensor: compiled(x).numpy()  # type: ignore[misc]
        speed = {name: batch / seconds for name, seconds in side_by_side(5, calls).items()}
        rows += [
            {
                "pixels": f"{pixels}x{pixels}",
                "batch": batch,
                "predict, a second": f"{speed[f'predict {pixels}']:.3g}",
                "tf.function, a second": f"{speed[f'tf.function {pixels}']:.3g}",
                "tf.function / predict": f"{speed[f'tf.function {pixels}'] / speed[f'predict {pixels}']:.3g}",
                "against 224x224": f"{speed[f'tf.function {pixels}'] / speed['tf.function 224']:.3g}",
            }
            for pixels in PIXELS
        ]
    return rows
