"""A child's way to the files that the window lets it have: it asks, and is given a descriptor, or told that it is done.

The other end is :mod:`gradcam_tf.gui.porter`. Imports nothing that starts threads: it is made before the child is
confined.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gradcam_tf.errors import OutputError

__all__ = ["DOOR", "MOST_MESSAGE", "Window", "knock"]

DOOR = "door"
"""The name of the socket in the child's private folder."""
MOST_MESSAGE = 2**16
"""Bytes of a message; a path has up to 4,096."""


def knock(folder: str) -> Window | None:
    """Come to the window before there is no way out; None if it has made no door."""
    if not hasattr(socket, "AF_UNIX"):
        return None
    line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        line.connect(os.path.join(folder, DOOR))
    except OSError:
        line.close()
        return None
    return Window(line, folder)


class Window:
    """The :class:`gradcam_tf.broker.Broker` of a child.

    Args:
        line: to the window.
        folder: of the child, where it leaves what the window is to fetch.
    """

    def __init__(self, line: socket.socket, folder: str):
        self._line, self._folder = line, folder
        self._one_at_a_time = threading.Lock()

    def open(self, path: str) -> int:
        _, descriptors = self._ask({"do": "open", "path": os.fsdecode(path)})
        return descriptors[0]

    def prepare(self, folder: Path) -> None:
        self._ask({"do": "prepare", "folder": str(folder)})

    def place(self, contents: Mapping[Path, bytes], overwrite: bool) -> None:
        left = {secrets.token_hex(16): path for path in contents}
        try:
            for name, path in left.items():
                (Path(self._folder) / name).write_bytes(contents[path])
            files = [[name, str(path)] for name, path in left.items()]
            self._ask({"do": "place", "files": files, "overwrite": overwrite})
        finally:
            for name in left:
                with contextlib.suppress(OSError):
                    (Path(self._folder) / name).unlink()

    def _ask(self, what: Mapping[str, Any]) -> tuple[dict[str, Any], list[int]]:
        with self._one_at_a_time:
            self._line.send(json.dumps(what).encode())
            said, descriptors, *_ = socket.recv_fds(self._line, MOST_MESSAGE, 1)
        if not said:
            raise ConnectionError("the window has gone")
        answer = json.loads(said)
        if "errno" in answer:
            raise OSError(answer["errno"], os.strerror(answer["errno"]), what.get("path"))
        if "refused" in answer:
            raise OutputError(**answer["refused"])
        return answer, descriptors
