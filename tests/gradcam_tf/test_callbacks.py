"""The Keras callback: it sees the weights of every epoch, traces once, and writes where it is told."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import gradcam_tf as gct
from gradcam_tf.model import programs
from tests.conftest import make_cnn


@pytest.fixture
def fitted_to(rng):
    """A small model, and what it is fitted to."""
    model = make_cnn()
    model.compile("adam", "sparse_categorical_crossentropy")
    return model, rng.random((64, 16, 16, 3), np.float32), rng.integers(0, 5, 64)


def test_a_folder_gets_overlays_of_every_few_epochs(fitted_to, tmp_path: Path):
    model, images, classes = fitted_to
    watch = gct.callbacks.GradCAM(images[:2], every=2, folder=tmp_path / "watch", target=[0, 1])
    model.fit(images, classes, epochs=4, verbose=0, callbacks=[watch])
    steps = (0, 2, 4)
    assert sorted(path.name for path in (tmp_path / "watch").iterdir()) == [
        f"epoch-{step:04}.image-{number}.png" for step in steps for number in (0, 1)
    ]
    wanted = gct.explain(model, images[:2], [0, 1])
    with Image.open(tmp_path / "watch" / "epoch-0004.image-1.png") as got:
        difference = np.abs(np.asarray(got, int) - np.asarray(wanted[1].overlay(), int))
    assert difference.max() <= 2
    before, after = ((tmp_path / "watch" / f"epoch-{step:04}.image-0.png").read_bytes() for step in (0, 4))
    assert before != after


def test_it_is_traced_once(fitted_to, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    model, images, classes = fitted_to
    traced, build = [], programs._compile
    monkeypatch.setattr(programs, "_compile", lambda *a: traced.append(1) or build(*a))
    watch = gct.callbacks.GradCAM(images[:2], folder=tmp_path)
    model.fit(images, classes, epochs=3, verbose=0, callbacks=[watch])
    model.fit(images, classes, epochs=2, verbose=0, callbacks=[watch])
    assert len(traced) == 1


def test_tensorboard_gets_the_images(fitted_to, tmp_path: Path):
    accumulator = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator", reason="TensorBoard is not installed"
    )
    model, images, classes = fitted_to
    model.fit(images, classes, epochs=2, verbose=0, callbacks=[gct.callbacks.GradCAM(images[:2], log_dir=tmp_path)])
    events = accumulator.EventAccumulator(str(tmp_path), {"tensors": 0})
    events.Reload()
    assert set(events.Tags()["tensors"]) == {"gradcam/0", "gradcam/1"}
    assert [event.step for event in events.Tensors("gradcam/0")] == [0, 1, 2]
    width, height, picture = events.Tensors("gradcam/1")[-1].tensor_proto.string_val
    assert (width, height) == (b"16", b"16")
    metadata = events.SummaryMetadata("gradcam/1")
    wanted = gct.explain(model, images[:2])[1]
    assert metadata.summary_description == f"Grad-CAM at {wanted.layer.name}"
    difference = np.abs(np.asarray(Image.open(io.BytesIO(picture)), int) - np.asarray(wanted.overlay(), int))
    assert difference.max() <= 2
    # To the last bit what TensorFlow's own writer says of pictures.
    with tf.summary.create_file_writer(str(tmp_path / "other")).as_default():
        tf.summary.image("gradcam/1", np.zeros((1, 16, 16, 3), np.uint8), 0, description=metadata.summary_description)
    others = accumulator.EventAccumulator(str(tmp_path / "other"), {"tensors": 0})
    others.Reload()
    assert metadata == others.SummaryMetadata("gradcam/1")


def test_photos_are_opened_once(fitted_to, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    model, images, classes = fitted_to
    photo = tmp_path / "photo.png"
    Image.fromarray(np.full((20, 30, 3), 90, np.uint8)).save(photo)
    watch = gct.callbacks.GradCAM([photo], folder=tmp_path / "watch", preprocessing="unit")
    model.fit(images, classes, epochs=1, verbose=0, callbacks=[watch])
    photo.unlink()
    model.fit(images, classes, epochs=2, verbose=0, callbacks=[watch])
    assert len(list((tmp_path / "watch").iterdir())) == 3


def test_what_cannot_be_written_is_told(fitted_to, tmp_path: Path):
    model, images, classes = fitted_to
    watch = gct.callbacks.GradCAM(images[:1], folder=tmp_path / "watch")
    (tmp_path / "watch" / "epoch-0001.image-0.png").mkdir()
    with pytest.raises(gct.errors.OutputError, match="epoch-0001"):
        model.fit(images, classes, epochs=3, verbose=0, callbacks=[watch])


def test_nowhere_to_write(images):
    with pytest.raises(gct.errors.OutputError, match="nowhere to write"):
        gct.callbacks.GradCAM(images)
