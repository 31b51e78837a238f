"""Kinds of hostile model files: each a function that writes one, found by the decorators."""

from __future__ import annotations

import itertools
import json
import os
import pickle
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from tests.hostile.canary import Canary, code
from tests.hostile.honest import (
    CONFIG,
    WEIGHTS,
    Layer,
    arrays,
    convolution,
    graph,
    hdf5_file,
    inside,
    keras_file,
    layer,
    stack,
    tensor,
    weights,
)

DEPTHS = (0, 1, 2, 5)
ZIP_LIKE = (".keras", ".h5")


@dataclass(frozen=True)
class Kind:
    """A kind of hostile file.

    Attributes:
        name: of the kind.
        write: writes it; is given the folder, the canary and what it takes (a depth, an ending).
        variants: for each of these it is written once.
    """

    name: str
    write: Callable[..., Path]
    variants: tuple[tuple, ...] = ((),)


KINDS: list[Kind] = []


def _named(function: Callable) -> str:
    return function.__name__.strip("_").replace("_", " ")


def as_layer(function: Callable[[Canary], Layer]) -> Callable[[Canary], Layer]:
    """A layer; in both formats, and at every depth."""

    def write(folder: Path, canary: Canary, depth: int, ending: str) -> Path:
        config = inside(function(canary), depth)
        return keras_file(folder / "x.keras", config) if ending == ".keras" else hdf5_file(folder / "x.h5", config)

    KINDS.append(Kind(_named(function), write, tuple(itertools.product(DEPTHS, ZIP_LIKE))))
    return function


def as_setting(function: Callable[[Canary], Any]) -> Callable[[Canary], Any]:
    """What stands for an activation; at every depth."""

    def hostile(canary: Canary) -> Layer:
        return layer("Dense", "dense", units=1, activation=function(canary))

    hostile.__name__ = function.__name__
    as_layer(hostile)
    return function


def as_model(function: Callable[[Canary], Any]) -> Callable[[Canary], Any]:
    """The whole config, in both formats."""

    def write(folder: Path, canary: Canary, ending: str) -> Path:
        config = function(canary)
        return keras_file(folder / "x.keras", config) if ending == ".keras" else hdf5_file(folder / "x.h5", config)

    KINDS.append(Kind(_named(function), write, tuple((ending,) for ending in ZIP_LIKE)))
    return function


def as_weights(function: Callable[[h5py.File, Canary], None]) -> Callable[[h5py.File, Canary], None]:
    """What is done to an HDF5 file, by itself and in a ``.keras`` file."""

    def write(folder: Path, canary: Canary, ending: str) -> Path:
        if ending == ".h5":
            return hdf5_file(folder / "x.h5", write=lambda file: function(file, canary))
        made = folder / "weights.h5"
        with h5py.File(made, "w") as file:
            arrays(file)
            function(file, canary)
        return keras_file(folder / "x.keras", members={WEIGHTS: made.read_bytes()})

    KINDS.append(Kind(_named(function), write, tuple((ending,) for ending in ZIP_LIKE)))
    return function


def as_file(function: Callable[[Path, Canary], Path]) -> Callable[[Path, Canary], Path]:
    KINDS.append(Kind(_named(function), function))
    return function


def all_files(kinds: Iterable[Kind]) -> Iterator[tuple[Kind, tuple]]:
    return ((kind, variant) for kind in kinds for variant in kind.variants)


# ---- code ----


def _lambda(canary: Canary) -> Layer:
    return {"class_name": "__lambda__", "config": {"code": code(canary), "defaults": None, "closure": None}}


def _function(module: str | None, name: Any, registered: str | None = None) -> Layer:
    return {"module": module, "class_name": "function", "config": name, "registered_name": registered or name}


@as_layer
def lambda_layer(canary: Canary) -> Layer:
    return layer("Lambda", "lambda", function=_lambda(canary), arguments={}, output_shape=[8, 8, 2])


@as_layer
def lambda_layer_of_keras_2(canary: Canary) -> Layer:
    made = layer("Lambda", "lambda", function=[code(canary), None, None], function_type="lambda", module="__main__")
    return {"class_name": "Lambda", "config": made["config"]}


@as_layer
def lambda_layer_by_its_private_module(canary: Canary) -> Layer:
    return layer("Lambda", "lambda", "keras.src.layers.core.lambda_layer", function=_lambda(canary))


@as_layer
def lambda_layer_called_custom(canary: Canary) -> Layer:
    return {"class_name": "Custom>Lambda", "config": {"name": "lambda", "function": _lambda(canary)}}


