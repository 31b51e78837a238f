"""Explanation -> files: whole or not at all, and never over something that is there unless asked."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from gradcam_tf import render
from gradcam_tf.errors import OutputError

if TYPE_CHECKING:
    from gradcam_tf.explanation import Explanation

__all__ = ["FILES", "OutputNames", "prepare_folder", "write_all", "write_explanation", "write_file"]

FILES = {"overlay": ".overlay.png", "heatmap": ".heatmap.png", "raw": ".raw.npz", "provenance": ".json"}
"""What is written for an image, and how its file's name ends. The provenance is last: where it is, all is."""
LONGEST_STEM = 150


def write_all(
    explanation: Explanation, folder: str | os.PathLike, stem: str, *, overwrite: bool = False
) -> dict[str, str]:
    """Write overlay, heatmap, numbers and provenance of one image.

    Args:
        explanation: of one image.
        folder: where to; it is made if it is missing.
        stem: how the files' names begin; see :class:`OutputNames`.
        overwrite: replace files that are there.

    Returns:
        The path of each file, by the keys of :data:`FILES`.

    Raises:
        OutputError: if one exists, or cannot be written. Then none is half-written.
    """
    folder = prepare_folder(folder)
    paths = {kind: folder / f"{stem}{ending}" for kind, ending in FILES.items()}
    if not overwrite:
        _check_free(paths)
    contents = {
        "overlay": _png(explanation.overlay()),
        "heatmap": _png(Image.fromarray(render.colorize(explanation.heat()[0]))),
        "raw": _npz(explanation),
        "provenance": _json(explanation.provenance[0] | {"files": {k: p.name for k, p in paths.items()}}),
    }
    for kind, path in paths.items():
        write_file(path, contents[kind], overwrite=overwrite)
    return {kind: str(path) for kind, path in paths.items()}


def write_explanation(explanation: Explanation, path: str | os.PathLike, *, overwrite: bool = False) -> None:
    """Write one file, by its ending: ``.npz`` holds the numbers of all images, ``.png`` the overlay of one."""
    path = Path(path)
    kinds = {".npz": lambda: _npz(explanation), ".png": lambda: _png(explanation.overlay())}
    if path.suffix.lower() not in kinds:
        raise OutputError("has an ending that is not known", where=path, remedy=f"Use {' or '.join(kinds)}.")
    write_file(path, kinds[path.suffix.lower()](), overwrite=overwrite)


def prepare_folder(folder: str | os.PathLike) -> Path:
    """The folder, made if it is missing.

    Raises:
        OutputError: if it cannot be made or written to.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _output_error(error, folder) from error
    return folder


def write_file(path: str | os.PathLike, content: bytes, *, overwrite: bool = False) -> None:
    """Write a file whole or not at all: to a temporary file beside it, flushed to the disk, then renamed.

    Raises:
        OutputError: if it exists (unless ``overwrite``), or the disk or folder refuses.
    """
    path = Path(path)
    temporary = path.parent / f".{secrets.token_hex(8)}.part"
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _put(temporary, path, overwrite)
    except OSError as error:
        raise _output_error(error, path) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _put(temporary: Path, path: Path, overwrite: bool) -> None:
    """Give the file its name; a hard link, unlike a rename, fails if another took the name meanwhile."""
    if overwrite:
        os.replace(temporary, path)
        return
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        os.rename(temporary, path)


class OutputNames:
    """Gives each image of a run a stem of its own, so that two of the same name never share a file."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def stem(self, name: str) -> str:
        """``cat`` for the first ``cat.png``, ``cat-2`` for the next; capitals do not tell names apart."""
        base = _printable(Path(name).stem)[:LONGEST_STEM] or "image"
        stem, count = base, 1
        while stem.casefold() in self._taken:
            count += 1
            stem = f"{base}-{count}"
        self._taken.add(stem.casefold())
        return stem


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() and c not in '/\\:*?"<>|' else "_" for c in name).strip(". ")


def _check_free(paths: Mapping[str, Path]) -> None:
    for path in paths.values():
        if path.exists():
            raise OutputError("exists already", where=path, remedy="Use another folder, or --overwrite.")


def _png(picture: Image.Image) -> bytes:
    stream = BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def _npz(explanation: Explanation) -> bytes:
    stream = BytesIO()
    np.savez_compressed(
        stream,
        raw=explanation.raw,
        heatmap=explanation.heatmap,
        scores=explanation.scores,
        predictions=explanation.predictions,
        status=np.array(explanation.status),
        provenance=np.array([json.dumps(one) for one in explanation.provenance]),
    )
    return stream.getvalue()


def _json(record: Mapping[str, Any]) -> bytes:
    return (json.dumps(record, indent=2, ensure_ascii=True) + "\n").encode()


REMEDIES = {
    errno.ENOSPC: "Free some space, or choose another folder with --out.",
    errno.EDQUOT: "Free some space, or choose another folder with --out.",
    errno.EACCES: "Choose a folder you may write to with --out.",
    errno.EROFS: "Choose a folder you may write to with --out.",
    errno.EEXIST: "Use another folder, or --overwrite.",
    errno.ENOTDIR: "Choose a folder with --out.",
}


def _output_error(error: OSError, path: Path) -> OutputError:
    what = f"cannot be written: {(error.strerror or str(error)).lower()}"
    return OutputError(what, where=path, remedy=REMEDIES.get(error.errno or 0))
