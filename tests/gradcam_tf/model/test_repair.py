"""Each repair on the smallest config that needs it. Old files as wholes are in test_old_files.py."""

from __future__ import annotations

import copy
import inspect
import json
import re
import subprocess
import sys
from typing import Any

import keras
import pytest

from gradcam_tf.model import oldgraph, oldops, repair
from gradcam_tf.model.config import objects, references


def layer(kind: str, name: str, inbound: Any = None, **settings: Any) -> dict:
    """A layer as Keras 2 wrote it; in a graph if it has inbound nodes."""
    made = {"class_name": kind, "config": {"name": name, **settings}}
    return made if inbound is None else {**made, "name": name, "inbound_nodes": inbound}


def stack(*layers: dict, **settings: Any) -> dict:
    return {"class_name": "Sequential", "config": {"name": "stack", "layers": list(layers), **settings}}


def graph(*layers: dict, inputs: Any, outputs: Any, name: str = "graph", kind: str = "Functional") -> dict:
    inner = {"name": name, "layers": list(layers), "input_layers": inputs, "output_layers": outputs}
    return {"class_name": kind, "config": inner}


def inner(made: dict, inbound: list) -> dict:
    """A model as a layer of a graph."""
    return {**made, "name": made["config"]["name"], "inbound_nodes": inbound}


def done(mend: repair.Repair, config: dict) -> tuple[dict, list[str]]:
    config = copy.deepcopy(config)
    return config, list(mend(config))


def tensor(name: str, node: int = 0, index: int = 0) -> dict:
    inner = {"shape": [None], "dtype": "float32", "keras_history": [name, node, index]}
    return {"class_name": "__keras_tensor__", "config": inner}


# ---- layers ----


def test_a_sequential_whose_config_is_a_list():
    dense = layer("Dense", "d", units=2)
    config, notes = done(repair.sequential_lists, {"class_name": "Sequential", "config": [dense]})
    assert config["config"] == {"layers": [dense], "name": "sequential"}
    assert notes == ["gave 1 Sequential a name"]


@pytest.mark.parametrize(
    ("module", "kind", "now"),
    [
        ("keras.src.engine.functional", "Functional", "keras.src.models.functional"),
        ("keras.engine.functional", "Functional", "keras.src.models.functional"),
        ("tf_keras.src.engine.functional", "Functional", "keras.src.models.functional"),
        ("keras.src.engine.sequential", "Sequential", "keras"),
        ("keras.src.engine.input_layer", "InputLayer", "keras.layers"),
        ("tf_keras.layers", "Dense", "keras.layers"),
        ("tensorflow.python.ops.init_ops_v2", "Constant", "keras.initializers"),
    ],
)
def test_modules_that_moved(module: str, kind: str, now: str):
    config, notes = done(repair.modules, {"module": module, "class_name": kind, "config": {}})
    assert config["module"] == now
    assert notes == [f"gave the current modules of {kind}"]


@pytest.mark.parametrize("module", ["keras.layers", "keras", "my_tf_keras.layers", "keras.src.models.functional", None])
def test_modules_that_stay(module: str | None):
    assert done(repair.modules, {"module": module, "class_name": "Dense", "config": {}})[1] == []


@pytest.mark.parametrize("kind", ["Policy", "PolicyV1"])
def test_a_policy_becomes_its_name(kind: str):
    policy = {"class_name": kind, "config": {"name": "mixed_float16", "loss_scale": None}}
    config, notes = done(repair.dtype_policies, stack(layer("Dense", "d", dtype=policy)))
    assert config["config"]["layers"][0]["config"]["dtype"] == "mixed_float16"
    assert notes == ["wrote the dtype policy mixed_float16 by its name"]


