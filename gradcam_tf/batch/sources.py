"""What is to be explained: folders, lists and single photos -> items with names of their own. Nothing is opened."""

from __future__ import annotations

import csv
import fnmatch
import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradcam_tf.errors import GradcamError, ImageError, OutputError, TargetError
from gradcam_tf.records import Box

__all__ = ["LISTS", "PATTERNS", "Item", "Sources", "find", "to_read"]

PATTERNS = ("*.jpg", "*.jpeg", "*.png", "*.bmp", "*.gif", "*.tif", "*.tiff", "*.webp")
"""What is taken from a folder unless other patterns are given; capitals do not count."""
LISTS = (".txt", ".csv", ".parquet")
"""Endings of files that list photos, as opposed to photos."""
BOX = ("left", "top", "right", "bottom")
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Item:
    """One photo to explain.

    Attributes:
        name: its path relative to the root, with ``/``: the key in the journal, and how its files' names begin.
        path: where it is.
        target: a class number or name of its own; None: as the job says.
        box: where the thing is, in pixels of the photo; None if not told.
    """

    name: str
    path: str
    target: int | str | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """All there is to explain, and the folder its names are relative to."""

    root: str
    items: tuple[Item, ...]

    def __len__(self) -> int:
        return len(self.items)


def find(sources: Sequence[str | os.PathLike], *, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Sources:
    """List photos.

    A name is relative to the deepest folder that holds all sources: to the folder itself if there is one.

    Args:
        sources: folders (with all that is below them), photos, and lists: ``.txt`` (a path a line), ``.csv`` or
            ``.parquet`` (columns ``path``, and if wanted ``target`` and ``left``, ``top``, ``right``, ``bottom``).
            Paths in a list are relative to the list. A list may name what is missing: that is a failure of that photo.
        include: patterns of names to take from folders (``*.png``, or with folders ``train/*/*.png``); default:
            :data:`PATTERNS`.
        exclude: patterns of names to leave out.

    Raises:
        ImageError: if there is nothing, a source is missing, or a list cannot be read.
    """
    if not sources:
        raise ImageError("no folder, photo or list was given")
    given = [os.path.abspath(os.fspath(source)) for source in sources]
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in given]
    listed = {path: tuple(_listed(path)) for path in given if _is_list(path)}
    outside = [os.path.dirname(one.path) for items in listed.values() for one in items]
    root = _common([*folders, *outside])
    found = [
        item
        for path in given
        for item in (listed[path] if path in listed else _in_folder(path, include or PATTERNS, exclude))
    ]
    if not found:
        where = ", ".join(map(str, sources[:MOST_SHOWN]))
        raise ImageError(
            "no photos are in it", where=where, remedy=f"Photos are found by name: {', '.join(include or PATTERNS)}."
        )
    return Sources(root, tuple(_named(found, root)))


def to_read(sources: Sequence[str | os.PathLike], **patterns: Sequence[str]) -> list[str]:
    """Files and folders that reading all photos takes: what was given, what is listed, and where links lead.

    Args:
        sources, patterns: as for :func:`find`; what that raises is raised. A ``.parquet`` list is read in a process of
            its own, for its library starts threads.
    """
    given = [os.path.realpath(source) for source in sources]
    folders = [one for one in given if os.path.isdir(one)]
    if any(_is_list(one) and one.lower().endswith(".parquet") for one in given):
        items = _elsewhere([os.fspath(source) for source in sources], patterns)
    else:
        items = find(sources, **patterns).items
    outside = {folder for folder in map(os.path.dirname, {one.path for one in items}) if not _below(folder, folders)}
    files = [one.path for one in items if os.path.dirname(one.path) in outside or os.path.islink(one.path)]
    return [*given, *dict.fromkeys(map(os.path.realpath, files))]


def _below(path: str, folders: Iterable[str]) -> bool:
    real = os.path.realpath(path)
    return any(_inside(real, folder) for folder in folders)


def _elsewhere(sources: Sequence[str], patterns: Mapping[str, Sequence[str]]) -> tuple[Item, ...]:
    code = (
        "import sys, pickle; from gradcam_tf.batch.sources import found; "
        "sys.stdout.buffer.write(pickle.dumps(found(*pickle.load(sys.stdin.buffer))))"
    )
    asked = pickle.dumps((sources, dict(patterns)))
    done = subprocess.run([sys.executable, "-P", "-c", code], input=asked, stdout=subprocess.PIPE, check=True)
    items = pickle.loads(done.stdout)
    if isinstance(items, Exception):
        raise items
    return items


def found(sources: Sequence[str], patterns: Mapping[str, Sequence[str]]) -> tuple[Item, ...] | GradcamError:
    """The photos, or the error that came instead."""
    try:
        return find(sources, **patterns).items
    except GradcamError as error:
        return error


def check_apart(sources: Iterable[str | os.PathLike], out: str | os.PathLike) -> None:
    """Raise an OutputError if results would be written among the photos, where they would be found as photos."""
    out = os.path.realpath(out)
    for source in sources:
        folder = os.path.realpath(source)
        if os.path.isdir(folder) and _inside(out, folder):
            raise OutputError(
                f"is inside {os.fspath(source)}, whose photos are explained",
                where=out,
                remedy="Choose a folder beside it with --out.",
            )


