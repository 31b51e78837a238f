"""What older Keras versions called otherwise than the current one: classes, functions, and where they live. Pure.

Each repair changes the config in place and yields a note for each thing it did; see repair.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from gradcam_tf.model.config import Config, classes, name_of, objects, settings

__all__ = [
    "GONE",
    "HARD_SIGMOID_OF_KERAS_2",
    "RENAMED",
    "TENSORFLOW_NAMES",
    "class_names",
    "current_module",
    "dtype_policies",
    "function_names",
    "hard_sigmoids",
    "hard_sigmoids_of_keras_2",
    "homes",
    "modules",
    "wrapped_layers",
]


def modules(config: Config) -> Iterator[str]:
    """Say where the current Keras keeps a class.

    Written by Keras 2.12 to 2.15 and tf_keras in .keras files, and in HDF5 files for a model inside a wrapper:
    "parent module keras.src.engine.functional cannot be imported".
    """
    moved = set()
    for item in objects(config):
        old = item.get("module")
        new = current_module(old, item["class_name"]) if isinstance(old, str) else old
        if new != old:
            item["module"] = new
            moved.add(item["class_name"])
    if moved:
        yield f"gave the current modules of {', '.join(sorted(moved))}"


def current_module(module: str, class_name: str) -> str:
    module = re.sub(r"^tf_keras\b", "keras", module)
    if re.match(r"keras(\.src)?\.engine\.", module):
        return ENGINE.get(class_name, "keras.layers")
    return "keras.initializers" if module == "tensorflow.python.ops.init_ops_v2" else module


ENGINE = {"Functional": "keras.src.models.functional", "Model": "keras", "Sequential": "keras"}


def homes(config: Config) -> Iterator[str]:
    """Say of a layer in an HDF5 file where it lives, where Keras would look in the wrong place.

    Left out by every Keras, the current one too: it then does not find the layers of its own ConvNeXt and
    InceptionResNetV2 ("Unknown layer: 'LayerScale'"), and takes Attention's score_mode="dot" for the function
    keras.layers.dot ("Invalid value for argument score_mode").
    """
    done = set()
    for item in objects(config):
        name = item["class_name"].removeprefix("Custom>")
        names_function = any(value in FUNCTIONS for key, value in settings(item).items() if key != "name")
        home = HOMES.get(name) or ("keras.layers" if names_function and "Attention" in name else None)
        if home and "module" not in item:
            item |= {"class_name": name, "module": home, "registered_name": None}
            done.add(name)
    if done:
        yield f"said where {', '.join(sorted(done))} are"


HOMES = {
    "LayerScale": "keras.src.applications.convnext",
    "CustomScaleLayer": "keras.src.applications.inception_resnet_v2",
}

FUNCTIONS = ("dot", "concatenate", "add", "average", "maximum", "minimum", "multiply", "subtract")


def wrapped_layers(config: Config) -> Iterator[str]:
    """Say where a layer inside a layer lives.

    Left out by Keras before 2.12 in TimeDistributed, Bidirectional and RNN: "Could not locate class 'LSTM'".
    """
    done = set()
    for item in objects(config):
        for inner in _wrapped(item):
            if "module" not in inner:
                inner |= {"module": ENGINE.get(inner["class_name"], "keras.layers"), "registered_name": None}
                done.add(inner["class_name"])
    if done:
        yield f"said where the wrapped {', '.join(sorted(done))} are"


def _wrapped(item: Config) -> list[Config]:
    inner = [settings(item).get(key) for key in ("layer", "backward_layer", "cell")]
    cells = settings(item).get("cells")
    inner += cells if isinstance(cells, list) else []
    return [each for each in inner if isinstance(each, dict) and "class_name" in each]


def dtype_policies(config: Config) -> Iterator[str]:
    """Write a mixed-precision policy as its name.

    Written by Keras 2 (2.1 and later) as an object of class Policy or PolicyV1, which the current Keras does not have:
    "'str' object has no attribute 'quantization_mode'".
    """
    names = set()
    for item in objects(config):
        policy = settings(item).get("dtype")
        if isinstance(policy, dict) and policy.get("class_name") in ("Policy", "PolicyV1"):
            settings(item)["dtype"] = settings(policy)["name"]
            names.add(settings(policy)["name"])
    if names:
        yield f"wrote the dtype policy {', '.join(sorted(names))} by its name"


def class_names(config: Config) -> Iterator[str]:
    """Read a class that is gone as one that computes the same.

    Written by TensorFlow 1.13 to 2.0 (BatchNormalizationV1 and V2) and Keras 2 (SyncBatchNormalization,
    ThresholdedReLU, and RandomHeight and RandomWidth, which do nothing outside training): "Unknown layer".
    """
    done = set()
    for item in objects(config):
        old = item["class_name"]
        if old in RENAMED:
            item["class_name"], change = RENAMED[old]
            item["config"] = change(settings(item))
            done.add(f"{old} as {item['class_name']}")
    if done:
        yield f"read {', '.join(sorted(done))}"


def _same(arguments: Config) -> Config:
    return arguments


def _synchronized(arguments: Config) -> Config:
    return {**arguments, "synchronized": True}


def _threshold(arguments: Config) -> Config:
    return {("threshold" if key == "theta" else key): value for key, value in arguments.items()}


def _nothing(arguments: Config) -> Config:
    return {key: arguments[key] for key in ("name", "dtype") if key in arguments}


RENAMED: dict[str, tuple[str, Callable[[Config], Config]]] = {
    "BatchNormalizationV1": ("BatchNormalization", _same),
    "BatchNormalizationV2": ("BatchNormalization", _same),
    "SyncBatchNormalization": ("BatchNormalization", _synchronized),
    "ThresholdedReLU": ("ReLU", _threshold),
    "RandomHeight": ("Identity", _nothing),
    "RandomWidth": ("Identity", _nothing),
}

GONE = ("LocallyConnected1D", "LocallyConnected2D", "CuDNNLSTM", "CuDNNGRU", "TensorFlowOpLayer", "DenseFeatures")


def function_names(config: Config) -> Iterator[str]:
    """Name an activation of TensorFlow as the current Keras names its own.

    Written by Keras 3, the current one too, for ``activation=tf.nn.softmax`` and the like, by the name that Python has
    for the function: "Could not locate function 'softmax_v2'".
    """
    done = set()
    for item in classes(config, "function"):
        if isinstance(item["config"], str) and item["config"] in TENSORFLOW_NAMES:
            done.add(f"{item['config']} as {TENSORFLOW_NAMES[item['config']]}")
            item["config"] = TENSORFLOW_NAMES[item["config"]]
    if done:
        yield f"read {', '.join(sorted(done))}"


TENSORFLOW_NAMES = {"softmax_v2": "softmax", "log_softmax_v2": "log_softmax", "swish": "silu"}

HARD_SIGMOID_OF_KERAS_2 = "gradcam_tf>hard_sigmoid_of_keras_2"
"""Which load.py registers with Keras."""


def hard_sigmoids(config: Config) -> Iterator[str]:
    """Name the hard_sigmoid of Keras 2 in a way that cannot be taken for that of Keras 3.

    Keras 2 computed clip(0.2 x + 0.5, 0, 1), the current Keras clip(x / 6 + 0.5, 0, 1): it opens the file without a
    word, and the model predicts something else. LSTMs of Keras before 2.3 and every ConvLSTM2D of Keras 2 have it.
    """
    found = hard_sigmoids_of_keras_2(config)
    for item, key in found:
        name = HARD_SIGMOID_OF_KERAS_2
        settings(item)[key] = {"module": "builtins", "class_name": "function", "config": name, "registered_name": name}
    if found:
        yield f"kept the hard_sigmoid of Keras 2 in {', '.join(dict.fromkeys(name_of(item) for item, _ in found))}"


def hard_sigmoids_of_keras_2(config: Config) -> list[tuple[Config, str]]:
    """The objects that use it, each with the argument."""
    return [
        (item, key)
        for item in objects(config)
        for key, value in settings(item).items()
        if key.endswith("activation") and value == "hard_sigmoid"
    ]
