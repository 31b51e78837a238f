"""Explainer: model + images + target + method -> Explanation. Arrays in, arrays out; no files are written."""

from __future__ import annotations

import copy
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from gradcam_tf import concepts, flight, registry, stages
from gradcam_tf.assembly import Asked, assembled
from gradcam_tf.errors import GradcamError, ImageError, MethodError, ModelError, TargetError
from gradcam_tf.explanation import Explanation, join
from gradcam_tf.images import AS_USUAL
from gradcam_tf.inputs import Batch, Fitted
from gradcam_tf.known import Known
from gradcam_tf.lazy import keras, tf
from gradcam_tf.model.calls import Recording, record
from gradcam_tf.model.choice import TokenGrid, find
from gradcam_tf.model.cut import find_cut
from gradcam_tf.model.given import Disconnected
from gradcam_tf.model.labels import Labels, beside
from gradcam_tf.model.open import check_backend, open_with_identity
from gradcam_tf.model.passes import Forward
from gradcam_tf.model.programs import Mode
from gradcam_tf.model.rules import has_relu
from gradcam_tf.model.submodel import Attribution, SubModel
from gradcam_tf.model.view import View
from gradcam_tf.provenance import ModelIdentity
from gradcam_tf.records import (
    INPUT,
    Concepts,
    Fit,
    LayerCall,
    LayerChoice,
    Preprocessing,
    Reading,
    Run,
)
from gradcam_tf.targets import ClassScore, Target, as_target
from gradcam_tf.targets.arguments import row_length

__all__ = ["Explainer", "Features", "default_model", "explain", "layers"]

BATCH = 8
"""Images computed together; more gains little on a CPU and costs memory."""


@dataclass(frozen=True, eq=False)
class Features:
    """A batch's feature maps and predictions, kept so that other targets cost only the head; from one Explainer.

    Of a single image run eagerly the recorded run is kept instead, from which the head runs again eagerly.
    """

    batch: Batch
    forward: Forward | None
    recording: Recording | None = None

    @cached_property
    def inputs(self) -> Any:
        """The model's input as tensors, handed over once for all targets."""
        return keras.tree.map_structure(tf.convert_to_tensor, self.batch.values)


