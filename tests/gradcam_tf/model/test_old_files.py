"""Files as older Keras versions wrote them, whole: they open, compute the same, and are not touched.

The HDF5 files are written by hand in the layout of Keras 2, with the config that it wrote, and the weights of a twin:
the same model made with the Keras of today. The .keras files are written by the Keras of today, and then aged.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest
from keras import layers

import gradcam_tf as gct
from gradcam_tf.cli import app
from gradcam_tf.errors import ModelError
from gradcam_tf.model import load as loading
from gradcam_tf.model.allowed import unknown_names
from gradcam_tf.model.modelfile import private_copy
from gradcam_tf.model.open import OpenedModel, open_with_identity

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")

RNG = np.random.default_rng(3)


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where private copies go, looked at after each test: nothing may be left."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(loading, "private_copy", copy_of_what_is_known)
    return folder


def copy_of_what_is_known(path: Path, told: Any, config: Any) -> Any:
    """A repair is no way round the list of what a file may name."""
    assert list(unknown_names(config)) == []
    return private_copy(path, told, config)


def opened(path: Path) -> OpenedModel:
    """Open a file, and see that it was only read and that nothing is left of the copy."""
    before = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
    result = open_with_identity(path)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before == result.sha256
    assert list(Path(tempfile.gettempdir()).iterdir()) == []
    return result


def refused(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        opened(path)
    line = str(caught.value)
    assert "\n" not in line
    assert line.startswith(f"{path}: ")
    assert list(Path(tempfile.gettempdir()).iterdir()) == []
    return line.removeprefix(f"{path}: ")


def same(model: keras.Model, twin: keras.Model) -> None:
    """Both give exactly the same for the same input."""
    inputs = [RNG.normal(size=(2, *[size or 4 for size in each.shape[1:]])).astype("float32") for each in twin.inputs]
    results = [keras.tree.flatten(each(inputs if len(inputs) > 1 else inputs[0])) for each in (model, twin)]
    assert len(results[0]) == len(results[1])
    for mine, other in zip(*results, strict=True):
        assert np.abs(other).max() > 0
        np.testing.assert_array_equal(np.asarray(mine), np.asarray(other))


def with_weights(model: keras.Model) -> keras.Model:
    """Every weight random, so that none can stand for another."""
    for weight in model.weights:
        if weight.dtype.startswith("float"):
            value = RNG.normal(0, 0.3, weight.shape)
            weight.assign(np.abs(value) + 0.1 if "variance" in weight.path else value)
    return model


# ---- HDF5, by hand, as Keras 2 wrote it ----


def layer(kind: str, name: str, *inbound: Any, graph: bool = False, **settings: Any) -> dict:
    made = {"class_name": kind, "config": {"name": name, "trainable": True, "dtype": "float32", **settings}}
    return {**made, "name": name, "inbound_nodes": list(inbound)} if graph or inbound else made


def entry(name: str, shape: list, *, graph: bool = True) -> dict:
    made = layer("InputLayer", name, graph=graph, batch_input_shape=[None, *shape], sparse=False, ragged=False)
    del made["config"]["trainable"]
    return made


def call(*names: str, node: int = 0, **keywords: Any) -> list:
    return [[name, node, 0, keywords] for name in names]


def stack(name: str, *items: dict) -> dict:
    return {"class_name": "Sequential", "config": {"name": name, "layers": list(items)}}


def graph(name: str, *items: dict, inputs: list[str], outputs: list, kind: str = "Functional") -> dict:
    ends = [[output, 0, 0] if isinstance(output, str) else output for output in outputs]
    inner = {"name": name, "layers": list(items), "input_layers": [[each, 0, 0] for each in inputs]}
    return {"class_name": kind, "config": {**inner, "output_layers": ends}}


def inside(model: dict, *inbound: list) -> dict:
    return {**model, "name": model["config"]["name"], "inbound_nodes": list(inbound)}


GLOROT = {"class_name": "GlorotUniform", "config": {"seed": None, "dtype": "float32"}}


def conv(name: str, *inbound: list, filters: int = 3, **settings: Any) -> dict:
    return layer("Conv2D", name, *inbound, filters=filters, kernel_size=[3, 3], padding="same", groups=1, **settings)


def dense(name: str, *inbound: list, units: int = 2, **settings: Any) -> dict:
    return layer("Dense", name, *inbound, units=units, kernel_initializer=GLOROT, **settings)


def pool(name: str, *inbound: list) -> dict:
    return layer("GlobalAveragePooling2D", name, *inbound, data_format="channels_last")


def write(path: Path, config: dict | None, twin: keras.Model, version: str = "2.15.0") -> Path:
    """An HDF5 file as Keras 2 wrote it; without a config, as its save_weights did."""
    with h5py.File(path, "w") as file:
        weights = file
        if config is not None:
            file.attrs.update(keras_version=version, backend="tensorflow", model_config=json.dumps(config).encode())
            weights = file.create_group("model_weights")
        named = [each for each in twin.layers if not isinstance(each, layers.InputLayer)]
        weights.attrs.update(keras_version=version, backend="tensorflow", layer_names=[each.name for each in named])
        for each in named:
            group = weights.create_group(each.name)
            values = each.trainable_weights + each.non_trainable_weights
            group.attrs["weight_names"] = np.array([f"{each.name}/w_{i}:0" for i in range(len(values))], dtype="S")
            for index, value in enumerate(values):
                group[f"{each.name}/w_{index}:0"] = value.numpy()
    return path


def backbone(kind: str = "Functional") -> dict:
    return graph(
        "backbone",
        entry("in", [8, 8, 3]),
        conv("conv", call("in")),
        layer("BatchNormalization", "bn", call("conv"), axis=[3], momentum=0.99, epsilon=0.001),
        layer(
            "DepthwiseConv2D",
            "depthwise",
            call("bn"),
            kernel_size=[3, 3],
            groups=1,
            depth_multiplier=1,
            depthwise_initializer=GLOROT,
        ),
        layer("ReLU", "relu", call("depthwise"), max_value=6.0, negative_slope=0.0, threshold=0.0),
        inputs=["in"],
        outputs=["relu"],
        kind=kind,
    )


def backbone_twin() -> keras.Model:
    inputs = keras.Input((8, 8, 3))
    x = layers.BatchNormalization()(layers.Conv2D(3, 3, padding="same")(inputs))
    return keras.Model(inputs, layers.ReLU(6.0)(layers.DepthwiseConv2D(3)(x)), name="backbone")


def test_teachable_machine(tmp_path: Path):
    """What its export looks like: a functional MobileNet in a Sequential in a Sequential."""
    config = stack(
        "sequential_4",
        stack("sequential_1", backbone("Model"), pool("pool")),
        stack("sequential_3", dense("d1", units=4, batch_input_shape=[None, 3]), dense("d2", activation="softmax")),
    )
    features = keras.Sequential([backbone_twin(), layers.GlobalAveragePooling2D()], name="sequential_1")
    head = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(2, "softmax")], name="sequential_3")
    twin = with_weights(keras.Sequential([features, head]))
    result = opened(write(tmp_path / "keras_model.h5", config, twin, "2.4.0"))
    same(result.model, twin)
    assert result.notes == (
        "written by Keras 2.4.0; repaired in memory to open it, the file is unchanged",
        "dropped groups=1 from 1 DepthwiseConv2D",
        "dropped the dtype of 3 initializers",
        "wrote the axis of 1 BatchNormalization as a number",
        "gave 1 Sequential the input layer that its first layer speaks of",
        "dropped batch_input_shape from 1 layer",
        "took a model's only input or output out of a list of one",
    )


def transfer(*preprocessing: dict, last: str) -> dict:
    return graph(
        "model",
        entry("photo", [8, 8, 3]),
        *preprocessing,
        inside(backbone(), call(last, training=False)),
        pool("pool", call("backbone", node=1)),
        dense("d", call("pool")),
        inputs=["photo"],
        outputs=["d"],
    )


def transfer_twin(preprocess: Callable) -> keras.Model:
    inputs = keras.Input((8, 8, 3))
    x = backbone_twin()(preprocess(inputs), training=False)
    return with_weights(keras.Model(inputs, layers.Dense(2, name="d")(layers.GlobalAveragePooling2D()(x))))


@pytest.mark.parametrize("ending", [".h5", ".hdf5"])
def test_a_frozen_backbone_behind_preprocessing(tmp_path: Path, ending: str):
    config = transfer(
        layer("TFOpLambda", "tf.math.truediv", ["photo", 0, 0, {"y": 127.5, "name": None}], function="math.truediv"),
        layer(
            "TFOpLambda",
            "tf.math.subtract",
            ["tf.math.truediv", 0, 0, {"y": 1.0, "name": None}],
            function="math.subtract",
        ),
        last="tf.math.subtract",
    )
    twin = transfer_twin(lambda x: x / 127.5 - 1.0)
    result = opened(write(tmp_path / f"transfer{ending}", config, twin))
    same(result.model, twin)
    assert "counted the calls of the nested backbone from 0" in result.notes
    assert "put Keras's own operations in place of tf.math.subtract, tf.math.truediv" in result.notes


def test_the_preprocessing_of_resnet50(tmp_path: Path):
    means = [-103.93900299072266, -116.77899932861328, -123.68000030517578]
    reverse = [{"class_name": "__ellipsis__"}, {"start": None, "stop": None, "step": -1}]
    config = transfer(
        layer(
            "SlicingOpLambda",
            "tf.__operators__.getitem",
            ["photo", 0, 0, {"slice_spec": reverse}],
            function="__operators__.getitem",
        ),
        layer(
            "TFOpLambda",
            "tf.nn.bias_add",
            ["tf.__operators__.getitem", 0, 0, {"bias": means, "data_format": "NHWC"}],
            function="nn.bias_add",
        ),
        last="tf.nn.bias_add",
    )
    twin = transfer_twin(lambda x: keras.ops.flip(x, -1) + np.array(means, "float32"))
    result = opened(write(tmp_path / "resnet.h5", config, twin))
    same(result.model, twin)
    assert "put Keras's own operations in place of tf.__operators__.getitem, tf.nn.bias_add" in result.notes


def test_a_shared_model_one_call_of_which_is_an_output(tmp_path: Path):
    """Keras opens this one without a word, and takes the second call for the first."""
    inner = graph("inner", entry("in", [4]), dense("d", call("in"), units=3), inputs=["in"], outputs=["d"])
    inner["config"]["layers"][1]["config"]["kernel_initializer"] = None
    config = graph(
        "model",
        entry("left", [4]),
        entry("right", [4]),
        inside(inner, call("left"), call("right")),
        layer("Softmax", "softmax", call("inner", node=1), axis=-1),
        inputs=["left", "right"],
        outputs=["softmax", ["inner", 2, 0]],
    )
    left, right, x = keras.Input((4,)), keras.Input((4,)), keras.Input((4,))
    shared = keras.Model(x, layers.Dense(3)(x), name="inner")
    twin = with_weights(keras.Model([left, right], [layers.Softmax()(shared(left)), shared(right)]))
    path = write(tmp_path / "shared.h5", config, twin)
    with pytest.raises(AssertionError):
        same(keras.models.load_model(path, compile=False), twin)
    result = opened(path)
    same(result.model, twin)
    assert "counted the calls of the nested inner from 0" in result.notes


@pytest.mark.parametrize("version", ["2.1.6", "2.2.4-tf"])
def test_a_sequential_without_an_input_layer(tmp_path: Path, version: str):
    items = [
        conv("conv", batch_input_shape=[None, 8, 8, 3], kernel_initializer=GLOROT),
        layer("BatchNormalizationV1", "bn", axis=[3], epsilon=0.001),
        layer("SpatialDropout2D", "drop", rate=0.5, noise_shape=None, seed=None),
        layer("Flatten", "flat", data_format="channels_last"),
        dense("d", activation="softmax"),
    ]
    config = stack("sequential_1", *items)
    if version == "2.1.6":
        config = {"class_name": "Sequential", "config": items}
    twin = [
        layers.Conv2D(3, 3, padding="same"),
        layers.BatchNormalization(),
        layers.Flatten(),
        layers.Dense(2, "softmax"),
    ]
    model = with_weights(keras.Sequential([keras.Input((8, 8, 3)), *twin]))
    path = tmp_path / "cnn.h5"
    write(path, config, model, version)
    with h5py.File(path, "r+") as file:
        # The layers of the file without weights are of no account; those with weights go by their order.
        file["model_weights"].attrs["layer_names"] = [*file["model_weights"].attrs["layer_names"], "drop"]
        file["model_weights"].create_group("drop").attrs["weight_names"] = np.array([], dtype="S")
    result = opened(path)
    same(result.model, model)
    assert result.model.input_shape == (None, 8, 8, 3)
    assert f"written by Keras {version}; repaired in memory to open it, the file is unchanged" == result.notes[0]


def test_a_dense_without_an_input_layer(tmp_path: Path):
    """Keras opens this one without a word, for an input of one dimension more."""
    config = stack("s", {"class_name": "Dense", "config": {"name": "d", "units": 2, "batch_input_shape": [None, 4]}})
    twin = with_weights(keras.Sequential([keras.Input((4,)), layers.Dense(2, name="d")]))
    path = write(tmp_path / "dense.h5", config, twin, "2.2.4")
    assert keras.models.load_model(path, compile=False).input_shape == (None, None, 4)
    result = opened(path)
    assert result.model.input_shape == (None, 4)
    same(result.model, twin)


def test_recurrent_attention_and_separable_layers(tmp_path: Path):
    query = {"query_shape": [None, 4, 6], "key_shape": [None, 4, 6], "value_shape": [None, 4, 6]}
    inner = layer("LSTM", "lstm_", units=3, return_sequences=True, time_major=False, implementation=2)
    config = graph(
        "model",
        entry("x", [4, 4]),
        layer("Bidirectional", "both", call("x"), layer=inner, merge_mode="concat"),
        layer(
            "MultiHeadAttention",
            "mha",
            call("both", value=["both", 0, 0]),
            num_heads=2,
            key_dim=4,
            value_dim=4,
            attention_axes=[1],
            **query,
        ),
        layer(
            "SeparableConv1D",
            "sep",
            call("mha"),
            filters=3,
            kernel_size=[3],
            groups=1,
            depth_multiplier=1,
            kernel_initializer=GLOROT,
            kernel_regularizer=None,
            kernel_constraint=None,
        ),
        layer("GRU", "gru", call("sep"), units=2, time_major=False, reset_after=True),
        inputs=["x"],
        outputs=["gru"],
    )
    x = keras.Input((4, 4))
    y = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(x)
    y = layers.SeparableConv1D(3, 3)(layers.MultiHeadAttention(2, 4, 4)(y, y))
    twin = with_weights(keras.Model(x, layers.GRU(2)(y)))
    result = opened(write(tmp_path / "all.h5", config, twin))
    same(result.model, twin)
    assert "passed tensors on to mha by keyword" in result.notes
    assert "dropped time_major=False from 1 LSTM" in result.notes


def test_slashes_in_the_names_of_densenet(tmp_path: Path):
    config = graph(
        "densenet",
        entry("in", [8, 8, 3]),
        conv("conv1/conv", call("in")),
        conv("conv1/1/conv", call("conv1/conv")),
        layer("Concatenate", "conv1/concat", call("conv1/conv", "conv1/1/conv"), axis=3),
        inputs=["in"],
        outputs=["conv1/concat"],
    )
    inputs = keras.Input((8, 8, 3))
    first = layers.Conv2D(3, 3, padding="same", name="conv1_conv")(inputs)
    second = layers.Conv2D(3, 3, padding="same", name="conv1_1_conv")(first)
    twin = with_weights(keras.Model(inputs, layers.Concatenate()([first, second])))
    result = opened(write(tmp_path / "densenet.h5", config, twin))
    same(result.model, twin)
    assert [each.name for each in result.model.layers] == ["in", "conv1_conv", "conv1_1_conv", "conv1_concat"]


def test_mixed_precision(tmp_path: Path):
    policy = {"class_name": "Policy", "config": {"name": "mixed_float16"}}
    config = stack("s", entry("in", [4], graph=False), layer("Dense", "d", units=2, dtype=policy))
    twin = with_weights(keras.Sequential([keras.Input((4,)), layers.Dense(2, dtype="mixed_float16")]))
    result = opened(write(tmp_path / "mixed.h5", config, twin))
    same(result.model, twin)
    assert result.model.layers[0].compute_dtype == "float16"


@pytest.mark.parametrize("wrapped", [False, True], ids=["plain", "in a TimeDistributed"])
def test_the_hard_sigmoid_of_keras_2(tmp_path: Path, wrapped: bool):
    """Keras opens this one without a word, with its own hard_sigmoid."""
    item = layer("Activation", "a", activation="hard_sigmoid")
    item = layer("TimeDistributed", "t", layer=item) if wrapped else item
    shape = [2, 5] if wrapped else [5]
    path = write(tmp_path / "hard.h5", stack("s", entry("in", shape, graph=False), item), keras.Sequential([]))
    result = opened(path)
    x = RNG.normal(0, 3, (7, *shape)).astype("float32")
    expected = np.clip(np.float32(0.2) * x + np.float32(0.5), 0, 1)
    np.testing.assert_array_equal(np.asarray(result.model(x)), expected)
    assert np.abs(expected - np.asarray(keras.activations.hard_sigmoid(x))).max() > 0.05
    assert result.notes[-1] == "kept the hard_sigmoid of Keras 2 in a"


def test_layers_that_are_gone(tmp_path: Path):
    config = stack(
        "s",
        entry("in", [8, 8, 3], graph=False),
        layer("RandomHeight", "h", factor=0.2, interpolation="bilinear", seed=None),
        layer("ThresholdedReLU", "t", theta=0.5),
    )
    result = opened(write(tmp_path / "gone.h5", config, keras.Sequential([])))
    x = RNG.normal(0, 1, (2, 8, 8, 3)).astype("float32")
    np.testing.assert_array_equal(np.asarray(result.model(x)), np.where(x > 0.5, x, 0))


# ---- .keras, aged ----


def age(path: Path, change: Callable[[dict], None], version: str = "2.15.0") -> Path:
    """Change the config in a .keras file."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    change(config)
    members["config.json"] = json.dumps(config).encode()
    members["metadata.json"] = json.dumps({"keras_version": version}).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def nested(item: Any, kind: str) -> list[dict]:
    found = [item] if isinstance(item, dict) and item.get("class_name") == kind else []
    for each in item.values() if isinstance(item, dict) else item if isinstance(item, list) else []:
        found += nested(each, kind)
    return found


