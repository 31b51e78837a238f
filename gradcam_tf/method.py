"""What a method is, and a wrapper: what it needs, which settings it has, what it becomes inside another one."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import Any, Literal

from gradcam_tf.errors import MethodError

__all__ = ["NEEDS", "SEAMS", "SERIES", "Method", "Place", "Variation", "Wrapper", "wrapped"]

NEEDS: dict[str, str] = {
    "activations": "A, the chosen layer's output, or the model's input: float32 (N, *grid, channels)",
    "gradients": "dy/dA, the gradient of each image's score: float32 (N, *grid, channels)",
    "curvature": "H A, the score's Hessian with respect to A, times A: float32 (N, *grid, channels)",
    "scores": "y, each image's explained score: float32 (N,)",
    "outputs": "the model's output before softmax or sigmoid: float32 (N, classes)",
    "pull_back": "function: weights v (N, classes) -> the gradient of sum_c v_c outputs_c with respect to A",
    "inputs": "x, the model's input: float32 (N, *size, channels)",
    "guided_gradients": "dy/dx with only what is positive let back through a ReLU: float32 (N, *size, channels)",
    "deconvolved_gradients": "the same, let back whether or not the ReLU was active: float32 (N, *size, channels)",
    "bias_gradients": "list: each bias b ⊙ dy/dz, z what it is added to: float32 (N, *grid, channels) or (N, channels)",
    "onto_input": "function: maps (N, *grid) -> the same resized to the input's places (N, *size)",
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
SEAMS: dict[str, str] = {
    "target": "what is explained: Target -> Target; with as_target, what turns a class or its name into a Target",
    "contributions": "what the method would sum over the channels, float32 (N, *grid, channels) -> the map (N, *grid)",
    "inputs": "x, float32 (N, *size, channels) -> the variations of x that the method is run on",
    "heatmaps": "those at the layers that the setting `layers` names or counts, float32 (N, *size) -> one of them all",
}
"""Where a wrapper acts, by the name of its first parameter, and what it makes of what."""
Place = Literal["layer", "input"]
"""What A is: the chosen layer's output, or the model's input."""
Variation = tuple[Callable[[], Any], Callable[[Any], Any]]
"""A function that gives a variation of x, float32 (N, *size, channels), and one that puts a map made of it back, in
NumPy: (N, *grid) -> (N, *grid)."""
KINDS: dict[Any, type] = {"bool": bool, "int": Integral, "float": Real, "str": str}
"""Annotations of settings that are checked, and what a value may be."""


@dataclass(frozen=True, slots=True)
class Wrapper:
    """What is put around a method to make another one.

    Attributes:
        name, title, summary, paper, cost: as for :class:`Method`.
        seam: where it acts, a key of :data:`SEAMS`.
        settings: its own parameters and their defaults.
        function: the pure function of its seam and settings.
    """

    name: str
    title: str
    summary: str
    paper: str
    cost: str
    seam: str
    settings: Mapping[str, Any]
    function: Callable[..., Any]

    def configured(self, settings: Mapping[str, Any]) -> Wrapper:
        """The same with some settings changed."""
        for name, value in settings.items():
            _check_setting(self.function, name, value, f"wrapper {self.name!r}")
        merged = {**self.settings, **settings}
        return replace(self, settings=merged, function=functools.partial(self.function, **merged))


@dataclass(frozen=True, slots=True)
class Method:
    """A way to make a map, and what is to be known about it.

    Attributes:
        name: what the user types, such as ``"gradcam"`` or ``"smoothed(gradcam)"``.
        title: what the user reads, such as ``"Grad-CAM"``.
        summary: one line: what its map shows.
        paper: authors, title, year and arXiv number.
        cost: in words, such as ``"1 forward pass and the head's gradient"``.
        group: what kind of method it is, in words; the ``GROUP`` of its module.
        at: what its activations are: those of the chosen layer, or the model's input.
        map_at: where its map lies: on the layer's grid or the input's.
        needs: what it is given, keys of :data:`NEEDS` or :data:`SERIES`.
        settings: its parameters and their defaults; those of a wrapper as ``"smoothed.samples"``.
        function: the pure function of needs and settings; returns the signed map, float32 (N, *grid), and behind it
            its numbers, if it has any.
        contributions: the same before its channels are summed, float32 (N, *grid, channels); None if it is no sum.
        wrapper: what is around it, outermost; None for a method of the registry.
        inner: what that is around.
        numbers: the names of the numbers it tells besides the map, float32 (N,) each.
        peak: the percentile of its map that is full heat, the ``PEAK`` of its module; 100 is the largest value.
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
    wrapper: Wrapper | None = None
    inner: Method | None = None
    numbers: tuple[str, ...] = ()
    peak: float = 100

    @property
    def full_heat(self) -> str:
        """What 1 of its heatmaps stands for, in words."""
        return self.full()

    def full(self, signed: bool = False) -> str:
        """What 1 of its heatmaps, or of its signed maps, stands for, in words."""
        if self.peak == 100:
            return "its own largest absolute value" if signed else "its own maximum"
        return f"the {self.peak:g}th percentile of its {'absolute ' if signed else ''}values"

    @property
    def key(self) -> Hashable:
        """Equal for methods that compute the same."""
        return self.name, tuple(sorted((name, repr(value)) for name, value in self.settings.items()))

    @property
    def chain(self) -> tuple[Wrapper, ...]:
        """The wrappers around it, outermost first."""
        return () if self.wrapper is None or self.inner is None else (self.wrapper, *self.inner.chain)

    @property
    def by_runs(self) -> bool:
        """Whether a wrapper runs it on several inputs or at several layers."""
        return any(one.seam in ("inputs", "heatmaps") for one in self.chain)

    @property
    def by_series(self) -> bool:
        """Whether it runs many variations of an image through the model."""
        return self.by_runs or any(need in SERIES for need in self.needs)

    @property
    def layers(self) -> Any:
        """How many layers it fuses, or their names; None if it works at one."""
        return next((one.settings["layers"] for one in self.chain if one.seam == "heatmaps"), None)

    def asked(self, target: Any, as_target: Callable[[Any], Any]) -> Any:
        """The target that is explained when it is asked for this one; the outermost wrapper turns it first."""
        for one in self.chain:
            if one.seam == "target":
                target = one.function(target, as_target)
        return target

    def run(self, *given: Any) -> tuple[Any, ...]:
        """The map, and its numbers in their order."""
        found = self.function(*given)
        return found if self.numbers else (found,)

    def configured(self, settings: Mapping[str, Any]) -> Method:
        """The same with some settings changed.

        Raises:
            MethodError: if it has no such setting.
        """
        return self._configured({self._full(name): value for name, value in settings.items()})

    def _configured(self, settings: Mapping[str, Any]) -> Method:
        if self.wrapper is None or self.inner is None:
            for name, value in settings.items():
                _check_setting(self.function, name, value, f"method {self.name!r}")
            merged = {**self.settings, **settings}
            parts = self.contributions and functools.partial(self.contributions, **merged)
            function = functools.partial(self.function, **merged)
            return replace(self, settings=merged, function=function, contributions=parts)
        own = f"{self.wrapper.name}."
        mine = {name.removeprefix(own): value for name, value in settings.items() if name.startswith(own)}
        others = {name: value for name, value in settings.items() if not name.startswith(own)}
        return wrapped(self.wrapper.configured(mine), self.inner._configured(others))

    def _full(self, setting: str) -> str:
        """The name among the settings of one that was given with or without the name of its wrapper or method."""
        base = re.sub(r".*\(|\)", "", self.name)
        found = {name if "." in name else f"{base}.{name}": name for name in self.settings}
        alike = [name for name in found if setting in (name, name.rpartition(".")[2])]
        if len(alike) == 1:
            return found[alike[0]]
        what = f"several settings are called {setting!r}" if alike else f"has no setting {setting!r}"
        known = ", ".join(alike or self.settings) or "none"
        raise MethodError(what, where=f"method {self.name!r}", remedy=f"It has: {known}.")


