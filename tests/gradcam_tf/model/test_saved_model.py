"""Real SavedModel folders, written by Keras and TensorFlow: opened, and explained like the models they came from."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import gradcam_tf as gct
from gradcam_tf import confinement
from gradcam_tf.errors import ImageError, LayerError, ModelError, RefusedModel
from gradcam_tf.model.savedmodel import is_saved_model, vet_folder
from gradcam_tf.resources import sample_paths

L = keras.layers


@pytest.fixture(autouse=True)
def _nothing_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def confined(monkeypatch: pytest.MonkeyPatch) -> None:
    held = confinement.Confinement(landlock=7, reads=True, writes=True, network=True, limits=(), scratch="/")
    monkeypatch.setattr(confinement, "_current", held)


# ---- models ----


def _head(features: Any, classes: int = 5, activation: str = "softmax") -> Any:
    return L.Dense(classes, activation=activation)(L.GlobalAveragePooling2D()(features))


def plain() -> keras.Model:
    picture = keras.Input((16, 20, 3))
    features = L.Conv2D(6, 3, activation="relu", name="conv2")(L.Conv2D(4, 3, activation="relu")(picture))
    return keras.Model(picture, _head(features))


def branched() -> keras.Model:
    """A branch bypasses the last layer; one sigmoid; values are prepared inside."""
    picture = keras.Input((16, 16, 3))
    first = L.Conv2D(4, 3, padding="same", activation="relu")(L.Rescaling(1 / 127.5, -1)(picture))
    second = L.BatchNormalization()(L.Conv2D(4, 3, padding="same")(first))
    both = L.Concatenate()([L.GlobalAveragePooling2D()(first), L.GlobalAveragePooling2D()(L.ReLU()(second))])
    return keras.Model(picture, L.Dense(1, activation="sigmoid")(both))


def recurrent() -> keras.Model:
    """Two inputs, and a loop."""
    picture, table = keras.Input((12, 12, 3), name="picture"), keras.Input((4,), name="table")
    features = L.Conv2D(4, 3, activation="relu", name="conv")(picture)
    rows = L.LSTM(6)(L.Reshape((10, 40))(features))
    return keras.Model([picture, table], L.Dense(3, activation="softmax")(L.Concatenate()([rows, table])))


def transformer() -> keras.Model:
    picture = keras.Input((32, 32, 3))
    tokens = L.Reshape((16, 8))(L.Conv2D(8, 8, strides=8)(picture))
    tokens = L.LayerNormalization()(tokens + L.MultiHeadAttention(2, 4)(tokens, tokens))
    return keras.Model(picture, L.Dense(3, activation="softmax")(L.GlobalAveragePooling1D()(tokens)))


def mobilenet() -> keras.Model:
    """An application with random weights, scaled so that a softmax at the end has something to tell apart."""
    model = keras.applications.MobileNetV2((96, 96, 3), 0.35, weights=None)
    chance = np.random.default_rng(2)
    for weight in model.weights:
        if "kernel" in weight.path:
            fan = np.prod(weight.shape[:-1])
            weight.assign(chance.normal(size=weight.shape) * np.sqrt(4 / fan))
    return model


class Subclassed(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = L.Conv2D(4, 3, activation="relu"), L.Conv2D(6, 3, activation="gelu")
        self.out = L.Dense(4, activation="softmax")

    def call(self, x: Any) -> Any:
        return self.out(tf.reduce_mean(self.second(self.first(x)), axis=(1, 2)))


def subclassed() -> keras.Model:
    model = Subclassed()
    model(np.zeros((1, 14, 14, 3), "float32"))
    return model


MODELS: dict[str, tuple[Callable[[], keras.Model], str]] = {
    "plain": (plain, "relu"),
    "branched": (branched, "re_lu"),
    "recurrent": (recurrent, "conv"),
    "transformer": (transformer, "layer_normalization"),
    "mobilenet": (mobilenet, "out_relu"),
    "subclassed": (subclassed, "conv2d_1"),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[keras.Model, Path]]:
    """A model and the folder it was exported to, by name; made once."""
    made: dict[str, tuple[keras.Model, Path]] = {}

    def get(name: str) -> tuple[keras.Model, Path]:
        if name not in made:
            keras.utils.set_random_seed(3)
            model, folder = MODELS[name][0](), tmp_path_factory.mktemp("models") / name
            model.export(folder, verbose=False)
            made[name] = model, folder
        return made[name]

    return get


def inputs_of(model: Any, images: int = 3) -> Any:
    chance = np.random.default_rng(5)
    shapes = [tuple(one.shape[1:]) for one in model.inputs]
    values = [chance.uniform(-1, 1, (images, *shape)).astype("float32") for shape in shapes]
    return values[0] if len(values) == 1 else values


# ---- the same maps ----


@pytest.mark.parametrize("name", MODELS)
def test_the_maps_are_those_of_the_model(name: str, written: Callable, confined: None):
    model, folder = written(name)
    opened = gct.open_model(folder, allow_saved_model=True)
    images = inputs_of(opened)
    np.testing.assert_allclose(opened(images), model(images), rtol=1e-5, atol=1e-6)
    of_graph = gct.Explainer(opened)
    layer = "auto" if isinstance(model, Subclassed) else _layer(model, MODELS[name][1])
    of_model = gct.Explainer(model, layer=layer)
    for target in (None, 0):
        for _ in range(2):  # eagerly the first time, then compiled
            expected, found = of_model(images, target), of_graph(images, target)
            assert found.raw.shape == expected.raw.shape
            assert found.activation == expected.activation
            largest = np.abs(expected.raw).max()
            assert largest > 0
            np.testing.assert_allclose(found.raw / largest, expected.raw / largest, atol=1e-4)
            np.testing.assert_allclose(found.heatmap, expected.heatmap, atol=1e-4)
            np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-4, atol=1e-5)


def _layer(model: keras.Model, name: str) -> str:
    return name if any(layer.name == name for layer in model.layers) else "auto"


@pytest.mark.parametrize("method", gct.methods())
def test_every_method_serves_a_graph(method: str, written: Callable, confined: None):
    """Or says in words why not; where it does, the map is that of the model."""
    model, folder = written("plain")
    images = inputs_of(model, 1)
    found = gct.Explainer(gct.open_model(folder, allow_saved_model=True), method=method)(images, 1)
    expected = gct.Explainer(model, method=method)(images, 1)
    largest = np.abs(expected.raw).max()
    np.testing.assert_allclose(found.raw / largest, expected.raw / largest, atol=1e-3)


def test_augmentation_that_counts_its_random_generator_on(tmp_path: Path, confined: None):
    """Keras exports it so that it is at work; what is explained is what the folder does."""
    picture = keras.Input((16, 16, 3))
    features = L.Conv2D(4, 3, activation="swish", name="conv")(L.RandomFlip(seed=1)(picture))
    model = keras.Model(picture, _head(features))
    model.export(tmp_path / "m", verbose=False)
    opened, images = gct.open_model(tmp_path / "m", allow_saved_model=True), inputs_of(model)
    loaded = tf.saved_model.load(tmp_path / "m")
    np.testing.assert_allclose(opened(images), loaded.serve(images), rtol=1e-4, atol=1e-6)
    assert gct.Explainer(opened)(images).status == ("ok", "ok", "ok")


def test_a_module_of_tensorflow(tmp_path: Path, confined: None):
    """No layer in sight: the map by hand."""

    class Module(tf.Module):
        def __init__(self) -> None:
            self.kernel = tf.Variable(tf.random.stateless_normal((3, 3, 3, 4), (1, 2)))
            self.weights = tf.Variable(tf.random.stateless_normal((4, 3), (3, 4)))

        @tf.function(input_signature=[tf.TensorSpec((None, 8, 8, 3), name="picture")])
        def classify(self, picture: Any) -> Any:
            features = tf.nn.relu(tf.nn.conv2d(picture, self.kernel, 1, "SAME"))
            return {"probabilities": tf.nn.softmax(tf.reduce_mean(features, (1, 2)) @ self.weights)}

    module, images = Module(), np.random.default_rng(1).normal(size=(2, 8, 8, 3)).astype("float32")
    tf.saved_model.save(module, str(tmp_path / "module"), signatures=module.classify)
    explainer = gct.Explainer.open(tmp_path / "module", allow_saved_model=True)
    explanation = explainer(images, 2)
    features = tf.nn.relu(tf.nn.conv2d(images, module.kernel, 1, "SAME"))
    by_hand = tf.reduce_sum(features * module.weights[:, 2] / 64, -1)
    np.testing.assert_allclose(explanation.raw, by_hand, rtol=1e-4, atol=1e-6)
    assert explanation.activation == "softmax"
    assert explanation.layer.name == "Relu"
    assert explainer.model.name == "module"


def test_what_keras_2_wrote_for_tensorflow(tmp_path: Path, confined: None):
    """As tf.saved_model.save writes a Keras model: all its layers and losses are among the objects."""
    model = plain()
    tf.saved_model.save(model, str(tmp_path / "saved"))
    opened = gct.open_model(tmp_path / "saved", allow_saved_model=True)
    images = inputs_of(model)
    np.testing.assert_allclose(opened(images), model(images), rtol=1e-5)


# ---- signatures, inputs and outputs ----


def test_a_signature_is_chosen(tmp_path: Path, confined: None):
    module = tf.Module()
    module.v = tf.Variable(2.0)

    def function(times: float) -> Any:
        @tf.function(input_signature=[tf.TensorSpec((None, 6, 6, 1), name="x")])
        def run(x: Any) -> Any:
            return tf.reduce_mean(tf.nn.relu(x * module.v), (1, 2)) * times

        return run

    module.one, module.two = function(1.0), function(2.0)
    tf.saved_model.save(module, str(tmp_path / "m"), signatures={"one": module.one, "two": module.two})
    ones = np.ones((1, 6, 6, 1), "float32")
    assert gct.open_model(tmp_path / "m", allow_saved_model=True, signature="two")(ones).numpy().tolist() == [[4]]
    with pytest.raises(ModelError, match=r"has no signature 'serving_default'\. There is: one, two"):
        gct.open_model(tmp_path / "m", allow_saved_model=True)


def test_several_outputs_have_their_names(tmp_path: Path, confined: None):
    picture = keras.Input((8, 8, 3))
    features = L.Conv2D(4, 3, activation="relu")(picture)
    model = keras.Model(picture, {"kind": _head(features, 3), "health": _head(features, 2, "sigmoid")})
    model.export(tmp_path / "m", verbose=False)
    images = inputs_of(model)
    for output in ("kind", "health"):
        found = gct.Explainer.open(tmp_path / "m", allow_saved_model=True, output=output)(images, 1)
        np.testing.assert_allclose(found.raw, gct.Explainer(model, output=output)(images, 1).raw, rtol=1e-4, atol=1e-6)
        assert found.output == output


def test_values_that_a_graph_prepares_are_found(written: Callable, confined: None):
    prepared = gct.Explainer.open(written("branched")[1], allow_saved_model=True).preprocessing
    assert (prepared.name, prepared.known) == ("none", True)
    prepared = gct.Explainer.open(written("mobilenet")[1], allow_saved_model=True).preprocessing
    assert (prepared.name, prepared.known) == ("symmetric", True)
    prepared = gct.Explainer.open(written("plain")[1], allow_saved_model=True).preprocessing
    assert (prepared.name, prepared.known) == ("none", False)


def test_the_operations_are_listed_with_their_shapes(written: Callable, confined: None):
    explainer = gct.Explainer.open(written("plain")[1], allow_saved_model=True)
    kinds = [(call.kind, call.shape[1:]) for call in explainer.calls]
    assert ("Conv2D", (14, 18, 4)) in kinds
    assert ("Softmax", (5,)) in kinds
    assert explainer.layer.name.endswith("conv2_1/Relu")
    assert explainer.layer.reason.startswith("the last spatial map before Mean ")
    with pytest.raises(LayerError, match="Nearest: "):
        _ = gct.Explainer.open(written("plain")[1], allow_saved_model=True, layer="conv2_1/Reluu").layer


def test_a_model_of_text_is_told(tmp_path: Path, confined: None):
    module = tf.Module()
    module.run = tf.function(
        lambda x: tf.cast(tf.shape(x), tf.float32), input_signature=[tf.TensorSpec((None,), tf.string)]
    )
    tf.saved_model.save(module, str(tmp_path / "m"), signatures=module.run)
    with pytest.raises(ModelError, match="takes text or packed pictures"):
        gct.open_model(tmp_path / "m", allow_saved_model=True)


def test_a_bomb_that_shows_only_when_it_runs_is_an_error(tmp_path: Path, confined: None):
    module = tf.Module()
    size = tf.Variable([10**6, 10**7])
    module.size = size
    module.run = tf.function(
        lambda x: tf.reduce_mean(x, (1, 2)) + tf.reduce_mean(tf.fill(size, 1.0)),
        input_signature=[tf.TensorSpec((None, 4, 4, 3))],
    )
    tf.saved_model.save(module, str(tmp_path / "m"), signatures=module.run)
    with pytest.raises(ModelError, match=r"TensorFlow could not open it: .*allocat"):
        gct.open_model(tmp_path / "m", allow_saved_model=True)


def test_a_photo_is_fitted_to_it(written: Callable, confined: None):
    folder = written("branched")[1]
    explainer = gct.Explainer.open(folder, allow_saved_model=True)
    explanation = explainer(sample_paths()["chelsea"])
    assert explanation.heatmap.shape == (1, 16, 16)
    assert explanation.model.as_dict() == {
        "name": "branched",
        "file": str(folder),
        "sha256": _sha256(folder),
        "sha256_of": "file",
    }
    with pytest.raises(ImageError):
        explainer(np.zeros((3, 9, 9)))


# ---- allowed, or not ----


def test_off_until_it_is_allowed(written: Callable, confined: None):
    _, folder = written("plain")
    with pytest.raises(RefusedModel) as caught:
        gct.open_model(folder)
    (refusal,) = caught.value.refusals
    assert "is a SavedModel: a program" in refusal.what
    assert "--allow-saved-model" in str(caught.value)
    assert f"--trust-model {caught.value.sha256}" in str(caught.value)
    gct.open_model(folder, allow_saved_model=True)
    with pytest.raises(RefusedModel):
        gct.open_model(folder)  # to allow is not to trust


def test_without_confinement_only_trust_opens_it(written: Callable):
    _, folder = written("plain")
    with pytest.raises(RefusedModel) as caught:
        gct.open_model(folder, allow_saved_model=True)
    (refusal,) = caught.value.refusals
    assert refusal.trustable
    assert "is not confined" in refusal.what
    gct.open_model(folder, trust=caught.value.sha256)
    gct.open_model(folder)  # remembered
    assert [one.name for one in gct.trusted_models()] == ["plain"]


def test_limits_alone_are_no_confinement(written: Callable, monkeypatch: pytest.MonkeyPatch):
    held = confinement.Confinement(None, False, False, False, (("cpu", 10),), "/", ("this kernel has no Landlock",))
    monkeypatch.setattr(confinement, "_current", held)
    with pytest.raises(RefusedModel, match="this kernel has no Landlock"):
        gct.open_model(written("plain")[1], allow_saved_model=True)


def test_trust_is_in_what_is_opened(written: Callable, tmp_path: Path):
    folder = tmp_path / "m"
    shutil.copytree(written("plain")[1], folder)
    (sha256,) = {_sha256(folder), _refused(folder)}
    (folder / "README").write_text("not of the model")
    (folder / "assets").mkdir(exist_ok=True)
    (folder / "assets" / "names.txt").write_text("not of the model")
    assert _refused(folder) == sha256
    shard = next((folder / "variables").glob("*.data*"))
    data = bytearray(shard.read_bytes())
    data[40] ^= 1
    shard.write_bytes(data)
    assert _refused(folder) != sha256
    with pytest.raises(ModelError, match="is not the file that you trust"):
        gct.open_model(folder, trust=sha256)


def _sha256(folder: Path) -> str:
    """As a person can work it out."""
    command = "sha256sum saved_model.pb variables/variables.*"
    lines = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, check=True).stdout
    return hashlib.sha256(lines).hexdigest()


def _refused(folder: Path) -> str:
    with pytest.raises(RefusedModel) as caught:
        gct.open_model(folder)
    return caught.value.sha256


def test_a_folder_without_a_model(tmp_path: Path):
    assert not is_saved_model(tmp_path)
    with pytest.raises(ModelError, match="is a folder without a model"):
        gct.open_model(tmp_path)
    (tmp_path / "saved_model.pb").write_bytes(b"x")
    with pytest.raises(ModelError, match=r"variables/variables\.index is missing"):
        gct.open_model(tmp_path / "saved_model.pb")  # stands for its folder


@pytest.mark.parametrize("name", MODELS)
def test_none_of_them_is_refused(name: str, written: Callable):
    assert vet_folder(written(name)[1]) == ()