@as_layer
def lambda_layer_registered_as_dense(canary: Canary) -> Layer:
    return {**layer("Lambda", "lambda", function=_lambda(canary)), "registered_name": "Dense"}


@as_layer
def lambda_in_a_time_distributed(canary: Canary) -> Layer:
    return layer("TimeDistributed", "wrapped", layer=layer("Lambda", "lambda", function=_lambda(canary)))


@as_layer
def lambda_in_a_bidirectional(canary: Canary) -> Layer:
    return layer("Bidirectional", "wrapped", layer=layer("Lambda", "lambda", function=_lambda(canary)))


@as_layer
def lambda_as_backward_layer(canary: Canary) -> Layer:
    lstm = layer("LSTM", "lstm", units=1)
    return layer("Bidirectional", "wrapped", layer=lstm, backward_layer=layer("Lambda", "l", function=_lambda(canary)))


@as_layer
def lambda_as_cell(canary: Canary) -> Layer:
    return layer("RNN", "rnn", cell=layer("Lambda", "lambda", function=_lambda(canary)))


@as_layer
def lambda_among_stacked_cells(canary: Canary) -> Layer:
    cells = [layer("LSTMCell", "cell", units=1), layer("Lambda", "lambda", function=_lambda(canary))]
    return layer("RNN", "rnn", cell=layer("StackedRNNCells", "cells", cells=cells))


@as_layer
def lambda_under_spectral_normalization(canary: Canary) -> Layer:
    return layer("SpectralNormalization", "norm", layer=layer("Lambda", "lambda", function=_lambda(canary)))


@as_layer
def lambda_in_a_pipeline(canary: Canary) -> Layer:
    return layer("Pipeline", "pipeline", layers=[layer("Lambda", "lambda", function=_lambda(canary))])


@as_setting
def python_lambda_as_activation(canary: Canary) -> Any:
    return _lambda(canary)


@as_layer
def python_lambda_as_initializer(canary: Canary) -> Layer:
    return layer("Dense", "dense", units=1, kernel_initializer=_lambda(canary))


@as_layer
def python_lambda_as_regularizer(canary: Canary) -> Layer:
    return layer("Dense", "dense", units=1, kernel_regularizer=_lambda(canary))


@as_layer
def python_lambda_as_constraint(canary: Canary) -> Layer:
    return layer("Dense", "dense", units=1, bias_constraint=_lambda(canary))


@as_layer
def python_lambda_in_a_list_of_a_list(canary: Canary) -> Layer:
    return layer("Dense", "dense", units=1, extra=[[[{"a": [_lambda(canary)]}]]])


@as_layer
def python_lambda_in_build_config(canary: Canary) -> Layer:
    return {**layer("Dense", "dense", units=1), "build_config": {"input_shape": [None, 2], "x": _lambda(canary)}}


@as_layer
def python_lambda_in_compile_config(canary: Canary) -> Layer:
    inner = stack(layer("Dense", "dense", units=1), name="compiled")
    return {**inner, "compile_config": {"optimizer": "sgd", "loss": _lambda(canary)}}


@as_layer
def python_lambda_as_dtype_policy(canary: Canary) -> Layer:
    return layer("Dense", "dense", units=1, dtype=_lambda(canary))


@as_model
def python_lambda_among_the_arguments_of_a_call(canary: Canary) -> Any:
    made = graph(convolution(), layer("ReLU", "relu"))
    made["config"]["layers"][-1]["inbound_nodes"] = [{"args": [tensor("conv"), _lambda(canary)], "kwargs": {}}]
    return made


@as_model
def python_lambda_among_the_keywords_of_a_call(canary: Canary) -> Any:
    made = graph(convolution(), layer("ReLU", "relu"))
    made["config"]["layers"][-1]["inbound_nodes"] = [{"args": [tensor("conv")], "kwargs": {"f": _lambda(canary)}}]
    return made


@as_model
def python_lambda_as_loss(canary: Canary) -> Any:
    return stack(convolution(), compile_config={"optimizer": "sgd", "loss": _lambda(canary), "metrics": None})


@as_model
def python_lambda_as_metric(canary: Canary) -> Any:
    return stack(convolution(), compile_config={"optimizer": "sgd", "loss": "mse", "metrics": [[_lambda(canary)]]})


@as_file
def python_lambda_in_the_training_config(folder: Path, canary: Canary) -> Path:
    return hdf5_file(folder / "x.h5", training_config=json.dumps({"loss": _lambda(canary), "optimizer_config": {}}))


