"""A table on the terminal."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

from gradcam_tf.cli.streams import write_out
from gradcam_tf.errors import printable

__all__ = ["print_table"]


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table, fitted to the terminal; whole where there is none. The row marked ``>`` stands out."""
    from rich.console import Console
    from rich.table import Column, Table

    page, terminal = io.StringIO(), sys.stdout.isatty()
    width = None if terminal else 10_000
    # Names are not markup: a layer may be called "[bold]".
    console = Console(file=page, force_terminal=terminal, width=width, markup=False, emoji=False, highlight=False)
    table = Table(*(Column(name, overflow="fold") for name in header), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(printable, row), style="bold" if row[0] == ">" else None)
    console.print(table)
    write_out("\n".join(line.rstrip() for line in page.getvalue().splitlines()))