def as_keras_3_8(config: dict) -> None:
    for model in nested(config, "Functional"):
        for key in ("input_layers", "output_layers"):
            model["config"][key] = [model["config"][key]]


def in_sequential() -> keras.Model:
    return keras.Sequential([backbone_twin(), layers.GlobalAveragePooling2D(), layers.Dense(2)])


def in_time_distributed() -> keras.Model:
    inputs = keras.Input((2, 8, 8, 3))
    return keras.Model(inputs, layers.TimeDistributed(backbone_twin())(inputs))


def two_deep() -> keras.Model:
    inputs = keras.Input((8, 8, 3))
    return keras.Sequential([keras.Model(inputs, in_sequential()(inputs)), layers.Dense(3)])


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize("make", [in_sequential, in_time_distributed, two_deep])
def test_a_single_output_in_a_list_by_keras_3_8(tmp_path: Path, make: Callable[[], keras.Model], ending: str):
    twin = with_weights(make())
    path = tmp_path / f"model{ending}"
    twin.save(path)
    if ending == ".keras":
        age(path, as_keras_3_8, "3.8.0")
    else:
        with h5py.File(path, "r+") as file:
            config = json.loads(file.attrs["model_config"])
            as_keras_3_8(config)
            file.attrs.update(model_config=json.dumps(config), keras_version="3.8.0")
    with pytest.raises(Exception, match=r"received 2 input tensors|Cannot convert '2' to a shape"):
        keras.models.load_model(path, compile=False)
    result = opened(path)
    same(result.model, twin)
    assert result.notes == (
        "written by Keras 3.8.0; repaired in memory to open it, the file is unchanged",
        "took a model's only input or output out of a list of one",
    )


