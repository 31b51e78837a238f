"""Where results go: a folder of this machine, or a bucket. Files there are whole, or not there."""

from __future__ import annotations

import hashlib
import os
import posixpath
import secrets
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from gradcam_tf.batch.journal import FOLDER, Journal, check_ours
from gradcam_tf.batch.places import connected, is_address, local, reason_of, without_keys
from gradcam_tf.errors import OutputError
from gradcam_tf.export import prepare_folder, write_together
from gradcam_tf.trust import state_folder

__all__ = ["BucketStore", "FolderStore", "Store", "StoreLost", "store_at"]

EVERY = 60.0
"""Seconds from one copy of the journal in a bucket to the next."""
WHOLE_AT_ONCE = ("s3", "gcs", "abfs")
"""Kinds of file systems on which a file is seen when all of it is there, and which have no folders to be made."""


class StoreLost(OutputError):
    """Results that cannot be written any more, whichever photo they are of."""


class Store(Protocol):
    """Where files go; it can be sent to other machines.

    Attributes:
        folder: on this machine, where journal, tables and report are made.
    """

    folder: Path

    def check(self) -> None:
        """Raise an OutputError if it holds other things than results; nothing is made."""

    def prepare(self) -> None:
        """Make it ready for a job, which is alone here; remove what a job that was killed left unfinished."""

    def make(self) -> None:
        """Make ready what a worker needs."""

    def has(self, name: str) -> bool:
        """Whether there is such a file."""

    def write(self, contents: Mapping[str, bytes], obsolete: Sequence[str] = ()) -> None:
        """Write files, named relative to the results, whole and lasting; and remove others."""

    def keep(self, journal: Journal, *, now: bool = False) -> None:
        """Bring the journal to safety, if it is time."""

    def publish(self, path: Path) -> Path | str:
        """Bring a file of ``folder`` to the results; where it is then."""


def store_at(out: str | os.PathLike) -> Store:
    """The store of a path or an address."""
    out = local(out)
    return BucketStore.of(out) if is_address(out) else FolderStore(out)


class FolderStore:
    """A folder on this machine's disks."""

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        self.unfinished = self.folder / FOLDER / "unfinished"

    def check(self) -> None:
        check_ours(self.folder)

    def prepare(self) -> None:
        self.make()
        for left in self.unfinished.iterdir():
            with suppress(OSError):
                left.unlink()

    def make(self) -> None:
        self.unfinished.mkdir(parents=True, exist_ok=True)

    def has(self, name: str) -> bool:
        return (self.folder / name).exists()

    def write(self, contents: Mapping[str, bytes], obsolete: Sequence[str] = ()) -> None:
        for folder in {(self.folder / name).parent for name in contents}:
            _make(folder)
        whole = {self.folder / name: content for name, content in contents.items()}
        write_together(whole, overwrite=True, through=self.unfinished)
        for name in obsolete:
            with suppress(OSError):
                (self.folder / name).unlink()

    def keep(self, journal: Journal, *, now: bool = False) -> None:
        pass

    def publish(self, path: Path) -> Path:
        return path


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot be made: {(error.strerror or '').lower()}", where=folder) from error


