"""Train a net on all GPUs of this machine, or on a processor cut into several devices, and say what came of it.

    python train_multi.py                                  all GPUs there are, or the processor
    python train_multi.py --logical 2                      the processor, cut into two devices
    python train_multi.py --logical 2 --compare            the same steps on one device and on two: same weights?

Change `load` and `build` to your own pictures and your own net; the rest can stay.
"""

import argparse
import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np
import tensorflow as tf

BATCH = 16  # pictures for each device at a time
RATE = 0.05  # learning rate for one device with that batch
WARM_UP = 6  # steps until the full rate is reached


def load() -> tuple[np.ndarray, np.ndarray]:
    """Pictures and labels: here, noise of three strengths."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 192)
    pictures = rng.normal(size=(192, 12, 12, 1)) * (1 + labels[:, None, None, None])
    return pictures.astype("float32"), labels


def build(norm: str) -> keras.Model:
    """A convolution, normalised or not, and three scores."""
    inputs = keras.Input((12, 12, 1))
    x = keras.layers.Conv2D(8, 3)(inputs)
    if norm != "none":
        x = keras.layers.BatchNormalization(synchronized=norm == "synchronized")(x)
    x = keras.layers.GlobalAveragePooling2D()(keras.layers.ReLU()(x))
    return keras.Model(inputs, keras.layers.Dense(3)(x))


def strategy_for(logical: int) -> tf.distribute.Strategy:
    """Every GPU; or the processor, cut into so many devices."""
    if not logical:
        return tf.distribute.MirroredStrategy()
    tf.config.set_visible_devices([], "GPU")  # must come before anything is computed
    (cpu,) = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * logical)
    return tf.distribute.MirroredStrategy([f"CPU:{number}" for number in range(logical)])


def train(strategy: tf.distribute.Strategy, batch: int, epochs: int, norm: str = "none") -> tuple[keras.Model, float]:
    """Train with so many pictures a step, over all devices; return the net and the loss of the last epoch."""
    keras.utils.set_random_seed(0)
    full = RATE * batch / BATCH  # the rate grows with the batch
    # A slow start, then practically constant: the fall takes a million steps.
    rate = keras.optimizers.schedules.CosineDecay(0.0, 1_000_000, warmup_target=full, warmup_steps=WARM_UP)
    with strategy.scope():  # what is made in here has a copy on each device
        net = build(norm)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        net.compile(keras.optimizers.SGD(rate), loss)
    pictures, labels = load()
    data = tf.data.Dataset.from_tensor_slices((pictures, labels)).cache()
    data = data.shuffle(len(labels), seed=0).batch(batch, drop_remainder=True).prefetch(tf.data.AUTOTUNE)
    history = net.fit(data, epochs=epochs, shuffle=False, verbose=0)
    return net, history.history["loss"][-1]


def compare(strategy: tf.distribute.Strategy, epochs: int) -> None:
    """Print how far the weights are from those of one device, with each kind of batch normalisation."""
    batch = BATCH * strategy.num_replicas_in_sync
    one = tf.distribute.OneDeviceStrategy("CPU:0")
    for norm in ("none", "plain", "synchronized"):
        alone, together = (train(each, batch, epochs, norm)[0].get_weights() for each in (one, strategy))
        apart = max(float(np.abs(a - b).max()) for a, b in zip(alone, together, strict=True))
        print(f"batch normalisation {norm}: weights {apart:.1e} apart")


def main() -> None:
    """Read the command line, train, report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--logical", type=int, default=0, help="cut the processor into so many devices")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--save", help="a file for the net, such as net.keras")
    parser.add_argument("--compare", action="store_true", help="with the same steps on one device")
    asked = parser.parse_args()

    strategy = strategy_for(asked.logical)
    devices = strategy.num_replicas_in_sync
    batch = BATCH * devices  # each device keeps its own BATCH
    print(f"devices: {devices}; pictures a step: {batch}; learning rate: {RATE * devices:g}")
    start = time.perf_counter()
    net, loss = train(strategy, batch, asked.epochs)
    print(f"steps: {int(net.optimizer.iterations.numpy())}; compiled by XLA: {bool(net.jit_compile)}")
    print(f"loss: {loss:.2f}; seconds: {time.perf_counter() - start:.1f}")
    if asked.save:
        net.save(asked.save)
    if asked.compare:
        compare(strategy, asked.epochs)


if __name__ == "__main__":
    main()
