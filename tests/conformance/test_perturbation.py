"""Each perturbation method against a slow oracle: its paper's loop, one variation at a time, in float64."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

import gradcam_tf as gct
from gradcam_tf import registry
from gradcam_tf.errors import MethodError
from gradcam_tf.methods import occlusion as input_methods
from gradcam_tf.methods import perturbation as channel_methods

GRIDS = {"1-D": (5,), "2-D": (4, 3), "3-D": (2, 3, 4)}
CHANNELS, COLOURS = 6, 2


def resized(one: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """Linear between the centres of the old cells, as far as they reach."""
    for axis, new in enumerate(size):
        extent = one.shape[axis]
        centres = (np.arange(new) + 0.5) * extent / new - 0.5
        one = np.apply_along_axis(lambda row, c=centres, e=extent: np.interp(c, np.arange(e), row), axis, one)
    return one


def stretched(one: np.ndarray) -> np.ndarray:
    return (one - one.min()) / (one.max() - one.min())


class Model:
    """y = sum of a x ⊙ x + b x, in float64: not linear, so that the mean of the scores is not the score of the mean."""

    def __init__(self, rng, shape):
        self.a, self.b = rng.normal(size=shape) / 10, rng.normal(size=shape)
        self.runs = self.largest = 0

    def __call__(self, x) -> float:
        return float((self.a * x * x + self.b * x).sum())

    def series(self, count, make, chunk=4):
        for start in range(0, count, chunk):
            made = np.asarray(make(start, min(start + chunk, count)))
            assert made.dtype == np.float32
            self.runs, self.largest = self.runs + len(made), max(self.largest, len(made))
            yield np.array([self(one.astype(np.float64)) for one in made], np.float32)


@pytest.fixture(params=GRIDS.values(), ids=list(GRIDS))
def case(rng, request):
    """A, x and dy/dA of one image, without their batch axis, and two models: of A and of x."""
    grid = request.param
    size = tuple(2 * extent for extent in grid)
    A = np.maximum(rng.normal(size=(*grid, CHANNELS)), -0.2).astype(np.float32)
    A[..., 1], A[..., 4] = 0, 0.3
    return SimpleNamespace(
        grid=grid,
        size=size,
        A=A,
        x=rng.normal(size=(*size, COLOURS)).astype(np.float32),
        g=rng.normal(size=A.shape).astype(np.float32),
        head=Model(rng, A.shape),
        model=Model(rng, (*size, COLOURS)),
    )


def run(name: str, case, **settings) -> np.ndarray:
    method = registry.get(name).configured(settings)
    model = case.model if "scores_of_inputs" in method.needs else case.head
    given = {
        "activations": case.A[None],
        "inputs": case.x[None],
        "gradients": case.g[None],
        "scores": np.array([model(case.x if model is case.model else case.A)], np.float32),
        "scores_of": model.series,
        "scores_of_inputs": model.series,
    }
    return np.asarray(method.function(*(given[need] for need in method.needs)))[0]


def assert_agrees(actual: np.ndarray, expected: np.ndarray) -> None:
    assert actual.dtype == np.float32
    np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())


def softmax(values) -> np.ndarray:
    powers = np.exp(np.array(values) - np.max(values))
    return powers / powers.sum()


def masked(case):
    """The channels that have a mask, and their masks."""
    A = case.A.astype(np.float64)
    for k in range(CHANNELS):
        if A[..., k].min() != A[..., k].max():
            yield A[..., k], stretched(resized(A[..., k], case.size))[..., None]


class TestAblationCam:
    def test_as_the_loop_of_the_paper(self, case):
        """Desai and Ramaswamy 2020: w_k = (y - y_k) / y."""
        A, y = case.A.astype(np.float64), case.head(case.A.astype(np.float64))
        expected = np.zeros(case.grid)
        for k in range(CHANNELS):
            without = A.copy()
            without[..., k] = 0
            expected += (y - case.head(without)) / abs(y) * A[..., k]
        assert_agrees(run("ablationcam", case), expected)

    def test_a_channel_that_is_0_is_not_run(self, case):
        run("ablationcam", case)
        assert case.head.runs == CHANNELS - 1

    def test_a_negative_score_does_not_turn_the_map_upside_down(self):
        A = np.array([[[2.0, 0.0], [0.0, 1.0]]], np.float32)

        def scores(x):
            return x[..., 0].sum(-1) - 5 * x[..., 1].sum(-1)

        y = scores(A)
        assert y < 0
        map_ = channel_methods.ablationcam(A, y, lambda n, make: [scores(np.asarray(make(0, n)))]).numpy()
        assert map_[0, 0] > 0 > map_[0, 1]

    def test_a_score_of_0_leaves_the_plain_drop(self):
        A = np.array([[[2.0, 2.0], [0.0, 1.0]]], np.float32)

        def scores(x):
            return 3 * x[..., 0].sum(-1) - 2 * x[..., 1].sum(-1)

        assert scores(A) == 0
        map_ = channel_methods.ablationcam(A, scores(A), lambda n, make: [scores(np.asarray(make(0, n)))]).numpy()
        np.testing.assert_allclose(map_, [[6 * 2 - 6 * 2, -6 * 1]])

    @pytest.mark.parametrize("target", [0, 3])
    def test_is_the_whole_model_run_again_with_each_channel_zeroed(self, cnn, images, target):
        """Brute force: a layer that zeroes channel k is put into a copy of the model."""
        import keras

        explanation = gct.Explainer(cnn, "relu2", "ablationcam")(images[:1], target)
        A = keras.Model(cnn.inputs, cnn.get_layer("relu2").output)(images[:1]).numpy()[0].astype(np.float64)
        y, expected = explanation.scores[0], np.zeros(A.shape[:-1])
        for k in range(A.shape[-1]):
            keep = np.ones(A.shape[-1], np.float32)
            keep[k] = 0
            x = cnn.inputs[0]
            for layer in cnn.layers[1:-1]:
                x = layer(x)
                x = x * keep if layer.name == "relu2" else x
            ablated = keras.Model(cnn.inputs, x)(images[:1]).numpy()[0].astype(np.float64)
            kernel, bias = (weight.numpy().astype(np.float64) for weight in cnn.layers[-1].weights)
            y_k = ablated @ kernel[:, target] + bias[target]
            expected += (y - y_k) / abs(y) * A[..., k]
        np.testing.assert_allclose(explanation.raw[0], expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())


class TestScoreCam:
    def test_as_algorithm_1(self, case):
        """Wang et al. 2019: α = softmax(f(M_k ∘ X) - f(X_b)), X_b black."""
        maps, masks = zip(*masked(case), strict=True)
        x = case.x.astype(np.float64)
        alpha = softmax([case.model(mask * x) - case.model(0 * x) for mask in masks])
        assert_agrees(run("scorecam", case), sum(a * one for a, one in zip(alpha, maps, strict=True)))

    def test_constant_channels_have_no_mask_and_no_part(self, case):
        run("scorecam", case)
        assert case.model.runs == CHANNELS - 2

    @pytest.mark.parametrize("channels", [1, 3])
    def test_only_the_channels_of_largest_variance(self, case, channels):
        found = sorted(masked(case), key=lambda one: -one[0].var())[:channels]
        alpha = softmax([case.model(mask * case.x.astype(np.float64)) for _, mask in found])
        actual = run("scorecam", case, channels=channels)
        assert_agrees(actual, sum(a * one for a, (one, _) in zip(alpha, found, strict=True)))
        assert case.model.runs == channels

    def test_more_channels_than_there_are_is_all(self, case):
        np.testing.assert_array_equal(run("scorecam", case, channels=100), run("scorecam", case))

    def test_no_channel_is_refused(self, case):
        with pytest.raises(MethodError, match="0 channels are too few"):
            run("scorecam", case, channels=0)

    def test_all_channels_constant_give_0(self, case):
        case.A[:] = 0.5
        np.testing.assert_array_equal(run("scorecam", case), np.zeros(case.grid))

    @pytest.mark.parametrize("grid", [(4, 3), (2, 3, 4)], ids=str)
    def test_a_map_that_cannot_lie_on_the_input_is_refused(self, rng, grid):
        A, x = rng.normal(size=(1, *grid, 2)).astype(np.float32), np.ones((1, 48, 1), np.float32)
        with pytest.raises(MethodError, match=r"map has \d axes, the model's input 1: .* as a mask"):
            channel_methods.scorecam(A, x, Model(rng, (48, 1)).series)

    def test_through_a_model(self, cnn, images):
        explanation = gct.Explainer(cnn, "relu2", "scorecam")(images[:1], 2)
        import keras

        layer, logits = cnn.get_layer("relu2").output, cnn.get_layer("pool").output
        A, kernel = keras.Model(cnn.inputs, layer)(images[:1]).numpy()[0], cnn.layers[-1].weights[0].numpy()[:, 2]
        pooled, maps, scores = keras.Model(cnn.inputs, logits), [], []
        for k in range(A.shape[-1]):
            if A[..., k].min() == A[..., k].max():
                continue
            mask = stretched(resized(A[..., k].astype(np.float64), (16, 16)))[..., None]
            maps.append(A[..., k])
            scores.append(float(pooled((images[:1] * mask).astype(np.float32)).numpy()[0] @ kernel))
        expected = sum(a * one for a, one in zip(softmax(scores), maps, strict=True))
        np.testing.assert_allclose(explanation.raw[0], expected, rtol=1e-4, atol=1e-6)


class TestSmoothed:
    """Wang et al. 2020: C_k is the mean over N draws of noise; without noise it is Score-CAM."""

    @pytest.mark.parametrize("noise", ["mask", "input"])
    def test_without_noise_is_scorecam(self, case, noise):
        assert_agrees(run("sscam", case, noise=noise, sigma=0.0, samples=2), run("scorecam", case).astype(np.float64))

    @pytest.mark.parametrize("noise", ["mask", "input"])
    def test_as_the_loop_with_the_same_draws(self, case, noise):
        """C_k = 1/N sum_i f(X ∘ (M_k + δ_i)) - f(X_b), and f(X ∘ M_k + s δ_i): a number a place, or a colour."""
        maps, masks = zip(*masked(case), strict=True)
        x, shape = case.x.astype(np.float64), (*case.size, 1 if noise == "mask" else COLOURS)
        means = []
        for k, mask in enumerate(masks):
            draws = [0.7 * tf.random.stateless_normal(shape, seed=(9, 3 * k + i)).numpy() for i in range(3)]
            if noise == "mask":
                means.append(np.mean([case.model((mask + draw) * x) for draw in draws]))
            else:
                means.append(np.mean([case.model(mask * x + x.std() * draw) for draw in draws]))
        expected = sum(a * one for a, one in zip(softmax(means), maps, strict=True))
        assert_agrees(run("sscam", case, noise=noise, sigma=0.7, samples=3, seed=9), expected)

    @pytest.mark.parametrize(("noise", "scale"), [("mask", "x"), ("input", "std")])
    def test_the_noise_is_as_large_as_is_said(self, case, noise, scale):
        seen = []

        def series(count, make):
            made = np.asarray(make(0, count))
            seen.append(made)
            return [np.zeros(count, np.float32)]

        inputs = np.full_like(case.x, 3.0) if scale == "x" else case.x
        channel_methods.sscam(case.A[None], inputs[None], series, noise=noise, sigma=0.5, samples=400, channels=1)
        spread = seen[0].std(axis=0).mean()
        expected = 0.5 * 3.0 if scale == "x" else 0.5 * case.x.std()
        assert spread == pytest.approx(expected, rel=0.05)

    def test_an_unknown_noise_is_refused(self, case):
        with pytest.raises(MethodError, match="there is no noise 'salt'"):
            run("sscam", case, noise="salt")


def test_iscam_averages_over_masks_from_dark_to_whole(case):
    """Naidu et al. 2020: C_k is the mean over i = 1…N of f(i/N M_k ∘ X) - f(X_b)."""
    maps, masks = zip(*masked(case), strict=True)
    x, steps = case.x.astype(np.float64), range(1, 6)
    alpha = softmax([np.mean([case.model(i / 5 * mask * x) for i in steps]) for mask in masks])
    assert_agrees(run("iscam", case, samples=5), sum(a * one for a, one in zip(alpha, maps, strict=True)))
    assert_agrees(run("iscam", case, samples=1), run("scorecam", case).astype(np.float64))


@pytest.mark.parametrize("name", ["sscam", "iscam"])
def test_no_sample_is_refused(case, name):
    with pytest.raises(MethodError, match="0 samples are too few"):
        run(name, case, samples=0)


class TestGroupCam:
    def blurred(self, x, share):
        """A Gaussian of σ = share · extent, cut off at σ/2 and folded back at the edges, along each axis."""
        for axis in range(x.ndim - 1):
            extent, sigma = x.shape[axis], share * x.shape[axis]
            radius, result = min(max(round(sigma / 2), 1), extent - 1), np.zeros_like(x)
            weights = {step: np.exp(-(step**2) / (2 * sigma**2)) for step in range(-radius, radius + 1)}
            rows, into = np.moveaxis(x, axis, 0), np.moveaxis(result, axis, 0)
            for place in range(extent):
                for step, weight in weights.items():
                    source = place + step
                    source = -source if source < 0 else source
                    source = 2 * (extent - 1) - source if source >= extent else source
                    into[place] += weight / sum(weights.values()) * rows[source]
            x = result
        return x

    @pytest.mark.parametrize("groups", [2, 4, 32])
    def test_as_the_loop_of_its_authors(self, case, groups):
        """Zhang et al. 2021, equations 3 to 7, and the order of steps of their code."""
        A, x = case.A.astype(np.float64), case.x.astype(np.float64)
        w = case.g.astype(np.float64).reshape(-1, CHANNELS).mean(axis=0)
        width = -(-CHANNELS // groups)
        far, expected = self.blurred(x, 0.25), np.zeros(case.grid)
        for first in range(0, CHANNELS, width):
            group = np.maximum((A * w)[..., first : first + width].sum(axis=-1), 0)
            group = np.where(group > np.percentile(group, 60), group, 0)
            if group.min() == group.max():
                continue
            mask = resized(group, case.size)
            scaled = (group - mask.min()) / (mask.max() - mask.min())
            mask = stretched(mask)[..., None]
            expected += (case.model(x * mask + far * (1 - mask)) - case.model(far)) * scaled
        assert_agrees(run("groupcam", case, groups=groups, theta=0.6, blur=0.25), expected)

    @pytest.mark.parametrize("settings", [{"groups": 0}, {"theta": 1.1}, {"theta": -0.1}, {"blur": 0.0}])
    def test_what_cannot_work_is_refused(self, case, settings):
        with pytest.raises(MethodError, match="cannot work with"):
            run("groupcam", case, **settings)

    def test_the_blur_of_an_image_of_224_is_51_wide(self):
        image = np.zeros((1, 224, 1), np.float32)
        image[0, 100] = 1
        blurred = channel_methods.blurred(image, 50 / 224).numpy()[0, :, 0]
        kernel = np.exp(-((np.arange(-25, 26) / 50) ** 2) / 2)
        np.testing.assert_allclose(blurred[75:126], kernel / kernel.sum(), rtol=1e-5)
        assert not blurred[:75].any()
        assert not blurred[126:].any()


class TestOcclusion:
    def loop(self, case, window, stride, baseline=None):
        """Zeiler and Fergus 2013, section 4.2, with each place the mean of the windows that cover it."""
        x = case.x.astype(np.float64)
        cover = x.reshape(-1, COLOURS).mean(axis=0) if baseline is None else baseline
        starts = [
            [*range(0, extent - w, s), extent - w] for extent, w, s in zip(case.size, window, stride, strict=True)
        ]
        total, times = np.zeros(case.size), np.zeros(case.size)
        for corner in product(*starts):
            place = tuple(slice(c, c + w) for c, w in zip(corner, window, strict=True))
            covered = x.copy()
            covered[place] = cover
            total[place] += case.model(x) - case.model(covered)
            times[place] += 1
        return total / times

    @pytest.mark.parametrize(("window", "stride"), [(2, 1), (3, 2), (2, 2), (1, 1), (100, 1)])
    def test_as_the_loop(self, case, window, stride):
        extents = tuple(min(window, extent) for extent in case.size)
        assert_agrees(
            run("occlusion", case, window=window, stride=stride), self.loop(case, extents, [stride] * len(extents))
        )

    def test_a_window_for_each_axis_and_a_baseline(self, case):
        window, stride = tuple(range(2, 2 + len(case.size))), (2, 1, 3)[: len(case.size)]
        actual = run("occlusion", case, window=window, stride=stride, baseline=0.5)
        assert_agrees(actual, self.loop(case, window, stride, 0.5))

    def test_the_windows_of_a_picture_are_169(self):
        x = np.zeros((1, 224, 224, 3), np.float32)
        counted = []

        def series(count, make):
            counted.append(count)
            for start in range(count):
                yield np.zeros(1, np.float32) if start else np.asarray(make(0, 1)).sum(axis=(1, 2, 3))

        input_methods.occlusion(np.zeros(1, np.float32), x, series)
        assert counted == [13 * 13]

    @pytest.mark.parametrize(
        "settings", [{"window": 0}, {"stride": 0}, {"window": (1, 1, 1, 1)}, {"window": 2, "stride": (3, 3, 3)}]
    )
    def test_what_does_not_fit_is_refused(self, case, settings):
        with pytest.raises(MethodError, match=r"does not fit.*from 1 to"):
            run("occlusion", case, **settings)


class TestRise:
    def masks(self, size, cells, probability, count, seed=0):
        return input_methods._random_masks(0, count, size, cells, probability, seed).numpy()

    def test_is_the_mean_of_the_masks_weighted_by_the_scores(self, case):
        """Petsiuk et al. 2018, equation 6; and less the mean score."""
        masks = self.masks(case.size, 3, 0.4, 30).astype(np.float64)
        scores = [case.model(mask[..., None] * case.x) for mask in masks]
        paper = sum(y * mask for y, mask in zip(scores, masks, strict=True)) / (0.4 * 30)
        centred = sum((y - np.mean(scores)) * mask for y, mask in zip(scores, masks, strict=True)) / (0.4 * 30)
        settings = {"masks": 30, "cells": 3, "probability": 0.4}
        assert_agrees(run("rise", case, **settings, centred=False), paper)
        assert_agrees(run("rise", case, **settings), centred)

    def test_a_mask_is_cells_stretched_and_cut_at_a_random_place(self):
        """Section 3.2: an h × w grid of 0 and 1, upsampled to (h+1) C_H × (w+1) C_W, cut H × W at random."""
        (H, W), (h, w), seen = (6, 8), (2, 2), set()
        possible = {}
        for bits in product([0, 1], repeat=h * w):
            large = resized(np.array(bits, float).reshape(h, w), ((h + 1) * 3, (w + 1) * 4))
            for i, j in product(range(3), range(4)):
                possible[(large[i : i + H, j : j + W] * 1000).round().astype(int).tobytes()] = bits, i, j
        for mask in self.masks((H, W), 2, 0.5, 1500):
            seen.add(possible[(mask.astype(float) * 1000).round().astype(int).tobytes()])
        assert len({bits for bits, _, _ in seen}) == 16
        # A mask that is even along an axis looks the same wherever it is cut.
        assert {(i, j) for bits, i, j in seen if bits == (1, 0, 0, 0)} == set(product(range(3), range(4)))

    def test_every_place_is_seen_as_often(self, case):
        masks = self.masks(case.size, 2, 0.3, 4000)
        np.testing.assert_allclose(masks.mean(axis=0), 0.3, atol=0.04)
        assert masks.min() >= 0
        assert masks.max() <= 1 + 1e-6

    @pytest.mark.parametrize("centred", [False, True], ids=["paper", "centred"])
    def test_converges_to_its_expectation(self, rng, centred):
        """For a linear y, E[y(x ⊙ M) M_p] / E[M] = sum_q a_q x_q E[M_q M_p] / E[M], the cells and cuts enumerated."""
        (H, W), cells, p = (4, 6), 2, 0.5
        x, a = rng.normal(size=(1, H, W, 1)).astype(np.float32), rng.normal(size=(H, W))
        moments, chances = np.zeros((H * W, H * W)), 0.0
        for bits in product([0, 1], repeat=cells**2):
            large = resized(np.array(bits, float).reshape(cells, cells), ((cells + 1) * 2, (cells + 1) * 3))
            for i, j in product(range(2), range(3)):
                mask = large[i : i + H, j : j + W].ravel()
                chance = p ** sum(bits) * (1 - p) ** (cells**2 - sum(bits)) / 6
                moments, chances = moments + chance * np.outer(mask, mask), chances + chance
        assert chances == pytest.approx(1)
        expected = (moments @ (a * x[0, ..., 0]).ravel()).reshape(H, W) / p
        expected -= centred * p * (a * x[0, ..., 0]).sum()

        def series(count, make):
            for start in range(0, count, 1000):
                yield np.tensordot(np.asarray(make(start, min(start + 1000, count)))[..., 0], a, 2).astype(np.float32)

        errors = [
            np.abs(input_methods.rise(x, series, masks=n, cells=cells, centred=centred).numpy()[0] - expected).max()
            for n in (200, 20_000)
        ]
        assert errors[1] < 0.03 * np.abs(expected).max()
        assert errors[1] < errors[0] / 3  # it falls as 1/√N

    @pytest.mark.parametrize("settings", [{"masks": 0}, {"cells": 0}, {"probability": 0.0}, {"probability": 1.5}])
    def test_what_cannot_work_is_refused(self, case, settings):
        with pytest.raises(MethodError, match="cannot work with"):
            run("rise", case, **settings)


@pytest.mark.parametrize("name", ["occlusion", "rise"])
@pytest.mark.parametrize("shape", [(12,), (20, 2), (6, 4, 8, 1)], ids=["a row", "a signal", "a volume"])
def test_by_the_input_they_work_for_any_model(rng, name, shape):
    import keras

    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input(shape), keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")])
    settings = {"masks": 400} if name == "rise" else {"window": 1, "baseline": 0.0}
    x = rng.normal(size=(2, *shape)).astype(np.float32)
    explanation = gct.Explainer(model, method=name, settings=settings)(x, 1)
    assert explanation.raw.shape == (2, *(shape if len(shape) == 1 else shape[:-1]))
    adds = model.layers[-1].weights[0].numpy()[:, 1].reshape(shape) * x
    adds = adds if len(shape) == 1 else adds.sum(axis=-1)
    if name == "occlusion":
        np.testing.assert_allclose(explanation.raw, adds, rtol=1e-3, atol=1e-5)
    else:
        assert np.corrcoef(explanation.raw[0].ravel(), adds[0].ravel())[0, 1] > 0.2
