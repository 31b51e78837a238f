"""What a config asks for, against what Keras builds from it."""

from __future__ import annotations

import json
import math
from typing import Any

import keras
import pytest
from keras import layers
from keras.src.saving.saving_lib import _serialize_model_as_json

from gradcam_tf.model.budget import demand, over_budget
from tests.conftest import make_cnn


def functional() -> keras.Model:
    inputs = keras.Input((32, 32, 3))
    x = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(inputs)
    side = layers.SeparableConv2D(8, 3, padding="same")(x)
    x = layers.Add()([x, side])
    x = layers.Concatenate()([x, layers.UpSampling2D()(layers.MaxPooling2D()(x))])
    x = layers.LayerNormalization()(layers.ZeroPadding2D(1)(x))
    x = layers.Conv2DTranspose(4, 3, strides=2, padding="same")(x)
    x = layers.DepthwiseConv2D(3, dilation_rate=2)(x)
    x = layers.PReLU(shared_axes=[1, 2])(x)
    outputs = layers.Dense(3)(layers.Flatten()(layers.BatchNormalization()(x)))
    return keras.Model(inputs, outputs)


def sequences() -> keras.Model:
    inputs = keras.Input((6, 16, 16, 3))
    x = layers.TimeDistributed(keras.Sequential([keras.Input((16, 16, 3)), layers.Conv2D(4, 3), layers.Flatten()]))(
        inputs
    )
    x = layers.Bidirectional(layers.LSTM(5, use_bias=False, return_sequences=True))(x)
    x = layers.MultiHeadAttention(2, 3)(x, x)
    return keras.Model(inputs, layers.Dense(2)(layers.GlobalAveragePooling1D()(x)))


def nested() -> keras.Model:
    inner = make_cnn()
    stack = keras.Sequential([keras.Input((16, 16, 3)), layers.Rescaling(1 / 255), inner, layers.Dense(4)])
    return keras.Sequential([keras.Input((16, 16, 3)), stack, layers.Reshape((2, 2)), layers.Permute((2, 1))])


def tokens() -> keras.Model:
    inputs = keras.Input((10,), dtype="int32")
    x = layers.EinsumDense("abc,cd->abd", (10, 7), bias_axes=None)(layers.Embedding(50, 6)(inputs))
    return keras.Model(inputs, layers.Dense(3, use_bias=False)(layers.Flatten()(x)))


def config_of(model: keras.Model) -> Any:
    return json.loads(_serialize_model_as_json(model)[0])


@pytest.mark.parametrize("build", [functional, nested, tokens])
def test_the_weights_are_counted_exactly(build: Any):
    model = build()
    assert demand(config_of(model)).parameters == model.count_params()


def test_the_weights_are_never_counted_too_many():
    model = sequences()
    counted = demand(config_of(model)).parameters
    assert 0.9 * model.count_params() < counted <= model.count_params()


@pytest.mark.parametrize("build", [functional, nested])
def test_the_largest_tensor_is_that_of_keras(build: Any):
    model = build()
    flat = [layer for layer in model._flatten_layers() if not isinstance(layer, keras.Model)]
    largest = max(int(keras.ops.prod(layer.output.shape[1:])) for layer in flat)
    assert demand(config_of(model)).largest == largest


def sizes_of(model: keras.Model) -> list[int]:
    return [math.prod(weight.shape) for weight in model.weights]


@pytest.mark.parametrize("build", [functional, nested, tokens])
def test_each_array_is_of_the_size_that_keras_makes(build: Any):
    model = build()
    assert sorted(size for size, _ in demand(config_of(model)).arrays) == sorted(sizes_of(model))


@pytest.mark.parametrize("build", [functional, sequences, nested, tokens])
def test_a_model_may_have_what_its_file_holds(build: Any):
    model = build()
    assert list(over_budget(config_of(model), sizes_of(model))) == []


def test_a_model_may_not_have_an_array_larger_than_those_of_its_file():
    model = functional()
    held = sorted(sizes_of(model))
    (refusal,) = over_budget(config_of(model), [*held[:-1], held[-1] - 1])
    assert refusal.where == model.layers[-1].name
    assert f"an array of {held[-1]:,} weights that the file does not have" in refusal.what
    assert not refusal.trustable


def test_many_small_arrays_are_no_large_one():
    model = functional()
    held = sizes_of(model)
    assert list(over_budget(config_of(model), [1] * sum(held)))
    assert list(over_budget(config_of(model), [sum(held)]))


def test_a_model_that_no_input_was_given_asks_for_nothing_yet():
    assert demand(config_of(keras.Sequential([layers.Conv2D(8, 3), layers.Dense(10**6)]))).parameters == 0


def test_settings_that_are_no_numbers_are_left_to_keras():
    config = config_of(functional())
    for each in config["config"]["layers"]:
        for key in each["config"]:
            if key != "name":
                each["config"][key] = "x"
    assert demand(config).parameters < 10