class Explainer:
    """Shows what a Keras model looked at.

    Nothing is computed before the first image comes. The model is never changed.

    Args:
        model: any Keras 3 model.
        layer: ``"auto"`` (the last spatial map before the head), a path (``"backbone/conv5_block3_out"``), a name that
            occurs once; with ``:1`` for the second call of a shared layer, ``#1`` or ``#key`` for a tensor of a layer
            that returns several; or the layer object.
        method: a name from ``gct.methods()``; wrappers around it, and settings, as in
            ``"augmented(smoothed(layercam, samples=4), flip=false)"``.
        settings: the method's own parameters, if other than its defaults: ``{"kernel": "rbf"}``; a wrapper's as
            ``"smoothed.samples"``, or ``"samples"`` where nothing else is called so.
        output: which output is explained, if there are several: its name, key, path (``"heads/0"``) or place; default:
            the first.
        tokens: how a transformer's tokens are laid out, if it cannot be inferred: (how many before the places,
            (height, width)).
        labels: class names: a path to a file, or a list. Default: ImageNet's for a known ImageNet model, else none.
        preprocessing: what photos are turned into: ``"auto"`` (as found in the model), ``"none"`` (0–255), ``"unit"``
            (0–1), ``"symmetric"`` (-1–1), ``"torch"``, ``"caffe"``. Arrays are never touched.
        fit: how a photo is fitted to the model's input: ``"squash"``, ``"crop"`` or ``"letterbox"``.
        reading: how photos are read: the page, the most pixels, the window of grey values, whether truncated files are
            shown; a :class:`gct.Reading`.
        frozen: compile with the weights as constants: faster, for a model that will not change any more.
        batch_size: how many images are computed together.

    Attributes:
        notes: what was done to open the model's file, a sentence each; empty if it opened as it is.
        compiled: whether it has explained by a compiled program, which the next images are sooner done by.

    Raises:
        ModelError: if it is no Keras model, or Keras does not run on TensorFlow.
        MethodError: if there is no such method, it has no such setting, or a layer is named for a method that works on
            the input.

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
        settings: Mapping[str, Any] | None = None,
        output: str | int | None = None,
        tokens: TokenGrid | None = None,
        labels: Labels | str | os.PathLike | Sequence[str] | None = None,
        preprocessing: str = "auto",
        fit: Fit = "squash",
        reading: Reading = AS_USUAL,
        frozen: bool = False,
        batch_size: int = BATCH,
    ):
        check_backend()
        if not isinstance(model, keras.Model):
            raise ModelError(
                f"is no Keras 3 model but a {type(model).__module__}.{type(model).__name__}", where="model"
            )
        self.model = model
        self.method = registry.get(method).configured(settings or {})
        self.frozen = frozen
        self.batch_size = batch_size
        self._layer = layer
        place = _place(layer, self.method)
        self._known = Known(model, place, output, tokens, labels, preprocessing, fit, reading)
        self._identity: tuple[str | None, str | None] = (None, None)
        self.notes: tuple[str, ...] = ()
        self.compiled = False
        self._warm = False

    @classmethod
    def open(
        cls,
        path: str | os.PathLike | None = None,
        *,
        trust: str | None = None,
        custom_objects: Mapping[str, Any] | None = None,
        allow_saved_model: bool = False,
        signature: str | None = None,
        **options: Any,
    ) -> Explainer:
        """An explainer of a model file, with its class names, preprocessing and hash; it runs frozen.

        Args:
            path: a ``.keras`` or ``.h5`` file, or a SavedModel folder; None: the embedded model. It is vetted first:
                see SECURITY.md.
            trust: the file's SHA-256, if you trust it to run the code that is stored in it; see :func:`gct.open_model`.
            custom_objects: name -> class or function, for layers that are not Keras's own.
            allow_saved_model, signature: for SavedModel folders; see :func:`gct.open_model`.
            options: as for :class:`Explainer`. Class names beside the file (``NAME.labels.json`` or ``.txt``) are used.

        Raises:
            RefusedModel: if it holds what Keras does not know, or more than it should.
            ModelError: if it cannot be opened.
        """
        opened = open_with_identity(
            path or _default_model_path(),
            trust=trust,
            custom_objects=custom_objects,
            allow_saved_model=allow_saved_model,
            signature=signature,
        )
        options.setdefault("frozen", True)
        if options.get("labels") is None:
            options["labels"] = beside(opened.path)
        explainer = cls(opened.model, **options)
        explainer._identity = (str(opened.path), opened.sha256)
        explainer.notes = opened.notes
        return explainer

    def asking(
        self, *, layer: Any = None, method: str | None = None, settings: Mapping[str, Any] | None = None
    ) -> Explainer:
        """An explainer of the same model, output and photos, by another method or at another layer; nothing is run.

        Args:
            layer, method: as for :class:`Explainer`; None: the same.
            settings: of the method; None: its defaults.
        """
        other = copy.copy(self)
        other.compiled = False
        other.method = registry.get(method or self.method.name).configured(settings or {})
        other._layer = self._layer if layer is None else layer
        other._known = self._known.at(_place(other._layer, other.method))
        return other

    def __call__(self, images: Any, target: Any = None) -> Explanation:
        """Explain images.

        Args:
            images: model input (one image, or a batch: used as it is), or a photo, or a list of photos (paths or PIL
                images: fitted and preprocessed).
            target: None or ``"auto"``: what the model predicts (each image's top class; the predicted side of one
                sigmoid; each label above 0.5; the value of a regression; the dominant class of a segmentation); a class
                index or name; one of these per image; a :mod:`gct.targets` object; or a function of the model's output,
                (N, …) -> (N,).

        Returns:
            The maps of all images.

        Raises:
            ImageError: if an image cannot be read or does not fit the model.
            LayerError: if no map can be made at the layer.
            TargetError: if the model has no such class, or the name is unknown or ambiguous.
        """
        batch, recording = self._known.prepare(images)
        return self._explain(batch, target, self._mode(len(batch)), recording)

    def _explain(self, batch: Batch, target: Any, mode: Mode, recording: Recording | None = None) -> Explanation:
        mode = self._compiled if self.method.by_series else mode
        if mode == "eager" and len(batch) == 1:
            return self.from_features(self._features(batch, mode, recording), target)
        return self._to_connected_layer(
            batch, lambda view: self._maps(batch, view, self._choices(batch, view), target, mode)[0]
        )

    def at_layers(self, images: Any, layers: Sequence[Any], target: Any = None) -> list[Explanation]:
        """Explain one target at several layers, in one pass forward and one back.

        Args:
            images: as for a call.
            layers: names, as for ``Explainer(layer=…)``.
            target: as for a call.

        Returns:
            One Explanation for each layer; :func:`gradcam_tf.maps.fuse` makes one heatmap of theirs.

        Raises:
            MethodError: if the method fuses layers itself.
        """
        if self.method.layers is not None:
            remedy = "Give it their names, fused(…, layers=[…]), and call the explainer."
            raise MethodError("fuses layers itself", where=f"method {self.method.name!r}", remedy=remedy)
        batch, _ = self._known.prepare(images)
        return self._maps(batch, self._known.view(batch), self._found(batch, layers), target, self._mode(len(batch)))

    def _found(self, batch: Batch, layers: Sequence[Any]) -> tuple[LayerChoice, ...]:
        seen = record(self.model, batch[:1].values)
        return tuple(find(seen, layer, self._known.tokens) for layer in layers)

    def _choices(self, batch: Batch, view: View) -> tuple[LayerChoice, ...]:
        """The layer a map is made from; those it fuses: by name, or the best one and the best of each other grid."""
        wanted = self.method.layers
        if wanted is None:
            return (view.choice,)
        if not isinstance(wanted, int):
            return self._found(batch, (wanted,) if isinstance(wanted, str) else wanted)
        by_grid = {view.choice.grid: view.choice}
        for choice in view.ranked:
            by_grid.setdefault(choice.grid, choice)
        return tuple(by_grid.values())[: max(1, wanted)]

    def _maps(
        self, batch: Batch, view: View, choices: tuple[LayerChoice, ...], target: Any, mode: Mode
    ) -> list[Explanation]:
        """Explanations at each of these layers, batch by batch."""
        resolved, arguments = self._target(target, view, len(batch))
        submodel = self._submodel(view, choices)

        def explained(part: slice) -> list[Explanation]:
            rows, began = [a[part] for a in arguments], time.perf_counter()
            attribution = submodel.explain(batch[part].values, resolved, self.method, rows, mode)
            return self._explanations(batch[part], view, choices, attribution, resolved, rows, mode, began)

        return self._within_memory(len(batch), explained)

    def _within_memory(self, images: int, explained: Callable[[slice], list[Explanation]]) -> list[Explanation]:
        """Explain part by part, each as large as fits into memory; what is made of the parts, joined."""
        parts, start = [], 0
        while start < images:
            part = slice(start, min(start + self.batch_size, images))
            try:
                parts.append(explained(part))
            except (tf.errors.ResourceExhaustedError, MemoryError) as error:
                self._halve_batches(part.stop - start, error)
                continue
            start = part.stop
        return [join(alike) for alike in zip(*parts, strict=True)]

    def _halve_batches(self, images: int, error: Exception) -> None:
        """From now on fewer images together, half as many as did not fit into memory."""
        if images == 1:
            raise ModelError(
                "there is not enough memory to explain a single image",
                where=f"model {self.model.name!r}",
                remedy="Free some memory, or give smaller images if the model takes them.",
            ) from error
        self.batch_size = images // 2

    def _to_connected_layer(self, batch: Batch, explain: Callable[[View], Explanation]) -> Explanation:
        """Explain at the best layer whose places the score depends on; if one was named, at that or not at all.

        Behind its last attention, a transformer that reads a class token has layers that no place reaches the score
        from: there the map is zero.
        """
        chosen, blank, cut = self._known.view(batch), None, None
        view: View | None = chosen
        while view is not None:
            try:
                explanation = explain(view)
            except Disconnected as error:
                cut = cut or error
            else:
                if not view.choice.feature.layout.prefix or set(explanation.status) != {"zero"}:
                    self._known.settle(batch, view)
                    return explanation
                blank = blank or explanation
            view = view.of_next_layer()
        if blank is not None:
            return blank
        assert cut is not None
        raise cut if cut.feature.is_input else self._with_cut(cut, batch, chosen) from cut

    def _with_cut(self, error: Disconnected, batch: Batch, view: View) -> Disconnected:
        first = keras.tree.map_structure(lambda x: tf.convert_to_tensor(x[:1]), batch.values)
        seen = record(self.model, first)
        output = keras.tree.flatten(seen.result)[view.output]
        return Disconnected(error.feature, find_cut(self.model, first, error.feature, seen, output))

    def several(self, images: Any, targets: Iterable[Any]) -> list[Explanation]:
        """Explain several targets of the same images; the backbone runs once.

        Args:
            images: as for a call.
            targets: for example ``gct.targets.top(3)`` or ``["tabby", "Egyptian cat"]``.

        Returns:
            One Explanation for each target.
        """
        batch, recording = self._known.prepare(images)
        return self._of_targets(batch, list(targets), self._mode(len(batch)), recording)

    def concepts(self, images: Any, count: int = 5, top: int = 3) -> Concepts:
        """What the layer's feature maps are made of: a few concepts, where each is, and which class it speaks for.

        Deep feature factorization (Collins et al. 2018, arXiv:1806.10206), as method ``"dff"``, which shows one of
        them. The classes of a concept are those the head gives when the layer holds nothing else.

        Args:
            images: as for a call.
            count: how many concepts.
            top: how many classes of each are named.

        Raises:
            MethodError: if the explainer's method works on the input, or there is less than one concept.
            TargetError: if the output is no row of classes.
        """
        batch, _ = self._known.prepare(images)
        view = self._known.view(batch)
        if view.choice.feature.is_input:
            raise MethodError("works on the input, which has no concepts", where=f"method {self.method.name!r}")
        row_length((None, *view.output_shape[1:]), "concepts")
        submodel = self._submodel(view, (view.choice,))
        return concepts.found(submodel, batch, view.choice, count, top, self._known.label, self._compiled)

    def features(self, images: Any, *, whole: bool = False) -> Features:
        """Run the backbone alone, once, and keep its feature maps and predictions.

        Args:
            images: as for a call.
            whole: of one image, keep the whole run: any layer can be explained from it, not this one alone, by this
                explainer or one that it is :meth:`asking` of. It takes the memory of all activations of the model.
        """
        batch, recording = self._known.prepare(images)
        return self._features(batch, "eager" if whole else self._mode(len(batch)), recording)

    def _features(self, batch: Batch, mode: Mode, recording: Recording | None = None) -> Features:
        mode = self._compiled if self.method.by_series else mode
        if mode == "eager" and len(batch) == 1:
            return Features(batch, None, recording or record(self.model, batch.values))
        view = self._known.view(batch)
        return Features(batch, self._submodel(view, self._choices(batch, view)).features(batch.values, mode))

    def from_features(self, features: Features, target: Any = None) -> Explanation:
        """Explain kept features: only the head runs."""
        return self._of_part(features, target, len(features.batch), slice(None))

    def _of_part(self, features: Features, target: Any, images: int, part: slice) -> Explanation:
        """Explain the kept features of some of the images that the target was given for."""
        if features.recording is not None:
            self._known.learn(features.batch, features.recording)
            if self.method.by_series:
                return self._explain(features.batch, target, self._compiled)

        def explained(view: View) -> Explanation:
            resolved, arguments = self._target(target, view, images)
            return self._from_features(features, view, resolved, [one[part] for one in arguments])

        return self._to_connected_layer(features.batch, explained)

    def _from_features(
        self, features: Features, view: View, resolved: Target, arguments: Sequence[np.ndarray]
    ) -> Explanation:
        batch, choices = features.batch, self._choices(features.batch, view)
        submodel = self._submodel(view, choices)
        began = time.perf_counter()
        if features.recording is not None:
            mode: Mode = "eager"
            attribution = submodel.explain_recording(
                features.recording, features.inputs, resolved, self.method, arguments
            )
        else:
            assert features.forward is not None
            mode, kept = self._compiled, features.forward.activations
            attribution = submodel.explain_features(kept, features.inputs, resolved, self.method, arguments, mode)
        return self._explanations(batch, view, choices, attribution, resolved, arguments, mode, began)[0]

    def every_class(self, features: Features, classes: Sequence[int] | None = None) -> Explanation:
        """Explain many classes of one image together, far sooner than one after another.

        Args:
            features: of one image, from :meth:`features`.
            classes: their numbers; default: all.

        Returns:
            An Explanation with a map for each class, in their order, all of the same image.

        Raises:
            TargetError: if the model has no such class, or its output is no row of classes.
            ImageError: if the features are of several images.
            MethodError: if the method runs variations of the image.

        Example:
            >>> explanation = explainer.every_class(explainer.features("cat.jpg"))  # doctest: +SKIP
            >>> explanation.raw.shape  # doctest: +SKIP
            (1000, 7, 7)
        """
        batch = features.batch
        if len(batch) != 1:
            raise ImageError(f"every class of {len(batch)} images at once", remedy="Give the features of one image.")
        if self.method.by_series:
            raise MethodError(
                "runs many variations of the image for each class",
                where=f"method {self.method.name!r}",
                remedy="Explain the classes one by one: explainer.several(images, classes).",
            )
        view = self._known.view(batch)
        wanted = range(self.classes or 0) if classes is None else classes
        if not len(wanted):
            raise TargetError("there are no classes to explain", remedy="The output must be a row of classes.")
        target, arguments = self._target(ClassScore(tuple(int(one) for one in wanted)), view, len(wanted))
        if features.forward is None:
            features = self._features(batch, self._compiled)
        assert features.forward is not None
        began = time.perf_counter()
        attribution = self._submodel(view, (view.choice,)).explain_classes(
            features.forward.activations, features.inputs, target, self.method, arguments, self._compiled
        )
        many = batch.repeated(len(wanted))
        return self._explanations(many, view, (view.choice,), attribution, target, arguments, self._compiled, began)[0]

    def stream(
        self, sources: Sequence[Any], targets: Sequence[Any] = (None,)
    ) -> Iterator[list[Explanation] | GradcamError]:
        """Explain photos one after another, opening the next ones while the model runs; a bad one stops no other.

        Args:
            sources: paths or PIL images; or functions that open a photo, as it should be read.
            targets: what to explain of each; one Explanation is made for each of them.

        Yields:
            For each source, in order, its explanations, each of one image; or the error that came instead.
        """
        for (result,) in stages.stream([self], sources, targets):
            yield result

    def fitted(self, source: Any) -> Fitted:
        """A photo, opened if it is not, fitted to the model; from any thread.

        Raises:
            ImageError: if it cannot be read, or the model does not take one picture.
        """
        path = source if isinstance(source, (str, os.PathLike)) else None
        with flight.at("opening", path):
            return self._known.fit_photo(source)

    def explain_each(
        self, photos: Sequence[Fitted], targets: Sequence[Any] = (None,), *, eager: bool = False
    ) -> list[list[Explanation]]:
        """Explain photos that are opened and fitted, together; for each its explanations, one for each target."""
        mode: Mode = "eager" if eager else self._compiled
        with flight.at("explaining", *_paths(photos), about=self._about):
            batch, recording = self._known.prepare_photos(photos)
            every = (
                [self._explain(batch, targets[0], mode, recording)]
                if len(targets) == 1
                else self._of_targets(batch, targets, mode, recording)
            )
        self.compiled |= not eager
        return [list(one) for one in zip(*every, strict=True)]

    @property
    def _about(self) -> str:
        """What a photo that kills the process kills it by."""
        return f"{self._identity[0] or ''} {self.method.name}"

    def _of_targets(
        self, batch: Batch, targets: Sequence[Any], mode: Mode, recording: Recording | None = None
    ) -> list[Explanation]:
        """For each target an explanation of the whole batch; the backbone runs once."""

        def explained(part: slice) -> list[Explanation]:
            # What was recorded is the run of the first image.
            features = self._features(batch[part], mode, recording if len(batch) == 1 else None)
            return [self._of_part(features, target, len(batch), part) for target in targets]

        return self._within_memory(len(batch), explained)

    def explain_fitted(self, photos: Sequence[Fitted], target: Any = None) -> Explanation:
        """Explain photos that are opened and fitted, together and compiled; target as for a call."""
        with flight.at("explaining", *_paths(photos), about=self._about):
            batch, recording = self._known.prepare_photos(photos)
            return self._explain(batch, target, self._compiled, recording)

    def check_target(self, target: Any) -> None:
        """Raise a TargetError if the model has no such target; images are not needed to know."""
        self._target(target, self._known.seen, 1)

    @property
    def layer(self) -> LayerChoice:
        """The layer the maps are made from, and why it."""
        return self._known.seen.choice

    @property
    def layers(self) -> tuple[LayerChoice, ...]:
        """All layers a map can be made from, best first, each with the reason."""
        return self._known.seen.ranked

    @property
    def calls(self) -> tuple[LayerCall, ...]:
        """Every layer call of the model, in the order they run."""
        return self._known.seen.calls

    @property
    def classes(self) -> int | None:
        """How many classes the model's output has; None if it is not a row of numbers per image."""
        return self._known.classes

    def unfit(self, method: str) -> str | None:
        """Why the model cannot be explained by a method, in words; None if nothing speaks against it.

        Nothing is run: what shows only when a score is computed is not known here.

        Args:
            method: a name of the registry, as for :class:`Explainer`.

        Raises:
            MethodError: if there is no such method.

        Example:
            >>> gct.Explainer(model).unfit("guided-backprop")                         # doctest: +SKIP
            'the model has no ReLU, whose gradient the method changes'
        """
        needs = registry.get(method).needs
        on_relus = "guided_gradients" in needs or "deconvolved_gradients" in needs
        if on_relus and not has_relu(self.model, (call.kind for call in self.calls)):
            return "the model has no ReLU, whose gradient the method changes"
        if "pull_back" in needs and (self.classes or 0) < 2:
            return "the method compares classes, and the model's output is no row of them"
        return None

    @property
    def activation(self) -> str | None:
        """``"softmax"`` or ``"sigmoid"`` if the output ends in one that was found."""
        return self._known.seen.activation

    @property
    def identity(self) -> ModelIdentity:
        """Which model it is: its name, its file and that file's hash, or else its weights'."""
        return ModelIdentity(self.model, *self._identity, self.notes)

    @property
    def preprocessing(self) -> Preprocessing:
        """What is done to photos, and how that is known."""
        return self._known.preprocessing

    @property
    def labels(self) -> Labels | None:
        """The class names, if any are known.

        Raises:
            LabelsError: if the names given are not as many as the outputs.
        """
        return self._known.labels

    @cached_property
    def device(self) -> str:
        """``"GPU"`` where TensorFlow sees one, else ``"CPU"``."""
        return "GPU" if tf.config.list_logical_devices("GPU") else "CPU"

    def _submodel(self, view: View, choices: tuple[LayerChoice, ...]) -> SubModel:
        features = tuple(choice.feature for choice in choices)
        return SubModel.of(self.model, features, view.logits, view.output, choices[0].source, choices[0].channels_first)

    def _target(self, spec: Any, view: View, images: int) -> tuple[Target, tuple[np.ndarray, ...]]:
        shape = (None, *view.output_shape[1:])

        def meant(spec: Any) -> Target:
            return as_target(spec, self._known.class_index, shape, view.activation)

        target = self.method.asked(meant(spec), meant)
        target.check(shape, images)
        return target, target.arguments(images)

    # From maps to an Explanation.

    @property
    def _compiled(self) -> Mode:
        return "frozen" if self.frozen else "compiled"

    def _mode(self, images: int) -> Mode:
        """Eager the first time, so that nobody waits for a trace to see the first map."""
        first, self._warm = not self._warm, True
        return "eager" if first and images <= self.batch_size else self._compiled

    def _explanations(
        self,
        batch: Batch,
        view: View,
        choices: tuple[LayerChoice, ...],
        attribution: Attribution,
        target: Target,
        arguments: Sequence,
        mode: Mode,
        began: float,
    ) -> list[Explanation]:
        """One for each layer."""
        run = Run(mode, self.device, time.perf_counter() - began, len(batch))
        asked = Asked(self.method, target, arguments, self._known, self.identity)
        return assembled(attribution, batch, view, choices, asked, run)


def _place(layer: Any, method: registry.Method) -> Any:
    """The layer that was named, or the input, if that is what the method works on."""
    if method.at == "layer":
        return layer
    if not (isinstance(layer, str) and layer == "auto"):
        raise MethodError(
            "works on the model's input, not on a layer",
            where=f"method {method.name!r}",
            remedy=f"Leave the layer out, or choose one of {', '.join(registry.fitting('layer')[:5])}, …",
        )
    return INPUT


def _paths(photos: Sequence[Fitted]) -> list[str | None]:
    return [None if subject.photo is None else subject.photo.path for _, subject in photos]


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