def test_classes_that_are_gone():
    config, notes = done(
        repair.class_names,
        stack(
            layer("BatchNormalizationV1", "a", axis=3),
            layer("SyncBatchNormalization", "b"),
            layer("ThresholdedReLU", "c", theta=0.5),
            layer("RandomHeight", "d", factor=0.1, seed=None),
        ),
    )
    assert config["config"]["layers"] == [
        layer("BatchNormalization", "a", axis=3),
        layer("BatchNormalization", "b", synchronized=True),
        layer("ReLU", "c", threshold=0.5),
        layer("Identity", "d"),
    ]
    assert notes[0].startswith("read BatchNormalizationV1 as BatchNormalization, RandomHeight as Identity, ")


def test_arguments_that_are_gone_are_dropped_where_they_have_no_effect():
    config, notes = done(
        repair.gone_arguments,
        stack(
            layer("DepthwiseConv2D", "a", groups=1, kernel_size=3),
            layer("DepthwiseConv2D", "b", groups=1, kernel_size=3),
            layer("DepthwiseConv2D", "c", groups=2, kernel_size=3),
            layer("Conv2D", "d", groups=2),
            layer("LSTM", "e", time_major=False),
            layer("GRU", "f", time_major=True),
            layer("SpatialDropout2D", "g", rate=0.5, noise_shape=None, trainable=True),
            layer("SeparableConv2D", "h", groups=1, kernel_regularizer={"class_name": "L2", "config": {"l2": 0.1}}),
        ),
    )
    assert config["config"]["layers"] == [
        layer("DepthwiseConv2D", "a", kernel_size=3),
        layer("DepthwiseConv2D", "b", kernel_size=3),
        layer("DepthwiseConv2D", "c", groups=2, kernel_size=3),
        layer("Conv2D", "d", groups=2),
        layer("LSTM", "e"),
        layer("GRU", "f", time_major=True),
        layer("SpatialDropout2D", "g", rate=0.5),
        layer("SeparableConv2D", "h"),
    ]
    assert notes == [
        "dropped groups=1 from 2 DepthwiseConv2D",
        "dropped time_major=False from 1 LSTM",
        "dropped noise_shape, trainable from 1 SpatialDropout2D",
        "dropped groups=1, kernel_regularizer from 1 SeparableConv2D",
    ]
    assert list(repair.obstacles(config)) == [
        "layer 'c' (DepthwiseConv2D) has groups=2, which Keras 3 does not know",
        "layer 'f' (GRU) has time_major=True, which Keras 3 does not know",
    ]


def test_every_rule_is_about_layers_that_exist_and_an_argument_that_they_do_not_take():
    """What the current Keras takes must not be dropped: it may have an effect."""
    for rule in repair.RULES:
        kinds = [getattr(keras.layers, name) for name in dir(keras.layers) if re.fullmatch(rule.kinds, name)]
        assert kinds, rule
        assert not [kind.__name__ for kind in kinds if takes(kind, rule.argument)], rule


def takes(kind: type, argument: str) -> bool:
    for base in kind.__mro__:
        parameters = inspect.signature(base.__init__).parameters if "__init__" in vars(base) else {}
        if argument in parameters:
            return True
        if parameters and not any(each.kind is each.VAR_KEYWORD for each in parameters.values()):
            return False
    return False


def test_takes():
    assert takes(keras.layers.Conv2D, "groups")
    assert takes(keras.layers.SeparableConv2D, "trainable")
    assert not takes(keras.layers.SpatialDropout2D, "trainable")


def test_shapes_that_lack_a_part():
    built = {**layer("MultiHeadAttention", "m"), "build_config": {"input_shape": [None, 4, 6]}}
    config, notes = done(repair.build_configs, stack(built))
    assert config["config"]["layers"] == [layer("MultiHeadAttention", "m")]
    assert notes == ["left it to m to find its shapes"]
    whole = {**layer("MultiHeadAttention", "m"), "build_config": {"shapes_dict": {"query_shape": [None, 4, 6]}}}
    dense = {**layer("Dense", "d"), "build_config": {"input_shape": [None, 4]}}
    assert done(repair.build_configs, stack(whole, dense)) == (stack(whole, dense), [])


