"""What a loop over another package takes for the same photos; run by an environment that has it (see batch.py).

    OTHER_VENV/bin/python benchmarks/peers.py tf-keras-vis MODEL.keras PHOTO…    # the same model file
    OTHER_VENV/bin/python benchmarks/peers.py grad-cam - PHOTO…                  # EfficientNet-B0 of torchvision

Prints milliseconds for each photo, decoding and an NPZ file for each included, start-up not.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
from PIL import Image

WARMUP = 3


def tf_keras_vis(model_file: str) -> Callable[[np.ndarray], np.ndarray]:
    import keras
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.utils.model_modifiers import ReplaceToLinear
    from tf_keras_vis.utils.scores import CategoricalScore

    model = keras.models.load_model(model_file, compile=False)
    cam = Gradcam(model, model_modifier=ReplaceToLinear(), clone=True)

    def explain(photo: np.ndarray) -> np.ndarray:
        top = int(np.argmax(model(photo[None], training=False)))
        return cam(CategoricalScore(top), photo[None], penultimate_layer=-1)[0]

    return explain


def grad_cam(_: str) -> Callable[[np.ndarray], np.ndarray]:
    """The nearest model that torchvision has: the same blocks and 390 million multiplications, random weights."""
    import torch
    from pytorch_grad_cam import GradCAM
    from torchvision.models import efficientnet_b0

    model = efficientnet_b0(weights=None).eval()
    cam = GradCAM(model=model, target_layers=[model.features[-1]])

    def explain(photo: np.ndarray) -> np.ndarray:
        return cam(input_tensor=torch.from_numpy(photo.transpose(2, 0, 1)[None] / 255), targets=None)[0]

    return explain


def main(name: str, model_file: str, paths: list[str]) -> None:
    explain = {"tf-keras-vis": tf_keras_vis, "grad-cam": grad_cam}[name](model_file)
    began = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate([*paths[:WARMUP], *paths]):
            if number == WARMUP:
                began = time.perf_counter()
            photo = Image.open(path).convert("RGB").resize((224, 224), Image.Resampling.BILINEAR)
            heatmap = explain(np.asarray(photo, np.float32))
            np.savez(f"{folder}/{number}.npz", heatmap=heatmap)
    print((time.perf_counter() - began) / len(paths) * 1e3)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
