"""Traced functions made anew from their graphs: without what no output needs, or with the variables as constants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from gradcam_tf.lazy import tf

__all__ = ["frozen", "pruned"]

OF_CONSTANTS = {"Identity", "Mul", "AddV2", "Sub", "Rsqrt"}
"""What a normalisation makes its factor of, beside constants."""


def pruned(concrete: Any) -> Callable[..., Any]:
    """The same without what its outputs do not need.

    TensorFlow drops what is not needed when it runs, but not the variables: the head alone would be handed, and read,
    those of the whole backbone at every call.
    """
    # Behind each output of a function stands an identity that waits for every read of a variable.
    outputs = [output.op.inputs[0] for output in concrete.outputs]
    needed = _upstream(outputs)
    captured = [(outer, inner) for outer, inner in concrete.graph.captures if inner.op.name in needed]
    if len(captured) == len(concrete.graph.captures):
        return concrete
    whole = concrete.graph.as_graph_def()
    graph = type(whole)(versions=whole.versions, library=whole.library)
    graph.node.extend(node for node in whole.node if node.name in needed)
    for node in graph.node:
        node.attr.pop("_class", None)  # may name a node that is gone
    arguments = concrete.inputs[: len(concrete.inputs) - len(concrete.graph.captures)]
    return _function(graph, arguments, outputs, captured)


def frozen(concrete: Any) -> Callable[..., Any]:
    """The same with the variables as constants; as it is where TensorFlow cannot (a loop with a gradient)."""
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    try:
        constant = convert_variables_to_constants_v2(concrete)
    except ValueError:
        return concrete
    graph = constant.graph.as_graph_def()
    # A loop does not run any more when it is made anew from its graph.
    loops = graph.library.function or any(node.op == "Enter" for node in graph.node)
    if not loops and _scale_filters(graph, constant):
        return _function(graph, constant.inputs, constant.outputs)
    # Called by itself it takes every call for a wrong one first, and words an error out of the whole image.
    return tf.function(constant, autograph=False).get_concrete_function(*_specs(constant.inputs))


def _function(
    graph: Any, arguments: Sequence[Any], outputs: Sequence[Any], captured: Sequence[tuple[Any, Any]] = ()
) -> Callable[..., Any]:
    """A function of a graph that stands by itself.

    Args:
        graph: a GraphDef.
        arguments: tensors of the function it was; not all need be left.
        outputs: tensors of the graph.
        captured: tensors from outside, each with what stands for it in the graph.
    """
    left = {node.name for node in graph.node}

    def again(*tensors: Any) -> Any:
        given = {a.name: tensor for a, tensor in zip(arguments, tensors, strict=True) if a.op.name in left}
        here = tf.compat.v1.get_default_graph()
        given |= {inner.name: here.capture(outer) for outer, inner in captured}
        return tf.graph_util.import_graph_def(graph, given, [output.name for output in outputs], name="")

    return tf.function(again, autograph=False).get_concrete_function(*_specs(arguments))


def _specs(arguments: Sequence[Any]) -> list[Any]:
    return [tf.TensorSpec(argument.shape, argument.dtype) for argument in arguments]


def _upstream(tensors: Sequence[Any]) -> set[str]:
    """The names of all operations that these tensors need."""
    found: set[str] = set()
    waiting = [tensor.op for tensor in tensors]
    while waiting:
        operation = waiting.pop()
        if operation.name not in found:
            found.add(operation.name)
            waiting.extend([*(tensor.op for tensor in operation.inputs), *operation.control_inputs])
    return found


def _scale_filters(graph: Any, constant: Any) -> bool:
    """Where the result of a depthwise convolution is multiplied by a constant, multiply its filter instead.

    TensorFlow does so for every other convolution, and then computes it with its offset and activation in one go. Left
    between them, a normalisation's factor costs two more walks over the largest tensors of the model.

    Not where a derivative reads the filter too: it would step over the edges of the activations at other places.

    Args:
        graph: a GraphDef, which is changed.
        constant: the function it is of.

    Returns:
        Whether there was anything to do.
    """
    found = False
    operations = {operation.name: operation for operation in constant.graph.get_operations()}
    nodes = {node.name: node for node in graph.node}
    readers = Counter(tensor.op.name for reader in operations.values() for tensor in reader.inputs)
    readers.update(output.op.name for output in constant.outputs)
    for product in [node for node in graph.node if node.op == "Mul"]:
        for result, factor in _both_ways(operations[product.name].inputs):
            convolution = result.op
            if convolution.type == "DepthwiseConv2dNative" and readers[convolution.name] == 1:
                filters = convolution.inputs[1]
                alone = readers[filters.op.name] == 1 and _of_constants(filters.op)
                if alone and _is_for_channels(factor, filters):
                    nodes[convolution.name].input[1] = _scaled(graph, product, filters, factor)
                    product.op = "Identity"
                    del product.input[:]
                    product.input.append(result.name)
                    found = True
                    break
    return found


def _both_ways(pair: Sequence[Any]) -> list[tuple[Any, Any]]:
    first, second = pair
    return [(first, second), (second, first)]


def _of_constants(operation: Any) -> bool:
    if operation.type == "Const":
        return True
    return operation.type in OF_CONSTANTS and all(_of_constants(tensor.op) for tensor in operation.inputs)


def _is_for_channels(factor: Any, filters: Any) -> bool:
    """Whether it is one constant for each channel that a depthwise filter (height, width, channels, copies) makes."""
    channels, copies = filters.shape[2:]
    return factor.shape == (channels * copies,) and _of_constants(factor.op)


def _scaled(graph: Any, product: Any, filters: Any, factor: Any) -> str:
    """Enter filter times factor into the graph; its name."""
    shape = graph.node.add(op="Const", name=f"{product.name}/by_channel/shape")
    shape.attr["dtype"].type = tf.int32.as_datatype_enum
    shape.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(list(filters.shape[2:]), tf.int32))
    by_channel = graph.node.add(op="Reshape", name=f"{product.name}/by_channel", input=[factor.name, shape.name])
    by_channel.attr["T"].CopyFrom(product.attr["T"])
    by_channel.attr["Tshape"].type = tf.int32.as_datatype_enum
    scaled = graph.node.add(op="Mul", name=f"{product.name}/filters", input=[filters.name, by_channel.name])
    scaled.attr["T"].CopyFrom(product.attr["T"])
    return scaled.name
