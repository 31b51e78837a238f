"""SavedModel folders as files: what belongs to the model, a copy of it that nobody else can change, and its vetting.

A SavedModel is ``saved_model.pb`` and the arrays in ``variables/``. Nothing else is copied, hashed or opened: what
else lies in the folder cannot matter.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from gradcam_tf import broker, confinement
from gradcam_tf.errors import Refusal
from gradcam_tf.model.bundle import shard_sizes
from gradcam_tf.model.graphs import GRAPH, MAX_GRAPH, check_graphs
from gradcam_tf.model.structure import BadStructure
from gradcam_tf.model.vet import MOST, Copy

__all__ = ["is_saved_model", "permission_wanted", "private_folder", "vet_folder"]

VARIABLES = "variables"
INDEX = f"{VARIABLES}/variables.index"
MAX_INDEX = 64 * 2**20
NO_PERMISSION = "is a SavedModel: a program made of TensorFlow's operations, and no list of layers"
ALLOW = "If you know who made it, allow it: --allow-saved-model, or allow_saved_model="
CONFINE = "`gradcam-tf explain` keeps files from it on Linux with Landlock; elsewhere it opens only if you trust it"


def is_saved_model(path: Path) -> bool:
    """Whether a folder holds a SavedModel, by what is in it."""
    try:
        return path.is_dir() and stat.S_ISREG(os.lstat(path / GRAPH).st_mode)
    except (OSError, ValueError):
        return False


@contextmanager
def private_folder(path: Path) -> Iterator[Copy]:
    """Copy a SavedModel into a folder of its own, gone afterwards; what is vetted is what is opened.

    Args:
        path: the folder; what happens to it afterwards has no effect on the copy.

    Yields:
        The copy, and its SHA-256: that of the lines ``HASH  NAME`` of its files, as ``sha256sum`` prints them.

    Raises:
        OSError: if it cannot be read, or the copy not written.
        BadStructure: if a file is a link, or not of the size that the index says.
    """
    with tempfile.TemporaryDirectory(prefix="gradcam-tf-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "model"
        (copy / VARIABLES).mkdir(parents=True)
        lines = [_copied(path, copy, GRAPH, MAX_GRAPH)]
        if os.path.islink(path / VARIABLES):
            raise BadStructure(VARIABLES, "is a link, and no folder", NO_LINKS)
        index = _copied(path, copy, INDEX, MAX_INDEX)
        sizes = shard_sizes((copy / INDEX).read_bytes())
        names = (f"{VARIABLES}/variables.data-{i:05}-of-{len(sizes):05}" for i in range(len(sizes)))
        lines += [_copied(path, copy, name, size, exactly=True) for name, size in zip(names, sizes, strict=True)]
        lines.append(index)
        yield Copy(copy, hashlib.sha256("".join(lines).encode()).hexdigest())


NO_LINKS = "Copy the folder with what the links lead to (cp -rL)"


def _copied(path: Path, copy: Path, name: str, most: int, exactly: bool = False) -> str:
    """Copy one file of so many bytes; the line that ``sha256sum`` would print of it."""
    digest, size = hashlib.sha256(), 0
    with _opened(path / name, name) as source, (copy / name).open("xb") as target:
        while block := source.read(2**20):
            size += len(block)
            if size > most:
                raise BadStructure(name, f"has more than the {most} bytes that {'it says' if exactly else 'are read'}")
            digest.update(block)
            target.write(block)
    if exactly and size != most:
        raise BadStructure(name, f"is truncated: it has {size} bytes of {most}")
    return f"{digest.hexdigest()}  {name}\n"


def _opened(path: Path, name: str) -> BinaryIO:
    """Open a file that is a file, without waiting for another that is none."""
    try:
        number = broker.opener(str(path), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        if os.path.islink(path):
            raise BadStructure(name, "is a link, and no file", NO_LINKS) from error
        if not os.path.lexists(path):
            raise BadStructure(name, "is missing", "Copy the whole folder again") from error
        raise
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise BadStructure(name, "is no regular file")
    return os.fdopen(number, "rb")


def vet_folder(copy: Path) -> tuple[Refusal, ...]:
    """Look at a SavedModel.

    Args:
        copy: the folder, of which nobody changes anything meanwhile.

    Returns:
        Every reason not to open it, but that it is a SavedModel. Trust lifts none of them.
    """
    try:
        return tuple(islice(check_graphs((copy / GRAPH).read_bytes()), MOST))
    except BadStructure as error:
        return (error.refusal,)


def permission_wanted(allowed: bool) -> Iterator[Refusal]:
    """What a person has to agree to before any SavedModel is opened; trust in the very folder lifts all of it.

    Args:
        allowed: whether SavedModels are to be opened at all.
    """
    if not allowed:
        yield Refusal("the folder", NO_PERMISSION, ALLOW, trustable=True)
    held = confinement.current()
    if held is None or not (held.reads and held.writes):
        why = f": {'; '.join(held.missing)}" if held is not None and held.missing else ""
        yield Refusal(
            "this process",
            f"is not confined, and the program would run with all your rights{why}",
            CONFINE,
            trustable=True,
        )