def test_the_user_is_told_of_a_repair(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    path = tmp_path / "old.keras"
    with_weights(in_sequential()).save(path)
    age(path, as_keras_3_8, "3.8.0")
    explanation = gct.Explainer.open(path)(np.ones((8, 8, 3), np.float32))
    assert explanation.provenance[0]["model"]["notes"][0].startswith("written by Keras 3.8.0")
    with pytest.raises(SystemExit) as ended:
        app(["layers", str(path)])
    assert ended.value.code == 0
    assert f"note: {path}: written by Keras 3.8.0; repaired in memory" in capfd.readouterr().err


def as_keras_2_15(config: dict) -> None:
    for model in nested(config, "Functional"):
        model |= {"module": "keras.src.engine.functional", "registered_name": "Functional"}
        for item in model["config"]["layers"]:
            item["inbound_nodes"] = [_legacy(node) for node in item["inbound_nodes"]]
    for norm in nested(config, "BatchNormalization"):
        norm["config"]["axis"] = [3]
    for item in nested(config, "DepthwiseConv2D"):
        item["config"]["groups"] = 1
    for item in nested(config, "Conv2D"):
        item["config"]["batch_input_shape"] = [None, 8, 8, 3]
    as_keras_3_8(config)


def _legacy(node: dict) -> list:
    """Models count their calls from 1."""
    name, index, output = node["args"][0]["config"]["keras_history"]
    return [[name, index + (name == "backbone"), output, node["kwargs"]]]


def functional() -> keras.Model:
    inputs = keras.Input((8, 8, 3))
    x = layers.GlobalAveragePooling2D()(backbone_twin()(inputs, training=False))
    return keras.Model(inputs, layers.Dense(2)(layers.Dense(4)(layers.Dense(3)(x))))


@pytest.mark.parametrize("make", [functional, in_sequential, in_time_distributed])
def test_a_file_of_keras_2_15(tmp_path: Path, make: Callable[[], keras.Model]):
    twin = with_weights(make())
    path = tmp_path / "model.keras"
    twin.save(path)
    result = opened(age(path, as_keras_2_15))
    same(result.model, twin)
    assert "gave the current modules of Functional" in result.notes


def test_attention_in_a_file_of_keras_2_15(tmp_path: Path):
    x = keras.Input((4, 6))
    twin = with_weights(keras.Model(x, layers.MultiHeadAttention(2, 4, name="mha")(x, x)))
    path = tmp_path / "model.keras"
    twin.save(path)

    def change(config: dict) -> None:
        (mha,) = nested(config, "MultiHeadAttention")
        mha["build_config"] = {"input_shape": [None, 4, 6]}
        mha["inbound_nodes"] = [call(twin.layers[0].name, value=[twin.layers[0].name, 0, 0])]

    result = opened(age(path, change))
    same(result.model, twin)
    assert "left it to mha to find its shapes" in result.notes


def count_twice(group: h5py.Group) -> None:
    """As Keras 2.13 numbered its layers: dense, dense_2, dense_4."""
    for name in [*group]:
        if isinstance(group[name], h5py.Group):
            count_twice(group[name])
    if "layers" in group:
        for name in sorted(group["layers"], reverse=True):
            kind, _, number = name.rpartition("_")
            if number.isdecimal():
                group["layers"].move(name, f"{kind}_{2 * int(number)}")
        group.move("layers", "_layer_checkpoint_dependencies")


@pytest.mark.parametrize("make", [functional, in_sequential])
def test_a_file_of_keras_2_13(tmp_path: Path, make: Callable[[], keras.Model]):
    twin = with_weights(make())
    path = tmp_path / "model.keras"
    twin.save(path)
    age(path, as_keras_2_15, "2.13.1")
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    (tmp_path / "w.h5").write_bytes(members["model.weights.h5"])
    with h5py.File(tmp_path / "w.h5", "r+") as file:
        count_twice(file)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, (tmp_path / "w.h5").read_bytes() if name == "model.weights.h5" else content)
    result = opened(path)
    same(result.model, twin)
    assert result.notes[-1] == "counted the layers in the weights once, not twice"