def wrapped(around: Wrapper, inner: Method) -> Method:
    """Method in, method out."""
    return replace(
        inner,
        name=f"{around.name}({inner.name})",
        title=f"{around.title} of {inner.title}",
        summary=f"{around.summary}: {inner.summary}",
        paper=f"{inner.paper}; {around.paper}",
        cost=f"{around.cost}, each: {inner.cost}" if around.seam in ("inputs", "heatmaps") else inner.cost,
        map_at="input" if around.seam == "heatmaps" else inner.map_at,
        settings={**inner.settings, **{f"{around.name}.{name}": value for name, value in around.settings.items()}},
        wrapper=around,
        inner=inner,
        numbers=inner.numbers if around.seam in ("target", "heatmaps") else (),
        **_reduced(around, inner),
    )


def _reduced(around: Wrapper, inner: Method) -> dict[str, Any]:
    """The function of a method whose contributions a wrapper makes a map of; else it stays."""
    parts = inner.contributions
    if around.seam != "contributions" or parts is None:
        return {}
    return {"function": lambda *needs: around.function(parts(*needs)), "contributions": None}


def _check_setting(function: Callable[..., Any], name: str, value: Any, where: str) -> None:
    """A MethodError if a number was wanted and a word given, say; what a range allows only the method itself knows."""
    wanted = inspect.signature(function).parameters[name].annotation
    kind = KINDS.get(wanted)
    if kind and (not isinstance(value, kind) or (isinstance(value, bool) and wanted != "bool")):
        raise MethodError(f"is {value!r}, not of the kind {wanted}", where=f"setting {name!r} of {where}")
