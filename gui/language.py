"""The language of the window: the texts of this package and those of Qt's own dialogs."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QGuiApplication

from gradcam_tf.resources import translation_path

from . import said

__all__ = ["install"]


def install(app: QCoreApplication, language: str = "") -> list[QTranslator]:
    """Translate what is made from now on; what has no translation stays English.

    Args:
        app: the application.
        language: ``"de"``, ``"en"``…; empty for the system's.

    Returns:
        The translators that were installed.
    """
    locale = QLocale(language) if language else QLocale.system()
    if language:
        QLocale.setDefault(locale)
    code = QLocale.languageToCode(locale.language())
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    installed = []
    for file in (f"{qt}/qtbase_{code}.qm", str(translation_path(code))):
        translator = QTranslator(app)
        if code != "en" and translator.load(file):
            app.installTranslator(translator)
            installed.append(translator)
    said.forget()
    if installed and isinstance(app, QGuiApplication):
        app.setLayoutDirection(locale.textDirection())
    return installed