# ---- references to code that is there ----


@as_setting
def function_get_file(canary: Canary) -> Any:
    return _function("keras.utils", "get_file")


@as_setting
def function_load_model(canary: Canary) -> Any:
    return _function("keras.models", "load_model")


@as_setting
def function_load_model_by_its_private_module(canary: Canary) -> Any:
    return _function("keras.src.saving.saving_api", "load_model")


@as_setting
def function_that_switches_safety_off(canary: Canary) -> Any:
    return _function("keras.config", "enable_unsafe_deserialization")


@as_setting
def function_that_switches_the_float_type(canary: Canary) -> Any:
    return _function("keras.config", "set_floatx")


@as_setting
def function_that_unpacks_code(canary: Canary) -> Any:
    return _function("keras.src.utils.python_utils", "func_load")


@as_setting
def function_of_the_system(canary: Canary) -> Any:
    return _function("os", "system")


@as_setting
def function_exec(canary: Canary) -> Any:
    return _function("builtins", "exec")


@as_setting
def function_without_a_module(canary: Canary) -> Any:
    return _function(None, "eval")


@as_setting
def function_registered_as_another(canary: Canary) -> Any:
    return _function("keras.activations", "relu", "evil>relu")


@as_setting
def function_named_by_a_list(canary: Canary) -> Any:
    return _function("keras.activations", ["relu"])


@as_setting
def function_by_a_word_that_is_none(canary: Canary) -> Any:
    return "system"


@as_layer
def class_of_the_system(canary: Canary) -> Layer:
    return layer("Popen", "x", "subprocess", args=["touch", str(canary.trace)])


@as_layer
def class_that_is_get_file(canary: Canary) -> Layer:
    return layer("get_file", "x", "keras.utils", fname=str(canary.trace), origin=canary.url)


@as_layer
def class_that_is_load_model(canary: Canary) -> Layer:
    return layer("load_model", "x", "keras.saving", filepath=str(canary.secret), safe_mode=False)


@as_layer
def class_that_is_model_from_json(canary: Canary) -> Layer:
    return layer("model_from_json", "x", "keras.models", json_string="{}")


@as_layer
def callback_that_writes_a_file(canary: Canary) -> Layer:
    return layer("CSVLogger", "x", "keras.callbacks", filename=str(canary.trace))


@as_layer
def feature_space(canary: Canary) -> Layer:
    return layer("FeatureSpace", "x", "keras.utils", features={})


@as_layer
def class_registered_as_another(canary: Canary) -> Layer:
    return {**layer("Dense", "dense", units=1), "registered_name": "keras_hub>BytePairTokenizer"}


@as_layer
def class_of_another_module_with_the_name_of_a_layer(canary: Canary) -> Layer:
    return layer("Dense", "dense", "os", units=1)


@as_layer
def class_that_nobody_knows(canary: Canary) -> Layer:
    return layer("Backdoor", "x", "backdoor.layers")


@as_layer
def class_named_by_a_list(canary: Canary) -> Layer:
    return {**layer("Dense", "dense", units=1), "class_name": ["Dense"]}


@as_layer
def class_named_by_nothing(canary: Canary) -> Layer:
    return {**layer("Dense", "dense", units=1), "class_name": None}


@as_layer
def module_named_by_a_number(canary: Canary) -> Layer:
    return {**layer("Dense", "dense", units=1), "module": 1}


@as_layer
def optimizer_of_nobody(canary: Canary) -> Layer:
    inner = stack(layer("Dense", "dense", units=1), name="compiled")
    return {**inner, "compile_config": {"optimizer": layer("Evil", "e", "evil"), "loss": "mse"}}


@as_layer
def type_of_tensorflow(canary: Canary) -> Layer:
    return {"class_name": "TypeSpec", "type_spec": "tf.TensorSpec", "serialized": [[1], "float32"], "config": {}}


@as_layer
def type_of_tensorflow_of_keras_3(canary: Canary) -> Layer:
    made = {"class_name": "__typespec__", "spec_name": "TensorSpec", "module": "tensorflow", "registered_name": None}
    return layer("Dense", "dense", units=1, extra={**made, "config": [[1], "float32"]})


@as_layer
def composite_tensor(canary: Canary) -> Layer:
    return layer("Dense", "dense", units=1, extra={"class_name": "CompositeTensor", "spec": {}, "tensors": []})


