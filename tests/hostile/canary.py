"""What a hostile file would touch if it could; looked at after each."""

from __future__ import annotations

import base64
import marshal
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

__all__ = ["Canary", "canary", "code"]


@dataclass(frozen=True)
class Canary:
    """A file that is not there, a variable that is not set, a secret that is not read, a port that nobody calls."""

    folder: Path
    port: socket.socket

    @property
    def trace(self) -> Path:
        return self.folder / "canary"

    @property
    def secret(self) -> Path:
        return self.folder / "secret.txt"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port.getsockname()[1]}/vocabulary.txt"

    def touched(self) -> list[str]:
        """What was touched."""
        found = [str(self.trace)] if self.trace.exists() else []
        found += ["environment"] if "GRADCAM_CANARY" in os.environ else []
        found += ["secret"] if self.secret.stat().st_atime_ns != OLD else []
        try:
            self.port.accept()[0].close()
            found.append("network")
        except BlockingIOError:
            pass
        return found


OLD = 10**18
"""The time at which the secret was last read: long ago."""


@contextmanager
def canary(folder: Path) -> Iterator[Canary]:
    with socket.create_server(("127.0.0.1", 0)) as port:
        port.setblocking(False)
        made = Canary(folder, port)
        made.secret.write_text("secret\n")
        with h5py.File(made.folder / "secret.h5", "w") as file:
            file["x"] = np.ones(7, "uint8")
        os.utime(made.secret, ns=(OLD, OLD))
        yield made


def code(made: Canary) -> str:
    """A function that touches the canary, as Keras stores Python code."""
    source = (
        f"lambda x: [open({str(made.trace)!r}, 'w'), __import__('os').environ.setdefault('GRADCAM_CANARY', '1'), x][2]"
    )
    return base64.b64encode(marshal.dumps(eval(source).__code__)).decode()
