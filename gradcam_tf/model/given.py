"""What a method is given of one pass: each of its needs, worked out when it is asked for."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from typing import Any

from gradcam_tf import maps, registry
from gradcam_tf.errors import LayerError, MethodError
from gradcam_tf.lazy import keras, tf
from gradcam_tf.model.layout import of_input, to_grid
from gradcam_tf.model.passes import AtLayer, Forward, Rule, as_rows, float32
from gradcam_tf.model.rules import Back, BiasRule, ReluRule, deconvolved, guided
from gradcam_tf.records import INPUT, Feature, Layout
from gradcam_tf.targets import Target

__all__ = ["Disconnected", "Given"]


class Disconnected(LayerError):
    """No gradient flows from the score back to a layer."""

    def __init__(self, feature: Feature, where_it_stops: str = ""):
        self.feature = feature
        super().__init__(
            f"the score does not depend on it: no gradient flows back to this layer{where_it_stops}",
            where=f"layer {feature.path!r}",
            remedy="Choose a layer behind that, or another output or target; an argmax, a cast to integers or a "
            "stop_gradient on the way has no gradient.",
        )

    def __reduce__(self) -> tuple:
        return Disconnected, (self.feature,)


class Given:
    """One pass of a batch with its score, and what can be derived from it.

    Args:
        layers: where A is.
        forward: runs the pass.
        anew: runs the whole model on an input, under a rule.
        inputs: the model's input, of which ``source`` is the one the map lies on.
        channels_first: whether that one holds its channels before its places.
        target: what is explained, with its arguments.
        needs: what will be asked for.

    Attributes:
        passed: A, the predictions, and the outputs before softmax or sigmoid.
        scores: float32 (N,).
    """

    def __init__(
        self,
        layers: Sequence[Feature],
        forward: Callable[[AtLayer], Forward],
        anew: Callable[[Any, Rule], Forward],
        inputs: Any,
        source: int,
        channels_first: bool,
        target: Target,
        arguments: Sequence[Any],
        needs: Collection[str],
    ):
        self.layers = layers
        self.anew = anew
        self.inputs = inputs
        self.source = source
        self.channels_first = channels_first
        self.target = target
        self.arguments = arguments
        with ExitStack() as stack:
            # The gradient itself is differentiated only for the curvature.
            tapes = [stack.enter_context(_tape()) for _ in range(2 if "curvature" in needs else 1)]
            self.passed = forward(functools.partial(_watched, tapes))
            self.outputs = as_rows(self.passed.outputs)
            self.scores = self._scored(self.passed)
            self._tape = tapes[-1]
            if "curvature" in needs:
                self._curvature = self._times_hessian(tapes[0])

    def of(self, need: str, layer: int) -> Any:
        """What a method needs by this name, at this layer."""
        return PROVIDERS[need](self, layer)

    def activations(self, layer: int) -> Any:
        return self._on_grid(layer, self.passed.activations[layer])

    def gradients(self, layer: int) -> Any:
        return self._on_grid(layer, self._gradients[layer])

    def curvature(self, layer: int) -> Any:
        return self._on_grid(layer, self._curvature[layer])

    def input_on_grid(self, _: int) -> Any:
        return self._like_input(self._input)

    def guided_gradients(self, _: int) -> Any:
        return self._input_gradients(guided)

    def deconvolved_gradients(self, _: int) -> Any:
        return self._input_gradients(deconvolved)

    def bias_gradients(self, _: int) -> list[Any]:
        with _tape() as tape:
            rule = BiasRule(tape, self.channels_first)
            scores = self._scored_anew(tape, rule)
        return rule.gradients(scores)

    def onto_input(self, _: int) -> Callable[[Any], Any]:
        """Resize maps to the input's places; one of fewer axes lies on the input's last ones."""
        size = self._input_layout.grid

        def resized(grids: Any) -> Any:
            grid = grids.shape[1:]
            if len(grid) > len(size) or None in grid:
                raise MethodError(
                    f"a map of shape {tuple(grid)} cannot be laid onto an input of shape {tuple(size)}", where="method"
                )
            for extent, new in zip(grid, size[len(size) - len(grid) :], strict=True):
                # The axis that is resized goes to the end; after all of them they are in order again.
                grids = tf.tensordot(grids, maps.resampling(extent, new, 0.0, float(extent)), [[1], [1]])
            for extent in reversed(size[: len(size) - len(grid)]):
                grids = tf.repeat(grids[:, None], extent, axis=1)
            return grids

        return resized

    def pull_back(self, layer: int) -> Callable[[Any], Any]:
        """The gradient, with respect to A, of a weighted sum of the outputs."""

        def of_weights(weights: Any) -> Any:
            found = self._tape.gradient(self.outputs, self.passed.activations[layer], output_gradients=weights)
            return self._on_grid(layer, self._connected([found], [self.layers[layer]])[0])

        return of_weights

    @functools.cached_property
    def _input(self) -> Any:
        """x: the model's input that the maps lie on."""
        return tf.convert_to_tensor(keras.tree.flatten(self.inputs)[self.source])

    def _like_input(self, tensor: Any) -> Any:
        return to_grid(float32(tensor), self._input_layout)

    @property
    def _input_layout(self) -> Layout:
        return of_input(self._input.shape, self.channels_first)

    def _scored(self, passed: Forward) -> Any:
        values = passed.predictions if self.target.space == "probability" else passed.outputs
        return self.target.score(as_rows(values), *self.arguments)

    def _scored_anew(self, tape: Any, rule: Rule) -> Any:
        """The scores of another run from x, which the tape watches, under a rule."""
        _check_continuous(self._input)
        tape.watch(self._input)
        flat = keras.tree.flatten(self.inputs)
        flat[self.source] = self._input
        return self._scored(self.anew(keras.tree.pack_sequence_as(self.inputs, flat), rule))

    def _input_gradients(self, back: Back) -> Any:
        """dy/dx where every ReLU lets another gradient back."""
        rule = ReluRule(back)
        with _tape() as tape:
            scores = self._scored_anew(tape, rule)
        if not rule.found:
            others = [name for name in registry.fitting("input") if not _works_on_relus(name)]
            raise MethodError(
                "the model has no ReLU, whose gradient the method changes",
                where="model",
                remedy=f"These fit: {', '.join(others)}; a ReLU that a layer calls inside itself cannot be seen.",
            )
        found = tape.gradient(scores, self._input, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return self._like_input(found)

    @functools.cached_property
    def _gradients(self) -> list[Any]:
        for feature, tensor in zip(self.layers, self.passed.activations, strict=True):
            if feature.is_input:
                _check_continuous(tensor)
        return self._connected(self._tape.gradient(self.scores, list(self.passed.activations)), self.layers)

    def _times_hessian(self, outer: Any) -> list[Any]:
        """H A of each layer, H its second derivatives; 0 where the score is linear in A."""
        products = []
        for gradient, activation in zip(self._gradients, self.passed.activations, strict=True):
            along = tf.reduce_sum(gradient * tf.stop_gradient(activation))
            products.append(outer.gradient(along, activation, unconnected_gradients=tf.UnconnectedGradients.ZERO))
        return products

    def _on_grid(self, layer: int, tensor: Any) -> Any:
        return to_grid(float32(tensor), self.layers[layer].layout)

    @staticmethod
    def _connected(gradients: Sequence[Any], layers: Sequence[Feature]) -> list[Any]:
        for feature, gradient in zip(layers, gradients, strict=True):
            if gradient is None:
                raise Disconnected(feature)
        return [tf.convert_to_tensor(gradient) for gradient in gradients]


PROVIDERS: dict[str, Callable[[Given, int], Any]] = {
    "activations": Given.activations,
    "gradients": Given.gradients,
    "curvature": Given.curvature,
    "scores": lambda given, _: float32(given.scores),
    "outputs": lambda given, _: given.outputs,
    "pull_back": Given.pull_back,
    "inputs": Given.input_on_grid,
    "guided_gradients": Given.guided_gradients,
    "deconvolved_gradients": Given.deconvolved_gradients,
    "bias_gradients": Given.bias_gradients,
    "onto_input": Given.onto_input,
}
"""For each of :data:`gradcam_tf.registry.NEEDS`, what gives it."""


def _tape() -> Any:
    """Watches A alone: a tape that watched the input would walk the whole backbone."""
    return tf.GradientTape(watch_accessed_variables=False, persistent=True)


def _check_continuous(x: Any) -> None:
    if not x.dtype.is_floating:
        raise LayerError(
            f"holds whole numbers ({x.dtype.name}), along which there is no gradient",
            where=f"layer {INPUT!r}",
            remedy=f"Choose a method that works at a layer: {', '.join(registry.fitting('layer')[:4])}, …",
        )


def _works_on_relus(name: str) -> bool:
    return bool({"guided_gradients", "deconvolved_gradients"} & set(registry.get(name).needs))


def _watched(tapes: Sequence[Any], _: int, tensor: Any) -> Any:
    for tape in tapes:
        tape.watch(tensor)
    return tensor
