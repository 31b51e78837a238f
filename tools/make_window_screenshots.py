"""Pictures of the whole window in its states: ``python -m tools.make_window_screenshots FOLDER [NAME…]``.

Light and dark, offscreen, with made-up answers. With ``--readme`` it makes the pictures of the README instead, with
the real engine.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from gradcam_tf.gui import language, theme
from gradcam_tf.gui.exportdialog import ExportDialog
from gradcam_tf.gui.help import HelpPage
from gradcam_tf.gui.kinds import told_apart
from gradcam_tf.gui.preferences import Preferences
from gradcam_tf.gui.records import Answer, Confined, FileFacts, Look, Question
from gradcam_tf.gui.session import Session
from gradcam_tf.gui.shortcuts import ShortcutList
from gradcam_tf.gui.sides import SLIDE
from gradcam_tf.gui.window import Window
from gradcam_tf.images import open_photo
from gradcam_tf.resources import sample_paths
from tools.make_screenshots import answer, card, failure, photo, rows, save_all

Shots = Iterator[tuple[str, QWidget]]


class StillPictures(QObject):
    """Reads photos at once."""

    died = Signal(object)

    def pixels(
        self, path: str, received: Callable[[np.ndarray], None], failed: object, *, beside: bool = False
    ) -> None:
        values = open_photo(path).pixels
        received(np.ascontiguousarray(np.broadcast_to(values, (*values.shape[:2], 3))))

    def stop(self) -> None:
        pass


class Still(Session):
    """A session in which nothing runs: what is shown is made up."""

    state = "ready"

    def __init__(self) -> None:
        super().__init__(pictures=StillPictures())

    def _ask(self) -> None:
        self.answer_changed.emit()

    def want_thumbnail(self, key: int, side: int) -> None:
        values = open_photo(self.album.path(key)).pixels
        step = max(1, max(values.shape) // side)
        self.thumbnail_ready.emit(key, np.ascontiguousarray(values[::step, ::step]))

    def compare(self, key: int, question: Question) -> Answer:
        strength = 1 + (len(question.method) + key) % 4
        picture = photo(Path(self.album.path(key)).stem)
        return replace(answer(picture, highest=strength), photo=key, question=question)

    @property
    def engine_state(self) -> str:
        return self.state

    @property
    def engine_text(self) -> str:
        return {"ready": "Ready · CPU · 14 ms", "busy": "Score-CAM…"}.get(self.state, "Engine starting…")


def still(state: str = "ready", photos: bool = True, status: str = "ok", size: tuple[int, int] = (1280, 860)) -> Window:
    """A window with the samples and a made-up answer in it."""
    settings = QSettings(os.path.join(tempfile.gettempdir(), "gradcam-tf-screenshots.ini"), QSettings.Format.IniFormat)
    settings.clear()
    session = Still()
    shown = Window(session, Preferences(settings))
    session.state = state
    shown.resize(*size)
    shown.panels.look.draw_swatches()
    if state != "starting":
        session.card = card()
        session.model_changed.emit()
    if photos:
        session.photos.add([str(path) for path in sample_paths().values()])
        chelsea = str(sample_paths()["chelsea"])
        for key, row in zip(session.album, rows(), strict=False):
            session.photos.know(key, state=row.state, label=row.label, probability=row.probability, error=row.error)
        key = session.album.key_of(chelsea)
        assert key is not None
        session.show(key)
        session.answer = replace(answer(photo(), status), photo=key, question=session.question)
        session.answer_changed.emit()
    session.engine_changed.emit()
    shown.show()
    QApplication.processEvents()
    return shown


def windows() -> Shots:
    yield "window-start", still("starting", photos=False)
    yield "window-result", still()
    yield "window-banner", still(status="negative")
    error = still()
    error.troubles.tell(failure())
    error.troubles.tell(replace(failure(), what="is not opened: gate/function holds Python code", trust="ab" * 32))
    yield "window-error", error
    busy = still("busy")
    busy.stage.canvas.show_progress("Score-CAM", 434, 1280)
    yield "window-busy", busy
    drag = still(photos=False)
    drag.drops._what = told_apart(("a.png", "b.jpg"))
    drag.drops.setGeometry(drag.rect())
    drag.drops.raise_()
    drag.drops.show()
    yield "window-drag", drag
    grid = still()
    grid.panels.photos.view.selectAll()
    grid.set_mode("grid")
    yield "window-grid", grid
    yield "window-small", still(size=(800, 560))
    drawer = still(size=(800, 560))
    drawer.sides.show_right(True)
    drawer.sides._slide.setCurrentTime(SLIDE)
    yield "window-drawer", drawer
    yield from _dialogs()
    before = QApplication.layoutDirection()
    QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    mirrored = still()
    yield "window-rtl", mirrored
    QApplication.setLayoutDirection(before)


def _dialogs() -> Shots:
    about, reading = still(), still()
    about.session.engine.confined = Confined(landlock=5, writes=True, network=True)
    yield "window-about", about.open_about()
    reading.session.pictures.facts = lambda *_: None
    dialog = reading.readings.open()
    assert dialog is not None
    dialog.set_facts(FileFacts(24, 16, False, 112, 4071))
    dialog.whole.click()
    yield "window-reading", dialog
    yield "window-preferences", still().open_preferences()
    exporting = still()
    exporting.exporting.open()
    yield "window-export", exporting.findChild(ExportDialog)
    shortcuts = still()
    shortcuts.open_shortcuts()
    yield "window-shortcuts", shortcuts.findChild(ShortcutList)
    helped = still()
    page = HelpPage(helped)
    page.show()
    yield "window-help", page
    trusting = still()
    refused = replace(failure(), what="is not opened: gate/function holds Python code", trust="ab" * 32)
    yield "window-trust", trusting.troubles.ask_trust(refused)
    commands = still()
    commands.palette_.open_over(commands)
    yield "window-commands", commands


# ---- the README ----

JPEG_QUALITY = 80


def readme(folder: Path, app: QApplication) -> None:
    """Real answers: the window light, dark, and comparing."""
    with tempfile.TemporaryDirectory() as home:
        settings = QSettings(os.path.join(home, "settings.ini"), QSettings.Format.IniFormat)
        preferences = Preferences(settings)
        preferences.restore = False
        theme.apply(app, "light")
        window = Window(Session(), preferences)
        window.resize(1180, 800)
        window.show()
        window.start()
        window.files.try_sample()
        _wait(lambda: window.stage.settled and window.session.running is None)
        album = window.session.album
        _wait(lambda: all(album.row(key).state == "done" for key in album))
        window.panels.look.draw_swatches()
        _save(window, folder / "window-light.jpg")
        theme.apply(app, "dark")
        window.session.choose_class(282)
        window.session.set_look(Look(mode="swipe"))
        _wait(lambda: window.stage.settled and window.session.running is None)
        _save(window, folder / "window-dark.jpg")
        theme.apply(app, "light")
        window.session.choose_class(None)
        window.session.set_look(Look())
        window.panels.photos.view.selectAll()
        window.sides.show_right(False)
        window.set_mode("grid")
        window.comparing._tick(["gradcam", "layercam", "fullgrad"])
        grid = window.comparing.grid
        places = [(row, column) for row in range(4) for column in range(3)]
        _wait(lambda: all((cell := grid.cell(*place)) is not None and cell.answer is not None for place in places))
        _save(window, folder / "window-compare.jpg")
        window.session.stop()


def _wait(condition: Callable[[], bool], seconds: float = 180) -> None:
    began, loop = time.monotonic(), QEventLoop()
    timer = QTimer(interval=20)
    timer.timeout.connect(lambda: loop.quit() if condition() or time.monotonic() - began > seconds else None)
    timer.start()
    loop.exec()
    if not condition():
        raise SystemExit("it did not happen")


def _save(window: Window, path: Path) -> None:
    loop = QEventLoop()
    QTimer.singleShot(400, loop.quit)
    loop.exec()
    window.grab().save(str(path), "JPEG", JPEG_QUALITY)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--readme", action="store_true", help="the pictures of the README, with the real engine")
    parser.add_argument("--language", default="en", help="of the window")
    parser.add_argument("names", nargs="*", help="only those whose name begins so")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    app = QApplication(sys.argv[:1])
    language.install(app, options.language)
    if options.readme:
        readme(options.folder, app)
    else:
        save_all(app, windows, options.folder, options.names)
    return 0


if __name__ == "__main__":
    sys.exit(main())
