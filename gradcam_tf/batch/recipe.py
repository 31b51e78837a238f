"""What is done to each photo: all that a worker, in this process or on another machine, must be told once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradcam_tf.batch.sources import Item
from gradcam_tf.explainer import Explainer
from gradcam_tf.export import FORMATS
from gradcam_tf.images import AS_USUAL
from gradcam_tf.records import Reading

__all__ = ["Recipe", "opened", "stem"]

REVISION = 1
"""Raised when the same settings come to give other files: the journals' photos are then explained anew."""
DEFAULTS: dict[str, Any] = {
    "layer": "auto",
    "output": None,
    "preprocessing": "auto",
    "fit": "squash",
    "reading": AS_USUAL,
    "method": "gradcam",
    "signature": None,
}
"""Of an explainer's options: said or not said, they are the same settings."""
WITHOUT_A_SAY = ("allow_saved_model", "batch_size", "custom_objects", "frozen", "labels", "trust")
"""Options that change no result; the class names are told by their own hash."""
LONGEST = 255 - len(".provenance.json")
"""In bytes: file systems allow 255 for a name, and the longest ending is to come."""


@dataclass(frozen=True)
class Recipe:
    """One model and method, and what is written of each photo.

    Attributes:
        name: the model's, in the table.
        model: its file; None: the embedded model.
        options: of :meth:`Explainer.open`; among them the method.
        target: what is explained, where a photo has no target of its own.
        formats: what is written, keys of :data:`gradcam_tf.export.FORMATS`.
        folder: where in the results, with ``/``; empty for all of them.
        model_sha256, labels_sha256: of what was opened; they have a say in the settings.
    """

    name: str
    model: str | None
    options: dict[str, Any] = field(default_factory=dict)
    target: Any = None
    formats: tuple[str, ...] = ("jpeg", "raw")
    folder: str = ""
    model_sha256: str | None = None
    labels_sha256: str | None = None

    @property
    def method(self) -> str:
        return self.options.get("method", "gradcam")

    def key(self, item: Item) -> tuple[str, str, str]:
        return item.name, self.name, self.method

    @property
    def reading(self) -> Reading:
        """How the photo is read."""
        return self.options.get("reading", AS_USUAL)

    def settings(self, item: Item) -> str:
        """The hash of all that has a say in a photo's files, except the photo."""
        said = [
            REVISION,
            self.model_sha256,
            self.labels_sha256,
            {name: value for name, value in (DEFAULTS | self.options).items() if name not in WITHOUT_A_SAY},
            self.target if item.target is None else item.target,
            item.box,
            sorted(self.formats),
            self.folder,
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=repr).encode()).hexdigest()[:32]

    def files(self, item: Item) -> dict[str, str]:
        """The files of a photo, by format, relative to the folder of results; the one that vouches is last."""
        head = f"{self.folder}/{stem(item.name)}" if self.folder else stem(item.name)
        return {kind: head + ending for kind, ending in FORMATS.items() if kind in self.formats}


def opened(recipes: Sequence[Recipe], open_model: Callable[..., Explainer] = Explainer.open) -> list[Explainer]:
    """An explainer for each; a model is opened once for all its methods."""
    models: dict[str | None, Explainer] = {}
    explainers = []
    for recipe in recipes:
        first = models.get(recipe.model)
        if first is None:
            models[recipe.model] = first = open_model(recipe.model, **recipe.options)
            explainers.append(first)
        else:
            explainers.append(first.asking(method=recipe.method, settings=recipe.options.get("settings")))
    return explainers


def stem(name: str) -> str:
    """A photo's name as its files' names begin: as it is; too long, cut, with a hash of the whole."""
    folder, slash, last = name.rpartition("/")
    raw = last.encode(errors="surrogateescape")
    if len(raw) > LONGEST:
        digest = hashlib.sha256(raw).hexdigest()[:12]
        last = f"{raw[: LONGEST - 13].decode(errors='ignore')}~{digest}"
    return folder + slash + last


def labels_sha256(explainer: Explainer) -> str | None:
    """Of the class names in use; they stand in the table and the provenance."""
    names = explainer.labels.names if explainer.labels is not None else None
    return None if names is None else hashlib.sha256(json.dumps(names).encode()).hexdigest()
