"""TensorFlow, and a vetted SavedModel folder -> a model made of its graph."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gradcam_tf.errors import ModelError
from gradcam_tf.lazy import tf
from gradcam_tf.model.graphmodel import graph_model
from gradcam_tf.model.operations import KNOWN, OF_A_SAVER

__all__ = ["load_folder"]

USUAL = "serving_default"


def load_folder(folder: Path, name: str, signature: str | None = None) -> Any:
    """Load a SavedModel.

    Args:
        folder: already vetted.
        name: of the model, where the graph does not say a better one.
        signature: the function that is explained; None: the usual one.

    Raises:
        ModelError: if it has no such signature, or takes no tensors of numbers.
        Exception: what TensorFlow says to it.
    """
    _check_again(folder)
    with _quiet():
        loaded = tf.saved_model.load(str(folder))
        function = _signature(loaded.signatures, signature, name)
        inlined, captured = _written_out(function, name)
    # As the function has them: in the order of their names.
    inputs = sorted(function.structured_input_signature[1])
    outputs = sorted(function.structured_outputs)
    for tensor in inlined.inputs[: len(inputs)]:
        if tensor.dtype == tf.string:
            raise ModelError(
                "takes text or packed pictures, and no arrays of numbers",
                where=f"model {name!r}",
                remedy="Name another signature, or save the model with a signature that takes pictures as arrays",
            )
    model = graph_model(inlined, name, inputs, outputs, captured)
    # Variables that are read as they are live as long as what was loaded.
    object.__setattr__(model, "_loaded", loaded if captured else None)
    return model


def _signature(found: Mapping[str, Any], wanted: str | None, name: str) -> Any:
    names = sorted(found)
    if wanted is None and USUAL not in found and len(names) == 1:
        wanted = names[0]
    if (wanted or USUAL) in found:
        return found[wanted or USUAL]
    what = "has no signature" if not names else f"has no signature {wanted or USUAL!r}"
    remedy = f"There is: {', '.join(names)}" if names else "Save it with signatures= , or by model.export() of Keras"
    raise ModelError(what, where=f"model {name!r}", remedy=remedy)


def _written_out(function: Any, name: str) -> tuple[Any, Sequence[Any]]:
    """The function with all that it calls in one graph, and the variables that are its further inputs.

    With the variables as constants where TensorFlow can make them so; it cannot where a call changes one.
    """
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    try:
        return convert_variables_to_constants_v2(function, lower_control_flow=False), ()
    except Exception:  # TensorFlow has no one kind for what it cannot freeze
        return _inlined(function, name), function.captured_inputs


def _inlined(function: Any, name: str) -> Any:
    """The function with those that it calls written out in it; loops and branches stay what they are."""
    from tensorflow.python.eager.wrap_function import function_from_graph_def
    from tensorflow.python.framework import convert_to_constants

    try:
        graph = convert_to_constants._run_inline_graph_optimization(function, False, False)
        names = [tensor.name for tensor in function.inputs], [tensor.name for tensor in function.outputs]
        inlined = function_from_graph_def(graph, *names)
    except Exception as error:  # TensorFlow has no one kind for what it cannot write out
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        remedy = "Does it run in TensorFlow? Then this is a fault to report"
        raise ModelError(
            f"its graph cannot be written out: {reason}", where=f"model {name!r}", remedy=remedy
        ) from error
    for tensor, before in zip(inlined.inputs, function.inputs, strict=True):
        tensor.set_shape(before.shape)
    return inlined


def _check_again(folder: Path) -> None:
    """The operations as TensorFlow itself reads them: should ours have read something else, it shows here."""
    from tensorflow.core.protobuf import saved_model_pb2

    read = saved_model_pb2.SavedModel.FromString((folder / "saved_model.pb").read_bytes())
    for meta in read.meta_graphs:
        library = meta.graph_def.library.function
        for node in (*meta.graph_def.node, *(node for function in library for node in function.node_def)):
            if node.op not in KNOWN and node.op not in OF_A_SAVER:
                raise ModelError(f"holds the operation {node.op!r}, which was not seen before", where=folder.name)


@contextmanager
def _quiet() -> Iterator[None]:
    """TensorFlow warns at length of what is of no concern here."""
    logger = logging.getLogger("tensorflow")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