def _inside(path: str, folder: str) -> bool:
    return os.path.commonpath([path, folder]) == folder if path[:1] == folder[:1] else False


def _common(folders: Sequence[str]) -> str:
    try:
        return os.path.commonpath(folders)
    except ValueError as error:  # two drives of Windows
        raise ImageError("lie on different drives", where=", ".join(sorted(set(folders))[:MOST_SHOWN])) from error


def _named(items: Iterable[Item], root: str) -> Iterator[Item]:
    """Items with their names; a photo that is listed again for another target gets a number behind its name."""
    seen: dict[str, list[Item]] = {}
    for item in items:
        name = os.path.relpath(item.path, root).replace(os.sep, "/")
        others = seen.setdefault(name, [])
        if item in others:
            continue
        others.append(item)
        yield Item(name if len(others) == 1 else f"{name}#{len(others)}", item.path, item.target, item.box)


# ---- folders ----


def _in_folder(path: str, include: Sequence[str], exclude: Sequence[str]) -> Iterator[Item]:
    if not os.path.isdir(path):
        if not os.path.lexists(path):
            raise ImageError("there is no such folder or file", where=path, remedy="Check the path.")
        yield Item("", path)
        return
    for one in _walk(path, set()):
        name = os.path.relpath(one, path).replace(os.sep, "/")
        if _matches(name, include) and not _matches(name, exclude):
            yield Item("", one)


def _walk(folder: str, above: set[tuple[int, int]]) -> Iterator[str]:
    """Every file below, in order; hidden ones apart. A link that leads back to a folder it is in is not followed."""
    try:
        found = os.stat(folder)
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ImageError(
            f"the folder cannot be read ({reason})", where=folder, remedy="Check its permissions."
        ) from error
    identity = (found.st_dev, found.st_ino)
    if identity in above:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(entry.path, above | {identity})
        else:
            yield entry.path


def _matches(name: str, patterns: Sequence[str]) -> bool:
    """Whether a name fits one of them: with a ``/`` the whole of it, else its last part."""
    lower, last = name.lower(), name.lower().rpartition("/")[2]
    return any(fnmatch.fnmatchcase(lower if "/" in one else last, one.lower()) for one in patterns)


# ---- lists ----


def _is_list(path: str) -> bool:
    return path.lower().endswith(LISTS) and not os.path.isdir(path)


def _listed(path: str) -> Iterator[Item]:
    folder = os.path.dirname(path)
    for number, row in enumerate(_rows(path), 1):
        if not row.get("path"):
            raise ImageError("has no path", where=f"{path}, photo {number}", remedy="Give each photo a path.")
        yield Item("", os.path.normpath(os.path.join(folder, row["path"])), _target(row), _box(row, path, number))


def _rows(path: str) -> list[dict[str, Any]]:
    readers = {".txt": _text_rows, ".csv": _csv_rows, ".parquet": _parquet_rows}
    try:
        rows = readers[os.path.splitext(path)[1].lower()](path)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ImageError(f"the list cannot be read: {reason.lower()}", where=path, remedy="Check the path.") from error
    if rows and "path" not in rows[0]:
        has = ", ".join(map(str, rows[0])) or "none"
        raise ImageError(
            f"has no column 'path' (its columns: {has})", where=path, remedy="Name the column of the photos 'path'."
        )
    return rows


def _text_rows(path: str) -> list[dict[str, Any]]:
    lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    return [{"path": line.strip()} for line in lines if line.strip() and not line.startswith("#")]


def _csv_rows(path: str) -> list[dict[str, Any]]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _parquet_rows(path: str) -> list[dict[str, Any]]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError as error:
        raise ImageError(
            "pyarrow is needed to read it", where=path, remedy="pip install 'gradcam_tf[batch]', or give a .csv."
        ) from error
    try:
        return parquet.read_table(path).to_pylist()
    except ArrowException as error:
        raise ImageError("is no Parquet file, or damaged", where=path, remedy="Save it anew.") from error


def _target(row: Mapping[str, Any]) -> int | str | None:
    """A class by number or name; nothing where the cell is empty."""
    given = row.get("target")
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    if isinstance(given, str):
        return int(given) if given.strip().isdecimal() else given.strip()
    if int(given) != given:
        raise TargetError("is no whole number, nor a class name", where=f"target {given!r}")
    return int(given)


def _box(row: Mapping[str, Any], path: str, number: int) -> Box | None:
    edges = [row.get(edge) for edge in BOX]
    given = [edge for edge in edges if edge not in (None, "")]
    if not given:
        return None
    try:
        left, top, right, bottom = (float(edge) for edge in given)
    except ValueError as error:
        raise ImageError(
            f"has no whole box: {', '.join(f'{k}={row.get(k)!r}' for k in BOX)}",
            where=f"{path}, photo {number}",
            remedy="Give left, top, right and bottom in pixels, or none of them.",
        ) from error
    if not (left < right and top < bottom):
        raise ImageError(
            "has a box without an inside", where=f"{path}, photo {number}", remedy="left < right, top < bottom."
        )
    return left, top, right, bottom
