"""A model seen as two halves: features x -> A at a layer call (or several), and head A -> y.

Nothing is rebuilt. Both halves are runs of the model itself under a tap (see taps.py): one looks at the layer's
output, the other puts a given A in its place, and TensorFlow's graph drops what is then no longer needed.
"""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcam_tf.errors import ModelError
from gradcam_tf.lazy import keras, tf
from gradcam_tf.model.calls import Recording
from gradcam_tf.model.given import Given
from gradcam_tf.model.layout import from_grid, of_input, to_grid
from gradcam_tf.model.logits import LogitsSite
from gradcam_tf.model.passes import AtLayer, Forward, Pass, Replay, Rule, as_it_is, as_rows, float32
from gradcam_tf.model.programs import Mode, Programs
from gradcam_tf.progress import report
from gradcam_tf.records import Feature, Uncertainty
from gradcam_tf.registry import SERIES, Method
from gradcam_tf.runs import map_of_runs
from gradcam_tf.targets import Target

__all__ = ["Attribution", "SubModel"]

HEAD_NUMBERS = 2**24
"""Variations of A that are run together through the head have about so many numbers."""
INPUT_NUMBERS = 16 * 224 * 224 * 3
"""Variations of an input that are run together through the whole model have about so many: 16 photos of 224 × 224."""
MOST_VARIED = 256
"""So many are run together at the most: whoever waits is told after each chunk, and may stop it."""
MADE_BY = {
    "scores_of": ("scores",),
    "outputs_of": ("outputs",),
    "gradients_of": ("gradients",),
    "scores_of_inputs": ("scores",),
    "passes_of_inputs": ("activations", "gradients"),
}
"""For each of :data:`gradcam_tf.registry.SERIES`, what it yields of each variation."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """A method's maps for a batch, one for each layer, with the numbers they came from: float32 tensors.

    ``uncertainty``, too, is one for each layer, if the maps are means of several runs.
    ``numbers`` are those that the method tells besides the map, for each layer.
    """

    raw: tuple[Any, ...]
    scores: Any
    predictions: Any
    outputs: Any
    numbers: tuple[tuple[Any, ...], ...]
    uncertainty: tuple[Uncertainty | None, ...] = ()


class SubModel:
    """The two halves of a model at some layers, with their compiled functions.

    Get one by :meth:`of`, which keeps it as long as the model lives.

    Args:
        model: a Keras model; only a weak reference is kept.
        features: the tensors that maps are made from.
        logits: where the score before the last activation is.
        output: which of the model's outputs is explained, counted over all of them flattened.
        source: which of the model's inputs the maps lie on, counted likewise.
        channels_first: whether that input holds its channels before its places.
    """

    def __init__(
        self,
        model: Any,
        features: tuple[Feature, ...],
        logits: LogitsSite | None,
        output: int = 0,
        source: int = 0,
        channels_first: bool = False,
    ):
        self._model = weakref.ref(model)
        self.layers = features
        self.logits = logits
        self.output = output
        self.source = source
        self.channels_first = channels_first
        self.programs = Programs()

    @classmethod
    def of(
        cls,
        model: Any,
        features: tuple[Feature, ...],
        logits: LogitsSite | None,
        output: int = 0,
        source: int = 0,
        channels_first: bool = False,
    ) -> SubModel:
        """The sub-model of this model, layers and output: the same one at every call, so that it compiles once."""
        allow_gpu_memory_growth()
        with _kept_lock:
            kept = _kept.setdefault(model, {})
            key = (features, logits, output, source, channels_first)
            if key not in kept:
                kept[key] = cls(model, *key)
            return kept[key]

    @property
    def model(self) -> Any:
        model = self._model()
        if model is None:
            raise ModelError("the model no longer exists", remedy="Keep a reference to it while you explain it.")
        return model

    # The passes: plain functions of tensors, which run eagerly as they are or are traced into programs.

    def forward(self, inputs: Any, at_layer: AtLayer = lambda _, tensor: tensor, rule: Rule = as_it_is) -> Forward:
        """One run of the whole model; ``at_layer`` may watch or replace A, ``rule`` run some calls another way."""
        return Pass(self.layers, self.logits, at_layer, rule).run(self.model, inputs, self.output)

    def head(self, activations: Sequence[Any], inputs: Any, at_layer: AtLayer) -> Forward:
        """y from A. Branches that bypass the layer are computed from ``inputs``; compiled, nothing else is."""
        return self.forward(inputs, lambda i, _: at_layer(i, activations[i]))

    def replay(self, recording: Recording, inputs: Any, at_layer: AtLayer) -> Forward:
        """The head alone, eagerly: every call that had ended when A was there returns what it returned then."""
        if any(feature.is_input for feature in self.layers):
            return self.forward(inputs, at_layer)
        return Replay(self.layers, self.logits, at_layer, recording).run(self.model, inputs, self.output)

    def given(
        self,
        forward: Callable[[AtLayer], Forward],
        inputs: Any,
        target: Target,
        arguments: Sequence[Any],
        needs: Sequence[str],
    ) -> Given:
        """A and y by ``forward``, with the target's score and what can be derived from them."""

        def anew(x: Any, rule: Rule) -> Forward:
            return self.forward(x, rule=rule)

        return Given(self.layers, forward, anew, inputs, self.source, self.channels_first, target, arguments, needs)

    def attribute(
        self, forward: Callable[[AtLayer], Forward], inputs: Any, target: Target, method: Method, *arguments: Any
    ) -> Attribution:
        """The method's maps, from one pass by ``forward``."""
        given = self.given(forward, inputs, target, arguments, method.needs)
        found = [method.run(*(given.of(need, layer) for need in method.needs)) for layer in range(len(self.layers))]
        return _told(found, float32(given.scores), float32(given.passed.predictions), given.outputs)

    # The same, compiled.

    def features(self, inputs: Any, mode: Mode = "compiled") -> Forward:
        """A and y of a batch.

        Args:
            inputs: the model's input, (N, …); any nested structure the model takes.
            mode: ``"eager"``, ``"compiled"``, or ``"frozen"`` (compiled with the weights as constants).
        """

        def features(x: Any) -> tuple:
            passed = self.forward(x)
            return *passed.activations, passed.predictions, passed.outputs

        *activations, predictions, outputs = self.programs.run("features", None, features, (inputs,), mode)
        return Forward(tuple(activations), predictions, outputs)

    def explain(self, inputs: Any, target: Target, method: Method, arguments: Sequence, mode: Mode) -> Attribution:
        """Maps of a batch in one pass forward and back through the head."""
        if method.by_runs:
            return self._explain_by_runs(inputs, target, method, arguments, mode)
        if method.by_series:
            kept = self.features(inputs, mode).activations
            return self._explain_by_series(kept, inputs, target, method, arguments, mode)

        def explain(x: Any, *rest: Any) -> tuple:
            return _flat(self.attribute(functools.partial(self.forward, x), x, target, method, *rest))

        tensors = (inputs, *arguments)
        return _attribution(method, self.programs.run("explain", (target.key, method.key), explain, tensors, mode))

    def explain_features(
        self, activations: Sequence[Any], inputs: Any, target: Target, method: Method, arguments: Sequence, mode: Mode
    ) -> Attribution:
        """Maps from kept features of one layer: only the head runs."""
        if method.by_runs:
            return self._explain_by_runs(inputs, target, method, arguments, mode)
        if method.by_series:
            return self._explain_by_series(activations, inputs, target, method, arguments, mode)

        def explain(kept: Any, x: Any, *rest: Any) -> tuple:
            return _flat(self.attribute(functools.partial(self.head, kept, x), x, target, method, *rest))

        tensors = (tuple(activations), inputs, *arguments)
        return _attribution(method, self.programs.run("head", (target.key, method.key), explain, tensors, mode))

    def explain_classes(
        self, activations: Sequence[Any], inputs: Any, target: Target, method: Method, arguments: Sequence, mode: Mode
    ) -> Attribution:
        """Maps of one image for many classes (or other arguments of a target), from its kept features."""

        def explain(kept: Any, x: Any, *rest: Any) -> tuple:
            many = tf.shape(rest[0])[0]
            alike, x = keras.tree.map_structure(lambda one: _repeated(one, many), (tuple(kept), x))
            return _flat(self.attribute(functools.partial(self.head, alike, x), x, target, method, *rest))

        size, found = self._chunk("", 0, activations, inputs), []
        for start in range(0, len(arguments[0]), size):
            tensors = (tuple(activations), inputs, *(one[start : start + size] for one in arguments))
            flat = self.programs.run("classes", (target.key, method.key), explain, tensors, mode)
            found.append(_attribution(method, flat))
        return _stacked(found)

    def explain_recording(
        self, recording: Recording, inputs: Any, target: Target, method: Method, arguments: Sequence
    ) -> Attribution:
        """Maps from a recorded run of these inputs: only the head runs again, eagerly."""
        return self.attribute(functools.partial(self.replay, recording, inputs), inputs, target, method, *arguments)

    def outputs_of(self, varied: Any, activations: Any, inputs: Any, mode: Mode) -> Any:
        """The model's outputs before softmax or sigmoid, float32 (M, …), of one image with other feature maps.

        Args:
            varied: M variations of A, float32 (M, *grid, channels).
            activations: A itself as the layer gave it, (1, …).
            inputs: of the image, (1, …).
            mode: as for :meth:`features`.
        """

        def outputs(varied: Any, kept: Any, x: Any) -> tuple:
            many = tf.shape(varied)[0]
            alike = keras.tree.map_structure(lambda one: _repeated(one, many), x)
            head = self.head([from_grid(varied, kept, self.layers[0].layout)], alike, lambda _, tensor: tensor)
            return (as_rows(head.outputs),)

        return self.programs.run("outputs", None, outputs, (varied, activations, inputs), mode)[0]

    # Many runs of a wrapped method.

    def _explain_by_runs(
        self, inputs: Any, target: Target, method: Method, arguments: Sequence, mode: Mode
    ) -> Attribution:
        """The mean of the maps a wrapper asks for, and their spread: all of what the image itself shows."""
        passed = self.features(inputs, mode)
        predictions, outputs = float32(passed.predictions), as_rows(passed.outputs)
        scores, settled, kept = _settled(target, predictions, outputs, arguments)

        def ask(inner: Method, varied: np.ndarray) -> tuple[np.ndarray, ...]:
            found = self.explain(self._with_source(inputs, varied), settled, inner, kept, mode)
            return tuple(np.asarray(raw) for raw in found.raw)

        source = tf.convert_to_tensor(keras.tree.flatten(inputs)[self.source])
        grid = to_grid(float32(source), of_input(source.shape, self.channels_first))
        raw, uncertainty = map_of_runs(method, np.asarray(grid), ask)
        return Attribution(raw, scores, predictions, outputs, ((),) * len(raw), uncertainty)

    def _with_source(self, inputs: Any, varied: Any) -> Any:
        """The model's input with another picture in it, float32 (N, *size, channels)."""
        flat = keras.tree.flatten(inputs)
        picture, varied = tf.convert_to_tensor(flat[self.source]), tf.convert_to_tensor(varied)
        if picture.dtype.is_integer:
            varied = tf.saturate_cast(tf.round(varied), picture.dtype)
        flat[self.source] = from_grid(varied, picture, of_input(picture.shape, self.channels_first))
        return keras.tree.pack_sequence_as(inputs, flat)

    # Many variations of one image.

    def _explain_by_series(
        self, activations: Sequence[Any], inputs: Any, target: Target, method: Method, arguments: Sequence, mode: Mode
    ) -> Attribution:
        """Maps by running variations of each image, one image after another."""
        found = []
        for i in range(len(keras.tree.flatten(inputs)[0])):
            kept, one, rest = _rows((tuple(activations), inputs, tuple(arguments)), i)
            found.append(self._explain_image(kept, one, rest, target, method, mode))
        return _stacked(found)

    def _explain_image(
        self, kept: tuple, inputs: Any, arguments: tuple, target: Target, method: Method, mode: Mode
    ) -> Attribution:
        needs = tuple(need for need in method.needs if need not in SERIES)

        def tensors(kept: Any, x: Any, *rest: Any) -> tuple:
            given = self.given(functools.partial(self.head, kept, x), x, target, rest, needs)
            asked = [given.of(need, layer) for layer in range(len(self.layers)) for need in needs]
            return *asked, float32(given.scores), float32(given.passed.predictions), given.outputs

        *flat, scores, predictions, outputs = self.programs.run(
            "given", (target.key, needs), tensors, (kept, inputs, *arguments), mode
        )
        _, settled, rest = _settled(target, predictions, outputs, arguments)
        told = []
        for layer in range(len(self.layers)):
            asked = dict(zip(needs, flat[layer * len(needs) :], strict=False))
            for need in method.needs:
                if need in SERIES:
                    asked[need] = functools.partial(
                        self._series, need, layer, kept, inputs, predictions, settled, rest, mode
                    )
            told.append(method.run(*(asked[need] for need in method.needs)))
        return _told(told, scores, predictions, outputs)

    def _series(
        self,
        need: str,
        layer: int,
        kept: Sequence[Any],
        inputs: Any,
        predictions: Any,
        target: Target,
        arguments: Sequence,
        mode: Mode,
        count: int,
        make: Callable[[int, int], Any],
    ) -> Iterator[Any]:
        """What ``count`` variations lead to, chunk by chunk; ``make`` gives those from a start to a stop."""

        def vary(varied: Any, kept: Any, x: Any, *rest: Any) -> tuple:
            return self._varied(need, layer, target, varied, kept, x, rest)

        size = self._chunk(need, layer, kept, inputs, predictions)
        for start in range(0, count, size):
            stop = min(start + size, count)
            made = self.programs.run(
                need, (target.key, layer), vary, (make(start, stop), kept, inputs, *arguments), mode
            )
            yield made[0] if len(made) == 1 else made
            report(stop, count)

    def _varied(
        self, need: str, layer: int, target: Target, varied: Any, kept: Any, inputs: Any, rest: Sequence
    ) -> tuple:
        """What a chunk of variations of one image leads to; traced, nothing is repeated that the rest does not need."""
        many = tf.shape(varied)[0]
        alike = [_repeated(one, many) for one in kept]
        x, arguments = keras.tree.map_structure(lambda one: _repeated(one, many), (inputs, tuple(rest)))
        if need.endswith("_inputs"):
            x = self._with_source(x, varied)
            forward = functools.partial(self.forward, x)
        else:
            alike[layer] = from_grid(varied, kept[layer], self.layers[layer].layout)
            forward = functools.partial(self.head, alike, x)
        given = self.given(forward, x, target, arguments, MADE_BY[need])
        return tuple(given.of(part, layer) for part in MADE_BY[need])

    def _chunk(self, need: str, layer: int, kept: Sequence[Any], inputs: Any, *outputs: Any) -> int:
        """How many variations are run together: through the head many; through the whole model, few."""
        through_all = need.endswith("_inputs") or self.layers[layer].is_input
        image = keras.tree.flatten(inputs)[self.source]
        # What bypasses the layer starts from the image, and a head may end in more numbers than it began with.
        through_head = outputs if through_all else (kept[layer], image, *outputs)
        most = [HEAD_NUMBERS // max(1, int(tf.size(one))) for one in through_head]
        if through_all:
            most.append(INPUT_NUMBERS // max(1, int(tf.size(image))))
        return max(1, min(MOST_VARIED, *most))


@functools.cache
def allow_gpu_memory_growth() -> None:
    """Let TensorFlow take GPU memory as it needs it, unless it already holds it."""
    for gpu in tf.config.list_physical_devices("GPU"):
        try:
            tf.config.experimental.set_memory_growth(gpu, True)
        except (RuntimeError, ValueError):
            return


def _settled(
    target: Target, predictions: Any, outputs: Any, arguments: Sequence
) -> tuple[Any, Target, tuple[Any, ...]]:
    """The scores, and what is asked of variations: the same class, pixels or side, whatever they show themselves."""
    values = as_rows(predictions) if target.space == "probability" else outputs
    return target.score(values, *arguments), *target.settled(values, *arguments)


def _rows(structure: Any, i: int) -> Any:
    """One image's part of nested tensors (N, …), with its batch axis."""
    return keras.tree.map_structure(lambda one: one[i : i + 1], structure)


def _stacked(parts: Sequence[Attribution]) -> Attribution:
    """What was computed part by part, as one batch."""

    def joined(values: Sequence[Any]) -> Any:
        if isinstance(values[0], tuple):
            return tuple(joined(of_layer) for of_layer in zip(*values, strict=True))
        return tf.concat(values, axis=0)

    return Attribution(*(joined([getattr(part, name) for part in parts]) for name in Attribution.__slots__))


def _repeated(tensor: Any, many: Any) -> Any:
    """One image's tensor (1, …) as many times."""
    tensor = tf.convert_to_tensor(tensor)
    result = tf.repeat(tensor, many, axis=0)
    result.set_shape([None, *tensor.shape[1:]])
    return result


def _told(found: Sequence[tuple], scores: Any, predictions: Any, outputs: Any) -> Attribution:
    """From what the method returned for each layer: the map, and its numbers behind it."""
    raw, numbers = tuple(one[0] for one in found), tuple(one[1:] for one in found)
    return Attribution(raw, scores, predictions, outputs, numbers)


def _flat(told: Attribution) -> tuple:
    found = [one for raw, numbers in zip(told.raw, told.numbers, strict=True) for one in (raw, *numbers)]
    return *found, told.scores, told.predictions, told.outputs


def _attribution(method: Method, flat: Sequence[Any]) -> Attribution:
    *found, scores, predictions, outputs = flat
    each = 1 + len(method.numbers)
    return _told([tuple(found[i : i + each]) for i in range(0, len(found), each)], scores, predictions, outputs)


_kept: weakref.WeakKeyDictionary[Any, dict] = weakref.WeakKeyDictionary()
_kept_lock = threading.Lock()
