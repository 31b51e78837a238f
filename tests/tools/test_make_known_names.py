"""The list of known names is that of the installed Keras and KerasHub; and says so when they gain some."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from gradcam_tf.model.allowed import FORBIDDEN
from tools import make_known_names

AGAIN = "python tools/make_known_names.py, and look at each line of the difference"


def pairs(listed: Any, part: str) -> Iterator[tuple[str, str]]:
    return ((module, name) for module, names in listed[part].items() for name in names.split())


@pytest.fixture(scope="module")
def lists() -> tuple[Any, Any]:
    return json.loads(make_known_names.LIST.read_text()), make_known_names.known()


@pytest.mark.parametrize("part", ["classes", "functions", "shorthands", "keras_hub"])
def test_the_installed_packages_have_no_name_more_and_none_less(lists: tuple[Any, Any], part: str):
    kept, now = (set(pairs(one, part)) for one in lists)
    assert now - kept == set(), f"gained: {AGAIN}"
    assert kept - now == set(), f"lost: {AGAIN}"


def test_nothing_forbidden_is_listed(lists: tuple[Any, Any]):
    for part in ("classes", "keras_hub"):
        assert {name for _, name in pairs(lists[0], part)} & set(FORBIDDEN) == set()


def test_nothing_listed_takes_a_file_or_calls_what_it_is_given(lists: tuple[Any, Any]):
    names = {name for part in ("classes", "keras_hub", "functions") for _, name in pairs(lists[0], part)}
    assert names & {"get_file", "load_model", "load_weights", "save_model", "model_from_json", "func_load"} == set()
    assert names & make_known_names.CALL_WHAT_THEY_ARE_GIVEN == set()
    assert not [name for name in names if "Tokenizer" in name]


def test_every_public_layer_is_listed_or_left_out_on_purpose(lists: tuple[Any, Any]):
    import keras

    listed = set(lists[0]["classes"]["keras.layers"].split())
    public = {name for name, kind in vars(keras.layers).items() if isinstance(kind, type)}
    assert public - listed - set(FORBIDDEN) == set()
