"""What paths that were dropped, chosen or given on the command line are."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from gradcam_tf.images import FORMATS

from .project import ENDING

__all__ = ["MODEL_ENDINGS", "PHOTO_ENDINGS", "SAVED_MODEL", "Kinds", "is_saved_model", "told_apart"]

SAVED_MODEL = "saved_model.pb"
"""The file by which a folder is a model; it stands for its folder."""

MODEL_ENDINGS = (".keras", ".h5", ".hdf5")
PHOTO_ENDINGS = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".dib", ".gif", ".tif", ".tiff", ".webp")
"""By which photos are found in folders; a file that is given itself is tried, whatever its name."""
MOST_OPENED = 64
"""Files whose names say nothing are opened to see how they begin, but no more than these while the mouse moves."""
BEGINNINGS = tuple(beginning for beginnings in FORMATS.values() for beginning in beginnings)


@dataclass(frozen=True, slots=True)
class Kinds:
    """Paths by what is to be done with them; ``other`` are neither pictures nor models, nor folders, nor there."""

    models: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    other: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.models or self.projects or self.photos or self.folders)

    @property
    def paths(self) -> list[str]:
        """All that something can be done with."""
        return [*self.projects, *self.models, *self.photos, *self.folders]


def told_apart(paths: Iterable[str | os.PathLike]) -> Kinds:
    """Which are models, projects, photos, folders: by the name, or by how the file begins if the name says nothing."""
    kinds: dict[str, list[str]] = {kind: [] for kind in Kinds.__dataclass_fields__}
    opened = 0
    for path in map(os.fsdecode, paths):
        kind = _by_name(path)
        if not kind and opened < MOST_OPENED:
            kind, opened = _by_content(path), opened + 1
        kinds[kind or "other"].append(path)
    return Kinds(**{kind: tuple(these) for kind, these in kinds.items()})


def is_saved_model(path: str) -> bool:
    """Whether this is a SavedModel folder, or the file that stands for it."""
    return os.path.basename(path) == SAVED_MODEL or os.path.isfile(os.path.join(path, SAVED_MODEL))


def _by_name(path: str) -> str:
    ending = os.path.splitext(path)[1].lower()
    if is_saved_model(path):
        return "models"
    if ending in PHOTO_ENDINGS:
        return "photos"
    if ending == ENDING:
        return "projects"
    if ending in MODEL_ENDINGS:
        return "folders" if os.path.isdir(path) else "models"
    return "folders" if os.path.isdir(path) else ""


def _by_content(path: str) -> str:
    if not os.path.isfile(path):
        return ""
    try:
        with open(path, "rb") as file:
            return "photos" if file.read(16).startswith(BEGINNINGS) else ""
    except OSError:
        return ""
