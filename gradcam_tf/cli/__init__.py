"""The command line: parse, call, print. One command, or one story that several share, a file."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from gradcam_tf._version import __version__
from gradcam_tf.cli import batch, explain, gui, layers, methods, trusted
from gradcam_tf.cli.command import Command
from gradcam_tf.cli.confining import OWN_PROCESS
from gradcam_tf.cli.failures import telling_errors
from gradcam_tf.cli.streams import complain, leave_stdout, ready_streams, say

__all__ = ["app", "main"]

app = typer.Typer(
    name="gradcam-tf",
    help="What did the model look at? Heatmaps for any Keras 3 image model.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _command in (explain.explain, batch.batch, layers.layers, methods.methods, trusted.trusted, gui.gui):
    app.command(cls=Command)(_command)


@app.callback(invoke_without_command=True)
def _main(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        with telling_errors(debug=False):
            say(f"gradcam-tf {__version__}")
        raise typer.Exit


def main() -> None:
    """The entry point of ``gradcam-tf``."""
    ready_streams()
    try:
        app(obj=OWN_PROCESS)
    except OSError as error:
        # Typer's own printing, of the help.
        leave_stdout()
        complain(f"error: standard output: cannot be written: {(error.strerror or str(error)).lower()}")
        sys.exit(1)