def test_the_dtype_of_an_initializer():
    glorot = {"class_name": "GlorotUniform", "config": {"seed": None, "dtype": "float32"}}
    config, notes = done(
        repair.initializer_dtypes, stack(layer("Dense", "d", dtype="float32", kernel_initializer=glorot))
    )
    settings = config["config"]["layers"][0]["config"]
    assert settings["kernel_initializer"]["config"] == {"seed": None}
    assert settings["dtype"] == "float32"
    assert notes == ["dropped the dtype of 1 initializer"]


def test_the_axis_of_a_batch_normalization():
    config, notes = done(repair.single_axes, stack(layer("BatchNormalization", "b", axis=[3])))
    assert config["config"]["layers"][0]["config"]["axis"] == 3
    assert notes == ["wrote the axis of 1 BatchNormalization as a number"]
    assert done(repair.single_axes, stack(layer("LayerNormalization", "l", axis=[3])))[1] == []


def test_a_sequential_without_an_input_layer():
    before = stack(layer("Conv2D", "c", batch_input_shape=[None, 8, 8, 3], dtype="float32"), layer("Flatten", "f"))
    config, notes = done(repair.input_layers, before)
    assert config["config"]["layers"][0] == layer("InputLayer", "c_input", batch_shape=[None, 8, 8, 3], dtype="float32")
    assert notes == ["gave 1 Sequential the input layer that its first layer speaks of"]
    assert repair.misread(before)
    assert not repair.misread(config)
    assert done(repair.input_layers, config) == (config, [])


def test_an_input_shape_elsewhere_is_dropped():
    first = layer("InputLayer", "i", batch_input_shape=[None, 8])
    config, notes = done(repair.batch_input_shapes, stack(first, layer("Dense", "d", batch_input_shape=[None, 8])))
    assert config["config"]["layers"] == [first, layer("Dense", "d")]
    assert notes == ["dropped batch_input_shape from 1 layer"]


def test_activations_of_tensorflow():
    softmax = {"module": "builtins", "class_name": "function", "config": "softmax_v2", "registered_name": "function"}
    config, notes = done(repair.function_names, stack(layer("Dense", "d", activation=softmax)))
    assert config["config"]["layers"][0]["config"]["activation"]["config"] == "softmax"
    assert notes == ["read softmax_v2 as softmax"]


@pytest.mark.parametrize("version", ["2.2.4-tf", "2.15.0"])
def test_the_hard_sigmoid_of_keras_2(version: str):
    before = stack(layer("LSTM", "l", activation="tanh", recurrent_activation="hard_sigmoid"))
    config, notes = repair.repair(before, version)
    assert config["config"]["layers"][0]["config"]["recurrent_activation"]["config"] == repair.HARD_SIGMOID_OF_KERAS_2
    assert notes == ("kept the hard_sigmoid of Keras 2 in l",)
    assert repair.misread(before, version)


@pytest.mark.parametrize("version", ["3.8.0", ""])
def test_the_hard_sigmoid_of_keras_3_stays(version: str):
    before = stack(layer("LSTM", "l", recurrent_activation="hard_sigmoid"))
    assert repair.repair(before, version) == (before, ())
    assert not repair.misread(before, version)


def test_the_home_of_layers_that_keras_does_not_look_for():
    config, notes = done(
        repair.homes,
        stack(
            layer("LayerScale", "a"), layer("Custom>CustomScaleLayer", "b"), layer("Attention", "c", score_mode="dot")
        ),
    )
    homes = [(item["module"], item["class_name"]) for item in config["config"]["layers"]]
    assert homes == [
        ("keras.src.applications.convnext", "LayerScale"),
        ("keras.src.applications.inception_resnet_v2", "CustomScaleLayer"),
        ("keras.layers", "Attention"),
    ]
    assert notes == ["said where Attention, CustomScaleLayer, LayerScale are"]


