"""The main flows with the real engine process: it opens a model, explains a photo, writes files, and is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

import gradcam_tf as gct
from gradcam_tf import registry, render
from gradcam_tf.gui.pictures import Pictures
from gradcam_tf.gui.records import ModelSource, Order, PhotoReading, Question
from gradcam_tf.gui.session import Session
from tests.conftest import make_cnn
from tests.gui.made import WAIT, settled, until

TABBY, EGYPTIAN_CAT = 281, 285


@pytest.fixture(scope="module")
def session(qapp):
    session = Session(pictures=Pictures())
    session.start()
    yield session
    session.stop()


@pytest.fixture
def chelsea(session, qtbot, samples):
    """The session with the embedded model and the cat shown, nothing chosen."""
    if session.source != ModelSource() or session.card is None:
        session.open_model(ModelSource())
    qtbot.waitUntil(lambda: session.card is not None and session.running is None, timeout=WAIT)
    session.remove(list(session.album))
    session.ask(Question())
    session.dismiss_all()
    session.add([samples["chelsea"]])
    qtbot.waitUntil(lambda: settled(session), timeout=WAIT)
    return session


@pytest.fixture(scope="module")
def oracle():
    """The same model in this process."""
    return gct.Explainer.open()


def same_map(answer, explanation):
    np.testing.assert_allclose(answer.heat, explanation.heatmap[0], atol=1e-3)
    assert answer.status == explanation.status[0]
    assert answer.title == explanation.title
    assert answer.layer == explanation.layer.name
    assert answer.highest == pytest.approx(explanation.results[0]["full_heat"], rel=1e-3)


def test_the_embedded_model_is_open_without_a_word(chelsea):
    card = chelsea.card
    assert (card.name, card.input_shape, card.activation) == ("efficientnet_lite0", (224, 224, 3), "softmax")
    assert (len(card.classes), card.named, card.classes[EGYPTIAN_CAT]) == (1000, True, "Egyptian cat")
    assert card.preprocessing_known
    assert next(row for row in card.layers if row.name == card.layer).rank == 1
    assert [row.name for row in card.methods] == list(registry.methods())
    assert chelsea.engine_text.startswith("Ready · CPU · ")


def test_the_cat_is_explained_as_the_engine_does(chelsea, oracle, samples):
    explanation = oracle(samples["chelsea"])
    same_map(chelsea.answer, explanation)
    assert chelsea.answer.box == (0, 0, 451, 300)
    np.testing.assert_allclose(chelsea.answer.signed, explanation.signed[0], atol=1e-3)
    assert [row.index for row in chelsea.answer.classes[:2]] == np.argsort(-explanation.predictions[0])[:2].tolist()
    assert chelsea.current_row.label == "Egyptian cat"


def test_a_class_is_explained_from_what_is_kept(chelsea, qtbot, oracle, samples, tmp_path):
    photo = tmp_path / "cat.png"
    photo.write_bytes(samples["chelsea"].read_bytes())
    chelsea.add([photo])
    until(qtbot, lambda: settled(chelsea) and chelsea.current == chelsea.album.key_of(str(photo)))
    spoil(photo)
    for question, target in (
        (Question("class", TABBY), TABBY),
        (Question("against", TABBY), -gct.targets.ClassScore(TABBY)),
        (Question("than", TABBY, EGYPTIAN_CAT), gct.targets.contrast(TABBY, EGYPTIAN_CAT)),
    ):
        chelsea.ask(question)
        until(qtbot, lambda: settled(chelsea))
        same_map(chelsea.answer, oracle(samples["chelsea"], target))
    assert chelsea.failures == []


def spoil(photo: Path) -> None:
    """The file cannot be read any more, and looks unchanged: only what the engine has kept can answer."""
    found = os.stat(photo)
    with open(photo, "r+b") as file:
        file.write(bytes(100))
    os.utime(photo, ns=(found.st_atime_ns, found.st_mtime_ns))


def test_a_photo_that_was_answered_beforehand_is_kept_too(chelsea, qtbot, samples, tmp_path):
    photo = tmp_path / "cup.png"
    photo.write_bytes(samples["coffee"].read_bytes())
    chelsea.add([samples["rocket"], photo])
    until(qtbot, lambda: len(chelsea.album) == 3)
    until(qtbot, lambda: all(chelsea.album.row(key).state == "done" for key in chelsea.album))
    chelsea.step(1)
    assert settled(chelsea), "explained while nobody asked"
    until(qtbot, lambda: chelsea._survey._cold is None and chelsea._survey._request is None)
    spoil(photo)
    chelsea.choose_class(TABBY)
    until(qtbot, lambda: settled(chelsea) or bool(chelsea.failures))
    assert chelsea.answer.title.startswith("tabby")


def test_other_layers_and_methods_with_their_settings(chelsea, qtbot, oracle, samples):
    layer = chelsea.explainable_layers[-5].name
    chelsea.ask(Question(layer=layer, method="kpca", settings={"kernel": "rbf", "gamma": 1}))
    until(qtbot, lambda: settled(chelsea))
    asked = gct.Explainer(oracle.model, layer, "kpca", settings={"kernel": "rbf", "gamma": 1.0}, labels=oracle.labels)
    same_map(chelsea.answer, asked(samples["chelsea"]))


def test_a_setting_that_is_none_is_a_failure_in_words(chelsea, qtbot):
    chelsea.ask(Question(method="kpca", settings={"kernel": 3}))
    until(qtbot, lambda: bool(chelsea.failures))
    assert "kernel" in chelsea.failures[0].where
    chelsea.ask(Question(layer="no such layer"))
    until(qtbot, lambda: len(chelsea.failures) == 2)
    assert "gradcam-tf" not in chelsea.failures[1].remedy


def test_a_corrupt_photo_among_good_ones(chelsea, qtbot, samples, tmp_path):
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(samples["rocket"].read_bytes()[:3000])
    chelsea.add([samples["coffee"], bad, samples["rocket"]])
    until(qtbot, lambda: len(chelsea.album) == 4 and settled(chelsea))
    until(qtbot, lambda: [chelsea.album.row(k).state for k in chelsea.album] == ["done", "done", "failed", "done"])
    labels = [chelsea.album.row(key).label for key in chelsea.album]
    assert labels == ["Egyptian cat", "espresso", "", "drilling platform"]
    assert "truncated" in chelsea.album.row(chelsea.album.key_at(2)).error


def test_files_are_written_as_the_command_line_would(chelsea, qtbot, samples, tmp_path):
    chelsea.add([samples["coffee"], tmp_path / "missing.png"])
    until(qtbot, lambda: len(chelsea.album) == 3 and settled(chelsea))
    out = tmp_path / "new" / "folder"
    kinds = ("overlay", "heatmap", "raw")
    with qtbot.waitSignal(chelsea.delivered, timeout=WAIT) as delivered:
        chelsea.export(list(chelsea.album), Order(str(out), kinds, render.Look(0.7, "viridis")))
    delivery = delivered.args[0]
    assert delivery.written == 2
    assert [place for place, _ in delivery.failures] == [2]
    endings = ("overlay.png", "heatmap.png", "raw.npz", "provenance.json")
    assert sorted(os.listdir(out)) == sorted(f"{name}.{ending}" for name in ("chelsea", "coffee") for ending in endings)
    provenance = json.loads((out / "coffee.provenance.json").read_text())
    assert provenance["target"]["label"] == "espresso"
    assert provenance["model"]["sha256"] == chelsea.card.sha256
    with Image.open(out / "chelsea.overlay.png") as overlay:
        assert overlay.size == (451, 300)
    with qtbot.waitSignal(chelsea.delivered, timeout=WAIT) as delivered:
        chelsea.export([chelsea.album.key_at(0)], Order(str(out)))
    ((_, failure),) = delivered.args[0].failures
    assert failure.what == "exists already"
    assert "--" not in failure.remedy


def test_a_slow_method_shows_progress_and_is_cancelled(chelsea, qtbot):
    # It takes seconds: of a method of a tenth of one, all may be over before anybody has looked.
    chelsea.choose_method("scorecam")
    until(qtbot, lambda: chelsea.running is not None and chelsea.running.of > 0)
    chelsea.cancel()
    assert chelsea.running is None
    chelsea.choose_method("gradcam")
    until(qtbot, lambda: settled(chelsea))
    assert chelsea.answer.title.startswith("Egyptian cat")


def test_killed_it_says_so_and_answers_again(chelsea, qtbot):
    os.kill(chelsea.engine.pid, signal.SIGKILL)
    chelsea.choose_class(TABBY)
    until(qtbot, lambda: settled(chelsea))
    assert chelsea.answer.title.startswith("tabby")
    assert "ended by the system" in chelsea.failures[0].what


def test_a_model_file_with_its_labels_and_preprocessing(chelsea, qtbot, samples, tmp_path):
    model = make_cnn(name="mine")
    model.save(tmp_path / "mine.keras")
    (tmp_path / "names.txt").write_text("ant\nbee\ncat\ndog\nelk\n")
    chelsea.open([tmp_path / "mine.keras"])
    until(qtbot, lambda: chelsea.card.name == "mine" and settled(chelsea))
    assert (chelsea.card.named, chelsea.card.classes[4]) == (False, "class 4")
    assert not chelsea.card.preprocessing_known
    chelsea.change_model(labels=str(tmp_path / "names.txt"), preprocessing="unit", fit="letterbox")
    until(qtbot, lambda: chelsea.card.preprocessing == "unit" and settled(chelsea))
    assert chelsea.card.classes == ("ant", "bee", "cat", "dog", "elk")
    explainer = gct.Explainer(model, labels=["ant", "bee", "cat", "dog", "elk"], preprocessing="unit", fit="letterbox")
    explanation = explainer(samples["chelsea"])
    top, bottom = (round(explanation.subjects[0].placement.input_box[i]) for i in (1, 3))
    assert 0 < top < bottom < 16
    np.testing.assert_allclose(chelsea.answer.heat, explanation.heatmap[0, top:bottom], atol=1e-3)
    assert chelsea.answer.title == explanation.title


def test_a_model_that_takes_no_photo_is_said(chelsea, qtbot, tmp_path):
    inputs = keras.Input((32, 2))
    x = keras.layers.Conv1D(4, 3)(inputs)
    outputs = keras.layers.Dense(2, activation="softmax")(keras.layers.GlobalAveragePooling1D()(x))
    keras.Model(inputs, outputs, name="signal").save(tmp_path / "signal.keras")
    chelsea.open([tmp_path / "signal.keras"])
    until(qtbot, lambda: chelsea.card.name == "signal" and bool(chelsea.failures))
    assert "photos cannot be fitted" in chelsea.failures[0].what


@pytest.mark.parametrize("name", ["missing.keras", "empty.keras", "text.keras", "folder.keras"])
def test_a_wrong_model_file_is_said_and_the_one_before_stays(name, chelsea, qtbot, tmp_path):
    path = tmp_path / name
    if name == "folder.keras":
        path.mkdir()
    elif name != "missing.keras":
        path.write_text("" if name == "empty.keras" else "no model")
    chelsea.open_model(ModelSource(str(path)))
    until(qtbot, lambda: bool(chelsea.failures))
    failure = chelsea.failures[0]
    assert (failure.where, bool(failure.what), bool(failure.remedy)) == (str(path), True, True)
    assert chelsea.card.name == "efficientnet_lite0"
    chelsea.choose_class(TABBY)
    until(qtbot, lambda: settled(chelsea))


def test_it_ends_with_the_window(tmp_path):
    """The window is killed: nobody says goodbye to the engine."""
    code = (
        "import sys, os\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "from gradcam_tf.gui.engine import Engine\n"
        "app = QCoreApplication([])\n"
        "engine = Engine()\n"
        "def told(state):\n"
        "    if state == 'ready':\n"
        "        print(engine.pid, engine._child._folder, flush=True)\n"
        "        os.kill(os.getpid(), 9)\n"
        "engine.state_changed.connect(told)\n"
        "engine.start()\n"
        "app.exec()\n"
    )
    window = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, timeout=120)
    pid, folder = window.stdout.decode().split()
    deadline = time.monotonic() + 60
    while _runs(int(pid)):
        assert time.monotonic() < deadline, "the engine outlived the window"
        time.sleep(0.1)
    assert not os.path.exists(folder)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells of a process's rights and limits on Linux alone")
def test_the_engine_is_confined_in_all_its_threads(session, qtbot):
    qtbot.waitUntil(lambda: session.engine.state == "ready", timeout=WAIT)
    assert session.engine.confinement.startswith("confined")
    assert "memory" in session.engine.confinement
    process = Path(f"/proc/{session.engine.pid}")
    limits = {line.rsplit(maxsplit=3)[0]: line.split()[-2] for line in (process / "limits").read_text().splitlines()}
    assert limits["Max core file size"] == "0"
    assert limits["Max data size"] != "unlimited"
    if "Landlock" in session.engine.confinement:
        threads = [one.read_text() for one in process.glob("task/*/status")]
        assert len(threads) > 1
        assert all("NoNewPrivs:\t1" in one for one in threads)


def test_how_a_file_is_read_reaches_the_map_and_its_provenance(chelsea, qtbot, samples, tmp_path):
    with Image.open(samples["chelsea"]) as image:
        grey = np.asarray(image.convert("L")).astype(np.uint16) * 4 + 1000
    pages = [Image.fromarray(page) for page in (np.zeros_like(grey), grey)]
    pages[0].save(tmp_path / "stack.tif", save_all=True, append_images=pages[1:])
    chelsea.add([tmp_path / "stack.tif"])
    qtbot.waitUntil(lambda: settled(chelsea) and chelsea.current_row.path.endswith("stack.tif"), timeout=WAIT)
    dark = chelsea.answer
    chelsea.set_reading([chelsea.current], PhotoReading(2, (1000, 2020)))
    qtbot.waitUntil(lambda: settled(chelsea), timeout=WAIT)
    assert "page 2 is used, and no other" in chelsea.answer.notes
    assert chelsea.answer.title != dark.title
    delivered = []
    chelsea.delivered.connect(delivered.append)
    chelsea.export([chelsea.current], Order(str(tmp_path / "out")))
    qtbot.waitUntil(lambda: bool(delivered), timeout=WAIT)
    chelsea.delivered.disconnect(delivered.append)
    assert delivered[0].failures == ()
    (record,) = (tmp_path / "out").glob("*.provenance.json")
    assert "16-bit grey: the window given, 1000 to 2020" in record.read_text()
    # A file that ends too early, shown as far as it goes.
    content = Path(samples["coffee"]).read_bytes()
    (tmp_path / "cut.png").write_bytes(content[: len(content) // 2])
    chelsea.add([tmp_path / "cut.png"])
    qtbot.waitUntil(lambda: chelsea.current_row.state == "failed", timeout=WAIT)
    chelsea.set_reading([chelsea.current], PhotoReading(damaged=True))
    qtbot.waitUntil(lambda: settled(chelsea) and chelsea.current_row.state == "done", timeout=WAIT)
    assert chelsea.answer.status == "truncated"
