"""The window's numbers: how soon the engine is ready, whether the event loop ever stalls, cancelling, memory.

    python benchmarks/gui.py                # all; about two minutes on two cores
    python benchmarks/gui.py start cancel   # some: shown, window, start, click, cancel, list, photos, export, all, …

The first two, the photos and the memory are of the real window, offscreen; the others of the session and of the two
processes behind it, without a window.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from measure import print_parts, print_row, resident_megabytes
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

TICK = 0.002
ARCHITECTURES = ("MobileNetV2", "DenseNet121", "ResNet50", "EfficientNetB0")
MODELS = 20
PHOTOS = 100_000


class Gaps:
    """The longest time in which the event loop served nothing."""

    def __init__(self) -> None:
        self.worst = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer(interval=round(TICK * 1000), timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.worst = max(self.worst, now - self._last)
        self._last = now


def wait(condition: Callable[[], bool], seconds: float = 120) -> float:
    """Serve events until it is so; how long it took."""
    began, loop = time.perf_counter(), QEventLoop()
    timer = QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)
    ended: list[float] = []

    def look() -> None:
        if not ended and condition():
            ended.append(time.perf_counter() - began)
        if ended or time.perf_counter() - began > seconds:
            loop.quit()

    timer.timeout.connect(look)
    timer.start()
    loop.exec()
    assert ended, "it did not happen"
    return ended[0]


@contextmanager
def session() -> Iterator:
    from gradcam_tf.gui.session import Session

    made = Session()
    try:
        yield made
    finally:
        made.stop()


def answered(s) -> bool:
    return s.card is not None and s.current is not None and not s.stale and s.running is None


def samples() -> list[Path]:
    from gradcam_tf.resources import sample_paths

    return list(sample_paths().values())


SHOWN = """
import sys, time
from gradcam_tf.gui import app, window
def shown(self, paths=()):
    from PySide6.QtWidgets import QApplication
    QApplication.processEvents()
    print(time.time() - float(sys.argv[1]), flush=True)
    QApplication.exit(0)
window.Window.start = shown
app.main([])
"""
"""What gradcam-tf-gui does, until the window is painted; then it ends instead of starting the engine."""


def shown() -> None:
    """From the start of the process to the window."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}
        seconds = []
        for _ in range(7):
            command = [sys.executable, "-c", SHOWN, str(time.time())]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
            seconds.append(float(done.stdout))
    typical = median(seconds[1:])
    print_row("process start to window shown, median", f"{typical:.2f} s", "0.6 s", typical <= 0.6)


@contextmanager
def window() -> Iterator:
    """The real window, with settings of its own."""
    from PySide6.QtCore import QSettings

    from gradcam_tf.gui.preferences import Preferences
    from gradcam_tf.gui.session import Session
    from gradcam_tf.gui.window import Window

    with tempfile.TemporaryDirectory() as home:
        preferences = Preferences(QSettings(os.path.join(home, "settings.ini"), QSettings.Format.IniFormat))
        preferences.restore = False
        made = Window(Session(), preferences)
        made.show()
        try:
            yield made
        finally:
            made.session.stop()


class Painted(QObject):
    """How often a widget was painted."""

    def __init__(self, widget) -> None:
        super().__init__()
        self.times = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.times += event.type() == QEvent.Type.Paint
        return False


def whole_window() -> None:
    """From the window to the engine; a click on a class to its map on the canvas; gaps all the while."""
    from PySide6.QtTest import QTest

    with window() as w:
        gaps = Gaps()
        w.start()
        ready = wait(lambda: w.session.card is not None)
        print_row("window shown to engine ready with the default model", f"{ready:.1f} s", "6 s", ready <= 6)
        for path in samples():
            w.files.open([str(path)])
            wait(lambda: w.stage.settled and w.session.running is None)
        what = "event-loop gap of the window, worst, while the engine imports, opens and explains"
        print_row(what, f"{gaps.worst * 1e3:.0f} ms", "100 ms", gaps.worst <= 0.1)
        pause(3)
        view, painted, seconds = w.panels.classes.view, Painted(w.stage.canvas.heated.viewport()), []

        def drawn(after: int) -> bool:
            return w.stage.settled and w.session.running is None and painted.times > after

        for turn in range(30):
            view.scrollToTop()
            place = view.visualRect(view.model().index(turn % 5, 0)).center()
            settle = painted.times
            began = time.perf_counter()
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
            wait(partial(drawn, settle))
            seconds.append(time.perf_counter() - began)
            w.session._answers.clear()
            pause(0.05)
        typical = median(seconds)
        print_row(
            "class click to new map painted on the canvas, median", f"{typical * 1e3:.0f} ms", "100 ms", typical <= 0.1
        )
        print_row("the same, slowest of 30", f"{max(seconds) * 1e3:.0f} ms", "–", True)


