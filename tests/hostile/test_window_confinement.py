"""What the window's engine is denied: tried from inside it, by a model that its user trusted wrongly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradcam_tf import landlock
from gradcam_tf.resources import sample_paths
from tests.hostile.canary import Canary, canary

pytest.importorskip("PySide6")
LANDLOCK = landlock.abi()
needs_landlock = pytest.mark.skipif(not LANDLOCK, reason="this kernel has no Landlock")

MODEL = """
import hashlib, os, sys
from pathlib import Path
import keras

def probe(x):
    import json, os, socket, tempfile
    from pathlib import Path
    from gradcam_tf import broker
    given = json.loads(os.environ["PROBES"])
    secret, outside, window = given["secret"], Path(given["outside"]), broker.current()
    probes = dict(
        read=lambda: Path(secret).read_text(),
        list=lambda: os.listdir(outside),
        read_own_model_by_its_path=lambda: Path(given["model"]).read_bytes(),
        write=lambda: (outside / "canary").write_text("x"),
        connect=lambda: socket.create_connection(("127.0.0.1", given["port"]), 5),
        ask_for_secret=lambda: window.open(secret),
        ask_for_secret_by_a_way_round=lambda: window.open(given["model"] + "/../../stranger/secret.txt"),
        ask_for_another_photo=lambda: window.open(given["photo"]),
        ask_for_a_folder=lambda: window.prepare(outside / "new"),
        ask_to_write=lambda: window.place({outside / "x.overlay.png": b"x"}, True),
        ask_nonsense=lambda: window._ask(dict(do=["open"], path=3)),
        ask_for_its_own_model=lambda: os.close(window.open(given["model"])),
        write_scratch=lambda: tempfile.TemporaryFile().write(b"x"),
    )
    said = dict()
    for name, attempt in probes.items():
        try:
            attempt()
            said[name] = "done"
        except Exception as error:
            said[name] = type(error).__name__
    # While it is opened, and when its photo is explained.
    folder = Path(tempfile.gettempdir())
    (folder / ("then.json" if (folder / "said.json").exists() else "said.json")).write_text(json.dumps(said))
    return x

probe.__name__ = "<lambda>"  # so that its code is stored
layers = keras.layers
inside = [layers.Conv2D(2, 1), layers.GlobalAveragePooling2D(), layers.Dense(2)]
x = keras.Input((8, 8, 3))
probing = layers.Lambda(probe, output_shape=(8, 8, 3))
probing.call = lambda x: x
y = probing(x)
del probing.call
for one in inside:
    y = one(y)
keras.Model(x, y).save(sys.argv[1])
print(hashlib.sha256(Path(sys.argv[1]).read_bytes()).hexdigest())
"""
WINDOW = """
import json, os, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from gradcam_tf.gui.engine import Engine
from gradcam_tf.gui.records import ModelSource, Order, Question

model, sha, photo, out, told = sys.argv[1:]
app = QCoreApplication([])
engine = Engine()
found = {}

def end(**what):
    found.update(what)
    found["confinement"] = engine.confinement
    for name in ("said", "then"):
        told_by_model = Path(engine._child._scratch, f"{name}.json")
        found[name] = json.loads(told_by_model.read_text()) if told_by_model.exists() else {}
    Path(told).write_text(json.dumps(found))
    engine.stop()
    app.quit()

def failed(failure):
    end(failed=str(failure))

def opened(card):
    found["sha256"] = card.sha256
    engine.write([photo], Question(), Order(out, ("overlay",)), lambda one: end(written=one.written), failed)

engine.open(ModelSource(model), opened, failed, trust=sha)
engine.start()
QTimer.singleShot(200_000, app.quit)
app.exec()
"""


@pytest.fixture
def bird(tmp_path: Path) -> Iterator[Canary]:
    folder = tmp_path / "stranger"
    folder.mkdir()
    with canary(folder) as made:
        yield made


@needs_landlock
def test_the_window_s_engine_has_what_it_was_asked_about_and_nothing_else(tmp_path: Path, bird: Canary):
    model, photo, out = tmp_path / "mine" / "probe.keras", sample_paths()["coffee"], tmp_path / "out"
    model.parent.mkdir()
    # A photo of the user's, that is in no folder which everybody may read.
    mine = tmp_path / "mine" / "coffee.png"
    mine.write_bytes(Path(photo).read_bytes())
    environment = os.environ | {"XDG_STATE_HOME": str(tmp_path / "state"), "TF_CPP_MIN_LOG_LEVEL": "3"}
    make = [sys.executable, "-c", MODEL, str(model)]
    sha = subprocess.run(make, check=True, stdout=subprocess.PIPE, text=True, timeout=240).stdout.split()[-1]
    told = {"secret": str(bird.secret), "outside": str(bird.secret.parent), "port": bird.port.getsockname()[1]}
    told |= {"model": str(model), "photo": str(mine)}
    command = [sys.executable, "-c", WINDOW, str(model), sha, str(mine), str(out), str(tmp_path / "told.json")]
    environment["PROBES"] = json.dumps(told)
    subprocess.run(command, check=True, env=environment, timeout=280)

    found = json.loads((tmp_path / "told.json").read_text())
    assert "failed" not in found
    said, denied = found["said"], "PermissionError"
    allowed = {"ask_for_its_own_model", "write_scratch"} | ({"connect"} if LANDLOCK < 4 else set())
    assert {name for name, what in said.items() if what == "done"} == allowed
    # Each request has its own files, and no longer those of the one before.
    later = allowed - {"ask_for_its_own_model"} | {"ask_for_another_photo"}
    assert {name for name, what in found["then"].items() if what == "done"} == later
    assert said["read"] == said["list"] == said["write"] == said["ask_for_secret"] == denied
    assert said["ask_for_another_photo"] == said["ask_for_secret_by_a_way_round"] == denied
    assert said["ask_for_a_folder"] == said["ask_to_write"] == "OutputError"
    assert bird.touched() == []
    assert found["confinement"].startswith(f"confined (Landlock {LANDLOCK}): reads, writes, ")
    # And it works: what was ordered is written, and the trust remembered, by the window.
    assert (found["sha256"], found["written"]) == (sha, 1)
    assert sorted(os.listdir(out)) == ["coffee.overlay.png", "coffee.provenance.json"]
    assert (tmp_path / "state" / "gradcam-tf" / "trusted" / f"{sha}.json").is_file()