@as_layer
def array_of_objects(canary: Canary) -> Layer:
    array = {"class_name": "__numpy__", "config": {"value": [1], "dtype": "object"}}
    return layer("Dense", "dense", units=1, extra=array)


@as_layer
def operation_that_calls_a_function(canary: Canary) -> Layer:
    return layer("Map", "map", "keras.src.ops.core")


# ---- what lies outside ----


@as_layer
def vocabulary_in_a_file(canary: Canary) -> Layer:
    return layer("StringLookup", "lookup", vocabulary=str(canary.secret))


@as_layer
def vocabulary_at_an_address(canary: Canary) -> Layer:
    return layer("StringLookup", "lookup", vocabulary=canary.url)


@as_layer
def vocabulary_in_a_bucket(canary: Canary) -> Layer:
    return layer("StringLookup", "lookup", vocabulary="gs://bucket/vocabulary.txt")


@as_layer
def vocabulary_of_whole_numbers(canary: Canary) -> Layer:
    return layer("IntegerLookup", "lookup", vocabulary=str(canary.secret))


@as_layer
def vocabulary_of_words(canary: Canary) -> Layer:
    return layer("TextVectorization", "words", vocabulary=str(canary.secret))


@as_layer
def vocabulary_by_a_private_module(canary: Canary) -> Layer:
    return layer("StringLookup", "lookup", "keras.src.layers.preprocessing.string_lookup", vocabulary="/etc/passwd")


@as_layer
def tokenizer_of_keras_hub(canary: Canary) -> Layer:
    module = "keras_hub.src.tokenizers.byte_pair_tokenizer"
    return layer("BytePairTokenizer", "t", module, vocabulary=str(canary.secret), merges=str(canary.secret))


@as_layer
def sentence_piece_of_keras_hub(canary: Canary) -> Layer:
    return layer(
        "SentencePieceTokenizer", "t", "keras_hub.src.tokenizers.sentence_piece_tokenizer", proto="/etc/passwd"
    )


@as_layer
def tfsm_layer(canary: Canary) -> Layer:
    return layer("TFSMLayer", "saved", filepath=str(canary.folder), call_endpoint="serve")


@as_layer
def torch_module_wrapper(canary: Canary) -> Layer:
    class Touch:
        def __reduce__(self) -> tuple:
            return os.system, (f"touch {canary.trace}",)

    return layer("TorchModuleWrapper", "torch", module=pickle.dumps(Touch()).hex())


@as_layer
def jax_layer(canary: Canary) -> Layer:
    return layer("JaxLayer", "jax", call_fn=_lambda(canary))


@as_layer
def flax_layer(canary: Canary) -> Layer:
    return layer("FlaxLayer", "flax", module=_lambda(canary))


# ---- more than a machine has ----


@as_layer
def dense_bomb(canary: Canary) -> Layer:
    return layer("Dense", "dense", units=2_000_000_000)


@as_layer
def dense_chain_without_bias(canary: Canary) -> Layer:
    wide = [layer("Dense", f"d{index}", units=200_000, use_bias=False) for index in range(2)]
    return stack(layer("GlobalAveragePooling2D", "pool"), *wide, name="wide", shape=(8, 8, 2))


@as_layer
def dense_after_flatten(canary: Canary) -> Layer:
    sides = (10_000, 10_000, 3)
    return stack(layer("Flatten", "flat"), layer("Dense", "d", units=1000, use_bias=False), name="flat", shape=sides)


@as_layer
def dense_built_for_another_input(canary: Canary) -> Layer:
    made = layer("Dense", "dense", units=1000, use_bias=False)
    return {**made, "build_config": {"input_shape": [None, 100_000_000]}}


@as_layer
def convolution_bomb(canary: Canary) -> Layer:
    return convolution("bomb", filters=1_000_000_000, use_bias=False)


@as_layer
def kernel_bomb(canary: Canary) -> Layer:
    return convolution("bomb", kernel_size=[30_000, 30_000], use_bias=False)


@as_layer
def embedding_bomb(canary: Canary) -> Layer:
    return layer("Embedding", "bomb", input_dim=1_000_000, output_dim=1_000_000)


@as_layer
def recurrent_bomb(canary: Canary) -> Layer:
    return layer("Bidirectional", "both", layer=layer("LSTM", "bomb", units=100_000))


@as_layer
def attention_bomb(canary: Canary) -> Layer:
    return layer("MultiHeadAttention", "bomb", num_heads=10_000, key_dim=10_000)


