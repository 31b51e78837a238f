"""Whether a stranger's model file is opened: decided before Keras sees it, in milliseconds, without Keras.

    the container   (archive.py, hdf5.py)   only what Keras writes, of the size that it says
    the config      (structure.py)          JSON within limits
    the names       (allowed.py)            nothing that Keras does not know, whatever the depth
    the demand      (budget.py)             no more weights than the file holds

What is accepted is not proven harmless: it is what Keras itself would have written. What cannot be read is refused.
Only the names can be lifted, by trust in the very file or by the code of the classes.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from gradcam_tf import broker
from gradcam_tf.errors import Refusal
from gradcam_tf.model.allowed import unknown_names
from gradcam_tf.model.archive import CONFIG, METADATA, check_archive, member, weights_file
from gradcam_tf.model.budget import over_budget
from gradcam_tf.model.config import Config
from gradcam_tf.model.hdf5 import SIGNATURE, read_weights
from gradcam_tf.model.structure import BadStructure, read_json

__all__ = ["MOST", "NO_MODEL", "Copy", "private_file", "vet"]

MOST = 100
"""Reasons of a kind that are told."""
NO_MODEL = "holds no model"
LARGE = 256 * 2**20
"""Bytes; a larger file is looked at before it is copied, too."""
ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Copy:
    """A copy of a model file that nobody else can change, and the SHA-256 of what is in it."""

    path: Path
    sha256: str


@contextmanager
def private_file(path: Path) -> Iterator[Copy]:
    """Copy a model file into a folder of its own, gone afterwards; what is vetted is what is opened.

    Args:
        path: the file; what happens to it afterwards has no effect on the copy.

    Raises:
        OSError: if it cannot be read, or the copy not written.
        BadStructure: if it is large and nothing that Keras writes: then it is not copied.
    """
    if path.stat().st_size > LARGE:
        # Only so that a terabyte of nothing is not copied; what counts is what is said of the copy.
        _read(path)
    with tempfile.TemporaryDirectory(prefix="gradcam-tf-", ignore_cleanup_errors=True) as folder:
        copy, digest = Path(folder) / f"model{path.suffix}", hashlib.sha256()
        with broker.open_binary(path) as source, copy.open("xb") as target:
            while block := source.read(2**20):
                digest.update(block)
                target.write(block)
        yield Copy(copy, digest.hexdigest())


def vet(path: Path, given: Container[str] = ()) -> tuple[Refusal, ...]:
    """Look at a model file.

    Args:
        path: a file that nobody changes meanwhile.
        given: names of classes and functions for which the caller has brought the code.

    Returns:
        Every reason not to open it, which may be none. What is wrong with the structure comes alone.
    """
    try:
        config, training, held = _read(path)
        names = chain(unknown_names(config, given), unknown_names(training, given))
        return _some(chain(names, over_budget(config, held)))
    except BadStructure as error:
        return (error.refusal,)
    except RecursionError:
        return (Refusal("the config", "is nested too deep", "Save the model anew"),)


def _some(refusals: Iterator[Refusal]) -> tuple[Refusal, ...]:
    """The first of many, of each kind: what trust does not lift must not be lost among what it does."""
    kept: dict[bool, list[Refusal]] = {True: [], False: []}
    for one in refusals:
        if len(kept[one.trustable]) < MOST:
            kept[one.trustable].append(one)
        elif len(kept[False]) == MOST:
            break
    return (*kept[False], *kept[True])


Read = tuple[Config, Config, list[int]]
"""The model, what it was compiled with (in a ``.keras`` file, part of the model), and the numbers in each array."""


def _read(path: Path) -> Read:
    with broker.open_binary(path) as file:
        head = file.read(8)
    if head == SIGNATURE:
        return _read_hdf5(path)
    if head.startswith(ZIP):
        return _read_zip(path)
    raise BadStructure("the file", "is damaged, truncated, or no Keras model file")


def _read_zip(path: Path) -> Read:
    try:
        archive = zipfile.ZipFile(broker.open_binary(path))
    except Exception as error:  # of zipfile, struct: whatever a damaged one brings about
        raise BadStructure("the archive", f"is truncated or damaged: {error}") from error
    with archive:
        check_archive(archive, path.stat().st_size)
        config = read_json(member(archive, CONFIG), CONFIG)
        if METADATA in archive.namelist():
            read_json(member(archive, METADATA), METADATA)
        with weights_file(archive, path) as (file, size):
            return config, {}, read_weights(file, size, "the weights").sizes


def _read_hdf5(path: Path) -> Read:
    with broker.open_binary(path) as file:
        weights = read_weights(file, path.stat().st_size, "the file")
    if "model_config" not in weights.attributes:
        raise BadStructure("the file", NO_MODEL, "Weights alone are not enough: save the whole model by model.save()")
    training = read_json(weights.attributes.get("training_config", "{}"), "training_config")
    return read_json(weights.attributes["model_config"], "model_config"), training, weights.sizes
