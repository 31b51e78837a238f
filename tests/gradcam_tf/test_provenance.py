"""What identifies a model, an array and the software."""

from __future__ import annotations

import gc
import hashlib
import json
import re
from typing import Any

import numpy as np
import PIL
import pytest

import gradcam_tf
from gradcam_tf.provenance import ModelIdentity, array_sha256, versions


def small_model(seed: int = 0, dtype: str = "float32") -> Any:
    import keras

    keras.utils.set_random_seed(seed)
    layers = [
        keras.Input((8, 8, 3)),
        keras.layers.Conv2D(4, 3, name="conv", dtype=dtype),
        keras.layers.BatchNormalization(name="norm", dtype=dtype),
        keras.layers.Flatten(),
        keras.layers.Dense(2, name="dense", dtype=dtype),
    ]
    return keras.Sequential(layers, name="small")


def test_a_model_from_a_file_is_known_by_the_file():
    model = small_model()
    identity = ModelIdentity(model, "/models/small.keras", "ab" * 32)
    assert identity.as_dict() == {
        "name": "small",
        "file": "/models/small.keras",
        "sha256": "ab" * 32,
        "sha256_of": "file",
    }


def test_a_model_in_memory_is_known_by_its_weights():
    model = small_model()
    found = ModelIdentity(model).as_dict()
    assert found == {"name": "small", "file": None, "sha256": found["sha256"], "sha256_of": "weights"}
    assert re.fullmatch("[0-9a-f]{64}", found["sha256"])
    json.dumps(found)


def test_the_same_weights_have_the_same_hash():
    assert ModelIdentity(small_model()).sha256 == ModelIdentity(small_model()).sha256


@pytest.mark.parametrize("which", range(8))
def test_any_weight_changes_the_hash(which: int):
    model = small_model()
    before = ModelIdentity(model).sha256
    weights = model.get_weights()
    assert len(weights) == 8
    changed = weights[which].copy()
    changed.flat[-1] = np.nextafter(changed.flat[-1], np.float32(9))
    model.set_weights([*weights[:which], changed, *weights[which + 1 :]])
    after = ModelIdentity(model).sha256
    model.set_weights(weights)
    assert after != before
    assert ModelIdentity(model).sha256 == before


def test_two_weights_exchanged_change_the_hash():
    model = small_model()
    before = ModelIdentity(model).sha256
    weights = model.get_weights()
    weights[2], weights[3] = weights[3], weights[2]
    model.set_weights(weights)
    assert ModelIdentity(model).sha256 != before


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_weights_of_any_type_have_a_hash(dtype: str):
    assert ModelIdentity(small_model(dtype=dtype)).sha256 != ModelIdentity(small_model()).sha256


def test_the_hash_is_of_the_weights_when_it_was_first_asked_for():
    model = small_model()
    identity = ModelIdentity(model)
    before = identity.sha256
    model.set_weights([weight + 1 for weight in model.get_weights()])
    assert identity.sha256 == before


def test_a_model_that_is_gone_has_no_hash():
    model = small_model()
    identity = ModelIdentity(model)
    del model
    gc.collect()
    assert identity.sha256 is None
    assert identity.as_dict() == {"name": "small", "file": None, "sha256": None, "sha256_of": "weights"}


def test_a_hash_that_was_asked_for_outlives_the_model():
    model = small_model()
    identity = ModelIdentity(model)
    before = identity.sha256
    del model
    gc.collect()
    assert identity.sha256 == before is not None


def test_a_model_without_weights_has_a_hash():
    import keras

    model = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Flatten()])
    assert ModelIdentity(model).sha256 == hashlib.sha256(b"").hexdigest()


def test_the_hash_of_an_array_tells_values_shapes_and_types_apart():
    array = np.arange(6, dtype=np.float32)
    others = [array.reshape(2, 3), array.reshape(3, 2), array.astype(np.int32), array.astype(np.float64), array[::-1]]
    assert len({array_sha256(one) for one in (array, *others)}) == 6


def test_the_hash_of_an_array_does_not_depend_on_its_memory():
    array = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    strided = np.asfortranarray(array)
    assert array_sha256(strided) == array_sha256(array)
    assert array_sha256(np.float32(3)) == array_sha256(np.array(3, np.float32))


def test_the_versions_are_those_that_run():
    import keras
    import tensorflow as tf

    found = versions()
    assert list(found) == ["python", "gradcam_tf", "tensorflow", "keras", "numpy", "pillow"]
    assert found["gradcam_tf"] == gradcam_tf.__version__
    assert (found["tensorflow"], found["keras"]) == (tf.__version__, keras.__version__)
    assert (found["numpy"], found["pillow"]) == (np.__version__, PIL.__version__)
