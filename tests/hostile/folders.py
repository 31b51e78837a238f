"""Kinds of hostile SavedModel folders: each a function that writes one, found by the decorators."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.hostile import folder as made
from tests.hostile.canary import Canary
from tests.hostile.folder import (
    array,
    attribute,
    calling,
    constant,
    entry,
    field,
    function,
    index,
    node,
    objects,
    saved_model,
    shape,
    text_constant,
)
from tests.hostile.kinds import DEPTHS, Kind

__all__ = ["FOLDERS", "PLACES", "reached"]

FOLDERS: list[Kind] = []
PLACES = ("call", "initialiser")
"""Who runs it: who calls the model, or who loads it."""


def _named(function: Callable) -> str:
    return "saved model " + function.__name__.strip("_").replace("_", " ")


def reached(nodes: list[bytes], place: str, depth: int) -> bytes:
    """A model in which nodes are so many functions deep, from where they are called, or run at the start."""
    if place == "call" and depth == 0:
        return saved_model(nodes, ends=("called:0", "hostile:0"))
    names = (
        ["call", *(f"inner{i}" for i in range(1, depth))] if place == "call" else [f"inner{i}" for i in range(depth)]
    )
    if not names:
        return saved_model(nodes, initial="hostile")
    bodies = [[calling("go", name)] for name in names[1:]] + [nodes]
    written = [function(name, *body) for name, body in zip(names, bodies, strict=True)]
    if place == "call":
        return saved_model(functions=written[1:], call=written[0])
    return saved_model([calling("start", names[0])], written, initial="start")


def as_nodes(function: Callable[[Canary], list[bytes]]) -> Callable[[Canary], list[bytes]]:
    """Some nodes, of which the last is called ``hostile``: at every depth, called and at the start."""

    def write(folder: Path, canary: Canary, place: str, depth: int) -> Path:
        return made.write(folder / "x", reached(function(canary), place, depth))

    variants = tuple((place, depth) for place in PLACES for depth in DEPTHS)
    FOLDERS.append(Kind(_named(function), write, variants))
    return function


def as_graph(function: Callable[[Canary], bytes]) -> Callable[[Canary], bytes]:
    """The bytes of the graph."""
    FOLDERS.append(Kind(_named(function), lambda folder, canary: made.write(folder / "x", function(canary))))
    return function


def as_index(function: Callable[[Canary], bytes]) -> Callable[[Canary], bytes]:
    """The bytes of the variables' index."""
    FOLDERS.append(Kind(_named(function), lambda folder, canary: made.write(folder / "x", table=function(canary))))
    return function


def as_folder(function: Callable[[Path, Canary], None]) -> Callable[[Path, Canary], None]:
    """What is done to an honest folder."""

    def write(folder: Path, canary: Canary) -> Path:
        path = made.write(folder / "x")
        function(path, canary)
        return path

    FOLDERS.append(Kind(_named(function), write))
    return function


# ---- operations ----


@as_nodes
def that_reads_a_file(canary: Canary) -> list[bytes]:
    return [text_constant("name", str(canary.secret)), node("hostile", "ReadFile", "name")]


@as_nodes
def that_writes_a_file(canary: Canary) -> list[bytes]:
    return [text_constant("name", str(canary.trace)), node("hostile", "WriteFile", "name", "name")]


@as_nodes
def that_lists_files(canary: Canary) -> list[bytes]:
    return [text_constant("name", f"{canary.folder}/*"), node("hostile", "MatchingFiles", "name")]


@as_nodes
def that_saves_when_it_should_not(canary: Canary) -> list[bytes]:
    return [text_constant("name", str(canary.trace)), node("hostile", "SaveV2", "name", "name", "name", "name")]


@as_nodes
def that_restores_when_it_should_not(canary: Canary) -> list[bytes]:
    return [text_constant("name", str(canary.secret)), node("hostile", "RestoreV2", "name", "name", "name")]


@as_nodes
def that_removes_checkpoints(canary: Canary) -> list[bytes]:
    return [text_constant("name", str(canary.trace)), node("hostile", "MergeV2Checkpoints", "name", "name")]


@as_nodes
def that_calls_its_own_saver(canary: Canary) -> list[bytes]:
    return [text_constant("name", str(canary.trace)), calling("hostile", "traced_save", "name", "w")]


@as_nodes
def that_calls_its_own_restorer(canary: Canary) -> list[bytes]:
    return [text_constant("name", str(canary.secret)), calling("hostile", "traced_restore", "name", "w")]


@as_nodes
def that_prints_to_a_file(canary: Canary) -> list[bytes]:
    stream = field(2, f"file://{canary.trace}")
    return [text_constant("name", "x"), node("hostile", "PrintV2", "name", output_stream=stream)]


