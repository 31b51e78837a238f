from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from gradcam_tf.errors import LayerError
from gradcam_tf.model.calls import record
from gradcam_tf.model.choice import candidates, find
from gradcam_tf.model.view import look


def choose(recording, output):
    return candidates(recording, output)[0]


EXPECTED = {
    "ResNet50": "conv5_block3_out",
    "DenseNet121": "relu",
    "InceptionV3": "mixed10",
    "Xception": "block14_sepconv2_act",
    "MobileNetV2": "out_relu",
    "VGG16": "block5_conv3",
    "EfficientNetB0": "top_activation",
}
ENOUGH_FOR_PLACES = {"InceptionV3": 128, "Xception": 71}


@pytest.mark.parametrize("name", EXPECTED)
def test_chooses_the_layer_the_literature_uses(name):
    side = ENOUGH_FOR_PLACES.get(name, 64)
    model = getattr(keras.applications, name)(weights=None, input_shape=(side, side, 3), classes=10)
    recording = record(model, np.zeros((1, side, side, 3), np.float32))
    assert choose(recording, recording.result).name == EXPECTED[name]


def test_chooses_in_a_nested_backbone(images):
    inputs = keras.Input((16, 16, 3))
    x = layers.Conv2D(4, 3, name="conv")(inputs)
    backbone = keras.Model(inputs, layers.MaxPooling2D(name="pool")(x), name="backbone")
    model = keras.Sequential([layers.RandomFlip(), layers.Rescaling(2.0), backbone, layers.Flatten(), layers.Dense(2)])
    recording = record(model, images)
    choice = choose(recording, recording.result)
    assert choice.name == "backbone/conv"
    assert choice.call.shape == (3, 14, 14, 4)
    assert "before MaxPooling2D 'backbone/pool'" in choice.reason


def test_chooses_after_arithmetic_between_layers(images):
    class Block(layers.Layer):
        def __init__(self, name):
            super().__init__(name=name)
            self.conv = layers.Conv2D(3, 3, padding="same", name="conv")

        def call(self, x):
            return tf.nn.relu(x + self.conv(x))

    model = keras.Sequential([Block("block1"), Block("block2"), layers.GlobalAveragePooling2D(), layers.Dense(2)])
    recording = record(model, images)
    assert choose(recording, recording.result).name == "block2"
    names = [choice.name for choice in candidates(recording, recording.result)]
    assert names == ["block2", "block2/conv", "block1", "block1/conv"]


def test_leaves_out_a_branch_that_does_not_feed_the_output(images):
    inputs = keras.Input((16, 16, 3))
    main = layers.Conv2D(4, 3, name="main")(inputs)
    side = layers.Conv2D(4, 3, name="side")(layers.Conv2D(4, 3, name="side0")(inputs))
    outputs = [layers.GlobalAveragePooling2D(name=f"pool_{n}")(x) for n, x in (("main", main), ("side", side))]
    model = keras.Model(inputs, outputs)
    recording = record(model, images)
    assert [choice.name for choice in candidates(recording, recording.result[0])] == ["main"]
    assert [choice.name for choice in candidates(recording, recording.result[1])] == ["side", "side0"]


def test_augmentation_scaling_dropout_padding_and_pooling_are_no_features(images):
    model = keras.Sequential(
        [
            *(
                layers.RandomRotation(0.1),
                layers.Rescaling(2.0),
                layers.ZeroPadding2D(),
                layers.Conv2D(4, 3, name="conv"),
            ),
            *(
                layers.SpatialDropout2D(0.1),
                layers.AveragePooling2D(2),
                layers.Dropout(0.2),
                layers.Flatten(),
                layers.Dense(2),
            ),
        ]
    )
    recording = record(model, images)
    assert [choice.name for choice in candidates(recording, recording.result)] == ["conv"]


def test_a_map_of_one_place_is_no_candidate(images):
    model = keras.Sequential([layers.Conv2D(4, 3, name="wide"), layers.Conv2D(5, 14, name="one"), layers.Flatten()])
    recording = record(model, images)
    assert choose(recording, recording.result).name == "wide"


def test_a_model_without_a_spatial_layer_says_so_and_can_still_be_looked_at(images):
    model = keras.Sequential([keras.Input((16, 16, 3)), layers.Flatten(), layers.Dense(3)], name="mlp")
    view, _ = look(model, images)
    assert [call.kind for call in view.calls] == ["Flatten", "Dense"]
    assert view.ranked == ()
    with pytest.raises(LayerError, match=r"model 'mlp': no layer .* spatial"):
        _ = view.choice


class TestFind:
    def test_by_path_by_last_name_and_by_object(self, cnn, images):
        model = keras.Sequential([cnn, layers.Dense(2)])
        recording = record(model, images)
        for given in ("cnn/conv2", "conv2", cnn.get_layer("conv2")):
            assert find(recording, given).name == "cnn/conv2"

    def test_the_call_of_a_shared_layer(self, images):
        conv = layers.Conv2D(3, 3, padding="same", name="conv")
        inputs = keras.Input((16, 16, 3))
        recording = record(keras.Model(inputs, layers.Flatten()(conv(conv(inputs)))), images)
        assert find(recording, "conv").call.index == 0
        assert find(recording, "conv:1").call.index == 1

    def test_an_unknown_name_lists_the_nearest(self, cnn, images):
        with pytest.raises(LayerError, match=r"layer 'cnv2': .* Nearest: conv2"):
            find(record(cnn, images), "cnv2")

    def test_an_ambiguous_name_lists_the_paths(self, images):
        parts = [keras.Sequential([layers.Conv2D(3, 3, name="conv")], name=name) for name in ("a", "b")]
        with pytest.raises(LayerError, match="Say which: a/conv, b/conv"):
            find(record(keras.Sequential([*parts, layers.Flatten()]), images), "conv")

    def test_a_layer_without_places_says_its_shape(self, cnn, images):
        with pytest.raises(LayerError, match="its output has shape 12: no places"):
            find(record(cnn, images), "pool")

    def test_a_layer_that_is_not_called(self, cnn, images):
        with pytest.raises(LayerError, match="stranger: this layer was not called"):
            find(record(cnn, images), layers.Conv2D(3, 3, name="stranger"))
