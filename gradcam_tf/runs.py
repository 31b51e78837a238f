"""A wrapped method: its runs, on variations of the input and at several layers, and what their maps have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradcam_tf import maps
from gradcam_tf.progress import part, report
from gradcam_tf.records import Uncertainty
from gradcam_tf.registry import Method

__all__ = ["Mean", "map_of_runs"]

Maps = tuple[np.ndarray, ...]
"""One for each layer, float32 (N, *grid)."""
Ask = Callable[[Method, np.ndarray], Maps]
"""The maps of a method that no wrapper runs, for some input, float32 (N, *size, channels)."""


class Mean:
    """The mean and spread of maps that come one after another, none of which is kept; of equal maps exactly these."""

    def __init__(self) -> None:
        self.runs = 0
        self._mean: Any = 0.0
        self._squares: Any = 0.0

    def add(self, run: np.ndarray) -> None:
        """Welford's update: the sum of squares never loses digits to a large mean."""
        self.runs += 1
        with np.errstate(invalid="ignore", over="ignore"):
            before = run.astype(np.float64) - self._mean
            self._mean = self._mean + before / self.runs
            self._squares = self._squares + before * (run - self._mean)

    @property
    def mean(self) -> np.ndarray:
        return np.asarray(self._mean, np.float32)

    @property
    def uncertainty(self) -> Uncertainty | None:
        """None of a single run."""
        if self.runs < 2:
            return None
        std, size = np.sqrt(self._squares / self.runs), np.abs(self._mean)
        alone = np.where(std > 0, np.inf, std)
        cv = np.divide(std, size, out=alone, where=size > 0)
        return Uncertainty(std.astype(np.float32), cv.astype(np.float32), self.runs)


def map_of_runs(method: Method, inputs: np.ndarray, ask: Ask) -> tuple[Maps, tuple[Uncertainty | None, ...]]:
    """The mean of a wrapped method's runs, and how much they differ, for each layer.

    Args:
        method: wrapped.
        inputs: x, float32 (N, *size, channels).
        ask: gives the maps of the method inside.
    """
    means: list[Mean] = []
    _run(method, inputs, ask, lambda run: _add(means, run))
    return tuple(one.mean for one in means), tuple(one.uncertainty for one in means)


def _add(means: list[Mean], run: Maps) -> None:
    means.extend(Mean() for _ in run[len(means) :])
    for mean, one in zip(means, run, strict=True):
        mean.add(one)


def _run(method: Method, inputs: np.ndarray, ask: Ask, take: Callable[[Maps], None]) -> None:
    """Hand over the maps of each run, put back where they belong."""
    around, inner = method.wrapper, method.inner
    if around is None or inner is None or not method.by_runs:
        take(ask(method, inputs))
        report(1, 1)
    elif around.seam == "inputs":
        variations = around.function(inputs)
        for i, (vary, back) in enumerate(variations):
            with part(i, len(variations)):
                _run(inner, vary(), ask, lambda run, back=back: take(tuple(back(one) for one in run)))  # type: ignore[misc]
    elif around.seam == "heatmaps":
        of_layers, _ = map_of_runs(inner, inputs, ask)
        take((around.function([maps.heatmap(one, inputs.shape[1:-1]) for one in of_layers]),))
    else:
        _run(inner, inputs, ask, take)