@as_nodes
def with_a_table_from_a_file(canary: Canary) -> list[bytes]:
    name = text_constant("name", str(canary.secret))
    return [name, node("hostile", "InitializeTableFromTextFileV2", "table", "name")]


@as_nodes
def with_memory_from_a_file(canary: Canary) -> list[bytes]:
    return [node("hostile", "ImmutableConst", memory_region_name=field(2, str(canary.secret)))]


OTHERS = {
    "python": "PyFunc",
    "python that keeps nothing": "PyFuncStateless",
    "eager python": "EagerPyFunc",
    "a table": "HashTableV2",
    "a reader of records": "TFRecordReaderV2",
    "a data set of records": "TFRecordDataset",
    "a data set": "FixedLengthRecordDatasetV2",
    "a file of another model": "LoadAndRemapMatrix",
    "a vocabulary": "GenerateVocabRemapping",
    "a debugger": "DebugIdentityV2",
    "code of another compiler": "XlaCallModule",
    "a call to another machine": "RemoteCall",
    "a message to another machine": "_Send",
    "a collective": "CollectiveBcastSendV2",
    "a summary file": "CreateSummaryFileWriter",
    "a blob": "LMDBReader",
    "a server": "Batch",
    "a decoder of pictures": "DecodeImage",
    "a decoder by a file's own rules": "DecodeProtoV2",
    "an end": "Abort",
    "an operation of a library": "MyOwnOperation",
    "an operation without a name": "",
}


def _other(name: str, operation: str) -> None:
    def nodes(canary: Canary) -> list[bytes]:
        return [text_constant("name", str(canary.secret)), node("hostile", operation, "name")]

    nodes.__name__ = f"with {name}"
    as_nodes(nodes)


for _name, _operation in OTHERS.items():
    _other(_name, _operation)


# ---- ways to functions ----


@as_graph
def whose_saver_is_an_object(canary: Canary) -> bytes:
    return saved_model(graph_of_objects=objects(called=("call", "traced_save")))


@as_graph
def whose_saver_is_a_bare_function_of_an_object(canary: Canary) -> bytes:
    return saved_model(graph_of_objects=objects(field(8, field(1, "traced_restore"))))


@as_graph
def whose_saver_is_captured(canary: Canary) -> bytes:
    return saved_model(graph_of_objects=objects(field(12, field(1, "x") + field(2, "traced_save"))))


@as_graph
def whose_saver_is_called_by_the_signature(canary: Canary) -> bytes:
    return saved_model(ends=("called:0", "saved:0"))


@as_graph
def whose_saver_waits_before_the_signature(canary: Canary) -> bytes:
    return saved_model([node("after", "Identity", "called", "^restored")], ends=("after:0",))


@as_graph
def whose_saver_is_a_gradient(canary: Canary) -> bytes:
    return saved_model(library=field(2, field(1, "call") + field(2, "traced_save")))


@as_graph
def whose_saver_is_a_branch(canary: Canary) -> bytes:
    branches = {"then_branch": attribute("traced_save"), "else_branch": attribute("call")}
    return saved_model(call=function("call", node("if", "If", "x", **branches)))


@as_graph
def whose_saver_is_in_a_list_of_branches(canary: Canary) -> bytes:
    branches = field(1, field(9, field(1, "traced_save")))
    return saved_model(call=function("call", node("case", "Case", "x", branches=branches)))


@as_graph
def whose_saver_is_named_in_the_attributes_of_a_function(canary: Canary) -> bytes:
    inner = field(10, field(1, "call") + entry(2, "f", attribute("traced_save")))
    return saved_model(call=function("call", node("go", "PartitionedCall", "x", f=inner)))


@as_graph
def with_a_function_in_the_place_of_an_operation(canary: Canary) -> bytes:
    return saved_model(functions=[function("Relu", calling("go", "traced_save"))])


@as_graph
def with_a_function_that_is_not_there(canary: Canary) -> bytes:
    return saved_model(call=function("call", calling("go", "elsewhere")))


@as_graph
def with_a_function_twice(canary: Canary) -> bytes:
    return saved_model(functions=[function("call", node("relu", "Relu"))])


@as_graph
def with_a_node_twice(canary: Canary) -> bytes:
    return saved_model([node("x", "Placeholder")])


@as_graph
def with_a_node_of_two_operations(canary: Canary) -> bytes:
    return saved_model([node("hostile", "Relu") + field(2, "ReadFile")])


@as_graph
def with_an_attribute_twice(canary: Canary) -> bytes:
    calls = entry(5, "f", attribute("call")) + entry(5, "f", attribute("traced_save"))
    return saved_model(call=function("call", node("go", "PartitionedCall", "x") + calls))


@as_graph
def with_a_node_of_a_million_inputs(canary: Canary) -> bytes:
    return saved_model([node("many", "AddN", *["x"] * 10**6)])


