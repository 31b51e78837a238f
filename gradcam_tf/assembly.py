"""From what a model gave to an Explanation: the maps scaled and put on the picture, and what was explained in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradcam_tf import maps
from gradcam_tf.explanation import Explanation
from gradcam_tf.inputs import Batch, Subject
from gradcam_tf.known import Known
from gradcam_tf.method import Method
from gradcam_tf.model.submodel import Attribution
from gradcam_tf.model.view import View
from gradcam_tf.provenance import ModelIdentity
from gradcam_tf.records import Explained, LayerChoice, Run, Space, Status
from gradcam_tf.targets import Target

__all__ = ["Asked", "assembled"]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What was asked of which model.

    Attributes:
        method: by which the maps were made.
        target: what is explained; ``arguments``: its own, a row for each image.
        known: of the model, above all the names of its classes.
        identity: which model it is.
    """

    method: Method
    target: Target
    arguments: Sequence[np.ndarray]
    known: Known
    identity: ModelIdentity


def assembled(
    attribution: Attribution, batch: Batch, view: View, choices: tuple[LayerChoice, ...], asked: Asked, run: Run
) -> list[Explanation]:
    """An Explanation for each layer, or one of them all if the method fuses them."""
    method = asked.method
    every_raw = [np.asarray(raw) for raw in attribution.raw]
    spread = attribution.uncertainty or (None,) * len(every_raw)
    choices = choices if method.layers is None else (_fused(choices),)
    predictions = np.asarray(attribution.predictions)
    explained = _explained(asked, predictions, np.asarray(attribution.outputs), view)
    return [
        Explanation(
            raw=raw,
            heatmap=maps.heatmap(raw, batch.picture_size(choice.source, choice.channels_first), method.peak),
            scores=np.asarray(attribution.scores),
            predictions=predictions,
            status=tuple(map(_of_photo, maps.status(raw), batch.subjects)),
            layer=choice,
            method=method.name,
            settings=method.settings,
            numbers=dict(zip(method.numbers, map(np.asarray, numbers), strict=True)),
            target=explained,
            activation=view.activation,
            output=view.output_name,
            subjects=batch.subjects_of(choice.source, choice.channels_first),
            preprocessing=batch.preprocessing,
            run=run,
            model=asked.identity,
            uncertainty=uncertainty,
        )
        for raw, numbers, choice, uncertainty in zip(every_raw, attribution.numbers, choices, spread, strict=True)
    ]


def _explained(asked: Asked, predictions: np.ndarray, outputs: np.ndarray, view: View) -> tuple[Explained, ...]:
    """What was explained of each image."""
    target, known = asked.target, asked.known
    values = predictions if target.space == "probability" else outputs
    values = values[:, None] if values.ndim == 1 else values
    chosen = target.classes(values, *asked.arguments)
    said = target.describe(values, *asked.arguments, name=known.class_name)
    # Without a softmax or sigmoid the output is the output: nobody knows whether it is a logit.
    space: Space = "output" if target.space == "logit" and view.logits is None else target.space
    return tuple(
        Explained(target.kind, index, known.label(index), space, words)
        for index, words in zip(chosen, said, strict=True)
    )


def _of_photo(status: Status, subject: Subject) -> Status:
    """The status of a map that is well, but of a picture that is not."""
    return "truncated" if status == "ok" and subject.photo is not None and not subject.photo.whole else status


def _fused(choices: Sequence[LayerChoice]) -> LayerChoice:
    """The first of the layers whose heatmaps are one, which says what the others are."""
    first, *others = choices
    names = " and ".join(choice.name for choice in others)
    return replace(first, reason=f"{first.reason}; fused with {names or 'no other'}")
