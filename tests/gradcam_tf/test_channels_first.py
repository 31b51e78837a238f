"""Models that take (channels, height, width): each map is that of the same model that takes (height, width, channels).

One turns its input over to layers that have channels last, which run on any CPU; so its first layer that says how it is
laid out says the opposite of what its input is.
"""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image

import gradcam_tf as gct
from gradcam_tf import registry
from gradcam_tf.model.calls import record
from gradcam_tf.model.choice import find
from gradcam_tf.records import INPUT

SIZE = (12, 10)
SETTINGS = {"rise": {"masks": 20}, "scorecam": {"channels": 3}}
WRAPPED = ["augmented(gradcam)", "augmented(saliency)", "smoothed(saliency, samples=2)", "fused(layercam, layers=2)"]


def pair():
    """Channels last, and channels first; the same function."""
    inputs = keras.Input((*SIZE, 3))
    x = layers.Rescaling(2.0, offset=-0.5)(inputs)
    x = layers.Conv2D(6, 3, strides=2, padding="same", activation="relu", bias_initializer="ones", name="conv1")(x)
    x = layers.Conv2D(8, 3, padding="same", activation="relu", name="conv2")(x)
    last = keras.Model(inputs, layers.Dense(5, activation="softmax")(layers.GlobalAveragePooling2D()(x)))
    turned = keras.Input((3, *SIZE))
    x = layers.Permute((2, 3, 1))(layers.Rescaling(2.0, offset=-0.5)(turned))
    for layer in last.layers[2:]:
        x = layer(x)
    return last, keras.Model(turned, x)


@pytest.fixture(scope="module")
def models():
    keras.utils.set_random_seed(0)
    return pair()


@pytest.fixture
def photos(rng):
    return rng.random((2, *SIZE, 3), np.float32)


@pytest.mark.parametrize("method", [*registry.methods(), *WRAPPED])
def test_every_method_shows_the_same(models, photos, method):
    last, first = models
    options = {"method": method, "settings": SETTINGS.get(method)}
    expected = gct.explain(last, photos, 1, **options)
    found = gct.explain(first, np.moveaxis(photos, -1, 1), 1, **options)
    top = np.abs(expected.raw).max()
    np.testing.assert_allclose(found.raw, expected.raw, rtol=0, atol=1e-4 * top)
    np.testing.assert_allclose(found.heatmap, expected.heatmap, rtol=0, atol=1e-3)


def test_the_picture_under_the_map_is_upright(models, photos):
    found = gct.explain(models[1], np.moveaxis(photos, -1, 1), 1)
    np.testing.assert_array_equal(found.subjects[0].pixels, gct.explain(models[0], photos, 1).subjects[0].pixels)
    assert found[0].overlay().size == SIZE[::-1]


@pytest.mark.parametrize("preprocessing", ["none", "caffe"])
def test_a_photo_is_turned_to_what_the_model_takes(models, preprocessing):
    last, first = models
    photo = Image.fromarray(np.random.default_rng(0).integers(0, 256, (30, 40, 3), np.uint8))
    expected, found = (gct.explain(model, photo, 1, preprocessing=preprocessing) for model in (last, first))
    np.testing.assert_allclose(found.predictions, expected.predictions, rtol=1e-5)
    np.testing.assert_allclose(found.heatmap, expected.heatmap, atol=1e-5)
    assert found[0].overlay().size == (40, 30)


def pooled(x, axes=2, data_format="channels_first"):
    return getattr(layers, f"AveragePooling{axes}D")(2, data_format=data_format)(x)


def pooled_last(x):
    return pooled(x, data_format="channels_last")


INPUTS = {
    "channels first": ((3, 8, 9), pooled, (8, 9)),
    "channels last": ((8, 9, 3), pooled_last, (8, 9)),
    "turned to first": ((8, 9, 3), lambda x: pooled(layers.Permute((3, 1, 2))(x)), (8, 9)),
    "turned to last": ((3, 8, 9), lambda x: pooled_last(layers.Permute((2, 3, 1))(x)), (8, 9)),
    "turned by an operation": ((3, 8, 9), lambda x: pooled_last(keras.ops.transpose(x, (0, 2, 3, 1))), (8, 9)),
    "scaled before": ((3, 8, 9), lambda x: pooled(layers.Rescaling(2.0)(x)), (8, 9)),
    "grey made colour": ((1, 8, 9), lambda x: pooled(layers.Concatenate(axis=1)([x, x, x])), (8, 9)),
    "as many at both ends": ((8, 9, 8), pooled, (9, 8)),
    "no layer that says": ((8, 9, 3), layers.Dense(2), (8, 9)),
    "a signal": ((2, 9), lambda x: pooled(x, 1), (9,)),
    "a volume": ((2, 4, 5, 6), lambda x: pooled(x, 3), (4, 5, 6)),
}


@pytest.mark.parametrize(("shape", "build", "places"), INPUTS.values(), ids=list(INPUTS))
def test_the_input_is_laid_out_as_the_first_layers_say(rng, shape, build, places):
    inputs = keras.Input(shape)
    model = keras.Model(inputs, layers.Dense(2)(layers.Flatten()(build(inputs))))
    choice = find(record(model, rng.random((1, *shape), np.float32)), INPUT)
    assert choice.grid == places
    assert choice.channels_first == (shape[1:] == places)
