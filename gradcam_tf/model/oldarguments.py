"""Arguments of layers that older Keras versions wrote and the current one refuses, or reads otherwise. Pure; no Keras.

Each repair changes the config in place and yields a note for each thing it did; see repair.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from gradcam_tf.model.config import Config, classes, name_of, objects, settings, stacks

__all__ = [
    "RULES",
    "batch_input_shapes",
    "build_configs",
    "gone_arguments",
    "initializer_dtypes",
    "input_layers",
    "input_shape_of_first",
    "sequential_lists",
    "single_axes",
]


def sequential_lists(config: Config) -> Iterator[str]:
    """Give a Sequential a name, and its bare list of layers a key.

    Written by Keras before 2.2.3 ("pop expected at most 1 argument") and TensorFlow before 1.13 ("must be a dictionary
    containing the 'name' and 'layers' keys").
    """
    found = 0
    for item in classes(config, "Sequential"):
        if isinstance(item["config"], list):
            item["config"] = {"layers": item["config"]}
        if "layers" in settings(item) and "name" not in settings(item):
            settings(item)["name"] = item.get("name", "sequential")
            found += 1
    if found:
        yield f"gave {_count(found, 'Sequential')} a name"


@dataclass(frozen=True)
class Rule:
    """An argument that layers of some classes no longer take.

    Attributes:
        kinds: a regular expression for the classes.
        argument: its name.
        neutral: the values at which it has no effect on what the layer computes; None for all.
    """

    kinds: str
    argument: str
    neutral: tuple | None = None

    def concerns(self, item: Config) -> bool:
        return self.argument in settings(item) and bool(re.fullmatch(self.kinds, item["class_name"]))

    def without_effect(self, item: Config) -> bool:
        return self.neutral is None or settings(item)[self.argument] in self.neutral


SEPARABLE = r"(Separable|Depthwise)Conv(olution)?[12]D"

# Found by making each layer of Keras 2.13, 2.15, tf_keras 2.21, Keras 3.0, 3.3, 3.5, 3.8, 3.10 and 3.12 in 3.15.
RULES = (
    Rule(rf"{SEPARABLE}|Conv(olution)?[123]DTranspose", "groups", (1,)),
    # Neither layer ever had the kernel that these three are about.
    *(Rule(SEPARABLE, argument) for argument in ("kernel_initializer", "kernel_regularizer", "kernel_constraint")),
    Rule(r".*(RNN|LSTM|GRU|LSTM[123]D)", "time_major", (False,)),
    # The layer finds them out again when it is called.
    *(Rule("MultiHeadAttention", argument) for argument in ("query_shape", "key_shape", "value_shape")),
    Rule("MultiHeadAttention", "softmax_robust_masking", (False,)),
    Rule("(Additive)?Attention", "causal", (False,)),
    # Training only.
    Rule("SpatialDropout[123]D", "noise_shape"),
    Rule("RandomRotation", "value_range"),
    Rule("Random.*", "rng_type"),
    # No weights to train.
    Rule("SpatialDropout[123]D|Discretization", "trainable"),
    # Which kernel computes it; how the batch is split in training.
    Rule("BatchNormalization", "fused"),
    Rule("BatchNormalization", "virtual_batch_size"),
)


def gone_arguments(config: Config) -> Iterator[str]:
    """Drop arguments that are gone, where they have no effect; see RULES.

    Written by Keras 2, tf_keras, and Keras 3.0 to 3.5 (RandomRotation): "Unrecognized keyword arguments passed to …".
    """
    number: Counter[str] = Counter()
    dropped: dict[str, set[str]] = {}
    for item in objects(config):
        rules = [rule for rule in RULES if rule.concerns(item) and rule.without_effect(item)]
        number[item["class_name"]] += bool(rules)
        for rule in rules:
            value = settings(item).pop(rule.argument)
            said = f"{rule.argument}={value}" if rule.neutral else rule.argument
            dropped.setdefault(item["class_name"], set()).add(said)
    for name, arguments in dropped.items():
        yield f"dropped {', '.join(sorted(arguments))} from {_count(number[name], name)}"


def build_configs(config: Config) -> Iterator[str]:
    """Drop the shape with which a layer was built, where it lacks a part; the layer is built when it is called.

    Written by Keras 2.12 to 2.15 in .keras files: "MultiHeadAttention.build() missing 1 required positional argument:
    'value_shape'".
    """
    for item in classes(config, "MultiHeadAttention"):
        if "input_shape" in (item.get("build_config") or {}):
            del item["build_config"]
            yield f"left it to {name_of(item)} to find its shapes"


def initializer_dtypes(config: Config) -> Iterator[str]:
    """Drop the dtype of an initializer; the file holds the weights.

    Written by TensorFlow 1.4 to 2.0: "GlorotUniform.__init__() got an unexpected keyword argument 'dtype'".
    """
    found = 0
    for item in objects(config):
        for key, value in settings(item).items():
            if key.endswith("initializer") and isinstance(value, dict):
                found += settings(value).pop("dtype", None) is not None
    if found:
        yield f"dropped the dtype of {_count(found, 'initializer')}"


def single_axes(config: Config) -> Iterator[str]:
    """Write the one axis of a BatchNormalization as a number.

    Written by Keras 2 as ``[3]``, which the current Keras reads in HDF5 files, but not in .keras files or in a
    TimeDistributed: "int() argument must be a string, a bytes-like object or a real number, not 'list'".
    """
    found = 0
    for item in classes(config, "BatchNormalization"):
        axis = settings(item).get("axis")
        if isinstance(axis, list) and len(axis) == 1:
            settings(item)["axis"] = axis[0]
            found += 1
    if found:
        yield f"wrote the axis of {_count(found, 'BatchNormalization')} as a number"


def input_layers(config: Config) -> Iterator[str]:
    """Give a Sequential the input layer that its first layer speaks of.

    Written by Keras 2.2 and TensorFlow 2.1 and earlier, which kept the input's shape as the first layer's
    "batch_input_shape". The current Keras puts one more dimension before it. A convolution refuses that ("Kernel shape
    must have the same length as input"); a Dense takes it without a word.
    """
    found = 0
    for stack in stacks(config):
        shape, first = input_shape_of_first(stack), stack["layers"][0]
        if shape:
            dtype = settings(first).get("dtype")
            dtype = dtype if isinstance(dtype, str) and not dtype.startswith("mixed") else "float32"
            made = {"batch_shape": shape, "dtype": dtype, "name": f"{name_of(first)}_input"}
            where = {"module": "keras.layers", "registered_name": None} if "module" in first else {}
            stack["layers"].insert(0, {"class_name": "InputLayer", "config": made, **where})
            found += 1
    if found:
        yield f"gave {_count(found, 'Sequential')} the input layer that its first layer speaks of"


def input_shape_of_first(stack: Config) -> list | None:
    first = stack["layers"][0]
    return None if first["class_name"] == "InputLayer" else settings(first).get("batch_input_shape")


def batch_input_shapes(config: Config) -> Iterator[str]:
    """Drop the input's shape from layers other than the input.

    Written by Keras 2; the current Keras reads it in HDF5 files, but not in .keras files or in a wrapper:
    "Unrecognized keyword arguments passed to Conv2D: {'batch_input_shape': …}".
    """
    found = 0
    for item in objects(config):
        if item["class_name"] != "InputLayer":
            found += settings(item).pop("batch_input_shape", None) is not None
    if found:
        yield f"dropped batch_input_shape from {_count(found, 'layer')}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 or not noun.islower() else f"{number} {noun}s"
