"""CAMs that need more than A and one gradient: Finer-CAM, ShapleyCAM, Smooth Grad-CAM++, against slow oracles."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import gradcam_tf as gct
from gradcam_tf import registry
from gradcam_tf.errors import MethodError
from gradcam_tf.targets import ClassScore
from tests.conformance.test_cam import GRIDS, numbers, weighted
from tests.conftest import make_cnn

every_grid = pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS)


def mean_over_places(g: np.ndarray) -> np.ndarray:
    """w_k = 1/P sum_p g_kp, one number at a time: (N, channels)."""
    w = np.zeros((len(g), g.shape[-1]))
    for n, place, k in numbers(g):
        w[n, k] += g[(n, *place, k)] / np.prod(g.shape[1:-1])
    return w


def assert_close(actual, expected) -> None:
    assert np.asarray(actual).dtype == np.float32
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-5 * np.abs(expected).max())


class TestFinerCam:
    def given(self, rng, grid, classes=6, own=2):
        """A head y_c = sum_kp B_ckp A_kp, whose gradients are known by hand."""
        A, B = rng.normal(size=(3, *grid, 5)), rng.normal(size=(classes, *grid, 5))
        A, B = A.astype(np.float32), B.astype(np.float32)
        outputs = np.einsum("nx,cx->nc", A.reshape(3, -1), B.reshape(classes, -1))

        def pull_back(v):
            return tf.einsum("nc,c...->n...", tf.cast(v, tf.float32), B)

        return A, B, outputs, (A, np.stack([B[own]] * 3), outputs[:, own], outputs, pull_back)

    @every_grid
    @pytest.mark.parametrize(("weight", "similar"), [(0.6, 3), (1.0, 1), (2.0, 5)])
    def test_is_the_grad_cam_of_the_difference(self, rng, grid, weight, similar):
        """Zhang et al. 2025: w = mean over places of d(y_c - γ mean of y_d)/dA, d the D classes most like c."""
        A, B, outputs, given = self.given(rng, grid)
        g = np.zeros(A.shape)
        for n in range(3):
            others = sorted((abs(float(outputs[n, d] - outputs[n, 2])), d) for d in range(6) if d != 2)[:similar]
            g[n] = B[2].astype(np.float64)
            for _, d in others:
                g[n] -= weight * B[d].astype(np.float64) / len(others)
        made = registry.get("finercam").function(*given, weight=weight, similar=similar)
        assert_close(made, weighted(A.astype(np.float64), mean_over_places(g)))

    @every_grid
    def test_of_weight_0_is_grad_cam(self, rng, grid):
        *_, given = self.given(rng, grid)
        made = registry.get("finercam").function(*given, weight=0.0)
        np.testing.assert_array_equal(made, registry.get("gradcam").function(*given[:2]))

    def test_with_fewer_classes_compares_with_those_there_are(self, rng):
        _, _, _, given = self.given(rng, (4, 3), classes=3)
        few, many = (registry.get("finercam").function(*given, similar=similar) for similar in (2, 9))
        np.testing.assert_array_equal(few, many)
        *_, alone = self.given(rng, (4, 3), classes=1, own=0)
        np.testing.assert_array_equal(
            registry.get("finercam").function(*alone), registry.get("gradcam").function(*alone[:2])
        )

    def test_by_a_model_is_the_grad_cam_of_targets_subtracted(self, cnn, images):
        logits = gct.Explainer(cnn).several(images[:1], [ClassScore(c) for c in range(5)])
        scores = np.array([one.scores[0] for one in logits])
        near, next_ = (int(c) for c in np.argsort(np.abs(scores - scores[1]))[1:3])
        target = ClassScore(1) - 0.3 * ClassScore(near) - 0.3 * ClassScore(next_)
        expected = gct.explain(cnn, images[:1], target)
        finer = gct.Explainer(cnn, method="finercam", settings={"similar": 2})
        for _ in range(2):
            assert_close(finer(images[:1], 1).raw, expected.raw)

    @pytest.mark.parametrize("settings", [{"similar": 0}, {}])
    def test_what_it_cannot_compare(self, rng, settings):
        A = rng.random((1, 4, 3, 5), np.float32)
        outputs = A if not settings else A[:, 0, 0]
        with pytest.raises(MethodError, match="finercam"):
            registry.get("finercam").function(A, A, A[:, 0, 0, 0], outputs, None, **settings)


class TestShapleyCam:
    @every_grid
    def test_takes_half_the_curvature_off(self, rng, grid):
        """Cai 2025: w_k = 1/P sum_p (g_kp - ½ (H A)_kp)."""
        A, g, HA = (rng.normal(size=(2, *grid, 4)).astype(np.float32) for _ in range(3))
        expected = weighted(A.astype(np.float64), mean_over_places(g.astype(np.float64) - HA.astype(np.float64) / 2))
        assert_close(registry.get("shapleycam").function(A, g, HA), expected)

    @pytest.mark.parametrize("shape", [(9, 2), (8, 7, 2), (4, 5, 6, 2)], ids=["1-D", "2-D", "3-D"])
    def test_of_a_head_that_is_quadratic_by_hand(self, shape):
        """y = 3 m_0 + m_0 m_1 + 2 m_1², m_k the mean of A_k, so

        P g_0 = 3 + m_1, P (H A)_0 = m_1, P g_1 = m_0 + 4 m_1, P (H A)_1 = m_0 + 4 m_1.
        """
        keras.utils.set_random_seed(0)
        axes = len(shape) - 1
        convolution = (layers.Conv1D, layers.Conv2D, layers.Conv3D)[axes - 1]
        inputs = keras.Input(shape)
        features = convolution(2, 3, name="features")(inputs)
        m = keras.ops.mean(features, axis=tuple(range(1, axes + 1)))
        score = 3 * m[:, :1] + m[:, :1] * m[:, 1:] + 2 * m[:, 1:] ** 2
        model = keras.Model(inputs, score)
        x = np.random.default_rng(1).normal(size=(2, *shape)).astype(np.float32)
        A = keras.Model(inputs, features)(x).numpy().astype(np.float64)
        m_0, m_1 = np.moveaxis(A.reshape(2, -1, 2).mean(axis=1), 1, 0)
        places = np.prod(A.shape[1:-1])
        w = np.stack([3 + m_1 / 2, (m_0 + 4 * m_1) / 2], axis=1) / places
        assert_close(gct.explain(model, x, 0, layer="features", method="shapleycam").raw, weighted(A, w))

    def test_of_a_linear_head_is_grad_cam(self, cnn, images):
        by_name = [gct.explain(cnn, images, 1, layer="relu2", method=name).raw for name in ("shapleycam", "gradcam")]
        np.testing.assert_allclose(*by_name, rtol=1e-6)


class TestSmoothGradCamPlusPlus:
    def by_loop(self, A, gradients):
        """Omeiza et al. 2019, equations 7 and 8 with D1, D2, D3 the means of g, g², g³ over the samples."""
        w = np.zeros((1, A.shape[-1]))
        for n, place, k in numbers(A):
            first, second, third = (
                sum(float(one[(*place, k)]) ** power for one in gradients) / len(gradients) for power in (1, 2, 3)
            )
            below = 2 * second + A[n, ..., k].sum() * third
            w[n, k] += (second / below if below else 0) * max(first, 0)
        return weighted(A, w)

    @every_grid
    @pytest.mark.parametrize("scale", [1, 1e-15], ids=["gradients", "small gradients"])
    def test_averages_the_powers_of_the_gradient(self, rng, grid, scale):
        A = np.maximum(rng.normal(size=(1, *grid, 4)), 0).astype(np.float32)
        A[..., 2] = 0
        gradients = (scale * rng.normal(size=(5, *grid, 4))).astype(np.float32)

        def passes(count, make):
            assert count == 5
            assert make(1, 3).shape == (2, 6, 6, 3)
            yield A, gradients[:2]
            yield A, gradients[2:]

        made = registry.get("smooth-gradcam++").function(A, rng.random((1, 6, 6, 3), np.float32), passes, samples=5)
        assert_close(made, self.by_loop(A.astype(np.float64), gradients.astype(np.float64)))

    def test_noise_is_a_share_of_the_range_and_its_own_for_each_sample_and_seed(self, rng):
        image, seen = 4 * rng.random((1, 60, 60, 3), np.float32) - 1, {}

        def passes_into(name):
            def passes(count, make):
                seen[name] = np.concatenate([make(0, 2), make(2, count)])
                yield image[..., :1], image[..., :1]

            return passes

        smooth = registry.get("smooth-gradcam++").function
        for name, settings in {"a": {}, "again": {}, "b": {"seed": 1}, "none": {"noise": 0.0}}.items():
            smooth(image[..., :1], image, passes_into(name), samples=3, **settings)
        noise = seen["a"] - image
        np.testing.assert_allclose(noise.std(axis=(1, 2, 3)), 0.1 * np.ptp(image), rtol=0.05)
        assert np.abs(np.corrcoef(noise.reshape(3, -1))[np.triu_indices(3, 1)]).max() < 0.05
        np.testing.assert_array_equal(seen["a"], seen["again"])
        assert not np.allclose(seen["a"], seen["b"])
        np.testing.assert_array_equal(seen["none"], np.repeat(image, 3, axis=0))

    @pytest.mark.parametrize("activation", ["softmax", None])
    def test_without_noise_is_grad_cam_plus_plus(self, images, activation):
        model = make_cnn(activation=activation)
        smooth = gct.explain(model, images, 1, method="smooth-gradcam++", settings={"noise": 0.0, "samples": 3})
        assert_close(smooth.raw, gct.explain(model, images, 1, method="gradcam++").raw)

    def test_no_sample_is_an_error(self, rng):
        A = rng.random((1, 4, 3, 5), np.float32)
        with pytest.raises(MethodError, match=r"samples 0 of method 'smooth-gradcam\+\+': must be at least 1"):
            registry.get("smooth-gradcam++").function(A, A, None, samples=0)
