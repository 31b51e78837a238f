"""Starts the desktop application."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from types import TracebackType

__all__ = ["main"]

NEEDED = (
    "Install it with: pip install 'gradcam_tf[gui]'; on Debian and Ubuntu also: apt-get install libgl1 libegl1 "
    "libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 "
    "libxcb-shape0 libwayland-cursor0 libwayland-egl1"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window; returns when it is closed.

    Args:
        arguments: a model and photos, folders or a project, all of them optional; default: the command line's.

    Returns:
        The exit code: 0, or 2 if there is no screen or Qt cannot be loaded.
    """
    parser = argparse.ArgumentParser(
        prog="gradcam-tf-gui", description="See what an image model looked at, in a window."
    )
    parser.add_argument("paths", nargs="*", metavar="MODEL|IMAGE", help="a .keras or .h5 file, photos, folders")
    options = parser.parse_args(sys.argv[1:] if arguments is None else list(arguments))
    if not _has_screen():
        return _refuse("there is no screen (neither DISPLAY nor WAYLAND_DISPLAY is set)", "Use gradcam-tf explain.")
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        return _refuse(f"the window needs PySide6: {error}", NEEDED)
    return _run(options.paths)


def _run(paths: Sequence[str]) -> int:
    import signal

    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from . import language, theme
    from .engine import Engine
    from .preferences import Preferences
    from .records import Look
    from .session import Session
    from .sweeper import Sweeper
    from .window import Window

    app = QApplication([sys.argv[0]])
    app.setApplicationName("gradcam_tf")
    app.setDesktopFileName("gradcam-tf")
    Sweeper(app)
    preferences = Preferences()
    language.install(app, preferences.language)
    theme.apply(app, preferences.theme)
    engine = Engine(threads=preferences.threads, memory=preferences.memory)
    window = Window(Session(engine, look=Look(colormap=preferences.colormap)), preferences)
    _tell_what_was_not_expected(window)
    # Ctrl-C in the terminal ends the program; the children end with it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    window.show()
    QTimer.singleShot(0, window, lambda: window.start(paths))
    return app.exec()


def _tell_what_was_not_expected(window) -> None:  # type: ignore[no-untyped-def]
    """A mistake in this program is told in the window too, with the details to copy."""
    from .records import Failure
    from .said import said_failure

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        failure = Failure(
            f"something unexpected went wrong ({kind.__name__}: {error})",
            remedy="Copy the details and report them.",
            detail="".join(traceback.format_exception(kind, error, trace)),
        )
        window.troubles.tell(said_failure(failure))

    sys.excepthook = tell


def _has_screen() -> bool:
    named = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    return named or not sys.platform.startswith("linux")


def _refuse(what: str, remedy: str) -> int:
    print(f"gradcam-tf-gui: {what}. {remedy}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
