"""The one list of methods, and of wrappers around them: command line, window, documentation and tests read it."""

from __future__ import annotations

import difflib
import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast

from gradcam_tf.composition import Written, read
from gradcam_tf.errors import MethodError
from gradcam_tf.lazy import tf
from gradcam_tf.method import NEEDS, SEAMS, SERIES, Method, Place, Variation, Wrapper, wrapped

__all__ = [
    "NEEDS",
    "SEAMS",
    "SERIES",
    "Method",
    "Place",
    "Variation",
    "Wrapper",
    "fitting",
    "get",
    "method",
    "methods",
    "summed",
    "wrap",
    "wrapper",
    "wrappers",
]

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")
_methods: dict[str, Method] = {}
_wrappers: dict[str, Wrapper] = {}


def method(
    *,
    name: str,
    title: str,
    paper: str,
    cost: str,
    at: Place = "layer",
    map_at: Place | None = None,
    numbers: tuple[str, ...] = (),
) -> Callable[[F], F]:
    """Enter a function into the registry.

    Its positional parameters are its needs, its keyword-only parameters its settings, its docstring's first line its
    summary, and ``GROUP`` and ``PEAK`` in its module its group and peak.

    Args:
        name, title, paper, cost: as in :class:`Method`.
        at: what its activations are.
        map_at: where its map lies; by default where its activations are.
        numbers: as in :class:`Method`.

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
        module = inspect.unwrap(function).__globals__
        group, peak = module.get("GROUP", "Others"), module.get("PEAK", 100)
        entry = Method(name, title, summary, paper, cost, group, at, map_at or at, needs, settings, function)
        parts = getattr(function, "contributions", None)
        _methods[name] = replace(entry, contributions=parts, numbers=numbers, peak=peak)
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


def wrapper(*, name: str, title: str, paper: str, cost: str) -> Callable[[F], F]:
    """Enter a function into the registry as a wrapper.

    Its first parameter says where it acts, one of :data:`SEAMS`, its keyword-only parameters are its settings, its
    docstring's first line is its summary. At the seam ``inputs`` it returns a list of :data:`Variation`.

    Args:
        name, title, paper, cost: as in :class:`Wrapper`.

    Raises:
        ValueError: when the function is defined, if there is no such seam or the name is taken.
    """

    def enter(function: F) -> F:
        parameters = inspect.signature(function).parameters.values()
        seam = next(p.name for p in parameters)
        settings = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
        if seam not in SEAMS:
            raise ValueError(f"wrapper {name!r} works on {seam!r}; there is only {sorted(SEAMS)}")
        if name in _wrappers or name in _methods:
            raise ValueError(f"two methods or wrappers are called {name!r}")
        summary = (inspect.getdoc(function) or "").split("\n")[0].rstrip(".")
        _wrappers[name] = Wrapper(name, title, summary, paper, cost, seam, settings, function)
        return function

    return enter


def wrap(around: Wrapper, inner: Method) -> Method:
    """Method in, method out.

    Raises:
        MethodError: if the wrapper cannot be around this method.
    """
    where = f"method '{around.name}({inner.name})'"
    if around.name in (one.name for one in inner.chain):
        raise MethodError("the same wrapper stands twice", where=where, remedy="Once is enough.")
    if around.seam == "heatmaps" and (inner.at == "input" or inner.layers is not None):
        raise MethodError("there are no layers to fuse", where=where, remedy="Fuse a method that works on a layer.")
    sums = inner.contributions is not None and not inner.by_runs
    if around.seam == "contributions" and not sums:
        able = ", ".join(one.name for one in methods().values() if one.contributions is not None)
        what = "does not sum the contributions of channels"
        raise MethodError(what, where=f"method {inner.name!r}", remedy=f"These do: {able}.")
    return wrapped(around, inner)


def methods() -> dict[str, Method]:
    """All methods by name, in the order of their modules."""
    _load()
    # A module may have been loaded before the others.
    return dict(sorted(_methods.items(), key=lambda item: inspect.unwrap(item[1].function).__module__))


def wrappers() -> dict[str, Wrapper]:
    """All that can be put around a method, by name."""
    _load()
    return dict(_wrappers)


@functools.cache
def _load() -> None:
    package = importlib.import_module("gradcam_tf.methods")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")


def fitting(at: Place) -> list[str]:
    """The names of the methods that work on this."""
    return [one.name for one in methods().values() if one.at == at]


def get(text: str) -> Method:
    """The method of this name, or as it is written with wrappers and settings: ``"smoothed(gradcam, samples=4)"``.

    Raises:
        MethodError: if it cannot be read, or there is none; the nearest names are listed.
    """
    _load()
    return _methods.get(text) or _built(read(text))


def _built(written: Written) -> Method:
    if written.inner is None:
        found = _named(written.name, methods(), "method")
        return found.configured(written.settings) if written.settings else found
    inner = _built(written.inner)
    made = wrap(_named(written.name, wrappers(), "wrapper"), inner)
    return made.configured({f"{written.name}.{key}": value for key, value in written.settings.items()})


def _named(name: str, known: Mapping[str, T], kind: str) -> T:
    if name in known:
        return known[name]
    if kind == "method" and name in wrappers():
        raise MethodError("is put around a method", where=f"wrapper {name!r}", remedy=f"Write {name}(gradcam).")
    close = difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.3)
    nearest = f"Nearest: {', '.join(close)}." if close else "`gradcam-tf methods` lists them all."
    remedy = nearest if kind == "method" else f"There is: {', '.join(known)}."
    raise MethodError(f"there is no {kind} of this name", where=f"{kind} {name!r}", remedy=remedy)
