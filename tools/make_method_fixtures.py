"""Make tests/conformance/fixtures/photos.npz again: each method's map on real photos, by slow NumPy from its formula.

    python -m tools.make_method_fixtures

The numbers owe nothing to the engine. The embedded model is rebuilt as a functional model that shows the tensors that
are needed, run eagerly under a plain tape; from these tensors each map is worked out in float64 by the formula that its
paper gives, or the documentation of pytorch-grad-cam where the paper leaves it open or there is none (its centring of
Eigen-CAM, its eigen-smoothing). What that library adds to a denominator against a division by 0 is left out: such a
weight is 0 here. A decomposition's sign, which is open, is the one that the method's docstring states.

The file holds, by "photo/space/place/method as it is written", the raw map; of a map as large as the input every
STEP-th pixel of both axes. With them are each photo's class, logits and probabilities, and "provenance", a JSON.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from PIL import Image

from gradcam_tf.resources import default_model_path, sample_paths
from tools import photo_formulas as formulas

FIXTURES = Path(__file__).parent.parent / "tests" / "conformance" / "fixtures" / "photos.npz"
PHOTOS = ("chelsea", "coffee")
TOP, EARLIER = "top_relu", "block6a_expand_relu"
STEP = 7
"""Every so many-th pixel is kept, from the middle of the first STEP on: 32 × 32 of 224 × 224."""
Numbers = np.ndarray


class Sight:
    """The rebuilt model on one photo, and what is read off it.

    Attributes:
        x: float32 (224, 224, 3), 0 to 255.
        logits, probabilities: float32 (1000,).
        index: the top class.
    """

    def __init__(self, model: keras.Model, photo: Path):
        self.model = model
        with Image.open(photo) as image:
            small = image.convert("RGB").resize((224, 224), Image.Resampling.BILINEAR)
        self.x = np.asarray(small, np.float32)
        self.seen = keras.Model(model.input, [model.get_layer("logits").output, model.output])
        self.logits, self.probabilities = (tensor.numpy()[0] for tensor in self.seen(self.x[None], training=False))
        self.index = int(self.logits.argmax())

    def scores(self, images: Any) -> Numbers:
        """The class's logit of each image, run one by one."""
        return np.array([self.seen(one[None].astype(np.float32))[0][0, self.index] for one in images], np.float64)

    def gradients(self, x: Numbers, wanted: list[Any], model: keras.Model | None = None) -> list[tuple[Any, Any]]:
        """(tensor, dy/dtensor) of tensors of the model, such as its input, as x runs through it; float64."""
        model = model or self.model
        watched = keras.Model(model.input, [*wanted, model.get_layer("logits").output])
        given = tf.constant(x[None])
        with tf.GradientTape() as tape:
            tape.watch(given)
            *found, logits = watched(given, training=False)
            score = logits[0, self.index]
        of_input = [given if one is model.input else tensor for one, tensor in zip(wanted, found, strict=True)]
        return [(_exact(a), _exact(g)) for a, g in zip(of_input, tape.gradient(score, of_input), strict=True)]

    def at(self, layer: str, x: Numbers | None = None) -> tuple[Numbers, Numbers]:
        """A and dy/dA of a layer."""
        return self.gradients(self.x if x is None else x, [self.model.get_layer(layer).output])[0]

    def of_pixels(self, x: Numbers | None = None, model: keras.Model | None = None) -> Numbers:
        """dy/dx."""
        model = model or self.model
        return self.gradients(self.x if x is None else x, [model.input], model)[0][1]

    def pulled_back(self, layer: str, weights: Numbers) -> Numbers:
        """d(weights · logits)/dA."""
        both = keras.Model(self.model.input, [self.model.get_layer(layer).output, self.seen.outputs[0]])
        x = tf.constant(self.x[None])
        with tf.GradientTape() as tape:
            tape.watch(x)
            activations, logits = both(x, training=False)
        return _exact(tape.gradient(logits, activations, output_gradients=tf.constant(weights[None], tf.float32)))

    def curved(self, layer: str, output: int) -> tuple[Numbers, Numbers, Numbers]:
        """A, dy/dA and its derivative along A, (d²y/dA²) A; of the logit (output 0) or the probability (1)."""
        both = keras.Model(self.model.input, [self.model.get_layer(layer).output, *self.seen.outputs])
        x = tf.constant(self.x[None])
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                activations, *outputs = both(x, training=False)
                score = outputs[output][0, self.index]
            slope = inner.gradient(score, activations)
            along = tf.reduce_sum(slope * tf.stop_gradient(activations))
        turned = outer.gradient(along, activations, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return _exact(activations), _exact(slope), _exact(turned)

    def head(self, activations: Numbers) -> float:
        """The logit from the top layer's A, in float64: its mean over the places through the Dense layer."""
        kernel, bias = (np.asarray(one, np.float64) for one in self.model.get_layer("logits").get_weights())
        return float(activations.mean(axis=(0, 1)) @ kernel[:, self.index] + bias[self.index])

    def noisy(self, share: float, samples: int) -> Iterator[Numbers]:
        """The photo with normal noise on it; the draws are TensorFlow's by the seeds (0, 0), (0, 1), …"""
        spread = np.float32(share * (self.x.max() - self.x.min()))
        for i in range(samples):
            yield self.x + spread * tf.random.stateless_normal([1, 224, 224, 3], seed=(0, i)).numpy()[0]


def _exact(tensor: Any) -> Numbers:
    return np.asarray(tensor, np.float64)[0]


def class_maps(sight: Sight, layer: str) -> Iterator[tuple[str, Numbers]]:
    """Class activation maps and decompositions at a layer: method as it is written, raw map."""
    A, g = sight.at(layer)
    for name, formula in formulas.OF_GRADIENTS.items():
        yield name, formula(A, g)
    rivals = formulas.rivals(sight.logits.astype(np.float64), sight.index, 3)
    yield "finercam", formulas.gradcam(A, g - 0.6 * sight.pulled_back(layer, rivals))
    yield "shapleycam", formulas.shapleycam(*sight.curved(layer, 0))
    passes = [sight.at(layer, x)[1] for x in sight.noisy(0.1, 3)]
    yield "smooth-gradcam++(samples=3)", formulas.smooth_gradcam_plus_plus(A, passes)
    draws = tf.random.stateless_uniform([A.shape[-1]], seed=(0, 0), minval=-1.0, maxval=1.0)
    yield "random", A @ np.asarray(draws, np.float64)


def scorecam(sight: Sight, layer: str) -> tuple[str, Numbers]:
    return "scorecam(channels=8)", formulas.scorecam(sight.at(layer)[0], sight.x, sight.scores, 8, [1.0])


def perturbed(sight: Sight) -> Iterator[tuple[str, Numbers]]:
    """By brute force: every variation is made and run by itself."""
    A, g = sight.at(TOP)
    x = sight.x.astype(np.float64)
    yield "iscam(channels=4, samples=3)", formulas.scorecam(A, x, sight.scores, 4, [1 / 3, 2 / 3, 1.0])
    yield "sscam(channels=4, samples=2, sigma=0.5)", formulas.sscam(A, x, sight.scores, 4, _mask_noise)
    yield "groupcam(groups=8)", formulas.groupcam(A, g, x, sight.scores, 8)
    yield "ablationcam", formulas.ablationcam(A, sight.head)
    yield "dff", formulas.dff(A, sight.head, 3, 100)


def _mask_noise(number: int) -> Numbers:
    return 0.5 * tf.random.stateless_normal([224, 224, 1], seed=(0, number)).numpy()


def pixel_maps(sight: Sight) -> Iterator[tuple[str, Numbers]]:
    """Maps as large as the input."""
    x, g = sight.x.astype(np.float64), sight.of_pixels()
    yield "saliency", np.abs(g).max(axis=-1)
    yield "input-x-gradient", (x * g).sum(axis=-1)
    yield "integrated-gradients(steps=4, baseline=0)", _integrated(sight, 4)
    noisy = np.stack([sight.of_pixels(one) for one in sight.noisy(0.15, 3)])
    yield "smoothgrad(samples=3)", np.abs(noisy.mean(axis=0)).max(axis=-1)
    yield "vargrad(samples=3)", noisy.var(axis=0).sum(axis=-1)
    yield "squaregrad(samples=3)", (noisy**2).mean(axis=0).sum(axis=-1)
    yield "guided-backprop", guided(sight, True)
    yield "deconvnet", guided(sight, False)
    yield "fullgrad", fullgrad(sight)
    yield "rise(masks=24)", formulas.rise(x, sight.scores, rise_masks(24))
    yield "occlusion(window=64, stride=32)", formulas.occlusion(x, sight.scores, 64, 32)
    cam = formulas.gradcam(*sight.at(TOP))
    yield "guided-gradcam", formulas.resized(np.maximum(cam, 0), (224, 224)) * guided(sight, True)


def _integrated(sight: Sight, steps: int) -> Numbers:
    """Sundararajan et al. 2017, equation 1 from black, by the middles of the steps."""
    way = [sight.of_pixels(np.float32((k + 0.5) / steps) * sight.x) for k in range(steps)]
    return (sight.x * np.mean(way, axis=0)).sum(axis=-1)


def guided(sight: Sight, only_where_active: bool) -> Numbers:
    """A copy of the model whose ReLUs let back R ReLU(R), or that where z is active; added up over the colours."""

    @tf.custom_gradient
    def clipped(z: Any) -> Any:
        active = tf.cast((z > 0) & (z < 6), z.dtype) if only_where_active else 1.0
        return tf.clip_by_value(z, 0.0, 6.0), lambda back: tf.nn.relu(back) * active

    def other(layer: keras.Layer) -> keras.Layer:
        if isinstance(layer, keras.layers.ReLU):
            return keras.layers.Lambda(clipped, name=layer.name)
        return layer.__class__.from_config(layer.get_config())

    copy = keras.models.clone_model(sight.model, clone_function=other)
    copy.set_weights(sight.model.get_weights())
    return sight.of_pixels(model=copy).sum(axis=-1)


def fullgrad(sight: Sight) -> Numbers:
    """Srinivas and Fleuret 2019, equation 6: the biases are the normalisations' and what is clipped at 6."""
    kinds = (keras.layers.Rescaling, keras.layers.BatchNormalization, keras.layers.ReLU)
    layers = [layer for layer in sight.model.layers if isinstance(layer, kinds)]
    wanted = [layer.output for layer in layers]
    total = formulas.strengths(sight.x.astype(np.float64) * sight.of_pixels())
    for layer, (y, g) in zip(layers, sight.gradients(sight.x, wanted), strict=True):
        total += formulas.resized(formulas.strengths(_bias(layer, y) * g), (224, 224))
    return total


def _bias(layer: keras.Layer, y: Numbers) -> Any:
    if isinstance(layer, keras.layers.ReLU):
        return 6.0 * (y >= 6)
    if isinstance(layer, keras.layers.Rescaling):
        return layer.offset
    scale, shift, mean, variance = (np.asarray(one, np.float64) for one in layer.get_weights())
    return shift - scale * mean / np.sqrt(variance + layer.epsilon)


def rise_masks(count: int) -> list[Numbers]:
    """From RISE's random numbers, 51 to a mask: 49 chances for the cells, and where the mask is cut, 2 of 32 places."""
    rows = tf.random.stateless_uniform([64, 51], seed=(0, 0)).numpy()[:count]
    return [formulas.rise_mask(row[:49].reshape(7, 7) < 0.5, [int(one * 32) for one in row[49:]], 32) for row in rows]


def made(sight: Sight) -> dict[str, Numbers]:
    """All maps of one photo, by "space/place/method"."""
    maps = {f"logit/{TOP}/{name}": map_ for name, map_ in perturbed(sight)}
    maps |= {f"logit/input/{name}": sampled(map_) for name, map_ in pixel_maps(sight)}
    for layer in (TOP, EARLIER):
        found = [*class_maps(sight, layer), scorecam(sight, layer)]
        maps |= {f"logit/{layer}/{name}": map_ for name, map_ in found}
    maps[f"probability/{TOP}/shapleycam"] = formulas.shapleycam(*sight.curved(TOP, 1))
    return maps


def sampled(map_: Numbers) -> Numbers:
    """Every STEP-th pixel of both axes."""
    return map_[STEP // 2 :: STEP, STEP // 2 :: STEP]


def provenance() -> str:
    sources = [default_model_path(), *(sample_paths()[name] for name in PHOTOS)]
    return json.dumps(
        {
            "made_by": "tools/make_method_fixtures.py",
            "sha256": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sources},
            "versions": {"tensorflow": tf.__version__, "keras": keras.__version__, "numpy": np.__version__},
        }
    )


def main() -> None:
    model = keras.models.load_model(default_model_path(), compile=False)
    arrays: dict[str, Any] = {"provenance": np.array(provenance())}
    for photo in PHOTOS:
        sight = Sight(model, sample_paths()[photo])
        arrays |= {f"{photo}/{name}": map_.astype(np.float32) for name, map_ in made(sight).items()}
        arrays[f"{photo}/class"] = np.array(sight.index)
        arrays |= {f"{photo}/logits": sight.logits, f"{photo}/probabilities": sight.probabilities}
    FIXTURES.parent.mkdir(exist_ok=True)
    np.savez_compressed(FIXTURES, **arrays)
    print(f"{len(arrays)} arrays, {FIXTURES.stat().st_size // 1000} kB: {FIXTURES}")


if __name__ == "__main__":
    main()
