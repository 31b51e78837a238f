"""What an HDF5 file of weights may hold: groups and arrays in the file itself, each as large as it says. No Keras.

The format can do far more: read other files (external and virtual storage, external links), load plug-ins that unpack
(filters), and say that four bytes are a terabyte. Only links, kinds and sizes are read here; no array is.

The library that reads the format is written in C and has had its holes. What can be seen without it (where the file
says it ends, whether it is to be joined with others) is looked at first.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from gradcam_tf.model.structure import AGAIN, MAX_CONFIG, BadStructure

__all__ = ["SIGNATURE", "Weights", "read_weights"]

SIGNATURE = b"\x89HDF\r\n\x1a\n"
UNDEFINED = (1 << 64) - 1

MAX_OBJECTS = 200_000
MAX_NESTING = 64
MAX_NUMBER_SIZE = 16
"""Bytes of one number: a complex one of twice eight."""
PLENTY = 64 * 2**20
"""Bytes that a file may unpack to, however small it is."""
MAX_RATIO = 100
MAX_RATIO_OF_ONE = 1100
"""Of one array: deflate can do no more, and does so for zeros."""
SLACK = 2**20
"""Bytes after the end that do no harm."""
LARGE = 256 * 2**20
"""Bytes; of a larger file, a quarter at least must be arrays."""
FILTERS = {1: "deflate", 2: "shuffle", 3: "fletcher32", 32000: "lzf"}
"""Those that the library has in it; others it would look for on the disk."""


@dataclass
class Weights:
    """What a file of weights holds.

    Attributes:
        shapes: path of an array -> its shape.
        attributes: text of the file's own attributes, such as the config in a ``.h5`` file.
    """

    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def sizes(self) -> list[int]:
        """Numbers in each array."""
        return [math.prod(shape) for shape in self.shapes.values()]


def read_weights(file: IO[bytes], size: int, where: str) -> Weights:
    """Look through an HDF5 file.

    Args:
        file: open for reading, at any place.
        size: of the file, in bytes.
        where: how it is called in a refusal.

    Raises:
        BadStructure: at the first thing that a file of weights does not have.
    """
    _check_superblock(file, size, where)
    import h5py  # type: ignore[import-untyped]

    file.seek(0)
    try:
        with h5py.File(file, "r") as opened:
            return _Walk(size, where).through(opened)
    except BadStructure:
        raise
    except Exception as error:  # h5py raises every kind of exception on a damaged file
        reason = " ".join(str(error).split())[:120]
        raise BadStructure(where, f"is truncated or damaged: {reason}", AGAIN) from error


def _check_superblock(file: IO[bytes], size: int, where: str) -> None:
    file.seek(0)
    head = file.read(96)
    if not head.startswith(SIGNATURE) or len(head) < 48:
        raise BadStructure(where, "is damaged, truncated, or no HDF5 file")
    version, wide = head[8], head[13] if head[8] < 2 else head[9]
    if version > 3 or wide != 8:
        raise BadStructure(where, "is of a version of HDF5 that Keras does not write")
    begin = {0: 24, 1: 28}.get(version, 12)
    base, _, end = struct.unpack_from("<3Q", head, begin)
    driver = struct.unpack_from("<Q", head, begin + 24)[0] if version < 2 and len(head) >= begin + 32 else UNDEFINED
    if base != 0 or driver != UNDEFINED:
        raise BadStructure(where, "is part of a file in several parts")
    if end > size:
        raise BadStructure(where, f"is truncated: it says that it has {end} bytes, and has {size}")
    if size - end > SLACK:
        raise BadStructure(where, f"goes on for {size - end} bytes after its end")


class _Walk:
    """Through every link of a file, each object once."""

    def __init__(self, size: int, where: str):
        self.size, self.where = size, where
        self.seen: set[Any] = set()
        self.declared = self.stored = 0
        self.found = Weights()

    def through(self, file: Any) -> Weights:
        for name, text in self._attributes(file, ""):
            self.found.attributes[name] = text
        todo = [(file, "", 0)]
        self._once(file, "/")
        while todo:
            group, path, depth = todo.pop()
            for name in group.id:
                inner = f"{path}/{name.decode(errors='backslashreplace')}".lstrip("/")
                child = self._child(group, name, inner)
                if hasattr(child, "keys"):
                    if depth >= MAX_NESTING:
                        raise self._bad(inner, "is nested too deep")
                    todo.append((child, inner, depth + 1))
                else:
                    self._dataset(child, inner)
                for _ in self._attributes(child, inner):
                    pass
        self._check_totals()
        return self.found

    def _child(self, group: Any, name: bytes, path: str) -> Any:
        import h5py

        if group.id.links.get_info(name).type != h5py.h5l.TYPE_HARD:
            raise self._bad(path, "is a link to somewhere else, and no part of the file")
        kind = h5py.h5o.get_info(group.id, name).type
        if kind not in (h5py.h5o.TYPE_GROUP, h5py.h5o.TYPE_DATASET):
            raise self._bad(path, "is neither a group nor an array")
        child = h5py.h5o.open(group.id, name)
        found = h5py.Group(child) if kind == h5py.h5o.TYPE_GROUP else h5py.Dataset(child)
        self._once(found, path)
        return found

    def _once(self, item: Any, path: str) -> None:
        import h5py

        address = h5py.h5o.get_info(item.id).addr
        if address in self.seen:
            raise self._bad(path, "is in the file under two names")
        self.seen.add(address)
        if len(self.seen) > MAX_OBJECTS:
            raise self._bad(path, f"is one of more than {MAX_OBJECTS} objects")

    def _dataset(self, item: Any, path: str) -> None:
        import h5py

        made = item.id.get_create_plist()
        layout = made.get_layout()
        if layout == h5py.h5d.VIRTUAL or layout not in (h5py.h5d.COMPACT, h5py.h5d.CONTIGUOUS, h5py.h5d.CHUNKED):
            raise self._bad(path, "is put together from other files (virtual storage)")
        if made.get_external_count():
            raise self._bad(path, "has its numbers in another file (external storage)")
        filters = [made.get_filter(index)[0] for index in range(made.get_nfilters())]
        if unknown := next((one for one in filters if one not in FILTERS), None):
            raise self._bad(path, f"needs a plug-in to unpack (filter {unknown})")
        width = self._number(item.id.get_type(), path)
        shape = tuple(item.id.shape)
        declared, stored = math.prod(shape) * width, item.id.get_storage_size()
        if layout == h5py.h5d.CHUNKED and math.prod(made.get_chunk()) * width > declared + PLENTY:
            raise self._bad(path, "is packed in pieces larger than itself")
        packed = layout == h5py.h5d.CHUNKED and any(FILTERS[one] in ("deflate", "lzf") for one in filters)
        if declared > (MAX_RATIO_OF_ONE if packed else 1) * stored:
            raise self._bad(path, f"says that it has {declared} bytes, and {stored} are in the file")
        self.declared, self.stored = self.declared + declared, self.stored + stored
        self.found.shapes[path] = shape

    def _number(self, kind: Any, path: str) -> int:
        """Bytes of one number of an array."""
        import h5py

        plain = (h5py.h5t.INTEGER, h5py.h5t.FLOAT, h5py.h5t.ENUM, h5py.h5t.OPAQUE, h5py.h5t.BITFIELD)
        text = kind.get_class() == h5py.h5t.STRING and not kind.is_variable_str()
        complex_number = kind.get_class() == h5py.h5t.COMPOUND and kind.get_nmembers() == 2
        complex_number = complex_number and all(kind.get_member_class(part) == h5py.h5t.FLOAT for part in (0, 1))
        if not (text or ((kind.get_class() in plain or complex_number) and kind.get_size() <= MAX_NUMBER_SIZE)):
            raise self._bad(path, "is no array of numbers")
        return kind.get_size()

    def _attributes(self, item: Any, path: str) -> Iterator[tuple[str, str]]:
        """The text among the attributes of the file; of all other objects their kinds and sizes are checked."""
        import h5py

        for index in range(h5py.h5a.get_num_attrs(item.id)):
            one = h5py.h5a.open(item.id, index=index)
            where = f"{path}@{one.name.decode(errors='backslashreplace')}"
            kind, count = one.get_type(), math.prod(one.shape)
            if kind.get_class() in (h5py.h5t.REFERENCE, h5py.h5t.VLEN, h5py.h5t.COMPOUND):
                raise self._bad(where, "is neither text nor a number")
            if count * kind.get_size() > self.size:
                raise self._bad(where, "is larger than the file")
            if not path and count == 1 and kind.get_class() == h5py.h5t.STRING:
                value = item.attrs[one.name]
                text = value.decode(errors="backslashreplace") if isinstance(value, bytes) else str(value)
                if len(text) > MAX_CONFIG:
                    raise self._bad(where, f"has {len(text)} bytes; up to {MAX_CONFIG} are read")
                yield one.name.decode(errors="backslashreplace"), text

    def _check_totals(self) -> None:
        if self.size > LARGE and self.stored < self.size // 4:
            raise self._bad("", f"has arrays of {self.stored} bytes in {self.size}, which are empty otherwise")
        if self.stored > self.size:
            raise self._bad("", f"has arrays of {self.stored} bytes in a file of {self.size}")
        if self.declared > PLENTY + MAX_RATIO * self.size:
            raise self._bad("", f"unpacks to {self.declared} bytes, more than {MAX_RATIO} times its size")

    def _bad(self, path: str, what: str) -> BadStructure:
        return BadStructure(f"{self.where}: {path}" if path else self.where, what)
