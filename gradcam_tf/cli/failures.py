"""Errors: one line in words, and the exit code."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from gradcam_tf.cli.streams import complain
from gradcam_tf.errors import GradcamError, LayerError, MethodError, NoCluster, TargetError

__all__ = ["INTERRUPTED", "in_words", "telling_errors"]

WRONG_USAGE = (LayerError, MethodError, TargetError, NoCluster)
"""Errors in what was asked for, as opposed to in a file."""
INTERRUPTED = 130
"""128 + SIGINT: the exit code of a command that was stopped by Ctrl-C."""


@contextmanager
def telling_errors(debug: bool) -> Iterator[None]:
    """Turn errors into one line and an exit code."""
    try:
        yield
    except (typer.Exit, typer.BadParameter):
        raise
    except KeyboardInterrupt:
        complain("stopped")
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        if debug:
            traceback.print_exc()
        complain(f"error: {in_words(error)}")
        raise typer.Exit(2 if isinstance(error, WRONG_USAGE) else 1) from error


def in_words(error: Exception) -> str:
    if isinstance(error, GradcamError):
        return str(error)
    first = (str(error).strip().splitlines() or [""])[0]
    return f"unexpected {type(error).__name__}: {first}. Run again with --debug to see where."