# ---- what the Keras of today writes and then refuses ----


def arithmetic() -> keras.Model:
    inputs = keras.Input((8, 8, 3))
    x = layers.Conv2D(3, 3, padding="same")(inputs[..., ::-1] / 127.5 - 1.0)
    return keras.Model(inputs, keras.ops.mean(x * x + inputs, axis=[1, 2]))


def attention() -> keras.Model:
    inputs = keras.Input((4, 3))
    return keras.Model(inputs, layers.Attention()([layers.Dense(3)(inputs), inputs]))


def convnext() -> keras.Model:
    return keras.applications.ConvNeXtTiny(weights=None, input_shape=(32, 32, 3), classes=3)


def tensorflow_activations() -> keras.Model:
    import tensorflow as tf

    return keras.Sequential([keras.Input((4,)), layers.Dense(3, tf.nn.swish), layers.Dense(3, tf.nn.softmax)])


@pytest.mark.parametrize(
    ("make", "ending"),
    [
        (arithmetic, ".h5"),
        (attention, ".h5"),
        (convnext, ".h5"),
        (tensorflow_activations, ".h5"),
        (tensorflow_activations, ".keras"),
    ],
)
def test_what_keras_itself_writes_and_refuses(tmp_path: Path, make: Callable[[], keras.Model], ending: str):
    twin = with_weights(make())
    path = tmp_path / f"model{ending}"
    twin.save(path)
    with pytest.raises(Exception, match=r"Unknown layer|Invalid value|locate function|too many positional"):
        keras.models.load_model(path, compile=False)
    result = opened(path)
    same(result.model, twin)
    assert result.notes[1].startswith(("said where", "read s"))


