"""KerasHub's image classifiers, segmenters and detectors, small, with random weights: layer, grid and map of each."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from gradcam_tf.explainer import Explainer
from gradcam_tf.model.open import open_model
from gradcam_tf.model.vet import vet
from gradcam_tf.targets import Custom
from tests.zoo import hub
from tests.zoo.entry import Entry, first, mixed, unmixed

NOT_READ_BACK = ("EfficientNetImageClassifier",)
"""Keras writes a file of this one that it does not find the weights of its own head in."""


@pytest.fixture(scope="module", params=hub.ENTRIES, ids=str)
def built(request) -> Iterator[tuple[Entry, keras.Model, Any]]:
    entry: Entry = request.param
    yield entry, entry.model(), entry.batch()
    keras.backend.clear_session()
    gc.collect()


def test_every_class_is_covered_or_the_reason_given():
    covered = {entry.name.partition(",")[0] for entry in hub.ENTRIES}
    assert covered | set(hub.NOT_COVERED) == set(hub.classes())
    assert not covered & set(hub.NOT_COVERED)


def test_the_chosen_layer(built: tuple):
    entry, model, batch = built
    explanation = explain(Explainer(model, **entry.options), batch)
    assert explanation.layer.name == entry.auto, explanation.layer.reason
    assert tuple(explanation.layer.grid) == entry.grid


def test_a_named_layer(built: tuple):
    entry, model, batch = built
    explanation = explain(Explainer(model, entry.named, **entry.options), batch)
    assert explanation.layer.name.endswith(entry.named)


def test_every_kind_of_target(built: tuple):
    entry, model, batch = built
    explainer = Explainer(model, **entry.options)
    features = explainer.features(first(batch))
    for target in (None, *(make() for make in entry.targets.values())):
        explanation = explainer.from_features(features, target)
        assert np.isfinite(explanation.raw).all()
        assert np.isfinite(explanation.scores).all()
        assert explanation.target[0].title


def test_saved_it_is_opened(built: tuple, tmp_path: Path):
    entry, model, batch = built
    path = tmp_path / "model.keras"
    model.save(path)
    assert vet(path) == ()
    if entry.name in NOT_READ_BACK:
        with pytest.raises(ValueError, match="objects could not be loaded"):
            keras.models.load_model(path)
    elif "Classifier" in entry.name:
        opened = open_model(path)
        np.testing.assert_allclose(*(one(first(batch), training=False) for one in (opened, model)), atol=1e-6)


def explain(explainer: Explainer, batch: Any) -> Any:
    """A map that is not blank, of the output as it is; sound in every respect."""
    for score in (mixed, unmixed):
        explanation = explainer(batch, Custom(score, space="probability"))
        if "ok" in explanation.status:
            break
    assert "ok" in explanation.status
    assert explanation.raw.dtype == np.float32
    assert explanation.raw.shape == (2, *explanation.layer.grid)
    assert np.isfinite(explanation.raw).all()
    assert explanation.heatmap.shape == (2, *keras.tree.flatten(batch)[explanation.layer.source].shape[1:3])
    return explanation
