"""What is known of a model: how it looks for inputs of a shape, its class names, and what it expects of photos."""

from __future__ import annotations

import copy
import os
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from gradcam_tf import inputs
from gradcam_tf.errors import TargetError
from gradcam_tf.inputs import Batch, Fitted
from gradcam_tf.lazy import keras
from gradcam_tf.model import preprocessing
from gradcam_tf.model.calls import Recording
from gradcam_tf.model.choice import TokenGrid
from gradcam_tf.model.labels import Labels, imagenet, read
from gradcam_tf.model.view import View, look, view_of
from gradcam_tf.records import Fit, Preprocessing, Reading
from gradcam_tf.targets import class_number

__all__ = ["Known"]

NAMES_REMEDY = "Give its number, or the names: --labels FILE, in Python labels=, or NAME.labels.txt beside the model."


class Known:
    """What is known of a model. It is run once for each shape of its inputs, on the first image, and looked at.

    Args:
        model: a Keras model.
        layer, output, tokens: as for :class:`gradcam_tf.Explainer`; the layer may be the input.
        labels, preprocessing, fit, reading: as for :class:`gradcam_tf.Explainer`.
    """

    def __init__(
        self,
        model: Any,
        layer: Any,
        output: str | int | None,
        tokens: TokenGrid | None,
        labels: Labels | str | os.PathLike | Sequence[str] | None,
        preprocessing: str,
        fit: Fit,
        reading: Reading,
    ):
        self.model = model
        self.layer = layer
        self.tokens = tokens
        self._output = output
        self._given_labels = labels
        self._given_preprocessing = preprocessing
        self._fit: Fit = fit
        self._reading = reading
        self._views: dict[tuple, View] = {}

    def at(self, layer: Any) -> Known:
        """The same, with a map to be made at another layer."""
        other = copy.copy(self)
        other.layer = layer
        other._views = dict(self._views) if layer is self.layer or layer == self.layer else {}
        return other

    # The model.

    @property
    def seen(self) -> View:
        """What the model looks like for the images it was given first; for zeros if there were none yet."""
        if not self._views:
            self._look_once(inputs.blank(self.model))
        return next(iter(self._views.values()))

    def view(self, batch: Batch) -> View:
        """What the model looks like for inputs of this shape, which it has been given before."""
        return self._views[_shapes(batch.values)]

    def settle(self, batch: Batch, view: View) -> None:
        """From now on, inputs of this shape are explained at this view's layer."""
        self._views[_shapes(batch.values)] = view

    def learn(self, batch: Batch, recording: Recording) -> None:
        """See what the model looks like from a run that was recorded elsewhere."""
        if _shapes(batch.values) not in self._views:
            self.settle(batch, view_of(self.model, recording, self.layer, self._output, self.tokens))

    def _look_once(self, values: Any) -> Recording | None:
        """Run the model on the first image, if none of this shape has been seen; the recording of that run."""
        shapes = _shapes(values)
        if shapes in self._views:
            return None
        first = values if self._needs_batch_size else keras.tree.map_structure(lambda x: x[:1], values)
        self._views[shapes], recording = look(self.model, first, self.layer, self._output, self.tokens)
        return recording

    @property
    def _needs_batch_size(self) -> bool:
        return any(x.shape[0] is not None for x in getattr(self.model, "inputs", None) or [])

    # Its classes.

    @property
    def classes(self) -> int | None:
        """How many classes the model's output has; None if it is not a row of numbers per image."""
        shape = self.seen.output_shape
        return {1: 1, 2: shape[-1]}.get(len(shape)) if shape else None

    @cached_property
    def labels(self) -> Labels | None:
        """The class names, if any are known.

        Raises:
            LabelsError: if the names given are not as many as the outputs.
        """
        classes, given = self.classes, self._given_labels
        if given is None:
            return None if classes is None else imagenet(self.model.name, classes)
        found = _as_labels(given)
        if classes is not None:
            found.check(classes)
        return found

    def class_index(self, name: str) -> int:
        if self.labels is None:
            raise TargetError("the class names are not known", where=f"class {name!r}", remedy=NAMES_REMEDY)
        return self.labels.index(name)

    def class_name(self, index: int) -> str:
        return self.label(index) or class_number(index)

    def label(self, index: int | None) -> str | None:
        return None if index is None or self.labels is None else self.labels[index]

    # Its input.

    @property
    def preprocessing(self) -> Preprocessing:
        """What is done to photos, and how that is known."""
        return self._prepared(self.seen)

    def _prepared(self, view: View) -> Preprocessing:
        given = self._given_preprocessing
        return view.prepared if given == "auto" else preprocessing.named(given)

    def fit_photo(self, source: Any) -> Fitted:
        """A photo opened and fitted to the model; from any thread.

        Raises:
            ImageError: if it cannot be read, or the model does not take one picture.
        """
        return inputs.fitted_photo(self.model, source, self._fit, self._reading)

    def prepare(self, images: Any) -> tuple[Batch, Recording | None]:
        """The batch; and a recording of its first image if the model has been run on it to look at the model."""
        sources = inputs.photos_among(images)
        if sources is not None:
            return self.prepare_photos([self.fit_photo(one) for one in sources])
        batch = inputs.array_batch(self.model, images)
        return batch, self._look_once(batch.values)

    def prepare_photos(self, fitted: Sequence[Fitted]) -> tuple[Batch, Recording | None]:
        """The same for photos that are opened and fitted."""
        photo_values = np.stack([values for values, _ in fitted])
        as_taken = inputs.laid_out(self.model, photo_values)
        recording = self._look_once(as_taken)
        values = preprocessing.apply(self._prepared(self._views[_shapes(as_taken)]), photo_values)
        prepared = as_taken if values is photo_values else inputs.laid_out(self.model, values)
        batch = Batch(prepared, tuple(subject for _, subject in fitted), self.preprocessing)
        return batch, recording if prepared is as_taken else None


def _shapes(values: Any) -> tuple:
    """The shapes of model input, without batch; what was seen of the model holds for inputs of these."""
    return tuple(tuple(x.shape[1:]) for x in keras.tree.flatten(values))


def _as_labels(given: Labels | str | os.PathLike | Sequence[str]) -> Labels:
    if isinstance(given, Labels):
        return given
    return read(given) if isinstance(given, (str, os.PathLike)) else Labels.of(given)