# ---- nothing to do, or nothing that can be done ----


@pytest.mark.parametrize("ending", [".keras", ".h5", ".hdf5"])
def test_a_good_file_opens_as_it_is(tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch):
    twin = with_weights(functional())
    twin.save(tmp_path / f"model{ending}")
    monkeypatch.setattr(loading, "repair", lambda *_: pytest.fail("repaired a good file"))
    result = opened(tmp_path / f"model{ending}")
    same(result.model, twin)
    assert result.notes == ()


def test_an_argument_with_an_effect_is_named_with_its_layer(tmp_path: Path):
    config = backbone()
    config["config"]["layers"][3]["config"]["groups"] = 3
    assert refused(write(tmp_path / "groups.h5", config, backbone_twin())) == (
        f"Keras {keras.__version__} could not open it: layer 'depthwise' (DepthwiseConv2D) has groups=3, "
        "which Keras 3 does not know. Build the model in Python without it, load the weights, and save it anew with "
        "model.save()."
    )


def test_an_argument_nobody_knows_is_named_with_its_layer(tmp_path: Path):
    config = backbone()
    config["config"]["layers"][1]["config"]["colour"] = "red"
    line = refused(write(tmp_path / "colour.h5", config, backbone_twin()))
    assert "layer 'conv' (Conv2D) has colour='red', which Keras 3 does not know" in line


