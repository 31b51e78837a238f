"""Frozen functions: the same numbers, and no normalisation left to compute."""

from __future__ import annotations

from collections import Counter

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from gradcam_tf.model import graphdefs


def depthwise(copies: int = 1, branches: bool = False) -> keras.Model:
    """A depthwise convolution behind which a normalisation stands, of weights and statistics that are not trivial."""
    inputs = keras.Input((9, 8, 3))
    result = layers.DepthwiseConv2D(3, depth_multiplier=copies, use_bias=False, name="depthwise")(inputs)
    normal = layers.ReLU(6)(layers.BatchNormalization(name="normal")(result))
    model = keras.Model(inputs, layers.Concatenate()([result, normal]) if branches else normal)
    rng = np.random.default_rng(4)
    for weight in model.weights:
        weight.assign(rng.uniform(0.3, 2, weight.shape))
    return model


def traced(model: keras.Model, *, slope: bool = False):
    """Of the model's output; or of its derivative by the input, too."""

    def run(images):
        with tf.GradientTape() as tape:
            tape.watch(images)
            output = model(images, training=False)
        return [output, tape.gradient(output, images)] if slope else [output]

    return tf.function(run, autograph=False).get_concrete_function(tf.TensorSpec([None, 9, 8, 3]))


def products(function) -> int:
    """Multiplications of what a depthwise convolution gives, in the function or in those it calls."""
    graph = function.graph.as_graph_def()
    bodies = [graph.node, *(one.node_def for one in graph.library.function)]
    found = 0
    for nodes in bodies:
        convolutions = {node.name for node in nodes if node.op == "DepthwiseConv2dNative"}
        found += sum(
            node.op == "Mul" and any(name.split(":")[0] in convolutions for name in node.input) for node in nodes
        )
    return found


@pytest.fixture
def pictures(rng: np.random.Generator) -> tf.Tensor:
    return tf.constant(rng.normal(size=(2, 9, 8, 3)), tf.float32)


@pytest.mark.parametrize("copies", [1, 2])
def test_a_normalisation_goes_into_the_filters(copies, pictures):
    before = traced(depthwise(copies))
    after = graphdefs.frozen(before)
    assert (products(before), products(after)) == (1, 0)
    np.testing.assert_allclose(after(pictures)[0], before(pictures)[0], rtol=1e-5, atol=1e-5)


def test_a_filter_that_a_derivative_reads_stays_as_it_is(pictures):
    before = traced(depthwise(), slope=True)
    after = graphdefs.frozen(before)
    assert products(after) > 0
    for got, wanted in zip(after(pictures), before(pictures), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-5)


def test_a_convolution_that_something_else_reads_stays_as_it_is(pictures):
    before = traced(depthwise(branches=True))
    after = graphdefs.frozen(before)
    assert products(after) == 1
    np.testing.assert_allclose(after(pictures)[0], before(pictures)[0], rtol=1e-5, atol=1e-5)


def test_a_factor_that_is_no_constant_stays(pictures):
    kernel = tf.constant(np.random.default_rng(1).normal(size=(3, 3, 3, 1)), tf.float32)

    def run(images):
        result = tf.nn.depthwise_conv2d(images, kernel, [1, 1, 1, 1], "VALID")
        return [result * tf.reduce_mean(images, (0, 1, 2))]

    before = tf.function(run, autograph=False).get_concrete_function(tf.TensorSpec([None, 9, 8, 3]))
    after = graphdefs.frozen(before)
    assert products(after) == 1
    np.testing.assert_allclose(after(pictures)[0], before(pictures)[0], rtol=1e-5, atol=1e-5)


def test_a_loop_beside_it_still_runs(pictures):
    inputs = keras.Input((9, 8, 3))
    rows = layers.Reshape((7, 18))(depthwise()(inputs))
    model = keras.Model(inputs, layers.LSTM(2)(layers.LSTM(4, return_sequences=True)(rows)))
    before = traced(model)
    np.testing.assert_allclose(graphdefs.frozen(before)(pictures)[0], before(pictures)[0], rtol=1e-5, atol=1e-5)


def test_frozen_needs_no_variable(pictures):
    function = graphdefs.frozen(traced(depthwise()))
    kinds = Counter(operation.type for operation in function.graph.get_operations())
    assert not kinds["ReadVariableOp"]
    assert not function.captured_inputs