@as_layer
def upsampling_bomb(canary: Canary) -> Layer:
    return layer("UpSampling2D", "bomb", size=[30_000, 30_000])


@as_layer
def padding_bomb(canary: Canary) -> Layer:
    return layer("ZeroPadding2D", "bomb", padding=[[30_000, 30_000], [30_000, 30_000]])


@as_layer
def resizing_bomb(canary: Canary) -> Layer:
    return layer("Resizing", "bomb", height=40_000, width=40_000)


@as_layer
def repeat_bomb(canary: Canary) -> Layer:
    return stack(layer("RepeatVector", "bomb", n=2_000_000_000), name="repeated", shape=(8,))


@as_layer
def tile_bomb(canary: Canary) -> Layer:
    return graph(layer("Tile", "bomb", "keras.src.ops.numpy", repeats=[1, 40_000, 40_000, 1]), name="tiled")


@as_layer
def one_setting_beyond_reason(canary: Canary) -> Layer:
    return layer("MelSpectrogram", "bomb", fft_length=10**13)


@as_layer
def backbone_of_keras_hub_bomb(canary: Canary) -> Layer:
    module = "keras_hub.src.models.vgg.vgg_backbone"
    return layer("VGGBackbone", "bomb", module, stackwise_num_repeats=[10**9], stackwise_num_filters=[10**9])


@as_model
def input_bomb(canary: Canary) -> Any:
    return stack(convolution(), shape=(100_000, 100_000, 1))


@as_model
def bomb_in_a_graph_in_another_order(canary: Canary) -> Any:
    made = graph(convolution(), layer("Flatten", "flat"), layer("Dense", "wide", units=10**7, use_bias=False))
    made["config"]["layers"].reverse()
    return made


@as_model
def too_many_layers(canary: Canary) -> Any:
    return stack(*(layer("ReLU", f"r{index}") for index in range(30_000)))


# ---- JSON ----


def as_text(function: Callable[[], str | bytes]) -> None:
    """What stands in the place of the config."""
    as_file(_renamed(function, lambda folder, canary: keras_file(folder / "x.keras", function())))


def _renamed(function: Callable, made: Callable) -> Callable:
    made.__name__ = function.__name__
    return made


@as_text
def json_that_is_deep() -> str:
    return '{"a":' * 100_000 + "1" + "}" * 100_000


@as_text
def json_that_is_rather_deep() -> str:
    return json.dumps(inside(layer("ReLU", "relu"), 60))


@as_text
def json_that_is_a_list() -> str:
    return "[" * 900 + "]" * 900


@as_text
def json_with_a_key_twice() -> str:
    return json.dumps(stack(convolution())).replace(
        '"class_name": "Sequential"', '"class_name": "Lambda", "class_name": "Sequential"', 1
    )


@as_text
def json_with_a_number_of_many_digits() -> str:
    return '{"class_name": "Sequential", "config": {"name": "x", "layers": [], "n": ' + "9" * 5000 + "}}"


@as_text
def json_with_many_keys_twice() -> str:
    return "{" + ",".join(f'"{index % 300_000}": 1' for index in range(600_000)) + "}"


@as_text
def json_with_names_of_a_megabyte() -> str:
    layers = [layer("Backdoor", f"{index}", "evil") for index in range(30_000)]
    return json.dumps(stack(stack(*layers, name="x" * 2**23), name="y" * 2**23))


@as_text
def json_cut_off() -> str:
    return json.dumps(stack(convolution()))[:-20]


@as_text
def json_in_no_encoding() -> bytes:
    return b"\xff\xfe\x00\xd8{"


@as_text
def json_of_nothing() -> str:
    return ""


@as_text
def json_larger_than_any_config() -> str:
    return '{"a": "' + "x" * (33 * 2**20) + '"}'


# ---- HDF5 ----


@as_weights
def hdf5_external_link(file: h5py.File, canary: Canary) -> None:
    file["link"] = h5py.ExternalLink(str(canary.folder / "secret.h5"), "/x")


@as_weights
def hdf5_soft_link(file: h5py.File, canary: Canary) -> None:
    file["link"] = h5py.SoftLink("/spare")


@as_weights
def hdf5_external_storage(file: h5py.File, canary: Canary) -> None:
    file.create_dataset("secret", (7,), "uint8", external=[(str(canary.secret), 0, 7)])


@as_weights
def hdf5_virtual_storage(file: h5py.File, canary: Canary) -> None:
    layout = h5py.VirtualLayout((7,), "uint8")
    layout[:] = h5py.VirtualSource(str(canary.folder / "secret.h5"), "x", (7,))
    file.create_virtual_dataset("virtual", layout)


