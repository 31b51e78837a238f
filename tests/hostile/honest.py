"""A small honest model file, written by hand: what the hostile ones are made from. No Keras."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

Layer = dict[str, Any]
Weights = Callable[[h5py.File], None]
CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
KERNEL, BIAS = (3, 3, 1, 2), (2,)
SPARE = 10_000
"""Numbers that no layer asks for, so that a small hostile layer is not refused for its weights alone."""


def layer(kind: str, name: str, module: str | None = "keras.layers", **settings: Any) -> Layer:
    return {"module": module, "class_name": kind, "config": {"name": name, **settings}, "registered_name": None}


def entry(*shape: int | None, name: str = "input") -> Layer:
    return layer("InputLayer", name, batch_shape=[None, *shape], dtype="float32", sparse=False)


def convolution(name: str = "conv", **settings: Any) -> Layer:
    given = {"filters": 2, "kernel_size": [3, 3], "strides": [1, 1], "padding": "same", "activation": "relu"}
    return layer("Conv2D", name, **{**given, **settings})


def stack(*layers: Layer, name: str = "model", shape: tuple = (8, 8, 1), **others: Any) -> Layer:
    return {**layer("Sequential", name, "keras", layers=[entry(*shape), *layers]), **others}


def graph(*layers: Layer, name: str = "model", shape: tuple = (8, 8, 1)) -> Layer:
    """One layer after the other, as a functional model."""
    chain = [entry(*shape), *layers]
    before: Layer | None = None
    for one in chain:
        one["name"] = one["config"]["name"]
        one["inbound_nodes"] = [] if before is None else [{"args": [tensor(before["name"])], "kwargs": {}}]
        before = one
    ends = {"input_layers": ["input", 0, 0], "output_layers": [chain[-1]["name"], 0, 0]}
    made = layer("Functional", name, "keras.src.models.functional", layers=chain, **ends)
    return {**made, "registered_name": "Functional"}


def tensor(name: str) -> Layer:
    return {
        "class_name": "__keras_tensor__",
        "config": {"shape": [None], "dtype": "float32", "keras_history": [name, 0, 0]},
    }


def inside(hostile: Layer, depth: int) -> Layer:
    """A model with a layer so many models deep: by turns in a Sequential, a graph and a wrapper."""
    made = stack(convolution(), hostile)
    for level in range(depth):
        inner = {**made, "config": {**made["config"], "name": f"inner{level}"}}
        if level % 3 == 0:
            made = graph(inner)
        elif level % 3 == 1:
            made = stack(layer("TimeDistributed", "wrapped", layer=inner), shape=(2, 8, 8, 1))
        else:
            made = stack(inner)
    return made


def arrays(file: h5py.File) -> None:
    """The weights of the one convolution, where Keras 3 puts them."""
    group = file.create_group("layers/conv2d/vars")
    group["0"], group["1"] = np.ones(KERNEL, "float32"), np.ones(BIAS, "float32")
    file["spare"] = np.ones(SPARE, "float32")


def weights(write: Weights = arrays) -> bytes:
    data = io.BytesIO()
    with h5py.File(data, "w") as file:
        write(file)
    return data.getvalue()


def keras_file(path: Path, config: Any = None, *, members: dict[str, bytes] | None = None) -> Path:
    """Write a ``.keras`` file; `members` replace its parts or are added."""
    text = config if isinstance(config, str | bytes) else json.dumps(config or stack(convolution()))
    parts: dict[str, Any] = {METADATA: '{"keras_version": "3.15.1"}', CONFIG: text, WEIGHTS: None}
    parts |= members or {}
    parts[WEIGHTS] = weights() if parts[WEIGHTS] is None else parts[WEIGHTS]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def hdf5_file(path: Path, config: Any = None, write: Weights = lambda file: None, **attributes: Any) -> Path:
    """Write a ``.h5`` file as Keras does for older versions."""
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config or stack(convolution()))
        file.attrs["keras_version"] = "3.15.1"
        for name, value in attributes.items():
            file.attrs[name] = value
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = np.array([b"conv"])
        inner = group.create_group("conv")
        inner.attrs["weight_names"] = np.array([b"conv/kernel", b"conv/bias"])
        inner["conv/kernel"], inner["conv/bias"] = np.ones(KERNEL, "float32"), np.ones(BIAS, "float32")
        file["spare"] = np.ones(SPARE, "float32")
        write(file)
    return path
