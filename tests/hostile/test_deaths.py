"""The engine is killed, from outside and by photos made for it: window and batch live on, and name what killed it."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.hostile.guards import BACK

pytestmark = pytest.mark.skipif(os.name != "posix", reason="it dies of signals")
SIGNALS = {"SIGSEGV": 255, "SIGKILL": 253, "SIGABRT": 251}
"""How it dies, and the one value of the photo that it dies of."""

MODEL = """
import hashlib, sys
from pathlib import Path
import keras
from gradcam_tf.trust import remember

def poisoned(x):
    import tensorflow as tf
    def check(x):
        import os, signal
        import numpy as np
        for one in np.reshape(x, (len(x), -1)):
            name = {255: "SIGSEGV", 253: "SIGKILL", 251: "SIGABRT"}.get(int(one.min()))
            if name:
                os.kill(os.getpid(), getattr(signal, name))
        return True
    with tf.control_dependencies([tf.numpy_function(check, [x], tf.bool)]):
        return tf.identity(x)

poisoned.__name__ = "<lambda>"
layers = keras.layers
layer = layers.Lambda(poisoned, output_shape=(32, 32, 3))
inside = [layer, layers.Rescaling(1 / 255), layers.Conv2D(4, 3, activation="relu"), layers.GlobalAveragePooling2D()]
keras.Sequential([keras.Input((32, 32, 3)), *inside, layers.Dense(3, activation="softmax")]).save(sys.argv[1])
remember(hashlib.sha256(Path(sys.argv[1]).read_bytes()).hexdigest(), Path(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home, with a model in it that is trusted."""
    home = tmp_path_factory.mktemp("home")
    command = [sys.executable, "-c", MODEL, str(home / "model.keras")]
    subprocess.run(command, check=True, env=environment(home), timeout=240)
    return home


def environment(home: Path) -> dict[str, str]:
    folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("STATE", "CONFIG", "DATA", "CACHE")}
    return os.environ | folders | {"HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "TF_CPP_MIN_LOG_LEVEL": "3"}


def make_photos(folder: Path, good: int, poison: int) -> dict[str, str]:
    """Photos, so many good ones and so many that kill by each signal; the latter's names, and the signal."""
    folder.mkdir()
    chance = np.random.default_rng(0)
    for number in range(good):
        Image.fromarray(chance.integers(0, 250, (32, 32, 3), np.uint8)).save(folder / f"{number:03}.png")
    killers = {}
    for place, (name, value) in enumerate(list(SIGNALS.items()) * poison):
        # Among the good ones, by its name.
        killers[f"{place * good // (3 * poison):03}-{name}-{place}.png"] = name
        Image.fromarray(np.full((32, 32, 3), value, np.uint8)).save(folder / list(killers)[-1])
    return killers


class Heard:
    """What a process says on one of its streams, and when."""

    def __init__(self, stream: Any):
        self.lines: list[tuple[float, str]] = []
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def _read(self, stream: Any) -> None:
        for line in stream:
            self.lines.append((time.monotonic(), line))

    def end(self) -> list[tuple[float, str]]:
        self._thread.join(60)
        return self.lines


@pytest.mark.timeout(1200)
def test_a_batch_lives_on(home: Path, tmp_path: Path, capfd: Any, request: Any):
    each = max(1, request.config.getoption("--deaths") // 6)
    # Far enough apart that each is met by a batch of its own: it dies once with others, and once alone.
    good = 90 * each
    killers = make_photos(tmp_path / "photos", good, each)
    command = [sys.executable, "-m", "gradcam_tf", "batch", tmp_path / "photos", "--out", tmp_path / "out", "--json"]
    command += ["--model", home / "model.keras", "--formats", "raw"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment(home), text=True, **streams) as process:
        said, noted = Heard(process.stdout), Heard(process.stderr)
        assert process.wait(1100) == 1
        lines, notes = said.end(), noted.end()
    *records, last = [json.loads(line) for _, line in lines]
    failed = {one["image"]: one["error"] for one in records if one["status"] == "failed"}
    deaths = [when for when, line in notes if "the engine died" in line and line.startswith("note: ")]
    waits = [min(when for when, _ in lines if when >= death) - death for death in deaths]
    report(capfd, "batch", len(deaths), waits, len(failed), len(killers))

    assert set(failed) == set(killers)
    for name, number in (("SIGSEGV", 11), ("SIGKILL", 9), ("SIGABRT", 6)):
        assert all(f"died while explaining it (signal {number}" in failed[one] for one in killers if name in one)
    assert len(deaths) >= 2 * len(killers)
    assert max(waits) <= BACK
    # Each death may come when a photo is in the journal and its line is not printed yet.
    images = {one["image"] for one in records}
    assert len(records) == len(images) >= good + len(killers) - len(deaths)
    assert (last["summary"]["done"], last["summary"]["failed"]) == (good, len(killers))
    with (tmp_path / "out" / "explanations.csv").open(newline="") as file:
        assert {row["image"] for row in csv.DictReader(file) if row["status"] == "failed"} == set(killers)


DYING = """
import os, signal
from gradcam_tf import flight
from WHERE
plain, before = OWNER.NAME, []

def dies(*args, **named):
    # At the third photo of the first process.
    before.append(flight.notes.done)
    third = flight.watched() and before == [0, 1, 2]
    if third and not AFTER:
        os.kill(os.getpid(), signal.SIGKILL)
    plain(*args, **named)
    if third:
        os.kill(os.getpid(), signal.SIGKILL)

OWNER.NAME = dies
"""


@pytest.mark.parametrize(
    ("where", "name", "after", "told"),
    [
        ("gradcam_tf import flight", "finished", False, 8),
        ("gradcam_tf.batch.journal import Journal", "write", True, 7),
        ("gradcam_tf.batch.journal import Journal", "write", False, 8),
    ],
    ids=["told of and not noted", "in the journal and not told of", "not in the journal"],
)
def test_what_was_finished_as_it_died_is_of_this_run(
    where: str, name: str, after: bool, told: int, home: Path, tmp_path: Path
):
    make_photos(tmp_path / "photos", 8, 0)
    script = (
        DYING.replace("WHERE", where)
        .replace("OWNER", where.rpartition(" ")[2])
        .replace("NAME", name)
        .replace("AFTER", str(after))
    )
    (tmp_path / "sitecustomize.py").write_text(script)
    command = [sys.executable, "-m", "gradcam_tf", "batch", tmp_path / "photos", "--out", tmp_path / "out", "--json"]
    command += ["--model", home / "model.keras", "--formats", "raw"]
    # NumPy is imported here before the process is confined: it must not start threads.
    more = {"PYTHONPATH": str(tmp_path), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment(home) | more, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("the engine died") == 1
    *records, last = map(json.loads, done.stdout.splitlines())
    images = {one["image"] for one in records}
    assert (len(records), len(images)) == (told, told)
    assert {name: last["summary"][name] for name in ("kept", "done", "failed")} == {"kept": 0, "done": 8, "failed": 0}
    with (tmp_path / "out" / "explanations.csv").open(newline="") as file:
        assert [row["status"] for row in csv.DictReader(file)].count("failed") == 0


WINDOW = """
import json, os, random, signal, sys, time
from pathlib import Path
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
from gradcam_tf.gui.engine import Engine
from gradcam_tf.gui.preferences import Preferences
from gradcam_tf.gui.records import ModelSource
from gradcam_tf.gui.session import Session
from gradcam_tf.gui.window import Window

model, photos, deaths = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
app, chance = QApplication([]), random.Random(0)
session = Session(Engine())
window = Window(session, Preferences())
window.show()

def until(what, longest=120):
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < longest, (session.engine.state, session.failures)
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents | QEventLoop.ProcessEventsFlag.AllEvents, 50)
    return time.monotonic() - began

def answered():
    idle = session.engine.state == "ready" and session.engine._child.idle and session.running is None
    return idle and session.answer is not None and session.answer.question == session.question

good = sorted(photos.glob("???.png"))
session.start(ModelSource(str(model)))
session.add(good[:1])
until(answered)
waits = []
for number in range(deaths):
    session.choose_class(number % 3)
    # At once, or while it works, or when it has answered.
    time.sleep(chance.random() / 20)
    os.kill(session.engine.pid, [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT][number % 3])
    until(lambda: session.engine.state != "ready")
    began = time.monotonic()
    until(lambda: session.engine.state == "ready")
    session.choose_class((number + 1) % 3)
    until(answered)
    waits.append(time.monotonic() - began)
session.dismiss_all()
session.add(sorted(photos.glob("???-*.png")))
until(lambda: len(session.album) > 3)
keys = [session.album.key_at(place) for place in range(len(session.album))]
until(lambda: all(session.album.row(key).state in ("done", "failed") for key in keys), 400)
until(lambda: session.engine.state == "ready")
rows = {Path(session.album.path(key)).name: session.album.row(key) for key in keys}
failed = {name: row.error for name, row in rows.items() if row.error}
print(json.dumps([waits, failed, window.isVisible(), session.engine.state]))
session.stop()
"""


@pytest.mark.timeout(1200)
def test_the_window_lives_on(home: Path, tmp_path: Path, capfd: Any, request: Any):
    pytest.importorskip("PySide6")
    killers = make_photos(tmp_path / "photos", 3, 1)
    deaths = max(3, request.config.getoption("--deaths") - 2 * len(killers))
    command = [sys.executable, "-c", WINDOW, str(home / "model.keras"), str(tmp_path / "photos"), str(deaths)]
    done = subprocess.run(command, env=environment(home), stdout=subprocess.PIPE, text=True, timeout=1100)
    assert done.returncode == 0
    waits, failed, visible, state = json.loads(done.stdout.splitlines()[-1])
    report(capfd, "the window", deaths + 2 * len(killers), waits, len(failed), len(killers))
    assert set(failed) == set(killers)
    assert all("the engine" in error for error in failed.values())
    assert (visible, state) == (True, "ready")
    assert max(waits) <= BACK


def report(capfd: Any, what: str, deaths: int, waits: list[float], named: int, poison: int) -> None:
    with capfd.disabled():
        median, worst = float(np.median(waits)), max(waits)
        print(f"\n{what}: killed {deaths} times; alive; back in {median:.1f} s, at most {worst:.1f}; ", end="")
        print(f"named {named} of {poison} photos that killed it")
