"""The window: widgets in their places, bound to a session by one controller for each part."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from gradcam_tf.errors import GradcamError

from . import project, theme
from .about import AboutPage, confinement_words
from .actions import Actions
from .comparing import Comparing
from .drops import Drops
from .exporting import Exporting
from .files import Files
from .help import HelpPage
from .kinds import told_apart
from .palette import CommandPalette
from .panels import Panels
from .preferences import Preferences
from .preferencesdialog import Choices, PreferencesDialog
from .pyramids import Pyramids
from .readings import Readings
from .records import ModelSource
from .session import Session
from .shortcuts import ShortcutList
from .sides import Sides
from .stage import Stage
from .statusline import StatusLine
from .theme import app_icon, wears
from .troubles import Troubles
from .viewbar import GRID, HoldKey, ViewBar

__all__ = ["Window"]

SMALLEST = QSize(800, 560)
FIRST_SIZE = QSize(1280, 860)
MOST_RESTORED = 2000
"""Photos of last time; a list that long was a folder, which is quickly added again."""


class Window(QMainWindow):
    """Everything in its place.

    Args:
        session: what is open, chosen and shown; not yet started.
        preferences: what the person prefers.
    """

    def __init__(self, session: Session, preferences: Preferences):
        super().__init__()
        self.session, self.preferences = session, preferences
        self.setWindowIcon(app_icon())
        self.setMinimumSize(SMALLEST)
        self.resize(FIRST_SIZE)
        pyramids = Pyramids(self)
        self.panels = Panels(session, self)
        self.stage = Stage(session, pyramids, self)
        self.comparing = Comparing(session, pyramids, self._selected, self)
        self.exporting = Exporting(session, self._selected, self)
        self.files = Files(session, preferences, self)
        self.readings = Readings(session, self._selected, self)
        self.troubles = Troubles(session, self)
        self.viewbar, self.status, self.pages = ViewBar(), StatusLine(), QStackedWidget()
        self._toggles = {side: QToolButton() for side in ("left", "right")}
        self.sides = self._lay_out()
        self.drops = Drops(self)
        self.actions_ = Actions(self)
        self._fill_menus()
        self.palette_ = CommandPalette(lambda: self.actions_.all, self)
        self._refresh = QTimer(self, singleShot=True, interval=0)
        self._refresh.timeout.connect(self._refresh_now)
        self._connect()
        self._restore_layout()
        self._refresh_now()
        # Keys are the window's, until a field is clicked.
        self.setFocus()

    # ---- layout ----

    def _lay_out(self) -> Sides:
        panels = self.panels
        self.pages.addWidget(self.stage.canvas)
        self.pages.addWidget(self.comparing.page)
        head, middle, page = QWidget(), QWidget(), QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(0)
        for part in (self._toggles["left"], self.viewbar, self._toggles["right"]):
            row.addWidget(part, int(part is self.viewbar))
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.pages, 1)
        sides = Sides(
            [panels.model, panels.photos], middle, [panels.classes, panels.methods, panels.layers, panels.look]
        )
        sides.drawer_top = head.sizeHint().height()
        outer = QVBoxLayout(page)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.troubles.bar)
        outer.addWidget(sides, 1)
        outer.addWidget(self.status)
        self.setCentralWidget(page)
        return sides

    def _restore_layout(self) -> None:
        for side, words in (("left", self.tr("Left panel ([)")), ("right", self.tr("Right panel (])"))):
            button = self._toggles[side]
            button.setAutoRaise(True)
            button.setCheckable(True)
            button.setMinimumSize(30, 30)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(words)
            button.setAccessibleName(words)
            wears(button, f"panel-{side}")
        self._toggles["left"].clicked.connect(self.sides.show_left)
        self._toggles["right"].clicked.connect(self.sides.show_right)
        if self.preferences.geometry:
            self.restoreGeometry(self.preferences.geometry)
        if self.preferences.layout:
            self.sides.splitter.restoreState(self.preferences.layout)
        if self.preferences.first_run:
            self.stage.canvas.empty.set_hint(self.tr(
                "The built-in model knows 1,000 kinds of things. Drop a photo and see what it looks at."
            ))  # fmt: skip

    # ---- what belongs together ----

    def _connect(self) -> None:
        session, canvas, panels, files = self.session, self.stage.canvas, self.panels, self.files
        for signal in (session.model_changed, session.current_changed, session.answer_changed, session.look_changed,
                       session.running_changed, session.engine_changed, session.photos_removed,
                       self.sides.left_changed, self.sides.right_changed):  # fmt: skip
            signal.connect(self._refresh.start)
        self.drops.dropped.connect(lambda dropped: files.open(dropped.paths))
        for source in (canvas, panels.photos):
            source.add_wanted.connect(files.add_photos)
        canvas.open_wanted.connect(files.open_model)
        canvas.sample_wanted.connect(files.try_sample)
        panels.model.change_wanted.connect(files.open_model)
        panels.model.labels_wanted.connect(files.open_labels)
        panels.photos.export_wanted.connect(self.exporting.open)
        panels.photos.reading_wanted.connect(self.readings.open)
        panels.photos.selection_changed.connect(self.comparing.follow_selection)
        self.comparing.single_wanted.connect(lambda: self.set_mode("overlay"))
        self.comparing.failed.connect(self.troubles.tell)
        self.status.export_wanted.connect(self.exporting.open)
        self.status.cancel_wanted.connect(session.cancel_task)
        self.status.problems_wanted.connect(self.troubles.open_list)
        self.status.restart_wanted.connect(self.restart_engine)
        self.troubles.counted.connect(self.status.set_problems)
        self._connect_view()

    def _connect_view(self) -> None:
        self.viewbar.mode_chosen.connect(self.set_mode)
        for signal, name in (
            (self.viewbar.fit_wanted, "fit"),
            (self.viewbar.actual_size_wanted, "actual_size"),
            (self.viewbar.zoom_in_wanted, "zoom_in"),
            (self.viewbar.zoom_out_wanted, "zoom_out"),
        ):
            signal.connect(lambda name=name: self._view(name))
        for signal in (self.viewbar.heat_held, HoldKey(self).held):
            signal.connect(self._hide_heat)

    def _hide_heat(self, hidden: bool) -> None:
        self.stage.canvas.set_heat_hidden(hidden)
        self.comparing.grid.set_heat_hidden(hidden)

    def _view(self, name: str) -> None:
        """Zoom what is shown: the canvas or the grid."""
        getattr(self.comparing.grid if self.comparing.active else self.stage.canvas, name)()

    def _selected(self) -> list[int]:
        return self.panels.photos.selected

    def set_mode(self, mode: str) -> None:
        """Show photo and heat another way, or a grid."""
        grid = mode == GRID
        if grid != self.comparing.active:
            (self.comparing.open if grid else self.comparing.close)()
        self.pages.setCurrentIndex(int(grid))
        if not grid and mode != self.session.look.mode:
            self.session.set_look(replace(self.session.look, mode=mode))  # type: ignore[arg-type]
        self._refresh_now()

    def _is_mode(self, mode: str) -> bool:
        return self.mode == mode

    @property
    def mode(self) -> str:
        return GRID if self.comparing.active else self.session.look.mode

    # ---- menus ----

    def _fill_menus(self) -> None:
        self._fill_file_menu()
        self._fill_edit_menu()
        self._fill_view_menu()
        self._fill_explain_menu()
        self._fill_window_menu()
        self.actions_.draw()

    def _fill_file_menu(self) -> None:
        add, files = self.actions_.add, self.files
        menu = self.actions_.menu(self.tr("&File"))
        add(self.tr("&Open model…"), files.open_model, "Ctrl+O", drawing="open-model")
        menu.addMenu(files.models_menu)
        add(self.tr("Use the &built-in model"), files.open_embedded, drawing="model")
        add(self.tr("Open class &names…"), files.open_labels, drawing="labels", enabled=self._has_model)
        self.actions_.separate()
        add(self.tr("Add &photos…"), files.add_photos, "Ctrl+I", drawing="add-photos")
        add(self.tr("Add a &folder…"), files.add_folder, "Ctrl+Shift+I")
        menu.addMenu(files.photos_menu)
        add(self.tr("&Try a sample"), files.try_sample, drawing="sample")
        self.actions_.separate()
        add(self.tr("Open p&roject…"), files.open_project, "Ctrl+Shift+O")
        add(self.tr("&Save project…"), files.save_project, "Ctrl+S")
        self.actions_.separate()
        add(self.tr("&Export…"), self.exporting.open, "Ctrl+E", drawing="export", enabled=self._can_export)
        self.actions_.separate()
        add(self.tr("Preferen&ces…"), self.open_preferences, "Ctrl+,", drawing="settings")
        add(self.tr("&Quit"), self.close, "Ctrl+Q")

    def _fill_edit_menu(self) -> None:
        add, session, photos = self.actions_.add, self.session, self.panels.photos
        self.actions_.menu(self.tr("&Edit"))
        add(
            self.tr("&Undo view setting"), session.undo_look, "Ctrl+Z", drawing="undo", enabled=lambda: session.can_undo
        )
        add(self.tr("&Redo view setting"), session.redo_look, "Ctrl+Y", "Ctrl+Shift+Z", drawing="redo",
            enabled=lambda: session.can_redo)  # fmt: skip
        self.actions_.separate()
        add(self.tr("&Copy picture"), self.copy, "Ctrl+C", drawing="copy", enabled=self._has_photo)
        self.actions_.separate()
        add(self.tr("Remove photos from the &list"), lambda: session.remove(photos.selected), "Ctrl+Del",
            drawing="remove", enabled=self._has_photo)  # fmt: skip
        add(self.tr("Read the photo &again"), self._reload, "F5", enabled=self._has_photo)
        add(self.tr("&How the file is read…"), self.readings.open, "Ctrl+R", drawing="settings",
            enabled=self._has_photo)  # fmt: skip

    def _fill_view_menu(self) -> None:
        add, photos = self.actions_.add, self.panels.photos
        self.actions_.menu(self.tr("&View"))
        modes = (("overlay", self.tr("&Overlay")), ("side by side", self.tr("&Side by side")),
                 ("swipe", self.tr("S&wipe")), (GRID, self.tr("&Grid: compare")))  # fmt: skip
        for key, (mode, words) in enumerate(modes, start=1):
            add(words, partial(self.set_mode, mode), str(key), drawing=mode.replace(" ", "-"),
                checked=partial(self._is_mode, mode))  # fmt: skip
        self.actions_.separate()
        add(self.tr("&Fit"), lambda: self._view("fit"), "F", drawing="fit")
        add(self.tr("One &to one"), lambda: self._view("actual_size"), "Ctrl+0", drawing="actual-size")
        add(self.tr("&Larger"), lambda: self._view("zoom_in"), "+", "=", "Ctrl++", drawing="zoom-in")
        add(self.tr("S&maller"), lambda: self._view("zoom_out"), "-", "Ctrl+-", drawing="zoom-out")
        self.actions_.separate()
        add(self.tr("&Next photo"), photos.go_next, "Right", "PgDown", drawing="next", enabled=self._has_photo)
        add(self.tr("&Previous photo"), photos.go_previous, "Left", "PgUp", drawing="previous", enabled=self._has_photo)
        add(self.tr("Ne&xt page of the file"), lambda: self.readings.step_page(1), "Ctrl+PgDown",
            enabled=self._has_photo)  # fmt: skip
        add(self.tr("P&age before"), lambda: self.readings.step_page(-1), "Ctrl+PgUp", enabled=self._has_photo)

    def _fill_explain_menu(self) -> None:
        add, panels, session = self.actions_.add, self.panels, self.session
        self.actions_.menu(self.tr("E&xplain"))
        add(self.tr("Next &class"), panels.classes.go_next, "Down", drawing="class", enabled=self._has_photo)
        add(self.tr("P&revious class"), panels.classes.go_previous, "Up", enabled=self._has_photo)
        add(self.tr("&Likeliest class"), lambda: session.choose_class(None), "L", enabled=self._has_photo)
        add(self.tr("What speaks &against it"), lambda: self.stage.canvas.asked.emit("against"), "A",
            enabled=self._has_photo)  # fmt: skip
        self.actions_.separate()
        add(self.tr("&Deeper layer"), panels.layers.go_deeper, ".", drawing="layer", enabled=self._has_model)
        add(self.tr("&Shallower layer"), panels.layers.go_shallower, ",", enabled=self._has_model)
        add(self.tr("A&utomatic layer"), lambda: session.choose_layer("auto"), enabled=self._has_model)
        add(self.tr("Next &method"), panels.methods.go_next, "M", drawing="method", enabled=self._has_model)
        self.actions_.separate()
        add(self.tr("Explain all ph&otos"), session.explain_all, "Ctrl+Shift+E", enabled=self._can_explain_all)
        self.actions_.separate()
        add(self.tr("Ca&ncel"), session.cancel, "Esc", drawing="close", enabled=self._runs)

    def _fill_window_menu(self) -> None:
        add, sides = self.actions_.add, self.sides
        self.actions_.menu(self.tr("&Window"))
        add(
            self.tr("&Left panel"), lambda: sides.show_left(not sides.left_shown), "[", checked=lambda: sides.left_shown
        )
        add(self.tr("&Right panel"), lambda: sides.show_right(not sides.right_shown), "]",
            checked=lambda: sides.right_shown)  # fmt: skip
        self.actions_.separate()
        add(self.tr("&Commands…"), lambda: self.palette_.open_over(self), "Ctrl+Shift+P", drawing="commands")
        add(self.tr("&Problems and warnings"), self.troubles.open_list, drawing="warning")
        add(self.tr("Restart the &engine"), self.restart_engine)
        self.actions_.menu(self.tr("&Help"))
        add(self.tr("&What the heat shows"), lambda: HelpPage(self).show(), "F1", drawing="help")
        add(self.tr("&Keyboard shortcuts"), self.open_shortcuts, "Ctrl+/", "Ctrl+K")
        add(self.tr("&About gradcam_tf"), self.open_about, drawing="info")

    # ---- what can be done now ----

    def _has_model(self) -> bool:
        return self.session.card is not None

    def _has_photo(self) -> bool:
        return self.session.current is not None

    def _can_export(self) -> bool:
        return self._has_model() and len(self.session.album) > 0

    def _runs(self) -> bool:
        return self.session.running is not None or self.session.task is not None

    def _can_explain_all(self) -> bool:
        return self._can_export() and self.session.task is None

    def _refresh_now(self) -> None:
        session = self.session
        confined = session.engine.confined
        self.status.set_engine(
            session.engine_state, session.engine_text, "\n".join(confinement_words(confined)) if confined else ""
        )
        task = session.task
        self.status.set_task(*((task.what, task.done, task.of) if task else ("",)))
        self.status.set_can_export(self._can_export())
        self.viewbar.set_mode(self.mode)
        self._toggles["left"].setChecked(self.sides.left_shown)
        self._toggles["right"].setChecked(self.sides.right_shown)
        self.actions_.refresh()
        row = session.current_row
        parts = (os.path.basename(row.path) if row else "", session.card.name if session.card else "", "gradcam_tf")
        self.setWindowTitle(" — ".join(filter(None, parts)))

    # ---- what is done ----

    def start(self, paths: Sequence[str] = ()) -> None:
        """Start the engine and open what is named, or what was open last time; returns at once."""
        paths = [os.path.abspath(path) for path in paths]
        found = told_apart(paths)
        saved = None if paths else self._last_time()
        if saved is not None:
            self.session.start(saved.model)
            self.session.restore(saved)
            return
        self.session.start(ModelSource(found.models[0]) if found.models else None)
        rest = [path for path in paths if path not in found.models]
        if rest:
            self.files.open(rest)

    def _last_time(self) -> project.Project | None:
        """What was open when the window was closed, as far as it is still there."""
        path = self.preferences.last_project
        if not self.preferences.restore or not os.path.exists(path):
            return None
        try:
            saved = project.read(path)
        except GradcamError:
            return None
        shown = saved.photos[saved.current] if 0 <= saved.current < len(saved.photos) else ""
        photos = tuple(path for path in saved.photos[:MOST_RESTORED] if os.path.exists(path))
        if saved.model.path and not os.path.exists(saved.model.path):
            saved = replace(saved, model=ModelSource())
        return replace(
            saved, photos=photos, current=photos.index(shown) if shown in photos else min(0, len(photos) - 1)
        )

    def _reload(self) -> None:
        if self.session.current is not None:
            self.session.reload(self.session.current)

    def copy(self) -> None:
        """Put what is shown on the clipboard."""
        (self.comparing.copy if self.comparing.active else self.stage.canvas.copy)()

    def restart_engine(self) -> None:
        self.session.restart_engine(threads=self.preferences.threads, memory=self.preferences.memory)

    def open_shortcuts(self) -> None:
        dialog = ShortcutList(self.actions_.groups, [(self.tr("Hide the heat"), "H")], self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def open_about(self) -> AboutPage:
        engine = self.session.engine
        tensorflow = f"TensorFlow {engine.tensorflow}" if engine.tensorflow else ""
        page = AboutPage(" · ".join(filter(None, (tensorflow, engine.device))), engine.confined, self)
        page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page.show()
        return page

    def open_preferences(self) -> PreferencesDialog:
        kept = self.preferences
        shown = Choices(kept.theme, kept.language, kept.colormap, kept.threads, kept.memory, kept.restore)
        dialog = PreferencesDialog(shown, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(lambda chosen: self._prefer(shown, chosen))
        dialog.open()
        return dialog

    def _prefer(self, before: Choices, now: Choices) -> None:
        kept = self.preferences
        for name in Choices.__dataclass_fields__:
            setattr(kept, name, getattr(now, name))
        kept.save()
        app = QApplication.instance()
        if now.theme != before.theme and isinstance(app, QApplication):
            theme.apply(app, kept.theme)
        if now.colormap != before.colormap:
            self.session.set_look(replace(self.session.look, colormap=now.colormap))
        if (now.threads, now.memory) != (before.threads, before.memory):
            self.restart_engine()

    # ---- opened and closed ----

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Later: it needs matplotlib, and the window should be there first.
        QTimer.singleShot(1000, self.panels.look, self.panels.look.draw_swatches)

    def closeEvent(self, event: QCloseEvent) -> None:
        kept = self.preferences
        kept.geometry = bytes(self.saveGeometry().data())
        if not self.sides.narrow:
            kept.layout = bytes(self.sides.splitter.saveState().data())
        kept.first_run = False
        kept.save()
        self._keep_for_next_time()
        self.comparing.stop()
        self.session.stop()
        super().closeEvent(event)

    def _keep_for_next_time(self) -> None:
        """It is no reason to keep the window open, or to say anything, if this cannot be written."""
        path = self.preferences.last_project
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            project.write(path, self.session.project())
        except (GradcamError, OSError):
            pass
