"""What a model file says of itself, and a private copy of it that says something else."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gradcam_tf.model.config import Config

__all__ = ["Description", "describe", "is_checkpoint", "private_copy", "weights_only"]

MAX_CONFIG = 32 * 2**20
"""Bytes of config that are read; those of the largest models of keras.applications are 1 MB."""

CONFIG = "config.json"
METADATA = "metadata.json"
WEIGHTS = "model.weights.h5"
COUNTED_TWICE = "_layer_checkpoint_dependencies"


@dataclass(frozen=True)
class Description:
    """What a model file says of itself.

    Attributes:
        config: the architecture.
        keras_version: of the Keras that wrote it; "" if the file does not say.
        counted_twice: whether the weights are where Keras 2.12 and 2.13 put them (see count_once).
    """

    config: Config
    keras_version: str = ""
    counted_twice: bool = False


def describe(path: Path) -> Description | None:
    """What a ``.keras`` or HDF5 file says of itself; None if it has no config that can be read."""
    try:
        told = _describe_zip(path) if zipfile.is_zipfile(path) else _describe_hdf5(path)
    except Exception:
        # Whatever is wrong with the file, Keras says it too; here is only asked whether it can be helped.
        return None
    return told if isinstance(told.config, dict) else None


def _describe_zip(path: Path) -> Description:
    with zipfile.ZipFile(path) as archive:
        config = json.loads(_member(archive, CONFIG))
        metadata = json.loads(_member(archive, METADATA)) if METADATA in archive.namelist() else {}
        version = str(metadata.get("keras_version", ""))
        # To look into the weights is to read through them; so look only where it is worth it.
        return Description(config, version, version.startswith("2.1") and _counted_twice(archive))


def _counted_twice(archive: zipfile.ZipFile) -> bool:
    import h5py  # type: ignore[import-untyped]

    with archive.open(WEIGHTS) as member, h5py.File(member, "r") as weights:
        return COUNTED_TWICE in weights


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > MAX_CONFIG:
        raise ValueError(f"{name} is larger than {MAX_CONFIG} bytes")
    return archive.read(name)


def _describe_hdf5(path: Path) -> Description:
    import h5py

    with h5py.File(path, "r") as file:
        config, version = file.attrs["model_config"], file.attrs.get("keras_version", "")
    if len(config) > MAX_CONFIG:
        raise ValueError(f"model_config is larger than {MAX_CONFIG} bytes")
    return Description(json.loads(config), version.decode() if isinstance(version, bytes) else str(version))


def is_checkpoint(path: Path) -> bool:
    """Whether this is part of a TensorFlow checkpoint, or the name that its parts begin with."""
    if path.exists():
        part = path.name == "checkpoint" or re.search(r"\.(index|data-\d{5}-of-\d{5})$", path.name)
        return bool(part) and path.is_file()
    return Path(f"{path}.index").is_file()


def weights_only(path: Path) -> bool:
    """Whether this is an HDF5 file of weights without an architecture, as ``model.save_weights()`` writes them."""
    import h5py

    if not h5py.is_hdf5(path):
        return False
    try:
        with h5py.File(path, "r") as file:
            of_keras_2 = "layer_names" in file.attrs or "model_weights" in file
            of_keras_3 = any(name in file for name in ("layers", COUNTED_TWICE, "vars"))
            return "model_config" not in file.attrs and (of_keras_2 or of_keras_3)
    except OSError:  # damaged: Keras says so
        return False


@contextmanager
def private_copy(path: Path, told: Description, config: Config) -> Iterator[Path]:
    """A copy of a model file with another config, in a folder of its own; gone afterwards.

    The file itself is only read.
    """
    with tempfile.TemporaryDirectory(prefix="gradcam-tf-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / f"model{path.suffix}"
        if zipfile.is_zipfile(path):
            _copy_zip(path, copy, json.dumps(config), told.counted_twice)
        else:
            _copy_hdf5(path, copy, json.dumps(config))
        yield copy


def _copy_zip(path: Path, copy: Path, config: str, counted_twice: bool) -> None:
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for member in source.infolist():
            if member.filename == CONFIG:
                target.writestr(CONFIG, config)
            elif member.filename == WEIGHTS and counted_twice:
                weights = copy.with_name(WEIGHTS)
                with weights.open("wb") as new:
                    _unpack(source, member, new)
                count_once(weights)
                target.write(weights, WEIGHTS)
            elif not member.is_dir():
                with target.open(member.filename, "w", force_zip64=True) as new:
                    _unpack(source, member, new)


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, new: IO[bytes]) -> None:
    """Within the limits of Keras itself: weights do not compress so well, and Keras stores them as they are."""
    if member.file_size > 2**28 and member.file_size > 100 * member.compress_size:
        raise ValueError(f"{member.filename} unpacks to more than 100 times its size")
    with archive.open(member) as old:
        shutil.copyfileobj(old, new, 2**20)


def count_once(path: Path) -> None:
    """Number the layers in the weights of a ``.keras`` file as the current Keras does: dense, dense_1, dense_2.

    Keras 2.12 and 2.13 listed each layer that has weights twice and counted on: dense, dense_2, dense_4. The current
    Keras finds the first of each class only: "Layer 'dense_1' expected 2 variables, but received 0 variables".
    """
    import h5py

    with h5py.File(path, "r+") as file:
        found: list[str] = []
        file.visit(lambda name: found.append(name) if name.rsplit("/", 1)[-1] == COUNTED_TWICE else None)
        for name in sorted(found, key=len, reverse=True):  # the inner ones first: the outer ones are then still there
            group = file[name]
            for old, new in _renumbered(list(group)):
                group.move(old, new)
            file.move(name, f"{name.removesuffix(COUNTED_TWICE)}layers")


def _renumbered(names: list[str]) -> Iterator[tuple[str, str]]:
    """(old, new) in an order in which no new name is in use yet."""
    kinds: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        kind, _, number = name.rpartition("_")
        kind, number = (kind, number) if number.isdecimal() and kind else (name, "0")
        kinds.setdefault(kind, []).append((int(number), name))
    for kind, numbered in kinds.items():
        for index, (_, old) in enumerate(sorted(numbered)):
            new = f"{kind}_{index}" if index else kind
            if new != old:
                yield old, new


def _copy_hdf5(path: Path, copy: Path, config: str) -> None:
    import h5py

    shutil.copyfile(path, copy)
    with h5py.File(copy, "r+") as file:
        file.attrs["model_config"] = config.encode()