@as_weights
def hdf5_shape_bomb(file: h5py.File, canary: Canary) -> None:
    file.create_dataset("bomb", (10**12,), "float32")


@as_weights
def hdf5_chunked_shape_bomb(file: h5py.File, canary: Canary) -> None:
    file.create_dataset("bomb", (10**12,), "float32", chunks=(1000,), compression="gzip")


@as_weights
def hdf5_gzip_bomb(file: h5py.File, canary: Canary) -> None:
    file.create_dataset("bomb", data=np.zeros(40 * 2**20, "uint8"), chunks=(2**20,), compression="gzip")
    file.create_dataset("bomb2", data=np.zeros(40 * 2**20, "uint8"), chunks=(2**20,), compression="gzip")


@as_weights
def hdf5_filter_from_a_plugin(file: h5py.File, canary: Canary) -> None:
    made = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    made.set_chunk((4,))
    made.set_filter(30_000, h5py.h5z.FLAG_OPTIONAL, (1, 2))
    h5py.h5d.create(file.id, b"packed", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((4,)), made)


@as_weights
def hdf5_array_under_two_names(file: h5py.File, canary: Canary) -> None:
    file["a"] = np.ones(3, "float32")
    file["b"] = file["a"]


@as_weights
def hdf5_group_in_itself(file: h5py.File, canary: Canary) -> None:
    group = file.create_group("loop")
    group["again"] = group


@as_weights
def hdf5_text_of_any_length(file: h5py.File, canary: Canary) -> None:
    file.create_dataset("text", data=["x"], dtype=h5py.string_dtype())


@as_weights
def hdf5_references(file: h5py.File, canary: Canary) -> None:
    file.create_dataset("references", data=[file.ref], dtype=h5py.ref_dtype)


@as_weights
def hdf5_records(file: h5py.File, canary: Canary) -> None:
    file.create_dataset("records", (2,), np.dtype([("a", "f4"), ("b", "f4"), ("c", "f4")]))


@as_weights
def hdf5_named_type(file: h5py.File, canary: Canary) -> None:
    file["type"] = np.dtype("float32")


@as_weights
def hdf5_groups_without_end(file: h5py.File, canary: Canary) -> None:
    file.create_group("/".join("g" * 200))


@as_weights
def hdf5_attribute_of_references(file: h5py.File, canary: Canary) -> None:
    file.attrs.create("reference", file.ref, dtype=h5py.ref_dtype)


@as_file
def hdf5_that_says_it_is_longer(folder: Path, canary: Canary) -> Path:
    path = hdf5_file(folder / "x.h5")
    data = bytearray(path.read_bytes())
    struct.pack_into("<Q", data, 40, 10**12)
    path.write_bytes(data)
    return path


@as_file
def hdf5_of_several_files(folder: Path, canary: Canary) -> Path:
    path = hdf5_file(folder / "x.h5")
    data = bytearray(path.read_bytes())
    struct.pack_into("<Q", data, 48, 96)
    path.write_bytes(data)
    return path


@as_file
def hdf5_after_something_else(folder: Path, canary: Canary) -> Path:
    path = hdf5_file(folder / "x.h5")
    path.write_bytes(bytes(512) + path.read_bytes())
    return path


@as_file
def hdf5_damaged_inside(folder: Path, canary: Canary) -> Path:
    path = hdf5_file(folder / "x.h5")
    data = path.read_bytes()
    path.write_bytes(data[:96] + bytes(400) + data[496:])
    return path


@as_file
def hdf5_with_no_model(folder: Path, canary: Canary) -> Path:
    with h5py.File(folder / "x.h5", "w") as file:
        file["images"] = np.zeros(3)
    return folder / "x.h5"


# ---- zip ----


