"""A model seen as two halves: features x -> A at a layer call (or several), and head A -> y.

Nothing is rebuilt. Both halves are runs of the model itself under a tap (see taps.py): one looks at the layer's
output, the other puts a given A in its place, and TensorFlow's graph drops what is then no longer needed.
"""

from __future__ import annotations

import functools
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gradcam_tf.errors import LayerError, ModelError
from gradcam_tf.lazy import keras, tf
from gradcam_tf.model.calls import Recording
from gradcam_tf.model.layout import to_grid
from gradcam_tf.model.logits import LogitsSite
from gradcam_tf.model.taps import Site, Walk, tapping
from gradcam_tf.records import Feature
from gradcam_tf.registry import Method
from gradcam_tf.targets import Target

__all__ = ["Attribution", "Disconnected", "Forward", "Mode", "SubModel"]

Mode = Literal["eager", "compiled", "frozen"]
AtLayer = Callable[[int, Any], Any]
"""Given the number of a layer and its A, returns what takes A's place."""
MOST_PROGRAMS = 16
"""Compiled functions kept for one layer of one model; the one unused longest goes first."""


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


@dataclass(frozen=True, slots=True)
class Attribution:
    """A method's maps for a batch, one for each layer, with the numbers they came from: float32 tensors."""

    raw: tuple[Any, ...]
    scores: Any
    predictions: Any
    outputs: Any


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


