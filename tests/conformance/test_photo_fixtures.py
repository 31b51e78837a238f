"""Every method on real photos with the embedded model, against numbers made without the engine.

fixtures/photos.npz is made by tools/make_method_fixtures.py: a rebuilt model, a plain eager tape, float64 NumPy.
"""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest

import gradcam_tf as gct
from gradcam_tf import registry
from gradcam_tf.resources import default_model_path, sample_paths
from gradcam_tf.targets import ClassScore
from tools import make_method_fixtures as maker
from tools import photo_formulas as formulas

KEPT = dict(np.load(maker.FIXTURES))
CASES = sorted(name.partition("/")[2] for name in KEPT if name.count("/") == 3 and name.startswith(maker.PHOTOS[0]))
CLASSES = {"chelsea": "Egyptian cat", "coffee": "espresso"}
STEPPED = ("integrated-gradients", "smoothgrad", "vargrad", "squaregrad", "smooth-gradcam++")
"""Gradients at other points than the photo, by a compiled program with folded weights, whose rounding is another: they
are a step at each ReLU, and where one of the millions of units lies on its step, the pixels around it differ."""
OF_PIXELS = ("saliency", "input-x-gradient")
"""The same at the photo itself: on another processor the rounding is another. On this one they equal the oracle."""


@pytest.fixture(scope="module")
def explainer():
    return gct.Explainer.open()


def kept(name: str) -> np.ndarray:
    """A map of both photos."""
    return np.stack([KEPT[f"{photo}/{name}"] for photo in maker.PHOTOS])


def explained(explainer, case: str) -> gct.Explanation:
    """Both photos in one batch."""
    space, layer, method = case.split("/")
    classes = tuple(int(one) for one in kept("class"))
    asked = explainer.asking(layer="auto" if layer in ("input", maker.TOP) else layer, method=method)
    return asked([sample_paths()[photo] for photo in maker.PHOTOS], ClassScore(classes, space))


@pytest.mark.parametrize("case", CASES)
def test_the_engine_gives_the_numbers_that_were_made_without_it(explainer, case):
    expected, explanation = kept(case), explained(explainer, case)
    raw = explanation.raw if "/input/" not in case else np.stack([maker.sampled(one) for one in explanation.raw])
    assert raw.shape == expected.shape
    for actual, wanted in zip(raw, expected, strict=True):
        if case.split("/")[2].startswith((*STEPPED, *OF_PIXELS)):
            assert_equal_but_for_steps(actual, wanted)
        else:
            assert (np.abs(actual - wanted) / np.abs(wanted).max()).max() <= 1e-4


def assert_equal_but_for_steps(actual: np.ndarray, wanted: np.ndarray) -> None:
    assert np.linalg.norm(actual - wanted) <= 0.01 * np.linalg.norm(wanted)
    assert np.mean(np.abs(actual - wanted) > 1e-4 * np.abs(wanted).max()) < 0.1


@pytest.mark.parametrize("photos", [1, 2])
def test_gradients_of_pixels_are_those_of_a_plain_tape_on_this_processor(sight, photos):
    gradients = sight.of_pixels()
    wanted = {"saliency": np.abs(gradients).max(axis=-1), "input-x-gradient": (gradients * sight.x).sum(axis=-1)}
    for method, expected in wanted.items():
        explainer = gct.Explainer(sight.model, method=method)
        # One is run eagerly, two are compiled.
        for _ in range(photos):
            explanation = explainer([sample_paths()["chelsea"]] * photos, ClassScore(int(sight.index)))
        errors = np.abs(explanation.raw - expected) / np.abs(expected).max()
        assert errors.max() <= 1e-5, (method, explanation.run.mode)


def test_every_method_is_among_them():
    written = {registry.get(case.split("/", 2)[2]).name.partition("(")[0] for case in CASES}
    assert set(registry.methods()) <= written


def test_so_are_the_predictions_and_what_they_mean(explainer):
    explanation = explained(explainer, f"logit/{maker.TOP}/gradcam")
    np.testing.assert_allclose(explanation.predictions, kept("probabilities"), rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(explanation.scores, kept("logits").max(axis=1), rtol=1e-5)
    assert [one.label for one in explanation.target] == [CLASSES[photo] for photo in maker.PHOTOS]
    assert [one.index for one in explanation.target] == kept("logits").argmax(axis=1).tolist()


def test_they_are_of_the_files_that_are_shipped():
    files = [default_model_path(), *(sample_paths()[photo] for photo in maker.PHOTOS)]
    assert json.loads(str(KEPT["provenance"]))["sha256"] == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


@pytest.mark.parametrize("layer", [maker.TOP, maker.EARLIER])
def test_the_script_still_makes_them(sight, layer):
    A, g = sight.at(layer)
    for name, formula in formulas.OF_GRADIENTS.items():
        wanted = KEPT[f"chelsea/logit/{layer}/{name}"]
        np.testing.assert_allclose(formula(A, g), wanted, rtol=0, atol=1e-5 * np.abs(wanted).max(), err_msg=name)


def test_and_the_class_and_a_gradient_of_pixels(sight):
    assert sight.index == KEPT["chelsea/class"]
    np.testing.assert_allclose(sight.logits, KEPT["chelsea/logits"], rtol=0, atol=1e-5 * sight.logits.max())
    wanted = KEPT["chelsea/logit/input/saliency"]
    saliency = maker.sampled(np.abs(sight.of_pixels()).max(axis=-1))
    assert_equal_but_for_steps(saliency, wanted)


@pytest.fixture(scope="module")
def sight():
    import keras

    model = keras.models.load_model(default_model_path(), compile=False)
    return maker.Sight(model, sample_paths()["chelsea"])
