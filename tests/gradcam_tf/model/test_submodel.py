from __future__ import annotations

import gc
import threading
import weakref

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from gradcam_tf import registry
from gradcam_tf.errors import LayerError, ModelError
from gradcam_tf.model.calls import record
from gradcam_tf.model.choice import find
from gradcam_tf.model.logits import find_logits
from gradcam_tf.model.submodel import SubModel
from gradcam_tf.records import Feature, Layout
from gradcam_tf.targets import ClassScore, Custom, TopClass
from tests.conftest import make_cnn

GRADCAM = registry.get("gradcam")
MODES = ("eager", "compiled", "frozen")


def submodel_of(model, images, *layers) -> SubModel:
    recording = record(model, images)
    features = tuple(find(recording, layer).feature for layer in layers or ("relu2",))
    return SubModel.of(model, features, find_logits(recording, recording.result))


def reference(model, images, index, layer="relu2"):
    """Grad-CAM by a rebuilt functional model and an eager tape, as everyone else does it."""
    features = keras.Model(model.inputs, model.get_layer(layer).output)(images)
    kernel, bias = (tf.constant(w) for w in model.get_layer("head").get_weights())
    with tf.GradientTape() as tape:
        tape.watch(features)
        score = (tf.reduce_mean(features, (1, 2)) @ kernel + bias)[:, index]
    weights = tf.reduce_mean(tape.gradient(score, features), (1, 2), keepdims=True)
    return tf.reduce_sum(weights * features, -1), score


