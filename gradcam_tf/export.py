"""Explanation -> files: whole or not at all, and never over something that is there unless asked."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import secrets
import tempfile
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from gradcam_tf import render
from gradcam_tf.errors import OutputError, printable

if TYPE_CHECKING:
    from gradcam_tf.explanation import Explanation

__all__ = [
    "FILES",
    "FORMATS",
    "MORE_FILES",
    "OutputNames",
    "jpeg",
    "makers",
    "prepare_folder",
    "safe",
    "write_all",
    "write_explanation",
    "write_file",
    "write_together",
]

FILES = {"overlay": ".overlay.png", "heatmap": ".heatmap.png", "raw": ".raw.npz", "provenance": ".provenance.json"}
"""What is written for an image, and how its file's name ends. The provenance is last: where it is, all is."""
FORMATS = {"jpeg": ".overlay.jpg"} | FILES
"""What can be written of many images; ``jpeg`` is the overlay once more, for a sixth of its bytes."""
QUALITY = 90
"""Of JPEG files."""
MORE_FILES = {"tiff": ".heatmap.tiff", "pdf": ".figure.pdf", "svg": ".figure.svg"}
"""What is written besides where it is asked for: the heat in 16 bits of grey, and a figure with its caption."""
CAPTION_WIDTH = 110
"""Letters in a line beneath a figure."""
LONGEST_STEM = 150
"""In bytes: file systems allow 255 for a whole name, some of them 143 or so characters; the endings are to come."""
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE | re.ASCII)
"""Names that Windows does not take for files, whatever their ending."""


def write_all(
    explanation: Explanation,
    folder: str | os.PathLike,
    stem: str,
    *,
    kinds: Collection[str] = tuple(FILES),
    opacity: float = render.OPACITY,
    colormap: str = render.COLORMAP,
    overwrite: bool = False,
) -> dict[str, str]:
    """Write overlay, heatmap, numbers and provenance of one image, or some of them.

    Args:
        explanation: of one image.
        folder: where to; it is made if it is missing.
        stem: how the files' names begin; see :class:`OutputNames`.
        kinds: which of :data:`FORMATS` and :data:`MORE_FILES`; the provenance is always written.
        opacity, colormap: of the overlay, see :func:`gradcam_tf.render.overlay`; the colormap is the heatmap's and the
            figure's too.
        overwrite: replace files that are there.

    Returns:
        The path of each file, by its kind.

    Raises:
        OutputError: if one exists, or cannot be written. Then none is half-written.
    """
    folder = prepare_folder(folder)
    endings = MORE_FILES | FORMATS
    paths = {kind: folder / f"{stem}{endings[kind]}" for kind in endings if kind in kinds or kind == "provenance"}
    if not overwrite:
        _check_free(paths)
    make = makers(explanation, {k: p.name for k, p in paths.items()}, opacity=opacity, colormap=colormap)
    write_together({path: make[kind]() for kind, path in paths.items()}, overwrite=overwrite)
    return {kind: str(path) for kind, path in paths.items()}


def makers(
    explanation: Explanation,
    names: Mapping[str, str],
    overlay: Image.Image | None = None,
    *,
    opacity: float = render.OPACITY,
    colormap: str = render.COLORMAP,
) -> dict[str, Callable[[], bytes]]:
    """What makes each file of one image.

    Args:
        explanation: of one image.
        names: of the files, by kind, for the provenance.
        overlay: of the explanation, if it is there already.
        opacity, colormap: of the overlay's heat.

    Returns:
        By kind, keys of :data:`FORMATS` and :data:`MORE_FILES`, functions that give the content.
    """

    def drawn() -> Image.Image:
        return overlay or explanation.overlay(opacity=opacity, colormap=colormap)

    return {
        "overlay": lambda: png(drawn()),
        "jpeg": lambda: jpeg(drawn()),
        "heatmap": lambda: png(Image.fromarray(render.colorize(explanation.heat()[0], colormap))),
        "raw": lambda: _npz(explanation),
        "tiff": lambda: _tiff(explanation),
        "pdf": lambda: _figure(explanation, "pdf", colormap),
        "svg": lambda: _figure(explanation, "svg", colormap),
        "provenance": lambda: _json(explanation.provenance[0] | {"files": dict(names)}),
    }


