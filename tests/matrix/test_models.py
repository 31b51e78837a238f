"""Every kind of model of the zoo: the layer it chooses, a named layer, all ways to run, against a slow Grad-CAM."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import gradcam_tf as gct
from gradcam_tf.errors import GradcamError
from gradcam_tf.explainer import Explainer
from gradcam_tf.model.vet import vet
from gradcam_tf.targets import Custom
from tests.zoo import ENTRIES, Entry
from tests.zoo.entry import first, mixed, unmixed
from tests.zoo.oracle import slow_gradcam

CAN = [entry for entry in ENTRIES if entry.cannot is None]


class Lab:
    """A model of the zoo, built once for all tests on it, with a score whose map is not blank."""

    def __init__(self, entry: Entry):
        self.entry = entry
        self.model, self.batch = entry.model(), entry.batch()
        self.model(self.batch, training=False)
        self.before = state(self.model)

    def explainer(self, layer: str = "auto", **options: Any) -> Explainer:
        return Explainer(self.model, layer, **self.entry.options, **options)

    def oracle(self, name: str, grid: Any, score: Any) -> np.ndarray:
        return slow_gradcam(self.model, self.batch, name, score, grid, self.output)

    @property
    def output(self) -> int:
        """Which output is explained, counted over all of them flattened."""
        wanted = self.entry.options.get("output", 0)
        if isinstance(wanted, int):
            return wanted
        part = self.model(self.batch, training=False)
        every = keras.tree.flatten(part)
        for key in wanted.split("/"):
            part = part[int(key) if isinstance(part, (list, tuple)) else key]
        return next(i for i, output in enumerate(every) if output is part)


@pytest.fixture(scope="module", params=CAN, ids=str)
def lab(request):
    return Lab(request.param)


def positive(make: Callable[[], Explainer], batch: Any) -> tuple[Any, Any]:
    """A score of the model's output as it is, of the sign that makes a map of something; and that map, run eagerly."""
    for score in (mixed, unmixed):
        explanation = make()(batch, Custom(score, space="probability"))
        if "ok" in explanation.status:
            break
    return score, explanation


def check(explanation: Any) -> None:
    """What holds of every explanation."""
    raw, heatmap = explanation.raw, explanation.heatmap
    assert raw.dtype == np.float32
    assert heatmap.dtype == np.float32
    assert np.isfinite(raw).all()
    assert np.isfinite(heatmap).all()
    assert raw.shape[1:] == tuple(explanation.layer.grid)
    assert len(raw) == len(explanation.scores) == len(explanation.status)
    assert "ok" in explanation.status
    assert heatmap.min() >= 0
    assert heatmap.max() == 1


def agree(got: np.ndarray, wanted: np.ndarray, tolerance: float) -> None:
    assert got.shape == wanted.shape
    np.testing.assert_allclose(got, wanted, rtol=tolerance, atol=tolerance * np.abs(wanted).max())


def state(model: keras.Model) -> list[Any]:
    """What an explainer must not change."""
    layers = list(model._flatten_layers())
    try:
        config = model.to_json()
    except NotImplementedError:
        config = None
    attributes = [dict(layer.__dict__) for layer in layers]
    return [config, [layer.trainable for layer in layers], attributes, [w.copy() for w in model.get_weights()]]


def test_the_chosen_layer_in_every_way_to_run(lab: Lab):
    entry, batch = lab.entry, lab.batch
    score, eager = positive(lab.explainer, batch)
    assert eager.layer.name == entry.auto, eager.layer.reason
    assert entry.grid in (None, tuple(eager.layer.grid))
    target = Custom(score, space="probability")
    compiled, frozen = lab.explainer(), lab.explainer(entry.auto, frozen=True, batch_size=1)
    one, whole, fast = compiled(first(batch), target), compiled(batch, target), frozen(batch, target)
    assert [e.run.mode for e in (eager, one, whole, fast)] == ["eager", "eager", "compiled", "frozen"]
    for explanation in (whole, eager, fast):
        check(explanation)
        agree(explanation.raw, eager.raw, entry.tolerance)
        agree(explanation.scores, eager.scores, entry.tolerance)
    agree(one.raw, eager.raw[:1], entry.tolerance)
    if entry.oracle:
        agree(eager.raw, lab.oracle(entry.auto, eager.layer.grid, score), entry.tolerance)


