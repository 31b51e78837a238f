"""What is to be explained: folders, lists and single photos -> items with names of their own. Nothing is opened."""

from __future__ import annotations

import csv
import fnmatch
import io
import os
import pickle  # nosec B403: of this package, by a process that it starts
import posixpath
import subprocess  # nosec B404
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gradcam_tf.batch.places import Places, Signature, is_address, local, without_keys
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
        signature: of its file, where it came with the listing of its folder.
    """

    name: str
    path: str
    target: int | str | None = None
    box: Box | None = None
    signature: Signature | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Sources:
    """All there is to explain, the folder its names are relative to, and where that is."""

    root: str
    items: tuple[Item, ...]
    places: Places = field(default_factory=Places)

    def __len__(self) -> int:
        return len(self.items)


def find(sources: Sequence[str | os.PathLike], *, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Sources:
    """List photos.

    A name is relative to the deepest folder that holds all sources: to the folder itself if there is one.

    Args:
        sources: folders (with all that is below them), photos, and lists: ``.txt`` (a path a line), ``.csv`` or
            ``.parquet`` (columns ``path``, and if wanted ``target`` and ``left``, ``top``, ``right``, ``bottom``).
            Paths in a list are relative to the list. A list may name what is missing: that is a failure of that photo.
            Any of them may be an address that pyarrow knows, such as ``s3://bucket/folder``.
        include: patterns of names to take from folders (``*.png``, or with folders ``train/*/*.png``); default:
            :data:`PATTERNS`.
        exclude: patterns of names to leave out.

    Raises:
        ImageError: if there is nothing, a source is missing, or a list cannot be read.
    """
    if not sources:
        raise ImageError("no folder, photo or list was given")
    places = Places()
    given = [_absolute(source, places) for source in sources]
    folders = [path if _is_folder(path, places) else os.path.dirname(path) for path in given]
    listed = {path: tuple(_listed(path, places)) for path in given if _is_list(path, places)}
    outside = [os.path.dirname(one.path) for items in listed.values() for one in items]
    # A list says where its photos are; it need not lie beside them.
    beside = [folder for path, folder in zip(given, folders, strict=True) if not _lists_elsewhere(path, listed)]
    root = _common([*beside, *outside])
    found = [
        item
        for path in given
        for item in (listed[path] if path in listed else _in_folder(path, include or PATTERNS, exclude, places))
    ]
    if not found:
        where = ", ".join(given[:MOST_SHOWN])
        raise ImageError(
            "no photos are in it", where=where, remedy=f"Photos are found by name: {', '.join(include or PATTERNS)}."
        )
    return Sources(root, tuple(_named(found, root)), places)


def _absolute(source: str | os.PathLike, places: Places) -> str:
    path = local(source)
    return places.add(path) if is_address(path) else os.path.abspath(path)


def _is_folder(path: str, places: Places) -> bool:
    return bool(places.is_folder(path)) if is_address(path) else os.path.isdir(path)


def _lists_elsewhere(path: str, listed: Mapping[str, Sequence[Item]]) -> bool:
    return bool(listed.get(path)) and all(is_address(item.path) != is_address(path) for item in listed[path])


def to_read(sources: Sequence[str | os.PathLike], **patterns: Sequence[str]) -> list[str]:
    """Files and folders that reading all photos takes: what was given, what is listed, and where links lead.

    Addresses alone, where any of it lies elsewhere.

    Args:
        sources, patterns: as for :func:`find`; what that raises is raised. A ``.parquet`` list is read in a process of
            its own, for its library starts threads.
    """
    given = [_real(source) for source in sources]
    if any(map(is_address, given)):
        return given
    folders = [one for one in given if os.path.isdir(one)]
    if any(one.lower().endswith(".parquet") and not os.path.isdir(one) for one in given):
        items = _elsewhere([os.fspath(source) for source in sources], patterns)
    else:
        items = find(sources, **patterns).items
    if addresses := [one.path for one in items if is_address(one.path)]:
        return addresses
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
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(command, input=asked, stdout=subprocess.PIPE, check=True)  # nosec B603
    items = pickle.loads(done.stdout)  # nosec B301
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
    inside = _real(out)
    for source in sources:
        folder = _real(source)
        if (is_address(folder) or os.path.isdir(folder)) and _inside(inside, folder):
            raise OutputError(
                f"is inside {folder if is_address(folder) else os.fspath(source)}, whose photos are explained",
                where=inside,
                remedy="Choose a folder beside it with --out.",
            )


def _real(path: str | os.PathLike) -> str:
    path = local(path)
    return without_keys(path).rstrip("/") if is_address(path) else os.path.realpath(path)


def _inside(path: str, folder: str) -> bool:
    if is_address(path) or is_address(folder):
        return f"{path}/".startswith(f"{folder}/")
    return os.path.commonpath([path, folder]) == folder if path[:1] == folder[:1] else False


def _common(folders: Sequence[str]) -> str:
    remote = {folder.partition("://")[0] if is_address(folder) else "" for folder in folders}
    if len(remote) > 1:
        where = ", ".join(sorted(set(folders))[:MOST_SHOWN])
        raise ImageError("lie on different file systems", where=where, remedy="Explain them one after the other.")
    if remote != {""}:
        return _common_address(folders)
    try:
        return os.path.commonpath(folders)
    except ValueError as error:  # two drives of Windows
        raise ImageError("lie on different drives", where=", ".join(sorted(set(folders))[:MOST_SHOWN])) from error


def _common_address(folders: Sequence[str]) -> str:
    """Names of several buckets begin with the bucket's."""
    scheme = folders[0].partition("://")[0]
    return f"{scheme}://{posixpath.commonpath([folder.partition('://')[2] for folder in folders])}"


def _named(items: Iterable[Item], root: str) -> Iterator[Item]:
    """Items with their names; a photo that is listed again for another target gets a number behind its name."""
    seen: dict[str, list[Item]] = {}
    for item in items:
        name = _relative(item.path, root)
        others = seen.setdefault(name, [])
        if item in others:
            continue
        others.append(item)
        yield replace(item, name=name if len(others) == 1 else f"{name}#{len(others)}")


def _relative(path: str, root: str) -> str:
    if is_address(path):
        return path.removeprefix(root).lstrip("/")
    return os.path.relpath(path, root).replace(os.sep, "/")


# ---- folders ----


def _in_folder(path: str, include: Sequence[str], exclude: Sequence[str], places: Places) -> Iterator[Item]:
    if not _is_folder(path, places):
        if places.signature(path) is None and not os.path.lexists(path):
            raise ImageError("there is no such folder or file", where=path, remedy="Check the path.")
        yield Item("", path)
        return
    below = places.below(path) if is_address(path) else ((one, None) for one in _walk(path, set()))
    for one, signature in below:
        name = _relative(one, path)
        if _matches(name, include) and not _matches(name, exclude):
            yield Item("", one, signature=signature)


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


def _is_list(path: str, places: Places) -> bool:
    return path.lower().endswith(LISTS) and not _is_folder(path, places)


def _listed(path: str, places: Places) -> Iterator[Item]:
    for number, row in enumerate(_rows(path, places), 1):
        if not row.get("path"):
            raise ImageError("has no path", where=f"{path}, photo {number}", remedy="Give each photo a path.")
        yield Item("", _beside(path, row["path"], places), _target(row), _box(row, path, number))


def _beside(of_list: str, path: str, places: Places) -> str:
    """Where a photo is that a list names."""
    path = local(path)
    if is_address(path):
        return places.known(path)
    if not is_address(of_list):
        return os.path.normpath(os.path.join(os.path.dirname(of_list), path))
    scheme, _, folder = os.path.dirname(of_list).partition("://")
    return f"{scheme}://{posixpath.normpath(posixpath.join(folder, path)).lstrip('/')}"


def _rows(path: str, places: Places) -> list[dict[str, Any]]:
    readers = {".txt": _text_rows, ".csv": _csv_rows, ".parquet": _parquet_rows}
    try:
        content = places.read(path) if is_address(path) else Path(path).read_bytes()
        rows = readers[os.path.splitext(path)[1].lower()](content, path)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ImageError(f"the list cannot be read: {reason.lower()}", where=path, remedy="Check the path.") from error
    if rows and "path" not in rows[0]:
        has = ", ".join(map(str, rows[0])) or "none"
        raise ImageError(
            f"has no column 'path' (its columns: {has})", where=path, remedy="Name the column of the photos 'path'."
        )
    return rows


def _text_rows(content: bytes, _: str) -> list[dict[str, Any]]:
    lines = content.decode("utf-8-sig").splitlines()
    return [{"path": line.strip()} for line in lines if line.strip() and not line.startswith("#")]


def _csv_rows(content: bytes, _: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _parquet_rows(content: bytes, path: str) -> list[dict[str, Any]]:
    try:
        from pyarrow import ArrowException, BufferReader, parquet
    except ImportError as error:
        raise ImageError(
            "pyarrow is needed to read it", where=path, remedy="pip install 'gradcam_tf[batch]', or give a .csv."
        ) from error
    try:
        return parquet.read_table(BufferReader(content)).to_pylist()
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