def test_a_class_that_is_gone_is_named_with_its_layer(tmp_path: Path):
    item = layer("LocallyConnected2D", "local", filters=2, kernel_size=[3, 3])
    config = stack("s", entry("in", [8, 8, 3], graph=False), item)
    line = refused(write(tmp_path / "local.h5", config, keras.Sequential([])))
    assert "layer 'local' (LocallyConnected2D) is of a class that Keras 3 does not have" in line


def test_a_function_without_a_counterpart_is_named_with_its_layer(tmp_path: Path):
    split = layer("TFOpLambda", "tf.split", ["photo", 0, 0, {"num_or_size_splits": 3, "axis": -1}], function="split")
    line = refused(write(tmp_path / "split.h5", transfer(split, last="tf.split"), enough()))
    assert "layer 'tf.split' calls tf.split, which Keras 3 cannot open" in line


def test_what_is_beyond_repair_gives_the_first_error(tmp_path: Path):
    """The weights do not fit: the repaired file is refused for that, but what counts is the file as it is."""
    config = stack("s", entry("in", [4], graph=False), dense("d", units=2))
    twin = keras.Sequential([keras.Input((4,)), layers.Dense(5, name="d")])
    line = refused(write(tmp_path / "d.h5", config, twin))
    assert "GlorotUniform.__init__() got an unexpected keyword argument 'dtype'" in line


