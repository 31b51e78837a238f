"""Whoever waits for a long computation is told how far it is, and may stop it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

import gradcam_tf as gct
from gradcam_tf.model import submodel
from gradcam_tf.progress import report, reporting


class Stopped(Exception):
    pass


def test_without_anybody_waiting_nothing_happens():
    report(1, 2)


def test_inside_the_block_and_no_longer():
    told = []
    with reporting(lambda done, total: told.append((done, total))):
        report(1, 2)
    report(2, 2)
    assert told == [(1, 2)]


@pytest.fixture
def made(monkeypatch):
    """The size of each chunk that was run."""
    sizes = []
    varied = submodel.SubModel._varied

    def counting(self, need, layer, target, chunk, *rest):
        sizes.append(len(chunk))
        return varied(self, need, layer, target, chunk, *rest)

    monkeypatch.setattr(submodel.SubModel, "_varied", counting)
    # Compiled, it would be counted only when it is traced.
    run = submodel.Programs.run
    monkeypatch.setattr(submodel.Programs, "run", lambda self, *arguments: run(self, *arguments[:-1], "eager"))
    return sizes


@pytest.mark.parametrize(
    ("method", "settings", "total"),
    [("ablationcam", {}, 12), ("rise", {"masks": 20}, 20), ("occlusion", {"window": 8, "stride": 4}, 9)],
)
def test_told_after_every_chunk(cnn, images, monkeypatch, made, method, settings, total):
    monkeypatch.setattr(submodel, "MOST_VARIED", 5)
    told = []
    with reporting(lambda done, of: told.append((done, of))):
        gct.Explainer(cnn, method=method, settings=settings)(images[:1])
    live = told[-1][1]
    assert live <= total
    assert method == "ablationcam" or live == total
    assert told == [(min(done, live), live) for done in range(5, live + 5, 5)]
    assert max(made) == 5


def test_each_image_is_counted_by_itself(cnn, images):
    told = []
    with reporting(lambda done, of: told.append((done, of))):
        gct.Explainer(cnn, method="rise", settings={"masks": 8})(images)
    assert told == [(8, 8)] * 3


@pytest.mark.parametrize("method", ["ablationcam", "scorecam", "sscam", "iscam", "groupcam", "occlusion", "rise"])
def test_what_is_raised_stops_it_within_one_chunk(cnn, images, monkeypatch, made, method):
    monkeypatch.setattr(submodel, "MOST_VARIED", 2)

    def stop(done: int, total: int) -> None:
        assert total > 4
        if done >= 4:
            raise Stopped

    explainer = gct.Explainer(cnn, "relu2" if method not in ("occlusion", "rise") else "auto", method)
    with pytest.raises(Stopped), reporting(stop):
        explainer(images[:1])
    assert made == [2, 2]
    monkeypatch.setattr(submodel, "MOST_VARIED", 256)
    if method == "ablationcam":
        assert explainer(images[:1]).status == ("ok",)  # and it works again


@pytest.mark.parametrize("method", ["ablationcam", "scorecam", "sscam", "occlusion", "rise"])
def test_a_chunk_is_no_larger_than_it_may_be(cnn, images, monkeypatch, made, method):
    monkeypatch.setattr(submodel, "INPUT_NUMBERS", 3 * 16 * 16 * 3)
    monkeypatch.setattr(submodel, "HEAD_NUMBERS", 4 * 8 * 8 * 12)
    gct.Explainer(cnn, method=method, settings={"masks": 20} if method == "rise" else {})(images[:1])
    assert len(made) > 1
    assert max(made) == (4 if method == "ablationcam" else 3)


def test_an_input_larger_than_a_chunk_may_be_is_run_alone(cnn, images, monkeypatch, made):
    monkeypatch.setattr(submodel, "INPUT_NUMBERS", 5)
    gct.Explainer(cnn, method="rise", settings={"masks": 3})(images[:1])
    assert made == [1, 1, 1]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("method", ["occlusion", "rise"])
def test_the_memory_does_not_grow_with_the_number_of_variations(rng, method):
    """As many variations as would take 250 MB if they were all made at once."""
    import keras

    model = keras.Sequential(
        [keras.Input((128, 128, 3)), keras.layers.AveragePooling2D(32), keras.layers.Flatten(), keras.layers.Dense(2)]
    )
    x = rng.random((1, 128, 128, 3), np.float32)
    few, many = ({"masks": 130}, {"masks": 1300}) if method == "rise" else ({"stride": 8}, {"stride": 2})
    gct.Explainer(model, method=method, settings=few)(x)
    before = peak_megabytes(anew=True)
    gct.Explainer(model, method=method, settings=many)(x)
    assert peak_megabytes() - before < 80


def peak_megabytes(anew: bool = False) -> float:
    """The most memory this process has held; or, from now on."""
    if anew:
        Path("/proc/self/clear_refs").write_text("5")
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
