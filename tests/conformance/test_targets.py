"""Every target against a slow oracle: plain loops over one image, written from the equation."""

from __future__ import annotations

import math

import numpy as np
import pytest
import tensorflow as tf

from gradcam_tf import targets
from gradcam_tf.methods.cam import gradcam

IMAGES = 3


def argmax(row) -> int:
    best = 0
    for k in range(len(row)):
        if row[k] > row[best]:
            best = k
    return best


def descending(row) -> list[int]:
    return sorted(range(len(row)), key=lambda k: -row[k])


def probability(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def logit_or_probability(space: str, z: float) -> float:
    return z if space == "logit" else probability(z)


def given(outputs: np.ndarray, space: str) -> np.ndarray:
    """What a target of the space is handed, of a sigmoid model with these logits."""
    return outputs if space == "logit" else (1 / (1 + np.exp(-outputs.astype(np.float64)))).astype(np.float32)


def check(target, outputs, expected):
    target.check((None, *outputs.shape[1:]), len(outputs))
    got = np.asarray(target.score(outputs, *target.arguments(len(outputs))))
    assert got.shape == (len(outputs),)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, [expected(n, image) for n, image in enumerate(outputs.tolist())], rtol=1e-5)


@pytest.fixture
def row(rng):
    return rng.normal(size=(IMAGES, 7)).astype(np.float32)


@pytest.fixture
def dense(rng):
    return rng.normal(size=(IMAGES, 5, 6, 4)).astype(np.float32)


def places(image):
    """Every (i, j) of an image's nested lists [i][j][k]."""
    return [(i, j) for i in range(len(image)) for j in range(len(image[0]))]


class TestOfARow:
    def test_class(self, row):
        """s = y_c: Selvaraju et al. 2017, section 3."""
        check(targets.ClassScore(4), row, lambda n, y: y[4])
        check(targets.ClassScore([4, 0, 6]), row, lambda n, y: y[[4, 0, 6][n]])

    @pytest.mark.parametrize("rank", [1, 2, 7])
    def test_class_of_a_rank(self, row, rank):
        check(targets.TopClass(rank), row, lambda n, y: y[descending(y)[rank - 1]])

    def test_largest_output(self, row):
        check(targets.LargestOutput(), row, lambda n, y: y[argmax(y)])

    @pytest.mark.parametrize("space", ["logit", "probability"])
    @pytest.mark.parametrize("threshold", [0.5, 0.8, 0.999])
    def test_labels_above(self, row, space, threshold):
        """s = sum of y_k over {k : p_k > t}; the largest y_k if there is none."""

        def oracle(n, z):
            above = [k for k in range(7) if probability(z[k]) > threshold]
            return sum(logit_or_probability(space, z[k]) for k in above or [argmax(z)])

        target = targets.LabelsAbove(threshold, space)
        np.testing.assert_allclose(
            target.score(given(row, space), *target.arguments(IMAGES)),
            [oracle(n, z) for n, z in enumerate(row.tolist())],
            rtol=1e-5,
        )

    @pytest.mark.parametrize("index", [None, 2, [6, 0, 1]])
    @pytest.mark.parametrize("k", [1, 3, 6])
    def test_contrast_with_the_next(self, row, index, k):
        """s = y_a - the mean of the k largest y_b, b != a."""

        def oracle(n, y):
            a = argmax(y) if index is None else index[n] if isinstance(index, list) else index
            rivals = [b for b in descending(y) if b != a][:k]
            return y[a] - sum(y[b] for b in rivals) / k

        check(targets.ContrastNext(k, index), row, oracle)

    def test_contrast_of_two_is_the_log_of_their_odds(self, row):
        """y_a - y_b = log(p_a / p_b), p the softmax of y."""

        def oracle(n, y):
            total = sum(math.exp(z) for z in y)
            return math.log((math.exp(y[1]) / total) / (math.exp(y[5]) / total))

        check(targets.contrast(1, 5), row, oracle)

    @pytest.mark.parametrize("space", ["logit", "probability"])
    @pytest.mark.parametrize("side", ["positive", "negative", "predicted", ["negative", "predicted", "positive"]])
    def test_sigmoid(self, row, space, side):
        """s = z or -z; p or 1 - p; of the predicted side the one that is not below 0 or 0.5."""

        def oracle(n, z):
            asked = side[n] if isinstance(side, list) else side
            up = asked == "positive" or (asked == "predicted" and probability(z[3]) >= 0.5)
            if space == "logit":
                return z[3] if up else -z[3]
            return probability(z[3]) if up else 1 - probability(z[3])

        target = targets.Sigmoid(side, 3, space)
        np.testing.assert_allclose(
            target.score(given(row, space), *target.arguments(IMAGES)),
            [oracle(n, z) for n, z in enumerate(row.tolist())],
            rtol=1e-5,
        )

    def test_value(self, row):
        check(targets.Value(), row, lambda n, y: y[0])
        check(targets.Value("down", 2), row, lambda n, y: -y[2])
        check(targets.Value(["up", "down", "up"], [0, 1, 2]), row, lambda n, y: [y[0], -y[1], y[2]][n])

    @pytest.mark.parametrize("each", [False, True])
    def test_similarity(self, row, rng, each):
        """s = <y, v> / (|y| |v|)."""
        vector = rng.normal(size=(IMAGES, 7) if each else 7)

        def oracle(n, y):
            v = (vector[n] if each else vector).tolist()
            dot = sum(a * b for a, b in zip(y, v, strict=True))
            return dot / math.sqrt(sum(a * a for a in y)) / math.sqrt(sum(b * b for b in v))

        check(targets.Similarity(vector), row, oracle)


