"""Pictures of every widget in its states, light and dark: ``python tools/make_screenshots.py FOLDER [NAME…]``.

Offscreen, with the samples and made-up answers: neither TensorFlow nor a screen is needed. The whole window is in
``tools/make_window_screenshots.py``.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QAbstractItemView, QApplication, QVBoxLayout, QWidget

from gradcam_tf.gui import theme
from gradcam_tf.gui.canvas import Canvas
from gradcam_tf.gui.classes import ClassTable
from gradcam_tf.gui.compare import Cell, Compare
from gradcam_tf.gui.comparebar import CompareBar
from gradcam_tf.gui.drops import Drops
from gradcam_tf.gui.exportdialog import ExportDialog
from gradcam_tf.gui.help import HelpPage
from gradcam_tf.gui.kinds import told_apart
from gradcam_tf.gui.layers import LayerPicker
from gradcam_tf.gui.look import LookPanel
from gradcam_tf.gui.methods import MethodPicker
from gradcam_tf.gui.model import ModelPanel
from gradcam_tf.gui.palette import CommandPalette
from gradcam_tf.gui.photos import PhotoList
from gradcam_tf.gui.preferencesdialog import Choices, PreferencesDialog
from gradcam_tf.gui.problems import ProblemBar, ProblemList
from gradcam_tf.gui.pyramid import Pyramid
from gradcam_tf.gui.records import (
    Answer,
    ClassRow,
    Delivery,
    Failure,
    LayerRow,
    Look,
    MethodRow,
    ModelCard,
    PhotoRow,
    Question,
    Running,
    SettingRow,
)
from gradcam_tf.gui.shortcuts import ShortcutList
from gradcam_tf.gui.statusline import StatusLine
from gradcam_tf.gui.view import PictureView, Place
from gradcam_tf.gui.viewbar import ViewBar
from gradcam_tf.images import open_photo
from gradcam_tf.resources import sample_paths

PANEL = 260
Shots = Iterator[tuple[str, QWidget]]

# ---- what is shown ----


def photo(name: str = "chelsea") -> Pyramid:
    return Pyramid.of(open_photo(sample_paths()[name]).pixels)


def answer(picture: Pyramid, status: str = "ok", highest: float = 4.2, square: bool = False) -> Answer:
    """A bump of heat right of the middle, and what speaks against beneath it."""
    rows, columns = np.mgrid[0:7, 0:7] / 6
    bump = np.exp(-(((columns - 0.6) / 0.22) ** 2) - ((rows - 0.4) / 0.25) ** 2)
    hole = np.exp(-(((columns - 0.2) / 0.2) ** 2) - ((rows - 0.85) / 0.2) ** 2)
    good = status == "ok"
    signed = ((bump - 0.7 * hole) if good else -hole).astype(np.float32)
    inset = max(0, (picture.width - picture.height) // 2) if square else 0
    reason = "" if good else "Nothing in this layer speaks for tabby: every contribution is negative."
    return Answer(
        photo=1, question=Question(), heat=signed.clip(0), signed=signed / np.abs(signed).max(),
        box=(inset, 0, picture.width - inset, picture.height), highest=highest, lowest=-2.9,
        strongest=max(highest, 2.9), status=status,
        reason=reason, title="Egyptian cat, 77 %", layer="top_relu", layer_reason="last map", classes=classes(),
        seconds=0.014, device="CPU",
    )  # fmt: skip


def classes() -> tuple[ClassRow, ...]:
    rows = (("Egyptian cat", 0.77), ("tiger cat", 0.1), ("tabby, tabby cat", 0.08), ("lynx, catamount", 0.021),
            ("Persian cat", 0.0042), ("Siamese cat, Siamese", 0.0007))  # fmt: skip
    return tuple(ClassRow(281 + place, name, 9.0 - place, chance) for place, (name, chance) in enumerate(rows))


def layers() -> tuple[LayerRow, ...]:
    rows = [LayerRow("rescaling", "Rescaling", (224, 224, 3), 1, reason="before the first convolution")]
    for block, side in enumerate((112, 56, 28, 14, 7), start=1):
        for part in ("conv", "bn", "relu"):
            kind = {"conv": "Conv2D", "bn": "BatchNormalization", "relu": "ReLU"}[part]
            reason = "last map before the pooling" if (block, part) == (5, "relu") else "an earlier map"
            rank = 6 - block if part == "relu" else None
            name = f"backbone/block{block}_{part}"
            rows.append(LayerRow(name, kind, (side, side, 32 * block), 2, rank, reason if rank else "inside a block"))
    return (*rows, LayerRow("pool", "GlobalAveragePooling2D", (160,), 1, reason="has no places"))


def methods() -> tuple[MethodRow, ...]:
    power = SettingRow("samples", "whole", 25, least=1, most=500, what="How many noisy copies are averaged")
    noise = SettingRow("noise", "number", 0.15, least=0, most=1, what="Their spread")
    order = SettingRow("order", "choice", "second", choices=("first", "second", "third"))
    clip = SettingRow("only_positive", "switch", True, what="Set what is negative to 0")
    return (
        MethodRow("gradcam", "Grad-CAM", "Where features lie that raise the score of the class.", "By gradients",
                  "1 forward pass and the head's gradient", "Selvaraju 2017"),
        MethodRow("gradcam++", "Grad-CAM++", "The same, for several objects of one class.", "By gradients",
                  "as Grad-CAM", "Chattopadhay 2018", settings=(order,)),
        MethodRow("smooth", "Smooth Grad-CAM", "The mean over noisy copies of the photo: less chance, more cost.",
                  "By gradients", "25 × Grad-CAM", "Omeiza 2019", slow=True, settings=(power, noise, order, clip)),
        MethodRow("scorecam", "Score-CAM", "How the score changes when only a part is left to see.",
                  "By masking", "1 forward pass for each channel", "Wang 2020", slow=True),
        MethodRow("cam", "CAM", "The weights of the last dense layer.", "By weights", "1 forward pass", "Zhou 2016",
                  unfit="This model has no single dense layer after its pooling."),
    )  # fmt: skip


def card(known: bool = True) -> ModelCard:
    return ModelCard(
        name="EfficientNet-Lite0" if known else "krankenhaus_roentgen_klassifikator_v12_final",
        path="" if known else "/data/models/krankenhaus_roentgen_klassifikator_v12_final.keras", sha256="9f2c" * 16,
        input_shape=(224, 224, 3) if known else (None, None, 1), activation="softmax" if known else "sigmoid",
        classes=("a",) * 1000 if known else ("class 0", "class 1"), named=known, preprocessing="symmetric",
        preprocessing_reason="Rescaling in the model", preprocessing_known=known, layers=layers(),
        layer="backbone/block5_relu", layer_reason="last map before the pooling", methods=methods(),
        notes=() if known else ("The file was written by Keras 2; it was repaired in memory.",),
    )  # fmt: skip


def rows() -> tuple[PhotoRow, ...]:
    return (
        PhotoRow(1, "/p/chelsea.png", "done", "Egyptian cat", 0.77, "ok"),
        PhotoRow(2, "/p/coffee.png", "done", "espresso", 0.9, "ok"),
        PhotoRow(3, "/p/broken.jpg", "failed", error="The file ends too early"),
        PhotoRow(4, "/p/astronaut.png", "working"),
        PhotoRow(5, "/p/Aufnahme_2026-03-12_Abteilung_Radiologie_Thorax_0001.tif", "waiting"),
        PhotoRow(6, "/p/rocket.jpg", "done", "missile", 0.31, "negative"),
    )


def failure() -> Failure:
    return Failure(
        "Keras could not open it: a layer “Attention2D” is not known", "classifier.keras",
        "Open it in Python with custom_objects, and save it again.", "TypeError: Could not locate class 'Attention2D'.",
    )  # fmt: skip


def actions() -> list[QAction]:
    found = []
    for words, keys in (("&Open model…", "Ctrl+O"), ("Add &photos…", "Ctrl+I"), ("&Export…", "Ctrl+E"),
                        ("&Copy picture", "Ctrl+C"), ("Next photo", "Right"), ("Deeper layer", "."),
                        ("Next method", "M"), ("Fit", "F"), ("One to one", "Ctrl+0")):  # fmt: skip
        action = QAction(words)
        action.setShortcut(keys)
        found.append(action)
    found[2].setEnabled(False)
    return found


# ---- the pictures ----


def canvases() -> Shots:
    cat = photo()

    def canvas(
        name: str, prepare: Callable[[Canvas], None], width: int = 760, status: str = "ok"
    ) -> tuple[str, Canvas]:
        shown = Canvas()
        shown.resize(width, 520)
        shown.set_photo(cat, "chelsea.png")
        shown.set_answer(answer(cat, status, square=name == "crop"))
        shown.show()
        QApplication.processEvents()
        prepare(shown)
        return f"canvas-{name}", shown

    empty = Canvas()
    empty.resize(760, 520)
    empty.empty.set_hint("The built-in model knows 1,000 things. Drop a photo and see what it looks at.")
    yield "canvas-empty", empty
    yield canvas("overlay", lambda c: point(c.heated))
    yield canvas("side-by-side", lambda c: c.set_look(Look(mode="side by side")))
    yield canvas("swipe", lambda c: c.set_look(Look(mode="swipe")))
    yield canvas("signed", lambda c: c.set_look(Look(signed=True, opacity=0.7)))
    yield canvas("threshold", lambda c: c.set_look(Look(threshold=0.5, colormap="viridis", opacity=0.8)))
    yield canvas("zoomed", lambda c: c.set_place(Place(4, 0.55, 0.4)))
    yield canvas("crop", lambda c: None)
    yield canvas("hidden", lambda c: c.set_heat_hidden(True))
    yield canvas("busy", lambda c: c.show_progress("Score-CAM", 434, 1280))
    yield canvas("negative", lambda c: None, status="negative")
    yield canvas("negative-narrow", lambda c: None, 420, "negative")
    for name, files in (("photos", ("a.png", "b.jpg")), ("model", ("a.keras",)), ("nothing", ("a.docx",))):
        title, shown = canvas(f"drag-{name}", lambda c: None)
        drops = Drops(shown)
        drops._what = told_apart(files)
        drops.setGeometry(shown.rect())
        drops.show()
        yield title, shown


def point(view: PictureView) -> None:
    """Put the pointer on the picture's middle."""
    from PySide6.QtTest import QTest

    QTest.mouseMove(view.viewport(), QPoint(view.width() // 2, view.height() // 2))


def comparison() -> Shots:
    shown = Compare()
    shown.resize(760, 620)
    shown.set_grid(["chelsea.png", "coffee.png"], ["Grad-CAM", "Grad-CAM++", "Score-CAM"])
    for row, name in enumerate(("chelsea", "coffee")):
        picture = photo(name)
        for column, highest in enumerate((4.2, 2.4, 1.5)):
            shown.set_cell(row, column, Cell(picture, answer(picture, highest=highest)))
    shown.set_cell(1, 2, Cell(photo("coffee"), None, "Score-CAM: 120 of 1,280"))
    yield "compare", shown


def photo_list() -> Shots:
    shown = PhotoList()
    shown.resize(PANEL, 480)
    shown.model.set_rows(rows())
    for key, name in ((1, "chelsea"), (2, "coffee"), (6, "rocket")):
        shown.set_thumbnail(key, QImage(str(sample_paths()[name])).scaled(96, 96, Qt.AspectRatioMode.KeepAspectRatio))
    shown.set_current(1)
    yield "photos", shown
    mirrored = PhotoList()
    mirrored.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    mirrored.resize(PANEL, 480)
    mirrored.model.set_rows(rows())
    yield "photos-rtl", mirrored
    yield "photos-many", many_photos()


def many_photos() -> PhotoList:
    """A hundred thousand of which some were found, scrolled to their middle, and several selected."""
    shown = PhotoList()
    shown.resize(PANEL, 480)
    shown.model.set_rows(
        PhotoRow(
            key, f"/scans/2026/scan_{key:06d}.tif", "done", ("normal", "defect")[key % 7 == 0], 0.5 + key % 50 / 100
        )
        for key in range(100_000)
    )
    shown._find.setText("defect")
    shown.set_current(49_000)
    view, flag = shown.view, QItemSelectionModel.SelectionFlag
    for step in (1, 2, 4):
        view.selectionModel().select(shown.model.index_of(49_000 + 7 * step), flag.Select)
    view.scrollTo(shown.model.index_of(49_000), QAbstractItemView.ScrollHint.PositionAtCenter)
    return shown


def class_table() -> Shots:
    shown = ClassTable()
    shown.resize(PANEL, 330)
    shown.set_classes(classes(), 283, auto=False)
    yield "classes", shown
    asking = ClassTable()
    asking.resize(PANEL, 330)
    asking.set_classes(classes())
    asking._ask_other(classes()[0])
    yield "classes-than", asking


def panels() -> Shots:
    layer = LayerPicker()
    layer.resize(PANEL + 40, 420)
    layer.set_layers(layers())
    layer.set_layer("backbone/block5_relu", "chosen: last map before the pooling", auto=True)
    yield "layers", layer
    for name in ("gradcam", "smooth"):
        method = MethodPicker()
        method.set_methods(methods())
        method.set_method(name, {"samples": 50} if name == "smooth" else None)
        yield f"methods-{name}", narrow(method)
    for name, look in (("look", Look()), ("look-signed", Look(signed=True, threshold=0.2))):
        panel = LookPanel()
        panel.draw_swatches()
        panel.set_look(look)
        yield name, narrow(panel)
    for name, known in (("model", True), ("model-doubts", False)):
        model = ModelPanel()
        model.set_card(card(known))
        yield name, narrow(model)
    none = ModelPanel()
    none.set_card(None, "The engine starts…")
    yield "model-none", narrow(none)


def narrow(widget: QWidget) -> QWidget:
    """In a column as wide as the window's panels, and as high as it wants to be."""
    host = QWidget()
    column = QVBoxLayout(host)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(widget)
    column.addStretch()
    host.resize(PANEL, max(widget.heightForWidth(PANEL), widget.sizeHint().height()) + 8)
    return host


def messages() -> Shots:
    bar = ProblemBar()
    bar.show_failure(Failure("The file ends too early", "broken.jpg", "Copy it again."))
    bar.show_failure(failure())
    bar.resize(760, 60)
    yield "problem-bar", bar
    everything = ProblemList()
    everything.add(failure())
    everything.add(Failure("The file ends too early", "broken.jpg", "Copy it again."), warning=True)
    yield "problems", everything


def dialogs() -> Shots:
    made = actions()
    host = QWidget()
    host.resize(640, 480)
    palette = CommandPalette(lambda: made)
    palette.open_over(host)
    yield "palette", palette
    yield "shortcuts", ShortcutList({"File": made[:4], "View": made[4:]}, [("Hide the heat", "H")])
    yield "help", HelpPage()
    bar = ViewBar()
    bar.resize(640, 40)
    yield "viewbar", bar


def exports() -> Shots:
    fresh, done = ExportDialog(), ExportDialog()
    for dialog in (fresh, done):
        dialog.folder.setText("/home/ada/Pictures/gradcam-tf")
        dialog.set_counts(True, 3, 12)
    yield "export", fresh
    done.set_running(Running("Writing files", 5, 12))
    done.set_running(None)
    broken = Failure("the file ends too early", "/p/broken.jpg", "Copy it again.")
    done.show_delivery(Delivery("/p", 11, ((2, broken),)), ["broken.jpg"])
    yield "export-done", done
    yield "preferences", PreferencesDialog(Choices())
    bar = CompareBar()
    bar.set_choices([("a", "Grad-CAM"), ("b", "Score-CAM")], ["a"])
    bar.resize(760, 40)
    yield "comparebar", bar
    for name, state, words in (
        ("ready", "ready", "Ready · CPU · 14 ms"),
        ("broken", "broken", "The engine does not run"),
    ):
        line = StatusLine()
        line.set_engine(state, words)
        line.set_can_export(True)
        line.set_problems(3)
        line.set_task("Writing files" if state == "ready" else "", 5, 12)
        line.resize(800, 32)
        yield f"status-{name}", line


def shots() -> Shots:
    """Every widget by itself."""
    for group in (canvases, comparison, photo_list, class_table, panels, messages, dialogs, exports):
        yield from group()


def save_all(app: QApplication, made: Callable[[], Iterator], folder: Path, names: Sequence[str]) -> None:
    """Save each picture, light and dark.

    Args:
        app: gets the theme.
        made: makes the widgets, with their names.
        folder: where to.
        names: only those whose name begins so; default: all.
    """
    for scheme in ("light", "dark"):
        theme.apply(app, scheme)
        for name, widget in made():
            if not names or name.startswith(tuple(names)):
                widget.show()
                app.processEvents()
                widget.grab().save(str(folder / f"{name}-{scheme}.png"))
            widget.close()
            widget.deleteLater()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help="only those whose name begins so")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    save_all(QApplication(sys.argv[:1]), shots, options.folder, options.names)
    return 0


if __name__ == "__main__":
    sys.exit(main())
