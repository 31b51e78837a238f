"""Preferences survive the program, and nonsense in their file does not."""

from __future__ import annotations

import pytest

from gradcam_tf.gui.preferences import Preferences


def test_they_are_there_at_the_next_start(tmp_path):
    first = Preferences()
    first.theme, first.colormap, first.threads, first.memory = "dark", "turbo", 3, 512
    first.geometry, first.layout, first.first_run, first.language = b"\x00geo\xff", b"lay", False, "de"
    first.remember_model(tmp_path / "a.keras")
    first.save()
    again = Preferences()
    assert (again.theme, again.colormap, again.threads, again.memory) == ("dark", "turbo", 3, 512)
    assert (again.geometry, again.layout, again.first_run, again.language) == (b"\x00geo\xff", b"lay", False, "de")
    assert again.recent_models == [str(tmp_path / "a.keras")]


def test_defaults():
    fresh = Preferences()
    assert (fresh.theme, fresh.colormap, fresh.threads, fresh.memory) == ("system", "inferno", 0, 1024)
    assert (fresh.recent_models, fresh.recent_photos, fresh.geometry, fresh.first_run) == ([], [], b"", True)


def test_recent_ones_are_latest_first_and_few(tmp_path):
    preferences = Preferences()
    for i in range(15):
        preferences.remember_photos(str(tmp_path / f"{i}.png"))
    preferences.remember_photos(str(tmp_path / "9.png"))
    recent = preferences.recent_photos
    assert len(recent) == 10
    assert recent[:2] == [str(tmp_path / "9.png"), str(tmp_path / "14.png")]
    preferences.forget_recent()
    assert preferences.recent_photos == []


@pytest.mark.parametrize(
    ("key", "value"),
    [("theme", "pink"), ("threads", "many"), ("threads", "-5"), ("memory", "1e99"), ("recent/models", 7)],
)
def test_nonsense_counts_as_not_stored(key, value):
    preferences = Preferences()
    preferences._settings.setValue(key, value)
    fresh = Preferences()
    assert (fresh.theme, fresh.threads, fresh.memory, fresh.recent_models) == ("system", 0, 1024, [])
