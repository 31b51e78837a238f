"""The engine process, started by ``gradcam_tf.gui.confined``; the only file of the window that imports the engine."""

from __future__ import annotations

import argparse
import gc
import inspect
import os
import re
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Hashable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from gradcam_tf import confinement, heap, registry, targets
from gradcam_tf.errors import GradcamError, ImageError, MethodError, printable
from gradcam_tf.explainer import Explainer, Features
from gradcam_tf.explanation import Explanation
from gradcam_tf.export import OutputNames, is_fatal, prepare_folder, write_all
from gradcam_tf.images import open_photo
from gradcam_tf.lazy import keras, tf
from gradcam_tf.model.labels import Labels
from gradcam_tf.progress import reporting
from gradcam_tf.registry import Method
from gradcam_tf.stages import stream
from gradcam_tf.targets import Target, class_number

from .decoder import engine_reading, open_picture
from .records import (
    ClassRow,
    Confined,
    Delivery,
    Glance,
    LayerRow,
    MethodRow,
    ModelSource,
    Order,
    PhotoReading,
    Question,
    SettingKind,
    SettingRow,
)
from .serving import Done, Handler, Task, failure_of, for_a_window, serve
from .wire import record

MOST_CLASSES = 300
"""Rows of a prediction that are told."""
MOST_KEPT = 8
"""Photos whose run is kept, if there is memory for so many."""
MOST_EXPLAINERS = 32


class Worker:
    """The open model, and the latest photos it was run on.

    Args:
        memory: bytes that kept runs and their photos may take.
    """

    def __init__(self, memory: int):
        self.memory = memory
        self._explainer: Explainer | None = None
        self._explainers: OrderedDict[Hashable, Explainer] = OrderedDict()
        self._kept: OrderedDict[str, tuple[Features, int]] = OrderedDict()

    @property
    def handlers(self) -> dict[str, Handler]:
        return {"open": self.open, "explain": self.explain, "overview": self.overview, "write": self.write}

    # ---- requests ----

    def open(self, task: Task) -> Generator[None, None, Done]:
        """``source``, ``trust`` -> the ModelCard's fields. The model before stays until the new one is there."""
        source = record(ModelSource, task.arguments["source"])
        yield
        options: dict[str, Any] = {"labels": source.labels or None, "preprocessing": source.preprocessing}
        trust = task.arguments.get("trust") or None
        explainer = Explainer.open(source.path or None, fit=source.fit, trust=trust, **options)
        yield
        card = model_card(explainer, source)
        task.check()
        self._forget()
        self._explainer = explainer
        return Done(card)

    def explain(self, task: Task) -> Done:
        """``photo``, ``path``, ``reading``, ``question``, ``keep`` -> the Answer's fields."""
        began = time.perf_counter()
        arguments, question = task.arguments, record(Question, task.arguments["question"])
        explainer = self._asked(question)
        reading = record(PhotoReading, arguments.get("reading") or {})
        features = self._features(arguments["path"], reading, arguments["keep"], task)
        explanation = _explain(explainer, features, question, task)
        heat, signed = _seen(explanation)
        content = answer(explanation, explainer.labels) | {"photo": arguments["photo"], "question": question}
        return Done(content | {"seconds": time.perf_counter() - began}, {"heat": heat, "signed": signed})

    def write(self, task: Task) -> Generator[None, None, Done]:
        """``paths``, ``readings``, ``question``, ``order`` -> the Delivery's fields.

        A photo that fails stops no other; a full disk, which all others would meet too, stops the rest.
        """
        paths: list[str] = task.arguments["paths"]
        question, order = record(Question, task.arguments["question"]), record(Order, task.arguments["order"])
        prepare_folder(order.folder)
        names = OutputNames()
        stems = [names.stem(path) for path in paths]
        ends: dict[int, Exception | None] = {}
        stopped = threading.Event()

        def put(place: int, results: tuple[Result, ...]) -> None:
            if not stopped.is_set():
                ends[place] = error = _written(results[0], stems[place], order)
                if _stops(error):
                    stopped.set()

        yield from self._through(task, question, put, stopped.is_set)
        return Done(asdict(_delivery(order.folder, ends, len(paths))))

    def overview(self, task: Task) -> Generator[None, None, Done]:
        """``paths``, ``readings``, ``question`` -> ``glances``, the Glance's fields of each photo."""
        question = record(Question, task.arguments["question"])
        labels, glances = self._asked(question).labels, dict[int, Glance]()

        def look(place: int, results: tuple[Result, ...]) -> None:
            glances[place] = _glance(results[0], labels)

        yield from self._through(task, question, look)
        return Done({"glances": [asdict(glance) for _, glance in sorted(glances.items())]})

    def _through(
        self,
        task: Task,
        question: Question,
        finish: Callable[[int, tuple[Result, ...]], None],
        stopped: Callable[[], bool] = lambda: False,
    ) -> Generator[None, None, None]:
        """Explain the ``paths`` of a task, read by its ``readings``; urgent requests are served in between."""
        paths, readings = task.arguments["paths"], task.arguments.get("readings", {})
        explainer = self._asked(question)
        sources = [_source(path, readings.get(path)) for path in paths]
        task.step(0, len(paths))
        yield
        with closing(stream([explainer], sources, [target_of(question, explainer)], finish)) as through:
            for done, path in enumerate(paths, 1):
                with reporting(lambda *_: task.check()):
                    next(through)
                if stopped():
                    return
                task.step(done, len(paths), printable(os.path.basename(path)))
                yield

    # ---- what is kept ----

    def _asked(self, question: Question) -> Explainer:
        """The explainer for a question's layer and method."""
        if self._explainer is None:
            raise GradcamError("no model is open", remedy="Open a model first.")
        key = replace(question, target="auto", index=None, other=None).key
        if key not in self._explainers:
            # A layer that was chosen before does not matter to a method that works on the input.
            at_layer = question.layer != "auto" and registry.get(question.method).at == "layer"
            layer = question.layer if at_layer else None
            settings = _typed(question.method, question.settings)
            self._explainers[key] = self._explainer.asking(layer=layer, method=question.method, settings=settings)
        self._explainers.move_to_end(key)
        if len(self._explainers) > MOST_EXPLAINERS:
            self._explainers.popitem(last=False)
        return self._explainers[key]

    def _features(self, path: str, reading: PhotoReading, keep: bool, task: Task) -> Features:
        """The run of the model on a photo: a kept one if the file is still the same, and read the same way."""
        name = f"{_version(path)}\0{reading}"
        if name in self._kept:
            self._kept.move_to_end(name)
            return self._kept[name][0]
        photo = open_picture(path, reading)
        task.check()
        # Not by the explainer of this question: the run is good for every layer and method.
        assert self._explainer is not None
        features = self._explainer.features(photo, whole=True)
        task.check()
        if keep:
            self._keep(name, features)
        return features

    def _keep(self, name: str, features: Features) -> None:
        self._kept[name] = features, _bytes_of(features)
        while len(self._kept) > 1 and (
            len(self._kept) > MOST_KEPT or sum(size for _, size in self._kept.values()) > self.memory
        ):
            self._kept.popitem(last=False)

    def _forget(self) -> None:
        """Let the model before go, with all that Keras, Python and the C library hold of it."""
        self._kept.clear()
        self._explainers.clear()
        self._explainer = None
        keras.backend.clear_session()
        gc.collect()
        heap.trim()


