"""SavedModel folders: refused for the right reason, at the right place; what is vetted is what is opened; damage."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradcam_tf.errors import ModelError, Refusal
from gradcam_tf.model import open as opening
from gradcam_tf.model import savedmodel
from gradcam_tf.model.bundle import shard_sizes
from gradcam_tf.model.graphs import check_graphs
from gradcam_tf.model.open import open_with_identity
from gradcam_tf.model.operations import KNOWN, OF_A_SAVER
from gradcam_tf.model.protobuf import MAX_FIELDS, Message
from gradcam_tf.model.savedmodel import vet_folder
from gradcam_tf.model.structure import BadStructure
from tests.hostile import folder as made
from tests.hostile.canary import Canary, canary
from tests.hostile.folders import FOLDERS, PLACES, reached, that_reads_a_file
from tests.hostile.guards import REFUSED

BOUNDED = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)


@pytest.fixture(scope="module")
def bird(tmp_path_factory: pytest.TempPathFactory):
    with canary(tmp_path_factory.mktemp("canary")) as one:
        yield one


@pytest.fixture(autouse=True)
def _agreed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(opening, "permission_wanted", lambda allowed: ())
    monkeypatch.setattr(opening, "check_backend", lambda: None)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_an_honest_folder_is_not_refused(tmp_path: Path):
    """What the hostile ones are made from, so that it is the hostile part that is refused."""
    assert vet_folder(made.write(tmp_path / "x")) == ()
    assert shard_sizes(made.index()) == (24,)
    relu = [made.node("hostile", "Relu", "x")]
    for place in PLACES:
        for depth in (0, 1, 2, 5):
            assert list(check_graphs(reached(relu, place, depth))) == []


@pytest.mark.parametrize("depth", [0, 1, 2, 5])
@pytest.mark.parametrize("place", PLACES)
def test_the_place_inside_the_model_is_said(place: str, depth: int, bird: Canary):
    (refusal,) = check_graphs(reached(that_reads_a_file(bird), place, depth))
    inner = "call" if (place, depth) == ("call", 1) else f"inner{depth - 1}"
    assert refusal.where == ("graph/hostile" if depth == 0 else f"function {inner!r}/hostile")
    assert refusal.what == "is the operation 'ReadFile', which is none that turns arrays into arrays"
    assert not refusal.trustable


REASONS = {
    "that saves when it should not": "reads or writes files",
    "that restores when it should not": "reads or writes files",
    "that calls its own saver": "reads or writes files, by 'inner0', and is not the saver's",
    "that calls its own restorer": "reads or writes files, by 'inner0'",
    "whose saver is an object": "reads or writes files, by 'traced_save'",
    "whose saver is a bare function of an object": "reads or writes files, by 'traced_restore'",
    "whose saver is captured": "reads or writes files",
    "whose saver is called by the signature": "reads or writes files",
    "whose saver waits before the signature": "reads or writes files",
    "whose saver is a gradient": "reads or writes files",
    "whose saver is a branch": "reads or writes files",
    "whose saver is in a list of branches": "reads or writes files",
    "whose saver is named in the attributes of a function": "reads or writes files",
    "with a function in the place of an operation": "has the name of an operation",
    "with a function that is not there": "is called, and is not there",
    "with a function twice": "is there twice",
    "with a node twice": "is in the graph twice",
    "with a node of two operations": "two names",
    "with an attribute twice": "has an attribute twice",
    "with a node of a million inputs": "has more than 100000 inputs",
    "with two graphs": "has a value twice",
    "with two models": "holds 2 models",
    "without objects": "is of TensorFlow 1",
    "with an unknown object": "is of the kind 'os.system'",
    "with an object of a class": "is made by a class",
    "with an asset above the folder": "assets",
    "with a resource": "is a table or another resource",
    "with a bomb of a constant": "brings the constants to 4000000000000 bytes",
    "with many large constants": "brings the constants to ",
    "that is truncated": "reaches behind its end",
    "that is deep": "nested more than",
    "of nothing many times": f"has more than {MAX_FIELDS} fields",
    "with groups": "of no known kind",
    "with a name of a megabyte": "has a name of 1048576 bytes",
}
REASONS_AT_COPYING = {
    "with an array bomb": "says that it has 4000000000000 bytes, and 24 are in the file",
    "with an array larger than its file": "is truncated: it has 24 bytes of 4000000000000",
    "with arrays over one another": "lie over one another",
    "with a million files": "1000000 files",
    "with an index that is packed": "damaged, or packed",
    "with an index out of order": "out of order",
    "with a key twice": "out of order",
    "whose graph is a terabyte": "has more than the 67108864 bytes",
    "whose arrays are a terabyte": "has more than the 24 bytes",
    "whose arrays are truncated": "is truncated: it has 20 bytes of 24",
    "whose arrays are a link": "is a link, and no file",
    "whose index is a link": "is a link, and no file",
    "whose variables are a link": "is a link, and no folder",
    "whose arrays are a pipe": "is no regular file",
    "whose arrays are missing": "is missing",
}


def _written(name: str, folder: Path, bird: Canary) -> Path:
    (kind,) = (one for one in FOLDERS if one.name == f"saved model {name}")
    return kind.write(folder, bird, *kind.variants[-1])


@pytest.mark.parametrize("name", REASONS)
def test_it_is_refused_for_the_right_reason(name: str, tmp_path: Path, bird: Canary):
    found = vet_folder(_written(name, tmp_path, bird))
    assert any(REASONS[name] in one.what for one in found), found
    assert not any(one.trustable for one in found)


@pytest.mark.parametrize("name", REASONS_AT_COPYING)
def test_it_is_not_even_copied(name: str, tmp_path: Path, bird: Canary):
    with pytest.raises(ModelError) as caught:
        open_with_identity(_written(name, tmp_path, bird))
    assert REASONS_AT_COPYING[name] in caught.value.what


@pytest.mark.parametrize("when", ["before it is vetted", "after it is vetted"])
def test_a_folder_that_is_swapped(when: str, tmp_path: Path, bird: Canary, monkeypatch: pytest.MonkeyPatch):
    """What is vetted is what is opened, each of its files."""
    path = made.write(tmp_path / "x")
    before = _content(path)
    opened: list[dict[str, bytes]] = []

    def swap() -> None:
        (path / "saved_model.pb").write_bytes(reached(that_reads_a_file(bird), "call", 2))
        (path / "variables" / "variables.data-00000-of-00001").write_bytes(b"\1" * 24)

    def vetted(copy: Path) -> tuple[Refusal, ...]:
        if when == "before it is vetted":
            swap()
        found = vet_folder(copy)
        swap()
        return found

    def stop(copy: Path, *_: object) -> None:
        opened.append(_content(copy))
        raise ValueError("far enough")

    monkeypatch.setattr(opening, "vet_folder", vetted)
    monkeypatch.setattr(opening, "load_folder", stop)
    with pytest.raises(ModelError, match="far enough"):
        open_with_identity(path)
    assert opened == [before]


def _content(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}


def test_nothing_but_the_model_is_copied(tmp_path: Path):
    path = made.write(tmp_path / "x")
    before = _content(path)
    (path / "assets").mkdir()
    (path / "assets" / "names.txt").write_text("x")
    (path / "keras_metadata.pb").write_bytes(b"x")
    (path / "variables" / "more").write_bytes(b"x")
    with savedmodel.private_folder(path) as copy:
        assert _content(copy.path) == before


def test_what_a_saver_does_is_nowhere_else():
    assert not KNOWN & OF_A_SAVER
    words = ("File", "Write", "Save", "Restore", "Dataset", "Reader", "Queue", "Table", "Print", "Py", "Send", "Recv")
    words += ("Summary", "Debug", "Decode", "Encode", "Iterator", "Xla", "TPU", "Rpc", "Remote", "Collective", "Stage")
    assert [one for one in KNOWN if any(word in one and not one.startswith("TensorArray") for word in words)] == []


# ---- damage ----


def answered(graph: bytes) -> None:
    begin = time.process_time()
    with contextlib.suppress(BadStructure):
        assert all(isinstance(one, Refusal) and one.where and one.what and one.remedy for one in check_graphs(graph))
    assert time.process_time() - begin < REFUSED


CHANGE = st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=9))
GRAPH = reached([made.node("hostile", "Relu", "x"), made.constant("c", 3, 4)], "call", 2)


@BOUNDED
@given(st.lists(CHANGE, min_size=1, max_size=6))
def test_graphs_whose_bytes_are_changed(changes: list):
    data = bytearray(GRAPH)
    for place, new in changes:
        at = int(place * len(data))
        data[at : at + len(new)] = new
    answered(bytes(data))


@BOUNDED
@given(st.floats(0, 1), st.binary(max_size=40))
def test_graphs_that_are_cut_and_go_on(cut: float, more: bytes):
    answered(GRAPH[: int(cut * len(GRAPH))] + more)


MESSAGES = st.recursive(
    st.binary(max_size=12),
    lambda inner: st.lists(st.tuples(st.integers(1, 16), inner | st.integers(0, 2**64 - 1)), max_size=6).map(
        lambda parts: b"".join(made.field(place, value) for place, value in parts)
    ),
    max_leaves=40,
)


@BOUNDED
@given(MESSAGES)
def test_graphs_of_anything(data: bytes):
    answered(data)
    answered(made.field(2, made.field(2, data) + made.field(7, data)))


@BOUNDED
@given(st.lists(CHANGE, min_size=1, max_size=6))
def test_indexes_whose_bytes_are_changed(changes: list):
    data = bytearray(made.index({"v": made.array(3), "w": made.array(3, begin=12)}))
    for place, new in changes:
        at = int(place * len(data))
        data[at : at + len(new)] = new
    with contextlib.suppress(BadStructure):
        assert all(size >= 0 for size in shard_sizes(bytes(data)))


@BOUNDED
@given(st.lists(st.tuples(st.integers(1, 2**28), st.integers(0, 2**64 - 1) | st.binary(max_size=300)), max_size=20))
def test_what_was_written_is_read(parts: list):
    data = b"".join(made.field(place, value) for place, value in parts)
    found = [(place, bytes(one) if isinstance(one, Message) else one) for place, one in Message(data, "x").fields()]
    assert found == parts


def test_it_reads_as_tensorflow_reads():
    """The field numbers are TensorFlow's own."""
    pytest.importorskip("tensorflow")
    from tensorflow.core.protobuf import saved_model_pb2

    read = saved_model_pb2.SavedModel.FromString(GRAPH)
    (meta,) = read.meta_graphs
    library = meta.graph_def.library
    assert [function.signature.name for function in library.function][:3] == ["call", "traced_save", "traced_restore"]
    assert meta.saver_def.restore_op_name == "restored"
    assert meta.signature_def["serving_default"].outputs["y0"].name == "called:0"
    assert [node.op for node in library.function[-1].node_def] == ["Relu", "Const"]
    assert list(meta.object_graph_def.concrete_functions) == ["call"]
    assert meta.object_graph_def.nodes[1].function.concrete_functions == ["call"]
    assert meta.graph_def.node[2].attr["f"].func.name == "call"
    tensor = library.function[-1].node_def[1].attr["value"].tensor
    assert [dim.size for dim in tensor.tensor_shape.dim] == [3, 4]
