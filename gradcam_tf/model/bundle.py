"""The index of a checkpoint of TensorFlow: which arrays its files hold, of what size, and where. Pure.

The index is a table of keys in order, as LevelDB keeps them; TensorFlow writes it unpacked.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator

from gradcam_tf.model.protobuf import Message
from gradcam_tf.model.structure import BadStructure

__all__ = ["DTYPE_SIZES", "bytes_of", "shard_sizes"]

MAGIC = struct.pack("<Q", 0xDB4775248B80FB57)
FOOTER = 48
UNPACKED = 0
"""Of the byte behind each block, which says how it is packed."""
MAX_ENTRIES = 200_000
MAX_SHARDS = 1000
LONGEST_KEY = 4096
STRING = 7
DTYPE_SIZES = dict.fromkeys((4, 6, 10, 11, 12, 24, 25, 29, 30), 1)
DTYPE_SIZES |= dict.fromkeys((5, 14, 15, 16, 17, 19), 2) | dict.fromkeys((1, 3, 13, 22), 4)
DTYPE_SIZES |= dict.fromkeys((2, 8, 9, 23), 8) | {18: 16}
"""TensorFlow's number of a type -> bytes of one value; of those whose values are all of one size."""
WHERE = "variables/variables.index"


def shard_sizes(data: bytes) -> tuple[int, ...]:
    """How many bytes each data file holds at least; an array is as large as its shape says, and has its own bytes.

    Args:
        data: the whole index.

    Raises:
        BadStructure: at the first thing that TensorFlow does not write.
    """
    shards, spans = 0, []
    for key, value in _entries(data):
        message = Message(value, WHERE)
        if not key:
            header = message.once(1, 2)
            shards = message.number(header.get(1, 0))
            if header.get(2):
                raise BadStructure(WHERE, "was written on a machine with another order of bytes")
        else:
            spans.append(_span(key, message))
    if not 0 < shards <= MAX_SHARDS:
        raise BadStructure(WHERE, f"says that there are {shards} files of data")
    ends = [0] * shards
    for shard, begin, end in sorted(spans):
        if not 0 <= shard < shards:
            raise BadStructure(WHERE, f"has an array in a file of data that is not there ({shard})")
        if begin < ends[shard]:
            raise BadStructure(WHERE, "has arrays that lie over one another")
        ends[shard] = end
    return tuple(ends)


def _span(key: bytes, entry: Message) -> tuple[int, int, int]:
    """Where an array is: its file, begin and end."""
    parts = entry.once(1, 2, 3, 4, 5)
    dtype, shard, begin, size = (entry.number(parts.get(number, 0)) for number in (1, 3, 4, 5))
    shape = entry.inner(parts[2]) if 2 in parts else Message(b"", WHERE)
    name = key[:80].decode(errors="backslashreplace")
    if next(entry.messages(7), None) is not None:
        raise BadStructure(f"{WHERE}: {name}", "is an array in several parts")
    if begin < 0 or size < 0:
        raise BadStructure(f"{WHERE}: {name}", "has a place or size below 0")
    asked = bytes_of(dtype, shape, f"{WHERE}: {name}")
    if asked > size if dtype == STRING else asked != size:
        raise BadStructure(f"{WHERE}: {name}", f"says that it has {asked} bytes, and {size} are in the file")
    return shard, begin, begin + size


def bytes_of(dtype: int, shape: Message, where: str) -> int:
    """Bytes of a tensor of this shape; of text at least.

    Raises:
        BadStructure: if its kind or size is not known.
    """
    sides = [dim.once(1) for dim in shape.messages(2)]
    sizes = [shape.number(side.get(1, 0)) for side in sides]
    if any(size < 0 for size in sizes) or (dtype not in DTYPE_SIZES and dtype != STRING):
        raise BadStructure(where, "is an array of an unknown kind or size")
    return math.prod(sizes) * DTYPE_SIZES.get(dtype, 1)


def _entries(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of the table, in order."""
    if len(data) < FOOTER or not data.endswith(MAGIC):
        raise BadStructure(WHERE, "is truncated, damaged, or no index of a checkpoint")
    footer, places = len(data) - FOOTER, []
    at = footer
    for _ in range(4):
        number, at = _number(data, at, len(data))
        places.append(number)
    count, before = 0, b""
    for _, place in _block(data, places[2], places[3], footer):
        begin, at = _number(place, 0, len(place))
        size, at = _number(place, at, len(place))
        for key, value in _block(data, begin, size, footer):
            count += 1
            if count > MAX_ENTRIES:
                raise BadStructure(WHERE, f"has more than {MAX_ENTRIES} arrays")
            if count > 1 and key <= before:
                raise BadStructure(WHERE, "has its arrays out of order")
            before = key
            yield key, value


def _block(data: bytes, begin: int, size: int, limit: int) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of a block; each key is written as what it has beyond the one before."""
    if size < 4 or begin + size + 5 > limit or data[begin + size] != UNPACKED:
        raise BadStructure(WHERE, "is damaged, or packed")
    restarts = struct.unpack_from("<L", data, begin + size - 4)[0]
    at, end, key = begin, begin + size - 4 - 4 * restarts, b""
    if end < begin:
        raise BadStructure(WHERE, "is damaged")
    while at < end:
        shared, at = _number(data, at, end)
        own, at = _number(data, at, end)
        length, at = _number(data, at, end)
        if shared > len(key) or at + own + length > end or shared + own > LONGEST_KEY:
            raise BadStructure(WHERE, "is damaged")
        key = key[:shared] + data[at : at + own]
        at += own + length
        yield key, data[at - length : at]


def _number(data: bytes, at: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while at < end and shift < 64:
        value |= (data[at] & 0x7F) << shift
        at += 1
        if data[at - 1] < 0x80:
            return value, at
        shift += 7
    raise BadStructure(WHERE, "is truncated or damaged")