def write_explanation(explanation: Explanation, path: str | os.PathLike, *, overwrite: bool = False) -> None:
    """Write one file, by its ending: ``.npz`` holds the numbers of all images, ``.png`` the overlay of one."""
    path = Path(path)
    kinds = {".npz": lambda: _npz(explanation), ".png": lambda: png(explanation.overlay())}
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
    except FileExistsError as error:
        raise OutputError("is not a folder", where=folder, remedy=FOLDER_REMEDY) from error
    except OSError as error:
        raise OutputError(
            _refusal(error), where=folder, remedy=REMEDIES.get(error.errno or 0, FOLDER_REMEDY)
        ) from error
    return folder


def write_file(path: str | os.PathLike, content: bytes, *, overwrite: bool = False) -> None:
    """Write a file whole or not at all: to a temporary file beside it, flushed to the disk, then renamed.

    Raises:
        OutputError: if it exists (unless ``overwrite``), or the disk or folder refuses.
    """
    write_together({Path(path): content}, overwrite=overwrite)


def write_together(contents: Mapping[Path, bytes], *, overwrite: bool = False, through: Path | None = None) -> None:
    """Write files whole, and all or none: the first gets its name when all are on the disk, and the last vouches.

    Where the last of them is found, so are the others that were written with it, whenever the computer stopped.

    Args:
        contents: of each file.
        overwrite: replace files that are there.
        through: a folder on the same disk for what is not whole yet; default: beside each file.

    Raises:
        OutputError: if one exists (unless ``overwrite``), or the disk or folder refuses.
    """
    temporaries = {path: (through or path.parent) / f".{secrets.token_hex(8)}.part" for path in contents}
    placed: list[Path] = []
    try:
        for path, temporary in temporaries.items():
            with _errors_named(path):
                _flush(temporary, contents[path])
        if overwrite and len(contents) > 1:
            # The last vouches for the others, which are about to change.
            _remove(list(contents)[-1])
        for path, temporary in temporaries.items():
            with _errors_named(path):
                _put(temporary, path, overwrite)
            placed.append(path)
    except BaseException:
        if not overwrite:
            _remove(*placed)
        raise
    finally:
        _remove(*temporaries.values())


