"""The walk through a config: what it lets pass and what it names, wherever it stands."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

from gradcam_tf.model import allowed
from gradcam_tf.model.allowed import unknown_names
from gradcam_tf.model.repair import RENAMED, repair
from tests.hostile.honest import convolution, graph, layer, stack


def said(config: Any, *given: str) -> list[str]:
    return [str(one) for one in unknown_names(config, given)]


def test_nothing_is_said_of_an_honest_model():
    assert said(stack(convolution(), layer("ReLU", "relu"))) == []
    assert said(graph(convolution(), layer("Relu", "relu", "keras.src.ops.nn"))) == []


@pytest.mark.parametrize("kind", [*RENAMED, "TFOpLambda", "SlicingOpLambda", "CuDNNLSTM", "LocallyConnected2D"])
def test_what_older_versions_wrote_is_left_to_be_repaired_or_explained(kind: str):
    assert said({"class_name": "Model", "config": {"layers": [{"class_name": kind, "config": {}}]}}) == []


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("keras.src.engine.functional", "Functional"),
        ("tf_keras.src.engine.functional", "Functional"),
        ("keras.engine.sequential", "Sequential"),
        ("tensorflow.python.ops.init_ops_v2", "Zeros"),
        ("tf_keras.layers", "Dense"),
    ],
)
def test_modules_of_older_versions(module: str, name: str):
    assert said(layer(name, "x", module)) == []


def test_what_a_repair_makes_is_known():
    """A repair must not be a way round the list."""
    config = stack({"class_name": "LSTM", "config": {"name": "l", "units": 1, "recurrent_activation": "hard_sigmoid"}})
    config["config"]["layers"].append({"class_name": "SyncBatchNormalization", "config": {"name": "b"}})
    made, notes = repair(config, "2.2.4")
    assert notes
    assert said(made) == []


def test_a_class_is_given_by_the_name_it_is_registered_under():
    mine = {**layer("Gate", "gate", "mine"), "registered_name": "mine>Gate"}
    assert said(stack(mine)) == ["model/gate is made with 'mine.Gate', which is no Keras layer"]
    assert said(stack(mine), "mine>Gate") == []
    # Keras looks for what is registered first: the name of the class alone does not cover it.
    assert said(stack(mine), "Gate") != []


def test_a_known_class_does_not_cover_what_is_registered_under_another_name():
    assert said(stack({**layer("Dense", "d", units=1), "registered_name": "keras_hub>BytePairTokenizer"})) != []


def test_a_given_function_may_be_named_by_a_word():
    assert said(stack(convolution(activation="swirl"))) != []
    assert said(stack(convolution(activation="swirl")), "swirl") == []


def test_keras_hub_is_known_where_it_is_installed(monkeypatch: pytest.MonkeyPatch):
    config = layer("VGGBackbone", "b", "keras_hub.src.models.vgg.vgg_backbone")
    found = importlib.util.find_spec
    try:
        for installed in (True, False):
            monkeypatch.setattr(
                importlib.util, "find_spec", lambda name, there=installed: there if name == "keras_hub" else found(name)
            )
            monkeypatch.setattr(importlib.util, "find_spec", lambda name, there=installed: object() if there else None)
            allowed.known.cache_clear()
            assert (said(config) == []) == installed
    finally:
        allowed.known.cache_clear()


def test_a_name_may_look_like_anything():
    """Only what Keras looks up is looked up here."""
    assert said(stack(convolution(name="Lambda"), layer("ReLU", "get_file"))) == []


def test_a_vocabulary_in_the_file_is_no_path():
    assert said(stack(layer("StringLookup", "s", vocabulary=["cat", "dog"]))) == []