@pytest.mark.parametrize("mode", MODES)
def test_maps_and_scores_are_those_of_a_rebuilt_model(cnn, images, mode):
    submodel = submodel_of(cnn, images)
    got = submodel.explain(images, ClassScore(2), GRADCAM, ClassScore(2).arguments(3), mode)
    maps, scores = reference(cnn, images, 2)
    np.testing.assert_allclose(got.raw[0], maps, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(got.scores, scores, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(got.predictions, cnn(images), rtol=1e-4)


@pytest.mark.parametrize("layer", ["conv1", "conv2", "relu2"])
def test_the_head_alone_gives_the_same_maps(cnn, images, layer):
    submodel = submodel_of(cnn, images, layer)
    whole = submodel.explain(images, TopClass(), GRADCAM, TopClass().arguments(3), "eager")
    kept = submodel.features(images).activations
    for mode in ("compiled", "frozen"):
        again = submodel.explain_features(kept, images, TopClass(), GRADCAM, TopClass().arguments(3), mode)
        np.testing.assert_allclose(again.raw[0], whole.raw[0], rtol=1e-4, atol=1e-7)
        np.testing.assert_allclose(again.scores, whole.scores, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("layer", ["conv1", "conv2", "relu2"])
def test_replaying_a_recording_gives_the_same_maps(cnn, images, layer):
    submodel = submodel_of(cnn, images, layer)
    recording = record(cnn, images)
    whole = submodel.explain(images, TopClass(), GRADCAM, TopClass().arguments(3), "eager")
    again = submodel.explain_recording(recording, images, TopClass(), GRADCAM, TopClass().arguments(3))
    np.testing.assert_array_equal(again.raw[0], whole.raw[0])


def test_a_replay_runs_no_layer_before_the_features_again(cnn, images, monkeypatch):
    submodel, recording = submodel_of(cnn, images), record(cnn, images)
    runs = []
    for layer in cnn.layers[1:]:
        call = layer.call
        monkeypatch.setattr(layer, "call", lambda *a, _c=call, _n=layer.name, **k: (runs.append(_n), _c(*a, **k))[1])
    submodel.explain_recording(recording, images, TopClass(), GRADCAM, TopClass().arguments(3))
    assert "conv1" not in runs
    assert "relu2" not in runs
    assert "pool" in runs


def test_a_replay_skips_whole_nested_models_and_keeps_in_step(images):
    inputs = keras.Input((16, 16, 3))
    a = keras.Sequential([layers.Conv2D(4, 3, name="c1"), layers.ReLU(name="r1")], name="a")
    b = keras.Sequential([layers.Conv2D(4, 3, name="c2"), layers.ReLU(name="r2")], name="b")
    x = layers.GlobalAveragePooling2D()(b(a(inputs)))
    model = keras.Model(inputs, layers.Dense(3, activation="softmax")(x))
    submodel, recording = submodel_of(model, images, "b/c2"), record(model, images)
    arguments = TopClass().arguments(3)
    whole = submodel.explain(images, TopClass(), GRADCAM, arguments, "eager")
    again = submodel.explain_recording(recording, images, TopClass(), GRADCAM, arguments)
    np.testing.assert_array_equal(again.raw[0], whole.raw[0])


def test_a_branch_around_the_layer_is_still_computed(images):
    inputs = keras.Input((16, 16, 3))
    x = layers.Conv2D(4, 3, padding="same", name="conv")(inputs)
    around = layers.Conv2D(4, 1, name="around")(inputs)
    y = layers.Dense(3)(layers.GlobalAveragePooling2D()(layers.Add()([x, around])))
    model = keras.Model(inputs, y)
    submodel = submodel_of(model, images, "conv")
    kept = submodel.features(images).activations
    got = submodel.explain_features(kept, images, ClassScore(1), GRADCAM, ClassScore(1).arguments(3), "frozen")
    np.testing.assert_allclose(got.predictions, model(images), rtol=1e-4, atol=1e-6)


def test_any_batch_size_runs_in_one_program(cnn, images):
    submodel = submodel_of(cnn, images)
    for count in (3, 1, 2):
        submodel.explain(images[:count], TopClass(), GRADCAM, TopClass().arguments(count), "compiled")
    for target in (TopClass(1), TopClass(2), ClassScore(0), ClassScore([1, 2, 3])):
        submodel.explain(images, target, GRADCAM, target.arguments(3), "compiled")
    assert len(submodel.programs) == 1


def test_a_model_that_needs_its_batch_size_gets_it():
    inputs = keras.Input(batch_shape=(2, 8, 8, 1))
    x = layers.Conv2D(3, 3, name="conv")(inputs)
    model = keras.Model(inputs, layers.Dense(2)(tf.keras.layers.Lambda(lambda t: tf.reshape(t, (2, -1)))(x)))
    images = np.random.default_rng(0).random((2, 8, 8, 1), np.float32)
    submodel = submodel_of(model, images, "conv")
    arguments = TopClass().arguments(2)
    eager = submodel.explain(images, TopClass(), GRADCAM, arguments, "eager")
    for mode in ("compiled", "frozen"):
        got = submodel.explain(images, TopClass(), GRADCAM, arguments, mode)
        np.testing.assert_allclose(got.raw[0], eager.raw[0], rtol=1e-4, atol=1e-7)


def test_compiled_sees_new_weights_and_frozen_does_not(cnn, images):
    submodel = submodel_of(cnn, images)

    def scores(mode):
        return np.asarray(submodel.explain(images, ClassScore(0), GRADCAM, ClassScore(0).arguments(3), mode).scores)

    compiled, frozen = scores("compiled"), scores("frozen")
    cnn.get_layer("head").bias.assign_add([1.0, 0, 0, 0, 0])
    np.testing.assert_allclose(scores("compiled"), compiled + 1, rtol=1e-4)
    np.testing.assert_array_equal(scores("frozen"), frozen)


def test_the_number_of_kept_programs_is_bounded(cnn, images):
    submodel = submodel_of(cnn, images)
    for scale in range(20):
        target = Custom(lambda y, scale=scale: y[:, 0] * scale)
        submodel.explain(images[:1], target, GRADCAM, (), "compiled")
    assert len(submodel.programs) == 16


def test_a_layer_the_score_does_not_depend_on(images):
    inputs = keras.Input((16, 16, 3))
    x = layers.Conv2D(4, 3, name="conv")(inputs)
    stopped = keras.ops.stop_gradient(x)
    model = keras.Model(inputs, layers.Dense(2)(layers.GlobalAveragePooling2D()(stopped)))
    submodel = submodel_of(model, images, "conv")
    for mode in MODES:
        with pytest.raises(LayerError, match="layer 'conv': the score does not depend on it"):
            submodel.explain(images, TopClass(), GRADCAM, TopClass().arguments(3), mode)


def test_a_tap_that_did_not_fire_is_an_error(cnn, images):
    submodel = SubModel(cnn, (Feature("no_such_layer", 0, 0, Layout("channels_last", (2, 2))),), None)
    with pytest.raises(ModelError, match="layer 'no_such_layer': the layer was not called"):
        submodel.features(images, "eager")


def test_the_model_is_the_same_before_and_after(cnn, images):
    cnn(images)  # which sets flags of its own, the first time
    weights, config = cnn.get_weights(), cnn.get_config()
    attributes = {layer.name: dict(layer.__dict__) for layer in [cnn, *cnn.layers]}
    submodel = submodel_of(cnn, images)
    for mode in MODES:
        submodel.explain(images, TopClass(), GRADCAM, TopClass().arguments(3), mode)
    assert cnn.get_config() == config
    for before, after in zip(weights, cnn.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    assert {layer.name: dict(layer.__dict__) for layer in [cnn, *cnn.layers]} == attributes


def test_two_threads_explain_one_model(cnn, images):
    submodel = submodel_of(cnn, images)
    expected = np.asarray(submodel.explain(images, TopClass(), GRADCAM, TopClass().arguments(3), "eager").raw[0])
    wrong: list[object] = []

    def work(mode):
        for _ in range(10):
            got = submodel.explain(images, TopClass(), GRADCAM, TopClass().arguments(3), mode).raw[0]
            if not np.allclose(got, expected, rtol=1e-4, atol=1e-7):
                wrong.append(got)

    threads = [threading.Thread(target=work, args=(mode,)) for mode in ("eager", "compiled", "eager", "frozen")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_model_is_let_go_with_its_programs(images):
    model = make_cnn()
    gone = weakref.ref(model)
    submodel = submodel_of(model, images)
    for mode in MODES:
        submodel.explain(images, TopClass(), GRADCAM, TopClass().arguments(3), mode)
    del model, submodel
    gc.collect()
    assert gone() is None


def test_a_compiled_head_is_handed_its_own_variables_alone(cnn, images):
    submodel = submodel_of(cnn, images)
    kept = submodel.features(images).activations
    submodel.explain_features(kept, images, TopClass(), GRADCAM, TopClass().arguments(3), "compiled")
    head = next(program for identity, program in submodel.programs.items() if identity[0] == "head")
    assert len(head.captured_inputs) == len(cnn.get_layer("head").weights)
