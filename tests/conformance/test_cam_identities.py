"""What must hold of the gradient CAMs whatever the numbers: with pooling and a Dense row behind the layer."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

import gradcam_tf as gct

TARGET = 2


@pytest.fixture(scope="module")
def pooled():
    """Convolution, ReLU, global average pooling, Dense with a bias, softmax."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((12, 10, 3))
    features = layers.Conv2D(7, 3, activation="relu", name="features")(inputs)
    logits = layers.Dense(4, name="row", bias_initializer="random_normal")(layers.GlobalAveragePooling2D()(features))
    return keras.Model(inputs, layers.Softmax()(logits))


@pytest.fixture(scope="module")
def photos():
    return np.random.default_rng(0).random((2, 12, 10, 3), np.float32)


@pytest.fixture(scope="module")
def activations(pooled, photos):
    return keras.Model(pooled.input, pooled.get_layer("features").output)(photos).numpy()


@pytest.fixture(scope="module")
def row(pooled):
    """The target's weights and bias."""
    kernel, bias = pooled.get_layer("row").get_weights()
    return kernel[:, TARGET], bias[TARGET]


@pytest.mark.parametrize("method", ["gradcam", "hirescam", "xgradcam"])
def test_they_are_the_cam_over_the_number_of_places(pooled, photos, activations, row, method):
    """Zhou et al. 2016, equation 2: CAM_p = sum_k row_k A_kp."""
    explanation = gct.explain(pooled, photos, target=TARGET, method=method)
    places = activations.shape[1] * activations.shape[2]
    cam = activations @ row[0] / places
    np.testing.assert_allclose(explanation.raw, cam, rtol=1e-4, atol=1e-5 * np.abs(cam).max())


def test_hirescam_sums_to_the_logit_less_its_bias(pooled, photos, row):
    explanation = gct.explain(pooled, photos, target=TARGET, method="hirescam")
    np.testing.assert_allclose(explanation.raw.sum(axis=(1, 2)), explanation.scores - row[1], rtol=1e-5, atol=1e-6)


def test_behind_a_relu_the_elementwise_map_is_the_layercam(pooled, photos):
    maps = [gct.explain(pooled, photos, target=TARGET, method=name).raw for name in ("elementwise", "layercam")]
    np.testing.assert_allclose(*maps, rtol=1e-5)


def test_gradcam_plus_plus_has_the_weights_of_its_closed_form(pooled, photos, activations, row):
    """Here g_k = row_k / P at every place, so w_k = P ReLU(g_k) / (2 + S_k g_k)."""
    places = activations.shape[1] * activations.shape[2]
    gradients = row[0] / places
    weights = places * np.maximum(gradients, 0) / (2 + activations.sum(axis=(1, 2)) * gradients)
    explanation = gct.explain(pooled, photos, target=TARGET, method="gradcam++")
    np.testing.assert_allclose(explanation.raw, np.einsum("nk,nijk->nij", weights, activations), rtol=1e-4)


@pytest.mark.parametrize("method", ["lafam", "eigencam", "kpca", "fem", "random"])
def test_those_that_look_at_activations_alone_are_the_same_for_every_class(pooled, photos, method):
    one, other = (gct.explain(pooled, photos, target=target, method=method).raw for target in (0, 3))
    np.testing.assert_array_equal(one, other)