def test_the_home_of_layers_inside_layers():
    cells = layer("StackedRNNCells", "s", cells=[layer("LSTMCell", "a"), layer("GRUCell", "b")])
    model = graph(inputs=[], outputs=[])
    config, notes = done(
        repair.wrapped_layers, stack(layer("RNN", "r", cell=cells), layer("TimeDistributed", "t", layer=model))
    )
    outer, wrapper = config["config"]["layers"]
    inner = outer["config"]["cell"]
    assert [each["module"] for each in (inner, *inner["config"]["cells"])] == ["keras.layers"] * 3
    assert wrapper["config"]["layer"]["module"] == "keras.src.models.functional"
    assert "module" not in outer
    assert notes == ["said where the wrapped Functional, GRUCell, LSTMCell, StackedRNNCells are"]


# ---- graphs ----


def test_single_inputs_and_outputs_at_any_depth():
    deep = graph(layer("ReLU", "relu", []), inputs=[["i", 0, 0]], outputs=[[["relu", 0, 0]]])
    wrapped = layer("TimeDistributed", "t", layer=stack(deep))
    config, notes = done(oldgraph.single_tensors, graph(wrapped, inputs=["i", 0, 0], outputs=[["t", 0, 0]]))
    inner = config["config"]["layers"][0]["config"]["layer"]["config"]["layers"][0]["config"]
    assert (inner["input_layers"], inner["output_layers"]) == (["i", 0, 0], ["relu", 0, 0])
    assert (config["config"]["input_layers"], config["config"]["output_layers"]) == (["i", 0, 0], ["t", 0, 0])
    assert notes == ["took a model's only input or output out of a list of one"]


@pytest.mark.parametrize(
    "outputs", [["a", 0, 0], [["a", 0, 0], ["b", 0, 0]], {"x": ["a", 0, 0]}, [[["a", 0, 0]], ["b", 0, 0]]]
)
def test_several_outputs_stay(outputs: Any):
    assert done(oldgraph.single_tensors, graph(inputs=["i", 0, 0], outputs=outputs))[1] == []


def test_slashes_in_names():
    config, notes = done(
        oldgraph.layer_names,
        graph(
            layer("InputLayer", "in/put", []),
            layer("Conv2D", "a/conv", [[["in/put", 0, 0, {}]]]),
            layer("ReLU", "a_conv", [[["a/conv", 0, 0, {}]]]),
            layer("Add", "sum", [[["a/conv", 0, 0, {}], ["a_conv", 0, 0, {}]]]),
            inputs={"x": ["in/put", 0, 0]},
            outputs=[["sum", 0, 0], ["a/conv", 0, 0]],
        ),
    )
    assert config == graph(
        layer("InputLayer", "in_put", []),
        layer("Conv2D", "a_conv_", [[["in_put", 0, 0, {}]]]),
        layer("ReLU", "a_conv", [[["a_conv_", 0, 0, {}]]]),
        layer("Add", "sum", [[["a_conv_", 0, 0, {}], ["a_conv", 0, 0, {}]]]),
        inputs={"x": ["in_put", 0, 0]},
        outputs=[["sum", 0, 0], ["a_conv_", 0, 0]],
    )
    assert notes == ["wrote _ for / in the names of 2 layers"]


def nested(kind: str, ends: list, *uses: list) -> dict:
    model = graph(inputs=[], outputs=[], name="inner") if kind == "Functional" else stack(layer("Dense", "d"))
    model["config"]["name"] = "inner"
    calls = [[["i", 0, 0, {}]]] * max(1, len(uses))
    users = [layer("ReLU", f"r{index}", [[use]]) for index, use in enumerate(uses)]
    return graph(layer("InputLayer", "i", []), inner(model, calls), *users, inputs=[["i", 0, 0]], outputs=ends)


