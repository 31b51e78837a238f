"""A small model in a file, photos, and one explainer for all the jobs of a test session."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

COLOURS = {"red": (250, 10, 10), "green": (10, 250, 10), "blue": (10, 10, 250)}


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model file that tells red, green and blue photos apart."""
    import keras
    from keras import layers

    channels = layers.Conv2D(3, 1, name="features", activation="relu", use_bias=False)
    dense = layers.Dense(3, name="classes", activation="softmax", use_bias=False)
    inner = [layers.Rescaling(1 / 255), channels, layers.GlobalAveragePooling2D(), dense]
    model = keras.Sequential([keras.Input((16, 16, 3)), *inner], name="tiny")
    channels.set_weights([np.eye(3).reshape(1, 1, 3, 3)])
    dense.set_weights([np.eye(3, dtype=np.float32) * 5])
    path = tmp_path_factory.mktemp("model") / "tiny.keras"
    model.save(path)
    path.with_name("tiny.labels.txt").write_text("red\ngreen\nblue\n")
    return path


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return make_photos(tmp_path / "photos", 40)


def make_photos(folder: Path, count: int) -> Path:
    """So many photos, each another, in two folders; the colour is the name's first word."""
    rng = np.random.default_rng(0)
    for i in range(count):
        name, colour = list(COLOURS.items())[i % 3]
        pixels = np.clip(np.array(colour) + rng.integers(-10, 10, (20, 24, 3)), 0, 255).astype(np.uint8)
        path = folder / f"{i % 2}" / f"{name}-{i:04}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    return folder
