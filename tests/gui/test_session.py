"""What is open, chosen and shown, with a stand-in for the engine's process."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, SignalInstance

from gradcam_tf.gui.engine import Engine
from gradcam_tf.gui.pictures import Pictures
from gradcam_tf.gui.records import Look, ModelSource, Order, Question
from gradcam_tf.gui.session import Session

from .made import FAKE, WAIT, make_photo, settled, until


class Seen:
    """Every signal of a session, in order."""

    def __init__(self, session: Session):
        self.all: list[tuple] = []
        for name in set(dir(session)) - set(dir(QObject)):
            if isinstance(getattr(session, name), SignalInstance):
                getattr(session, name).connect(lambda *given, name=name: self.all.append((name, *given)))

    def names(self) -> list[str]:
        return [one[0] for one in self.all]

    def of(self, name: str) -> list[tuple]:
        return [one[1:] for one in self.all if one[0] == name]


@pytest.fixture
def session(qtbot):
    session = Session(Engine(FAKE), Pictures())
    session.start()
    yield session
    session.stop()


def made(folder: Path, name: str) -> str:
    path = folder / name
    if not name.startswith("dies-once"):
        make_photo(folder, name)
    return str(path)


def test_the_first_photo_gives_an_answer_with_no_other_step(session, qtbot, photos):
    session.add(photos)
    until(qtbot, lambda: settled(session))
    assert session.answer.title == "bee"
    assert session.current_row.label == "bee"
    assert (session.current_row.state, session.current_row.status) == ("done", "ok")
    until(qtbot, lambda: session.pixels is not None)
    assert session.pixels.shape == (30, 40, 3)
    assert session.engine_text == "Ready · CPU · 14 ms"
    assert session.engine_state == "ready"
    assert session.failures == []


def test_the_others_of_the_list_are_explained_when_nobody_asks(session, qtbot, photos):
    seen = Seen(session)
    session.add(photos)
    until(
        qtbot, lambda: all(session.album.row(key).state == "done" for key in session.album) and len(session.album) == 3
    )
    # Then the next photo is there at once.
    session.step(1)
    assert settled(session)
    assert session.answer.photo == session.current
    assert "failed" not in seen.names()


def test_a_class_click_keeps_the_old_answer_until_the_new_one_is_there(session, qtbot, photos):
    session.add(photos[:1])
    until(qtbot, lambda: settled(session))
    old = session.answer
    session.choose_class(2)
    assert session.answer is old
    assert session.stale
    until(qtbot, lambda: settled(session))
    assert session.answer.title == "cat"
    session.choose_class(None)
    assert session.answer is old
    assert not session.stale


def test_of_many_questions_the_last_is_answered(session, qtbot, photos):
    session.add(photos[:1])
    until(qtbot, lambda: settled(session))
    seen = Seen(session)
    for layer in ("one", "two"):
        for index in (0, 1, 2):
            session.ask(Question("class", index, layer=layer))
    until(qtbot, lambda: settled(session))
    assert (session.answer.title, session.answer.layer) == ("cat", "two")
    assert "failed" not in seen.names()


def test_classes_layers_methods_and_photos_are_walked_through(session, qtbot, photos):
    session.add(photos)
    until(qtbot, lambda: settled(session) and len(session.album) == 3)
    session.step_class(1)
    assert (session.question.target, session.question.index) == ("class", 2)
    session.step_class(9)
    assert session.question.index == 0
    session.step_layer(-1)
    assert session.question.layer == "one"
    session.step_layer(-1)
    assert session.question.layer == "one"
    session.step_method()
    assert session.question.method == "layercam"
    session.step_method(2)
    assert session.question.method == "gradcam"
    first = session.current
    session.step(-1)
    assert session.current == first
    session.step(1)
    assert session.current == session.album.key_at(1)
    # A class was chosen for a photo, layer and method for all.
    assert (session.question.target, session.question.layer) == ("auto", "one")


class TestPhotos:
    def test_one_that_is_added_twice_is_there_once(self, session, qtbot, photos):
        session.add([*photos, photos[0]])
        session.add([os.path.relpath(photos[1])])
        until(qtbot, lambda: session.current == 2)
        assert len(session.album) == 3

    def test_folders_are_searched_in_order_without_what_is_no_photo(self, session, qtbot, tmp_path):
        folder = tmp_path / "folder"
        (folder / "inner").mkdir(parents=True)
        for name in ("b10.png", "b2.JPG", "a.txt", ".hidden.png", "inner/c.png"):
            (folder / name).write_bytes(b"x")
        (folder / "circle").symlink_to(folder)
        session.add([folder])
        until(qtbot, lambda: len(session.album) == 3)
        assert [os.path.basename(session.album.path(key)) for key in session.album] == ["b2.JPG", "b10.png", "c.png"]

    def test_a_folder_without_photos_is_said(self, session, qtbot, tmp_path):
        (tmp_path / "empty").mkdir()
        session.add([tmp_path / "empty"])
        until(qtbot, lambda: bool(session.failures))
        assert "no photos" in session.failures[0].what
        assert session.failures[0].remedy

    def test_a_file_that_is_not_there_fails_as_a_photo(self, session, qtbot, tmp_path):
        session.add([tmp_path / "nothing.png"])
        until(qtbot, lambda: bool(session.failures))
        assert "no such file" in session.failures[0].what
        assert session.current_row.state == "failed"

    def test_a_corrupt_one_stops_no_other_and_says_why(self, session, qtbot, photos, tmp_path):
        bad = tmp_path / "bad.png"
        bad.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
        session.add([str(bad), *photos])
        until(qtbot, lambda: [session.album.row(key).state for key in session.album] == ["failed", *["done"] * 3])
        row = session.album.row(1)
        assert row.error
        assert session.failures

    def test_removing_the_one_that_is_shown_shows_the_next(self, session, qtbot, photos):
        session.add(photos)
        until(qtbot, lambda: settled(session) and len(session.album) == 3)
        session.show(2)
        session.remove([2])
        assert session.current == 3
        session.remove([3])
        assert session.current == 1
        session.remove([1])
        assert session.current is None
        assert session.pixels is None
        qtbot.wait(200)
        assert session.running is None
        assert session.failures == []

    def test_a_hundred_thousand_are_added_without_a_stall(self, session, qtbot):
        gaps, last = [], [time.perf_counter()]

        def tick():
            now = time.perf_counter()
            gaps.append(now - last[0])
            last[0] = now

        from PySide6.QtCore import QTimer

        timer = QTimer(interval=0)
        timer.timeout.connect(tick)
        timer.start()
        session.add([f"/no/such/folder/{i}.png" for i in range(100_000)])
        until(qtbot, lambda: len(session.album) == 100_000)
        timer.stop()
        # Frozen or slow machines aside: half of a second would be the whole list in one go.
        assert sorted(gaps)[-2] < 0.4
        assert session.album.row(session.album.key_at(99_999)).path == "/no/such/folder/99999.png"

    def test_thumbnails_come_while_the_engine_is_busy(self, session, qtbot, photos, tmp_path):
        session.add([made(tmp_path, "slow.png"), *photos])
        until(qtbot, lambda: session.running is not None and session.running.of == 1000)
        with qtbot.waitSignal(session.thumbnail_ready, timeout=WAIT) as ready:
            session.want_thumbnail(2, 6)
        key, pixels = ready.args
        assert (key, max(pixels.shape)) == (2, 6)
        assert session.running is not None


class TestFailures:
    def test_the_engines_words_reach_the_person(self, session, qtbot, tmp_path):
        session.add([made(tmp_path, "bad.png")])
        until(qtbot, lambda: bool(session.failures))
        failure = session.failures[0]
        assert (failure.what, failure.remedy) == ("it is bad", "Take another.")
        assert session.running is None
        assert session.current_row.state == "failed"
        session.dismiss(failure)
        assert session.failures == []

    @pytest.mark.parametrize("how", ["nan", "range", "shape", "dtype", "lacks", "photo", "box", "field", "probability"])
    def test_a_strange_answer_is_a_failure_and_the_window_lives(self, session, qtbot, tmp_path, photos, how):
        session.add([made(tmp_path, f"strange-{how}.png")])
        until(qtbot, lambda: bool(session.failures))
        assert "makes no sense" in session.failures[0].what
        assert f"strange-{how}.png" in session.failures[0].where
        assert session.answer is None
        session.add(photos[:1])
        until(qtbot, lambda: settled(session))

    def test_a_strange_card_is_a_failure_and_the_model_before_stays(self, session, qtbot, photos, tmp_path):
        session.add(photos[:1])
        until(qtbot, lambda: settled(session))
        card = session.card
        session.open([tmp_path / "strange.keras"])
        until(qtbot, lambda: bool(session.failures))
        assert session.card is card

    def test_a_model_that_does_not_open_leaves_the_one_before(self, session, qtbot, photos, tmp_path):
        session.add(photos[:1])
        until(qtbot, lambda: settled(session))
        session.open([tmp_path / "bad.keras"])
        until(qtbot, lambda: bool(session.failures))
        assert session.failures[0].what == "it is bad"
        assert session.source == ModelSource()
        session.choose_class(0)
        until(qtbot, lambda: settled(session))
        assert session.answer.title == "ant"


class TestCancel:
    def test_a_slow_explanation_is_stopped_and_the_old_one_stays(self, session, qtbot, tmp_path, photos):
        session.add(photos[:1])
        until(qtbot, lambda: settled(session))
        session.add([made(tmp_path, "slow.png")])
        until(qtbot, lambda: session.running is not None and session.running.done > 2)
        pid = session.engine.pid
        session.cancel()
        assert session.running is None
        until(qtbot, lambda: session.current_row.state == "waiting")
        assert session.engine.pid == pid
        assert session.failures == []

    def test_one_that_is_stuck_is_killed_and_the_model_is_there_again(self, session, qtbot, tmp_path, photos):
        model = str(tmp_path / "mine.keras")
        session.open_model(ModelSource(model))
        session.add([made(tmp_path, "stuck.png")])
        until(qtbot, lambda: session.running is not None and session.card is not None and session._request is not None)
        until(qtbot, lambda: session.engine._child._running is session._request)
        pid, began = session.engine.pid, time.monotonic()
        session.cancel()
        assert session.running is None
        until(qtbot, lambda: session.engine.pid != pid)
        assert time.monotonic() - began < 5
        session.add(photos[:1])
        until(qtbot, lambda: settled(session))
        assert session.answer.layer_reason == model

    def test_an_opening_is_stopped_and_the_model_before_answers(self, session, qtbot, tmp_path, photos):
        session.add(photos[:1])
        until(qtbot, lambda: settled(session))
        session.open([tmp_path / "stuck.keras"])
        until(qtbot, lambda: session.engine._child._running is session._opening is not None)
        session.cancel()
        assert session.running is None
        session.choose_class(2)
        until(qtbot, lambda: settled(session))
        assert (session.answer.title, session.answer.layer_reason) == ("cat", "")


class TestDeath:
    def test_idle_it_is_said_and_the_model_is_opened_again(self, session, qtbot, photos, tmp_path):
        model = str(tmp_path / "mine.keras")
        session.open_model(ModelSource(model))
        session.add(photos[:1])
        until(qtbot, lambda: settled(session))
        os.kill(session.engine.pid, signal.SIGKILL)
        until(qtbot, lambda: bool(session.failures))
        assert "the engine was ended by the system" in session.failures[0].what
        session.choose_class(2)
        until(qtbot, lambda: settled(session))
        assert (session.answer.title, session.answer.layer_reason) == ("cat", model)

    def test_at_a_photo_it_is_asked_again_once(self, session, qtbot, tmp_path):
        path = tmp_path / "dies-once.png"
        session.add([str(path)])
        until(qtbot, lambda: settled(session))
        assert session.answer.title == "bee"

    def test_at_a_photo_twice_the_photo_is_named(self, session, qtbot, tmp_path, photos):
        session.add([made(tmp_path, "dies.png"), *photos])
        until(qtbot, lambda: any("dies.png" in one.where for one in session.failures))
        assert session.current_row.state == "failed"
        session.step(1)
        until(qtbot, lambda: settled(session))

    def test_at_a_model_twice_the_model_is_named_and_the_one_before_is_back(self, session, qtbot, tmp_path, photos):
        session.add(photos[:1])
        until(qtbot, lambda: settled(session))
        session.open([tmp_path / "dies.keras"])
        until(qtbot, lambda: any("dies.keras" in one.where for one in session.failures))
        session.choose_class(2)
        until(qtbot, lambda: settled(session))
        assert session.answer.layer_reason == ""

    def test_an_opening_that_dies_once_and_then_fails_leaves_the_one_before(self, session, qtbot, tmp_path, photos):
        session.add(photos[:1])
        until(qtbot, lambda: settled(session))
        model = tmp_path / "dies-once.keras"
        session.open([model])
        until(qtbot, lambda: session.card.path == str(model))
        session.choose_class(2)
        until(qtbot, lambda: settled(session))
        assert session.answer.layer_reason == str(model)


class TestExport:
    def test_files_are_written_with_progress_and_errors_are_listed(self, session, qtbot, tmp_path, photos):
        bad = made(tmp_path, "bad.png")
        session.add([photos[0], bad, *photos[1:]])
        until(qtbot, lambda: settled(session) and len(session.album) == 4)
        seen, out = Seen(session), tmp_path / "out"
        out.mkdir()
        with qtbot.waitSignal(session.delivered, timeout=WAIT) as delivered:
            session.export(list(session.album), Order(str(out)))
            assert session.exporting.of == 4
        delivery = delivered.args[0]
        assert delivery.written == 3
        assert [(place, failure.what) for place, failure in delivery.failures] == [(1, "it is bad")]
        assert len(list(out.iterdir())) == 3
        assert session.exporting is None
        assert seen.of("failed") == []

    def test_the_window_answers_while_files_are_written(self, session, qtbot, tmp_path, photos):
        session.add([*photos, made(tmp_path, "slow.png")])
        until(qtbot, lambda: settled(session) and len(session.album) == 4)
        (tmp_path / "out").mkdir()
        session.export([4, 1], Order(str(tmp_path / "out")))
        session.choose_class(2)
        until(qtbot, lambda: settled(session))
        assert session.exporting is not None
        with qtbot.waitSignal(session.delivered, timeout=WAIT) as delivered:
            session.cancel()
        assert delivered.args[0].cancelled
        assert session.exporting is None


def test_a_slow_method_is_not_run_over_the_list(session, qtbot, photos):
    session.add(photos[:1])
    until(qtbot, lambda: settled(session))
    session.choose_method("slowcam")
    until(qtbot, lambda: settled(session))
    seen = Seen(session)
    session.album.add(photos)
    until(
        qtbot, lambda: all(session.album.row(key).state == "done" for key in session.album) and len(session.album) == 3
    )
    assert {answer.question.method for (answer,) in seen.of("compared")} == {"gradcam"}


def test_who_asks_comes_before_a_comparison_that_goes_on_afterwards(session, qtbot, photos, tmp_path):
    session.add([*photos[:1], made(tmp_path, "slow.png")])
    until(qtbot, lambda: settled(session) and len(session.album) == 2)
    session.compare(2, Question("class", 0))
    until(qtbot, lambda: session._survey._request is not None and session.engine._child._running is not None)
    session.choose_class(2)
    until(qtbot, lambda: settled(session))
    assert session.answer.title == "cat"
    until(qtbot, lambda: session._survey._cell == (2, Question("class", 0)) and session._survey._request is not None)


def test_a_comparison_is_answered_beside_the_canvas(session, qtbot, photos):
    session.add(photos)
    until(qtbot, lambda: settled(session) and len(session.album) == 3)
    seen = Seen(session)
    shown = session.answer
    asked = [(key, Question("class", index)) for key in (1, 2) for index in (0, 2)]
    assert all(session.compare(key, question) is None for key, question in asked)
    until(qtbot, lambda: len([one for (one,) in seen.of("compared") if one.question.target == "class"]) == 4)
    assert session.answer is shown
    assert session.compare(2, Question("class", 2)).title == "cat"


def test_another_model_asks_everything_anew_and_keeps_the_method(session, qtbot, photos, tmp_path):
    session.add(photos[:1])
    until(qtbot, lambda: settled(session))
    session.choose_method("layercam")
    session.choose_class(2)
    session.choose_layer("one")
    until(qtbot, lambda: settled(session))
    session.change_model(preprocessing="torch")
    until(qtbot, lambda: session.source.preprocessing == "torch" and settled(session))
    assert session.question == Question(method="layercam")


def test_looks_are_undone_and_a_drag_is_one_step(session):
    session.set_look(replace(session.look, opacity=0.6))
    for opacity in (0.7, 0.8, 0.9):
        session.set_look(replace(session.look, opacity=opacity), settled=False)
    session.set_look(session.look)
    assert session.look.opacity == 0.9
    session.undo_look()
    assert session.look.opacity == 0.6
    session.undo_look()
    assert session.look == Look()
    assert not session.can_undo
    session.redo_look()
    session.redo_look()
    assert session.look.opacity == 0.9
    assert not session.can_redo


def test_a_project_brings_everything_back(session, qtbot, photos, tmp_path):
    session.open_model(ModelSource(str(tmp_path / "mine.keras"), preprocessing="unit"))
    session.add(photos)
    until(qtbot, lambda: settled(session) and len(session.album) == 3)
    session.show(2)
    session.ask(Question("class", 2, layer="one", method="layercam", settings={"x": 1.5}))
    session.set_look(Look(opacity=0.7))
    until(qtbot, lambda: settled(session))
    assert session.save_project(tmp_path / "mine.gradcam")
    saved = session.project()

    other = Session(Engine(FAKE), Pictures())
    other.pictures.start()
    other.engine.start()
    assert other.open_project(tmp_path / "mine.gradcam")
    until(qtbot, lambda: settled(other))
    assert other.project() == saved
    assert other.answer.title == "cat"
    assert np.array_equal(other.answer.heat, session.answer.heat)
    other.stop()


def test_a_wrong_project_is_said_and_changes_nothing(session, qtbot, photos, tmp_path):
    session.add(photos)
    until(qtbot, lambda: settled(session) and len(session.album) == 3)
    (tmp_path / "wrong.gradcam").write_text('{"model": 3}')
    before = session.project()
    assert not session.open_project(tmp_path / "wrong.gradcam")
    assert session.failures[-1].remedy
    assert session.project() == before


def test_nothing_is_told_after_the_end(qtbot, photos):
    session = Session(Engine(FAKE), Pictures())
    session.start()
    session.add(photos)
    until(qtbot, lambda: settled(session))
    session.stop()
    seen = Seen(session)
    qtbot.wait(500)
    assert seen.all == []
    assert session.engine_text == "Engine stopped"