class BucketStore:
    """A folder on a file system of pyarrow's: ``s3://``, ``gs://``, …

    SQLite cannot write there. The journal is on this machine, where the next run finds it; a copy goes to the bucket
    at the beginning, every minute and at the end, for a run from another machine. Who begins takes the later of the
    two. What the copy does not know is done again: nothing is lost.
    """

    def __init__(self, system: Any, root: str, shown: str, folder: Path):
        self.system, self.root, self.shown, self.folder = system, root, shown, folder
        self._kept = 0.0

    @classmethod
    def of(cls, address: str) -> BucketStore:
        system, root = connected(address, OutputError)
        # Not the keys: with others it is the same bucket.
        identity = without_keys(address) + "?" + address.partition("?")[2]
        folder = state_folder() / "batch" / hashlib.sha256(identity.encode()).hexdigest()[:24]
        return cls(system, root.rstrip("/"), without_keys(address).rstrip("/"), folder)

    def __reduce__(self) -> tuple:
        return BucketStore, (self.system, self.root, self.shown, self.folder)

    def check(self) -> None:
        from pyarrow import fs

        with self._refusals():
            found = self.system.get_file_info(fs.FileSelector(self.root, allow_not_found=True))
        names = {posixpath.basename(info.path.rstrip("/")) for info in found}
        if names and FOLDER not in names:
            raise OutputError(
                "holds other files, and no journal of an earlier run",
                where=self.shown,
                remedy="Choose a new or empty folder with --out.",
            )

    def prepare(self) -> None:
        prepare_folder(self.folder)
        (self.folder / FOLDER).mkdir(exist_ok=True)
        self._fetch()

    def make(self) -> None:
        pass

    @cached_property
    def _names(self) -> set[str]:
        """Of all files, listed once: to ask for one after another would take a request each."""
        from pyarrow import fs

        with self._refusals():
            found = self.system.get_file_info(fs.FileSelector(self.root, allow_not_found=True, recursive=True))
        return {posixpath.relpath(info.path, self.root) for info in found if info.is_file}

    def has(self, name: str) -> bool:
        return name in self._names

    def write(self, contents: Mapping[str, bytes], obsolete: Sequence[str] = ()) -> None:
        with self._refusals():
            for name, content in contents.items():
                self._put(f"{self.root}/{name}", content)
        for name in obsolete:
            with suppress(OSError):
                self.system.delete_file(f"{self.root}/{name}")

    def _put(self, path: str, content: bytes) -> None:
        if self.system.type_name in WHOLE_AT_ONCE:
            self._pour(path, content)
            return
        temporary = f"{self.root}/{FOLDER}/unfinished/{secrets.token_hex(8)}.part"
        for one in (path, temporary):
            self.system.create_dir(posixpath.dirname(one), recursive=True)
        self._pour(temporary, content)
        self.system.move(temporary, path)

    def _pour(self, path: str, content: bytes) -> None:
        stream = self.system.open_output_stream(path)
        # Closed only after all of it: closing is what makes it be there.
        stream.write(content)
        stream.close()

    def keep(self, journal: Journal, *, now: bool = False) -> None:
        if not now and time.monotonic() - self._kept < EVERY:
            return
        copy = self.folder / FOLDER / "copy.sqlite"
        journal.copy(copy)
        with self._refusals():
            self._put(f"{self.root}/{FOLDER}/journal.sqlite", copy.read_bytes())
        copy.unlink()
        self._kept = time.monotonic()

    def publish(self, path: Path) -> str:
        name = path.relative_to(self.folder).as_posix()
        self.write({name: path.read_bytes()})
        return f"{self.shown}/{name}"

    def _fetch(self) -> None:
        """Take the journal of the bucket, if it is of a later run than the one that is here."""
        here, there = self.folder / FOLDER / "journal.sqlite", self.folder / FOLDER / "fetched.sqlite"
        try:
            with self._refusals(), self.system.open_input_file(f"{self.root}/{FOLDER}/journal.sqlite") as file:
                there.write_bytes(file.read())
        except StoreLost as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise
            # Results that were removed have no journal; what one here says of them no longer holds.
            there.unlink(missing_ok=True)
            _remove_journal(here)
            return
        if _runs(there) > _runs(here):
            _remove_journal(here)
            os.replace(there, here)
        there.unlink(missing_ok=True)

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            remedy = "Check the address, the network and the keys, and run the same command again: it goes on."
            raise StoreLost(f"cannot be reached: {reason_of(error)}", where=self.shown, remedy=remedy) from error


def _remove_journal(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _runs(path: Path) -> int:
    """How many runs a journal has seen; -1 of one that is not there."""
    if not path.exists():
        return -1
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as database:
        (count,) = database.execute("SELECT count(*) FROM runs").fetchone()
        return count
    return 0
