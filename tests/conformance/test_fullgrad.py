"""FullGrad: its map against a slow oracle, and its completeness on networks taken apart by hand."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import gradcam_tf as gct
from gradcam_tf.maps import resize
from gradcam_tf.methods.fullgrad import fullgrad
from tests.conformance.relunet import COLOURS, SIZE, STYLES, ReluNet
from tests.conformance.test_pixel import close, explained

TARGET = 1
MODES = {"eager": None, "compiled": False, "frozen": True}


@pytest.fixture
def photos(rng) -> np.ndarray:
    return rng.normal(size=(2, *SIZE, COLOURS)).astype(np.float32)


def psi(tensor: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """Srinivas and Fleuret 2019, ψ of equation 6 summed over the channels: |·|, scaled to [0, 1] over all of a layer of
    one image, each channel resized to the input. (*grid, channels) -> (*size)."""
    strengths = np.abs(tensor)
    low, high = strengths.min(), strengths.max()
    total = np.zeros(size)
    for c in range(tensor.shape[-1]):
        scaled = np.zeros(tensor.shape[:-1])
        for place in np.ndindex(*scaled.shape):
            scaled[place] = (strengths[(*place, c)] - low) / (high - low) if high > low else 0
        total += resize(scaled[None], size)[0]
    return total


def by_hand(net: ReluNet, x: np.ndarray) -> tuple[np.ndarray, float]:
    """Equation 6 of one image: x ⊙ dy/dx, b ⊙ dy/dz of both convolutions; and the sum of all, Dense bias included."""
    at_x, *at_z = net.back(x, TARGET)
    parts = [x * at_x, *(net.weights[i] * g for i, g in zip((1, 3), at_z, strict=True))]
    return sum(psi(part, SIZE) for part in parts), sum(part.sum() for part in parts) + net.weights[5][TARGET]


@pytest.mark.parametrize("frozen", MODES.values(), ids=MODES)
def test_it_is_the_decomposition_by_hand(photos, frozen):
    net = ReluNet()
    explanation = explained(net.model(), photos, "fullgrad", frozen=frozen)
    expected, totals = zip(*(by_hand(net, x.astype(float)) for x in photos), strict=True)
    close(explanation.raw, expected)
    np.testing.assert_allclose(totals, explanation.scores, rtol=1e-5)
    np.testing.assert_allclose(explanation.numbers["completeness_gap"], 0, atol=1e-4)


@pytest.mark.parametrize("style", STYLES)
def test_however_the_relus_are_written_it_is_the_same(photos, style):
    net = ReluNet()
    explanation = explained(net.model(style), photos, "fullgrad")
    close(explanation.raw, [by_hand(net, x.astype(float))[0] for x in photos])
    np.testing.assert_allclose(explanation.numbers["completeness_gap"], 0, atol=1e-4)


@pytest.mark.parametrize("grid", [(5,), (4, 3), (2, 3, 4)], ids=["1-D", "2-D", "3-D"])
def test_its_map_from_given_tensors_is_equation_6(rng, grid):
    size = tuple(2 * extent for extent in grid)
    x, g = rng.normal(size=(2, 2, *size, 3)).astype(np.float32)
    placed = [rng.normal(size=(2, *grid, 4)).astype(np.float32), np.full((2, *grid, 2), 3, np.float32)]
    unplaced, scores = rng.normal(size=(2, 5)).astype(np.float32), np.array([1.0, 2.0], np.float32)
    found, gap = fullgrad(x, g, [*placed, unplaced], scores, lambda maps: resize(maps.numpy(), size))
    parts = [x * g, *placed]
    expected = [sum(psi(part[n].astype(float), size) for part in parts) for n in range(2)]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    total = sum(part.sum(axis=tuple(range(1, part.ndim))) for part in (*parts, unplaced))
    np.testing.assert_allclose(gap, total - scores, rtol=1e-4, atol=1e-4)


def test_a_nan_is_not_scaled_away():
    x, g = np.ones((1, 2, 2, 1), np.float32), np.ones((1, 2, 2, 1), np.float32)
    g[0, 1, 1] = np.nan
    assert not np.isfinite(fullgrad(x, g, [], np.zeros(1, np.float32), None)[0]).all()


def normalised(x, **options):
    """A batch normalisation that shifts."""
    layer = layers.BatchNormalization(
        beta_initializer="random_normal",
        moving_mean_initializer="random_normal",
        gamma_initializer=keras.initializers.RandomUniform(0.5, 2),
        moving_variance_initializer=keras.initializers.RandomUniform(0.5, 2),
        **options,
    )
    return layer(x)


def convolved(x, *, bias=True, **options):
    return layers.Conv2D(4, 3, padding="same", use_bias=bias, bias_initializer="random_normal", **options)(x)


def row(x, **options):
    return layers.Dense(3, bias_initializer="random_normal", **options)(layers.Flatten()(x))


def residual(x):
    shortcut = convolved(x)
    x = layers.ReLU()(normalised(convolved(x, bias=False)))
    return row(layers.ReLU()(layers.Add()([shortcut, normalised(convolved(x, bias=False))])))


def preprocessed(x):
    x = layers.Rescaling(0.5, offset=-0.3)(x)
    x = layers.Normalization(mean=[0.2, 0.4], variance=[1.0, 2.0])(x)
    return row(convolved(x, activation="relu"))


def shifted_by_operations(x):
    return row(convolved(keras.ops.subtract(x / 2.0, np.array([0.3, 0.1], "float32")) + 0.5, activation="relu"))


def many_kinds(x):
    x = layers.DepthwiseConv2D(3, bias_initializer="random_normal", activation="relu")(x)
    x = layers.Conv2DTranspose(3, 3, bias_initializer="random_normal")(x)
    x = layers.SeparableConv2D(4, 3, bias_initializer="random_normal", activation="relu6")(x)
    x = layers.EinsumDense("abcd,de->abce", (4, 3, 3), bias_axes="e", bias_initializer="random_normal")(x)
    return row(layers.LeakyReLU()(layers.PReLU()(layers.AveragePooling2D(2)(x))))


def curved(x):
    x = layers.Activation("silu")(normalised(convolved(x, activation="gelu")))
    return row(keras.ops.tanh(convolved(x, activation="elu")), activation="sigmoid")


def saturated(x):
    return row(layers.ReLU(max_value=0.5)(keras.activations.relu6(20 * convolved(x))))


NETWORKS = {
    "residual with batch normalisation": residual,
    "preprocessing inside": preprocessed,
    "shifted by bare operations": shifted_by_operations,
    "every kind of layer with a bias": many_kinds,
    "curved activations": curved,
    "saturated": saturated,
    "softmax in the last layer": lambda x: row(convolved(x, activation="relu"), activation="softmax"),
    "softmax as a layer": lambda x: layers.Softmax()(row(convolved(x, activation="relu"))),
    "nested": lambda x: nest(residual, x),
}


def nest(build, x):
    inner = keras.Input(x.shape[1:])
    return layers.Dense(3)(layers.ReLU()(keras.Model(inner, build(inner))(x)))


@pytest.mark.parametrize("name", NETWORKS)
def test_input_and_biases_add_up_to_the_score(photos, name):
    """Proposition 2 and what follows it: f(x) = x · df/dx + b · df/db, implicit biases included."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((*SIZE, COLOURS))
    model = keras.Model(inputs, NETWORKS[name](inputs))
    for frozen in (None, True) if name in ("curved activations", "softmax in the last layer") else (None,):
        explanation = explained(model, photos, "fullgrad", frozen=frozen)
        assert np.abs(explanation.scores).min() > 1e-3
        np.testing.assert_allclose(explanation.numbers["completeness_gap"], 0, atol=2e-4)


