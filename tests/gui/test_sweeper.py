"""Who throws away what Python leaves in circles."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import QObject

from gradcam_tf.gui import sweeper
from gradcam_tf.gui.sweeper import Sweeper


class Circle:
    """Left in a circle; tells in which thread it goes."""

    went: list[threading.Thread] = []  # noqa: RUF012

    def __init__(self):
        self.me = self

    def __del__(self):
        Circle.went.append(threading.current_thread())


@pytest.fixture
def sweeping(qapp, monkeypatch):
    monkeypatch.setattr(sweeper, "INTERVAL", 10)
    Circle.went.clear()
    parent = QObject()
    made = Sweeper(parent)
    yield made
    made.stop()
    gc.disable()  # as all tests of the window


def fill() -> None:
    """More than enough for Python to collect, were it allowed to."""
    Circle()
    circles = [[] for _ in range(5000)]
    for each in circles:
        each.append(each)


def test_no_other_thread_throws_anything_away_and_this_one_does(sweeping, qtbot):
    gc.collect()
    thread = threading.Thread(target=fill)
    thread.start()
    thread.join()
    assert Circle.went == []
    qtbot.waitUntil(lambda: Circle.went == [threading.main_thread()], timeout=10_000)


def test_when_it_stops_python_does_it_again(sweeping):
    assert not gc.isenabled()
    sweeping.stop()
    assert gc.isenabled()


def test_a_timer_in_a_circle_does_not_crash_the_window(tmp_path):
    """In a process of its own: without the sweeper it is killed by SIGSEGV, or Qt complains."""
    code = """
import sys, threading
from PySide6.QtCore import QCoreApplication, QObject, QTimer
from gradcam_tf.gui.sweeper import Sweeper
app = QCoreApplication([])
if sys.argv[1] == "with":
    sweeper = Sweeper(app)
def leave():
    left = QObject()
    left.timer = QTimer(left, interval=1)
    left.me = left
    left.timer.start()
def fill():
    for _ in range(20000):
        each = []
        each.append(each)
for _ in range(20):
    leave()
    thread = threading.Thread(target=fill)
    thread.start()
    thread.join()
    app.processEvents()
QTimer.singleShot(1500, app.quit)
app.exec()
"""
    run = [sys.executable, "-c", code]
    without, done = (subprocess.run([*run, how], capture_output=True, text=True) for how in ("without", "with"))
    assert without.returncode != 0 or "another thread" in without.stderr
    assert (done.returncode, done.stderr) == (0, "")
