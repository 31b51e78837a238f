"""The runs of a wrapped method, with a method that needs no model: its map is the input's first channel."""

from __future__ import annotations

import numpy as np
import pytest

from gradcam_tf import maps, registry
from gradcam_tf.progress import report, reporting
from gradcam_tf.runs import Mean, map_of_runs


def first_channel(method, inputs):
    return (inputs[..., 0],)


@pytest.mark.filterwarnings("error")
class TestMean:
    def test_and_spread_by_the_textbook(self, rng):
        runs = (1000 + rng.normal(size=(5, 2, 3, 4))).astype(np.float32)
        mean = Mean()
        for run in runs:
            mean.add(run)
        exact = runs.astype(np.float64)
        np.testing.assert_allclose(mean.mean, exact.sum(axis=0) / 5, rtol=1e-6)
        std = np.sqrt(((exact - exact.sum(axis=0) / 5) ** 2).sum(axis=0) / 5)
        np.testing.assert_allclose(mean.uncertainty.std, std, rtol=1e-6)
        np.testing.assert_allclose(mean.uncertainty.cv, std / (exact.sum(axis=0) / 5), rtol=1e-6)
        assert mean.uncertainty.runs == 5
        assert mean.mean.dtype == mean.uncertainty.std.dtype == mean.uncertainty.cv.dtype == np.float32

    def test_of_equal_runs_is_the_run_without_spread(self, rng):
        mean, run = Mean(), rng.normal(size=(2, 3)).astype(np.float32)
        for _ in range(7):
            mean.add(run)
        np.testing.assert_array_equal(mean.mean, run)
        assert not mean.uncertainty.std.any()
        assert not mean.uncertainty.cv.any()

    def test_of_one_run_has_no_spread(self):
        mean = Mean()
        mean.add(np.ones((1, 2), np.float32))
        assert mean.uncertainty is None

    def test_varies_without_bound_around_0_and_never_hides_a_nan(self):
        mean = Mean()
        mean.add(np.array([[1, 0, np.nan, np.inf]], np.float32))
        mean.add(np.array([[-1, 0, 1, 1]], np.float32))
        np.testing.assert_array_equal(mean.uncertainty.cv[0, :3], [np.inf, 0, np.nan])
        assert np.isnan(mean.mean[0, 2])
        assert not np.isfinite(mean.mean[0, 3])


def test_every_run_of_an_inner_wrapper_is_a_run(rng):
    x, seen = rng.random((2, 6, 6, 3), np.float32), []

    def ask(method, inputs):
        seen.append(inputs)
        return first_channel(method, inputs)

    _, (spread,) = map_of_runs(registry.get("smoothed(augmented(gradcam), samples=3)"), x, ask)
    assert spread.runs == len(seen) == 12


def test_a_flip_is_put_back_exactly(rng):
    for shape in [(2, 5, 3), (2, 4, 5, 3), (2, 3, 4, 5, 3)]:
        x = rng.random(shape, np.float32)
        (made,), (spread,) = map_of_runs(registry.get("augmented(gradcam, scales=1)"), x, first_channel)
        np.testing.assert_array_equal(made, x[..., 0])
        assert spread.runs == 2
        assert not spread.std.any()


def test_a_smaller_image_is_put_back_where_it_was():
    """A map that is linear in the place, made of the smaller image, is linear on the whole grid again."""
    ramp = np.linspace(0, 1, 40, dtype=np.float32)
    x = np.broadcast_to(ramp[:, None, None], (1, 40, 40, 1))
    (made,), _ = map_of_runs(registry.get("augmented(gradcam, flip=false, scales=0.75)"), x, first_channel)
    inside = slice(4, -4)
    np.testing.assert_allclose(made[0, inside, inside], x[0, inside, inside, 0], atol=0.01)


def test_each_layer_is_averaged_before_they_are_fused(rng):
    x = rng.normal(size=(2, 6, 6, 3)).astype(np.float32)

    def two_layers(method, inputs):
        return inputs[..., 0], inputs[:, ::2, ::2, 1]

    method = registry.get("fused(smoothed(gradcam, samples=3), how=product)")
    (made,), spread = map_of_runs(method, x, two_layers)
    means, _ = map_of_runs(method.inner, x, two_layers)
    expected = maps.fuse([maps.heatmap(one, (6, 6)) for one in means], "product")
    np.testing.assert_array_equal(made, expected)
    assert spread == (None,)


def test_progress_counts_all_runs_and_what_a_run_reports_itself(rng):
    told = []

    def ask(method, inputs):
        report(1, 2)
        return first_channel(method, inputs)

    with reporting(lambda done, total: told.append(done / total)):
        map_of_runs(registry.get("smoothed(augmented(gradcam, scales=1), samples=2)"), np.ones((1, 4, 4, 1), "f"), ask)
    assert told == [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0]
