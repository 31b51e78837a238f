"""Configs that older Keras versions wrote and the current one refuses, put as that one reads them. Pure; no Keras.

Each repair is one function: it changes the config in place and yields a note for each thing it did. Its docstring says
which Keras wrote it so, and what the current one says to it. A repair leaves what the model computes as it was; what
it cannot settle it leaves alone, and `obstacles` names it.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gradcam_tf.model.config import Config, classes, objects, settings, stacks
from gradcam_tf.model.oldgraph import layer_names, nested_calls, shared_models, single_tensors, tensor_arguments
from gradcam_tf.model.oldops import keras_operations, tensorflow_operations, untranslated

__all__ = [
    "GONE",
    "HARD_SIGMOID_OF_KERAS_2",
    "RENAMED",
    "REPAIRS",
    "REPAIRS_OF_KERAS_2",
    "TENSORFLOW_NAMES",
    "Repair",
    "current_module",
    "misread",
    "obstacles",
    "repair",
    "unknown_argument",
]

Repair = Callable[[Config], Iterator[str]]


def repair(config: Config, keras_version: str = "") -> tuple[Config, tuple[str, ...]]:
    """Repair a model's config.

    Args:
        config: the ``config.json`` of a ``.keras`` file, or the ``model_config`` of an HDF5 file. Not changed.
        keras_version: of the Keras that wrote it, where the file says so.

    Returns:
        The config as the current Keras reads it, and a note for each thing that was done; none if nothing was.
    """
    config = copy.deepcopy(config)
    repairs = (*REPAIRS, *REPAIRS_OF_KERAS_2) if by_keras_2(keras_version) else REPAIRS
    return config, tuple(note for mend in repairs for note in mend(config))


def misread(config: Config, keras_version: str = "") -> bool:
    """Whether the current Keras may accept this config as it is, and make a model of it that computes other things."""
    if by_keras_2(keras_version) and _hard_sigmoids(config):
        return True
    return shared_models(config) or any(_batch_shape(stack) for stack in stacks(config))


def by_keras_2(keras_version: str) -> bool:
    return keras_version.startswith("2.")


def obstacles(config: Config) -> Iterator[str]:
    """What stands in the way of the current Keras and is beyond repair: which layer, and what of it."""
    for item in objects(config):
        for rule in RULES:
            if rule.concerns(item) and not rule.without_effect(item):
                value = settings(item)[rule.argument]
                yield f"{_title(item)} has {rule.argument}={value!r}, which Keras 3 does not know"
        if item["class_name"] in GONE:
            yield f"{_title(item)} is of a class that Keras 3 does not have"
    yield from untranslated(config)


def unknown_argument(config: Config, refusal: str) -> str | None:
    """The layer and argument of which Keras says in its refusal that it does not know the argument."""
    found = re.search(r"arguments passed to (\w+): \{'(\w+)'", refusal) or re.search(
        r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'", refusal
    )
    for item in classes(config, found[1]) if found else ():
        if found and found[2] in settings(item):
            value = repr(settings(item)[found[2]])[:60]
            return f"{_title(item)} has {found[2]}={value}, which Keras 3 does not know"
    return None


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
            yield f"left it to {_name(item)} to find its shapes"


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
        shape, first = _batch_shape(stack), stack["layers"][0]
        if shape:
            dtype = settings(first).get("dtype")
            dtype = dtype if isinstance(dtype, str) and not dtype.startswith("mixed") else "float32"
            made = {"batch_shape": shape, "dtype": dtype, "name": f"{_name(first)}_input"}
            where = {"module": "keras.layers", "registered_name": None} if "module" in first else {}
            stack["layers"].insert(0, {"class_name": "InputLayer", "config": made, **where})
            found += 1
    if found:
        yield f"gave {_count(found, 'Sequential')} the input layer that its first layer speaks of"


def _batch_shape(stack: Config) -> list | None:
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
    found = _hard_sigmoids(config)
    for item, key in found:
        name = HARD_SIGMOID_OF_KERAS_2
        settings(item)[key] = {"module": "builtins", "class_name": "function", "config": name, "registered_name": name}
    if found:
        yield f"kept the hard_sigmoid of Keras 2 in {', '.join(dict.fromkeys(_name(item) for item, _ in found))}"


def _hard_sigmoids(config: Config) -> list[tuple[Config, str]]:
    """The objects that use it, each with the argument."""
    return [
        (item, key)
        for item in objects(config)
        for key, value in settings(item).items()
        if key.endswith("activation") and value == "hard_sigmoid"
    ]


def _title(item: Config) -> str:
    return f"layer {_name(item)!r} ({item['class_name']})"


def _name(item: Config) -> str:
    return str(settings(item).get("name", item["class_name"]))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 or not noun.islower() else f"{number} {noun}s"


REPAIRS: tuple[Repair, ...] = (
    # What is an object and what is a layer must be right before the others look for layers.
    sequential_lists,
    modules,
    class_names,
    homes,
    wrapped_layers,
    dtype_policies,
    gone_arguments,
    build_configs,
    initializer_dtypes,
    single_axes,
    input_layers,
    batch_input_shapes,
    function_names,
    layer_names,
    single_tensors,
    # Calls are counted while they are all written as Keras 2 wrote them; the next two write some anew.
    nested_calls,
    tensorflow_operations,
    tensor_arguments,
    keras_operations,
)
# What the same words mean in another Keras: only for files that say that Keras 2 wrote them.
REPAIRS_OF_KERAS_2: tuple[Repair, ...] = (hard_sigmoids,)
