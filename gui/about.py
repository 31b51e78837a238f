"""What this program is, what it runs on, and what its engine is kept from; in plain words."""

from __future__ import annotations

import platform

from PySide6.QtCore import QCoreApplication, qVersion
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from gradcam_tf import __version__

from .records import Confined

__all__ = ["AboutPage", "confinement_words"]


def confinement_words(confined: Confined | None) -> tuple[str, ...]:
    """What the engine's process can do and cannot, a sentence each. Never that anything is without risk: it is not."""
    if confined is None:
        return (QCoreApplication.translate("About", "The engine has not said what it is kept from."),)
    holds = (confined.network, confined.writes, confined.reads)
    kept = (
        QCoreApplication.translate("About", "The engine is kept from the network (TCP)."),
        QCoreApplication.translate("About", "The engine can change no files but its own temporary ones and results."),
        QCoreApplication.translate("About", "The engine can read no files but those it is given."),
    )
    free = (
        QCoreApplication.translate("About", "Nothing keeps the engine from the network."),
        QCoreApplication.translate("About", "The engine can change your files."),
        QCoreApplication.translate("About", "The engine can read your files."),
    )
    said = [one if yes else other for yes, one, other in zip(holds, kept, free, strict=True)]
    return (*said, *(f"{one[:1].upper()}{one[1:].rstrip('.')}." for one in confined.missing))


class AboutPage(QDialog):
    """Versions, and what the engine is kept from.

    Args:
        engine: what is said of the engine, such as ``"TensorFlow 2.21 · CPU"``; empty while it has not started.
        confined: what it is kept from; None while it has not said so.
    """

    def __init__(self, engine: str, confined: Confined | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About gradcam_tf"))
        name, what, facts, kept = (QLabel() for _ in range(4))
        font = name.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        font.setBold(True)
        name.setFont(font)
        name.setText(f"gradcam_tf {__version__}")
        what.setText(self.tr("Shows what an image model looked at. It asks no server: photos stay on this machine."))
        facts.setText(" · ".join(filter(None, (engine, f"Qt {qVersion()}", f"Python {platform.python_version()}"))))
        kept.setText("\n".join(confinement_words(confined)))
        heading = QLabel(self.tr("What opens models and photos"))
        heading.setFont(self._bold())
        why = QLabel(self.tr("The engine is a process of its own. If a file breaks it, the window lives on."))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        for label in (name, what, facts, heading, why, kept):
            label.setWordWrap(True)
            column.addWidget(label)
        column.addStretch()
        column.addWidget(buttons)
        self.words = kept.text()
        self.resize(460, 320)

    def _bold(self) -> QFont:
        font = self.font()
        font.setBold(True)
        return font
