"""`gradcam-tf trusted`."""

from __future__ import annotations

from typing import Annotated

import typer

from gradcam_tf.cli import options as given
from gradcam_tf.cli.failures import telling_errors
from gradcam_tf.cli.streams import say
from gradcam_tf.cli.table import print_table

__all__ = ["trusted"]


def trusted(
    forget: Annotated[
        list[str] | None, typer.Option("--forget", metavar="SHA256", help="Trust this file no longer.")
    ] = None,
    debug: given.Debug = False,
) -> None:
    """List the model files that you trust to run the code stored in them, or forget some."""
    with telling_errors(debug):
        from gradcam_tf.trust import forget_model, trusted_models

        names = {one.sha256: one.name for one in trusted_models()}
        for sha256 in forget or ():
            forget_model(sha256)
            say(f"no longer trusted: {names.get(sha256.strip().lower()) or 'a file'}, {sha256.strip().lower()}")
        rows = [(one.sha256, one.name, one.since) for one in trusted_models()]
        if rows and not forget:
            print_table(("sha256", "name", "since"), rows)
        elif not forget:
            say("no model file is trusted")
