"""The pixel gradients against slow oracles of their papers, and what must hold of them whatever the numbers."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import gradcam_tf as gct
from gradcam_tf import registry
from gradcam_tf.errors import LayerError, MethodError
from gradcam_tf.maps import resize
from gradcam_tf.methods.noise import smoothgrad, squaregrad, vargrad
from gradcam_tf.methods.path import BASELINES, BLUR, integrated_gradients
from tests.conformance.relunet import COLOURS, SIZE, STYLES, ReluNet, deconvolved, guided

PIXEL = [name for name in registry.fitting("input") if registry.get(name).group == "Pixel gradients"]
ON_RELUS = {"guided-backprop": guided, "deconvnet": deconvolved}
TARGET = 1


@pytest.fixture
def photos(rng) -> np.ndarray:
    return rng.normal(size=(2, *SIZE, COLOURS)).astype(np.float32)


@pytest.fixture(scope="module")
def net() -> ReluNet:
    return ReluNet()


@pytest.fixture(scope="module")
def model(net):
    return net.model()


def explained(model, photos, method, target=TARGET, layer="auto", frozen=None, **settings) -> gct.Explanation:
    """``frozen``: None runs eagerly, the others compiled."""
    explainer = gct.Explainer(model, layer, method, settings=settings, frozen=bool(frozen))
    explainer._warm = frozen is not None
    return explainer(photos, target)


def close(actual, expected, rtol=1e-4):
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=rtol * np.abs(expected).max())


# Gradients and their product with the input.


@pytest.mark.parametrize("frozen", [None, False, True], ids=["eager", "compiled", "frozen"])
def test_saliency_and_input_x_gradient_are_those_of_the_backward_pass_by_hand(net, model, photos, frozen):
    gradients = [net.gradient(x.astype(float), TARGET) for x in photos]
    saliency = [np.abs(g).max(-1) for g in gradients]
    product = [(x * g).sum(-1) for x, g in zip(photos, gradients, strict=True)]
    close(explained(model, photos, "saliency", frozen=frozen).raw, saliency)
    close(explained(model, photos, "input-x-gradient", frozen=frozen).raw, product)


def test_without_biases_input_x_gradient_adds_up_to_the_score(net, photos):
    bare = ReluNet()
    for i in (1, 3, 5):
        bare.weights[i] = 0 * bare.weights[i]
    explanation = explained(bare.model(), photos, "input-x-gradient")
    close(explanation.raw.sum((1, 2)), explanation.scores)


# Integrated gradients.


def path_by_hand(net, x, baseline, steps):
    """Sundararajan et al. 2017, equation 1: (x_i - b_i) ∫ dF/dx_i(b + α (x - b)) dα, by the middles of equal steps."""
    total = np.zeros_like(x)
    for k in range(steps):
        total += net.gradient(baseline + (k + 0.5) / steps * (x - baseline), TARGET)
    return (x - baseline) * total / steps


def baseline_by_hand(kind, x):
    """One image, (H, W, C)."""
    if kind == "blurred":
        return blurred_by_hand(x)
    filled = np.empty_like(x)
    for c in range(x.shape[-1]):
        filled[..., c] = {"black": np.min, "white": np.max, "mean": np.mean}[kind](x[..., c])
    return filled


def blurred_by_hand(x):
    """b[p] = sum_q w[p, q] x[q], w a Gaussian of |p - q|, sigma a tenth of each axis; the w of each p add up to 1."""
    height, width, _ = x.shape
    blurred = np.zeros_like(x)
    for i, j in np.ndindex(height, width):
        total = 0.0
        for k, m in np.ndindex(height, width):
            weight = np.exp(-0.5 * ((i - k) / (BLUR * height)) ** 2 - 0.5 * ((j - m) / (BLUR * width)) ** 2)
            blurred[i, j] += weight * x[k, m]
            total += weight
        blurred[i, j] /= total
    return blurred


@pytest.mark.parametrize("frozen", [False, True], ids=["compiled", "frozen"])
@pytest.mark.parametrize("baseline", [*BASELINES, 0.25])
def test_integrated_gradients_are_the_path_by_hand(net, model, photos, baseline, frozen):
    explanation = explained(model, photos, "integrated-gradients", frozen=frozen, baseline=baseline, steps=5)
    for i, x in enumerate(photos.astype(float)):
        start = baseline_by_hand(baseline, x) if isinstance(baseline, str) else np.full_like(x, baseline)
        by_hand = path_by_hand(net, x, start, 5).sum(-1)
        close(explanation.raw[i], by_hand)
        gap = by_hand.sum() - (net.run(x)[-1] - net.run(start)[-1])[TARGET]
        assert explanation.numbers["completeness_gap"][i] == pytest.approx(gap, rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("baseline", BASELINES)
def test_integrated_gradients_are_complete(model, photos, baseline):
    """Proposition 1: they add up to y(x) - y(b); the more steps, the better."""
    few, many = (explained(model, photos, "integrated-gradients", baseline=baseline, steps=steps) for steps in (8, 512))
    gaps = np.abs(many.numbers["completeness_gap"])
    assert (gaps < 0.01 * np.abs(many.raw).sum((1, 2))).all()
    assert gaps.sum() < np.abs(few.numbers["completeness_gap"]).sum() / 4


def test_along_a_straight_line_one_step_is_complete(rng, photos):
    inputs = keras.Input((*SIZE, COLOURS))
    linear = keras.Model(inputs, layers.Dense(3)(layers.Flatten()(inputs)))
    explanation = explained(linear, photos, "integrated-gradients", steps=1)
    np.testing.assert_allclose(explanation.numbers["completeness_gap"], 0, atol=1e-4)


def test_the_gap_is_told_with_the_results_of_each_image(model, photos):
    explanation = explained(model, photos, "integrated-gradients")
    gaps = explanation.numbers["completeness_gap"]
    assert gaps.shape == (2,)
    for i, one in enumerate(explanation):
        assert one.numbers["completeness_gap"].tolist() == [gaps[i]]
        assert one.results[0]["completeness_gap"] == explanation.results[i]["completeness_gap"] == float(gaps[i])
        assert one.provenance[0]["result"]["completeness_gap"] == float(gaps[i])
    assert "completeness_gap" not in explained(model, photos, "saliency").results[0]


def test_batches_are_joined_with_their_numbers(model, photos):
    whole = explained(model, photos, "fullgrad", frozen=False)
    one_by_one = gct.Explainer(model, method="fullgrad", batch_size=1)
    one_by_one._warm = True
    parts = one_by_one(photos, TARGET)
    np.testing.assert_allclose(parts.numbers["completeness_gap"], whole.numbers["completeness_gap"], atol=1e-4)
    close(parts.raw, whole.raw)


def test_what_integrated_gradients_cannot_do_is_said(model, photos):
    with pytest.raises(MethodError, match=r"there is no baseline 'grey'\. There is: black, white, blurred, mean"):
        explained(model, photos, "integrated-gradients", baseline="grey")
    with pytest.raises(MethodError, match="0 steps were asked for"):
        explained(model, photos, "integrated-gradients", steps=0)


def test_the_same_class_is_followed_from_the_baseline_to_the_image():
    """A target may choose by the output: on the way it must not choose anew."""
    inputs = keras.Input((4, 1))
    model = keras.Model(inputs, layers.Dense(2, name="row")(layers.Flatten()(inputs)))
    model.set_weights([np.array([[1.0, 0], [1, 0], [1, 0], [1, 0]]), np.array([-3.0, 0])])
    explanation = explained(model, np.ones((1, 4, 1), np.float32), "integrated-gradients", None, baseline=0.0)
    np.testing.assert_allclose(explanation.raw, np.ones((1, 4)), rtol=1e-5)
    np.testing.assert_allclose(explanation.numbers["completeness_gap"], 0, atol=1e-5)


# Noise.


def gradients_at_noise(net, x, noise, samples, seed):
    """dy/dx at x + n_i in float64, with the noise that the method draws: N(0, σ²), σ = noise · (max - min)."""
    sigma = noise * (x.max() - x.min())
    found = []
    for i in range(samples):
        drawn = tf.random.stateless_normal((1, *x.shape), seed=(seed, i)).numpy()[0]
        found.append(net.gradient(x + sigma * drawn.astype(float), TARGET))
    return np.array(found)


@pytest.mark.parametrize("frozen", [False, True], ids=["compiled", "frozen"])
def test_smoothgrad_vargrad_and_squaregrad_are_the_moments_of_the_gradients(net, model, photos, frozen):
    settings = {"noise": 0.2, "samples": 11, "seed": 4}
    expected: dict[str, list] = {"smoothgrad": [], "vargrad": [], "squaregrad": []}
    for x in photos.astype(float):
        g = gradients_at_noise(net, x, **settings)
        expected["smoothgrad"].append(np.abs(g.mean(0)).max(-1))
        expected["vargrad"].append(((g - g.mean(0)) ** 2).mean(0).sum(-1))
        expected["squaregrad"].append((g**2).mean(0).sum(-1))
    for name, maps in expected.items():
        close(explained(model, photos, name, frozen=frozen, **settings).raw, maps, rtol=1e-3)


def test_without_noise_they_are_the_gradient_its_square_and_nothing(net, model, photos):
    settings = {"noise": 0.0, "samples": 5}
    close(explained(model, photos, "smoothgrad", **settings).raw, explained(model, photos, "saliency").raw)
    squares = [(net.gradient(x.astype(float), TARGET) ** 2).sum(-1) for x in photos]
    close(explained(model, photos, "squaregrad", **settings).raw, squares)
    np.testing.assert_allclose(explained(model, photos, "vargrad", **settings).raw, 0, atol=1e-8)


@pytest.mark.parametrize("grid", [(5,), (4, 3), (2, 3, 4)], ids=["1-D", "2-D", "3-D"])
def test_the_square_is_the_variance_and_the_square_of_the_mean(rng, grid):
    """One channel, whose largest is itself."""
    x = tf.constant(rng.normal(size=(1, *grid, 1)), tf.float32)

    def gradients_of(count, make):
        for start in range(0, count, 4):
            yield tf.sin(3 * make(start, min(start + 4, count)))

    mean, variance, square = (one(x, gradients_of, samples=10) for one in (smoothgrad, vargrad, squaregrad))
    np.testing.assert_allclose(square, variance + mean**2, rtol=1e-5)


def test_a_variance_beside_a_large_mean_does_not_cancel(rng):
    """Gradients of 10^4 that vary by 1: the mean of their squares less the square of their mean has no digit left."""
    x = tf.zeros((1, 3, 1))
    shifts = tf.constant(rng.normal(size=(40, 3, 1)), tf.float32)

    def gradients_of(count, make):
        for start in range(0, count, 7):
            make(start, min(start + 7, count))
            yield 1e4 + shifts[start : start + 7]

    found = vargrad(x, gradients_of, samples=40)
    np.testing.assert_allclose(found[0], np.var((1e4 + shifts).numpy().astype(float), axis=0)[:, 0], rtol=1e-3)


def test_more_samples_come_nearer_to_the_expectation():
    """Of y = x³ / 3 at 0: the gradient x² has the mean σ² and the variance 2 σ⁴."""
    x, noise = tf.constant([[[0.0], [1.0]]]), 0.5

    def gradients_of(count, make):
        yield make(0, count) ** 2

    given = {"noise": noise, "samples": 4000}
    assert float(smoothgrad(x, gradients_of, **given)[0, 0]) == pytest.approx(noise**2, rel=0.1)
    assert float(vargrad(x, gradients_of, **given)[0, 0]) == pytest.approx(2 * noise**4, rel=0.2)


@pytest.mark.parametrize("settings", [{"samples": 0}, {"noise": -0.1}], ids=str)
def test_what_noise_cannot_be_is_said(model, photos, settings):
    with pytest.raises(MethodError, match="Ask for 1 sample or more, with noise of 0 or more"):
        explained(model, photos, "smoothgrad", **settings)


# Other ways back through a ReLU.


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ON_RELUS)
def test_relus_however_written_let_back_what_the_paper_says(net, photos, method, style):
    expected = [net.gradient(x.astype(float), TARGET, ON_RELUS[method]).sum(-1) for x in photos]
    model = net.model(style)
    for frozen in (None, True) if style == "subclassed" else (None,):
        close(explained(model, photos, method, frozen=frozen).raw, expected)


@pytest.mark.parametrize("frozen", [False, True], ids=["compiled", "frozen"])
@pytest.mark.parametrize("method", ON_RELUS)
def test_compiled_they_are_the_same(net, model, photos, method, frozen):
    expected = [net.gradient(x.astype(float), TARGET, ON_RELUS[method]).sum(-1) for x in photos]
    close(explained(model, photos, method, frozen=frozen).raw, expected)


def test_where_nothing_negative_flows_both_are_the_gradient(rng):
    net = ReluNet(positive=True)
    x = rng.random((2, *SIZE, COLOURS), np.float32)
    gradients = [net.gradient(one.astype(float), TARGET).sum(-1) for one in x]
    model = net.model()
    for method in ON_RELUS:
        close(explained(model, x, method).raw, gradients)


def test_the_model_and_its_gradients_are_the_same_afterwards(net, photos):
    model = net.model()
    before, weights = explained(model, photos, "saliency").raw, model.get_weights()
    for method in (*ON_RELUS, "guided-gradcam", "fullgrad"):
        explained(model, photos, method)
    np.testing.assert_array_equal(explained(model, photos, "saliency").raw, before)
    for one, other in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(one, other)
    assert model.get_layer("first").activation is keras.activations.relu


@pytest.mark.parametrize(
    ("activation", "open_at"),
    [
        ("relu", [False, True, True]),
        ("relu6", [False, True, False]),
        (layers.ReLU(max_value=6), [False, True, False]),
        (layers.ReLU(threshold=8.0), [False, False, True]),
    ],
    ids=["ReLU", "ReLU6", "cut off", "threshold"],
)
def test_where_a_relu_is_flat_guided_lets_nothing_back_and_deconvnet_does(activation, open_at):
    inputs = keras.Input((3, 1))
    x = layers.Activation(activation)(inputs) if isinstance(activation, str) else activation(inputs)
    model = keras.Model(inputs, layers.Dense(2)(layers.Flatten()(x)))
    model.set_weights([np.array([[2.0, 1], [2, 1], [2, 1]]), np.zeros(2)])
    numbers = np.array([[[-1.0], [2.0], [9.0]]], np.float32)
    np.testing.assert_array_equal(explained(model, numbers, "guided-backprop", 0).raw[0], 2.0 * np.array(open_at))
    np.testing.assert_array_equal(explained(model, numbers, "deconvnet", 0).raw[0], [2.0, 2.0, 2.0])
    np.testing.assert_array_equal(explained(model, -numbers, "deconvnet", 0).raw[0], [2.0, 2.0, 2.0])


@pytest.mark.parametrize("method", [*ON_RELUS, "guided-gradcam"])
@pytest.mark.parametrize("activation", ["swish", "leaky_relu", None])
def test_a_model_without_a_relu_names_the_methods_that_fit(method, photos, activation):
    inputs = keras.Input((*SIZE, COLOURS))
    x = layers.Conv2D(3, 3, activation=activation)(inputs)
    model = keras.Model(inputs, layers.Dense(3)(layers.Flatten()(x)))
    with pytest.raises(MethodError, match="the model has no ReLU") as raised:
        explained(model, photos, method)
    assert "saliency" in str(raised.value)
    assert "guided-backprop" not in str(raised.value)


@pytest.mark.parametrize("frozen", [None, False, True], ids=["eager", "compiled", "frozen"])
def test_guided_gradcam_is_the_product_of_both(net, model, photos, frozen):
    """Selvaraju et al. 2017, section 3.2: the upsampled Grad-CAM times guided backpropagation, place by place."""
    cam = explained(model, photos, "gradcam", layer="second").raw
    back = np.array([net.gradient(x.astype(float), TARGET, guided) for x in photos])
    expected = (resize(np.maximum(cam, 0), SIZE)[..., None] * back).sum(-1)
    explanation = explained(model, photos, "guided-gradcam", layer="second", frozen=frozen)
    close(explanation.raw, expected)
    assert explanation.heatmap.shape == photos.shape[:-1]


# Models of every kind.

KINDS: dict[str, tuple[tuple[int, ...], type]] = {
    "1-D": ((12, 2), layers.Conv1D),
    "2-D": ((8, 6, 2), layers.Conv2D),
    "3-D": ((5, 6, 4, 1), layers.Conv3D),
}


@pytest.mark.parametrize("method", [*PIXEL, "guided-gradcam"])
@pytest.mark.parametrize("kind", KINDS)
def test_signals_pictures_and_volumes(rng, kind, method):
    shape, conv = KINDS[kind]
    inputs = keras.Input(shape)
    x = layers.ReLU()(layers.BatchNormalization()(conv(3, 3, padding="same")(inputs)))
    model = keras.Model(inputs, layers.Dense(3, activation="softmax")(layers.Flatten()(x)))
    images = rng.random((2, *shape), np.float32)
    whole = explained(model, images, method)
    assert whole.raw.shape == (2, *shape[:-1])
    assert np.isfinite(whole.raw).all()
    close(explained(model, images[1:], method).raw[0], whole.raw[1], rtol=1e-3)


@pytest.mark.parametrize("method", PIXEL)
def test_a_row_of_numbers(rng, method):
    inputs = keras.Input((7,))
    x = layers.Dense(5, activation="relu")(inputs)
    model = keras.Model(inputs, layers.Dense(3)(x))
    explanation = explained(model, rng.random((2, 7), np.float32), method)
    assert explanation.raw.shape == (2, 7)
    assert np.isfinite(explanation.raw).all()


@pytest.mark.parametrize("method", [*PIXEL, "guided-gradcam"])
def test_of_several_inputs_only_the_picture_is_attributed(rng, method):
    picture, number = keras.Input((6, 6, 1), name="picture"), keras.Input((2,), name="number")
    A = layers.Conv2D(3, 3, activation="relu", name="conv")(picture)
    both = layers.Concatenate()([layers.Flatten()(A), number])
    model = keras.Model([picture, number], layers.Dense(3)(both))
    given = [rng.random((2, 6, 6, 1), np.float32), rng.random((2, 2), np.float32)]
    explanation = explained(model, given, method)
    assert explanation.raw.shape == (2, 6, 6)
    again = explained(model, [given[0], given[1] + 1], method)
    close(again.raw, explanation.raw)  # the score is linear in the number


@pytest.mark.parametrize("method", [*ON_RELUS, "fullgrad"])
def test_a_shared_layer_is_changed_at_each_of_its_calls(rng, method):
    inputs = keras.Input((6, 6, 2))
    shared = layers.Conv2D(2, 3, padding="same", activation="relu", bias_initializer="random_normal")
    outputs = layers.Dense(3)(layers.Flatten()(shared(shared(inputs))))
    model = keras.Model(inputs, outputs)
    apart = keras.Sequential(
        [
            keras.Input((6, 6, 2)),
            *(layers.Conv2D(2, 3, padding="same", activation="relu") for _ in range(2)),
            layers.Flatten(),
            layers.Dense(3),
        ]
    )
    kernel, bias, *row = model.get_weights()
    apart.set_weights([kernel, bias, kernel, bias, *row])
    images = rng.normal(size=(2, 6, 6, 2)).astype(np.float32)
    close(explained(model, images, method).raw, explained(apart, images, method).raw)


@pytest.mark.parametrize("method", PIXEL)
def test_whole_numbers_have_no_gradient(method):
    inputs = keras.Input((6,), dtype="int32")
    x = layers.Dense(4, activation="relu")(layers.Embedding(9, 4)(inputs))
    model = keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling1D()(x)))
    with pytest.raises(LayerError, match=r"'\(input\)': holds whole numbers \(int32\), along which there is no grad"):
        explained(model, np.arange(6)[None], method, 0)


def test_half_precision(net, photos):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = net.model()
    finally:
        keras.config.set_dtype_policy("float32")
    for method in (*ON_RELUS, "fullgrad"):
        close(explained(model, photos, method).raw, explained(net.model(), photos, method).raw, rtol=0.05)


def test_settings_of_functions_are_those_of_the_registry():
    assert registry.get("integrated-gradients").settings == {"baseline": "black", "steps": 50}
    assert registry.get("integrated-gradients").function is integrated_gradients
