"""Every constructor of keras.applications: the layer that is chosen, pinned, and a map from it and from a named one.

``REWRITE_GOLDEN=1 python -m pytest tests/matrix/test_applications.py`` writes the table of chosen layers again: look
at each line of the difference before you keep it.
"""

from __future__ import annotations

import gc
import inspect
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.src.saving.saving_lib import _serialize_model_as_json

from gradcam_tf.explainer import Explainer
from gradcam_tf.model.allowed import unknown_names
from gradcam_tf.model.budget import over_budget
from gradcam_tf.model.open import open_model

GOLDEN = Path(__file__).parent / "golden_layers.json"
SIDES = (64, 71, 107, 128)
"""Tried in turn for a new constructor: the first that it takes and that leaves the last map 2 × 2 places is pinned."""
CLASSES = 10
NAMED = 6
"""The rank of the layer that is named: some way before the best, not so far that the gradient takes long."""


def constructors() -> dict[str, Callable[..., keras.Model]]:
    """Every function of keras.applications that makes a classifier."""
    return {
        name: function
        for name, function in vars(keras.applications).items()
        if inspect.isfunction(function) and "classes" in inspect.signature(function).parameters
    }


CONSTRUCTORS = constructors()
GOLDEN_LAYERS: dict[str, dict[str, Any]] = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}


def cheap(self: Any, shape: Any, dtype: Any = None) -> Any:
    """Weights that take no time, of the usual size for a kernel of this shape."""
    largest = (4.5 / max(1, int(np.prod(shape[:-1])))) ** 0.5
    return tf.random.stateless_uniform(shape, (0, 0), -largest, largest, dtype or "float32")


@pytest.fixture(autouse=True)
def _cheap_weights_and_names_from_zero(monkeypatch) -> Iterator[None]:
    """The models are the real ones but for their weights; layers are numbered as in a new process."""
    monkeypatch.setattr(keras.initializers.VarianceScaling, "__call__", cheap)
    monkeypatch.setattr(keras.initializers.TruncatedNormal, "__call__", cheap)
    keras.backend.clear_session()
    yield
    keras.backend.clear_session()
    gc.collect()


def build(name: str, side: int) -> keras.Model:
    keras.backend.clear_session()
    return CONSTRUCTORS[name](weights=None, input_shape=(side, side, 3), classes=CLASSES)


def at_the_smallest_side(name: str) -> tuple[keras.Model, int]:
    for side in SIDES:
        try:
            model = build(name, side)
        except ValueError:  # the constructor takes no picture so small
            continue
        if places_before_pooling(model) > 1:
            return model, side
    raise AssertionError(f"none of the sides will do for {name}")


def places_before_pooling(model: keras.Model) -> int:
    pooling = [layer for layer in model.layers if isinstance(layer, keras.layers.GlobalAveragePooling2D)]
    last = pooling or [layer for layer in model.layers if isinstance(layer, keras.layers.Flatten)]
    return int(np.prod(last[-1].input.shape[1:-1]))


def pin(name: str, found: dict[str, Any]) -> None:
    GOLDEN_LAYERS[name] = found
    lines = (f'"{name}": {json.dumps(GOLDEN_LAYERS[name])}' for name in sorted(GOLDEN_LAYERS))
    GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def sizes_of(model: keras.Model) -> list[int]:
    return [int(np.prod(weight.shape)) for weight in model.weights]


def refusals(model: keras.Model) -> list:
    """What would be said of the model, were it a stranger's; without writing hundreds of megabytes of weights."""
    config = json.loads(_serialize_model_as_json(model)[0])
    return [*unknown_names(config), *over_budget(config, sizes_of(model))]


@pytest.mark.parametrize("name", ["MobileNetV3Small", "EfficientNetV2B0", "NASNetMobile"])
def test_saved_it_is_opened(name: str, tmp_path: Path):
    model = build(name, 128)
    model.save(tmp_path / "model.keras")
    opened = open_model(tmp_path / "model.keras")
    noise = np.random.default_rng(0).uniform(0, 255, (1, 128, 128, 3)).astype(np.float32)
    np.testing.assert_allclose(opened(noise, training=False), model(noise, training=False), atol=1e-5)


def test_all_are_discovered():
    assert {"ResNet50", "VGG16", "ConvNeXtXLarge", "NASNetLarge", "MobileNetV3Large"} <= set(CONSTRUCTORS)
    assert set(GOLDEN_LAYERS) <= set(CONSTRUCTORS)


@pytest.mark.parametrize("name", CONSTRUCTORS)
def test_chooses_the_pinned_layer_and_draws_from_it_and_from_a_named_one(name: str):
    rewriting = bool(os.environ.get("REWRITE_GOLDEN"))
    if rewriting:
        model, side = at_the_smallest_side(name)
    else:
        side = GOLDEN_LAYERS[name]["side"]
        model = build(name, side)
    assert refusals(model) == []
    noise = np.random.default_rng(0).uniform(0, 255, (1, side, side, 3)).astype(np.float32)
    explainer = Explainer(model)
    chosen = explainer(noise, 0)
    found = {"side": side, "layer": chosen.layer.name, "grid": list(chosen.layer.grid)}
    if rewriting:
        pin(name, found)
    assert found == GOLDEN_LAYERS[name]

    named = Explainer(model, explainer.layers[NAMED].name)(noise, 0)
    for explanation in (chosen, named):
        assert explanation.raw.shape == (1, *explanation.layer.grid)
        assert explanation.raw.dtype == np.float32
        assert explanation.status[0] in ("ok", "negative")
        assert explanation.heatmap.shape == (1, side, side)