class TestOfPlaces:
    def test_neuron_and_channel(self, dense):
        check(targets.Neuron((1, 5, 2)), dense, lambda n, y: y[1][5][2])
        each = [(0, 0, 0), (1, 2, 3), (4, 5, 1)]
        check(targets.Neuron(each), dense, lambda n, y: y[each[n][0]][each[n][1]][each[n][2]])
        check(targets.Channel(2), dense, lambda n, y: sum(y[i][j][2] for i, j in places(y)) / 30)
        check(targets.Channel([0, 1, 2]), dense, lambda n, y: sum(y[i][j][n] for i, j in places(y)) / 30)

    @pytest.mark.parametrize("each", [False, True])
    def test_pixels(self, dense, rng, each):
        """Seg-Grad-CAM (Vinogradova et al. 2020, section 3): s = sum over (i, j) in M of y_ij^c."""
        mask = rng.random((IMAGES, 5, 6) if each else (5, 6)) > 0.6
        index = [3, 0, 1] if each else 3

        def oracle(n, y):
            m, c = (mask[n], index[n]) if each else (mask, index)
            return sum(y[i][j][c] for i, j in places(y) if m[i][j])

        check(targets.Pixels(index, mask), dense, oracle)

    @pytest.mark.parametrize("index", [1, [3, 0, 1]])
    def test_predicted_pixels(self, dense, index):
        """M = {(i, j) : argmax_k y_ij^k = c}."""

        def oracle(n, y):
            c = index[n] if isinstance(index, list) else index
            return sum(y[i][j][c] for i, j in places(y) if argmax(y[i][j]) == c)

        check(targets.PredictedPixels(index), dense, oracle)

    @pytest.mark.parametrize("space", ["logit", "probability"])
    @pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
    def test_predicted_pixels_of_a_single_sigmoid(self, dense, space, activation):
        """M = {(i, j) : p_ij > 0.5}; one channel is a sigmoid whatever is said."""
        single, target = dense[..., :1], targets.PredictedPixels(0, activation, space)
        expected = [
            sum(logit_or_probability(space, y[i][j][0]) for i, j in places(y) if probability(y[i][j][0]) > 0.5)
            for y in single.tolist()
        ]
        np.testing.assert_allclose(target.score(given(single, space), *target.arguments(3)), expected, rtol=1e-5)

    def test_predicted_pixels_of_classes_that_overlap(self, dense):
        check(
            targets.PredictedPixels(2, "sigmoid"),
            dense,
            lambda n, y: sum(y[i][j][2] for i, j in places(y) if y[i][j][2] > 0),
        )

    def test_dominant_class(self, dense):
        def oracle(n, y):
            winners = [argmax(y[i][j]) for i, j in places(y)]
            c = argmax([winners.count(k) for k in range(4)])
            return sum(y[i][j][c] for i, j in places(y) if argmax(y[i][j]) == c)

        check(targets.DominantClass(), dense, oracle)

    @pytest.mark.parametrize("shift", [0, -9])
    @pytest.mark.parametrize("channels", [1, 4])
    def test_dominant_class_of_sigmoids(self, dense, shift, channels):
        """Where nothing is above 0.5, the class of the highest score, everywhere."""

        def oracle(n, y):
            above = [[(i, j) for i, j in places(y) if y[i][j][k] > 0] for k in range(channels)]
            c = argmax([len(m) for m in above])
            if above[c]:
                return sum(y[i][j][c] for i, j in above[c])
            c = argmax([max(y[i][j][k] for i, j in places(y)) for k in range(channels)])
            return sum(y[i][j][c] for i, j in places(y))

        check(targets.DominantClass("sigmoid"), dense[..., :channels] + np.float32(shift), oracle)

    @pytest.mark.parametrize(
        "box", [(0, 0, 1, 1), (0.2, 0.1, 0.65, 0.5), (0.5, 0.4, 0.5001, 0.41), (1 / 3, 0.2, 2 / 3, 0.8), "each"]
    )
    def test_box(self, dense, box):
        """A cell overlaps if its intersection with the box has an area."""
        each = [(0, 0, 0.5, 0.5), (0.3, 0.3, 1, 1), (0.9, 0.9, 1, 1)]

        def oracle(n, y):
            left, top, right, bottom = each[n] if box == "each" else box
            total = 0.0
            for i, j in places(y):
                wide = min(right, (j + 1) / 6) - max(left, j / 6)
                high = min(bottom, (i + 1) / 5) - max(top, i / 5)
                if wide > 1e-9 and high > 1e-9:
                    total += y[i][j][1]
            return total

        check(targets.Box(1, each if box == "each" else box), dense, oracle)

    @pytest.mark.parametrize("iou", [0.0, 0.1])
    @pytest.mark.parametrize("each", [False, True])
    def test_anchors_in_a_box(self, rng, iou, each):
        outputs = rng.normal(size=(IMAGES, 20, 3)).astype(np.float32)
        corners = np.sort(rng.random((20, 2, 2)), axis=1)
        anchors = corners.reshape(20, 4)
        boxes = [(0, 0, 0.5, 0.5), (0.3, 0.3, 1, 1), (0.4, 0.2, 0.9, 0.6)]

        def oracle(n, y):
            left, top, right, bottom = boxes[n] if each else boxes[0]
            total = 0.0
            for b in range(20):
                x0, y0, x1, y1 = anchors[b].tolist()
                shared = max(0, min(right, x1) - max(left, x0)) * max(0, min(bottom, y1) - max(top, y0))
                union = (right - left) * (bottom - top) + (x1 - x0) * (y1 - y0) - shared
                if shared > 0 and shared / union > iou:
                    total += y[b][2]
            return total

        check(targets.AnchorsInBox(2, boxes if each else boxes[0], anchors, iou), outputs, oracle)


