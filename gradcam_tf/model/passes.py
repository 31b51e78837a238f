"""One run of a model under a tap: A is read or replaced at each chosen layer, the logits are read where they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gradcam_tf.errors import ModelError
from gradcam_tf.lazy import keras, tf
from gradcam_tf.model.calls import Recording
from gradcam_tf.model.logits import LogitsSite
from gradcam_tf.model.taps import Site, Walk, tapping
from gradcam_tf.records import Feature

__all__ = ["AtLayer", "Forward", "Pass", "Replay", "Rule", "as_it_is", "as_rows", "float32"]

AtLayer = Callable[[int, Any], Any]
"""Given the number of a layer and its A, returns what takes A's place."""
Rule = Callable[[Site, Callable[..., Any]], Any]
"""Given a call and a function that runs it (or another in its place, if it is given one), returns its output: the place
to run some layers another way."""


@dataclass(frozen=True, slots=True)
class Forward:
    """One pass through the model.

    Attributes:
        activations: A of each chosen layer, as the layer gives it.
        predictions: the model's output, exactly.
        outputs: the same before softmax or sigmoid, where that was found; else the predictions.
    """

    activations: Any
    predictions: Any
    outputs: Any


def as_it_is(site: Site, run: Callable[[], Any]) -> Any:
    """The rule that changes nothing."""
    return run()


class Pass:
    """One run of the whole model.

    Args:
        layers: where A is.
        logits: where the score before the last activation is.
        at_layer: may watch or replace A.
        rule: how each call runs.
    """

    def __init__(self, layers: Sequence[Feature], logits: LogitsSite | None, at_layer: AtLayer, rule: Rule = as_it_is):
        self.layers = layers
        self.site = logits
        self.at_layer = at_layer
        self.rule = rule
        self.walk: Walk
        self.activations: dict[int, Any] = {}
        self.logits: Any = None
        self.tail: list[Any] = []

    def run(self, model: Any, inputs: Any, output: int) -> Forward:
        """Run it; ``output`` says which output is explained, counted over all of them flattened.

        Raises:
            ModelError: if a layer is not called this time.
        """
        given = self._visit_inputs(inputs)
        with tapping(self.visit) as self.walk:
            result = model(given, training=False)
        for i, feature in enumerate(self.layers):
            if i not in self.activations:
                raise ModelError(
                    "the layer was not called in this run, though it was when the model was first looked at",
                    where=f"layer {feature.path!r}",
                    remedy="A model whose calls change from run to run cannot be explained at this layer.",
                )
        predictions = keras.tree.flatten(result)[output]
        outputs = predictions if self.logits is None else self.logits
        for operation in self.tail:
            outputs = operation(outputs)
        return Forward(tuple(self.activations[i] for i in range(len(self.layers))), predictions, outputs)

    def _visit_inputs(self, inputs: Any) -> Any:
        # All of them tensors: Keras takes no mixture of tensors and arrays.
        flat = [tf.convert_to_tensor(one) for one in keras.tree.flatten(inputs)]
        for i, feature in enumerate(self.layers):
            if feature.is_input:
                self.activations[i] = flat[feature.position] = self.at_layer(i, flat[feature.position])
        return keras.tree.pack_sequence_as(inputs, flat)

    def visit(self, site: Site, run: Callable[[], Any]) -> Any:
        return self.read(site, site.key, self.rule(site, run))

    def read(self, site: Site, key: tuple[str, int], result: Any) -> Any:
        for i, feature in enumerate(self.layers):
            if key == feature.key:
                result = self._swap(i, feature.position, result)
        if self.site is not None:
            if key == self.site.key:
                self.logits = self.site.read(site, self.rule)
            elif key in self.site.tail:
                self.tail.append(site.operation)
        return result

    def _swap(self, layer: int, position: int, result: Any) -> Any:
        flat = keras.tree.flatten(result)
        places = [i for i, leaf in enumerate(flat) if tf.is_tensor(leaf)]
        self.activations[layer] = flat[places[position]] = self.at_layer(layer, flat[places[position]])
        return keras.tree.pack_sequence_as(result, flat)


class Replay(Pass):
    """A pass that takes from a recording all that had ended by the time the first of the layers returned."""

    def __init__(self, layers: Sequence[Feature], logits: LogitsSite | None, at_layer: AtLayer, recording: Recording):
        super().__init__(layers, logits, at_layer)
        keys = {feature.key for feature in layers}
        self.calls = recording.calls
        self.first = min((call for call in recording.calls if call.key in keys), key=lambda call: call.ended)

    def visit(self, site: Site, run: Callable[[], Any]) -> Any:
        call, first = self.calls[site.order], self.first
        around = call.order < first.order and call.ended >= first.ended
        if around or call.ended > first.ended:
            return self.read(site, call.key, run())
        self.walk.begun = call.ended
        return self.read(site, call.key, call.result)


def float32(tensor: Any) -> Any:
    return tf.cast(tensor, tf.float32)


def as_rows(outputs: Any) -> Any:
    """float32, with a class axis even for a model of one number."""
    outputs = float32(outputs)
    return outputs[:, None] if outputs.shape.rank == 1 else outputs
