"""What a person prefers, kept by the system from one start to the next."""

from __future__ import annotations

import os
from typing import Any, Literal, get_args

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

__all__ = ["Preferences", "Theme"]

Theme = Literal["system", "light", "dark"]
MOST_RECENT = 10


class Preferences:
    """Settings with their defaults; what is stored but makes no sense counts as not stored.

    Args:
        settings: where they are kept; default: the user's own.
    """

    def __init__(self, settings: QSettings | None = None):
        self._settings = settings or QSettings("gradcam_tf", "gradcam_tf")

    @property
    def theme(self) -> Theme:
        found = self._text("theme", "system")
        return found if found in get_args(Theme) else "system"  # type: ignore[return-value]

    @theme.setter
    def theme(self, value: Theme) -> None:
        self._settings.setValue("theme", value)

    @property
    def colormap(self) -> str:
        return self._text("colormap", "inferno")

    @colormap.setter
    def colormap(self, value: str) -> None:
        self._settings.setValue("colormap", value)

    @property
    def language(self) -> str:
        """Empty: the system's."""
        return self._text("language", "")

    @language.setter
    def language(self, value: str) -> None:
        self._settings.setValue("language", value)

    @property
    def threads(self) -> int:
        """The engine computes with; 0: as many as it thinks best."""
        return self._whole("threads", 0, most=1024)

    @threads.setter
    def threads(self, value: int) -> None:
        self._settings.setValue("threads", value)

    @property
    def memory(self) -> int:
        """MiB for what the engine keeps of the latest photos."""
        return self._whole("memory", 1024, most=2**20)

    @memory.setter
    def memory(self, value: int) -> None:
        self._settings.setValue("memory", value)

    @property
    def first_run(self) -> bool:
        """Whether the program has never been closed."""
        return self._whole("runs", 0, most=1) == 0

    @first_run.setter
    def first_run(self, value: bool) -> None:
        self._settings.setValue("runs", 0 if value else 1)

    @property
    def restore(self) -> bool:
        """Whether the window opens with what was open last time."""
        return self._whole("restore", 1, most=1) == 1

    @restore.setter
    def restore(self, value: bool) -> None:
        self._settings.setValue("restore", int(value))

    @property
    def last_project(self) -> str:
        """The project file that holds what was open last time."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
        return os.path.join(folder or os.path.expanduser("~"), "gradcam-tf", "last.gradcam")

    @property
    def recent_models(self) -> list[str]:
        """Latest first."""
        return self._texts("recent/models")

    @property
    def recent_photos(self) -> list[str]:
        """Photos and folders, latest first."""
        return self._texts("recent/photos")

    def remember_model(self, path: str) -> None:
        self._remember("recent/models", path)

    def remember_photos(self, path: str) -> None:
        self._remember("recent/photos", path)

    def forget_recent(self) -> None:
        self._settings.remove("recent")

    @property
    def geometry(self) -> bytes:
        """Of the window; empty if there is none."""
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, value: bytes) -> None:
        self._settings.setValue("window/geometry", QByteArray(value))

    @property
    def layout(self) -> bytes:
        """Of the window's panels; empty if there is none."""
        return self._bytes("window/layout")

    @layout.setter
    def layout(self, value: bytes) -> None:
        self._settings.setValue("window/layout", QByteArray(value))

    def save(self) -> None:
        """Write now, rather than when the program ends."""
        self._settings.sync()

    def _remember(self, key: str, path: str) -> None:
        path = os.path.abspath(path)
        others = [one for one in self._texts(key) if one != path]
        self._settings.setValue(key, [path, *others][:MOST_RECENT])

    def _text(self, key: str, default: str) -> str:
        found = self._settings.value(key, default)
        return found if isinstance(found, str) else default

    def _texts(self, key: str) -> list[str]:
        found: Any = self._settings.value(key, [])
        # A list of one comes back as its element.
        found = [found] if isinstance(found, str) else found
        return [one for one in found if isinstance(one, str) and one] if isinstance(found, list) else []

    def _whole(self, key: str, default: int, most: int) -> int:
        try:
            found = int(self._settings.value(key, default))  # type: ignore[call-overload]
        except (TypeError, ValueError):
            return default
        return found if 0 <= found <= most else default

    def _bytes(self, key: str) -> bytes:
        found = self._settings.value(key)
        return bytes(found.data()) if isinstance(found, QByteArray) else b""