def test_a_probability_is_complete_too(photos):
    inputs = keras.Input((*SIZE, COLOURS))
    model = keras.Model(inputs, curved(inputs))
    target = gct.targets.ClassScore(1, space="probability")
    np.testing.assert_allclose(explained(model, photos, "fullgrad", target).numbers["completeness_gap"], 0, atol=1e-4)


def test_what_is_not_taken_apart_is_told(photos):
    """A softmax is no function of each number by itself: the gap says that the parts do not add up."""
    inputs = keras.Input((*SIZE, COLOURS))
    model = keras.Model(inputs, row(convolved(inputs), activation="softmax"))
    target = gct.targets.ClassScore(1, space="probability")
    assert np.abs(explained(model, photos, "fullgrad", target).numbers["completeness_gap"]).max() > 1e-3


def test_a_batch_normalisation_without_a_scale_or_shift(photos):
    inputs = keras.Input((*SIZE, COLOURS))
    model = keras.Model(inputs, row(layers.ReLU()(normalised(inputs, center=False, scale=False))))
    np.testing.assert_allclose(explained(model, photos, "fullgrad").numbers["completeness_gap"], 0, atol=1e-4)


def test_channels_first_is_the_same_as_channels_last(photos):
    def build(order):
        axes, back = ((3, 1, 2), (2, 3, 1)) if order == "channels_first" else ((1, 2, 3), (1, 2, 3))
        inputs = keras.Input((*SIZE, COLOURS))
        x = layers.Permute(axes)(inputs)
        x = layers.DepthwiseConv2D(2, data_format=order, bias_initializer="ones", activation="relu")(x)
        x = normalised(x, axis=1 if order == "channels_first" else -1)
        return keras.Model(inputs, row(layers.Permute(back)(layers.ReLU()(x))))

    try:
        first, last = build("channels_first"), build("channels_last")
        last.set_weights(first.get_weights())
        maps = explained(first, photos, "fullgrad").raw
    except (tf.errors.UnimplementedError, tf.errors.InvalidArgumentError, gct.errors.ModelError):
        pytest.skip("this CPU build of TensorFlow has no convolution with channels first")
    close(maps, explained(last, photos, "fullgrad").raw)


def test_an_unused_bias_changes_nothing(photos):
    """Layers that the score does not depend on have no part in it."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((*SIZE, COLOURS))
    x = convolved(inputs, activation="relu")
    with_other = keras.Model(inputs, [row(x), convolved(x)])
    alone = keras.Model(inputs, with_other.outputs[0])
    close(explained(with_other, photos, "fullgrad").raw, explained(alone, photos, "fullgrad").raw)


def test_on_a_photo_the_default_model_is_complete():
    from gradcam_tf.resources import sample_paths

    explanation = gct.Explainer.open(method="fullgrad")(sample_paths()["chelsea"])
    assert explanation.status == ("ok",)
    assert abs(explanation.numbers["completeness_gap"][0]) < 1e-3 * abs(explanation.scores[0])
