"""The engine's numbers: speed of Grad-CAM against the model's own forward pass, start-up, steady state, memory.

    python benchmarks/engine.py            # all; about five minutes on two cores
    python benchmarks/engine.py warm first # some: warm, kept, first, startup, photos, memory

Each ratio is measured side by side in one run: the alternatives take turns, and the medians are compared.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
from measure import print_parts, print_row, resident_megabytes, side_by_side

REPEATS = 41
PHOTOS = 100


def models():
    """ResNet50 with random weights, and the default model with its own."""
    import keras

    import gradcam_tf as gct

    return {"ResNet50": keras.applications.ResNet50(weights=None), "default model": gct.default_model()}


def warm() -> None:
    """Warm Grad-CAM, from array to Explanation, against tf.function(model)."""
    import gradcam_tf as gct

    for name, model in models().items():
        forward = compiled(model)
        plain, frozen = gct.Explainer(model), gct.Explainer(model, frozen=True)
        for batch in (1, 8):
            images = noise(batch)
            runs: dict[str, Callable] = {"forward": forward, "Grad-CAM": plain, "frozen": frozen}
            seconds = side_by_side({which: partial(run, images) for which, run in runs.items()}, REPEATS)
            for which, most in (("Grad-CAM", 1.10), ("frozen", 0.95)):
                ratio = seconds[which] / seconds["forward"]
                what = f"warm {which} ÷ compiled forward, {name}, batch {batch} ({seconds['forward'] * 1e3:.0f} ms)"
                print_row(what, f"{ratio:.2f}", f"{most:.2f}", ratio <= most)


def kept() -> None:
    """Another class from kept features against the compiled forward pass."""
    import gradcam_tf as gct

    for name, model in models().items():
        images, explainer = noise(1), gct.Explainer(model)
        explainer(images)
        features, classes = explainer.features(images), itertools.cycle(range(1000))
        seconds = side_by_side(
            {
                "forward": partial(compiled(model), images),
                "another class": partial(lambda e, f, c: e.from_features(f, next(c)), explainer, features, classes),
            },
            REPEATS,
        )
        ratio = seconds["another class"] / seconds["forward"]
        what = f"another class from kept features ÷ forward, {name} ({seconds['another class'] * 1e3:.1f} ms)"
        print_row(what, f"{ratio:.3f}", "0.10" if name == "ResNet50" else "–", ratio <= 0.10 or name != "ResNet50")


def first() -> None:
    """The first map of a fresh explainer against one eager forward pass, both with the model in memory."""
    import gradcam_tf as gct

    for name, model in models().items():
        runs = {
            "forward": partial(lambda m, x: m(x, training=False).numpy(), model, noise(1)),
            "first map": partial(lambda m, x: gct.Explainer(m)(x), model, noise(1)),
        }
        seconds = side_by_side(runs, 15)
        ratio = seconds["first map"] / seconds["forward"]
        print_row(f"first heatmap ÷ one eager forward, {name}", f"{ratio:.2f}", "2.00", ratio <= 2)


def noise(batch: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(0, 255, (batch, 224, 224, 3)).astype(np.float32)


def compiled(model: Any) -> Callable[[np.ndarray], np.ndarray]:
    """The model's own compiled forward pass, from array to array."""
    import tensorflow as tf

    forward = tf.function(partial(model, training=False), autograph=False)
    return lambda images: forward(tf.constant(images)).numpy()


def startup() -> None:
    """Import and help in fresh processes; the interpreter's own start is taken off neither."""
    command = Path(sys.executable).with_name("gradcam-tf")
    tries = {
        "`import gradcam_tf`": ([sys.executable, "-c", "import gradcam_tf"], 0.15),
        "`gradcam-tf --help`": ([str(command), "--help"], 0.5),
    }
    run = partial(subprocess.run, capture_output=True, check=True)
    seconds = side_by_side({what: partial(run, arguments) for what, (arguments, _) in tries.items()}, 11)
    for what, (_, most) in tries.items():
        print_row(f"{what}, whole process", f"{seconds[what]:.2f} s", f"{most:.2f} s", seconds[what] <= most)


def photos() -> None:
    """Explaining 100 photos, no files written, against the same decoding and ``model.predict``."""
    from PIL import Image

    import gradcam_tf as gct
    from gradcam_tf.images import open_photo
    from gradcam_tf.placement import fit_photo
    from gradcam_tf.resources import sample_paths

    explainer = gct.Explainer.open()
    model = explainer.model
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{i}.jpg" for i in range(PHOTOS)]
        sources = [Image.open(path).convert("RGB") for path in sample_paths().values()]
        for i, path in enumerate(paths):
            sources[i % len(sources)].rotate(i).save(path, quality=90)

        def predict() -> None:
            fitted = [fit_photo(open_photo(path), (224, 224))[0] for path in paths]
            model.predict(np.stack(fitted), verbose=0)

        def explain() -> None:
            for one in explainer.stream(paths):
                assert not isinstance(one, gct.GradcamError)

        seconds = side_by_side({"predict": predict, "explain": explain}, 7, warmup=1)
    ratio = seconds["explain"] / seconds["predict"]
    what = f"a photo of {PHOTOS}, explained ({seconds['explain'] / PHOTOS * 1e3:.1f} ms) ÷ decoded and predicted"
    print_row(what, f"{ratio:.2f}", "1.25", ratio <= 1.25)


def memory() -> None:
    """Memory after explanation 50 and after 1,050."""
    import gradcam_tf as gct

    explainer = gct.Explainer.open()
    images = noise(1)
    for _ in range(50):
        explainer(images)
    before = resident_megabytes()
    for i in range(1000):
        explainer(images, i)
    growth = resident_megabytes() - before
    print_row("memory, 1,000 explanations after the first 50", f"{growth:+.1f} MB", "10 MB", growth <= 10)


PARTS = {part.__name__: part for part in (warm, kept, first, startup, photos, memory)}


if __name__ == "__main__":
    print_parts(__file__, PARTS, sys.argv[1:])