def _flush(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


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
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        os.rename(temporary, path)


def _remove(*paths: Path) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


class OutputNames:
    """Gives each image of a run stems of its own, so that two of the same name never share a file."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._counts: Counter[str] = Counter()

    def stem(self, name: str) -> str:
        """``cat`` for the first ``cat.png``, ``cat-2`` for the next; capitals do not tell names apart."""
        return self.stems(name, 1)[0]

    def stems(self, name: str, maps: int, word: str = "top") -> list[str]:
        """For several maps of one image: ``cat``, ``cat.top2``, ``cat.top3``; or of another word than ``top``."""
        base = safe(Path(name).stem)
        while True:
            self._counts[_key(base)] += 1
            count = self._counts[_key(base)]
            stems = _numbered(base if count == 1 else f"{base}-{count}", maps, word)
            if self._taken.isdisjoint(map(_key, stems)):
                self._taken.update(map(_key, stems))
                return stems


def _numbered(stem: str, maps: int, word: str) -> list[str]:
    return [stem, *(f"{stem}.{word}{number}" for number in range(2, maps + 1))]


def _key(stem: str) -> str:
    """Equal for names that are one file where capitals or the composition of accents do not count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", stem).casefold())


def safe(name: str) -> str:
    """A name that every file system takes and every terminal shows."""
    shown = "".join(c if c.isprintable() and c not in '/\\:*?"<>|' else "_" for c in name).strip(". ")
    short = shown.encode()[:LONGEST_STEM].decode(errors="ignore").rstrip(". ") or "image"
    return f"_{short}" if DEVICES.fullmatch(short) else short


def _check_free(paths: Mapping[str, Path]) -> None:
    for path in paths.values():
        if os.path.lexists(path):
            raise OutputError("exists already", where=path, remedy=EXISTS_REMEDY)


def png(picture: Image.Image) -> bytes:
    """A picture as the content of a PNG file."""
    stream = BytesIO()
    # Photos hold few repetitions: not looking for distant ones takes a sixth of the time and no more bytes.
    picture.save(stream, "PNG", compress_level=1, compress_type=zlib.Z_RLE)
    return stream.getvalue()


def jpeg(picture: Image.Image, quality: int = QUALITY) -> bytes:
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return stream.getvalue()


def _tiff(explanation: Explanation) -> bytes:
    """The heat at the photo's own size in 16 bits: 0 is no heat, 65535 the strongest."""
    stream = BytesIO()
    Image.fromarray(np.rint(explanation.heat()[0] * 65535).astype(np.uint16)).save(stream, "TIFF")
    return stream.getvalue()


def _figure(explanation: Explanation, kind: str, colormap: str) -> bytes:
    """Photo, heat and overlay with a colour bar, and beneath them what made them."""
    from matplotlib import pyplot

    stream, figure = BytesIO(), explanation.plot(colormap=colormap)
    try:
        record = explanation.provenance[0]
        figure.supxlabel(_caption(record), fontsize="small", color="dimgray")
        # Text stays text, and the same explanation gives the same file.
        with pyplot.rc_context({"svg.fonttype": "none", "pdf.fonttype": 42, "svg.hashsalt": "gradcam_tf"}):
            figure.savefig(stream, format=kind, metadata={"Date": None} if kind == "svg" else {"CreationDate": None})
    finally:
        pyplot.close(figure)
    return stream.getvalue()


def _caption(record: Mapping[str, Any]) -> str:
    """What a figure is of, without the folders of who made it."""
    image, model, versions = (record.get(name) or {} for name in ("image", "model", "versions"))
    method = f"{record['method']['title']} at {record['layer']['name']}"
    parts = (image.get("name"), method, model.get("name"), f"gradcam_tf {versions.get('gradcam_tf', '')}")
    caption = fill(" · ".join(str(part) for part in parts if part), CAPTION_WIDTH)
    # A dollar sign would begin a formula.
    return printable(caption).replace("$", r"\$")


def _npz(explanation: Explanation) -> bytes:
    # Not packed: a heatmap in float32 shrinks by a third only, and takes longer to pack than to compute.
    stream, spread = BytesIO(), explanation.uncertainty
    spreads: dict[str, Any] = {} if spread is None else {"std": spread.std, "cv": spread.cv}
    np.savez(
        stream,
        raw=explanation.raw,
        heatmap=explanation.heatmap,
        scores=explanation.scores,
        predictions=explanation.predictions,
        status=np.array(explanation.status),
        provenance=np.array([json.dumps(one, allow_nan=False) for one in explanation.provenance]),
        **spreads,
    )
    return stream.getvalue()


def _json(record: Mapping[str, Any]) -> bytes:
    return (json.dumps(record, indent=2, ensure_ascii=True, allow_nan=False) + "\n").encode()


FOLDER_REMEDY = "Choose a folder you may write to with --out."
EXISTS_REMEDY = "Use another folder, or --overwrite (overwrite=True)."
SPACE_REMEDY = "Free some space, or choose another folder with --out."
REMEDIES = {errno.ENOSPC: SPACE_REMEDY, errno.EDQUOT: SPACE_REMEDY}
FILE_REMEDIES = REMEDIES | {
    errno.EEXIST: EXISTS_REMEDY,
    errno.EISDIR: "A folder has its name: remove it, or choose another folder with --out.",
    errno.ENOENT: "Make its folder first.",
}


def _refusal(error: OSError) -> str:
    return f"cannot be written: {(error.strerror or str(error)).lower()}"


@contextlib.contextmanager
def _errors_named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        remedy = FILE_REMEDIES.get(error.errno or 0, FOLDER_REMEDY)
        raise OutputError(_refusal(error), where=path, remedy=remedy) from error