def _source(path: str, reading: Mapping[str, Any] | None) -> Any:
    """As the engine takes it: a function, if the file is read otherwise than usual."""
    if not reading:
        return path
    how = engine_reading(record(PhotoReading, reading))
    return lambda: open_photo(path, how)


def _version(path: str) -> str:
    """Of a file: another one under its name has another."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return path
    return f"{path}\0{found.st_mtime_ns}\0{found.st_size}\0{found.st_ino}"


def _bytes_of(features: Features) -> int:
    """What a kept run takes, its photo included; a tensor that several calls passed on is counted once."""
    calls = features.recording.calls if features.recording is not None else []
    tensors = {id(tensor): tensor for call in calls for tensor in call.outputs}
    size = sum(int(np.prod(tensor.shape)) * tensor.dtype.size for tensor in tensors.values())
    return size + sum(subject.nbytes for subject in features.batch.subjects)


# ---- questions ----


def target_of(question: Question, explainer: Explainer) -> Any:
    """What the engine calls it."""
    if question.target == "auto":
        return None
    if question.index is None or (question.target == "than" and question.other is None):
        raise GradcamError("no class was named", remedy="Choose a class.")

    def of(index: int) -> Target:
        return targets.ClassScore(index) if explainer.classes is not None else targets.PredictedPixels(index)

    if question.target == "against":
        return -of(question.index)
    if question.target == "than":
        return of(question.index) - of(question.other)  # type: ignore[arg-type]
    return question.index


def _explain(explainer: Explainer, features: Features, question: Question, task: Task) -> Explanation:
    task.check()
    with reporting(task.step):
        explanation = explainer.from_features(features, target_of(question, explainer))
    if explanation.heatmap.ndim != 3:
        raise GradcamError(
            f"its map has {explanation.heatmap.ndim - 1} axes and cannot be drawn over a photo",
            where=f"layer {explanation.layer.name!r}",
            remedy="Choose a layer whose output has height and width.",
        )
    return explanation


Result = Sequence[Explanation] | GradcamError


def _glance(result: Result, labels: Labels | None) -> Glance:
    if isinstance(result, GradcamError):
        return Glance(failure=failure_of(result))
    return Glance(result[0].status[0], next(iter(class_rows(result[0], labels, 1)), None))


def _delivery(folder: str, ends: Mapping[int, Exception | None], photos: int) -> Delivery:
    """What came of so many photos, of which these came to an end: why there are no files, or None if there are."""
    errors = {place: error for place, error in sorted(ends.items()) if error is not None}
    fatal = [place for place, error in errors.items() if _stops(error)]
    # Others were under way when the first met it.
    left = {place for place in range(photos) if place not in ends} | set(fatal[1:])
    failures = tuple((place, failure_of(error)) for place, error in errors.items() if place not in left)
    return Delivery(folder, photos - len(failures) - len(left), failures, left=tuple(sorted(left)))


def _stops(error: Exception | None) -> bool:
    """Whether it is not about the photo: all others would meet it too."""
    return is_fatal(error) and not isinstance(error, ImageError)


def _written(result: Result, stem: str, order: Order) -> Exception | None:
    """Write the files of one photo; or why there are none."""
    if isinstance(result, GradcamError):
        return result
    try:
        write_all(
            result[0],
            order.folder,
            stem,
            kinds=order.kinds,
            look=order.look,
            overwrite=order.overwrite,
            prepared=True,
        )
    except Exception as error:
        return error
    return None


def _typed(name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as the method's function takes them: a whole number where it wants one.

    Raises:
        MethodError: if one is not what it should be.
    """
    rows = {row.name: row for row in setting_rows(registry.get(name))}
    typed = {}
    for key, value in settings.items():
        row = rows.get(key)
        fits = row is None or value is None or isinstance(value, KINDS[row.kind])
        if not fits or (row is not None and row.choices and value not in row.choices):
            raise MethodError(
                f"cannot be {value!r}", where=f"setting {key!r} of {name!r}", remedy="Choose another value."
            )
        typed[key] = float(value) if row is not None and row.kind == "number" and value is not None else value
    return typed


