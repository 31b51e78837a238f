"""Explanation -> files: whole or not at all, and never over something that is there unless asked."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import secrets
import struct
import tempfile
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from gradcam_tf import broker, figure, render
from gradcam_tf.errors import OutputError

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
COLOUR_TYPES, UP = {"L": 0, "RGB": 2, "RGBA": 6}, 2
"""Of PNG: what a pixel holds, by Pillow's modes; and the filter that subtracts the pixel above."""
MORE_FILES = {"tiff": ".heatmap.tiff", "pdf": ".figure.pdf", "svg": ".figure.svg"}
"""What is written besides where it is asked for: the heat in 16 bits of grey, and a figure with its caption."""
DRAWN = {"overlay", "jpeg", "heatmap", "pdf", "svg"}
"""What depends on how the heat is drawn."""
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
    look: render.Look = render.AS_USUAL,
    overwrite: bool = False,
) -> dict[str, str]:
    """Write overlay, heatmap, numbers and provenance of one image, or some of them.

    Args:
        explanation: of one image.
        folder: where to; it is made if it is missing.
        stem: how the files' names begin; see :class:`OutputNames`.
        kinds: which of :data:`FORMATS` and :data:`MORE_FILES`; the provenance is always written.
        look: how the heat is drawn in overlay, heatmap and figure; it stands in the provenance. NPZ and TIFF hold the
            numbers as they are.
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
    make = makers(explanation, {k: p.name for k, p in paths.items()}, look=look)
    write_together({path: make[kind]() for kind, path in paths.items()}, overwrite=overwrite)
    return {kind: str(path) for kind, path in paths.items()}


def makers(
    explanation: Explanation,
    names: Mapping[str, str],
    overlay: Image.Image | None = None,
    *,
    look: render.Look = render.AS_USUAL,
) -> dict[str, Callable[[], bytes]]:
    """What makes each file of one image.

    Args:
        explanation: of one image.
        names: of the files, by kind, for the provenance.
        overlay: of the explanation, if it is there already.
        look: how the heat is drawn.

    Returns:
        By kind, keys of :data:`FORMATS` and :data:`MORE_FILES`, functions that give the content.
    """

    def drawn() -> Image.Image:
        return overlay or explanation.drawn(look)

    def alone() -> Image.Image:
        return render.coloured(explanation.heat(signed=look.signed)[0], look, explanation.blank(look))

    said = {"files": dict(names)} | ({"look": asdict(look)} if DRAWN & set(names) else {})
    return {
        "overlay": lambda: png(drawn()),
        "jpeg": lambda: jpeg(drawn()),
        "heatmap": lambda: png(alone()),
        "raw": lambda: _npz(explanation),
        "tiff": lambda: _tiff(explanation),
        "pdf": lambda: figure.file(explanation, "pdf", look),
        "svg": lambda: figure.file(explanation, "svg", look),
        "provenance": lambda: _json(explanation.provenance[0] | said),
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
    if (other := broker.current()) is not None:
        other.prepare(folder)
        return folder
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
    if (other := broker.current()) is not None:
        other.place(contents, overwrite)
        return
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
    """A picture as the content of a PNG file.

    Of 8-bit pictures each row is told by its difference to the one above, always. Pillow tries all filters on each row,
    which takes three times as long as packing, for a tenth of the bytes.
    """
    if picture.mode not in COLOUR_TYPES:
        stream = BytesIO()
        picture.save(stream, "PNG", compress_level=1)
        return stream.getvalue()
    pixels = np.asarray(picture).reshape(picture.height, -1)
    rows: np.ndarray = np.full((len(pixels), 1 + pixels.shape[1]), UP, np.uint8)
    rows[:1, 1:] = pixels[:1]
    np.subtract(pixels[1:], pixels[:-1], out=rows[1:, 1:])
    header = struct.pack(">IIBBBBB", picture.width, picture.height, 8, COLOUR_TYPES[picture.mode], 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", _deflated(rows)) + _chunk(b"IEND", b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _deflated(rows: np.ndarray) -> bytes:
    try:
        from isal import isal_zlib
    except ImportError:
        # Photos hold few repetitions: not looking for distant ones saves half of the time, and few bytes are lost.
        packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
        return packer.compress(rows.tobytes()) + packer.flush()
    return isal_zlib.compress(rows.data, 1)


def jpeg(picture: Image.Image, quality: int = QUALITY) -> bytes:
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return stream.getvalue()


def _tiff(explanation: Explanation) -> bytes:
    """The heat at the photo's own size in 16 bits: 0 is no heat, 65535 the strongest."""
    stream = BytesIO()
    Image.fromarray(np.rint(explanation.heat()[0] * 65535).astype(np.uint16)).save(stream, "TIFF")
    return stream.getvalue()


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
