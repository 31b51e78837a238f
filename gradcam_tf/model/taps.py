"""Taps: look at, replace or transform the output of any layer while a model runs, without touching the model.

Every Keras layer and operation runs through one method, ``keras.Operation.__call__``. While a tap is open in a
thread, that method asks the tap's *visit* function what to do at each call; the nesting of the calls gives each its
path. Layers are never wrapped, rebuilt or changed, so nested, shared, subclassed, quantized and never-built models
are all the same to it. See docs/adr/0001-taps.md.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from gradcam_tf.lazy import keras, tf

__all__ = ["Site", "Visit", "Walk", "called", "tapping", "with_activation"]


@dataclass(frozen=True, slots=True)
class Site:
    """One call of one operation, as a visit function sees it.

    Attributes:
        operation: the layer (or bare Keras operation) that is called.
        path: the names of the calls it is nested in, the model's own left out: ``"backbone/conv1"``; the model: ``""``.
        index: how many calls of that path came before.
        depth: how many calls it is nested in; the model: 0.
        order: how many calls had begun before it.
        args, kwargs: what it is called with.
    """

    operation: Any
    path: str
    index: int
    depth: int
    order: int
    args: tuple
    kwargs: dict

    @property
    def key(self) -> tuple[str, int]:
        return self.path, self.index


Visit = Callable[[Site, Callable[..., Any]], Any]
"""Given a site and a function that runs the call (or another site in its place, if it is given one), returns what the
call shall return."""


class Walk:
    """The walk of one thread through one run of a model."""

    def __init__(self, visit: Visit):
        self.begun = 0
        self._visit = visit
        self._names: list[str] = []
        self._seen: Counter[str] = Counter()
        self._eager = tf.executing_eagerly()
        self._graph = None if self._eager else tf.compat.v1.get_default_graph()

    def is_here(self, args: tuple, kwargs: dict) -> bool:
        """Whether a call belongs to this run.

        A layer that builds itself runs in a scratch graph, and loop bodies run in graphs of their own: tensors from
        there are of no use outside.
        """
        if self._eager != tf.executing_eagerly():
            return False
        if not self._eager and tf.compat.v1.get_default_graph() is not self._graph:
            return False
        return not any(isinstance(x, keras.KerasTensor) for x in keras.tree.flatten((args, kwargs)))

    def enter(self, operation: Any, args: tuple, kwargs: dict) -> Any:
        path = "/".join([*self._names[1:], operation.name]) if self._names else ""
        site = Site(operation, path, self._seen[path], len(self._names), self.begun, args, kwargs)
        self._seen[path] += 1
        self.begun += 1
        return self._visit(site, lambda instead=site: self._run(instead))

    def _run(self, site: Site) -> Any:
        self._names.append(site.operation.name)
        try:
            return _plain_call(site.operation, site.args, site.kwargs)
        finally:
            self._names.pop()


def _plain_call(operation: Any, args: tuple, kwargs: dict) -> Any:
    """Run the call with its inner calls in sight.

    A ``tf.function`` hides them in a graph made earlier, rematerialisation in a custom gradient.
    """
    quantized = getattr(operation, "quantization_mode", None) is not None
    call = operation.quantized_call if quantized else operation.call
    traced = getattr(call, "python_function", None)
    if traced is not None:
        return (traced if tf.executing_eagerly() else tf.autograph.to_graph(traced))(*args, **kwargs)
    if getattr(operation, "_remat_mode", None):
        return call(*args, **kwargs)
    return _original_call(operation, *args, **kwargs)


_current = threading.local()
_lock = threading.Lock()
_open_taps = 0
_original_call: Callable[..., Any]


def _tapped_call(operation: Any, *args: Any, **kwargs: Any) -> Any:
    walk: Walk | None = getattr(_current, "walk", None)
    if walk is None or not walk.is_here(args, kwargs):
        return _original_call(operation, *args, **kwargs)
    return walk.enter(operation, args, kwargs)


@contextmanager
def tapping(visit: Visit) -> Iterator[Walk]:
    """Send every call of this thread through ``visit`` until the block ends, however it ends.

    Args:
        visit: called at each call with its :class:`Site` and a function that runs it; what it returns takes the place
            of the call's output.

    Yields:
        The walk, whose ``begun`` counts the calls.
    """
    outer = getattr(_current, "walk", None)
    _install()
    try:
        _current.walk = walk = Walk(visit)
        yield walk
    finally:
        _current.walk = outer
        _uninstall()


def _install() -> None:
    global _open_taps, _original_call
    with _lock:
        if _open_taps == 0:
            _original_call = keras.Operation.__call__
            keras.Operation.__call__ = _tapped_call
        _open_taps += 1


def _uninstall() -> None:
    global _open_taps
    with _lock:
        _open_taps -= 1
        if _open_taps == 0:
            keras.Operation.__call__ = _original_call


def with_activation(site: Site, activation: Callable[[Any], Any]) -> Site:
    """The same call of a layer with another activation function.

    A stand-in that shares all of the layer's attributes but the activation takes its place, so that neither the layer
    nor another thread that uses it sees a change.
    """
    layer = site.operation
    stand_in = object.__new__(type(layer))
    stand_in.__dict__.update(layer.__dict__)
    stand_in.__dict__["activation"] = activation
    return replace(site, operation=stand_in)


def called(site: Site) -> Any:
    """What a call returns; nothing inside it is seen."""
    return _plain_call_of(site.operation)(*site.args, **site.kwargs)


def _plain_call_of(layer: Any) -> Callable[..., Any]:
    return layer.quantized_call if getattr(layer, "quantization_mode", None) is not None else layer.call