KINDS: dict[str, tuple[type, ...]] = {
    "switch": (bool,),
    "whole": (int,),
    "number": (int, float),
    "choice": (str,),
    "text": (str,),
}


# ---- answers: what the window is told ----


def answer(explanation: Explanation, labels: Labels | None) -> dict[str, Any]:
    """The fields of an Answer, but for what was asked and the arrays."""
    result, subject = explanation.results[0], explanation.subjects[0]
    if subject.photo is None or subject.placement is None:
        raise GradcamError("its map does not lie on the photo", remedy="Choose another layer.")
    return {
        "box": subject.placement.photo_box,
        "highest": result["full_heat"] or 0.0,
        "lowest": result["lowest"] or 0.0,
        "strongest": result["full_signed"] or 0.0,
        "status": explanation.status[0],
        "reason": explanation.reasons[0],
        "title": explanation.title,
        "layer": explanation.layer.name,
        "layer_reason": explanation.layer.reason,
        "classes": class_rows(explanation, labels),
        "device": explanation.run.device,
        "notes": [for_a_window(note) for note in subject.photo.notes],
    }


def _seen(explanation: Explanation) -> tuple[np.ndarray, np.ndarray]:
    """Heat and signed map on the part of the input that shows the photo."""
    placement = explanation.subjects[0].placement
    heat, signed = explanation.heatmap[0], explanation.signed[0]
    if placement is None or heat.shape != placement.input_size:
        return heat, signed
    left, top, right, bottom = (round(edge) for edge in placement.input_box)
    return heat[top:bottom, left:right], signed[top:bottom, left:right]


def class_rows(explanation: Explanation, labels: Labels | None, most: int = MOST_CLASSES) -> list[ClassRow]:
    """The prediction, likeliest first; of an output with places, its mean over them."""
    row = np.atleast_1d(explanation.predictions[0])
    row = row.reshape(-1, row.shape[-1]).mean(0)
    known = explanation.activation is not None
    finite = [i for i in np.argsort(-row, kind="stable")[:most].tolist() if np.isfinite(row[i])]
    return [
        ClassRow(i, class_number(i) if labels is None else labels[i], float(row[i]), float(row[i]) if known else None)
        for i in finite
    ]