@pytest.mark.parametrize("kind", ["Functional", "Sequential"])
def test_calls_of_a_nested_model_are_counted_from_0(kind: str):
    config, notes = done(oldgraph.nested_calls, nested(kind, [["r0", 0, 0]], ["inner", 1, 0, {"training": False}]))
    assert config["config"]["layers"][2]["inbound_nodes"] == [[["inner", 0, 0, {"training": False}]]]
    assert notes == ["counted the calls of the nested inner from 0"]


def test_keras_counts_the_outputs_of_a_nested_functional_itself():
    assert done(oldgraph.nested_calls, nested("Functional", [["inner", 1, 0]]))[0]["config"]["output_layers"] == [
        ["inner", 1, 0]
    ]
    assert done(oldgraph.nested_calls, nested("Sequential", [["inner", 1, 0]]))[0]["config"]["output_layers"] == [
        ["inner", 0, 0]
    ]


def test_calls_that_are_counted_from_0_stay():
    made_without_input = nested("Sequential", [["r0", 0, 0]], ["inner", 0, 0, {}])
    assert done(oldgraph.nested_calls, made_without_input) == (made_without_input, [])
    by_keras_3 = nested("Functional", [["inner", 1, 0]], ["inner", 1, 0, {}])
    by_keras_3["config"]["layers"][2]["inbound_nodes"] = [{"args": [tensor("inner")], "kwargs": {}}]
    assert done(oldgraph.nested_calls, by_keras_3) == (by_keras_3, [])


def test_a_shared_model_may_be_misread():
    assert repair.misread(nested("Functional", [["r0", 0, 0]], ["inner", 1, 0, {}], ["inner", 2, 0, {}]))
    assert not repair.misread(nested("Functional", [["r0", 0, 0]], ["inner", 1, 0, {}]))


def test_tensors_by_keyword():
    config, notes = done(
        oldgraph.tensor_arguments,
        graph(
            layer("InputLayer", "x", []),
            layer("InputLayer", "y", []),
            layer("MultiHeadAttention", "m", [[["x", 0, 0, {"value": ["y", 0, 0], "training": False}]]]),
            layer("Dropout", "d", [[["m", 0, 0, {"training": False, "shape": ["m", "n", 0]}]]]),
            inputs=[["x", 0, 0], ["y", 0, 0]],
            outputs=[["d", 0, 0]],
        ),
    )
    call = {"args": [tensor("x")], "kwargs": {"value": tensor("y"), "training": False}}
    assert config["config"]["layers"][2]["inbound_nodes"] == [call]
    assert config["config"]["layers"][3]["inbound_nodes"] == [
        [["m", 0, 0, {"training": False, "shape": ["m", "n", 0]}]]
    ]
    assert notes == ["passed tensors on to m by keyword"]


# ---- functions of TensorFlow ----


def lambda_graph(function: str, node: list) -> dict:
    kind = "SlicingOpLambda" if function.endswith("getitem") else "TFOpLambda"
    return graph(
        layer("InputLayer", "i", []),
        layer("InputLayer", "j", []),
        layer(kind, "op", [node], dtype="float32", function=function),
        inputs=[["i", 0, 0], ["j", 0, 0]],
        outputs=[["op", 0, 0]],
    )


ALL = {"start": None, "stop": None, "step": None}


