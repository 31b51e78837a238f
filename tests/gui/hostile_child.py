"""A process whose lines are made to break the one that reads them; its argument says which, after one request."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

SAY, FOLDER = sys.argv[1], sys.argv[-1]


def say(text: str | bytes) -> None:
    os.write(1, (text if isinstance(text, bytes) else text.encode()) + b"\n")


def result(parcel: dict) -> str:
    return json.dumps({"id": REQUEST, "kind": "result", "content": {}, "arrays": {"pixels": parcel}})


def parcel(**changes: object) -> dict:
    return {"file": "0" * 32, "dtype": "uint8", "shape": [2, 2, 3]} | changes


if SAY == "never-ready":
    say("Segmentation fault, just a joke")
    time.sleep(60)
say('{"id": 0, "kind": "ready"}')
REQUEST = json.loads(sys.stdin.readline())["id"]
here = os.path.join(FOLDER, "0" * 32)
lines = {
    "words": lambda: "Traceback (most recent call last):",
    "bytes": lambda: b"\xff\xfe\x00",
    "deep": lambda: '{"id": 1, "kind": "result", "content": ' + "[" * 100_000,
    "nan": lambda: '{"id": 1, "kind": "result", "content": {"x": NaN}}',
    "list": lambda: "[1, 2, 3]",
    "kind": lambda: '{"id": 1, "kind": "surprise"}',
    "unknown-id": lambda: '{"id": 4711, "kind": "result"}',
    "second-ready": lambda: '{"id": 0, "kind": "ready"}',
    "huge-number": lambda: '{"id": 1' + "0" * 5000 + ', "kind": "result"}',
    "other-file": lambda: result(parcel(file="../../../../etc/passwd")),
    "no-file": lambda: result(parcel()),
    "absurd-size": lambda: result(parcel(shape=[65536, 65536, 3])),
    "negative-size": lambda: result(parcel(shape=[-2, -2, 3])),
    "objects": lambda: result(parcel(dtype="object")),
    "two-axes": lambda: result(parcel(shape=[4, 3])),
}
files = {
    "short-file": lambda: Path(here).write_bytes(b"abc"),
    "link": lambda: os.symlink("/dev/zero", here),
    "pipe": lambda: os.mkfifo(here),
    "folder": lambda: os.mkdir(here),
    "two-axes": lambda: Path(here).write_bytes(bytes(12)),
}
if SAY in files:
    files[SAY]()
if SAY == "no-end":
    for _ in range(20):
        os.write(1, b"x" * 2**20)
elif SAY == "silent-end":
    sys.exit(3)
else:
    say(lines.get(SAY, lambda: result(parcel()))())
time.sleep(60)