def _with_member(folder: Path, name: str, data: bytes = b"x", **about: Any) -> Path:
    path = keras_file(folder / "x.keras")
    with zipfile.ZipFile(path, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        info = zipfile.ZipInfo(name)
        for key, value in about.items():
            setattr(info, key, value)
        archive.writestr(info, data)
    return path


@as_file
def zip_member_above_the_folder(folder: Path, canary: Canary) -> Path:
    return _with_member(folder, "../canary")


@as_file
def zip_member_above_the_assets(folder: Path, canary: Canary) -> Path:
    return _with_member(folder, "assets/../../canary")


@as_file
def zip_member_at_the_root(folder: Path, canary: Canary) -> Path:
    return _with_member(folder, str(canary.trace))


@as_file
def zip_member_with_backslashes(folder: Path, canary: Canary) -> Path:
    return _with_member(folder, "assets\\..\\..\\canary")


@as_file
def zip_member_with_a_drive(folder: Path, canary: Canary) -> Path:
    return _with_member(folder, "assets/C:/canary")


@as_file
def zip_member_that_is_no_part(folder: Path, canary: Canary) -> Path:
    return _with_member(folder, "saved_model.pb")


@as_file
def zip_member_that_is_a_pickle(folder: Path, canary: Canary) -> Path:
    return _with_member(folder, "model.pkl")


@as_file
def zip_member_that_is_a_link(folder: Path, canary: Canary) -> Path:
    return _with_member(
        folder, "assets/link", b"/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16, create_system=3
    )


@as_file
def zip_config_twice(folder: Path, canary: Canary) -> Path:
    return _with_member(folder, CONFIG, json.dumps(stack(lambda_layer(canary))).encode())


@as_file
def zip_weights_twice(folder: Path, canary: Canary) -> Path:
    return _with_member(folder, WEIGHTS, weights())


@as_file
def zip_config_in_capitals(folder: Path, canary: Canary) -> Path:
    return keras_file(folder / "x.keras", members={"assets/a": b"1", "assets/A": b"2"})


@as_file
def zip_of_numpy_weights(folder: Path, canary: Canary) -> Path:
    return _with_member(folder, "model.weights.npz")


@as_file
def zip_encrypted(folder: Path, canary: Canary) -> Path:
    path = keras_file(folder / "x.keras")
    data = bytearray(path.read_bytes())
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 8] |= 1
    path.write_bytes(data)
    return path


def _packed(folder: Path, method: int, name: str, data: bytes) -> Path:
    path = folder / "x.keras"
    with zipfile.ZipFile(path, "w", method) as archive:
        for part, content in {
            CONFIG: json.dumps(stack(convolution())).encode(),
            WEIGHTS: weights(),
            name: data,
        }.items():
            archive.writestr(part, content)
    return path


@as_file
def zip_packed_by_bzip2(folder: Path, canary: Canary) -> Path:
    return _packed(folder, zipfile.ZIP_BZIP2, "metadata.json", b"{}")


@as_file
def zip_packed_by_lzma(folder: Path, canary: Canary) -> Path:
    return _packed(folder, zipfile.ZIP_LZMA, "metadata.json", b"{}")


@as_file
def zip_bomb_as_metadata(folder: Path, canary: Canary) -> Path:
    return _packed(folder, zipfile.ZIP_DEFLATED, "metadata.json", bytes(20 * 2**20))


@as_file
def zip_bomb_as_asset(folder: Path, canary: Canary) -> Path:
    return _packed(folder, zipfile.ZIP_DEFLATED, "assets/bomb", bytes(200 * 2**20))


@as_file
def zip_bomb_as_weights(folder: Path, canary: Canary) -> Path:
    path = folder / "x.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(CONFIG, json.dumps(stack(convolution())))
        archive.writestr(WEIGHTS, weights() + bytes(200 * 2**20))
    return path


@as_file
def zip_of_many_members(folder: Path, canary: Canary) -> Path:
    return keras_file(folder / "x.keras", members={f"assets/{index}": b"" for index in range(1500)})


@as_file
def zip_of_many_large_assets(folder: Path, canary: Canary) -> Path:
    block = os.urandom(2**20)
    return keras_file(folder / "x.keras", members={f"assets/{index}": block for index in range(70)})


def _directory(data: bytearray, member: int = 0) -> int:
    """Where the central directory speaks of a member."""
    at = -1
    for _ in range(member + 1):
        at = data.index(b"PK\x01\x02", at + 1)
    return at


@as_file
def zip_that_says_another_size(folder: Path, canary: Canary) -> Path:
    path = keras_file(folder / "x.keras")
    data = bytearray(path.read_bytes())
    struct.pack_into("<L", data, _directory(data, 1) + 24, 10)
    path.write_bytes(data)
    return path


@as_file
def zip_members_over_one_another(folder: Path, canary: Canary) -> Path:
    path = keras_file(folder / "x.keras")
    data = bytearray(path.read_bytes())
    struct.pack_into("<L", data, _directory(data, 1) + 42, 0)
    path.write_bytes(data)
    return path