@pytest.mark.parametrize(
    ("function", "node", "operation", "made", "args"),
    [
        ("math.truediv", ["i", 0, 0, {"y": 127.5, "name": None}], "numpy.TrueDivide", {}, [tensor("i"), 127.5]),
        ("math.add", ["i", 0, 0, {"y": ["j", 0, 0], "name": None}], "numpy.Add", {}, [tensor("i"), tensor("j")]),
        ("math.subtract", ["_CONSTANT_VALUE", -1, 1.0, {"y": ["i", 0, 0]}], "numpy.Subtract", {}, [1.0, tensor("i")]),
        ("math.reduce_mean", ["i", 0, 0, {"axis": [1, 2]}], "numpy.Mean", {"axis": [1, 2]}, [tensor("i")]),
        ("nn.gelu", ["i", 0, 0, {}], "nn.Gelu", {"approximate": False}, [tensor("i")]),
        ("nn.swish", ["i", 0, 0, {}], "nn.Silu", {}, [tensor("i")]),
        ("compat.v1.squeeze", ["i", 0, 0, {"axis": 1, "name": None}], "numpy.Squeeze", {"axis": 1}, [tensor("i")]),
        (
            "compat.v1.transpose",
            ["i", 0, 0, {"perm": [0, 2, 1], "name": "transpose", "conjugate": False}],
            "numpy.Transpose",
            {"axes": [0, 2, 1]},
            [tensor("i")],
        ),
        (
            "concat",
            [["i", 0, 0, {"axis": -1}], ["j", 0, 0, {"axis": -1}]],
            "numpy.Concatenate",
            {"axis": -1},
            [[tensor("i"), tensor("j")]],
        ),
        (
            "nn.bias_add",
            ["i", 0, 0, {"bias": [1.5, 2.0], "data_format": "NHWC"}],
            "numpy.Add",
            {},
            [tensor("i"), {"class_name": "__numpy__", "config": {"value": [1.5, 2.0], "dtype": "float32"}}],
        ),
        (
            "__operators__.getitem",
            ["i", 0, 0, {"slice_spec": [ALL, 3, {"start": 1, "stop": 5, "step": None}]}],
            "numpy.GetItem",
            {},
            [
                tensor("i"),
                [
                    {"class_name": "__slice__", "config": ALL},
                    3,
                    {"class_name": "__slice__", "config": {"start": 1, "stop": 5, "step": None}},
                ],
            ],
        ),
        (
            "__operators__.getitem",
            ["i", 0, 0, {"slice_spec": [{"class_name": "__ellipsis__"}, {**ALL, "step": -1}]}],
            "numpy.Flip",
            {"axis": -1},
            [tensor("i")],
        ),
        (
            "__operators__.getitem",
            ["i", 0, 0, {"slice_spec": [{"class_name": "__ellipsis__"}, 2]}],
            "numpy.Take",
            {"axis": -1},
            [tensor("i"), 2],
        ),
    ],
)
def test_functions_of_tensorflow_are_operations_of_keras(
    function: str, node: list, operation: str, made: dict, args: list
):
    config, notes = done(oldops.tensorflow_operations, lambda_graph(function, node))
    module, name = operation.split(".")
    assert config["config"]["layers"][2] == {
        "module": f"keras.src.ops.{module}",
        "class_name": name,
        "config": {"name": "op", **made},
        "registered_name": name,
        "name": "op",
        "inbound_nodes": [{"args": args, "kwargs": {}}],
    }
    assert notes == [f"put Keras's own operations in place of tf.{function}"]


@pytest.mark.parametrize(
    ("function", "node"),
    [
        ("split", ["i", 0, 0, {"num_or_size_splits": 2}]),
        ("nn.bias_add", ["i", 0, 0, {"bias": [1.0], "data_format": "NCHW"}]),
        ("linalg.matmul", ["i", 0, 0, {"b": ["j", 0, 0], "transpose_b": True}]),
        ("math.add", ["i", 0, 0, {}]),
        ("__operators__.getitem", ["i", 0, 0, {"slice_spec": [{"class_name": "__ellipsis__"}, ALL, 1]}]),
    ],
)
def test_functions_without_a_counterpart_stay_and_are_named(function: str, node: list):
    before = lambda_graph(function, node)
    assert done(oldops.tensorflow_operations, before) == (before, [])
    assert list(repair.obstacles(before)) == [f"layer 'op' calls tf.{function}, which Keras 3 cannot open"]


