"""Explainer: model + images + target + method -> Explanation. Arrays in, arrays out; no files are written."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from gradcam_tf import inputs, maps, registry
from gradcam_tf.errors import GradcamError, ModelError, TargetError
from gradcam_tf.explanation import Explanation, join
from gradcam_tf.inputs import Batch, Fitted
from gradcam_tf.lazy import keras, tf
from gradcam_tf.model import preprocessing
from gradcam_tf.model.calls import Recording, candidates, choose, find, record
from gradcam_tf.model.labels import Labels, beside, imagenet, read
from gradcam_tf.model.logits import LogitsSite, find_logits
from gradcam_tf.model.open import check_backend, open_with_identity
from gradcam_tf.model.submodel import Attribution, Forward, Mode, SubModel
from gradcam_tf.provenance import ModelIdentity
from gradcam_tf.records import Explained, Fit, LayerCall, LayerChoice, Preprocessing, Run, Space
from gradcam_tf.targets import Target, as_target

__all__ = ["Explainer", "Features", "default_model", "explain", "layers"]

BATCH = 8
"""Images computed together; more gains little on a CPU and costs memory."""
FEW = 16
"""Photos that are done sooner one by one than the model is compiled."""


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """What one run of the model told of it."""

    choice: LayerChoice
    ranked: tuple[LayerChoice, ...]
    calls: tuple[LayerCall, ...]
    logits: LogitsSite | None
    output_shape: tuple[int, ...]
    prepared: Preprocessing


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """A batch's feature maps and predictions, kept so that other targets cost only the head; from one Explainer.

    Of a single image run eagerly the recorded run is kept instead, from which the head runs again eagerly.
    """

    batch: Batch
    forward: Forward | None
    recording: Recording | None = None


class Explainer:
    """Shows what a Keras model looked at.

    Nothing is computed before the first image comes. The model is never changed.

    Args:
        model: any Keras 3 model.
        layer: ``"auto"`` (the last spatial map before the head), a path (``"backbone/conv5_block3_out"``), a name that
            occurs once, either with ``:1`` for the second call of a shared layer, or the layer object.
        method: a name from ``gct.methods()``.
        labels: class names: a path to a file, or a list. Default: ImageNet's for a known ImageNet model, else none.
        preprocessing: what photos are turned into: ``"auto"`` (as found in the model), ``"none"`` (0–255), ``"unit"``
            (0–1), ``"symmetric"`` (-1–1), ``"torch"``, ``"caffe"``. Arrays are never touched.
        fit: how a photo is fitted to the model's input: ``"squash"``, ``"crop"`` or ``"letterbox"``.
        frozen: compile with the weights as constants: faster, for a model that will not change any more.
        batch_size: how many images are computed together.

    Raises:
        ModelError: if it is no Keras model, or Keras does not run on TensorFlow.
        MethodError: if there is no such method.

    Example:
        >>> import gradcam_tf as gct
        >>> explainer = gct.Explainer(gct.default_model())
        >>> explanation = explainer("cat.png")                # doctest: +SKIP
        >>> explanation[0].overlay().save("cat-heat.png")     # doctest: +SKIP
    """

    def __init__(
        self,
        model: Any,
        layer: Any = "auto",
        method: str = "gradcam",
        *,
        labels: Labels | str | os.PathLike | Sequence[str] | None = None,
        preprocessing: str = "auto",
        fit: Fit = "squash",
        frozen: bool = False,
        batch_size: int = BATCH,
    ):
        check_backend()
        if not isinstance(model, keras.Model):
            raise ModelError(
                f"is no Keras 3 model but a {type(model).__module__}.{type(model).__name__}", where="model"
            )
        self.model = model
        self.method = registry.get(method)
        self.fit: Fit = fit
        self.frozen = frozen
        self.batch_size = batch_size
        self._layer = layer
        self._given_labels = labels
        self._given_preprocessing = preprocessing
        self._identity: tuple[str | None, str | None] = (None, None)
        self._view: _View | None = None
        self._warm = False

    @classmethod
    def open(cls, path: str | os.PathLike | None = None, **options: Any) -> Explainer:
        """An explainer of a model file, with its class names, preprocessing and hash; it runs frozen.

        Args:
            path: a ``.keras`` or ``.h5`` file; None: the embedded model.
            options: as for :class:`Explainer`. Class names beside the file (``NAME.labels.json`` or ``.txt``) are used.

        Raises:
            ModelError: if it cannot be opened.
        """
        opened = open_with_identity(path or _default_model_path())
        options.setdefault("frozen", True)
        if options.get("labels") is None:
            options["labels"] = beside(opened.path)
        explainer = cls(opened.model, **options)
        explainer._identity = (str(opened.path), opened.sha256)
        return explainer

    def __call__(self, images: Any, target: Any = None) -> Explanation:
        """Explain images.

        Args:
            images: model input (one image, or a batch: used as it is), or a photo, or a list of photos (paths or PIL
                images: fitted and preprocessed).
            target: None: each image's own top class; a class index or name; one of these per image; a
                :mod:`gct.targets` object; or a function of the model's output, (N, classes) -> (N,).

        Returns:
            The maps of all images.

        Raises:
            ImageError: if an image cannot be read or does not fit the model.
            LayerError: if no map can be made at the layer.
            TargetError: if the model has no such class, or the name is unknown or ambiguous.
        """
        batch, recording = self._prepare(images)
        return self._explain(batch, target, self._mode(len(batch)), recording)

    def _explain(self, batch: Batch, target: Any, mode: Mode, recording: Recording | None = None) -> Explanation:
        if mode == "eager" and len(batch) == 1:
            return self.from_features(self._features(batch, mode, recording), target)
        resolved, arguments = self._target(target, len(batch))
        parts = []
        for start in range(0, len(batch), self.batch_size):
            part = slice(start, start + self.batch_size)
            rows, began = [a[part] for a in arguments], time.perf_counter()
            attribution = self._submodel.explain(batch[part].values, resolved, self.method, rows, mode)
            parts.append(self._explanation(batch[part], attribution, resolved, rows, mode, began))
        return join(parts)

    def several(self, images: Any, targets: Iterable[Any]) -> list[Explanation]:
        """Explain several targets of the same images; the backbone runs once.

        Args:
            images: as for a call.
            targets: for example ``gct.targets.top(3)`` or ``["tabby", "Egyptian cat"]``.

        Returns:
            One Explanation for each target.
        """
        features = self.features(images)
        return [self.from_features(features, target) for target in targets]

    def features(self, images: Any) -> Features:
        """Run the backbone alone, once, and keep its feature maps and predictions."""
        batch, recording = self._prepare(images)
        return self._features(batch, self._mode(len(batch)), recording)

    def _features(self, batch: Batch, mode: Mode, recording: Recording | None = None) -> Features:
        if mode == "eager" and len(batch) == 1:
            return Features(batch, None, recording or record(self.model, batch.values))
        return Features(batch, self._submodel.features(batch.values, mode))

    def from_features(self, features: Features, target: Any = None) -> Explanation:
        """Explain kept features: only the head runs."""
        batch, submodel = features.batch, self._submodel
        resolved, arguments = self._target(target, len(batch))
        began = time.perf_counter()
        if features.recording is not None:
            mode: Mode = "eager"
            attribution = submodel.explain_recording(features.recording, batch.values, resolved, self.method, arguments)
        else:
            assert features.forward is not None
            mode, kept = self._compiled, features.forward.activations
            attribution = submodel.explain_features(kept, batch.values, resolved, self.method, arguments, mode)
        return self._explanation(batch, attribution, resolved, arguments, mode, began)

    def stream(
        self, sources: Sequence[Any], targets: Sequence[Any] = (None,)
    ) -> Iterator[list[Explanation] | GradcamError]:
        """Explain photos one after another, opening the next ones while the model runs; a bad one stops no other.

        Args:
            sources: paths or PIL images.
            targets: what to explain of each; one Explanation is made for each of them.

        Yields:
            For each source, in order, its explanations, each of one image; or the error that came instead.
        """
        few = len(sources) <= FEW
        # One image first, so that something is to be seen soon.
        sizes = [1] * len(sources) if few else [1, *_split(len(sources) - 1, self.batch_size)]
        with ThreadPoolExecutor(1, thread_name_prefix="open-photos") as pool:
            waiting: deque[Future] = deque()
            coming = iter(sources)
            for size in sizes:
                wanted = size + self.batch_size - len(waiting)
                waiting.extend(pool.submit(self._try_photo, one) for one in islice(coming, wanted))
                opened = [waiting.popleft().result() for _ in range(size)]
                yield from self._explain_opened(opened, targets, "eager" if few or size == 1 else self._compiled)

    def _try_photo(self, source: Any) -> Fitted | GradcamError:
        try:
            return inputs.fitted_photo(self.model, source, self.fit)
        except GradcamError as error:
            return error

    def _explain_opened(
        self, opened: Sequence[Fitted | GradcamError], targets: Sequence[Any], mode: Mode
    ) -> Iterator[list[Explanation] | GradcamError]:
        good = [one for one in opened if not isinstance(one, GradcamError)]
        by_image: Iterator[tuple[Explanation, ...]] = iter(())
        if good:
            batch, recording = self._fitted_batch(good)
            if len(targets) == 1:
                by_target = [self._explain(batch, targets[0], mode, recording)]
            else:
                features = self._features(batch, mode, recording)
                by_target = [self.from_features(features, target) for target in targets]
            by_image = zip(*by_target, strict=True)
        for one in opened:
            yield one if isinstance(one, GradcamError) else list(next(by_image))

    def check_target(self, target: Any) -> None:
        """Raise a TargetError if the model has no such target; images are not needed to know."""
        self._target(target, 1)

    @property
    def layer(self) -> LayerChoice:
        """The layer the maps are made from, and why it."""
        return self._seen.choice

    @property
    def layers(self) -> tuple[LayerChoice, ...]:
        """All layers a map can be made from, best first, each with the reason."""
        return self._seen.ranked

    @property
    def calls(self) -> tuple[LayerCall, ...]:
        """Every layer call of the model, in the order they run."""
        return self._seen.calls

    @property
    def classes(self) -> int | None:
        """How many classes the model's output has; None if it is not a row of numbers per image."""
        shape = self._seen.output_shape
        return {1: 1, 2: shape[-1]}.get(len(shape))

    @property
    def preprocessing(self) -> Preprocessing:
        """What is done to photos, and how that is known."""
        given = self._given_preprocessing
        return self._seen.prepared if given == "auto" else preprocessing.named(given)

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

    @property
    def device(self) -> str:
        """``"GPU"`` where TensorFlow sees one, else ``"CPU"``."""
        return "GPU" if tf.config.list_logical_devices("GPU") else "CPU"

    def _prepare(self, images: Any) -> tuple[Batch, Recording | None]:
        """The batch; and a recording of its first image if the model has been run on it to look at the model."""
        sources = inputs.photos_among(images)
        if sources is not None:
            return self._fitted_batch([inputs.fitted_photo(self.model, one, self.fit) for one in sources])
        batch = inputs.array_batch(self.model, images)
        return batch, self._look(batch[:1].values) if self._view is None else None

    def _fitted_batch(self, fitted: Sequence[Fitted]) -> tuple[Batch, Recording | None]:
        photo_values = np.stack([values for values, _ in fitted])
        recording = self._look(photo_values[:1]) if self._view is None else None
        values = preprocessing.apply(self.preprocessing, photo_values)
        batch = Batch(values, tuple(subject for _, subject in fitted), self.preprocessing)
        return batch, recording if values is photo_values else None

    # What is known of the model.

    @property
    def _seen(self) -> _View:
        if self._view is None:
            self._look(inputs.blank(self.model))
        assert self._view is not None
        return self._view

    @property
    def _submodel(self) -> SubModel:
        call = self._seen.choice.call
        return SubModel.of(self.model, (call.path, call.index), self._seen.logits)

    def _look(self, values: Any) -> Recording:
        """Run the model once on one image; choose the layer, find the logits and the preprocessing."""
        recording = record(self.model, values)
        output = keras.tree.flatten(recording.result)[0]
        auto = isinstance(self._layer, str) and self._layer == "auto"
        choice = choose(recording, output) if auto else find(recording, self._layer)
        self._view = _View(
            choice,
            tuple(candidates(recording, output)),
            tuple(call.info for call in recording.calls[1:]),
            find_logits(recording, output),
            tuple(output.shape),
            preprocessing.detect(recording),
        )
        return recording

    def _target(self, spec: Any, images: int) -> tuple[Target, tuple[np.ndarray, ...]]:
        target = as_target(spec, self._class_index)
        if self.classes is not None:
            target.check(self.classes, images)
        elif target.kind in ("class", "top class"):
            raise TargetError(
                f"the model's output has shape {self._seen.output_shape}, not one number per class",
                where=self.model.name,
                remedy="Give a function of the output as the target.",
            )
        return target, target.arguments(images)

    def _class_index(self, name: str) -> int:
        if self.labels is None:
            raise TargetError(
                "the class names are not known", where=f"class {name!r}", remedy="Give its number, or labels."
            )
        return self.labels.index(name)

    def _label(self, index: int | None) -> str | None:
        return None if index is None or self.labels is None else self.labels[index]

    def _space(self, asked: Space) -> Space:
        """Logits only if they were found: the output of a model without softmax or sigmoid is the output."""
        return "output" if asked == "logit" and self._seen.logits is None else asked

    # From maps to an Explanation.

    @property
    def _compiled(self) -> Mode:
        return "frozen" if self.frozen else "compiled"

    def _mode(self, images: int) -> Mode:
        """Eager the first time, so that nobody waits for a trace to see the first map."""
        first, self._warm = not self._warm, True
        return "eager" if first and images <= self.batch_size else self._compiled

    def _explanation(
        self, batch: Batch, attribution: Attribution, target: Target, arguments: Sequence, mode: Mode, began: float
    ) -> Explanation:
        raw = np.asarray(attribution.raw)
        seconds = time.perf_counter() - began
        predictions, outputs = np.asarray(attribution.predictions), np.asarray(attribution.outputs)
        chosen = target.classes(predictions if target.space == "probability" else outputs, *arguments)
        status = maps.status(raw)
        explained = [Explained(target.kind, index, self._label(index), self._space(target.space)) for index in chosen]
        return Explanation(
            raw=raw,
            heatmap=_heatmap(raw, status, batch),
            scores=np.asarray(attribution.scores),
            predictions=predictions,
            status=status,
            layer=self._seen.choice,
            method=self.method.name,
            target=tuple(explained),
            activation=None if self._seen.logits is None else self._seen.logits.activation,
            subjects=batch.subjects,
            preprocessing=batch.preprocessing,
            run=Run(mode, self.device, seconds, len(batch)),
            model=ModelIdentity(self.model, *self._identity),
        )