class SubModel:
    """The two halves of a model at some layers, with their compiled functions.

    Get one by :meth:`of`, which keeps it as long as the model lives.

    Args:
        model: a Keras model; only a weak reference is kept.
        features: the tensors that maps are made from.
        logits: where the score before the last activation is.
        output: which of the model's outputs is explained, counted over all of them flattened.
    """

    def __init__(self, model: Any, features: tuple[Feature, ...], logits: LogitsSite | None, output: int = 0):
        self._model = weakref.ref(model)
        self.layers = features
        self.logits = logits
        self.output = output
        self._programs: OrderedDict[Hashable, Callable[..., Any]] = OrderedDict()
        self._tracing = threading.RLock()

    @classmethod
    def of(cls, model: Any, features: tuple[Feature, ...], logits: LogitsSite | None, output: int = 0) -> SubModel:
        """The sub-model of this model, layers and output: the same one at every call, so that it compiles once."""
        allow_gpu_memory_growth()
        with _kept_lock:
            kept = _kept.setdefault(model, {})
            key = (features, logits, output)
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

    def forward(self, inputs: Any, at_layer: AtLayer = lambda _, tensor: tensor) -> Forward:
        """One run of the whole model; ``at_layer`` may watch or replace A."""
        return self._pass(inputs, _Pass(self, at_layer))

    def head(self, activations: Sequence[Any], inputs: Any, at_layer: AtLayer) -> Forward:
        """y from A. Branches that bypass the layer are computed from ``inputs``; compiled, nothing else is."""
        return self.forward(inputs, lambda i, _: at_layer(i, activations[i]))

    def replay(self, recording: Recording, inputs: Any, at_layer: AtLayer) -> Forward:
        """The head alone, eagerly: every call that had ended when A was there returns what it returned then."""
        return self._pass(inputs, _Replay(self, at_layer, recording))

    def attribute(
        self, forward: Callable[[AtLayer], Forward], target: Target, method: Method, *arguments: Any
    ) -> Attribution:
        """The method's maps: A and y by ``forward``, the target's score, and its gradient with respect to A alone."""
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            passed = forward(functools.partial(_watched, tape))
            values = as_rows(passed.predictions if target.space == "probability" else passed.outputs)
            scores = target.score(values, *arguments)
        given = {"activations": passed.activations}
        if "gradients" in method.needs:
            given["gradients"] = self._connected(tape.gradient(scores, list(passed.activations)))
        raw = []
        for i, feature in enumerate(self.layers):
            on_grid = {name: to_grid(float32(tensors[i]), feature.layout) for name, tensors in given.items()}
            raw.append(method.function(*(on_grid[need] for need in method.needs)))
        return Attribution(tuple(raw), float32(scores), float32(passed.predictions), as_rows(passed.outputs))

    def _connected(self, gradients: Sequence[Any]) -> tuple[Any, ...]:
        for feature, gradient in zip(self.layers, gradients, strict=True):
            if gradient is None:
                raise Disconnected(feature)
        return tuple(gradients)

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

        *activations, predictions, outputs = self._run("features", None, features, (inputs,), mode)
        return Forward(tuple(activations), predictions, outputs)

    def explain(self, inputs: Any, target: Target, method: Method, arguments: Sequence, mode: Mode) -> Attribution:
        """Maps of a batch in one pass forward and back through the head."""

        def explain(x: Any, *rest: Any) -> tuple:
            return _flat(self.attribute(functools.partial(self.forward, x), target, method, *rest))

        return _attribution(self._run("explain", (target.key, method.key), explain, (inputs, *arguments), mode))

    def explain_features(
        self, activations: Sequence[Any], inputs: Any, target: Target, method: Method, arguments: Sequence, mode: Mode
    ) -> Attribution:
        """Maps from kept features of one layer: only the head runs."""

        def explain(kept: Any, x: Any, *rest: Any) -> tuple:
            return _flat(self.attribute(functools.partial(self.head, kept, x), target, method, *rest))

        tensors = (tuple(activations), inputs, *arguments)
        return _attribution(self._run("head", (target.key, method.key), explain, tensors, mode))

    def explain_recording(
        self, recording: Recording, inputs: Any, target: Target, method: Method, arguments: Sequence
    ) -> Attribution:
        """Maps from a recorded run of these inputs: only the head runs again, eagerly."""
        return self.attribute(functools.partial(self.replay, recording, inputs), target, method, *arguments)

    def _pass(self, inputs: Any, visitor: _Pass) -> Forward:
        with tapping(visitor.visit) as visitor.walk:
            result = self.model(inputs, training=False)
        for i, feature in enumerate(self.layers):
            if i not in visitor.activations:
                raise ModelError(
                    "the layer was not called in this run, though it was when the model was first looked at",
                    where=f"layer {feature.path!r}",
                    remedy="A model whose calls change from run to run cannot be explained at this layer.",
                )
        activations = tuple(visitor.activations[i] for i in range(len(self.layers)))
        predictions = keras.tree.flatten(result)[self.output]
        outputs = predictions if visitor.logits is None else visitor.logits
        for operation in visitor.tail:
            outputs = operation(outputs)
        return Forward(activations, predictions, outputs)

    def _run(self, name: str, key: Hashable, function: Callable, arguments: tuple, mode: Mode) -> tuple:
        if mode == "eager":
            return function(*arguments)
        flat = [tf.convert_to_tensor(tensor) for tensor in keras.tree.flatten(arguments)]
        identity = (name, key, mode, tuple((tensor.dtype, tuple(tensor.shape[1:])) for tensor in flat))
        with self._tracing:
            program = self._programs.get(identity)
            if program is None:
                program = self._programs[identity] = compile_program(function, arguments, flat, mode == "frozen")
            self._programs.move_to_end(identity)
            if len(self._programs) > MOST_PROGRAMS:
                self._programs.popitem(last=False)
        return program(*flat)


