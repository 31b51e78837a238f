"""What is shipped: the default model opens with plain Keras and recognises the samples; every file is accounted for."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gradcam_tf import resources


@pytest.fixture(scope="module")
def model() -> Any:
    import keras

    return keras.models.load_model(resources.default_model_path())


@pytest.fixture(scope="module")
def labels() -> list[list[str]]:
    return json.loads(resources.imagenet_labels_path().read_text(encoding="utf-8"))


def squashed(path: Path) -> np.ndarray:
    with Image.open(path) as photo:
        return np.asarray(photo.convert("RGB").resize((224, 224), Image.Resampling.BILINEAR), dtype=np.float32)


def test_the_model_has_the_promised_shape(model: Any):
    assert model.name == "efficientnet_lite0"
    assert model.input.name == "image"
    assert model.input.shape == (None, 224, 224, 3)
    assert model.get_layer("top_relu").output.shape == (None, 7, 7, 1280)
    assert model.get_layer("logits").output.shape == (None, 1000)
    assert model.output.shape == (None, 1000)
    assert [layer.name for layer in model.layers[-7:]] == [
        "top_conv",
        "top_bn",
        "top_relu",
        "top_pool",
        "top_dropout",
        "logits",
        "predictions",
    ]


def test_the_layers_have_readable_names(model: Any):
    names = {layer.name for layer in model.layers}
    assert {"rescaling", "stem_conv", "block2a_expand_conv", "block2a_dw_conv", "block2a_project_bn"} <= names
    additions = [name for name in names if name.endswith("_add")]
    assert len(additions) == 9
    assert "block2b_add" in additions


def test_normalisation_and_epsilon_are_those_of_the_training(model: Any):
    rescaling = model.get_layer("rescaling")
    assert (rescaling.scale, rescaling.offset) == (1 / 128, -127 / 128)
    epsilons = {layer.epsilon for layer in model.layers if layer.name.endswith("_bn")}
    assert epsilons == {1e-3}


def test_the_weights_are_rounded_to_half_precision(model: Any):
    for array in model.get_weights():
        assert array.dtype == np.float32
        np.testing.assert_array_equal(array, array.astype(np.float16))


@pytest.mark.parametrize(
    ("sample", "label", "probability"), [("chelsea", "Egyptian cat", 0.77), ("coffee", "espresso", 0.90)]
)
def test_the_model_recognises_the_samples(
    model: Any, labels: list[list[str]], sample: str, label: str, probability: float
):
    (scores,) = np.asarray(model(squashed(resources.sample_paths()[sample])[None]))
    assert labels[scores.argmax()][0] == label
    assert scores.max() == pytest.approx(probability, abs=0.08)
    assert scores.sum() == pytest.approx(1, abs=1e-5)


def test_the_model_file_is_small_and_is_the_one_the_readme_describes():
    path = resources.default_model_path()
    data = path.read_bytes()
    assert len(data) < 12e6
    readme = (path.parent / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256(data).hexdigest() in readme
    assert f"{len(data):,} bytes" in readme


def test_the_class_names(labels: list[list[str]]):
    assert len(labels) == 1000
    assert all(isinstance(name, str) and name == name.strip() and name for names in labels for name in names)
    first = Counter(names[0] for names in labels)
    assert {name for name, count in first.items() if count > 1} >= {"crane"}  # the bird and the machine
    assert (labels[134][0], labels[517][0]) == ("crane", "crane")
    assert labels[0] == ["tench", "Tinca tinca"]
    assert (labels[285], labels[967]) == (["Egyptian cat"], ["espresso"])


def test_the_samples_open():
    sizes = {}
    for name, path in resources.sample_paths().items():
        with Image.open(path) as photo:
            photo.load()
            sizes[name] = (photo.mode, *photo.size)
    assert sizes == {
        "astronaut": ("RGB", 512, 512),
        "chelsea": ("RGB", 451, 300),
        "coffee": ("RGB", 600, 400),
        "rocket": ("RGB", 640, 427),
    }


def test_source_and_licence_lie_beside_every_file():
    for path in (resources.default_model_path(), resources.imagenet_labels_path()):
        assert (path.parent / "LICENSE").is_file()
        assert path.name in (path.parent / "README.md").read_text(encoding="utf-8")
    for path in resources.sample_paths().values():
        assert path.name in (path.parent / "README.md").read_text(encoding="utf-8")