# ---- the card ----


def model_card(explainer: Explainer, source: ModelSource) -> dict[str, Any]:
    """The fields of a ModelCard; the model is run once, on zeros."""
    prepared, labels, choice = explainer.preprocessing, explainer.labels, explainer.layer
    return {
        "name": explainer.model.name,
        "path": source.path,
        "sha256": explainer.identity.sha256 or "",
        "input_shape": tuple(explainer.model.inputs[0].shape[1:]),
        "activation": explainer.activation or "",
        "classes": explainer.classes or 0 if labels is None else [labels[i] for i in range(len(labels))],
        "named": labels is not None,
        "preprocessing": prepared.name,
        "preprocessing_reason": prepared.reason,
        "preprocessing_known": prepared.known,
        "layers": layer_rows(explainer),
        "layer": choice.name,
        "layer_reason": choice.reason,
        "methods": [replace(row, unfit=explainer.unfit(row.name) or "") for row in method_rows()],
        "notes": explainer.notes,
    }


def layer_rows(explainer: Explainer) -> list[LayerRow]:
    ranked = {choice.name: (rank, choice.reason) for rank, choice in enumerate(explainer.layers, 1)}
    return [
        LayerRow(call.name, call.kind, call.shape[1:], call.depth, *ranked.get(call.name, (None, "")))
        for call in explainer.calls
    ]


def method_rows() -> list[MethodRow]:
    """The registry, as it is offered."""
    return [_method_row(method) for method in registry.methods().values()]


def _method_row(method: Method) -> MethodRow:
    return MethodRow(
        method.name,
        method.title,
        method.summary,
        method.group,
        method.cost,
        method.paper,
        slow=method.by_series,
        settings=setting_rows(method),
    )


def setting_rows(method: Method) -> tuple[SettingRow, ...]:
    """A method's parameters: their kind from default and annotation, their words from the docstring."""
    parameters, said = inspect.signature(method.function).parameters, _args(inspect.getdoc(method.function) or "")
    return tuple(
        _setting_row(name, default, str(parameters[name].annotation), said.get(name, ""))
        for name, default in method.settings.items()
    )


def _setting_row(name: str, default: Any, annotation: str, what: str) -> SettingRow:
    kind: SettingKind = next((kind for type_, kind in KIND_OF.items() if annotation.startswith(type_)), "text")
    named = tuple(re.findall(r'``"([^"`]+)"``', what))
    if kind == "text" and default in named:
        return SettingRow(name, "choice", default, named, what=_plain(what))
    return SettingRow(name, kind, default, what=_plain(what))


KIND_OF: dict[str, SettingKind] = {"bool": "switch", "int": "whole", "float": "number"}


def _args(doc: str) -> dict[str, str]:
    """What a docstring's Args section says of each parameter, in one line."""
    section = re.search(r"^Args:\n((?:[ ]{4}.*\n|\n)*)", doc + "\n", re.MULTILINE)
    entries = re.findall(r"^[ ]{4}(\w+): (.*(?:\n[ ]{8}.*)*)", section[1] if section else "", re.MULTILINE)
    return {name: " ".join(text.split()) for name, text in entries}


def _plain(markup: str) -> str:
    return markup.replace('``"', "").replace('"``', "").replace("``", "")


# ---- the process ----


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m gradcam_tf.gui.worker")
    parser.add_argument("--threads", type=int, default=0, help="0: as many as TensorFlow thinks best")
    parser.add_argument("--memory", type=int, default=1024, help="MiB for what is kept of the latest photos")
    parser.add_argument("folder")
    options = parser.parse_args(arguments)
    serve(Worker(options.memory * 2**20).handlers, lambda: _prepare(options.threads), options.folder)


def _prepare(threads: int) -> dict[str, Any]:
    """Import what takes seconds, while the window is there already."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    if threads:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
    device = "GPU" if tf.config.list_logical_devices("GPU") else "CPU"
    held = confinement.current()
    kept = {} if held is None else asdict(Confined(held.landlock, held.reads, held.writes, held.network, held.missing))
    told = {"device": device, "tensorflow": tf.__version__, "confinement": str(held or "")}
    return told | {"confined": kept}


if __name__ == "__main__":
    main(sys.argv[1:])