class _Pass:
    """What happens at the calls of one run: A is read (and may be swapped) at each layer, the logits at theirs."""

    def __init__(self, submodel: SubModel, at_layer: AtLayer):
        self.layers = submodel.layers
        self.site = submodel.logits
        self.at_layer = at_layer
        self.walk: Walk
        self.activations: dict[int, Any] = {}
        self.logits: Any = None
        self.tail: list[Any] = []

    def visit(self, site: Site, run: Callable[[], Any]) -> Any:
        return self.read(site, site.key, run())

    def read(self, site: Site, key: tuple[str, int], result: Any) -> Any:
        for i, feature in enumerate(self.layers):
            if key == feature.key:
                result = self._swap(i, feature.position, result)
        if self.site is not None:
            if key == self.site.key:
                self.logits = self.site.read(site)
            elif key in self.site.tail:
                self.tail.append(site.operation)
        return result

    def _swap(self, layer: int, position: int, result: Any) -> Any:
        flat = keras.tree.flatten(result)
        places = [i for i, leaf in enumerate(flat) if tf.is_tensor(leaf)]
        self.activations[layer] = flat[places[position]] = self.at_layer(layer, flat[places[position]])
        return keras.tree.pack_sequence_as(result, flat)


class _Replay(_Pass):
    """A pass that takes from a recording all that had ended by the time the first of the layers returned."""

    def __init__(self, submodel: SubModel, at_layer: AtLayer, recording: Recording):
        super().__init__(submodel, at_layer)
        keys = {feature.key for feature in submodel.layers}
        self.calls = recording.calls
        self.first = min((call for call in recording.calls if call.key in keys), key=lambda call: call.ended)

    def visit(self, site: Site, run: Callable[[], Any]) -> Any:
        call, first = self.calls[site.order], self.first
        around = call.order < first.order and call.ended >= first.ended
        if around or call.ended > first.ended:
            return self.read(site, call.key, run())
        self.walk.begun = call.ended
        return self.read(site, call.key, call.result)


def compile_program(function: Callable, arguments: tuple, flat: Sequence[Any], frozen: bool) -> Callable[..., Any]:
    """Trace a function of nested tensors once for all batch sizes; for each, if the model depends on its batch size.

    Args:
        function: takes ``arguments``, returns a flat tuple of tensors.
        arguments: an example.
        flat: the tensors of the example.
        frozen: fold the variables into constants, so that normalisation melts into the convolutions; where TensorFlow
            cannot (a loop with a gradient, as of an LSTM), they stay variables.

    Returns:
        A function of the flat tensors.
    """

    def flattened(*tensors: Any) -> Any:
        return function(*keras.tree.pack_sequence_as(arguments, list(tensors)))

    traced = tf.function(flattened, autograph=False)
    try:
        concrete = traced.get_concrete_function(*[tf.TensorSpec([None, *t.shape[1:]], t.dtype) for t in flat])
    except (TypeError, ValueError):
        return traced
    return _freeze(concrete) if frozen else concrete


def _freeze(concrete: Any) -> Callable[..., Any]:
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    try:
        return convert_variables_to_constants_v2(concrete)
    except ValueError:
        return concrete


@functools.cache
def allow_gpu_memory_growth() -> None:
    """Let TensorFlow take GPU memory as it needs it, unless it already holds it."""
    for gpu in tf.config.list_physical_devices("GPU"):
        try:
            tf.config.experimental.set_memory_growth(gpu, True)
        except (RuntimeError, ValueError):
            return


def float32(tensor: Any) -> Any:
    return tf.cast(tensor, tf.float32)


def as_rows(outputs: Any) -> Any:
    """float32, with a class axis even for a model of one number."""
    outputs = float32(outputs)
    return outputs[:, None] if outputs.shape.rank == 1 else outputs


def _watched(tape: Any, _: int, tensor: Any) -> Any:
    tape.watch(tensor)
    return tensor


def _flat(attribution: Attribution) -> tuple:
    return *attribution.raw, attribution.scores, attribution.predictions, attribution.outputs


def _attribution(flat: Sequence[Any]) -> Attribution:
    *raw, scores, predictions, outputs = flat
    return Attribution(tuple(raw), scores, predictions, outputs)


_kept: weakref.WeakKeyDictionary[Any, dict] = weakref.WeakKeyDictionary()
_kept_lock = threading.Lock()
