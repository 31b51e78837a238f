"""The journal as a table: ``explanations.csv`` always, ``explanations.parquet`` where pyarrow is installed."""

from __future__ import annotations

import contextlib
import csv
import importlib.util
import io
import os
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from gradcam_tf.batch.journal import FOLDER, Journal
from gradcam_tf.batch.rows import COLUMNS
from gradcam_tf.errors import OutputError, printable

__all__ = ["CSV", "PARQUET", "whole", "write_tables"]

CSV = "explanations.csv"
PARQUET = "explanations.parquet"
CHUNK = 50_000
"""Rows that are in memory at once."""


def write_tables(journal: Journal) -> list[Path]:
    """Write the tables of a folder of results, row by row, in the order of the images' names; replaces older ones.

    Raises:
        OutputError: if one cannot be written; the older one is as it was.
    """
    writers: dict[str, Callable] = {CSV: _write_csv}
    if importlib.util.find_spec("pyarrow") is not None:
        writers[PARQUET] = _write_parquet
    paths = []
    for name, writer in writers.items():
        with whole(journal.folder / name) as file:
            writer(file, _rows(journal))
        paths.append(journal.folder / name)
    return paths


@contextlib.contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file that is written piece by piece, and takes its name when it is whole and on the disk."""
    temporary = path.parent / FOLDER / f"{path.name}.part"
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        raise OutputError(f"cannot be written: {said}", where=path, remedy="Free some space and run again.") from error
    finally:
        temporary.unlink(missing_ok=True)


def _rows(journal: Journal) -> Iterator[tuple]:
    """With names that any program can read."""
    for image, *rest in journal.rows():
        yield printable(image), *rest


def _write_csv(file: IO[bytes], rows: Iterable[tuple]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    text.detach()


def _write_parquet(file: IO[bytes], rows: Iterator[tuple]) -> None:
    import pyarrow
    from pyarrow import parquet

    kinds = {"TEXT": pyarrow.string(), "INTEGER": pyarrow.int64(), "REAL": pyarrow.float64()}
    schema = pyarrow.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])
    with parquet.ParquetWriter(file, schema) as writer:
        while chunk := list(islice(rows, CHUNK)):
            columns = [list(column) for column in zip(*chunk, strict=True)]
            writer.write_table(pyarrow.table(columns, schema=schema))
