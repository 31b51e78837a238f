"""What is opened and saved by name: models, photos, class names, projects, and those of before."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from gradcam_tf.resources import sample_paths

from .kinds import MODEL_ENDINGS, PHOTO_ENDINGS, SAVED_MODEL, is_saved_model
from .preferences import Preferences
from .project import ENDING
from .records import ModelSource
from .session import Session

__all__ = ["Files"]


class Files(QObject):
    """Dialogs for files, and lists of the latest ones.

    Args:
        session: gets what was chosen.
        preferences: remember it.
        window: the dialogs stand before it.
    """

    def __init__(self, session: Session, preferences: Preferences, window: QWidget):
        super().__init__(window)
        self._session, self._preferences, self._window = session, preferences, window
        self.models_menu, self.photos_menu = QMenu(self.tr("Recent models")), QMenu(self.tr("Recent photos"))
        self.models_menu.aboutToShow.connect(self._fill_models)
        self.photos_menu.aboutToShow.connect(self._fill_photos)
        session.model_changed.connect(self._remember_model)

    # ---- opened ----

    def open(self, paths: Sequence[str]) -> None:
        """Whatever was dropped: models, photos, folders, projects."""
        for path in paths[:1]:
            if not path.lower().endswith((*MODEL_ENDINGS, ENDING)) and not is_saved_model(path):
                self._preferences.remember_photos(path)
        self._session.open(paths)

    def open_model(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open model"), "", self._filter(self.tr("Models"), MODEL_ENDINGS, SAVED_MODEL)
        )
        if path:
            self._session.open_model(ModelSource(path))

    def open_embedded(self) -> None:
        """The model that comes with the program."""
        self._session.open_model(ModelSource())

    def add_photos(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(
            self._window, self.tr("Add photos"), "", self._filter(self.tr("Photos"), PHOTO_ENDINGS)
        )
        if paths:
            self.open(paths)

    def add_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self._window, self.tr("Add the photos of a folder"))
        if path:
            self.open([path])

    def open_labels(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Open class names"),
            "",
            self._filter(self.tr("Class names"), (".txt", ".json", ".csv")),
        )
        if path:
            self._session.change_model(labels=path)

    def try_sample(self) -> None:
        """The photos that come with the program; the cat is shown."""
        paths = sample_paths()
        self._session.add([paths["chelsea"], *(path for name, path in paths.items() if name != "chelsea")])

    # ---- projects ----

    def open_project(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open project"), "", self._filter(self.tr("Projects"), (ENDING,))
        )
        if path:
            self._session.open_project(path)

    def save_project(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save project"), "", self._filter(self.tr("Projects"), (ENDING,))
        )
        if path:
            self._session.save_project(path if path.lower().endswith(ENDING) else path + ENDING)

    # ---- the latest ----

    def _remember_model(self) -> None:
        if self._session.card is not None and self._session.source.path:
            self._preferences.remember_model(self._session.source.path)

    def _fill_models(self) -> None:
        self._fill(
            self.models_menu, self._preferences.recent_models, lambda p: self._session.open_model(ModelSource(p))
        )

    def _fill_photos(self) -> None:
        self._fill(self.photos_menu, self._preferences.recent_photos, lambda p: self.open([p]))

    def _fill(self, menu: QMenu, paths: Sequence[str], open_one: Callable[[str], None]) -> None:
        menu.clear()
        for path in paths:
            action = menu.addAction(os.path.basename(path).replace("&", "&&"))
            action.setToolTip(path)
            action.setEnabled(os.path.exists(path))
            action.triggered.connect(lambda _=False, path=path: open_one(path))
        menu.setToolTipsVisible(True)
        if not paths:
            menu.addAction(self.tr("Nothing yet")).setEnabled(False)
        else:
            menu.addSeparator()
            menu.addAction(self.tr("Forget them"), self._preferences.forget_recent)

    def _filter(self, words: str, endings: Sequence[str], *names: str) -> str:
        patterns = " ".join([*(f"*{form}" for ending in endings for form in (ending, ending.upper())), *names])
        return f"{words} ({patterns});;{self.tr('All files')} (*)"