def test_a_named_layer(lab: Lab):
    entry = lab.entry
    if entry.cannot_named is not None:
        with pytest.raises(GradcamError, match=entry.cannot_named) as caught:
            lab.explainer(entry.named)(lab.batch, Custom(mixed, space="probability"))
        assert caught.value.remedy
        return
    score, explanation = positive(lambda: lab.explainer(entry.named), lab.batch)
    check(explanation)
    name = explanation.layer.name
    assert name.endswith(entry.named)
    assert "by name" in explanation.layer.reason
    if entry.oracle:
        agree(explanation.raw, lab.oracle(name, explanation.layer.grid, score), entry.tolerance)


def test_every_kind_of_target(lab: Lab):
    explainer = lab.explainer()
    features = explainer.features(first(lab.batch))
    for target in lab.entry.targets.values():
        explanation = explainer.from_features(features, target())
        assert np.isfinite(explanation.raw).all()
        assert np.isfinite(explanation.scores).all()


def test_the_target_is_chosen_and_stated(lab: Lab):
    explanation = lab.explainer()(lab.batch)
    assert np.isfinite(explanation.raw).all()
    assert all(explained.title for explained in explanation.target)


def test_the_model_is_the_same_after_all_that(lab: Lab):
    *before, weights = lab.before
    *after, still = state(lab.model)
    assert before == after
    for was, now in zip(weights, still, strict=True):
        np.testing.assert_array_equal(was, now)


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_saved_it_is_refused_for_code_of_its_own_only(lab: Lab, tmp_path: Path, ending: str):
    """Stands behind the test that the model is the same: Keras writes into a model that it saves."""
    path = tmp_path / f"model{ending}"
    try:
        lab.model.save(path)
    except Exception as error:  # Keras raises every kind of exception on a model that it cannot save
        pytest.skip(f"Keras does not save it: {type(error).__name__}")
    own = {type(layer).__name__ for layer in lab.model._flatten_layers() if type(layer).__module__.startswith("tests.")}
    for one in vet(path):
        assert "Lambda" in one.what or any(f"{name}'" in one.what for name in own), one


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.cannot is not None], ids=str)
@pytest.mark.parametrize("layer", ["auto", "named"])
def test_what_cannot_be_explained_says_why(entry: Entry, layer: str):
    auto = layer == "auto"
    explainer = Explainer(entry.model(), "auto" if auto else entry.named, **entry.options)
    batch = entry.batch()
    for images in (first(batch), batch):  # eagerly, then compiled
        with pytest.raises(GradcamError, match=entry.cannot if auto else entry.cannot_named or entry.cannot) as caught:
            explainer(images, Custom(mixed, space="probability"))
        assert caught.value.remedy


@pytest.mark.parametrize("name", ["functional", "subclassed: layers in a list", "call under @tf.function, traced"])
def test_two_explainers_in_two_threads_on_one_model(name: str):
    entry = next(e for e in ENTRIES if e.name == name)
    model, batch = entry.model(), entry.batch()
    explainers = {layer: Explainer(model, layer) for layer in (entry.auto, entry.named)}
    wanted = {layer: Explainer(model, layer)(batch, 0).raw for layer in explainers}
    wrong: list[Any] = []

    def work(layer: str) -> None:
        try:
            for _ in range(5):
                agree(explainers[layer](batch, 0).raw, wanted[layer], 1e-3)
        except Exception as error:  # to be seen in the main thread
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(layer,)) for layer in explainers for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize(("policy", "largest"), [("float16", 1e30), ("float16", 1e-30), ("bfloat16", 1e38)])
def test_gradients_that_overflow_or_vanish_are_noticed(policy: str, largest: float):
    from tests.zoo.precision import with_policy

    keras.utils.set_random_seed(0)
    model, batch = with_policy(policy), np.random.default_rng(0).random((2, 16, 16, 3), np.float32)
    explanation = gct.explain(model, batch, Custom(lambda y: y[:, 0] * largest * 10, space="logit"))
    assert explanation.raw.dtype == np.float32
    assert "ok" not in explanation.status
    assert not explanation.heatmap.any()
