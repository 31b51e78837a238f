"""TensorFlow functions and Keras operations in a model's graph, put as the current Keras reads them. Pure; no Keras.

In Keras 2, ``x / 127.5`` in a functional model became a layer "TFOpLambda" that names a TensorFlow function. Keras 3
has an operation class for each such function and writes it with the module it lives in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gradcam_tf.model.config import Config, graphs, settings
from gradcam_tf.model.oldgraph import modern_call

__all__ = ["LAMBDAS", "keras_operations", "tensorflow_operations", "untranslated"]

LAMBDAS = ("TFOpLambda", "SlicingOpLambda")


@dataclass(frozen=True)
class Operation:
    """A class of keras.src.ops, and which arguments of a TensorFlow function become what of it.

    Attributes:
        module: where it lives under keras.src.ops.
        name: the class.
        tensors: the arguments it is called with, by their TensorFlow names.
        settings: the arguments it is made with: TensorFlow name -> Keras name.
        fixed: arguments it is made with that TensorFlow's function has no name for.
    """

    module: str
    name: str
    tensors: tuple[str, ...] = ("x",)
    settings: dict[str, str] = field(default_factory=dict)
    fixed: dict[str, Any] = field(default_factory=dict)


PAIR = ("x", "y")
REDUCE = {"axis": "axis", "keepdims": "keepdims"}

TENSORFLOW: dict[str, Operation] = {
    "__operators__.add": Operation("numpy", "Add", PAIR),
    "math.add": Operation("numpy", "Add", PAIR),
    "math.subtract": Operation("numpy", "Subtract", PAIR),
    "math.multiply": Operation("numpy", "Multiply", PAIR),
    "math.truediv": Operation("numpy", "TrueDivide", PAIR),
    "math.divide": Operation("numpy", "TrueDivide", PAIR),
    "math.maximum": Operation("numpy", "Maximum", PAIR),
    "math.minimum": Operation("numpy", "Minimum", PAIR),
    "math.pow": Operation("numpy", "Power", PAIR),
    "linalg.matmul": Operation("numpy", "Matmul", ("a", "b")),
    "nn.bias_add": Operation("numpy", "Add", ("value", "bias")),
    "math.abs": Operation("numpy", "Absolute"),
    "math.negative": Operation("numpy", "Negative"),
    "math.square": Operation("numpy", "Square"),
    "math.sqrt": Operation("numpy", "Sqrt"),
    "math.rsqrt": Operation("math", "Rsqrt"),
    "math.exp": Operation("numpy", "Exp"),
    "math.log": Operation("numpy", "Log"),
    "math.tanh": Operation("numpy", "Tanh"),
    "math.sigmoid": Operation("nn", "Sigmoid"),
    "math.softplus": Operation("nn", "Softplus", ("features",)),
    "nn.relu": Operation("nn", "Relu", ("features",)),
    "nn.relu6": Operation("nn", "Relu6", ("features",)),
    "nn.elu": Operation("nn", "Elu", ("features",)),
    "nn.selu": Operation("nn", "Selu", ("features",)),
    "nn.silu": Operation("nn", "Silu", ("features",)),
    "nn.gelu": Operation("nn", "Gelu", ("features",), {"approximate": "approximate"}, {"approximate": False}),
    "nn.leaky_relu": Operation("nn", "LeakyRelu", ("features",), {"alpha": "negative_slope"}),
    "nn.softmax": Operation("nn", "Softmax", ("logits",), {"axis": "axis"}),
    "math.reduce_mean": Operation("numpy", "Mean", ("input_tensor",), REDUCE),
    "math.reduce_sum": Operation("numpy", "Sum", ("input_tensor",), REDUCE),
    "math.reduce_max": Operation("numpy", "Max", ("input_tensor",), REDUCE),
    "math.reduce_min": Operation("numpy", "Min", ("input_tensor",), REDUCE),
    "concat": Operation("numpy", "Concatenate", ("values",), {"axis": "axis"}),
    "stack": Operation("numpy", "Stack", ("values",), {"axis": "axis"}),
    "expand_dims": Operation("numpy", "ExpandDims", ("input",), {"axis": "axis"}),
    "squeeze": Operation("numpy", "Squeeze", ("input",), {"axis": "axis"}),
    "reshape": Operation("numpy", "Reshape", ("tensor",), {"shape": "newshape"}),
    "transpose": Operation("numpy", "Transpose", ("a",), {"perm": "axes"}),
    "cast": Operation("core", "Cast", ("x",), {"dtype": "dtype"}),
    "clip_by_value": Operation("numpy", "Clip", ("t",), {"clip_value_min": "x_min", "clip_value_max": "x_max"}),
    "image.resize": Operation("image", "Resize", ("images",), {"size": "size", "method": "interpolation"}),
}
SYNONYMS = {
    "add": "math.add",
    "subtract": "math.subtract",
    "multiply": "math.multiply",
    "divide": "math.divide",
    "truediv": "math.truediv",
    "maximum": "math.maximum",
    "minimum": "math.minimum",
    "matmul": "linalg.matmul",
    "abs": "math.abs",
    "nn.swish": "nn.silu",
    "nn.tanh": "math.tanh",
    "nn.sigmoid": "math.sigmoid",
    "nn.softplus": "math.softplus",
    "compat.v1.squeeze": "squeeze",
    "compat.v1.transpose": "transpose",
}
# Arguments of TensorFlow's functions that change nothing at these values; `name` never does.
WITHOUT_EFFECT: dict[str, tuple] = {
    "data_format": (None, "NHWC"),
    "conjugate": (False,),
    "transpose_a": (False,),
    "transpose_b": (False,),
    "adjoint_a": (False,),
    "adjoint_b": (False,),
    "a_is_sparse": (False,),
    "b_is_sparse": (False,),
    "output_type": (None,),
    "preserve_aspect_ratio": (False,),
    "antialias": (False,),
}


def tensorflow_operations(config: Config) -> Iterator[str]:
    """Make a Keras operation of each TensorFlow function in a graph.

    Written by Keras 2 (2.4 and later) for arithmetic between layers, as in ``applications.*.preprocess_input(x)``,
    ``x[..., ::-1]`` and ``x + y``. The current Keras has no such layer: "Unknown layer: 'TFOpLambda'".
    """
    done = []
    for graph in graphs(config):
        names = {layer.get("name") for layer in graph["layers"]}
        for layer in graph["layers"]:
            if layer.get("class_name") in LAMBDAS and (translated := _translate(layer, names)):
                done.append(f"tf.{settings(layer)['function']}")
                layer.clear()
                layer.update(translated)
    if done:
        yield f"put Keras's own operations in place of {', '.join(sorted(set(done)))}"


def untranslated(config: Config) -> Iterator[str]:
    """What stands in the way: the TensorFlow functions that have no counterpart here."""
    for graph in graphs(config):
        for layer in graph["layers"]:
            if layer.get("class_name") in LAMBDAS:
                function = settings(layer).get("function")
                yield f"layer {layer.get('name')!r} calls tf.{function}, which Keras 3 cannot open"


def _translate(layer: Config, names: set) -> Config | None:
    function = str(settings(layer).get("function"))
    calls = [modern_call(node, names) for node in layer["inbound_nodes"]]
    if function.endswith("getitem"):
        made = [_indexed(call) for call in calls]
    else:
        operation = TENSORFLOW.get(SYNONYMS.get(function, function))
        made = [_called(operation, call) if operation else None for call in calls]
    first = made[0] if made else None
    if first is None or any(other is None or other[:2] != first[:2] for other in made):
        return None
    operation, arguments, _ = first
    return {
        "module": f"keras.src.ops.{operation.module}",
        "class_name": operation.name,
        "config": {"name": layer["name"], **arguments},
        "registered_name": operation.name,
        "name": layer["name"],
        "inbound_nodes": [{"args": one[2], "kwargs": {}} for one in made if one],
    }


Made = tuple[Operation, Config, list]
"""An operation, what it is made with, and what it is called with."""


def _called(operation: Operation, call: Config) -> Made | None:
    """One call of a TensorFlow function, with the tensors by position, as every Keras operation takes them."""
    arguments = _made_with(operation, call["kwargs"])
    named = dict(zip(operation.tensors, call["args"], strict=False)) | call["kwargs"]
    if arguments is None or any(name not in named for name in operation.tensors):
        return None
    return operation, arguments, [_array(named[name]) for name in operation.tensors]


def _made_with(operation: Operation, keywords: Config) -> Config | None:
    """What the operation is made with; None if an argument has no counterpart and is not without effect."""
    made = dict(operation.fixed)
    for key, value in keywords.items():
        if key in operation.settings:
            if value is not None:
                made[operation.settings[key]] = value
        elif key not in operation.tensors and key != "name" and value not in WITHOUT_EFFECT.get(key, ()):
            return None
    return made


def _indexed(call: Config) -> Made | None:
    """``x[…]``. Keras cannot read an ellipsis in an HDF5 file: ``x[..., i]`` and ``x[..., ::-1]`` are said without."""
    spec = call["kwargs"].get("slice_spec")
    if not isinstance(spec, list):
        return None
    if not any(_ellipsis(item) for item in spec):
        return GET_ITEM, {}, [*call["args"], [_slice(item) for item in spec]]
    if len(spec) != 2 or not _ellipsis(spec[0]):
        return None
    if spec[1] == {"start": None, "stop": None, "step": -1}:
        return Operation("numpy", "Flip"), {"axis": -1}, call["args"]
    return (Operation("numpy", "Take"), {"axis": -1}, [*call["args"], spec[1]]) if isinstance(spec[1], int) else None


GET_ITEM = Operation("numpy", "GetItem")


def _ellipsis(item: Any) -> bool:
    return isinstance(item, dict) and item.get("class_name") == "__ellipsis__"


def _slice(item: Any) -> Any:
    return {"class_name": "__slice__", "config": item} if isinstance(item, dict) and "step" in item else item


def _array(value: Any) -> Any:
    """Numbers in a list become an array; anything else stays."""
    if isinstance(value, list) and _numbers(value):
        return {"class_name": "__numpy__", "config": {"value": value, "dtype": "float32"}}
    return value


def _numbers(value: Any) -> bool:
    return all(_numbers(item) for item in value) if isinstance(value, list) else isinstance(value, int | float)


# Where Keras's operations live that a model which looks at images may hold.
HOMES = {
    name: module
    for module, names in {
        "numpy": "Absolute Abs Amax Amin Clip Cos Divide Exp ExpandDims Flip Floor FloorDivide GetItem Log Log1p "
        "Matmul Max Mean Min Mod Moveaxis Negative Pad Power Prod Reciprocal Repeat Roll Round Sign Sin Split Sqrt "
        "Square Squeeze Stack Std Sum Swapaxes Take Tanh Tile Transpose TrueDivide Var Where",
        "nn": "Relu Relu6 Sigmoid Softplus Softsign Silu LogSigmoid LeakyRelu HardSigmoid HardSilu Elu Selu Gelu "
        "LogSoftmax OneHot Normalize DepthToSpace SpaceToDepth",
        "core": "Cast StopGradient Unstack ConvertToTensor",
        "math": "Erf Rsqrt Logsumexp",
        "image": "Resize RGBToGrayscale",
    }.items()
    for name in names.split()
}
# Layers have these names too; an operation is called with its tensors one by one, a layer with a list of them.
ALSO_LAYERS = ("Add", "Subtract", "Multiply", "Maximum", "Minimum", "Dot")


def keras_operations(config: Config) -> Iterator[str]:
    """Say of each Keras operation in a graph which module it lives in.

    Left out by every Keras 3, the current one too, in HDF5 files; it then looks among the layers only:
    "Unknown layer: 'TrueDivide'", or "too many positional arguments" where a layer has the same name.
    """
    done = set()
    for graph in graphs(config):
        for layer in graph["layers"]:
            module = _home(layer)
            if "module" not in layer and module is not None:
                layer |= {"module": f"keras.src.ops.{module}", "registered_name": layer["class_name"]}
                done.add(layer["class_name"])
                if layer["class_name"] == "GetItem":
                    _spell_out_ellipses(layer)
    if done:
        yield f"said where the operations {', '.join(sorted(done))} are"


def _spell_out_ellipses(layer: Config) -> None:
    """``x[..., 0]`` as ``x[:, :, :, 0]``: what Keras reads from an HDF5 file as an ellipsis, it then cannot parse."""
    for node in layer["inbound_nodes"]:
        tensor, key = node["args"]
        if isinstance(key, list) and sum(map(_ellipsis, key)) == 1:
            place = [_ellipsis(item) for item in key].index(True)
            missing = len(settings(tensor)["shape"]) - (len(key) - 1)
            everything = {"start": None, "stop": None, "step": None}
            key[place : place + 1] = [_slice(dict(everything)) for _ in range(missing)]


def _home(layer: Config) -> str | None:
    name = layer.get("class_name", "")
    called_one_by_one = any(len(node["args"]) > 1 for node in layer.get("inbound_nodes", []) if isinstance(node, dict))
    if name in ALSO_LAYERS and called_one_by_one:
        return "numpy"
    if name == "Reshape" and "newshape" in settings(layer):
        return "numpy"
    return HOMES.get(name)
