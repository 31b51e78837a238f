"""What a layer's feature maps are made of: deep feature factorization, and the class that each concept speaks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradcam_tf.inputs import Batch
from gradcam_tf.lazy import tf
from gradcam_tf.methods.concepts import alone, factorize
from gradcam_tf.model.layout import to_grid
from gradcam_tf.model.programs import Mode
from gradcam_tf.model.submodel import SubModel
from gradcam_tf.records import Concepts, LayerChoice

__all__ = ["found"]

Label = Callable[[int], str | None]


def found(
    submodel: SubModel, batch: Batch, layer: LayerChoice, count: int, top: int, label: Label, mode: Mode
) -> Concepts:
    """The concepts of each image, each with its ``top`` most likely classes by their labels."""
    of_images = [_of_one(submodel, batch[i : i + 1].values, count, mode) for i in range(len(batch))]
    maps_, patterns, outputs, explained = (np.stack(each) for each in zip(*of_images, strict=True))
    classes = tuple(tuple(_likely(row, top, label) for row in rows) for rows in outputs)
    return Concepts(maps_, patterns, outputs, classes, explained, layer)


def _likely(outputs: np.ndarray, top: int, label: Label) -> tuple[tuple[int, str | None, float], ...]:
    best = np.argsort(-outputs, kind="stable")[:top].tolist()
    return tuple((index, label(index), float(outputs[index])) for index in best)


def _of_one(submodel: SubModel, values: Any, count: int, mode: Mode) -> tuple[np.ndarray, ...]:
    """Of one image: maps, patterns, outputs, and the share they explain."""
    kept = submodel.features(values, mode).activations[0]
    activations = np.maximum(to_grid(tf.cast(kept, tf.float32), submodel.layers[0].layout)[0], 0)
    maps_, patterns = factorize(activations, count)
    single = alone(maps_, patterns)
    outputs = np.asarray(submodel.outputs_of(single, kept, values, mode))
    left, energy = np.square(activations - single.sum(axis=0)).sum(), np.square(activations).sum()
    return maps_, patterns, outputs, np.asarray(1 - left / energy if energy else 0, np.float32)
