"""The journal: what has been done, in a file that survives anything. SQLite, in the folder of the results.

The order of writing is the promise: a photo's files are on the disk, whole and under their names, before the journal
says so. A journal that lost its last lines costs some photos being explained again; never a photo lost.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradcam_tf.batch.places import Signature
from gradcam_tf.batch.rows import COLUMNS, FAILED
from gradcam_tf.errors import OutputError

__all__ = ["FOLDER", "Entry", "Journal", "Key", "Known", "Signature", "locked"]

FOLDER = ".gradcam"
"""Holds journal, lock and temporary files; what marks a folder of results as ours."""
VERSION = 1
"""Of the tables below. A journal of another version is left alone."""
KEY = ("image", "model", "method")
ROW = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
TABLES = f"""
CREATE TABLE images (
    id INTEGER PRIMARY KEY, {ROW}, settings TEXT NOT NULL, signature TEXT NOT NULL, UNIQUE ({", ".join(KEY)})
);
CREATE TABLE pictures (id INTEGER PRIMARY KEY, thumbnail BLOB, grid BLOB);
PRAGMA user_version = {VERSION};
"""
Key = tuple[str, str, str]
"""Image, model, method."""
IMPATIENCE = 60.0
"""Seconds to wait for another process of the same job to finish its writing."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the journal knows of a photo: its state, and of which file and settings."""

    status: str
    settings: str
    signature: Signature | None
    sha256: str | None
    files: tuple[str, ...]

    @property
    def failed(self) -> bool:
        return self.status == FAILED


@dataclass(frozen=True, slots=True)
class Entry:
    """What is written of a photo.

    Attributes:
        key: image, model and method.
        row: by the names of :data:`~gradcam_tf.batch.rows.COLUMNS`; what is missing is empty.
        settings: the hash of all that had a say in the result.
        signature: of the photo's file before it was read.
        thumbnail: a small JPEG of the overlay, for the report.
        grid: uint8, a small map, for the mean map of a class.
    """

    key: Key
    row: Mapping[str, Any]
    settings: str
    signature: Signature | None
    thumbnail: bytes | None = None
    grid: bytes | None = None


class Journal:
    """The journal of a folder of results.

    Args:
        folder: of the results; made if it is missing.

    Raises:
        OutputError: if the folder holds other things, or its journal is damaged, of another version, or cannot be
            written.
    """

    def __init__(self, folder: str | os.PathLike):
        self.folder = Path(folder)
        self.path = self.folder / FOLDER / "journal.sqlite"
        with self._refusals():
            check_ours(self.folder)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(self.path, timeout=IMPATIENCE, isolation_level=None)
            self._prepare()

    def _prepare(self) -> None:
        # Write-ahead: one short append for each commit, and readers are never in the way.
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        with self._transaction():
            (version,) = self._database.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in TABLES.strip().rstrip(";").split(";"):
                    self._database.execute(statement)
            elif version != VERSION:
                raise OutputError(
                    f"its journal is of version {version}, and this program writes version {VERSION}",
                    where=self.folder,
                    remedy="Choose another folder with --out, or use the version of gradcam_tf that began it.",
                )

    def begin_run(self) -> None:
        """Count a run; of two copies of a journal, the one that has seen more is the later."""
        with self._refusals(), self._transaction():
            self._database.execute("CREATE TABLE IF NOT EXISTS runs (began TEXT)")
            self._database.execute("INSERT INTO runs VALUES (datetime('now'))")

    def copy(self, path: Path) -> None:
        """Write a copy, whole, of how it is now."""
        with self._refusals(), contextlib.closing(sqlite3.connect(path)) as other:
            self._database.backup(other)

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def known(self, key: Key) -> Known | None:
        """What is known of a photo."""
        with self._refusals():
            found = self._database.execute(
                "SELECT status, settings, signature, sha256, files FROM images WHERE image=? AND model=? AND method=?",
                _stored(key),
            ).fetchone()
        if found is None:
            return None
        status, settings, signature, sha256, files = found
        return Known(status, settings, _signature(signature), sha256, tuple(json.loads(files or "{}").values()))

    def write(self, entries: Sequence[Entry]) -> None:
        """Write of photos whose files are on the disk; all or none.

        Raises:
            OutputError: if the disk refuses; the journal is as it was.
        """
        with self._refusals(), self._transaction():
            for entry in entries:
                (number,) = self._database.execute(INSERT, _values(entry)).fetchone()
                self._database.execute(INSERT_PICTURE, (number, entry.thumbnail, entry.grid))

    def invalidate(self, keys: Iterable[Key]) -> None:
        """Say, before their files are replaced, that what is known of photos no longer holds; to the disk."""
        with self._refusals():
            self._database.execute("PRAGMA synchronous = FULL")
            with self._transaction():
                self._database.executemany(
                    "UPDATE images SET settings='' WHERE image=? AND model=? AND method=?", map(_stored, keys)
                )
            self._database.execute("PRAGMA synchronous = NORMAL")

    def touch(self, key: Key, signature: Signature) -> None:
        """Keep the new signature of a file whose content is as it was."""
        with self._refusals():
            self._database.execute(
                "UPDATE images SET signature=? WHERE image=? AND model=? AND method=?",
                (json.dumps(signature), *_stored(key)),
            )

    def rows(self, where: str = "TRUE", order: str = ", ".join(KEY), most: int = -1) -> Iterator[tuple]:
        """The table, row by row: the values of :data:`~gradcam_tf.batch.rows.COLUMNS`."""
        columns = ", ".join(f'"{name}"' for name in COLUMNS)
        # Names of this program's own, and numbers; what a person or a file gives goes in by ?.
        query = f"SELECT {columns} FROM images WHERE {where} ORDER BY {order} LIMIT {most}"  # nosec B608
        for row in self.select(query):
            yield tuple(os.fsdecode(one) if isinstance(one, bytes) else one for one in row)

    def select(self, query: str, values: Sequence[Any] = ()) -> Iterator[tuple]:
        """The rows of a query, read one by one."""
        with self._refusals():
            yield from self._database.execute(query, values)

    def counts(self) -> dict[str, int]:
        """How many photos there are of each status."""
        return dict(self.select("SELECT status, count(*) FROM images GROUP BY status ORDER BY count(*) DESC"))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._database.execute("ROLLBACK")
            raise

    @contextlib.contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise _refusal(error, self.folder, self.path) from error


