"""TensorFlow, and a vetted SavedModel folder -> a model made of its graph."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
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
        frozen = _frozen(function, name)
    # As the function has them: in the order of their names.
    inputs = sorted(function.structured_input_signature[1])
    outputs = sorted(function.structured_outputs)
    for tensor in frozen.inputs:
        if tensor.dtype == tf.string:
            raise ModelError(
                "takes text or packed pictures, and no arrays of numbers",
                where=f"model {name!r}",
                remedy="Name another signature, or save the model with a signature that takes pictures as arrays",
            )
    return graph_model(frozen, name, inputs, outputs)


def _signature(found: Mapping[str, Any], wanted: str | None, name: str) -> Any:
    names = sorted(found)
    if wanted is None and USUAL not in found and len(names) == 1:
        wanted = names[0]
    if (wanted or USUAL) in found:
        return found[wanted or USUAL]
    what = "has no signature" if not names else f"has no signature {wanted or USUAL!r}"
    remedy = f"There is: {', '.join(names)}" if names else "Save it with signatures= , or by model.export() of Keras"
    raise ModelError(what, where=f"model {name!r}", remedy=remedy)


def _frozen(function: Any, name: str) -> Any:
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    try:
        return convert_variables_to_constants_v2(function, lower_control_flow=False)
    except Exception as error:  # TensorFlow has no one kind for what it cannot freeze
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise ModelError(
            f"cannot be frozen: {reason}",
            where=f"model {name!r}",
            remedy="Models that change their variables when they are called cannot be explained from a SavedModel",
        ) from error


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