class TestArithmetic:
    def test_a_weighted_sum(self, row):
        a, b = targets.ClassScore([1, 2, 3]), targets.TopClass(2)
        check(-a, row, lambda n, y: -y[n + 1])
        check(2 * a - b * 0.5 + a, row, lambda n, y: 3 * y[n + 1] - 0.5 * y[descending(y)[1]])
        check(-(a - b), row, lambda n, y: y[descending(y)[1]] - y[n + 1])

    def test_of_places_and_of_neurons(self, dense):
        target = targets.PredictedPixels(1) - targets.Neuron((0, 1, 2))
        check(
            target,
            dense,
            lambda n, y: sum(y[i][j][1] for i, j in places(y) if argmax(y[i][j]) == 1) - y[0][1][2],
        )


def maps_of(target, features, head):
    """The Grad-CAM of a target, for a head that takes features (N, h, w, channels) to outputs."""
    with tf.GradientTape() as tape:
        activations = tf.constant(features)
        tape.watch(activations)
        score = target.score(head(activations), *target.arguments(len(features)))
    return gradcam(activations, tape.gradient(score, activations)).numpy()


def test_a_counterfactual_map_is_the_negated_map(rng):
    """Selvaraju et al. 2017, counterfactual explanations: the weights are the means of -dy/dA."""
    features, kernel = rng.normal(size=(2, 3, 3, 5)).astype(np.float32), rng.normal(size=(5, 4)).astype(np.float32)

    def head(a):
        return tf.reduce_mean(a, axis=(1, 2)) @ kernel

    target = targets.ClassScore(2)
    np.testing.assert_allclose(maps_of(-target, features, head), -maps_of(target, features, head), rtol=1e-6)


def test_seg_grad_cam_of_a_1x1_convolution_in_closed_form(rng):
    """With y_ij^c = sum_k v_kc A_ij^k the weight of Seg-Grad-CAM is w_k = |M| / N v_kc (N places)."""
    features, kernel = rng.normal(size=(2, 4, 3, 5)).astype(np.float32), rng.normal(size=(5, 6)).astype(np.float32)
    winners = np.argmax(features @ kernel, axis=-1)
    got = maps_of(targets.PredictedPixels(1), features, lambda a: a @ kernel)
    for n in range(2):
        expected = features[n] @ (np.sum(winners[n] == 1) / 12 * kernel[:, 1])
        np.testing.assert_allclose(got[n], expected, rtol=1e-4, atol=1e-6)
