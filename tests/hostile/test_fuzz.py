"""Damage of every kind to honest files: always an answer, never another exception, never a hang, nothing handed on.

Hypothesis prints what failed and how to see it again; the seed of the run is in pytest's header.
"""

from __future__ import annotations

import copy
import json
import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradcam_tf.errors import Refusal
from gradcam_tf.model.allowed import FORBIDDEN, unknown_names
from gradcam_tf.model.budget import demand, over_budget
from gradcam_tf.model.structure import BadStructure, read_json
from gradcam_tf.model.vet import vet
from tests.hostile import honest
from tests.hostile.guards import REFUSED

BOUNDED = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    print_blob=True,
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    folder = tmp_path_factory.mktemp("honest")
    config = honest.inside(honest.layer("ReLU", "relu"), 2)
    return (
        honest.keras_file(folder / "x.keras", config).read_bytes(),
        honest.hdf5_file(folder / "x.h5", config).read_bytes(),
    )


def answered(path: Path) -> tuple[Refusal, ...]:
    begin = time.process_time()
    found = vet(path)
    assert time.process_time() - begin < REFUSED
    assert all(isinstance(one, Refusal) and one.where and one.what and one.remedy for one in found)
    return found


# ---- bytes ----

CHANGE = st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=9))


@pytest.mark.parametrize("kind", [0, 1], ids=["keras", "h5"])
@BOUNDED
@given(changes=st.lists(CHANGE, min_size=1, max_size=6), head=st.booleans())
def test_bytes_that_are_changed(files: tuple, tmp_path: Path, kind: int, changes: list, head: bool):
    data = bytearray(files[kind])
    reach = 2048 if head else len(data)
    for place, new in changes:
        at = int(place * min(reach, len(data)))
        data[at : at + len(new)] = new
    path = tmp_path / "x"
    path.write_bytes(data)
    answered(path)


@pytest.mark.parametrize("kind", [0, 1], ids=["keras", "h5"])
@BOUNDED
@given(cut=st.floats(0, 1), more=st.binary(max_size=40))
def test_files_that_are_cut_and_go_on(files: tuple, tmp_path: Path, kind: int, cut: float, more: bytes):
    path = tmp_path / "x"
    path.write_bytes(files[kind][: int(cut * len(files[kind]))] + more)
    answered(path)


@BOUNDED
@given(begin=st.sampled_from([b"", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n"]), data=st.binary(max_size=400))
def test_files_of_anything(tmp_path: Path, begin: bytes, data: bytes):
    path = tmp_path / "x"
    path.write_bytes(begin + data)
    assert answered(path)


# ---- configs ----

WORDS = st.sampled_from(
    [
        *FORBIDDEN,
        "class_name",
        "config",
        "module",
        "registered_name",
        "layers",
        "name",
        "function",
        "Dense",
        "Conv2D",
        "Sequential",
        "Functional",
        "keras.layers",
        "keras",
        "os",
        "inbound_nodes",
        "input_layers",
        "output_layers",
        "batch_shape",
        "units",
        "build_config",
        "input_shape",
        "kernel_size",
        "filters",
        "activation",
        "__keras_tensor__",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8) | WORDS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(WORDS | st.text(max_size=4), inner, max_size=5),
    max_leaves=30,
)
OBJECTS = st.fixed_dictionaries({"class_name": VALUES, "config": VALUES, "module": VALUES, "registered_name": VALUES})


def walked(config: Any) -> None:
    begin = time.process_time()
    for one in [*unknown_names(config), *over_budget(config, [60, 40])]:
        assert isinstance(one, Refusal)
    assert demand(config).parameters >= 0
    assert time.process_time() - begin < REFUSED


@BOUNDED
@given(VALUES | OBJECTS)
def test_configs_of_anything(value: Any):
    try:
        config = read_json(json.dumps(value), "x")
    except BadStructure:
        return
    walked(config)


@BOUNDED
@given(st.randoms(use_true_random=False), VALUES, st.integers(1, 4))
def test_honest_configs_with_a_part_replaced(chance: random.Random, value: Any, times: int):
    config = honest.graph(honest.convolution(), honest.inside(honest.layer("Dense", "d", units=2), 2))
    for _ in range(times):
        holder, key = chance.choice(list(places(config)))
        holder[key] = copy.deepcopy(value)  # lest it be put into itself
    walked(config)


def places(value: Any) -> Any:
    """Every place in a config where something stands."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(inner, dict | list):
            yield from places(inner)


@BOUNDED
@given(st.randoms(use_true_random=False), st.sampled_from([*FORBIDDEN, "get_file", "Backdoor"]))
def test_a_bad_name_is_found_wherever_it_is_put(chance: random.Random, name: str):
    """The property that the allow-list stands for."""
    config = honest.inside(honest.layer("Dense", "d", units=2, kernel_initializer={}), chance.randrange(5))
    hostile = {"class_name": name, "config": {}, "module": "keras.utils", "registered_name": None}
    holder, key = chance.choice([place for place in places(config) if place[1] not in ("class_name", "name")])
    holder[key] = chance.choice([hostile, [hostile], {"a": {"b": [[hostile]]}}])
    assert any(name in one.what or one.what == FORBIDDEN.get(name) for one in unknown_names(config))
