from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from gradcam_tf.model.calls import record
from gradcam_tf.model.choice import find
from gradcam_tf.model.logits import find_logits
from gradcam_tf.model.submodel import SubModel


def build(end):
    """A model whose last layers ``end`` makes from the features; and the true logits."""
    keras.utils.set_random_seed(3)
    inputs = keras.Input((16, 16, 3))
    features = layers.Conv2D(6, 3, name="conv")(inputs)
    return keras.Model(inputs, end(layers.GlobalAveragePooling2D(name="pool")(features)))


def nested(x):
    inner = keras.Input((6,))
    return keras.Model(inner, layers.Dense(4, activation="softmax", name="head")(inner), name="inner")(x)


ENDS = {
    "fused into Dense": lambda x: layers.Dense(4, activation="softmax", name="head")(x),
    "fused sigmoid": lambda x: layers.Dense(4, activation="sigmoid", name="head")(x),
    "Activation layer": lambda x: layers.Activation("softmax")(layers.Dense(4, name="head")(x)),
    "Softmax layer": lambda x: layers.Softmax()(layers.Dense(4, name="head")(x)),
    "bare operation": lambda x: ops.softmax(layers.Dense(4, name="head")(x)),
    "bare sigmoid": lambda x: ops.sigmoid(layers.Dense(4, name="head")(x)),
    "in a nested model": nested,
    "then reshaped": lambda x: layers.Reshape((4,))(
        layers.Activation("softmax")(layers.Conv2D(4, 1, name="head")(layers.Reshape((1, 1, 6))(x)))
    ),
    "then dropout and linear": lambda x: layers.Activation("linear")(
        layers.Dropout(0.5)(layers.Dense(4, activation="softmax", name="head")(x))
    ),
}


def true_logits(model, images):
    pooled = keras.Model(model.inputs, model.get_layer("pool").output)(images)
    holder = next((layer for layer in model.layers if layer.name == "inner"), model)
    kernel, bias = holder.get_layer("head").get_weights()
    return pooled.numpy() @ kernel.reshape(6, 4) + bias


@pytest.mark.parametrize("name", ENDS)
def test_finds_the_logits(name, images):
    model = build(ENDS[name])
    recording = record(model, images)
    site = find_logits(recording, recording.result)
    assert site is not None
    assert site.activation == ("sigmoid" if "sigmoid" in name else "softmax")
    submodel = SubModel(model, (find(recording, "conv").feature,), site)
    for mode in ("eager", "compiled", "frozen"):
        passed = submodel.features(images, mode)
        np.testing.assert_allclose(passed.outputs, true_logits(model, images), rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(passed.predictions, model(images), rtol=1e-4, atol=1e-6)


def test_a_linear_output_has_no_logits_but_itself(images):
    model = build(lambda x: layers.Dense(4)(x))
    recording = record(model, images)
    assert find_logits(recording, recording.result) is None


def test_a_softmax_inside_is_not_taken_for_the_last_activation(images):
    model = build(lambda x: layers.Dense(4)(layers.Dense(4, activation="softmax")(x)))
    recording = record(model, images)
    assert find_logits(recording, recording.result) is None


def test_a_softmax_by_bare_tensorflow_is_reported_as_not_found(images):
    class Bare(keras.Model):
        def __init__(self):
            super().__init__()
            self.conv, self.dense = layers.Conv2D(4, 3), layers.Dense(3)

        def call(self, x):
            return tf.nn.softmax(self.dense(tf.reduce_mean(self.conv(x), (1, 2))))

    recording = record(Bare(), images)
    assert find_logits(recording, recording.result) is None
