"""Measure this machine for lesson 16: `python -m tools.bench.speeds` writes `data/cpu_speeds.csv`.

Each row is a process of its own, so that its peak of memory is its own, too. The least disturbed of some calls counts.
The columns are those of `data/gpu_speeds.csv`, whose figures are published ones.
"""

import csv
import datetime
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from tools.bench import python
from tools.lessons import ROOT
from tools.memory import peak
from tools.provenance.checksums import write_checksums

FILE = ROOT / "data" / "cpu_speeds.csv"
COLUMNS = ["device", "use", "net", "precision", "xla", "devices", "batch", "pictures_a_second", "peak_gb", "software",
           "date", "reference"]  # fmt: skip
JOBS = [  # use, net, precision, XLA, batch
    *[("forward", "ResNet-50", "float32", "no", batch) for batch in (1, 2, 4, 8, 16, 32)],
    *[("training", "ResNet-50", "float32", "no", batch) for batch in (1, 4, 8, 16)],
    *[("forward", "EfficientNet-Lite0", "float32", "no", batch) for batch in (1, 8, 32)],
    *[("training", "EfficientNet-Lite0", "float32", "no", batch) for batch in (1, 8, 32)],
    *[("training", "clothes net", "float32", "no", batch) for batch in (1, 8, 32, 128, 512)],
    ("training", "clothes net", "float32", "yes", 128),
    ("training", "clothes net", "mixed float16", "no", 128),
    ("training", "clothes net", "mixed bfloat16", "no", 128),
]


def net_called(name: str) -> Any:
    """Build one of the three nets."""
    import keras

    from cnn_course import backbone

    if name == "ResNet-50":
        return keras.applications.ResNet50(weights=None, classifier_activation=None)
    if name == "EfficientNet-Lite0":
        return backbone.efficientnet_lite0(weights=None, classifier_activation=None)
    layers: list[Any] = [keras.Input((28, 28, 1))]
    for filters in (16, 32, 64):
        layers.append(keras.layers.Conv2D(filters, 3, padding="same", activation="relu"))
        layers.append(keras.layers.MaxPooling2D() if filters < 64 else keras.layers.GlobalAveragePooling2D())
    return keras.Sequential([*layers, keras.layers.Dense(10)])


def measure(use: str, name: str, precision: str, xla: str, batch: int) -> None:
    """Print pictures a second and the peak of memory in GB of one job, as JSON."""
    import keras
    import numpy as np

    keras.utils.set_random_seed(0)
    keras.config.set_dtype_policy(precision.replace("mixed ", "mixed_"))
    net = net_called(name)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    net.compile(keras.optimizers.SGD(1e-3), loss, jit_compile=xla == "yes")
    pictures = np.random.default_rng(0).random((batch, *net.input_shape[1:]), dtype=np.float32)
    labels = np.zeros(batch, int)

    def call() -> Any:
        return net.predict_on_batch(pictures) if use == "forward" else net.train_on_batch(pictures, labels)

    print(json.dumps({"pictures_a_second": batch / least(call), "peak_gb": peak() / 1e3}))


def least(call: Callable[[], Any], budget: float = 4.0) -> float:
    """Seconds of the least disturbed call among those that fit into so many seconds, two at the least."""
    call()  # compiles
    taken: list[float] = []
    while len(taken) < 2 or sum(taken) < budget:
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return min(taken)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def main() -> None:
    """Measure all jobs, one after the other, and write the file."""
    told = {
        "device": f"CPU, {cores()} core{'s' * (cores() > 1)}, {platform.machine()}",
        "devices": 1,
        "software": f"TensorFlow {version('tensorflow')}, Keras {version('keras')}, Python {platform.python_version()}",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "reference": "python -m tools.bench.speeds",
    }
    rows = []
    for use, net, precision, xla, batch in JOBS:
        code = f"from tools.bench.speeds import measure; measure{(use, net, precision, xla, batch)!r}"
        found = json.loads(python(code).splitlines()[-1])
        numbers = {name: f"{value:.4g}" for name, value in found.items()}
        rows.append(told | numbers | {"use": use, "net": net, "precision": precision, "xla": xla, "batch": batch})
        print(*rows[-1].values(), sep=", ", file=sys.stderr, flush=True)
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    write_checksums()


if __name__ == "__main__":
    main()
