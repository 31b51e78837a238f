"""Widgets offscreen, with settings and a home of their own, and what several test files show in them."""

from __future__ import annotations

import os
import tempfile

import numpy as np
import pytest

from gradcam_tf.gui.pyramid import Pyramid
from gradcam_tf.gui.records import Answer, Question

os.environ["QT_QPA_PLATFORM"] = "offscreen"
# Before Qt asks where things are kept.
HOME = tempfile.TemporaryDirectory(prefix="gradcam-tf-tests-", ignore_cleanup_errors=True)
for place in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
    os.environ[place] = HOME.name


@pytest.fixture(autouse=True)
def _of_its_own(qapp, monkeypatch, tmp_path):
    """Settings that begin empty for every test, and the light theme."""
    from PySide6.QtCore import QSettings

    from gradcam_tf.gui import theme

    for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(form, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    theme.apply(qapp, "light")


@pytest.fixture
def pixels() -> np.ndarray:
    """A smooth photo, 60 high and 80 wide, each pixel different from its neighbours."""
    rows, columns = np.mgrid[0:60, 0:80]
    return np.stack([columns * 3, rows * 4, 255 - columns - rows], axis=-1).astype(np.uint8)


@pytest.fixture
def photo(pixels) -> Pyramid:
    return Pyramid.of(pixels)


def make_answer(box=(0.0, 0.0, 80.0, 60.0), **changes) -> Answer:
    """Heat in the middle of 3 × 4 places, and less than nothing in the first."""
    signed = np.array([[-0.5, 0, 0, 0], [0, 1.0, 0.6, 0], [0, 0.2, 0, 0.4]], np.float32)
    facts = {
        "photo": 1, "question": Question(), "heat": signed.clip(0), "signed": signed, "box": box, "highest": 2.0,
        "lowest": -1.0, "status": "ok", "reason": "", "title": "tabby, 8 %", "layer": "top", "layer_reason": "last",
        "classes": (), "seconds": 0.01, "device": "CPU",
    }  # fmt: skip
    return Answer(**(facts | changes))


@pytest.fixture
def answer() -> Answer:
    return make_answer()
