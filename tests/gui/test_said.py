"""What the engine says, known again and said in German."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication

from gradcam_tf.errors import ImageError, Refusal, RefusedModel
from gradcam_tf.gui import language
from gradcam_tf.gui.enginewords import SENTENCES
from gradcam_tf.gui.records import Delivery, Failure, ModelCard
from gradcam_tf.gui.said import PLACE, said, said_answer, said_card, said_delivery, said_failure
from gradcam_tf.gui.serving import failure_of
from gradcam_tf.gui.worker import method_rows
from gradcam_tf.images import open_photo
from gradcam_tf.records import STATUS_REASONS
from tests.gui.made import make_answer
from tools.make_engine_words import WRITTEN, page


@pytest.fixture
def german(qapp):
    installed = language.install(qapp, "de")
    yield
    for translator in installed:
        qapp.removeTranslator(translator)
    language.said.forget()


def test_the_list_is_what_the_engine_says_now():
    assert page() == WRITTEN.read_text(), "run tools/make_engine_words.py, pyside6-lupdate and pyside6-lrelease"


def test_in_english_nothing_changes(qapp):
    for sentence in SENTENCES:
        filled = PLACE.sub("7 of 9", sentence)
        assert said(filled) == filled


def test_every_sentence_is_known_again(german):
    for sentence in SENTENCES:
        if QCoreApplication.translate("engine", sentence) != sentence:
            filled = PLACE.sub("Ω", sentence)
            assert said(filled) != filled, sentence


def test_all_that_is_said_of_methods_has_german(german):
    for row in method_rows():
        for text in (row.summary, row.cost, *(setting.what for setting in row.settings if len(setting.what) > 12)):
            assert said(text) != text, (row.name, text)


@pytest.mark.parametrize(
    ("english", "german_"),
    [
        (
            "the last spatial map before GlobalAveragePooling2D 'top_pool': after its activation, 7×7×1280",
            "die letzte räumliche Karte vor GlobalAveragePooling2D „top_pool“: nach ihrer Aktivierung, 7×7×1280",
        ),
        (
            "output of Conv2D, 14×14×80; 72 better candidates",
            "Ausgabe von Conv2D, 14×14×80; 72 bessere Vorschläge",
        ),
        ("the engine crashed (signal 11)", "der Rechenprozess ist abgestürzt (Signal 11)"),
        (
            "dense_1/config/function is a Lambda layer, which is Python code, and code is not run from a file",
            "dense_1/config/function ist eine Lambda-Schicht, also Python-Code, und Code aus einer Datei wird nicht "
            "ausgeführt",
        ),
        ("16-bit grey: the window given, 0 to 9, reduced to 0 to 255",
         "16-Bit-Grau: das angegebene Fenster, 0 bis 9, verringert auf 0 bis 255"),
        ("there is no such file.", "es gibt keine solche Datei."),
    ],
)  # fmt: skip
def test_sentences_within_sentences(german, english, german_):
    assert said(english) == german_


@pytest.mark.parametrize("text", ["", " ", "Egyptian cat", "output", "Ihre Datei", "what nobody wrote", "{0}"])
def test_what_is_not_known_stays(german, text):
    assert said(text) == text


def test_names_are_no_sentences(german):
    """A file or class may be called like what the engine says."""
    assert said("it has no page {what}") == "es hat keine Seite {what}"
    assert said("class 'mask'") == "Klasse „mask“"


def test_a_hostile_text_takes_no_longer_than_it_is_long(german):
    began = time.perf_counter()
    for text in ("is not opened: " * 100_000, ". ".join(["it has no page 3"] * 50_000), "a " * 900, ", " * 900):
        said(text)
    assert time.perf_counter() - began < 2


def test_an_error_of_the_engine(german, tmp_path):
    (tmp_path / "empty.png").touch()
    with pytest.raises(ImageError) as caught:
        open_photo(tmp_path / "empty.png")
    failure = said_failure(failure_of(caught.value))
    assert failure.what == "die Datei ist leer"
    assert failure.remedy == "Kopieren oder laden Sie sie noch einmal"
    assert "the file is empty" in failure.detail, "whoever is asked for help reads English"
    assert said_delivery(Delivery("out", 0, ((0, failure_of(caught.value)),))).failures[0][1] == failure


def test_a_refusal_with_its_reasons(german):
    refusals = [
        Refusal(
            "f/config",
            "is a Lambda layer, which is Python code, and code is not run from a file",
            "Save it anew with model.save()",
            True,
        )
    ] * 2
    failure = said_failure(failure_of(RefusedModel(refusals, sha256="0" * 64, where="m.keras")))
    assert failure.what.startswith("wird nicht geöffnet: f/config ist eine Lambda-Schicht")
    assert failure.what.endswith("(und 1 weitere)")
    assert failure.detail.startswith("f/config ist eine Lambda-Schicht")
    assert failure.trust == "0" * 64


def test_a_card_and_an_answer(german):
    classes = ("class 0", "class 1")
    facts = ("net", "", "0" * 64, (8, 8, 3), "softmax", classes, False, "unit", "given: 0 to 1", True, ())
    shown = said_card(ModelCard(*facts, "top", "after its activation", tuple(method_rows()), ("holds no weights",)))
    assert shown.classes == ("Klasse 0", "Klasse 1")
    assert (shown.preprocessing_reason, shown.notes) == ("angegeben: 0 bis 1", ("enthält keine Gewichte",))
    assert shown.methods[0].group == "Klassenaktivierungskarten"
    assert shown.layer_reason == "nach ihrer Aktivierung"
    found = said_answer(replace(make_answer(), status="zero", reason=STATUS_REASONS["zero"], title="class 3, 77 %"))
    assert found.title == "Klasse 3, 77 %"
    assert found.reason.startswith("die Karte ist überall null")


def test_a_failure_of_the_window_itself_is_not_said_twice(german):
    failure = Failure("Darin sind keine Fotos", "x", "Wählen Sie einen anderen Ordner.", "detail")
    assert said_failure(failure) == failure