def _as_labels(given: Labels | str | os.PathLike | Sequence[str]) -> Labels:
    if isinstance(given, Labels):
        return given
    return read(given) if isinstance(given, (str, os.PathLike)) else Labels.of(given)


def _split(count: int, size: int) -> list[int]:
    return [min(size, count - start) for start in range(0, count, size)]


def _heatmap(raw: np.ndarray, status: Sequence[str], batch: Batch) -> np.ndarray:
    """ReLU, resized to the input, scaled."""
    finite = np.array([one != "nonfinite" for one in status]).reshape(-1, *[1] * (raw.ndim - 1))
    positive = maps.relu(np.where(finite, raw, 0))
    size = batch.subjects[0].values.shape[:-1]
    return maps.scale(maps.resize(positive, size) if len(size) == positive.ndim - 1 else positive)


def explain(model: Any, images: Any, target: Any = None, **options: Any) -> Explanation:
    """Explain images in one call; options as for :class:`Explainer`."""
    return Explainer(model, **options)(images, target)


def layers(model: Any) -> tuple[LayerChoice, ...]:
    """The layers of a model a map can be made from, best first, each with the reason."""
    return Explainer(model).layers


def default_model() -> Any:
    """The embedded model: EfficientNet-Lite0, an ImageNet classifier; 224 × 224 RGB photos, 0 to 255."""
    return open_with_identity(_default_model_path()).model


def _default_model_path() -> Path:
    from gradcam_tf.resources import default_model_path

    return default_model_path()
