"""The one list of methods, which the command line, the window, the documentation and the contract test read."""

from __future__ import annotations

import difflib
import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar, cast

from gradcam_tf.errors import MethodError
from gradcam_tf.lazy import tf

__all__ = ["NEEDS", "SERIES", "Method", "Place", "fitting", "get", "method", "methods", "summed"]

NEEDS: dict[str, str] = {
    "activations": "A, the chosen layer's output, or the model's input: float32 (N, *grid, channels)",
    "gradients": "dy/dA, the gradient of each image's score: float32 (N, *grid, channels)",
    "curvature": "H A, the score's Hessian with respect to A, times A: float32 (N, *grid, channels)",
    "scores": "y, each image's explained score: float32 (N,)",
    "outputs": "the model's output before softmax or sigmoid: float32 (N, classes)",
    "pull_back": "function: weights v (N, classes) -> the gradient of sum_c v_c outputs_c with respect to A",
    "inputs": "x, the model's input: float32 (N, *size, channels)",
}
"""What a method can ask for, by the name of its parameter; with :data:`SERIES`."""

SERIES: dict[str, str] = {
    "scores_of": "series: variations of A -> their scores (M,)",
    "outputs_of": "series: variations of A -> the model's outputs before softmax or sigmoid (M, classes)",
    "gradients_of": "series: variations of A -> dy/dA at each (M, *grid, channels)",
    "scores_of_inputs": "series: variations of x -> their scores (M,)",
    "passes_of_inputs": "series: variations of x -> A and dy/dA at each, (M, *grid, channels) both",
}
"""Needs that are functions ``series(count, make)``: ``make(start, stop)`` gives the variations from start to stop, and
the series yields what they lead to, chunk by chunk. A method with such a need is run for one image at a time."""

Place = Literal["layer", "input"]
"""What A is: the chosen layer's output, or the model's input."""
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Method:
    """A way to make a map, and what is to be known about it.

    Attributes:
        name: what the user types, such as ``"gradcam"``.
        title: what the user reads, such as ``"Grad-CAM"``.
        summary: one line: what its map shows.
        paper: authors, title, year and arXiv number.
        cost: in words, such as ``"1 forward pass and the head's gradient"``.
        group: what kind of method it is, in words; the ``GROUP`` of its module.
        at: what its activations are: those of the chosen layer, or the model's input.
        map_at: where its map lies: on the layer's grid or the input's.
        needs: what it is given, keys of :data:`NEEDS` or :data:`SERIES`.
        settings: its own parameters and their defaults.
        function: the pure function of needs and settings; returns the signed map, float32 (N, *grid).
        contributions: the same before its channels are summed, float32 (N, *grid, channels); None if it is no sum.
    """

    name: str
    title: str
    summary: str
    paper: str
    cost: str
    group: str
    at: Place
    map_at: Place
    needs: tuple[str, ...]
    settings: Mapping[str, Any]
    function: Callable[..., Any]
    contributions: Callable[..., Any] | None = None

    @property
    def key(self) -> Hashable:
        """Equal for methods that compute the same."""
        return self.name, tuple(sorted(self.settings.items()))

    @property
    def by_series(self) -> bool:
        """Whether it runs many variations of an image through the model."""
        return any(need in SERIES for need in self.needs)

    def configured(self, settings: Mapping[str, Any]) -> Method:
        """The same with some settings changed.

        Raises:
            MethodError: if it has no such setting.
        """
        for name in settings:
            if name not in self.settings:
                known = ", ".join(self.settings) or "none"
                raise MethodError(f"has no setting {name!r}", where=f"method {self.name!r}", remedy=f"It has: {known}.")
        merged = {**self.settings, **settings}
        parts = self.contributions and functools.partial(self.contributions, **merged)
        function = functools.partial(self.function, **merged)
        return replace(self, settings=merged, function=function, contributions=parts)


_methods: dict[str, Method] = {}


def method(
    *, name: str, title: str, paper: str, cost: str, at: Place = "layer", map_at: Place | None = None
) -> Callable[[F], F]:
    """Enter a function into the registry.

    Its positional parameters are its needs, its keyword-only parameters its settings, its docstring's first line its
    summary, and ``GROUP`` in its module its group.

    Args:
        name, title, paper, cost: as in :class:`Method`.
        at: what its activations are.
        map_at: where its map lies; by default where its activations are.

    Raises:
        ValueError: when the function is defined, if it asks for something unknown or the name is taken.
    """

    def enter(function: F) -> F:
        parameters = inspect.signature(function).parameters.values()
        needs = tuple(p.name for p in parameters if p.kind is not p.KEYWORD_ONLY)
        settings = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
        if unknown := set(needs) - set(NEEDS) - set(SERIES):
            raise ValueError(f"method {name!r} needs {sorted(unknown)}; there is only {sorted(NEEDS | SERIES)}")
        if name in _methods:
            raise ValueError(f"two methods are called {name!r}")
        summary = (inspect.getdoc(function) or "").split("\n")[0].rstrip(".")
        group = inspect.unwrap(function).__globals__.get("GROUP", "Others")
        entry = Method(name, title, summary, paper, cost, group, at, map_at or at, needs, settings, function)
        _methods[name] = replace(entry, contributions=getattr(function, "contributions", None))
        return function

    return enter


def summed(contributions: F) -> F:
    """The method whose map is the sum over the channels of what a function returns, (N, *grid, channels).

    Stands under :func:`method`; the function itself is kept as the method's ``contributions``.
    """

    @functools.wraps(contributions)
    def map_(*needs: Any, **settings: Any) -> Any:
        return tf.reduce_sum(contributions(*needs, **settings), axis=-1)

    map_.contributions = contributions  # type: ignore[attr-defined]
    return cast(F, map_)


def methods() -> dict[str, Method]:
    """All methods by name, in the order of their modules."""
    package = importlib.import_module("gradcam_tf.methods")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return dict(_methods)


def fitting(at: Place) -> list[str]:
    """The names of the methods that work on this."""
    return [one.name for one in methods().values() if one.at == at]


def get(name: str) -> Method:
    """The method of this name.

    Raises:
        MethodError: if there is none; the nearest names are listed.
    """
    known = methods()
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.3)
    remedy = f"Nearest: {', '.join(close)}." if close else "`gradcam-tf methods` lists them all."
    raise MethodError("there is no method of this name", where=f"method {name!r}", remedy=remedy)
