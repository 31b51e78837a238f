"""Where the gradient stops on its way back from the output to a layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcam_tf.lazy import tf
from gradcam_tf.model.calls import Recording, tensors
from gradcam_tf.model.taps import Site, tapping
from gradcam_tf.records import Feature

__all__ = ["find_cut"]


def find_cut(model: Any, inputs: Any, feature: Feature, recording: Recording, output: Any) -> str:
    """Which call cuts the way between a layer and an output, in words; empty if none can be named.

    Args:
        model: the model.
        inputs: what the recording was made with.
        feature: the layer.
        recording: a run of the model.
        output: the output (of that run) whose gradient does not reach the layer.
    """
    behind: list[tuple[Site, list[Any]]] = []
    watched: list[Any] = []

    def visit(site: Site, run: Any) -> Any:
        result = run()
        if site.key == feature.key and not watched:
            watched.append(tensors(result)[feature.position])
            tape.watch(watched[0])
        elif watched:
            behind.append((site, tensors(result)))
        return result

    with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape, tapping(visit):
        model(inputs, training=False)

    def is_connected(tensor: Any) -> bool:
        return tensor.dtype.is_floating and tape.gradient(tensor, watched[0]) is not None

    feeding = recording.feeding(output) | {
        call.order for call in recording.calls[1:] if any(tensor is output for tensor in call.outputs)
    }
    for site, results in behind:
        given = tensors((site.args, site.kwargs))
        if site.order in feeding and any(map(is_connected, given)) and not any(map(is_connected, results)):
            dtypes = ", ".join(sorted({tensor.dtype.name for tensor in results if not tensor.dtype.is_floating}))
            integers = f", whose output is {dtypes}" if dtypes else ""
            return f"; it stops in {type(site.operation).__name__} {site.path!r}{integers}"
    return _between(feature, [(site, results) for site, results in behind if site.order in feeding], is_connected)


def _between(feature: Feature, behind: list[tuple[Site, list[Any]]], is_connected: Callable[[Any], bool]) -> str:
    """For a way cut by arithmetic between two layers: their names."""
    last = feature.path
    for site, results in behind:
        if any(map(is_connected, results)):
            last = site.path
        elif site.path != last:
            return f"; it stops between {last!r} and {site.path!r}"
    return ""
