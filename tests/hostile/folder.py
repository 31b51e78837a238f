"""A small honest SavedModel folder, written by hand: what the hostile ones are made from. No TensorFlow."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

__all__ = [
    "SAVER",
    "array",
    "attribute",
    "calling",
    "constant",
    "entry",
    "field",
    "function",
    "index",
    "node",
    "objects",
]
__all__ += ["saved_model", "shape", "text_constant", "write"]

FLOAT, TEXT = 1, 7


def number(value: int) -> bytes:
    value &= 2**64 - 1
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def field(place: int, value: bytes | str | int) -> bytes:
    """One field of a protocol buffer."""
    if isinstance(value, int):
        return number(place << 3) + number(value)
    value = value.encode() if isinstance(value, str) else value
    return number(place << 3 | 2) + number(len(value)) + value


def entry(place: int, key: str, value: bytes) -> bytes:
    """One entry of a mapping."""
    return field(place, field(1, key) + field(2, value))


def shape(*sides: int) -> bytes:
    return b"".join(field(2, field(1, side)) for side in sides)


# ---- graphs ----


def node(name: str, operation: str, *inputs: str, **attributes: bytes) -> bytes:
    made = field(1, name) + field(2, operation) + b"".join(field(3, one) for one in inputs)
    return made + b"".join(entry(5, key, value) for key, value in attributes.items())


def attribute(name: str) -> bytes:
    """One that names a function."""
    return field(10, field(1, name))


def calling(name: str, called: str, *inputs: str) -> bytes:
    return node(name, "StatefulPartitionedCall", *inputs, f=attribute(called))


def constant(name: str, *sides: int, dtype: int = FLOAT, more: bytes = b"") -> bytes:
    return node(name, "Const", value=field(8, field(1, dtype) + field(2, shape(*sides)) + more), dtype=field(6, dtype))


def text_constant(name: str, text: str) -> bytes:
    return constant(name, dtype=TEXT, more=field(8, text))


def function(name: str, *nodes: bytes, more: bytes = b"") -> bytes:
    return field(1, field(1, field(1, name)) + b"".join(field(3, one) for one in nodes) + more)


def objects(*others: bytes, called: Sequence[str] = ("call",), kind: str = "_generic_user_object") -> bytes:
    root = field(1, field(4, field(1, kind)))
    functions = field(1, field(6, b"".join(field(1, name) for name in called)))
    map_ = b"".join(entry(2, name, b"") for name in called)
    return root + functions + b"".join(field(1, one) for one in others) + map_


SAVER_FUNCTIONS = (
    function("traced_save", node("name", "ShardedFilename"), node("save", "SaveV2"), node("m", "MergeV2Checkpoints")),
    function("traced_restore", node("restore", "RestoreV2"), node("assign", "AssignVariableOp")),
)
SAVER = field(1, "saver_filename:0") + field(2, "saved:0") + field(3, "restored")


def saved_model(
    nodes: Iterable[bytes] = (),
    functions: Iterable[bytes] = (),
    *,
    call: bytes | None = None,
    graph_of_objects: bytes | None = None,
    ends: Iterable[str] = ("called:0",),
    initial: str = "initial",
    saver: bytes = SAVER,
    library: bytes = b"",
    meta: bytes = b"",
) -> bytes:
    """The bytes of a ``saved_model.pb``: an honest one, with what is given added to it, or in a part's place.

    Args:
        nodes, functions: more of them.
        call: the function that is called.
        graph_of_objects, saver: in place of the honest ones.
        ends: the tensors that the signature returns.
        initial: the node that is run when it is loaded.
        library, meta: more fields of the functions, and of the whole.
    """
    given = [
        node("x", "Placeholder"),
        node("w", "VarHandleOp"),
        calling("called", "call", "x", "w"),
        node("initial", "NoOp"),
        node("saver_filename", "Placeholder"),
        calling("saved", "traced_save", "saver_filename", "w"),
        calling("restored", "traced_restore", "saver_filename", "w"),
        *nodes,
    ]
    here = [function("call", node("relu", "Relu", "x")) if call is None else call, *SAVER_FUNCTIONS, *functions]
    graph = b"".join(field(1, one) for one in given) + field(2, b"".join(here) + library)
    serving = entry(1, "x", field(1, "x:0")) + b"".join(entry(2, f"y{i}", field(1, one)) for i, one in enumerate(ends))
    signatures = entry(5, "serving_default", serving)
    signatures += entry(5, "__saved_model_init_op", entry(2, "__saved_model_init_op", field(1, initial)))
    parts = field(2, graph) + field(3, saver) + signatures + meta
    parts += field(7, objects() if graph_of_objects is None else graph_of_objects)
    return field(1, 1) + field(2, parts)


# ---- the index of the variables ----


def array(*sides: int, begin: int = 0, size: int | None = None, shard: int = 0, dtype: int = FLOAT) -> bytes:
    bytes_ = 4
    for side in sides:
        bytes_ *= side
    size = bytes_ if size is None else size
    return field(1, dtype) + field(2, shape(*sides)) + field(3, shard) + field(4, begin) + field(5, size)


def index(arrays: dict[str, bytes] | None = None, *, shards: int = 1, packed: int = 0) -> bytes:
    """A table of LevelDB's kind with one block."""
    entries = {"": field(1, shards), **(arrays or {"w/.ATTRIBUTES/VARIABLE_VALUE": array(2, 3)})}
    block = _block([(key.encode(), value) for key, value in entries.items()], packed)
    place = number(0) + number(len(block) - 5)
    second = _block([(b"~", place)])
    third = _block([])
    at = len(block) + len(third)
    ends = number(len(block)) + number(len(third) - 5) + number(at) + number(len(second) - 5)
    return block + third + second + ends.ljust(40, b"\0") + struct.pack("<Q", 0xDB4775248B80FB57)


def _block(entries: list[tuple[bytes, bytes]], packed: int = 0) -> bytes:
    made = b"".join(number(0) + number(len(key)) + number(len(value)) + key + value for key, value in entries)
    return made + struct.pack("<LL", 0, 1) + bytes([packed]) + b"crc!"


# ---- the folder ----


def write(path: Path, graph: bytes | None = None, table: bytes | None = None, data: bytes | None = None) -> Path:
    """Write a folder; what is not given is honest."""
    (path / "variables").mkdir(parents=True)
    (path / "saved_model.pb").write_bytes(saved_model() if graph is None else graph)
    (path / "variables" / "variables.index").write_bytes(index() if table is None else table)
    (path / "variables" / "variables.data-00000-of-00001").write_bytes(bytes(24) if data is None else data)
    return path
