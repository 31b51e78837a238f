"""`gradcam-tf gui`."""

from __future__ import annotations

from typing import Annotated

import typer

from gradcam_tf.cli import options as given
from gradcam_tf.cli.failures import telling_errors

__all__ = ["gui"]


def gui(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[MODEL] [IMAGE]…", help="A model file, photos, folders.")
    ] = None,
    debug: given.Debug = False,
) -> None:
    """Open the desktop application."""
    with telling_errors(debug):
        from gradcam_tf.gui.app import main as open_window

        raise typer.Exit(open_window(paths or []))