INSERT = f"""
INSERT INTO images ({", ".join(f'"{name}"' for name in COLUMNS)}, settings, signature)
VALUES ({", ".join("?" * (len(COLUMNS) + 2))})
ON CONFLICT ({", ".join(KEY)}) DO UPDATE SET
    {", ".join(f'"{name}"=excluded."{name}"' for name in (*COLUMNS, "settings", "signature") if name not in KEY)}
RETURNING id
"""  # nosec B608
INSERT_PICTURE = "INSERT OR REPLACE INTO pictures VALUES (?, ?, ?)"


def check_ours(folder: Path) -> None:
    """Raise an OutputError if a folder holds things and no journal: results must not be mixed with what is not ours."""
    if not folder.is_dir():
        return
    if (folder / FOLDER).is_dir() or not any(folder.iterdir()):
        return
    raise OutputError(
        "holds other files, and no journal of an earlier run",
        where=folder,
        remedy="Choose a new or empty folder with --out.",
    )


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep a second job out of a folder of results; the system gives the lock back however this process ends.

    Raises:
        OutputError: if another job is at work there.
    """
    try:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(folder / FOLDER / "lock.sqlite", timeout=0, isolation_level=None)
        lock.execute("PRAGMA journal_mode = DELETE")
        lock.execute("BEGIN EXCLUSIVE")
    except (sqlite3.OperationalError, OSError) as error:
        if "locked" not in str(error):
            raise _refusal(error, folder, folder / FOLDER / "lock.sqlite") from error
        raise OutputError(
            "another job is writing there", where=folder, remedy="Wait until it has ended, or choose another --out."
        ) from error
    try:
        yield
    finally:
        lock.close()


def _refusal(error: Exception, folder: Path, path: Path) -> OutputError:
    said = (getattr(error, "strerror", None) or str(error)).lower()
    if "full" in said or "no space" in said:
        remedy = "Free some space and run the same command again: it goes on where it stopped."
        return OutputError("the disk is full", where=folder, remedy=remedy)
    if "not a database" in said or "malformed" in said:
        remedy = "Choose another --out; or remove this file, and all photos are explained anew."
        return OutputError("the journal is damaged", where=path, remedy=remedy)
    return OutputError(f"cannot be written: {said}", where=path, remedy="Choose a folder you may write to with --out.")


def _values(entry: Entry) -> list[Any]:
    row = dict(zip(KEY, entry.key, strict=True)) | dict(entry.row)
    return [*(_storable(row.get(name)) for name in COLUMNS), entry.settings, json.dumps(entry.signature)]


def _stored(key: Key) -> list[str | bytes]:
    return [_storable(one) for one in key]


def _storable(value: Any) -> Any:
    """A file name that is no valid text is kept as its bytes: no two names become one."""
    if not isinstance(value, str):
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return os.fsencode(value)
    return value


def _signature(stored: str) -> Signature | None:
    values = json.loads(stored)
    return None if values is None else Signature(*values)
