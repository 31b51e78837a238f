"""maps.py against Pillow and against slow loops written from the definition of a triangle filter."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gradcam_tf import maps

NAN, INF = np.nan, np.inf


def random_maps(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).normal(size=shape).astype(np.float32)


def slow_weights(extent: int, new: int, start: float, stop: float) -> list[list[float]]:
    """For each new cell: how much of each old cell it takes; a triangle as wide as one old or one new cell."""
    ratio = (stop - start) / new
    reach = max(1.0, ratio)
    rows = []
    for i in range(new):
        centre = start + (i + 0.5) * ratio
        row = [max(0.0, 1 - abs(j + 0.5 - centre) / reach) for j in range(extent)]
        rows.append([one / sum(row) for one in row])
    return rows


def slow_resize(one: np.ndarray, size: tuple[int, ...], boxes: list[tuple[float, float]]) -> np.ndarray:
    """Every new cell as a sum over every old cell: the product of one weight per axis."""
    axes = [slow_weights(n, m, *box) for n, m, box in zip(one.shape, size, boxes, strict=True)]
    result = np.zeros(size)
    for new in itertools.product(*map(range, size)):
        for old in itertools.product(*map(range, one.shape)):
            weight = np.prod([rows[n][m] for rows, n, m in zip(axes, new, old, strict=True)])
            result[new] += weight * one[old]
    return result


class TestResize:
    sizes = st.integers(1, 40)

    @settings(max_examples=60, deadline=None)
    @given(sizes, sizes, sizes, sizes)
    def test_is_pillows_bilinear(self, height: int, width: int, new_height: int, new_width: int):
        one = random_maps(height, width)
        expected = Image.fromarray(one).resize((new_width, new_height), Image.Resampling.BILINEAR)
        np.testing.assert_allclose(maps.resize(one[None], (new_height, new_width))[0], expected, atol=2e-6)

    @settings(max_examples=60, deadline=None)
    @given(st.data())
    def test_is_pillows_bilinear_of_a_box(self, data: st.DataObject):
        height, width, new_height, new_width = (data.draw(self.sizes) for _ in range(4))
        # Pillow keeps a box in single precision; eighths of a pixel are exact there.
        top, left = (data.draw(st.integers(0, 8 * extent - 4)) / 8 for extent in (height, width))
        bottom = data.draw(st.integers(int(top * 8) + 4, 8 * height)) / 8
        right = data.draw(st.integers(int(left * 8) + 4, 8 * width)) / 8
        one = random_maps(height, width)
        image = Image.fromarray(one)
        expected = image.resize((new_width, new_height), Image.Resampling.BILINEAR, (left, top, right, bottom))
        got = maps.resize(one[None], (new_height, new_width), [(top, bottom), (left, right)])[0]
        np.testing.assert_allclose(got, expected, atol=2e-5)

    @pytest.mark.parametrize(
        ("grid", "size"),
        [((5,), (13,)), ((13,), (5,)), ((1,), (4,)), ((3, 4), (5, 2)), ((3, 2, 4), (2, 5, 4)), ((2, 1, 3), (3, 2, 1))],
    )
    def test_is_the_triangle_filter_on_any_number_of_axes(self, grid: tuple[int, ...], size: tuple[int, ...]):
        batch = random_maps(2, *grid)
        boxes = [(0.25 * n, 0.8 * n) for n in grid]
        for given_boxes in (None, boxes):
            used = given_boxes or [(0.0, float(n)) for n in grid]
            expected = [slow_resize(one, size, used) for one in batch]
            np.testing.assert_allclose(maps.resize(batch, size, given_boxes), expected, atol=1e-5)

    @pytest.mark.parametrize("grid", [(7,), (7, 5), (3, 4, 5)])
    def test_of_the_same_size_changes_nothing(self, grid: tuple[int, ...]):
        batch = random_maps(2, *grid)
        np.testing.assert_array_equal(maps.resize(batch, grid), batch)

    def test_of_a_box_on_whole_cells_at_their_own_size_is_a_slice(self):
        batch = random_maps(2, 9, 8)
        np.testing.assert_array_equal(maps.resize(batch, (4, 3), [(2, 6), (5, 8)]), batch[:, 2:6, 5:8])

    def test_keeps_a_constant_at_every_size(self):
        batch = np.full((1, 7, 3), 2.5, np.float32)
        np.testing.assert_allclose(maps.resize(batch, (224, 300)), 2.5, rtol=1e-6)

    def test_keeps_dtype_and_input(self):
        for dtype in (np.float32, np.float64):
            batch = random_maps(2, 5, 5).astype(dtype)
            before = batch.copy()
            assert maps.resize(batch, (9, 9)).dtype == dtype
            np.testing.assert_array_equal(batch, before)

    def test_refuses_another_number_of_axes(self):
        with pytest.raises(ValueError, match=r"\(4, 4, 4\) has 3 axes.*\(7, 7\) has 2"):
            maps.resize(random_maps(1, 7, 7), (4, 4, 4))


class TestRelu:
    def test_keeps_what_is_positive_and_nan(self):
        batch = np.array([[-2.0, -0.0, 3.0], [NAN, INF, -INF]], np.float32)
        before = batch.copy()
        np.testing.assert_array_equal(maps.relu(batch), [[0, 0, 3], [NAN, INF, 0]])
        np.testing.assert_array_equal(batch, before)


class TestScale:
    def test_divides_each_map_by_its_own_peak(self):
        batch = np.array([[[0, 1], [2, 4]], [[0, 0], [0, 1e-30]], [[1e30, 5e29], [0, 0]]], np.float32)
        before = batch.copy()
        scaled = maps.scale(batch)
        np.testing.assert_allclose(scaled, [[[0, 0.25], [0.5, 1]], [[0, 0], [0, 1]], [[1, 0.5], [0, 0]]])
        assert scaled.dtype == np.float32
        np.testing.assert_array_equal(batch, before)

    @pytest.mark.parametrize("bad", [[0, 0, 0], [NAN, 1, 2], [INF, 1, 2], [NAN, NAN, NAN], [NAN, INF, 0], [-1, -2, -3]])
    def test_of_a_map_without_a_scale_is_zero_and_spares_the_others(self, bad: list[float]):
        batch = np.array([[0, 1, 2], bad, [4, 0, 1]], np.float32)
        np.testing.assert_array_equal(maps.scale(batch), [[0, 0.5, 1], [0, 0, 0], [1, 0, 0.25]])

    @pytest.mark.parametrize("grid", [(5,), (4, 3), (2, 3, 4)])
    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
    def test_reaches_one_on_any_grid(self, grid: tuple[int, ...], dtype: type):
        scaled = maps.scale(np.abs(random_maps(3, *grid)).astype(dtype))
        assert scaled.dtype == np.float32
        np.testing.assert_array_equal(scaled.reshape(3, -1).max(axis=1), 1)


class TestStatus:
    cases = (
        ([[1, -1], [0, 0]], "ok"),
        ([[1e-38, 0], [0, -5]], "ok"),
        ([[-1, 0], [0, 0]], "negative"),
        ([[-1, -2], [-3, -4]], "negative"),
        ([[0, 0], [-0.0, 0]], "zero"),
        ([[NAN, 1], [1, 1]], "nonfinite"),
        ([[NAN, NAN], [NAN, NAN]], "nonfinite"),
        ([[INF, 1], [1, 1]], "nonfinite"),
        ([[-INF, 1], [1, 1]], "nonfinite"),
        ([[-INF, -1], [0, 0]], "nonfinite"),
        ([[INF, NAN], [0, 0]], "nonfinite"),
    )

    @pytest.mark.parametrize(("one", "word"), cases)
    def test_of_one_map(self, one: list[list[float]], word: str):
        assert maps.status(np.array([one], np.float32)) == (word,)

    def test_of_a_mixed_batch(self):
        batch = np.array([one for one, _ in self.cases], np.float32)
        before = batch.copy()
        assert maps.status(batch) == tuple(word for _, word in self.cases)
        np.testing.assert_array_equal(batch, before)

    def test_agrees_with_what_can_be_drawn(self):
        batch = np.array([one for one, _ in self.cases], np.float32)
        drawn = maps.scale(maps.relu(batch)).reshape(len(batch), -1).any(axis=1)
        said = np.array([word == "ok" for word in maps.status(batch)])
        # A -inf is gone after ReLU; the status still names it.
        assert not (said & ~drawn).any()


def test_signed_maps_keep_their_zero_and_reach_one():
    given = np.array([[2.0, -4.0, 0.0], [0.0, 0.0, 0.0], [1.0, np.nan, -1.0], [np.inf, 1.0, 2.0]])
    np.testing.assert_array_equal(maps.scale_signed(given), [[0.5, -1, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]])


class TestPeaks:
    def test_a_percentile_is_full_heat_and_nothing_is_hotter(self, rng):
        maps_ = rng.random((2, 20, 20)).astype(np.float32)
        maps_[0, 3, 4] = 1000
        scaled = maps.scale(maps_, 99)
        np.testing.assert_allclose(maps.peaks(maps_, 99), np.percentile(maps_.reshape(2, -1), 99, axis=1))
        assert scaled.max() == 1
        assert np.median(scaled[0]) > 0.3
        np.testing.assert_allclose(scaled[0, 0], np.minimum(maps_[0, 0] / maps.peaks(maps_, 99)[0], 1), rtol=1e-6)

    def test_where_almost_all_is_zero_the_maximum_counts(self):
        maps_ = np.zeros((1, 20, 20), np.float32)
        maps_[0, 0, 0] = 5
        assert maps.peaks(maps_, 99).tolist() == [5]
        assert maps.scale(maps_, 99).max() == 1

    def test_a_map_with_a_nan_stays_empty(self):
        maps_ = np.full((1, 4, 4), np.nan, np.float32)
        assert not maps.scale(maps_, 99).any()
