"""Where the heat lies, against loops over pixels of the photo."""

from __future__ import annotations

import numpy as np
import pytest

import gradcam_tf as gct
from gradcam_tf.batch.rows import measures, predicted, row_of
from gradcam_tf.model.labels import Labels
from gradcam_tf.placement import map_to_photo, place_photo


def slow(heatmap, placement, box):
    """On the photo itself, pixel by pixel."""
    heat, covered = map_to_photo(heatmap, placement, placement.photo_size)
    heat = np.where(covered, heat, 0)
    total, x, y, inside, hot = 0.0, 0.0, 0.0, 0.0, 0
    height, width = heat.shape
    for row, column in np.ndindex(heat.shape):
        value = float(heat[row, column])
        total += value
        x += value * (column + 0.5)
        y += value * (row + 0.5)
        hot += value >= heat.max() / 2
        inside += value * (box[0] <= column + 0.5 < box[2] and box[1] <= row + 0.5 < box[3])
    return {
        "centroid_x": x / total / width,
        "centroid_y": y / total / height,
        "extent": hot / heat.size,
        "energy_in_box": inside / total,
    }


@pytest.mark.parametrize("fit", ["squash", "crop", "letterbox"])
@pytest.mark.parametrize("photo", [(60, 90), (200, 120), (48, 48)])
def test_measures_are_those_of_the_photo(fit, photo):
    rows, columns = np.mgrid[:48, :48]
    heatmap = np.exp(-(((rows - 20) / 8) ** 2) - ((columns - 29) / 6) ** 2).astype(np.float32)
    placement = place_photo(photo, (48, 48), fit)
    box = (photo[1] * 0.5, photo[0] * 0.25, photo[1] * 0.75, photo[0] * 0.5)
    wanted = slow(heatmap, placement, box)
    got = measures(heatmap, placement, box)
    for name, value in wanted.items():
        assert got[name] == pytest.approx(value, abs=0.025), name


def test_all_heat_in_the_box_and_none():
    heatmap = np.zeros((10, 10), np.float32)
    heatmap[2:4, 6:8] = 1
    placement = place_photo((100, 100), (10, 10))
    assert measures(heatmap, placement, (60, 20, 80, 40))["energy_in_box"] == pytest.approx(1)
    assert measures(heatmap, placement, (0, 0, 60, 100))["energy_in_box"] == 0
    assert measures(heatmap, placement, (70, 20, 80, 40))["energy_in_box"] == pytest.approx(0.5)
    assert measures(heatmap, placement)["extent"] == pytest.approx(0.04)


def test_a_map_without_heat_has_no_place():
    assert set(measures(np.zeros((4, 4), np.float32), None, (0, 0, 1, 1)).values()) == {None}


def test_what_is_predicted():
    names = Labels.of(["cat"])
    assert predicted(np.array([0.1, 0.7, 0.2]), "softmax") == (1, None, pytest.approx(0.7))
    assert predicted(np.array([0.1, 0.9]), "softmax", Labels.of(["cat", "dog"])) == (1, "dog", pytest.approx(0.9))
    assert predicted(np.array([3.0, -1.0]), None) == (0, None, None)
    assert predicted(np.array([0.8]), "sigmoid", names) == (0, "cat", pytest.approx(0.8))
    assert predicted(np.array([0.2]), "sigmoid", names) == (None, "not cat", pytest.approx(0.8))
    assert predicted(np.array(0.2), "sigmoid") == (None, "not class 0", pytest.approx(0.8))
    assert predicted(np.array([5.0]), None) == (None, None, None)
    assert predicted(np.zeros((4, 4, 3)), "softmax") == (None, None, None)
    assert predicted(np.array([np.nan, 1]), "softmax") == (None, None, None)


def test_one_sigmoid_is_numbered_as_it_is_explained():
    import keras

    layers = [keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 3), keras.layers.GlobalAveragePooling2D()]
    model = keras.Sequential([*layers, keras.layers.Dense(1, activation="sigmoid")])
    images = np.random.default_rng(0).random((4, 8, 8, 3), np.float32)
    explanation = gct.explain(model, np.concatenate([images, -images]))
    sides = {bool(one[0] >= 0.5) for one in explanation.predictions}
    assert sides == {True, False}
    for one in explanation:
        row = row_of(one, None)
        assert row["predicted_index"] == row["explained_index"] == one.target[0].index
        assert row["explained_label"].startswith(row["predicted_label"] or "class 0")
        assert row["predicted_probability"] == pytest.approx(row["probability"], abs=1e-5)