@as_file
def zip_with_another_checksum(folder: Path, canary: Canary) -> Path:
    path = keras_file(folder / "x.keras")
    data = bytearray(path.read_bytes())
    struct.pack_into("<L", data, _directory(data, 1) + 16, 1)
    path.write_bytes(data)
    return path


@as_file
def zip_after_something_else(folder: Path, canary: Canary) -> Path:
    path = keras_file(folder / "x.keras")
    path.write_bytes(b"#!/bin/sh\n" + path.read_bytes())
    return path


@as_file
def zip_after_an_hdf5_file(folder: Path, canary: Canary) -> Path:
    path = keras_file(folder / "x.keras")
    path.write_bytes(hdf5_file(folder / "y.h5").read_bytes() + path.read_bytes())
    return path


@as_file
def zip_without_a_model(folder: Path, canary: Canary) -> Path:
    return keras_file(folder / "x.keras", members={}).with_name(_only(folder, "metadata.json"))


@as_file
def zip_without_weights(folder: Path, canary: Canary) -> Path:
    return folder / _only(folder, CONFIG)


def _only(folder: Path, name: str) -> str:
    with zipfile.ZipFile(folder / "only.keras", "w") as archive:
        archive.writestr(name, "{}")
    return "only.keras"


# ---- whole files ----


@as_file
def file_of_nothing(folder: Path, canary: Canary) -> Path:
    (folder / "x.keras").touch()
    return folder / "x.keras"


@as_file
def file_of_zeros(folder: Path, canary: Canary) -> Path:
    (folder / "x.keras").write_bytes(bytes(10_000))
    return folder / "x.keras"


@as_file
def file_of_noise(folder: Path, canary: Canary) -> Path:
    (folder / "x.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + np.random.default_rng(0).bytes(5000))
    return folder / "x.h5"


def _followed_by_a_terabyte(path: Path) -> Path:
    """Of nothing: the disk keeps none of it, but who copies the file writes it."""
    os.truncate(path, 2**40)
    return path


@as_file
def file_of_a_terabyte_of_nothing(folder: Path, canary: Canary) -> Path:
    return _followed_by_a_terabyte(hdf5_file(folder / "x.h5"))


@as_file
def file_with_a_terabyte_inside(folder: Path, canary: Canary) -> Path:
    path = hdf5_file(folder / "x.h5")
    data = bytearray(path.read_bytes())
    struct.pack_into("<Q", data, 40, 2**40)
    path.write_bytes(data)
    return _followed_by_a_terabyte(path)


@as_file
def zip_with_a_terabyte_inside(folder: Path, canary: Canary) -> Path:
    path = keras_file(folder / "x.keras")
    data = path.read_bytes()
    begin = data.index(b"PK\x01\x02")
    directory, end = data[begin:-22], data[-22:]
    place = 2**32 - 2**20
    with path.open("r+b") as file:
        file.truncate(begin)
        file.seek(place)
        file.write(directory + end[:16] + struct.pack("<L", place) + end[20:])
    return path


@as_file
def file_cut_off(folder: Path, canary: Canary) -> Path:
    path = keras_file(folder / "x.keras")
    path.write_bytes(path.read_bytes()[:-300])
    return path


@as_file
def file_renamed_to_hdf5(folder: Path, canary: Canary) -> Path:
    return keras_file(folder / "x.keras").rename(folder / "y.h5")


@as_file
def file_renamed_to_keras(folder: Path, canary: Canary) -> Path:
    return hdf5_file(folder / "x.h5").rename(folder / "y.keras")


@as_file
def file_that_is_a_pickle(folder: Path, canary: Canary) -> Path:
    (folder / "x.h5").write_bytes(pickle.dumps({"a": 1}))
    return folder / "x.h5"


@as_file
def file_that_is_a_saved_model(folder: Path, canary: Canary) -> Path:
    (folder / "x.keras").mkdir()
    (folder / "x.keras" / "saved_model.pb").write_bytes(b"\x08\x01")
    return folder / "x.keras"


@as_file
def file_that_is_a_pipe(folder: Path, canary: Canary) -> Path:
    os.mkfifo(folder / "x.keras")
    return folder / "x.keras"


@as_file
def file_that_is_a_device(folder: Path, canary: Canary) -> Path:
    (folder / "x.keras").symlink_to("/dev/zero")
    return folder / "x.keras"


@as_file
def file_that_is_not_there(folder: Path, canary: Canary) -> Path:
    (folder / "x.keras").symlink_to("nowhere")
    return folder / "x.keras"
