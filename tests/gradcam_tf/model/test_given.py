"""What the engine gives a method, against the same worked out by hand on rebuilt models."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import gradcam_tf as gct
from gradcam_tf import registry
from gradcam_tf.errors import MethodError
from gradcam_tf.model.layout import from_grid, of_input, to_grid
from gradcam_tf.progress import reporting
from gradcam_tf.records import Layout

MODES = {"compiled": False, "frozen": True}


@pytest.fixture
def spy(monkeypatch):
    """Registers a method that keeps what it is given; returns the place where it is kept."""
    kept = {}

    def enter(*needs, at="layer", run=None):
        def function(*given):
            kept.update(zip(needs, given, strict=True))
            return run(*given) if run else tf.reduce_sum(given[0], axis=-1)

        found = registry.Method("spy", "Spy", "", "", "", "", at, at, needs, {}, function)
        monkeypatch.setitem(registry._methods, "spy", found)
        return kept

    return enter


@pytest.fixture
def quadratic(rng):
    """A 4 × 4 × 2 input, a convolution of 3 channels, and outputs that are quadratic in it."""
    inputs = keras.Input((4, 4, 2))
    A = layers.Conv2D(3, 3, padding="same", name="conv")(inputs)
    flat = layers.Flatten()(A)
    outputs = layers.Dense(5, name="head")(keras.ops.concatenate([flat, flat * flat], axis=1))
    return keras.Model(inputs, outputs)


def halves(model, layer="conv"):
    features = keras.Model(model.inputs, model.get_layer(layer).output)
    kernel, bias = model.get_layer("head").get_weights()

    def head(A):
        flat = tf.reshape(A, (len(A), -1))
        return tf.concat([flat, flat * flat], axis=1) @ kernel + bias

    return features, head


def test_the_curvature_is_the_hessian_times_the_activations(quadratic, spy, rng):
    kept = spy("activations", "curvature")
    x = rng.normal(size=(2, 4, 4, 2)).astype(np.float32)
    gct.explain(quadratic, x, 3, method="spy", layer="conv")
    features, _ = halves(quadratic)
    second = 2 * quadratic.get_layer("head").get_weights()[0][48:, 3].reshape(4, 4, 3)
    np.testing.assert_allclose(kept["curvature"], second * features(x), rtol=1e-4, atol=1e-5)


def test_the_curvature_of_a_linear_head_is_zero(cnn, images, spy):
    kept = spy("activations", "curvature")
    gct.explain(cnn, images, 1, method="spy")
    np.testing.assert_array_equal(kept["curvature"], np.zeros_like(kept["activations"]))


def test_any_weighted_sum_of_the_outputs_can_be_pulled_back(quadratic, spy, rng):
    found = {}
    weights = tf.constant(rng.normal(size=(2, 5)), tf.float32)

    def run(activations, pull_back, outputs):
        found["gradient"] = pull_back(weights)
        return tf.reduce_sum(activations, axis=-1)

    kept = spy("activations", "pull_back", "outputs", run=run)
    x = rng.normal(size=(2, 4, 4, 2)).astype(np.float32)
    gct.explain(quadratic, x, 3, method="spy", layer="conv")
    features, head = halves(quadratic)
    A = features(x)
    with tf.GradientTape() as tape:
        tape.watch(A)
        total = tf.reduce_sum(weights * head(A))
    np.testing.assert_allclose(found["gradient"], tape.gradient(total, A), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(kept["outputs"], quadratic(x), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("frozen", MODES.values(), ids=MODES)
class TestSeries:
    def variations(self, rng, shape, count=21):
        return tf.constant(rng.normal(size=(count, *shape)), tf.float32)

    def test_of_activations(self, quadratic, spy, rng, frozen):
        many = self.variations(rng, (4, 4, 3))
        found = {}

        def run(activations, **_):
            return tf.reduce_sum(activations, axis=-1)

        def of(activations, scores_of, outputs_of, gradients_of):
            for name, series in (("scores", scores_of), ("outputs", outputs_of), ("gradients", gradients_of)):
                found[name] = tf.concat(list(series(21, lambda a, b: many[a:b])), 0)
            return run(activations)

        spy("activations", "scores_of", "outputs_of", "gradients_of", run=of)
        gct.explain(quadratic, rng.random((1, 4, 4, 2), np.float32), 3, method="spy", layer="conv", frozen=frozen)
        _, head = halves(quadratic)
        with tf.GradientTape() as tape:
            tape.watch(many)
            outputs = head(many)
            score = outputs[:, 3]
        np.testing.assert_allclose(found["outputs"], outputs, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(found["scores"], score, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(found["gradients"], tape.gradient(score, many), rtol=1e-4, atol=1e-4)

    def test_of_inputs(self, quadratic, spy, rng, frozen):
        many = self.variations(rng, (4, 4, 2))
        found = {}

        def of(activations, scores_of_inputs, passes_of_inputs):
            found["scores"] = tf.concat(list(scores_of_inputs(21, lambda a, b: many[a:b])), 0)
            found["A"], found["g"] = (
                tf.concat(parts, 0) for parts in zip(*passes_of_inputs(21, lambda a, b: many[a:b]), strict=True)
            )
            return tf.reduce_sum(activations, axis=-1)

        spy("activations", "scores_of_inputs", "passes_of_inputs", run=of)
        gct.explain(quadratic, rng.random((1, 4, 4, 2), np.float32), 3, method="spy", layer="conv", frozen=frozen)
        features, head = halves(quadratic)
        A = features(many)
        with tf.GradientTape() as tape:
            tape.watch(A)
            score = head(A)[:, 3]
        np.testing.assert_allclose(found["scores"], score, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(found["A"], A, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(found["g"], tape.gradient(score, A), rtol=1e-4, atol=1e-4)

    def test_each_image_has_its_own_target(self, cnn, images, spy, frozen):
        scores = []

        def of(activations, scores_of):
            scores.append(next(iter(scores_of(1, lambda a, b: activations)))[0])
            return tf.reduce_sum(activations, axis=-1)

        spy("activations", "scores_of", run=of)
        explanation = gct.explain(cnn, images, [4, 0, 2], method="spy", frozen=frozen)
        np.testing.assert_allclose(scores, explanation.scores, rtol=1e-4, atol=1e-5)


def test_another_input_stays_as_it_is_while_one_varies(spy, rng):
    picture, number = keras.Input((6, 6, 1), name="picture"), keras.Input((2,), name="number")
    A = layers.Conv2D(2, 3, name="conv")(picture)
    both = layers.Concatenate()([layers.GlobalAveragePooling2D()(A), number])
    model = keras.Model([picture, number], layers.Dense(3)(both))
    x, n = rng.random((1, 6, 6, 1), np.float32), rng.random((1, 2), np.float32)
    many, found = tf.constant(rng.random((11, 6, 6, 1)), tf.float32), {}

    def of(inputs, scores_of_inputs):
        found["x"], found["scores"] = inputs, tf.concat(list(scores_of_inputs(11, lambda a, b: many[a:b])), 0)
        return tf.reduce_sum(inputs, axis=-1)

    spy("inputs", "scores_of_inputs", run=of)
    gct.explain(model, [x, n], 1, method="spy")
    np.testing.assert_array_equal(found["x"], x)
    expected = model([many, tf.repeat(n, 11, axis=0)])[:, 1]
    np.testing.assert_allclose(found["scores"], expected, rtol=1e-4, atol=1e-5)


def test_a_branch_past_the_layer_is_computed_for_the_variations_too(spy, rng):
    inputs = keras.Input((6, 6, 2))
    A = layers.Conv2D(2, 3, name="conv")(inputs)
    past = layers.GlobalMaxPooling2D()(inputs)
    model = keras.Model(
        inputs, layers.Dense(3, name="head")(keras.ops.concatenate([layers.GlobalAveragePooling2D()(A), past], 1))
    )
    x, many, found = rng.random((1, 6, 6, 2), np.float32), tf.constant(rng.random((9, 4, 4, 2)), tf.float32), {}

    def of(activations, scores_of):
        found["scores"] = tf.concat(list(scores_of(9, lambda a, b: many[a:b])), 0)
        return tf.reduce_sum(activations, axis=-1)

    spy("activations", "scores_of", run=of)
    gct.explain(model, x, 1, method="spy", layer="conv")
    kernel, bias = model.get_layer("head").get_weights()
    row = np.concatenate([np.mean(many, (1, 2)), np.repeat(x.max((1, 2)), 9, 0)], 1)
    np.testing.assert_allclose(found["scores"], (row @ kernel + bias)[:, 1], rtol=1e-4, atol=1e-5)


class TestProgress:
    def test_every_chunk_is_told(self, cnn, images):
        told = []
        with reporting(lambda done, total: told.append((done, total))):
            gct.explain(cnn, images[:1], method="ablationcam")
        assert told[-1] == (12, 12)
        gct.explain(cnn, images[:1], method="ablationcam")
        assert told[-1] == (12, 12)

    def test_what_it_raises_stops_the_computation(self, cnn, images):
        def stop(done, total):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt), reporting(stop):
            gct.explain(cnn, images[:1], method="ablationcam")
        assert gct.explain(cnn, images[:1], method="ablationcam").status == ("ok",)


@pytest.mark.parametrize(
    ("shape", "layout"),
    [
        ((1, 4, 3, 5), Layout("channels_last", (4, 3))),
        ((1, 5, 4, 3), Layout("channels_first", (4, 3))),
        ((1, 14, 5), Layout("tokens", (4, 3), 2)),
        ((1, 15, 5), Layout("tokens", (4, 3), 2)),
        ((1, 7), of_input((None, 7))),
    ],
)
def test_a_grid_goes_back_to_where_it_came_from(rng, shape, layout):
    tensor = tf.constant(rng.normal(size=shape), tf.float32)
    grid = tf.repeat(to_grid(tensor, layout), 3, axis=0)
    np.testing.assert_array_equal(from_grid(grid, tensor, layout), tf.repeat(tensor, 3, axis=0))


class TestTheInputAsAPlace:
    def test_a_row_of_numbers_is_a_row_of_places(self, rng):
        inputs = keras.Input((7,))
        model = keras.Model(inputs, layers.Dense(3, activation="softmax", name="head")(inputs))
        explanation = gct.explain(model, rng.random((2, 7), np.float32), 1, method="saliency")
        expected = np.abs(model.get_layer("head").kernel[:, 1])
        np.testing.assert_allclose(explanation.raw, np.tile(expected, (2, 1)), rtol=1e-5)

    def test_a_layer_cannot_be_named_for_it(self, cnn):
        with pytest.raises(MethodError, match="method 'saliency': works on the model's input, not on a layer"):
            gct.Explainer(cnn, layer="conv1", method="saliency")

    def test_a_model_without_places_names_the_methods_that_fit(self, rng):
        inputs = keras.Input((7,))
        model = keras.Model(inputs, layers.Dense(3)(inputs))
        with pytest.raises(gct.errors.LayerError, match=r"these methods work on the input: .*saliency"):
            gct.explain(model, rng.random((2, 7), np.float32))

    def test_whole_numbers_have_no_gradient(self, rng):
        inputs = keras.Input((6,), dtype="int32")
        model = keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling1D()(layers.Embedding(9, 4)(inputs))))
        with pytest.raises(gct.errors.LayerError, match=r"layer '\(input\)'"):
            gct.explain(model, np.arange(6)[None], 0, method="saliency")
