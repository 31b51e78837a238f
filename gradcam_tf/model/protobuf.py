"""A reader of protocol buffers: strict, within limits, and of nothing but what is asked for. Pure.

Strict, so that nobody else can read something else from the same bytes: what the format allows and no writer does
(groups, numbers longer than they need be, one value twice) is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcam_tf.model.structure import BadStructure

__all__ = ["Message"]

MAX_FIELDS = 2_000_000
"""In one file, of all messages that are looked into; MobileNetV2 has 180,000, NASNetLarge 1,100,000."""
NUMBER, EIGHT_BYTES, BYTES, FOUR_BYTES = 0, 1, 2, 5
LONGEST_NUMBER = 10
LONGEST_TEXT = 4096
"""Bytes of a name."""


class _File:
    """What all messages of a file share."""

    __slots__ = ("data", "left", "where")

    def __init__(self, data: bytes, where: str):
        self.data, self.where, self.left = data, where, MAX_FIELDS


class Message:
    """One message, whose fields are read as they are asked for.

    Args:
        data: the file.
        where: how it is called in a refusal.
    """

    __slots__ = ("_begin", "_end", "_file")

    def __init__(self, data: bytes, where: str):
        self._file, self._begin, self._end = _File(data, where), 0, len(data)

    def __len__(self) -> int:
        return self._end - self._begin

    def __bool__(self) -> bool:
        return True

    def __bytes__(self) -> bytes:
        return self._file.data[self._begin : self._end]

    def text(self) -> str:
        """The bytes as text."""
        if len(self) > LONGEST_TEXT:
            raise self.bad(f"has a name of {len(self)} bytes")
        try:
            return str(bytes(self), "utf-8")
        except UnicodeDecodeError:
            raise self.bad("has a name that is no text") from None

    def fields(self) -> Iterator[tuple[int, Message | int]]:
        """The number of each field, and its value: a message (or text, or bytes), or a number.

        Raises:
            BadStructure: at the first thing that no writer of protocol buffers writes.
        """
        file, at, end = self._file, self._begin, self._end
        data = file.data
        while at < end:
            file.left -= 1
            if file.left < 0:
                raise self.bad(f"has more than {MAX_FIELDS} fields")
            tag = data[at]
            at += 1
            if tag >= 0x80:
                tag, at = self._number(at - 1)
            field, kind = tag >> 3, tag & 7
            if field == 0:
                raise self.bad("is damaged: a field has no number")
            if kind in (BYTES, NUMBER):
                # Most numbers have one byte.
                if at < end and data[at] < 0x80:
                    value = data[at]
                    at += 1
                else:
                    value, at = self._number(at)
                if kind == NUMBER:
                    yield field, value
                    continue
            elif kind in (FOUR_BYTES, EIGHT_BYTES):
                value = 4 if kind == FOUR_BYTES else 8
            else:
                raise self.bad("is damaged: a field is of no known kind")
            begin, at = at, at + value
            if at > end:
                raise self.bad("is truncated or damaged: a field reaches behind its end")
            yield field, _part(file, begin, at)

    def messages(self, field: int) -> Iterator[Message]:
        """The messages in a field that may occur many times."""
        for number, value in self.fields():
            if number == field:
                yield self.inner(value)

    def once(self, *fields: int) -> dict[int, Message | int]:
        """Fields that may occur once; those that do not are not in it."""
        found: dict[int, Message | int] = {}
        for number, value in self.fields():
            if number in fields:
                if number in found:
                    raise self.bad("has a value twice")
                found[number] = value
        return found

    def entries(self, field: int) -> Iterator[tuple[str, Message]]:
        """A mapping: its keys, and the messages that they stand for; each key once."""
        seen = set()
        for entry in self.messages(field):
            parts = entry.once(1, 2)
            key = self.inner(parts[1]).text() if 1 in parts else ""
            if key in seen:
                raise self.bad(f"has the key {key[:80]!r} twice")
            seen.add(key)
            yield key, self.inner(parts[2]) if 2 in parts else _part(self._file, self._end, self._end)

    def inner(self, value: Message | int) -> Message:
        if isinstance(value, int):
            raise self.bad("is damaged: a number stands where a message belongs")
        return value

    def number(self, value: Message | int) -> int:
        """A number as it is meant: 64 bits with a sign."""
        if not isinstance(value, int):
            raise self.bad("is damaged: a message stands where a number belongs")
        return value - 2**64 if value >= 2**63 else value

    def bad(self, what: str) -> BadStructure:
        return BadStructure(self._file.where, what)

    def _number(self, at: int) -> tuple[int, int]:
        """A number at a place, and the place behind it."""
        data, value, shift = self._file.data, 0, 0
        for place in range(at, min(at + LONGEST_NUMBER, self._end)):
            byte = data[place]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                if (byte == 0 and shift) or value >= 2**64:
                    break
                return value, place + 1
            shift += 7
        raise self.bad("is truncated or damaged: a number has no end, or a longer one than it needs")


def _part(file: _File, begin: int, end: int) -> Message:
    part = object.__new__(Message)
    part._file, part._begin, part._end = file, begin, end
    return part