def test_a_lambda_is_refused_in_an_old_file_too(tmp_path: Path):
    code = ["4wEAAAAAAAAAAAAAAAEAAAABAAAAQwAAAHMEAAAAfABTACkBTqkAKQHaAXhyAQAAAHIBAAAA+gA=", None, None]
    item = layer("Lambda", "l", function=code, function_type="lambda", output_shape=None, arguments={})
    config = stack("s", entry("in", [8, 8, 3], graph=False), conv("c", kernel_initializer=GLOROT), item)
    line = refused(write(tmp_path / "lambda.h5", config, enough()))
    assert "s/l is a Lambda layer" in line


def enough() -> keras.Model:
    """Weights of nothing that is asked for, but enough of them, in enough arrays."""
    return keras.Sequential([keras.Input((4,)), *(layers.Dense(100) for _ in range(10))])


@pytest.mark.parametrize(
    "config",
    [
        [],
        {},
        {"class_name": "Sequential", "config": {"name": "s", "layers": [5]}},
        {"class_name": "Functional", "config": {"layers": [{}], "input_layers": 3, "output_layers": None}},
        {"class_name": "Functional", "config": {"layers": [None], "input_layers": [[]], "output_layers": [["a", 0]]}},
        {"class_name": "TFOpLambda", "config": {"layers": [], "input_layers": [], "output_layers": []}},
    ],
)
def test_a_config_that_is_no_models_is_refused_in_one_line(tmp_path: Path, config: Any):
    assert refused(write(tmp_path / "odd.h5", config, keras.Sequential([])))
    twin = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
    twin.save(tmp_path / "odd.keras")
    with zipfile.ZipFile(tmp_path / "odd.keras") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(tmp_path / "odd.keras", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, json.dumps(config) if name == "config.json" else content)
    assert refused(tmp_path / "odd.keras")


