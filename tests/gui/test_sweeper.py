"""Where Python's garbage goes."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtCore import QObject

from gradcam_tf.gui.sweeper import Sweeper


class Knot:
    def __init__(self):
        self.self = self


def test_cycles_go_in_the_windows_thread_and_in_no_other(qapp, qtbot):
    owner = QObject()
    sweeper = Sweeper(owner)
    assert not gc.isenabled()
    sweeper._timer.setInterval(10)
    gone = []
    knot = weakref.finalize(Knot(), lambda: gone.append(threading.current_thread()))
    thread = threading.Thread(target=lambda: [[one] for one in range(100_000)])
    thread.start()
    thread.join()
    assert not gone
    kept = [[one] for one in range(2 * gc.get_threshold()[0])]
    qtbot.waitUntil(lambda: not knot.alive, timeout=5000)
    assert gone == [threading.main_thread()]
    del kept
