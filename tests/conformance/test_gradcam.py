"""Grad-CAM against a slow oracle, published numbers and an identity."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

import gradcam_tf as gct
from gradcam_tf.methods.cam import gradcam


def oracle(activations: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """Selvaraju et al. 2017, equations 1 and 2 before the ReLU, one number at a time, in float64.

    w_k = 1/Z sum_ij dy/dA_ij^k;  L_ij = sum_k w_k A_ij^k.
    """
    count, *grid, channels = activations.shape
    maps = np.zeros((count, *grid))
    for n in range(count):
        for k in range(channels):
            weight = 0.0
            for place in np.ndindex(*grid):
                weight += float(gradients[(n, *place, k)]) / np.prod(grid)
            for place in np.ndindex(*grid):
                maps[(n, *place)] += weight * float(activations[(n, *place, k)])
    return maps


@pytest.mark.parametrize("grid", [(5,), (4, 3), (2, 3, 4)], ids=["1-D", "2-D", "3-D"])
def test_equals_the_oracle(rng, grid):
    activations = rng.normal(size=(2, *grid, 6)).astype(np.float32)
    gradients = rng.normal(size=(2, *grid, 6)).astype(np.float32)
    np.testing.assert_allclose(gradcam(activations, gradients), oracle(activations, gradients), rtol=1e-5, atol=1e-6)


@pytest.fixture
def published():
    """4 × 4 input, two all-ones 3 × 3 filters with biases -50 and -75, ReLU, flattened channel first, one Dense row."""
    inputs = keras.Input((4, 4, 1))
    x = layers.Conv2D(2, 3, name="conv")(inputs)
    x = layers.ReLU(name="relu")(x)
    x = layers.Flatten()(layers.Permute((3, 1, 2))(x))
    model = keras.Model(inputs, layers.Dense(1, use_bias=False, name="row")(x))
    model.get_layer("conv").set_weights([np.ones((3, 3, 1, 2)), np.array([-50.0, -75.0])])
    model.get_layer("row").set_weights([np.array([1, 1, 1, 1, 1, -1, -1, -1], np.float32)[:, None]])
    return model


@pytest.mark.parametrize(
    ("layer", "expected"),
    [("conv", [[11.25, 13.5], [20.25, 22.5]]), ("relu", [[0, 4], [28, 32.5]])],
)
def test_gives_the_published_numbers(published, layer, expected):
    image = np.arange(16, dtype=np.float32).reshape(1, 4, 4, 1)
    explanation = gct.explain(published, image, layer=layer)
    np.testing.assert_allclose(explanation.raw[0], expected, rtol=1e-6)


def test_with_pooling_and_dense_behind_it_it_is_the_cam_over_the_number_of_places(rng):
    inputs = keras.Input((12, 10, 3))
    features = layers.Conv2D(7, 3, activation="relu", name="features")(inputs)
    logits = layers.Dense(4, name="row")(layers.GlobalAveragePooling2D()(features))
    model = keras.Model(inputs, layers.Softmax()(logits))
    images = rng.random((2, 12, 10, 3), np.float32)

    activations = keras.Model(inputs, features)(images).numpy()
    row = model.get_layer("row").get_weights()[0][:, 2]
    places = activations.shape[1] * activations.shape[2]
    explanation = gct.explain(model, images, target=2)

    np.testing.assert_allclose(explanation.raw, activations @ row / places, rtol=1e-4, atol=1e-6)