def start() -> None:
    """From nothing to the engine ready with the default model, and to the first map."""
    with session() as s:
        gaps, began = Gaps(), time.perf_counter()
        s.start()
        started = time.perf_counter() - began
        ready = wait(lambda: s.card is not None)
        print_row(
            "starting both processes, until the event loop goes on", f"{started * 1e3:.0f} ms", "100 ms", started < 0.1
        )
        print_row("start to engine ready with the default model", f"{ready:.1f} s", "6 s", ready <= 6)
        s.add(samples()[:1])
        first = wait(lambda: answered(s))
        print_row("first photo dropped to its answer", f"{first:.2f} s", "–", True)
        for path in samples()[1:]:
            s.add([path])
            wait(lambda: answered(s) and s.pixels is not None)
        what = "event-loop gap, worst, while the engine imports, opens and explains"
        print_row(what, f"{gaps.worst * 1e3:.0f} ms", "100 ms", gaps.worst <= 0.1)


def click() -> None:
    """Another class of the same photo, from the click to the answer in the window's process."""
    with session() as s:
        s.start()
        s.add(samples()[:1])
        wait(lambda: answered(s))
        seconds = []
        for index in range(30):
            s.choose_class(index)
            seconds.append(wait(lambda: answered(s)))
        typical = median(seconds)
        print_row(
            "class click to the answer, default model, median", f"{typical * 1e3:.0f} ms", "100 ms", typical <= 0.1
        )
        print_row("the same, slowest of 30", f"{max(seconds) * 1e3:.0f} ms", "–", True)


def cancel() -> None:
    """A slow method is stopped while it runs; and an engine that does not answer at all is killed."""
    with session() as s:
        s.start()
        s.add(samples()[:1])
        wait(lambda: answered(s))
        for name in [row.name for row in s.card.methods if row.name in ("scorecam", "ablationcam")]:
            for when, begun in (("at once", 0.1), ("after 2 s", 2.0)):
                s.choose_method("gradcam")
                wait(lambda: answered(s))
                s.choose_method(name)
                pause(begun)
                if s.running is not None:
                    cancel_now(s, f"cancel of {name}, {when}")
        os.kill(s.engine.pid, signal.SIGSTOP)
        s.choose_class(3)
        pause(0.1)
        cancel_now(s, "cancel while the engine hangs")


def cancel_now(s, what: str) -> None:
    request, pid, child = s._request, s.engine.pid, s.engine._child
    s.cancel()
    took = wait(lambda: not child.knows(request))
    killed = s.engine.pid != pid
    print_row(
        f"{what}, to idle ({'killed' if killed else 'between steps'})", f"{took * 1e3:.0f} ms", "200 ms", took <= 0.2
    )
    back = wait(lambda: s.engine.state == "ready" and child.idle)
    if killed:
        print_row("  until engine and model are back, in the background", f"{back:.1f} s", "–", True)