@as_graph
def with_a_node_of_a_million_attributes(canary: Canary) -> bytes:
    return saved_model([node("many", "AddN") + b"\x2a\x00" * 10**6])


@as_graph
def with_two_graphs(canary: Canary) -> bytes:
    return saved_model(meta=field(2, field(1, node("hostile", "ReadFile"))))


@as_graph
def with_two_models(canary: Canary) -> bytes:
    return saved_model() + field(2, field(2, field(1, node("hostile", "ReadFile"))))


# ---- objects ----


@as_graph
def without_objects(canary: Canary) -> bytes:
    return field(1, 1) + field(2, field(2, field(1, node("x", "Placeholder"))))


@as_graph
def with_an_unknown_object(canary: Canary) -> bytes:
    return saved_model(graph_of_objects=objects(field(4, field(1, "os.system"))))


@as_graph
def with_an_object_of_a_class(canary: Canary) -> bytes:
    return saved_model(graph_of_objects=objects(field(13, "mine.Backdoor")))


@as_graph
def with_an_object_that_is_serialized(canary: Canary) -> bytes:
    return saved_model(graph_of_objects=objects(field(14, field(1, "type.googleapis.com/x"))))


@as_graph
def with_an_asset_above_the_folder(canary: Canary) -> bytes:
    asset = field(6, field(1, field(1, "name:0")) + field(2, "../../secret.txt"))
    return saved_model(graph_of_objects=objects(field(5, field(1, 0))), meta=asset)


@as_graph
def with_an_asset_that_no_object_is(canary: Canary) -> bytes:
    return saved_model(meta=field(6, field(1, field(1, "name:0")) + field(2, str(canary.secret))))


@as_graph
def with_a_resource(canary: Canary) -> bytes:
    return saved_model(graph_of_objects=objects(field(10, field(1, "CPU"))))


@as_graph
def with_an_object_of_another_kind(canary: Canary) -> bytes:
    return saved_model(graph_of_objects=objects(field(99, b"")))


# ---- bytes ----


@as_graph
def with_a_bomb_of_a_constant(canary: Canary) -> bytes:
    return saved_model([constant("bomb", 10**6, 10**6)])


@as_graph
def with_many_large_constants(canary: Canary) -> bytes:
    return saved_model([constant(f"bomb{i}", 10**6) for i in range(200)])


@as_graph
def with_a_constant_below_nothing(canary: Canary) -> bytes:
    return saved_model([constant("bomb", 10**6, -(10**6))])


@as_graph
def with_a_constant_of_anything(canary: Canary) -> bytes:
    return saved_model([constant("variant", 1, dtype=21)])


@as_graph
def that_is_truncated(canary: Canary) -> bytes:
    return saved_model()[:-40]


@as_graph
def that_is_empty(canary: Canary) -> bytes:
    return b""


@as_graph
def that_is_text(canary: Canary) -> bytes:
    return b"saved_model_schema_version: 1"


@as_graph
def that_is_noise(canary: Canary) -> bytes:
    return bytes(i * 37 % 251 for i in range(5000))


@as_graph
def that_is_deep(canary: Canary) -> bytes:
    """One list in another, five thousand times: protocol buffers without a limit overflow the stack."""
    value = attribute("call")
    for _ in range(5000):
        value = field(10, entry(2, "f", value))
    return saved_model([node("deep", "PartitionedCall", f=value)])


@as_graph
def of_nothing_many_times(canary: Canary) -> bytes:
    """Two bytes each, which other readers make an object of."""
    return saved_model(graph_of_objects=objects() + b"\x0a\x00" * 15_000_000)


@as_graph
def with_groups(canary: Canary) -> bytes:
    return saved_model(meta=b"\x0b" * 2000 + b"\x0c" * 2000)


@as_graph
def with_a_number_that_has_no_end(canary: Canary) -> bytes:
    return saved_model() + b"\x80" * 100


@as_graph
def with_a_length_longer_than_it_needs(canary: Canary) -> bytes:
    return saved_model(meta=b"\x0a\x80\x00")


@as_graph
def with_a_field_of_no_number(canary: Canary) -> bytes:
    return saved_model(meta=b"\x02\x00")


@as_graph
def with_a_number_in_the_place_of_a_graph(canary: Canary) -> bytes:
    return field(2, field(2, 7) + field(7, objects()))


@as_graph
def with_a_name_of_a_megabyte(canary: Canary) -> bytes:
    return saved_model([node("x" * 2**20, "Relu")])


@as_graph
def with_a_name_that_is_no_text(canary: Canary) -> bytes:
    return saved_model([field(1, b"\xff\xfe") + field(2, "Relu")])


# ---- the index ----


