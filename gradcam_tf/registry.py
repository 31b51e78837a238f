"""The one list of methods, which the command line, the window, the documentation and the contract test read."""

from __future__ import annotations

import difflib
import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from gradcam_tf.errors import MethodError

__all__ = ["NEEDS", "Method", "get", "method", "methods"]

NEEDS: dict[str, str] = {
    "activations": "A, the chosen layer's output: float32 (N, *grid, channels)",
    "gradients": "dy/dA, the gradient of each image's score: float32 (N, *grid, channels)",
}
"""What a method can ask for, by the name of its parameter."""

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
        needs: the names of the tensors it is given, keys of :data:`NEEDS`.
        settings: its own parameters and their defaults.
        function: the pure function of needs and settings; returns the signed map, float32 (N, *grid).
    """

    name: str
    title: str
    summary: str
    paper: str
    cost: str
    needs: tuple[str, ...]
    settings: Mapping[str, Any]
    function: Callable[..., Any]

    @property
    def key(self) -> Hashable:
        """Equal for methods that compute the same."""
        return self.name, tuple(sorted(self.settings.items()))

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
        return replace(self, settings=merged, function=functools.partial(self.function, **merged))


_methods: dict[str, Method] = {}


def method(*, name: str, title: str, paper: str, cost: str) -> Callable[[F], F]:
    """Enter a function into the registry.

    Its positional parameters are its needs, its keyword-only parameters its settings, its docstring's first line its
    summary.

    Raises:
        ValueError: when the function is defined, if it asks for something unknown or the name is taken.
    """

    def enter(function: F) -> F:
        parameters = inspect.signature(function).parameters.values()
        needs = tuple(p.name for p in parameters if p.kind is not p.KEYWORD_ONLY)
        settings = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
        if unknown := set(needs) - set(NEEDS):
            raise ValueError(f"method {name!r} needs {sorted(unknown)}; there is only {sorted(NEEDS)}")
        if name in _methods:
            raise ValueError(f"two methods are called {name!r}")
        summary = (inspect.getdoc(function) or "").split("\n")[0].rstrip(".")
        _methods[name] = Method(name, title, summary, paper, cost, needs, settings, function)
        return function

    return enter


def methods() -> dict[str, Method]:
    """All methods by name, in the order of their modules."""
    package = importlib.import_module("gradcam_tf.methods")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return dict(_methods)


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
