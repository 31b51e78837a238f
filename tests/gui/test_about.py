"""What is said of the engine's confinement."""

from __future__ import annotations

import pytest

from gradcam_tf.gui.about import AboutPage, confinement_words
from gradcam_tf.gui.engine import Engine
from gradcam_tf.gui.records import Confined
from gradcam_tf.gui.session import Session

FREE = Confined(missing=("this kernel has no Landlock: files and network are open",))
KEPT = Confined(landlock=5, writes=True, network=True)


def test_what_holds_and_what_does_not():
    assert confinement_words(KEPT) == (
        "The engine is kept from the network (TCP).",
        "The engine can change no files but its own temporary ones and results.",
        "The engine can read your files.",
    )
    assert confinement_words(FREE)[0] == "Nothing keeps the engine from the network."
    assert confinement_words(FREE)[-1] == "This kernel has no Landlock: files and network are open."


@pytest.mark.parametrize("confined", [None, FREE, KEPT, Confined(landlock=1, reads=True)])
def test_nothing_is_called_safe(confined):
    assert "safe" not in " ".join(confinement_words(confined)).lower()


def test_the_page(qtbot):
    page = AboutPage("TensorFlow 2.21 · CPU", KEPT)
    qtbot.addWidget(page)
    assert "kept from the network" in page.words


@pytest.mark.parametrize("told", [None, {}, {"landlock": "yes"}, 3, {"missing": [["x"]]}])
def test_an_engine_that_says_nonsense_has_said_nothing(qapp, told):
    engine = Engine(["true"])
    engine._greet({"device": "CPU", "confined": told})
    assert engine.confined is None


def test_the_status_line_says_when_there_is_no_confinement(qapp):
    session = Session(Engine(["true"]))
    session.engine._child.state = "ready"
    session.engine._greet({"device": "CPU", "confined": {"landlock": None, "missing": ["no Landlock here"]}})
    assert session.engine_text == "Ready · CPU · not confined"
    session.engine._greet({"device": "CPU", "confined": {"landlock": 4, "network": True}})
    assert session.engine_text == "Ready · CPU"
