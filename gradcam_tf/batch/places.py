"""Where photos lie: on this machine's disks, or in a bucket by its address (``s3://…``), which pyarrow reads."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from gradcam_tf.errors import GradcamError, ImageError
from gradcam_tf.imagefile import MAX_BYTES

__all__ = ["Places", "Signature", "is_address", "local", "reason_of"]

ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")


class Signature(NamedTuple):
    """What tells of a file, without reading it, that it is as it was; the change time cannot be set by a program."""

    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, path: str) -> Signature | None:
        """None if there is no such file."""
        try:
            found = os.stat(path)
        except (OSError, ValueError):
            return None
        return cls(found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def is_address(path: str | os.PathLike) -> bool:
    """Whether it names a file system, and is no path of this machine."""
    return ADDRESS.match(os.fspath(path)) is not None


def local(path: str | os.PathLike) -> str:
    """``file://…`` as the path it means; all else as it is."""
    path = os.fspath(path)
    return unquote(urlsplit(path).path) if path.lower().startswith("file://") else path


@dataclass(frozen=True)
class Places:
    """The file systems that are read, by how addresses on them begin. It can be sent to other machines.

    An address is kept, shown and looked up as ``scheme://bucket/path``: keys and options are in the file system alone,
    and in no table, message or provenance.
    """

    _systems: dict[str, tuple[Any, str]] = field(default_factory=dict)

    def add(self, address: str) -> str:
        """Learn of the file system of an address.

        Returns:
            The address without keys and options.

        Raises:
            ImageError: if pyarrow is not installed, or knows no such file system.
        """
        system, path = connected(address)
        scheme = address.partition("://")[0].lower()
        shown = f"{scheme}://{path.strip('/')}"
        bucket = path.strip("/").partition("/")[0]
        start = path.index(bucket)
        self._systems.setdefault(f"{scheme}://{bucket}", (system, path[: start + len(bucket)]))
        return shown

    def known(self, address: str) -> str:
        """An address that a list holds, on a file system that is known, or becomes so."""
        return address if self._root(address) else self.add(address)

    def _root(self, address: str) -> str | None:
        scheme, _, path = address.partition("://")
        root = f"{scheme}://{path.partition('/')[0]}"
        return root if root in self._systems else None

    def _at(self, address: str) -> tuple[Any, str]:
        root = self._root(address)
        assert root is not None
        system, path = self._systems[root]
        return system, path + address[len(root) :]

    def is_folder(self, address: str) -> bool | None:
        """Whether it holds others; None if there is nothing."""
        from pyarrow import fs

        system, path = self._at(address)
        with _told(address):
            kind = system.get_file_info(path).type
        return None if kind == fs.FileType.NotFound else kind == fs.FileType.Directory

    def below(self, address: str) -> Iterator[tuple[str, Signature]]:
        """Every file below a folder, in order; hidden ones apart. What is listed is not asked for one by one again."""
        from pyarrow import fs

        system, folder = self._at(address)
        with _told(address):
            found = system.get_file_info(fs.FileSelector(folder, recursive=True))
        for info in sorted(found, key=lambda info: info.path):
            name = posixpath.relpath(info.path, folder)
            if info.is_file and not any(part.startswith(".") for part in name.split("/")):
                yield f"{address}/{name}", _signature(info)

    def signature(self, path: str) -> Signature | None:
        """Of a file here or elsewhere; None if there is none."""
        if not is_address(path):
            return Signature.of(path)
        system, there = self._at(path)
        try:
            info = system.get_file_info(there)
        except OSError:
            return None
        return _signature(info) if info.is_file else None

    def read(self, address: str) -> bytes:
        """The bytes of a file.

        Raises:
            ImageError: if it is missing, too long, or cannot be read.
        """
        system, path = self._at(address)
        with _told(address), system.open_input_file(path) as file:
            if file.size() > MAX_BYTES:
                raise ImageError(f"the file is longer than {MAX_BYTES:,} bytes", where=address)
            return file.read()


def connected(address: str, kind: type[GradcamError] = ImageError) -> tuple[Any, str]:
    """The file system of an address, and the path on it.

    Raises:
        kind: if pyarrow is not installed, or knows no such file system.
    """
    shown = without_keys(address)
    try:
        from pyarrow import fs
    except ImportError as error:
        raise kind("pyarrow is needed to go there", where=shown, remedy="pip install 'gradcam_tf[batch]'") from error
    try:
        system, path = fs.FileSystem.from_uri(address)
    except (ValueError, OSError, NotImplementedError) as error:
        # pyarrow repeats the address, keys and all.
        said = reason_of(error).replace(address, shown)
        raise kind(f"cannot be reached: {said}", where=shown, remedy=REMEDY) from None
    if not path.strip("/"):
        raise kind("names no bucket or folder", where=shown, remedy="As in s3://bucket/folder.")
    return system, path


REMEDY = "Check the address, the network and the keys: docs/batch.md says how they are given."


def without_keys(address: str) -> str:
    """For messages."""
    scheme, _, rest = address.partition("://")
    path = rest.partition("?")[0]
    return f"{scheme}://{path.rpartition('@')[2]}"


def reason_of(error: BaseException) -> str:
    """What pyarrow says, its first sentence."""
    said = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return said.partition(" Detail:")[0]


def _signature(info: Any) -> Signature:
    return Signature(info.size or 0, info.mtime_ns or 0, 0)


class _told:
    """Errors of the file system as ImageErrors that name the address."""

    def __init__(self, address: str):
        self.address = address

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, FileNotFoundError):
            raise ImageError("there is no such file", where=self.address, remedy="Check the path") from error
        if isinstance(error, OSError):
            raise ImageError(f"cannot be read: {reason_of(error)}", where=self.address, remedy=REMEDY) from error
