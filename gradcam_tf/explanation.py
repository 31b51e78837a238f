"""What came out: the maps of a batch of images, with all that was chosen on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from gradcam_tf import confinement, figure, maps, registry, render
from gradcam_tf.errors import GradcamError
from gradcam_tf.export import write_explanation
from gradcam_tf.inputs import Subject
from gradcam_tf.placement import map_to_photo
from gradcam_tf.provenance import ModelIdentity, versions
from gradcam_tf.records import STATUS_REASONS, Explained, LayerChoice, Preprocessing, Run, Status, Uncertainty

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Explanation", "join"]

MOST_SHOWN = 8
"""Overlays shown side by side in a notebook."""


@dataclass(frozen=True, eq=False)
class Explanation:
    """Maps of N images.

    Attributes:
        raw: float32 (N, *grid), the method's signed map on the layer's grid, before ReLU.
        heatmap: float32 (N, *size), ReLU, resized to the input, each scaled to [0, 1] by its own maximum; of pixel
            gradients, whose few highest values stand far above the others, by its 99th percentile.
        scores: float32 (N,), the explained score.
        predictions: the model's output, float32 (N, …).
        status: one word per image: ``"ok"``; why its heatmap is empty: ``"negative"``, ``"zero"``, ``"nonfinite"``; or
            ``"truncated"``: the heatmap is of a photo of which a part is missing.
        layer: the layer, and why it.
        method: the method's name, wrappers included; ``settings``: its parameters.
        target: what was explained, one per image.
        activation: the model's last activation where it is softmax or sigmoid, else None.
        output: the name of the output explained; empty if the model has but one.
        subjects: the images.
        preprocessing: what was done to photos; None if the caller gave model input.
        run: how it was computed.
        model: which model it was.
        uncertainty: how much the runs differ, if the method runs on several variations of an image; else None.
        numbers: what the method tells besides the map, float32 (N,) each: ``"completeness_gap"``, how far its
            attributions are from adding up to what they explain.

    An explanation of several images can be indexed, sliced and iterated over; each part is an Explanation.
    """

    raw: np.ndarray
    heatmap: np.ndarray
    scores: np.ndarray
    predictions: np.ndarray
    status: tuple[Status, ...]
    layer: LayerChoice
    method: str
    settings: Mapping[str, Any]
    target: tuple[Explained, ...]
    activation: str | None
    output: str
    subjects: tuple[Subject, ...]
    preprocessing: Preprocessing | None
    run: Run
    model: ModelIdentity
    uncertainty: Uncertainty | None = None
    numbers: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.raw)

    def __getitem__(self, index: int | slice) -> Explanation:
        if not isinstance(index, slice):
            index = range(len(self))[index]
            index = slice(index, index + 1)
        per_image = ("raw", "heatmap", "scores", "predictions", "status", "target", "subjects")
        spread = self.uncertainty and replace(
            self.uncertainty, std=self.uncertainty.std[index], cv=self.uncertainty.cv[index]
        )
        numbers = {name: values[index] for name, values in self.numbers.items()}
        return replace(
            self, uncertainty=spread, numbers=numbers, **{name: getattr(self, name)[index] for name in per_image}
        )

    def __iter__(self) -> Iterator[Explanation]:
        return (self[i] for i in range(len(self)))

    @property
    def reasons(self) -> tuple[str, ...]:
        """For each image why its heatmap is empty or doubtful, in words; an empty string where it is not."""
        return tuple(STATUS_REASONS[one] for one in self.status)

    @property
    def _method(self) -> registry.Method:
        return registry.get(self.method)

    @property
    def signed(self) -> np.ndarray:
        """float32, as the heatmap, but before ReLU and in [-1, 1]: below 0 is what speaks against the target.

        Scaled as the heatmap is, by the largest absolute value or, of pixel gradients, by their 99th percentile.
        """
        size = self.heatmap.shape[1:]
        finite = np.array([one != "nonfinite" for one in self.status]).reshape(-1, *[1] * len(size))
        raw = np.where(finite, self.raw, 0)
        return maps.scale_signed(raw if raw.shape[1:] == size else maps.resize(raw, size), self._method.peak)

    @property
    def probabilities(self) -> np.ndarray:
        """float32 (N,): the model's probability of the explained class; NaN where it gives none."""
        return np.array([self._probability(i) for i in range(len(self))], np.float32)

    def _probability(self, i: int) -> float:
        target, row = self.target[i], self.predictions[i]
        if target.kind == "sigmoid" and self.activation == "sigmoid":
            # Of the side explained: the score of "not this class" is the negative logit, or 1 - p.
            score = np.float64(self.scores[i])
            return float(score if target.space == "probability" else 1 / (1 + np.exp(-score)))
        index = target.index
        known = self.activation is not None and index is not None and row.ndim <= 1
        return float(row.flat[index]) if known else float("nan")

    @property
    def provenance(self) -> tuple[dict, ...]:
        """For each image all that is needed to make its map again, ready for JSON."""
        return tuple(self._provenance(i) for i in range(len(self)))

    @cached_property
    def results(self) -> tuple[dict, ...]:
        """For each image its status and numbers, ready for JSON: None where there is no number."""
        return tuple(self._result(i) for i in range(len(self)))

    def _result(self, i: int) -> dict:
        return {
            "status": self.status[i],
            "reason": self.reasons[i],
            "score": _number(self.scores[i]),
            "probability": _number(self._probability(i)),
            "highest": _number(self.raw[i].max()),
            "lowest": _number(self.raw[i].min()),
            "full_heat": _number(maps.peaks(maps.relu(self.raw[i : i + 1]), self._method.peak)[0]),
            "full_signed": _number(maps.peaks(np.abs(self.raw[i : i + 1]), self._method.peak)[0]),
        } | self._told(i)

    def _told(self, i: int) -> dict:
        """What only some methods tell."""
        told: dict[str, Any] = {name: _number(values[i]) for name, values in self.numbers.items()}
        return told if self.uncertainty is None else told | {"uncertainty": self._uncertainty(self.uncertainty, i)}

    def _uncertainty(self, spread: Uncertainty, i: int) -> dict:
        """Over the whole map: its mean, and that over the mean size of the map."""
        std, size = float(spread.std[i].mean()), float(np.abs(self.raw[i]).mean())
        return {"runs": spread.runs, "std": _number(std), "cv": _number(std / size) if size else None}

    def _provenance(self, i: int) -> dict:
        call, target, subject, method = self.layer.call, self.target[i], self.subjects[i], self._method
        return {
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "image": subject.as_dict(),
            "model": self.model.as_dict(),
            "layer": {
                "name": self.layer.name,
                "kind": call.kind,
                "shape": list(call.shape[1:]),
                "grid": list(self.layer.grid),
                "reason": self.layer.reason,
            },
            "output": self.output,
            "method": {
                "name": method.name,
                "title": method.title,
                "paper": method.paper,
                "settings": {name: _plain(value) for name, value in self.settings.items()},
            },
            "target": _as_dict(target),
            "result": dict(self.results[i]),
            "preprocessing": None if self.preprocessing is None else _as_dict(self.preprocessing),
            "fit": None if subject.placement is None else _as_dict(subject.placement),
            "run": _as_dict(self.run),
            "versions": versions(),
            "confinement": None if (held := confinement.current()) is None else str(held),
        }

    def heat(self, *, signed: bool = False, size: tuple[int, int] | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The heat on the picture at the picture's own resolution; of one image.

        Args:
            signed: of :attr:`signed` instead of :attr:`heatmap`.
            size: height and width instead of the picture's own.

        Returns:
            float32 (height, width) in [0, 1], or in [-1, 1] if signed; and bool (height, width): where the model saw
            the picture.
        """
        self._check_one("heat")
        subject, shown = self.subjects[0], self.signed if signed else self.heatmap
        if shown.ndim != 3:
            raise GradcamError(f"a map with {shown.ndim - 1} axes cannot be drawn over a picture")
        if subject.placement is None:
            same = size is None or size == shown.shape[1:]
            heat = (shown if same else maps.resize(shown, size or ()))[0]
            return heat, np.ones(heat.shape, bool)
        heat, seen = map_to_photo(shown[0], subject.placement, size)
        return np.clip(heat, -1 if signed else 0, 1, out=heat), seen

    def overlay(
        self,
        *,
        opacity: float = render.OPACITY,
        colormap: str = render.COLORMAP,
        threshold: float = 0.0,
        signed: bool = False,
    ) -> Image.Image:
        """The heat over the picture, at the picture's own resolution; of one image.

        A map in which there is nothing to see says why along the lower edge, where the picture is large enough.

        Args:
            opacity: of the heat's colour at its strongest, 0 to 1.
            colormap: a name matplotlib knows.
            threshold: heat below is not drawn, 0 to 1.
            signed: draw what speaks against the target too, in a diverging colormap.

        Raises:
            GradcamError: if there are several images (choose one: ``explanation[0]``), or no such colormap.
        """
        return self.drawn(render.Look(opacity, colormap, threshold, signed))

    def drawn(self, look: render.Look) -> Image.Image:
        """The overlay in one look; see :meth:`overlay`."""
        self._check_one("overlay")
        heat, seen = self.heat(signed=look.signed)
        return render.overlay(self.subjects[0].image, heat, seen, look, self.blank(look))

    def blank(self, look: render.Look) -> str:
        """Why there is nothing to see of one image in this look, in words; empty if there is."""
        status = self.status[0]
        return self.reasons[0] if status in ("zero", "nonfinite") or (status == "negative" and not look.signed) else ""

    def save(self, path: Any, *, overwrite: bool = False) -> None:
        """Write the maps to a file: ``.npz`` holds the numbers of all images, ``.png`` the overlay of one.

        Args:
            path: where to.
            overwrite: replace a file that is there.

        Raises:
            OutputError: if it exists, cannot be written, or has another ending.
        """
        write_explanation(self, path, overwrite=overwrite)

    def plot(
        self,
        *,
        opacity: float = render.OPACITY,
        colormap: str = render.COLORMAP,
        threshold: float = 0.0,
        signed: bool = False,
    ) -> Figure:
        """Draw image, heatmap and overlay of each image, with a colour bar; a matplotlib figure.

        Args:
            opacity, colormap, threshold, signed: as for :meth:`overlay`.
        """
        from matplotlib import pyplot

        return figure.draw(pyplot.figure(), self, render.Look(opacity, colormap, threshold, signed))

    @property
    def method_title(self) -> str:
        """The method's name for people."""
        return self._method.title

    def full_heat(self, look: render.Look) -> str:
        """What 1 stands for in each map in this look, in words."""
        return self._method.full(look.signed)

    @property
    def title(self) -> str:
        """What was explained of one image, for people: ``"Egyptian cat, 77 %"``."""
        self._check_one("title")
        probability = self._probability(0)
        return self.target[0].title + ("" if np.isnan(probability) else f", {probability:.0%}".replace("%", " %"))

    def _repr_png_(self) -> bytes | None:
        if self.heatmap.ndim != 3:
            return None
        picture = render.sheet([one.overlay() for one in self[:MOST_SHOWN]])
        stream = BytesIO()
        picture.save(stream, "PNG")
        return stream.getvalue()

    def __repr__(self) -> str:
        words = "; ".join(
            f"{t.title}{'' if s == 'ok' else f' ({s})'}" for t, s in zip(self.target, self.status, strict=True)
        )
        return f"<Explanation of {len(self)} image(s) by {self.method} at {self.layer.name!r}: {words}>"

    def _check_one(self, what: str) -> None:
        if len(self) != 1:
            raise GradcamError(
                f"an explanation of {len(self)} images has no single {what}",
                remedy=f"Choose one: explanation[0].{what}.",
            )


def join(parts: Sequence[Explanation]) -> Explanation:
    """One explanation of all the images of several, which come from one explainer and one target."""
    if len(parts) == 1:
        return parts[0]
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("raw", "heatmap", "scores", "predictions")
    }
    spreads = [part.uncertainty for part in parts if part.uncertainty is not None]
    spread = (
        Uncertainty(np.concatenate([s.std for s in spreads]), np.concatenate([s.cv for s in spreads]), spreads[0].runs)
        if len(spreads) == len(parts)
        else None
    )
    numbers = {name: np.concatenate([part.numbers[name] for part in parts]) for name in parts[0].numbers}
    tuples: dict[str, Any] = {
        name: tuple(one for part in parts for one in getattr(part, name)) for name in ("status", "target", "subjects")
    }
    seconds = sum(part.run.seconds for part in parts)
    return replace(
        parts[-1],
        **arrays,
        **tuples,
        uncertainty=spread,
        numbers=numbers,
        run=replace(parts[-1].run, seconds=seconds, batch=len(tuples["status"])),
    )


def _number(value: Any) -> float | None:
    """For JSON, which has no NaN."""
    return float(value) if np.isfinite(value) else None


def _plain(setting: Any) -> Any:
    """As JSON has it; of a target or another object, how it is written."""
    if isinstance(setting, (tuple, list)):
        return [_plain(one) for one in setting]
    if isinstance(setting, np.generic):
        return setting.item()
    return setting if setting is None or isinstance(setting, (bool, int, float, str)) else repr(setting)


def _as_dict(record: Any) -> dict:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}
