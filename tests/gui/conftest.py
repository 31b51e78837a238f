"""No window appears, no setting of the person who runs the tests is read or changed."""

from __future__ import annotations

import gc
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

from .made import make_answer, make_photo, make_pixels


@pytest.fixture(autouse=True)
def _own_settings(tmp_path_factory, monkeypatch):
    from PySide6.QtCore import QSettings

    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    for kind in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(kind, QSettings.Scope.UserScope, str(home / "config"))


@pytest.fixture(scope="module", autouse=True)
def swept():
    """What a module leaves behind goes here and now, and as in the window no other thread throws it away."""
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    gc.disable()
    yield
    # A dialog that is left open keeps the mouse from every other window.
    for one in QApplication.topLevelWidgets():
        one.hide()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    gc.enable()


@pytest.fixture
def pixels():
    return make_pixels()


@pytest.fixture
def photo(pixels):
    """The same, as it is drawn."""
    from gradcam_tf.gui.pyramid import Pyramid

    return Pyramid.of(pixels)


@pytest.fixture
def answer():
    return make_answer()


@pytest.fixture
def photos(tmp_path) -> list[str]:
    """Three files."""
    return [make_photo(tmp_path, f"photo{i}.png", (40 + i, 30), (40 * i, 90, 30)) for i in range(3)]
