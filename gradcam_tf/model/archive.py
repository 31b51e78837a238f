"""The zip file that a ``.keras`` file is: which members it may have, and of what size. No Keras.

Keras itself unpacks every member when there are more than three, so each is looked at before.
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from gradcam_tf import broker
from gradcam_tf.model.structure import MAX_CONFIG, BadStructure

__all__ = ["CONFIG", "METADATA", "WEIGHTS", "check_archive", "member", "weights_file"]

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
ASSET = re.compile(r"assets/(?:[A-Za-z0-9_ ()+-][A-Za-z0-9_.() +-]*/)*(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*)?")
"""Vocabularies; Keras writes them by the names of layers."""

MAX_MEMBERS = 1000
MAX_ASSETS = 64 * 2**20
MAX_RATIO = 100
"""Bytes unpacked for each packed; Keras stores members as they are, and weights compress by a third at best."""
SMALL = 2**20
"""Bytes that may be unpacked from whatever: nothing that could hurt."""
ENCRYPTED = 0x1
LOCAL_HEADER = struct.Struct("<4s5H3L2H")


def check_archive(archive: zipfile.ZipFile, size: int) -> None:
    """Hold a zip file to the members that Keras writes.

    Args:
        archive: opened for reading; nothing is unpacked.
        size: of the file, in bytes.

    Raises:
        BadStructure: at the first thing that Keras does not write.
    """
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise BadStructure("the archive", f"has {len(members)} members")
    names = [one.filename for one in members]
    folded = [name.casefold().rstrip("/") for name in names]
    twice = next((name for name, key in zip(names, folded, strict=True) if folded.count(key) > 1), None)
    if twice is not None:
        raise BadStructure(twice, "is in the archive twice, and who reads it may find either")
    if CONFIG not in names or WEIGHTS not in names:
        lacking = "no model" if CONFIG not in names else "no weights"
        remedy = "Weights alone are not enough: save the whole model by model.save()"
        raise BadStructure("the archive", f"holds {lacking}", remedy)
    for one in members:
        _check_member(one)
    if sum(one.file_size for one in members if one.filename.startswith("assets/")) > MAX_ASSETS:
        raise BadStructure("assets", f"unpack to more than {MAX_ASSETS} bytes")
    _check_places(members, archive.start_dir, size)


def _check_member(one: zipfile.ZipInfo) -> None:
    name = one.filename
    if name not in (CONFIG, METADATA, WEIGHTS) and not ASSET.fullmatch(name):
        raise BadStructure(f"the member {name[:80]!r}", "is none that Keras writes")
    if one.orig_filename != name:
        raise BadStructure(f"the member {one.orig_filename[:80]!r}", "has a name that ends before its end")
    kind = stat.S_IFMT(one.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise BadStructure(name, "is a link or a device, and no file")
    if one.flag_bits & ENCRYPTED:
        raise BadStructure(name, "is encrypted", "Save it without a password")
    if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadStructure(name, "is packed in a way that Keras does not use", "Save it anew with model.save()")
    if one.compress_type == zipfile.ZIP_STORED and one.file_size != one.compress_size:
        raise BadStructure(name, "is stored as it is, but in another size")
    if one.file_size > max(SMALL, MAX_RATIO * one.compress_size):
        raise BadStructure(name, f"unpacks to {one.file_size} bytes, more than {MAX_RATIO} times its size")
    if name in (CONFIG, METADATA) and one.file_size > MAX_CONFIG:
        raise BadStructure(name, f"has {one.file_size} bytes; up to {MAX_CONFIG} are read")


def _check_places(members: list[zipfile.ZipInfo], directory: int, size: int) -> None:
    """Each member has its own bytes, and the file is nothing but the archive."""
    end = used = 0
    for one in sorted(members, key=lambda each: each.header_offset):
        if one.header_offset < end:
            raise BadStructure(one.filename, "lies over another member")
        end = one.header_offset + LOCAL_HEADER.size + len(one.orig_filename) + one.compress_size
        used += end - one.header_offset
    if end > directory or directory > size:
        raise BadStructure("the archive", "has members that reach behind its end")
    if directory - used > SMALL:
        raise BadStructure("the archive", f"has {directory - used} bytes that belong to no member")
    if min((one.header_offset for one in members), default=0) != 0:
        raise BadStructure("the archive", "begins with something else")


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """A checked member, unpacked; its checksum is right."""
    try:
        return archive.read(name)
    except Exception as error:  # of zlib, struct, zipfile: whatever a damaged one brings about
        raise BadStructure(name, f"is truncated or damaged: {error}") from error


@contextmanager
def weights_file(archive: zipfile.ZipFile, path: Path) -> Iterator[tuple[IO[bytes], int]]:
    """The weights as a file and its size in bytes; where they are stored as they are, without unpacking."""
    info = archive.getinfo(WEIGHTS)
    if info.compress_type == zipfile.ZIP_STORED:
        with broker.open_binary(path) as file:
            file.seek(info.header_offset)
            header = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
            begin = info.header_offset + LOCAL_HEADER.size + header[-2] + header[-1]
            if begin + info.file_size > archive.start_dir:
                raise BadStructure(WEIGHTS, "reaches behind the end of the archive")
            yield Window(file, begin, info.file_size), info.file_size
    else:
        with tempfile.TemporaryFile(dir=path.parent) as unpacked:
            size = _unpack(archive, info, unpacked)
            unpacked.seek(0)
            yield unpacked, size


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, to: IO[bytes]) -> int:
    try:
        with archive.open(info) as packed:
            while block := packed.read(2**20):
                to.write(block)
    except OSError:
        raise
    except Exception as error:
        raise BadStructure(info.filename, f"is truncated or damaged: {error}") from error
    return to.tell()


class Window(io.RawIOBase, IO[bytes]):
    """A part of a file, as a file."""

    def __init__(self, file: IO[bytes], begin: int, size: int):
        self._file, self._begin, self._size, self._at = file, begin, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview | bytearray) -> int:  # type: ignore[override]
        count = max(0, min(len(buffer), self._size - self._at))
        self._file.seek(self._begin + self._at)
        data = self._file.read(count)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
