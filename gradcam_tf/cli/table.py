"""Rows on the terminal: a table, or an entry for each where a table is too wide."""

from __future__ import annotations

import io
import shutil
import sys
import textwrap
from collections.abc import Sequence

from gradcam_tf.cli.streams import write_out
from gradcam_tf.errors import printable

__all__ = ["print_entries", "print_table"]

WHOLE = 10_000
"""Columns where there is no terminal: no line is broken, for the programs that read it."""
INDENT = "  "


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table, fitted to the terminal; whole where there is none. The row marked ``>`` stands out."""
    from rich.console import Console
    from rich.table import Column, Table

    page, terminal = io.StringIO(), sys.stdout.isatty()
    width = None if terminal else WHOLE
    # Names are not markup: a layer may be called "[bold]".
    console = Console(file=page, force_terminal=terminal, width=width, markup=False, emoji=False, highlight=False)
    table = Table(*(Column(name, overflow="fold") for name in header), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(printable, row), style="bold" if row[0] == ">" else None)
    console.print(table)
    write_out("\n".join(line.rstrip() for line in page.getvalue().splitlines()))


def print_entries(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table where a row fits into a line of the terminal; else below a row's first two cells the third, in full, and
    the others by their names.
    """
    lengths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WHOLE
    if sum(lengths) + len(lengths) <= width:
        print_table(header, rows)
        return
    for number, (name, title, told, *others) in enumerate(rows):
        named = [f"{head}: {cell}" for head, cell in zip(header[3:], others, strict=True)]
        below = [INDENT + line for line in (told, *named)]
        lines = [_wrapped(printable(line), width) for line in below]
        write_out("\n".join([*([""] if number else []), printable(f"{name:{lengths[0]}}  {title}"), *lines]))


def _wrapped(line: str, width: int) -> str:
    return textwrap.fill(line, width, subsequent_indent=2 * INDENT, break_on_hyphens=False)
