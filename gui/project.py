"""The project file: which model, which photos and what was chosen; no pixels."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from gradcam_tf.errors import GradcamError
from gradcam_tf.export import write_file

from .records import Look, ModelSource, PhotoReading, Question

__all__ = ["ENDING", "Project", "ProjectError", "read", "write"]

ENDING = ".gradcam"
VERSION = 1
MOST_BYTES = 64 * 2**20
"""A hundred thousand long paths take some twenty."""


class ProjectError(GradcamError):
    """A file that is no project."""


@dataclass(frozen=True, slots=True)
class Project:
    """What is open, chosen and shown.

    Attributes:
        model: which model, and how photos are brought to it; paths are absolute, empty for the embedded one.
        photos: absolute paths.
        current: the place of the photo that is shown; -1 for none.
        question: what is asked of it. look: how the heat is drawn.
        readings: how files are read that are not read as usual, by path.
    """

    model: ModelSource = field(default_factory=ModelSource)
    photos: tuple[str, ...] = ()
    current: int = -1
    question: Question = field(default_factory=Question)
    look: Look = field(default_factory=Look)
    readings: Mapping[str, PhotoReading] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _File:
    """As it is written: paths below the file's folder are relative to it, with / between names."""

    gradcam_tf_project: int
    model: ModelSource
    photos: tuple[str, ...]
    current: int
    question: Question
    look: Look
    readings: dict[str, PhotoReading] = field(default_factory=dict)


def write(path: str | os.PathLike, project: Project) -> None:
    """Write a project whole or not at all, over one that is there.

    Raises:
        OutputError: if the disk or folder refuses.
        ProjectError: if a path is no text, so that no text file can hold it.
    """
    folder = Path(os.path.abspath(path)).parent
    content = _with_paths(project, lambda one: _relative(one, folder))
    choices = (content.question, content.look, dict(content.readings))
    file = _File(VERSION, content.model, content.photos, content.current, *choices)
    try:
        text = msgspec.json.format(msgspec.json.encode(file), indent=1)
    except UnicodeEncodeError as error:
        raise ProjectError(
            "a photo's or model's path is no valid text", where=path, remedy="Rename that file or folder."
        ) from error
    write_file(path, text + b"\n", overwrite=True)


def read(path: str | os.PathLike) -> Project:
    """Read a project; the files it names need not be there.

    Raises:
        ProjectError: if it cannot be read, is no project, or is of a later version.
    """
    folder = Path(os.path.abspath(path)).parent
    try:
        with open(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise ProjectError(f"cannot be read: {reason}", where=path, remedy="Check the path.") from error
    if len(content) > MOST_BYTES:
        raise ProjectError("is too long for a project", where=path, remedy=NO_PROJECT)
    read_file = _parsed(content, path)
    choices = (read_file.question, read_file.look, read_file.readings)
    project = Project(read_file.model, read_file.photos, read_file.current, *choices)
    if not -1 <= project.current < len(project.photos):
        project = replace(project, current=0 if project.photos else -1)
    return _with_paths(project, lambda one: os.path.normpath(folder / one))


NO_PROJECT = f"Choose a file that was saved as a project ({ENDING})."


def _parsed(content: bytes, path: str | os.PathLike) -> _File:
    try:
        raw = msgspec.json.decode(content)
        version = raw.get("gradcam_tf_project") if isinstance(raw, dict) else None
        if type(version) is int and version > VERSION:
            raise ProjectError(
                f"was saved by a later version of the program (format {version}, this one reads {VERSION})",
                where=path,
                remedy="Update the program.",
            )
        return msgspec.convert(raw, _File)
    except (ValueError, RecursionError) as error:
        raise ProjectError("is no project, or damaged", where=path, remedy=NO_PROJECT) from error


def _with_paths(project: Project, change: Callable[[str], str]) -> Project:
    def changed(path: str) -> str:
        return change(path) if path else ""

    model = replace(project.model, path=changed(project.model.path), labels=changed(project.model.labels))
    readings = {change(path): reading for path, reading in project.readings.items()}
    return replace(project, model=model, photos=tuple(map(change, project.photos)), readings=readings)


def _relative(path: str, folder: Path) -> str:
    """Below the project's folder as seen from there, so that both can be moved together; else absolute."""
    try:
        return Path(path).relative_to(folder).as_posix()
    except ValueError:
        return path


def is_project(path: Any) -> bool:
    return str(path).lower().endswith(ENDING)
