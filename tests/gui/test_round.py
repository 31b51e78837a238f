"""Explain all photos: many together, in the background."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from gradcam_tf.gui import survey
from gradcam_tf.gui.engine import Engine
from gradcam_tf.gui.pictures import Pictures
from gradcam_tf.gui.round import TOGETHER
from gradcam_tf.gui.session import Session
from gradcam_tf.resources import sample_paths

from .made import FAKE, WAIT, make_photo, settled, until

PHOTOS = 2 * TOGETHER + 10


@pytest.fixture
def nothing_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is beside the shown photo is explained without being asked for."""
    monkeypatch.setattr(survey, "MOST_UNSEEN", 0)


@pytest.fixture
def session(qtbot, nothing_of_itself):
    session = Session(Engine(FAKE), Pictures())
    session.start()
    yield session
    session.stop()


def states(session: Session) -> Counter:
    return Counter(session.album.row(key).state for key in session.album)


def filled(session: Session, qtbot, folder, *more: str) -> None:
    """The session with so many photos, of which only the first and its neighbours are explained."""
    names = [f"photo{number:03}.png" for number in range(PHOTOS - len(more))]
    session.add([make_photo(folder, name) for name in names])
    until(qtbot, lambda: settled(session) and len(session.album) == len(names))
    session.album.add([make_photo(folder, name) for name in more])


def test_the_list_is_filled_and_says_how_far_it_is(session, qtbot, tmp_path):
    filled(session, qtbot, tmp_path)
    assert states(session)["waiting"] >= PHOTOS - 4
    told = []
    session.round.changed.connect(lambda: told.append(session.round.running))
    session.explain_all()
    assert session.task is session.round.running
    until(qtbot, lambda: states(session) == {"done": PHOTOS})
    until(qtbot, lambda: session.task is None)
    rows = [session.album.row(key) for key in session.album]
    assert {(row.label, row.probability, row.status) for row in rows} == {("bee", 0.5, "ok")}
    done = [one.done for one in told if one is not None]
    assert done == sorted(done)
    assert {one.of for one in told if one is not None} == {told[0].of}
    # Nothing is left to do.
    session.explain_all()
    assert session.task is None


def test_a_photo_that_fails_or_kills_the_engine_stops_no_other(session, qtbot, tmp_path):
    filled(session, qtbot, tmp_path, "bad.png", "dies.png", "last.png")
    session.explain_all()
    until(qtbot, lambda: session.round.running is None and session.engine_state == "ready")
    assert states(session) == {"done": PHOTOS - 2, "failed": 2}
    errors = {os.path.basename(row.path): row.error for row in map(session.album.row, session.album) if row.error}
    assert errors["bad.png"] == "it is bad"
    assert "dies.png" in errors
    # A photo that failed is tried again.
    session.explain_all()
    assert session.task is not None
    until(qtbot, lambda: session.task is None)
    assert states(session) == {"done": PHOTOS - 2, "failed": 2}


def test_a_long_list_of_known_photos_is_passed_over_in_steps(session, qtbot, tmp_path, monkeypatch):
    filled(session, qtbot, tmp_path)
    monkeypatch.setattr("gradcam_tf.gui.round.LOOKED_AT", 7)
    for key in list(session.album)[:-1]:
        session.photos.know(key, state="done")
    session.explain_all()
    assert session.task is not None
    until(qtbot, lambda: session.task is None)
    assert states(session) == {"done": PHOTOS}


def test_a_person_is_answered_first_and_may_stop_it(session, qtbot, tmp_path):
    filled(session, qtbot, tmp_path, "slow.png")
    session.remove(list(session.album)[4:-1])
    session.explain_all()
    until(qtbot, lambda: session.engine._child._running is not None)
    session.choose_class(2)
    until(qtbot, lambda: settled(session) and session.answer.title == "cat")
    assert session.round.running is not None
    session.cancel()
    assert session.task is None
    assert session.album.row(list(session.album)[-1]).state == "waiting"


def test_another_model_ends_it(session, qtbot, tmp_path):
    filled(session, qtbot, tmp_path, "slow.png")
    session.explain_all()
    session.open([tmp_path / "other.keras"])
    until(qtbot, lambda: session.card is not None and session.card.path.endswith("other.keras") and settled(session))
    assert session.task is None
    assert states(session)["waiting"] >= PHOTOS - 4


def test_an_engine_that_tells_of_too_few_photos_is_not_believed(session, qtbot, tmp_path):
    filled(session, qtbot, tmp_path, "strange.png")
    session.explain_all()
    until(qtbot, lambda: session.round.running is None)
    assert states(session) == {"done": PHOTOS - 1, "failed": 1}


def test_the_real_engine_says_the_same_as_of_each_photo_alone(qtbot, tmp_path, nothing_of_itself):
    session = Session(Engine(threads=1), Pictures())
    session.start()
    try:
        until(qtbot, lambda: session.card is not None)
        samples = list(sample_paths().values())
        (tmp_path / "broken.jpg").write_bytes(samples[0].read_bytes()[:3000])
        session.album.add([*map(str, samples), str(tmp_path / "broken.jpg")])
        session.explain_all()
        until(qtbot, lambda: session.task is None)
        together = [session.album.row(key) for key in session.album]
        assert [row.state for row in together] == ["done"] * len(samples) + ["failed"]
        assert "truncated" in together[-1].error
        for row in together[:-1]:
            session.reload(row.key)
            session.show(row.key)
            qtbot.waitUntil(lambda: settled(session), timeout=WAIT)
            alone = session.current_row
            assert (alone.label, alone.status) == (row.label, row.status)
            assert alone.probability == pytest.approx(row.probability, abs=1e-4)
    finally:
        session.stop()