def pause(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def list_of_photos() -> None:
    """100,000 files are added."""
    from gradcam_tf.gui.session import Session

    s = Session()
    gaps = Gaps()
    s.add([f"/no/such/folder/photo{i}.png" for i in range(100_000)])
    seconds = wait(lambda: len(s.album) == 100_000)
    print_row("100,000 photos listed", f"{seconds:.1f} s", "–", True)
    print_row("event-loop gap, worst, meanwhile", f"{gaps.worst * 1e3:.0f} ms", "100 ms", gaps.worst <= 0.1)


def photos_in_window() -> None:
    """A folder of 100,000 files in the real window: listed, explained, found, sorted, chosen, taken out."""
    with tempfile.TemporaryDirectory() as folder, window() as w:
        for number in range(PHOTOS):
            Path(folder, f"photo{number * 7919 % PHOTOS}.png").touch()
        listed = w.panels.photos.model.rowCount
        with no_gap("a folder of 100,000 photos listed in the window") as seconds:
            w.files.open([folder])
            seconds.append(wait(lambda: listed() == PHOTOS))
        w.start()
        wait(lambda: w.session.card is not None)
        learn_all(w)
        found_and_sorted(w)
        chosen(w)
        with no_gap("another model opened with 100,000 explained photos listed"):
            w.session.open_model(w.session.source)
            wait(lambda: w.session.running is None)
        learn_all(w)
        with no_gap("50,000 photos here and there taken out"):
            w.session.remove([key for key in w.session.album if key % 2])
            wait(lambda: listed() == PHOTOS // 2)
        with no_gap("all that are left selected, then deleted: Ctrl+A, Delete"):
            press(w, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            pause(0.1)
            press(w, Qt.Key.Key_Delete)
            wait(lambda: listed() == 0)


@contextmanager
def no_gap(what: str) -> Iterator[list[float]]:
    """Print the longest gap of the event loop meanwhile and a moment after; and the seconds, if any are appended."""
    pause(0.3)
    gaps = Gaps()
    seconds: list[float] = []
    yield seconds
    pause(0.5)
    took = "".join(f", {each:.1f} s" for each in seconds)
    print_row(f"{what}{took}: worst gap", f"{gaps.worst * 1e3:.0f} ms", "100 ms", gaps.worst <= 0.1)


def learn(w, keys: list[int]) -> None:
    """As if these had been explained."""
    for key in keys:
        w.session.album.know(key, state="done", label=f"class {key % 997}", probability=key % 991 / 991, status="ok")
    w.panels.photos.model.update([w.session.album.row(key) for key in keys])


def learn_all(w) -> None:
    learn(w, list(w.session.album))
    pause(1)


def found_and_sorted(w) -> None:
    photos, orders = w.panels.photos, ("name", "class", "probability", "status", "added")
    with no_gap("100,000 explained photos sorted by each of five orders"):
        for order in orders:
            photos._sort.setCurrentIndex(photos._sort.findData(order))
            pause(0.2)
    with no_gap("100,000 explained photos searched letter by letter"):
        for words in ("photo77", "class 13", "zzz"):
            for end in (*range(1, len(words) + 1), 0):
                photos._find.setText(words[:end])
                pause(0.1)
    keys = list(w.session.album)
    for order, words in (("class", ""), ("probability", "class")):
        photos._sort.setCurrentIndex(photos._sort.findData(order))
        photos._find.setText(words)
        with no_gap(f"2,000 answers and thumbnails come in, sorted by {order}{words and ' and searched'}"):
            for place in range(0, 2000, 10):
                learn(w, keys[place : place + 10])
                w.session.thumbnail_ready.emit(keys[place], np.zeros((64, 96, 3), np.uint8))
                pause(0.01)
    photos._find.clear()
    photos._sort.setCurrentIndex(0)


def chosen(w) -> None:
    photos = w.panels.photos
    with no_gap("all 100,000 photos selected: Ctrl+A"):
        press(w, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    with no_gap("sorted while all are selected"):
        photos._sort.setCurrentIndex(photos._sort.findData("class"))
    photos._find.setText("class 1")
    pause(0.5)
    press(w, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    number = len(photos.selected)
    with no_gap(f"{number:,} selected by a search, then listed among all as they were added"):
        photos._sort.setCurrentIndex(0)
        pause(0.1)
        photos._find.clear()
    assert len(photos.selected) == number
    with no_gap("the next photo after that"):
        photos.go_next()


def press(w, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    from PySide6.QtTest import QTest

    view = w.panels.photos.view
    view.setFocus()
    QTest.keyClick(view, key, modifiers)


EXPORTED = 200


def export() -> None:
    """200 photos exported from the session, against `gradcam-tf batch` over the same; each with its model open."""
    from gradcam_tf.gui.records import Order

    with tempfile.TemporaryDirectory() as folder, session() as s:
        paths = save_photos(Path(folder, "photos"))
        s.start()
        s.add(paths)
        wait(lambda: answered(s) and len(s.album) == EXPORTED)
        gaps = Gaps()
        ends: list[Any] = []
        seconds: list[float] = []
        s.delivered.connect(ends.append)
        for turn in range(3):
            began = time.perf_counter()
            s.export(list(s.album), Order(os.path.join(folder, f"out{turn}")))
            wait(lambda: len(ends) == len(seconds) + 1)
            seconds.append(time.perf_counter() - began)
        assert [end.written for end in ends] == [EXPORTED] * 3, ends
        print_row("event-loop gap while exporting", f"{gaps.worst * 1e3:.0f} ms", "100 ms", gaps.worst <= 0.1)
        s.stop()
        alone, command = [], [sys.executable, "-m", "gradcam_tf", "batch", os.path.dirname(paths[0]), "--json"]
        for turn in range(3):
            options = ["--formats", "overlay,provenance", "--out", os.path.join(folder, f"batch{turn}")]
            done = subprocess.run([*command, *options], capture_output=True, text=True, check=True)
            alone.append(json.loads(done.stdout.splitlines()[-1])["summary"]["seconds"])
        ratio = median(seconds) / median(alone)
        each = f"{median(seconds) / EXPORTED * 1e3:.0f} ÷ {median(alone) / EXPORTED * 1e3:.0f} ms each"
        print_row(f"{EXPORTED} photos exported ÷ gradcam-tf batch, overlay ({each})", f"{ratio:.2f}", "–", True)


def explain_all() -> None:
    """All photos of the list explained together, against the same one by one, as they are while nobody asks."""
    from gradcam_tf.gui import survey

    survey.MOST_UNSEEN = 0
    with tempfile.TemporaryDirectory() as folder, session() as s:
        paths = save_photos(Path(folder, "photos"))
        s.start()
        wait(lambda: s.card is not None)
        s.album.add(paths)

        def each(begin: Callable[[], None]) -> float:
            s.album.forget()
            begin()
            ended = wait(lambda: s.task is None and all(s.album.row(key).state == "done" for key in s.album), 600)
            return ended / EXPORTED * 1e3

        def one_by_one() -> None:
            survey.MOST_UNSEEN = EXPORTED
            s._survey.rest()

        each(s.explain_all)
        gaps = Gaps()
        together, worst = each(s.explain_all), gaps.worst
        alone = each(one_by_one)
    what = f"{EXPORTED} photos of the list explained together ({together:.0f} ms each) ÷ one by one ({alone:.0f} ms)"
    print_row(what, f"{together / alone:.2f}", "–", True)
    print_row("event-loop gap, worst, meanwhile", f"{worst * 1e3:.0f} ms", "100 ms", worst <= 0.1)


def save_photos(folder: Path) -> list[str]:
    """The samples, turned, 500 × 375."""
    from PIL import Image

    folder.mkdir()
    pictures = [Image.open(path).convert("RGB").resize((500, 375)) for path in samples()]
    paths = [str(folder / f"photo{number:03}.jpg") for number in range(EXPORTED)]
    for number, path in enumerate(paths):
        pictures[number % len(pictures)].rotate(number).save(path)
    return paths


def memory() -> None:
    """Twenty models of four kinds are opened one after another, and a photo is explained by each."""
    from gradcam_tf.gui.records import ModelSource

    with tempfile.TemporaryDirectory() as folder, window() as w:
        save_models(folder)
        s = w.session
        w.start()
        s.add(samples()[:1])
        wait(lambda: answered(s))
        held, gaps = [], Gaps()
        for turn in range(MODELS):
            path = os.path.join(folder, f"{ARCHITECTURES[turn % len(ARCHITECTURES)]}.keras")
            s.open_model(ModelSource(path))
            wait(lambda: s.running is None and answered(s))
            held.append(resident_megabytes() + resident_megabytes(s.engine.pid))
        assert not s.failures, s.failures
        growth = max(held[5:]) - max(held[1:5])
        what = f"20 models one after another: growth of window + engine after the fifth ({max(held[1:5]):.0f} MB)"
        print_row(what, f"{growth:+.0f} MB", "50 MB", growth <= 50)
        print_row("event-loop gap, worst, meanwhile", f"{gaps.worst * 1e3:.0f} ms", "100 ms", gaps.worst <= 0.1)


def save_models(folder: str) -> None:
    code = (
        "import keras, sys\n"
        f"for name in {ARCHITECTURES!r}:\n"
        "    getattr(keras.applications, name)(weights=None).save(f'{sys.argv[1]}/{name}.keras')\n"
    )
    subprocess.run([sys.executable, "-c", code, folder], check=True, capture_output=True)


PARTS = {
    "shown": shown,
    "window": whole_window,
    "start": start,
    "click": click,
    "cancel": cancel,
    "list": list_of_photos,
    "photos": photos_in_window,
    "export": export,
    "all": explain_all,
    "memory": memory,
}


if __name__ == "__main__":
    application = QApplication([])
    print_parts(__file__, PARTS, sys.argv[1:])
