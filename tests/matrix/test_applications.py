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

from gradcam_tf.explainer import Explainer

GOLDEN = Path(__file__).parent / "golden_layers.json"
SIDES = (64, 71, 107)
"""Tried in turn: the first that the constructor takes, and that leaves the last map more than one place, is used."""
CLASSES = 10


def constructors() -> dict[str, Callable[..., keras.Model]]:
    """Every function of keras.applications that makes a classifier."""
    return {
        name: function
        for name, function in vars(keras.applications).items()
        if inspect.isfunction(function) and "classes" in inspect.signature(function).parameters
    }


CONSTRUCTORS = constructors()
GOLDEN_LAYERS: dict[str, str] = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}


def quickly(self: Any, shape: Any, dtype: Any = None) -> Any:
    """Weights that cost nothing: a little noise over and over, of the usual size for a kernel of this shape."""
    noise = np.random.default_rng(0).standard_normal(9973).astype(np.float32)
    fan_in = max(1, int(np.prod(shape[:-1])))
    return keras.ops.convert_to_tensor(np.resize(noise, shape) * np.sqrt(1.5 / fan_in), dtype)


@pytest.fixture
def quick_weights(monkeypatch) -> Iterator[None]:
    """Random weights for hundreds of millions of places in no time; the models are the real ones."""
    monkeypatch.setattr(keras.initializers.VarianceScaling, "__call__", quickly)
    monkeypatch.setattr(keras.initializers.TruncatedNormal, "__call__", quickly)
    keras.backend.clear_session()
    yield
    keras.backend.clear_session()
    gc.collect()


def smallest(constructor: Callable[..., keras.Model]) -> tuple[keras.Model, int]:
    """The model at the first side that will do."""
    for side in SIDES:
        try:
            model = constructor(weights=None, input_shape=(side, side, 3), classes=CLASSES)
        except ValueError:
            continue
        if places_before_pooling(model) > 1:
            return model, side
    raise AssertionError("none of the sides will do")


def places_before_pooling(model: keras.Model) -> int:
    pooling = [layer for layer in model.layers if isinstance(layer, keras.layers.GlobalAveragePooling2D)]
    last = pooling or [layer for layer in model.layers if isinstance(layer, keras.layers.Flatten)]
    return int(np.prod(last[-1].input.shape[1:-1]))


def test_all_are_discovered():
    assert {"ResNet50", "VGG16", "ConvNeXtXLarge", "NASNetLarge", "MobileNetV3Large"} <= set(CONSTRUCTORS)
    assert set(GOLDEN_LAYERS) <= set(CONSTRUCTORS)


@pytest.mark.parametrize("name", CONSTRUCTORS)
def test_chooses_the_pinned_layer_and_draws_from_it_and_from_a_named_one(name: str, quick_weights):
    model, side = smallest(CONSTRUCTORS[name])
    noise = np.random.default_rng(0).uniform(0, 255, (1, side, side, 3)).astype(np.float32)
    explainer = Explainer(model)
    chosen = explainer(noise, 0)
    found = f"{chosen.layer.name} {chosen.layer.call.shape[1:]} of {side} × {side}"
    if os.environ.get("REWRITE_GOLDEN"):
        GOLDEN_LAYERS[name] = found
        GOLDEN.write_text(json.dumps(dict(sorted(GOLDEN_LAYERS.items())), indent=2, ensure_ascii=False) + "\n")
    assert found == GOLDEN_LAYERS[name]

    middle = explainer.layers[len(explainer.layers) // 2].name
    for explanation in (chosen, Explainer(model, middle)(noise, 0)):
        assert explanation.raw.shape == (1, *explanation.layer.grid)
        assert explanation.raw.dtype == np.float32
        assert explanation.status[0] in ("ok", "negative")
        assert explanation.heatmap.shape == (1, side, side)