def test_every_operation_exists_with_these_arguments():
    for function, operation in oldops.TENSORFLOW.items():
        module = sys.modules[f"keras.src.ops.{operation.module}"]
        made = dict.fromkeys([*operation.settings.values(), *operation.fixed], (1, 1))
        assert getattr(module, operation.name)(**made, name="op").name == "op", function
    for name, home in oldops.HOMES.items():
        assert hasattr(sys.modules[f"keras.src.ops.{home}"], name)
        assert not hasattr(keras.layers, name), "an operation that may be taken for a layer"


def test_operations_of_keras_in_a_graph_without_modules():
    added = {**layer("Add", "a"), "name": "a", "inbound_nodes": [{"args": [tensor("i"), 1.0], "kwargs": {}}]}
    layer_add = {
        **layer("Add", "b"),
        "name": "b",
        "inbound_nodes": [{"args": [[tensor("i"), tensor("a")]], "kwargs": {}}],
    }
    config, notes = done(oldops.keras_operations, graph(added, layer_add, inputs=["i", 0, 0], outputs=["b", 0, 0]))
    assert config["config"]["layers"] == [
        {**added, "module": "keras.src.ops.numpy", "registered_name": "Add"},
        layer_add,
    ]
    assert notes == ["said where the operations Add are"]


def test_an_ellipsis_is_spelt_out():
    x = {"class_name": "__keras_tensor__", "config": {"shape": [None, 8, 8, 3], "keras_history": ["i", 0, 0]}}
    key = [{"class_name": "__ellipsis__"}, 0]
    item = layer("GetItem", "g", [{"args": [x, key], "kwargs": {}}])
    config, _ = done(oldops.keras_operations, graph(item, inputs=["i", 0, 0], outputs=["g", 0, 0]))
    everything = {"class_name": "__slice__", "config": ALL}
    assert config["config"]["layers"][0]["inbound_nodes"][0]["args"] == [x, [everything, everything, everything, 0]]


# ---- all together ----


@pytest.mark.parametrize("kind", ["sequential", "functional"])
def test_a_config_of_today_is_left_as_it_is(kind: str):
    layers = [keras.layers.Conv2D(2, 3), keras.layers.BatchNormalization(), keras.layers.DepthwiseConv2D(3)]
    model = keras.Sequential([keras.Input((8, 8, 3)), *layers])
    if kind == "functional":
        inputs = keras.Input((8, 8, 3))
        model = keras.Model(inputs, keras.layers.Dense(2)(model(inputs * 2.0)))
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(model)))
    assert repair.repair(config, keras.__version__) == (config, ())
    assert not repair.misread(config, keras.__version__)
    assert list(repair.obstacles(config)) == []


def test_the_config_given_is_not_changed():
    before = stack(layer("DepthwiseConv2D", "a", groups=1, batch_input_shape=[None, 8, 8, 3]))
    kept = copy.deepcopy(before)
    assert repair.repair(before)[1]
    assert before == kept


def test_the_argument_that_keras_names_is_found():
    config = stack(layer("Dense", "a"), layer("Dense", "b", colour="red"))
    for refusal in ("Unrecognized keyword arguments passed to Dense: {'colour': 'red'}", ""):
        found = repair.unknown_argument(config, refusal)
        assert found == ((refusal and "layer 'b' (Dense) has colour='red', which Keras 3 does not know") or None)
    assert "b" in str(repair.unknown_argument(config, "Dense.__init__() got an unexpected keyword argument 'colour'"))


def test_objects_are_found_at_any_depth_without_recursion():
    config: Any = layer("Dense", "d")
    for _ in range(5000):
        config = layer("TimeDistributed", "t", layer=config)
    assert sum(1 for _ in objects(config)) == 5001


def test_references_are_to_layers_of_the_graph_only():
    node = [["a", 0, 0, {"x": ["b", 1, 2], "size": ["c", 1, 2], "flag": ["a", True, 0]}]]
    assert list(references(node, {"a", "b"})) == [node[0], ["b", 1, 2]]


def test_the_pure_part_imports_no_keras():
    code = "import sys; import gradcam_tf.model.repair; sys.exit('keras' in sys.modules or 'h5py' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
