"""One line of the table: what is said of one photo by one model and method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradcam_tf.errors import GradcamError
from gradcam_tf.explanation import Explanation
from gradcam_tf.model.labels import Labels
from gradcam_tf.records import Box, Placement
from gradcam_tf.targets import class_number

__all__ = ["COLUMNS", "FAILED", "failed_row", "row_of"]

COLUMNS: dict[str, str] = {
    "image": "TEXT",
    "model": "TEXT",
    "method": "TEXT",
    "status": "TEXT",
    "error": "TEXT",
    "predicted_index": "INTEGER",
    "predicted_label": "TEXT",
    "predicted_probability": "REAL",
    "explained_index": "INTEGER",
    "explained_label": "TEXT",
    "score": "REAL",
    "probability": "REAL",
    "centroid_x": "REAL",
    "centroid_y": "REAL",
    "extent": "REAL",
    "energy_in_box": "REAL",
    "width": "INTEGER",
    "height": "INTEGER",
    "sha256": "TEXT",
    "files": "TEXT",
}
"""The columns of ``explanations.csv``, with their SQLite types. Public: docs/batch.md says what each holds."""
FAILED = "failed"
HALF = 0.5
"""The share of the highest heat from which a place counts for the extent."""

Row = dict[str, Any]


def failed_row(error: Exception) -> Row:
    """What is known of a photo that could not be explained."""
    if isinstance(error, GradcamError):
        return {"status": FAILED, "error": str(error)}
    first = (str(error).strip().splitlines() or [""])[0]
    return {"status": FAILED, "error": f"unexpected {type(error).__name__}: {first}"}


def row_of(explanation: Explanation, labels: Labels | None, box: Box | None = None) -> Row:
    """What is said of one photo.

    Args:
        explanation: of one image, made from a photo.
        labels: class names, if they are known.
        box: in pixels of the photo; the share of the heat inside it is measured.
    """
    subject, target, result = explanation.subjects[0], explanation.target[0], explanation.results[0]
    index, label, probability = predicted(explanation.predictions[0], explanation.activation, labels)
    width, height = subject.image.size
    return {
        "status": explanation.status[0],
        "error": result["reason"] or None,
        "predicted_index": index,
        "predicted_label": label,
        "predicted_probability": probability,
        "explained_index": target.index,
        "explained_label": target.label or target.description,
        "score": result["score"],
        "probability": result["probability"],
        **measures(explanation.heatmap[0], subject.placement, box),
        "width": width,
        "height": height,
        "sha256": subject.photo.sha256 if subject.photo else None,
    }


def predicted(
    output: np.ndarray, activation: str | None, labels: Labels | None = None
) -> tuple[int | None, str | None, float | None]:
    """The class a classifier predicts, its name and probability; None for what the output does not tell.

    One sigmoid has one class, number 0, as in :class:`gradcam_tf.targets.Sigmoid`; below a half there is no class, and
    the name and the probability are of its absence.
    """
    if output.ndim > 1 or not np.isfinite(output).all() or (output.size == 1 and activation != "sigmoid"):
        return None, None, None
    index = int(output.argmax())
    label, probability = None if labels is None else labels[index], float(output.flat[index])
    if output.size == 1 and probability < 0.5:
        return None, f"not {label or class_number(index)}", 1 - probability
    return index, label, probability if activation is not None else None


def measures(heatmap: np.ndarray, placement: Placement | None, box: Box | None = None) -> Mapping[str, float | None]:
    """Where the heat lies on the photo.

    Args:
        heatmap: float (height, width) over the model's input, non-negative.
        placement: where the photo lies in it; None: it is the photo.
        box: in pixels of the photo.

    Returns:
        ``centroid_x`` and ``centroid_y``, the heat's centre of mass, from 0 (left, top) to 1 (right, bottom);
        ``extent``, the share of the photo's area with at least half of the highest heat; ``energy_in_box``, the share
        of the heat inside the box. None where there is no heat, or no box. Of what the model saw of the photo.
    """
    none = dict.fromkeys(("centroid_x", "centroid_y", "extent", "energy_in_box"))
    if heatmap.ndim != 2 or not heatmap.any():
        return none
    across = _Axis.of(0, heatmap.shape[1], placement)
    down = _Axis.of(1, heatmap.shape[0], placement)
    covered = down.inside[:, None] * across.inside
    heat = heatmap * covered
    total = float(heat.sum(dtype=np.float64))
    if not total:
        return none
    hot = float(((heatmap >= HALF * heat.max()) * covered).sum())
    inside = None if box is None else down.covering(box[1], box[3]) @ heat @ across.covering(box[0], box[2]) / total
    return {
        "centroid_x": float(heat.sum(0) @ across.centres / total),
        "centroid_y": float(heat.sum(1) @ down.centres / total),
        "extent": hot / float(covered.sum()) * across.seen * down.seen,
        "energy_in_box": None if inside is None else min(1.0, float(inside)),
    }


class _Axis:
    """One axis of the model's input, seen from the photo.

    Attributes:
        centres: of each cell, on the photo from 0 to 1.
        inside: how much of each cell shows the photo, 0 to 1.
        seen: the share of the photo's length that is shown at all.
    """

    def __init__(self, cells: int, shown: tuple[float, float], part: tuple[float, float], length: float):
        edges = np.arange(cells + 1)
        self.length = length
        self.edges = part[0] + (edges - shown[0]) * (part[1] - part[0]) / (shown[1] - shown[0])
        self.centres = (self.edges[:-1] + self.edges[1:]) / 2 / length
        self.inside = np.diff(np.clip(edges, *shown)).astype(np.float32)
        self.seen = (part[1] - part[0]) / length

    @classmethod
    def of(cls, axis: int, cells: int, placement: Placement | None) -> _Axis:
        if placement is None:
            return cls(cells, (0, cells), (0, cells), cells)
        scale = cells / placement.input_size[1 - axis]
        shown = placement.input_box[axis] * scale, placement.input_box[axis + 2] * scale
        part = placement.photo_box[axis], placement.photo_box[axis + 2]
        return cls(cells, shown, part, placement.photo_size[1 - axis])

    def covering(self, start: float, stop: float) -> np.ndarray:
        """How much of each cell lies between two places of the photo, in its pixels."""
        return np.diff(np.clip(self.edges, start, stop)) / np.diff(self.edges)
