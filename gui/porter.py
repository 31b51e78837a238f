"""The window's hand: it opens files for a child that may not, and puts the child's results where they belong.

A child that has opened a stranger's file may be somebody else's by now. So it gets what the requests that are under way
are about, and nothing else; and it writes, under the names that results have, to the folder that was ordered.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import stat
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gradcam_tf.errors import GradcamError, OutputError

from .asking import DOOR, MOST_MESSAGE
from .wire import FILE_NAME

__all__ = ["Permits", "Porter"]

MOST_FILES = 32
MOST_BYTES = 2**31
"""Of one file of results."""


class Permits:
    """What a child may read and where it may write now; asked by the porter's thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reads: Counter[str] = Counter()
        self._writes: Counter[str] = Counter()

    def grant(self, reads: Iterable[str], writes: Iterable[str]) -> None:
        with self._lock:
            self._reads.update(reads)
            self._writes.update(writes)

    def withdraw(self, reads: Iterable[str], writes: Iterable[str]) -> None:
        with self._lock:
            self._reads.subtract(reads)
            self._writes.subtract(writes)
            self._reads, self._writes = +self._reads, +self._writes

    def may_read(self, path: str) -> bool:
        """A file that was named; or one in a folder that was named, which no link leads out of."""
        with self._lock:
            if path in self._reads:
                return True
            above = next((one for one in map(str, Path(path).parents) if one in self._reads), None)
        if above is None or os.path.normpath(path) != path:
            return False
        return os.path.realpath(path) == os.path.join(os.path.realpath(above), os.path.relpath(path, above))

    def may_write(self, folder: str) -> bool:
        with self._lock:
            return folder in self._writes


class Porter:
    """Serves one child, in a thread of its own: a disk may be slow, and the window must not wait for it.

    Args:
        folder: the child's private one; there is the door, and there it leaves results.
        permits: what it may have.
    """

    def __init__(self, folder: str, permits: Permits):
        self._folder, self._permits = folder, permits
        self._door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line: socket.socket | None = None
        self._door.bind(os.path.join(folder, DOOR))
        self._door.listen(1)
        threading.Thread(target=self._serve, daemon=True, name="porter").start()

    def close(self) -> None:
        """Serve no longer; from the window's thread."""
        for one in (self._door, self._line):
            # To close alone would not wake the thread.
            with contextlib.suppress(OSError):
                if one is not None:
                    one.shutdown(socket.SHUT_RDWR)

    def _serve(self) -> None:
        with contextlib.suppress(OSError), self._door:
            line, _ = self._door.accept()
            os.unlink(os.path.join(self._folder, DOOR))
            with line:
                self._line = line
                while message := line.recv(MOST_MESSAGE):
                    self._answer(line, message)

    def _answer(self, line: socket.socket, message: bytes) -> None:
        descriptor = -1
        said: dict[str, Any] = {}
        try:
            descriptor = self._do(json.loads(message))
        except GradcamError as error:
            said = {"refused": {"what": error.what, "where": error.where, "remedy": error.remedy}}
        except OSError as error:
            said = {"errno": error.errno or errno.EIO}
        except (ValueError, TypeError, KeyError, RecursionError):
            said = {"errno": errno.EINVAL}
        try:
            socket.send_fds(line, [json.dumps(said).encode()], [] if descriptor < 0 else [descriptor])
        finally:
            if descriptor >= 0:
                os.close(descriptor)

    def _do(self, asked: Mapping[str, Any]) -> int:
        """A descriptor to hand over, or -1 if there is none to."""
        if asked["do"] == "open":
            return self._open(str(asked["path"]))
        if asked["do"] == "prepare":
            self._prepare(str(asked["folder"]))
        elif asked["do"] == "place":
            self._place([(str(name), str(path)) for name, path in asked["files"]], asked["overwrite"] is True)
        else:
            raise ValueError(asked["do"])
        return -1

    def _open(self, path: str) -> int:
        if not self._permits.may_read(path):
            raise PermissionError(errno.EACCES, "not asked for")
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        if stat.S_ISREG(os.fstat(number).st_mode):
            return number
        os.close(number)
        raise OSError(errno.EINVAL, "no regular file")

    def _prepare(self, folder: str) -> None:
        from gradcam_tf.export import prepare_folder

        self._check_folder(folder)
        prepare_folder(folder)

    def _place(self, files: list[tuple[str, str]], overwrite: bool) -> None:
        from gradcam_tf.export import FORMATS, MORE_FILES, write_together

        endings = tuple({**FORMATS, **MORE_FILES}.values())
        contents = {}
        for name, path in files[:MOST_FILES]:
            folder, last = os.path.split(path)
            self._check_folder(folder)
            if not last.endswith(endings):
                raise PermissionError(errno.EACCES, "not the name of a result")
            contents[Path(path)] = self._fetch(name)
        write_together(contents, overwrite=overwrite)

    def _check_folder(self, folder: str) -> None:
        if not self._permits.may_write(folder):
            raise OutputError("was not ordered", where=folder, remedy="Order the files again.")

    def _fetch(self, name: str) -> bytes:
        """A file that the child has left; no link is followed and nothing waited for."""
        if not FILE_NAME.fullmatch(name):
            raise ValueError(name)
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
        with open(os.open(os.path.join(self._folder, name), flags), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
                raise ValueError(name)
            return file.read(found.st_size)
