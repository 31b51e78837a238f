"""All concepts of a layer, with the classes they speak for, from the explainer."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

import gradcam_tf as gct
from gradcam_tf.errors import MethodError, TargetError
from gradcam_tf.methods.concepts import factorize
from tests.conftest import make_cnn

NAMES = ["ant", "bee", "cat", "dog", "elk"]


@pytest.fixture
def explainer(cnn):
    return gct.Explainer(cnn, labels=NAMES)


def test_are_the_factors_of_the_layer_and_what_the_head_says_to_each_alone(cnn, explainer, images):
    found = explainer.concepts(images, 3, top=2)
    A = keras.Model(cnn.input, cnn.get_layer("relu2").output)(images).numpy()
    kernel, bias = cnn.get_layer("head").get_weights()
    for n in range(3):
        maps, patterns = factorize(A[n], 3)
        np.testing.assert_allclose(found.maps[n], maps, rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(found.patterns[n], patterns, rtol=1e-3, atol=1e-4)
        for k in range(3):
            alone = found.maps[n, k][..., None] * found.patterns[n, k]
            np.testing.assert_allclose(
                found.outputs[n, k], alone.mean(axis=(0, 1)) @ kernel + bias, rtol=1e-4, atol=1e-5
            )
            ranked = np.argsort(-found.outputs[n, k])[:2]
            assert found.classes[n][k] == tuple((c, NAMES[c], float(found.outputs[n, k, c])) for c in ranked)
    left = A - np.einsum("nkij,nkc->nijc", found.maps, found.patterns)
    np.testing.assert_allclose(found.explained, 1 - (left**2).sum((1, 2, 3)) / (A**2).sum((1, 2, 3)), rtol=1e-4)
    assert found.layer.name == "relu2"


def test_the_method_shows_the_one_that_scores_highest(cnn, explainer, images):
    found = explainer.concepts(images, 4)
    shown = gct.explain(cnn, images, 2, method="dff", settings={"concepts": 4})
    best = found.outputs[:, :, 2].argmax(axis=1)
    np.testing.assert_allclose(shown.raw, found.maps[np.arange(3), best], rtol=1e-4, atol=1e-5)


def test_of_tokens_the_class_token_stays_as_it_is(rng):
    inputs = keras.Input((4, 4, 2))
    tokens = layers.Dense(6, activation="relu")(layers.Reshape((16, 2))(inputs))
    tokens = keras.ops.concatenate([keras.ops.ones_like(tokens[:, :1]), tokens], axis=1)
    tokens = layers.Activation("relu", name="tokens")(tokens)
    model = keras.Model(inputs, layers.Dense(3)(layers.Flatten()(tokens)))
    found = gct.Explainer(model, "tokens", tokens=(1, (4, 4))).concepts(rng.random((2, 4, 4, 2), np.float32), 2)
    kernel, bias = model.layers[-1].get_weights()
    for n, k in np.ndindex(2, 2):
        alone = found.maps[n, k][..., None] * found.patterns[n, k]
        given = np.concatenate([np.ones(6), alone.ravel()])
        np.testing.assert_allclose(found.outputs[n, k], given @ kernel + bias, rtol=1e-4, atol=1e-4)


def test_where_there_are_none(explainer, cnn, images):
    with pytest.raises(MethodError, match="a layer has at least 1 concept"):
        explainer.concepts(images, 0)
    with pytest.raises(MethodError, match="method 'saliency': works on the input"):
        gct.Explainer(cnn, method="saliency").concepts(images)
    dense = keras.Model(cnn.input, layers.Conv2D(2, 1)(cnn.get_layer("conv1").output))
    with pytest.raises(TargetError, match="not one number per class"):
        gct.Explainer(dense).concepts(images)


def test_without_names_the_classes_are_numbers(images):
    found = gct.Explainer(make_cnn(activation=None)).concepts(images[0], 2, top=9)
    assert [label for _, label, _ in found.classes[0][0]] == [None] * 5