@as_index
def with_an_array_bomb(canary: Canary) -> bytes:
    return index({"w": array(10**6, 10**6, size=24)})


@as_index
def with_an_array_larger_than_its_file(canary: Canary) -> bytes:
    return index({"w": array(10**6, 10**6)})


@as_index
def with_arrays_over_one_another(canary: Canary) -> bytes:
    return index({f"w{i:04}": array(2, 3) for i in range(1000)})


@as_index
def with_an_array_of_an_unknown_kind(canary: Canary) -> bytes:
    return index({"w": array(6, dtype=21)})


@as_index
def with_an_array_before_the_file(canary: Canary) -> bytes:
    return index({"w": array(2, 3, begin=-24)})


@as_index
def with_an_array_in_parts(canary: Canary) -> bytes:
    return index({"w": array(2, 3) + field(7, shape(1))})


@as_index
def with_an_array_in_no_file(canary: Canary) -> bytes:
    return index({"w": array(2, 3, shard=5)})


@as_index
def with_a_million_files(canary: Canary) -> bytes:
    return index(shards=10**6)


@as_index
def with_an_index_that_is_packed(canary: Canary) -> bytes:
    return index(packed=1)


@as_index
def with_an_index_that_is_truncated(canary: Canary) -> bytes:
    return index()[:-9]


@as_index
def with_an_index_of_nothing(canary: Canary) -> bytes:
    return b""


@as_index
def with_an_index_that_leads_outside(canary: Canary) -> bytes:
    data = bytearray(index())
    data[-48:-40] = b"\xff\xff\xff\xff\x7f\xff\xff\x7f"
    return bytes(data)


@as_index
def with_an_index_out_of_order(canary: Canary) -> bytes:
    return index({"w": array(2), "v": array(2, begin=8)})


@as_index
def with_a_key_twice(canary: Canary) -> bytes:
    data = index({"v": array(3), "w": array(3, begin=12)})
    return data.replace(
        b"\x01" + bytes([len(array(3, begin=12))]) + b"w", b"\x01" + bytes([len(array(3, begin=12))]) + b"v"
    )


# ---- the folder ----


@as_folder
def whose_graph_is_a_link(path: Path, canary: Canary) -> None:
    (path / "saved_model.pb").rename(path / "other.pb")
    (path / "saved_model.pb").symlink_to(canary.secret)


@as_folder
def whose_graph_is_a_pipe(path: Path, canary: Canary) -> None:
    (path / "saved_model.pb").unlink()
    os.mkfifo(path / "saved_model.pb")


@as_folder
def whose_graph_is_a_device(path: Path, canary: Canary) -> None:
    (path / "saved_model.pb").unlink()
    (path / "saved_model.pb").symlink_to("/dev/zero")


@as_folder
def whose_graph_is_a_folder(path: Path, canary: Canary) -> None:
    (path / "saved_model.pb").unlink()
    (path / "saved_model.pb").mkdir()


@as_folder
def whose_graph_is_a_terabyte(path: Path, canary: Canary) -> None:
    os.truncate(path / "saved_model.pb", 2**40)


@as_folder
def whose_variables_are_a_link(path: Path, canary: Canary) -> None:
    (path / "variables").rename(path / "others")
    (path / "variables").symlink_to("others")


@as_folder
def whose_index_is_a_link(path: Path, canary: Canary) -> None:
    (path / "variables" / "variables.index").unlink()
    (path / "variables" / "variables.index").symlink_to(canary.secret)


@as_folder
def whose_arrays_are_a_link(path: Path, canary: Canary) -> None:
    (path / "variables" / "variables.data-00000-of-00001").unlink()
    (path / "variables" / "variables.data-00000-of-00001").symlink_to(canary.secret)


@as_folder
def whose_arrays_are_a_pipe(path: Path, canary: Canary) -> None:
    (path / "variables" / "variables.data-00000-of-00001").unlink()
    os.mkfifo(path / "variables" / "variables.data-00000-of-00001")


@as_folder
def whose_arrays_are_missing(path: Path, canary: Canary) -> None:
    (path / "variables" / "variables.data-00000-of-00001").unlink()


@as_folder
def whose_arrays_are_truncated(path: Path, canary: Canary) -> None:
    os.truncate(path / "variables" / "variables.data-00000-of-00001", 20)


@as_folder
def whose_arrays_are_a_terabyte(path: Path, canary: Canary) -> None:
    os.truncate(path / "variables" / "variables.data-00000-of-00001", 2**40)


@as_folder
def whose_index_is_a_terabyte(path: Path, canary: Canary) -> None:
    os.truncate(path / "variables" / "variables.index", 2**40)


@as_folder
def whose_variables_are_missing(path: Path, canary: Canary) -> None:
    shutil.rmtree(path / "variables")
    (path / "variables").write_bytes(b"no folder")
