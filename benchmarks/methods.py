"""The methods' numbers: how long a map takes on the default model, 224 × 224, one image.

    python benchmarks/methods.py          # all
    python benchmarks/methods.py ablation # some: gradients, eigen, fullgrad, classes, ablation, score

Each ratio is measured side by side in one run: the alternatives take turns, and the medians are compared.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
from engine import compiled, noise
from measure import print_parts, print_row, side_by_side

BEFORE_RELU = "top_bn"
"""The layer before the one that is chosen, with the same 1,280 channels, of which the ReLU has not yet emptied half."""
CHUNKS = (4, 8, 16, 32)
"""Images that the bare forward passes of Score-CAM's comparison are tried with together; the best counts."""


def photo() -> np.ndarray:
    """A photo as the default model takes it."""
    import gradcam_tf as gct
    from gradcam_tf.images import open_photo
    from gradcam_tf.placement import fit_photo
    from gradcam_tf.resources import sample_paths

    assert gct.Explainer.open().preprocessing.known
    return fit_photo(open_photo(sample_paths()["chelsea"]), (224, 224))[0][None].astype(np.float32)


def side_by_side_with_forward(methods: Sequence[str], most: float) -> None:
    """Each method, warm and compiled as the forward pass is, against that."""
    import gradcam_tf as gct

    image, model = photo(), gct.default_model()
    runs = {"forward": partial(compiled(model), image)}
    runs |= {name: partial(gct.Explainer(model, method=name), image) for name in methods}
    seconds = side_by_side(runs, 31)
    for name in methods:
        ratio = seconds[name] / seconds["forward"]
        print_row(f"{name} ÷ forward ({seconds['forward'] * 1e3:.0f} ms)", f"{ratio:.2f}", f"{most:.2f}", ratio <= most)


def gradients() -> None:
    """Every method that takes one pass and what the head's gradient gives."""
    from gradcam_tf import registry

    group = registry.get("gradcam").group
    methods = [one.name for one in registry.methods().values() if one.group == group and not one.by_series]
    side_by_side_with_forward(methods, 1.15)


def eigen() -> None:
    side_by_side_with_forward(["eigencam", "eigengradcam"], 1.5)


def fullgrad() -> None:
    import gradcam_tf as gct

    seconds = side_by_side({"fullgrad": partial(gct.Explainer.open(method="fullgrad"), photo())}, 15)["fullgrad"]
    print_row("FullGrad", f"{seconds:.2f} s", "0.30 s", seconds <= 0.3)


def classes() -> None:
    """Maps of all classes, from kept features to heatmaps."""
    import gradcam_tf as gct

    explainer, image = gct.Explainer.open(), photo()
    for _ in range(2):
        features = explainer.features(image)
    seconds = side_by_side({"classes": partial(explainer.every_class, features)}, 7)["classes"]
    print_row(f"maps of all {explainer.classes:,} classes from kept features", f"{seconds:.2f} s", "1 s", seconds <= 1)


def variations(explainer: Any, image: np.ndarray) -> int:
    """How often a method runs the model for an image."""
    from gradcam_tf.progress import reporting

    told: list[int] = []
    with reporting(lambda done, total: told.append(total)):
        explainer(image)
    return told[-1]


def ablation() -> None:
    """Ablation-CAM of all channels, warm."""
    import gradcam_tf as gct

    image = photo()
    explainer = gct.Explainer.open(layer=BEFORE_RELU, method="ablationcam")
    seconds = side_by_side({"ablation": partial(explainer, image)}, 11)["ablation"]
    what = f"Ablation-CAM, all {variations(explainer, image):,} channels"
    print_row(what, f"{seconds:.2f} s", "0.50 s", seconds <= 0.5)


def score() -> None:
    """Score-CAM of all channels against as many bare forward passes, at the chunk size that is best for those."""
    import gradcam_tf as gct

    image, model = photo(), gct.default_model()
    explainer, forward = gct.Explainer(model, BEFORE_RELU, "scorecam"), compiled(model)
    each = side_by_side({size: partial(forward, noise(size)) for size in CHUNKS}, 5, warmup=2)
    best = min(CHUNKS, key=lambda size: each[size] / size)
    count = variations(explainer, image)

    def bare() -> None:
        images = noise(best)
        for start in range(0, count, best):
            forward(images[: count - start])

    seconds = side_by_side({"bare": bare, "Score-CAM": partial(explainer, image)}, 2, warmup=0)
    ratio = seconds["Score-CAM"] / seconds["bare"]
    what = f"Score-CAM, all {count:,} channels ({seconds['Score-CAM']:.1f} s) ÷ as many forward passes by {best}"
    print_row(what, f"{ratio:.2f}", "1.25", ratio <= 1.25)


PARTS = {part.__name__: part for part in (gradients, eigen, fullgrad, classes, ablation, score)}


if __name__ == "__main__":
    print_parts(__file__, PARTS, sys.argv[1:])