def test_a_config_of_any_depth_is_refused_in_one_line(tmp_path: Path):
    config = json.dumps({"class_name": "Sequential", "config": {"name": "s", "layers": []}})
    path = write(tmp_path / "deep.h5", {}, keras.Sequential([]))
    with h5py.File(path, "r+") as file:
        file.attrs["model_config"] = config.replace("[]", "[" * 900 + "]" * 900)
    assert refused(path)


def test_a_config_that_is_too_large_is_left_to_keras(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("gradcam_tf.model.modelfile.MAX_CONFIG", 100)
    twin = with_weights(in_sequential())
    for ending in (".keras", ".h5"):
        twin.save(tmp_path / f"model{ending}")
        assert opened(tmp_path / f"model{ending}").notes == ()
    assert "received 2 input tensors" in refused(age(tmp_path / "model.keras", as_keras_3_8, "3.8.0"))


def test_a_member_that_unpacks_to_much_more_is_not_copied(tmp_path: Path):
    path = tmp_path / "bomb.keras"
    with_weights(in_sequential()).save(path)
    age(path, as_keras_3_8, "3.8.0")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("assets/zeros", "w") as member:
        for _ in range(257):
            member.write(bytes(2**20))
    assert "assets/zeros unpacks to 269484032 bytes, more than 100 times its size" in refused(path)


def test_a_full_disk_gives_the_first_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "model.keras"
    with_weights(in_sequential()).save(path)
    age(path, as_keras_3_8, "3.8.0")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    assert "received 2 input tensors" in refused(path)


# ---- weights without a model ----


def test_weights_of_keras_2(tmp_path: Path):
    line = refused(write(tmp_path / "weights.h5", None, backbone_twin()))
    assert line == (
        "holds weights only; the architecture is missing. Build the model in Python and load this file with "
        "model.load_weights(); then give it to gct.Explainer(model), or write it whole with model.save() and open that."
    )


def test_the_advice_for_weights_holds(tmp_path: Path):
    twin = with_weights(backbone_twin())
    model = backbone_twin()
    model.load_weights(write(tmp_path / "weights.h5", None, twin))
    same(model, twin)


def test_weights_of_keras_3(tmp_path: Path):
    path = tmp_path / "my.weights.h5"
    backbone_twin().save_weights(path)
    assert refused(path).startswith("holds weights only; the architecture is missing. Build the model in Python")


def test_hdf5_that_is_neither(tmp_path: Path):
    with h5py.File(tmp_path / "data.h5", "w") as file:
        file["images"] = np.zeros(3)
    assert "the file holds no model" in refused(tmp_path / "data.h5")


@pytest.mark.parametrize("name", ["ckpt.index", "ckpt.data-00000-of-00001", "checkpoint", "ckpt"])
def test_checkpoints_of_tensorflow(tmp_path: Path, name: str):
    for part in ("ckpt.index", "ckpt.data-00000-of-00001", "checkpoint"):
        (tmp_path / part).write_bytes(b"x")
    assert refused(tmp_path / name).startswith(
        "holds weights only; the architecture is missing. Build the model with the TensorFlow that wrote it"
    )


def test_a_folder_called_checkpoint_is_a_folder(tmp_path: Path):
    (tmp_path / "checkpoint").mkdir()
    assert "is a folder" in refused(tmp_path / "checkpoint")
