"""Model file -> model."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import textwrap
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradcam_tf.errors import ModelError
from gradcam_tf.lazy import keras
from gradcam_tf.model.load import load, weights_error
from gradcam_tf.model.modelfile import is_checkpoint

__all__ = ["OpenedModel", "check_backend", "open_model", "open_with_identity"]

KINDS = (".keras", ".h5", ".hdf5")
HDF5 = b"\x89HDF\r\n\x1a\n"


@dataclass(frozen=True, eq=False)
class OpenedModel:
    """A model with the file it came from and that file's SHA-256; and what was done to open it, a sentence each."""

    model: Any
    path: Path
    sha256: str
    notes: tuple[str, ...] = ()


def open_model(path: str | os.PathLike) -> Any:
    """Open a Keras model file.

    Args:
        path: a ``.keras``, ``.h5`` or ``.hdf5`` file.

    Returns:
        The keras.Model, not compiled.

    Raises:
        ModelError: if it is missing, or no Keras model, or refused by Keras's safe mode.
    """
    return open_with_identity(path).model


def open_with_identity(path: str | os.PathLike) -> OpenedModel:
    """Open a Keras model file and keep what identifies it."""
    path = Path(path)
    try:
        _check_file(path)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise ModelError("there is no such file", where=path, remedy="Check the path.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ModelError(f"cannot be read: {reason.lower()}", where=path, remedy="Check the path.") from error
    check_backend()
    try:
        loaded = load(path)
    except ModelError:
        raise
    except Exception as error:
        # Keras raises every kind of exception on a file it cannot open; each is the same news to the user.
        what, remedy = _in_words(str(error)) or (_first_line(error), "Is it a whole model, saved by model.save()?")
        raise ModelError(f"Keras {keras.__version__} could not open it: {what}", where=path, remedy=remedy) from error
    return OpenedModel(loaded.model, path, digest, loaded.notes)


def _check_file(path: Path) -> None:
    if is_checkpoint(path):
        raise weights_error(path)
    if path.is_dir():
        raise ModelError("is a folder", where=path, remedy=f"Give a model file ({', '.join(KINDS)}).")
    if not stat.S_ISREG(path.stat().st_mode):
        raise ModelError("is not a regular file", where=path, remedy=f"Give a model file ({', '.join(KINDS)}).")
    if path.suffix.lower() not in KINDS:
        raise ModelError(
            "is not a Keras model file by its name", where=path, remedy=f"It should end in {', '.join(KINDS)}."
        )
    if path.stat().st_size == 0:
        raise ModelError("is empty", where=path, remedy="Copy or download it again.")
    _check_container(path)


def _check_container(path: Path) -> None:
    """Keras goes by the ending, small letters only, and says of a file that it cannot open that it is missing."""
    with path.open("rb") as file:
        is_hdf5 = file.read(len(HDF5)) == HDF5
    endings = (".h5", ".hdf5") if is_hdf5 else (".keras",) if zipfile.is_zipfile(path) else ()
    if not endings:
        raise ModelError(
            "is damaged, truncated, or no Keras model file", where=path, remedy="Copy it again, or save it anew."
        )
    if path.suffix not in endings:
        kind = "an HDF5 file" if is_hdf5 else "a .keras file"
        raise ModelError(f"is {kind} by its content", where=path, remedy=f"Rename it to end in {endings[0]}.")


def check_backend() -> None:
    """Raise a ModelError if Keras runs on another backend than TensorFlow, or cannot be imported."""
    backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
    if backend == "tensorflow":
        backend = _imported_backend()
    if backend != "tensorflow":
        raise ModelError(
            f"gradcam_tf runs on TensorFlow, not on {backend!r}",
            where="KERAS_BACKEND",
            remedy="Set KERAS_BACKEND=tensorflow before Keras is imported.",
        )


def _imported_backend() -> str:
    """The backend Keras chose; by its configuration file, where the environment is silent."""
    try:
        return keras.backend.backend()
    except (ImportError, ValueError) as error:
        raise ModelError(
            f"Keras could not be imported: {_first_line(error)}",
            where="keras",
            remedy="Is TensorFlow installed? KERAS_BACKEND=tensorflow overrides the backend of ~/.keras/keras.json.",
        ) from error


IN_PYTHON = "If you trust it, load it in Python and give the model to gradcam_tf.Explainer."
KNOWN_REFUSALS: tuple[tuple[str, str, str], ...] = (
    (
        r"`Lambda` layer|Python lambda",
        "it holds a Lambda layer, which is Python code, and code is not run from a file",
        IN_PYTHON,
    ),
    (
        r"(?:Could not locate (?:class|function)|Unknown layer:) '([^']+)'",
        r"it is made with {0!r}, which Keras does not know",
        "Import what defines it, load it in Python, and give the model to gradcam_tf.Explainer.",
    ),
    (
        r"No model config found|no item named 'config.json'|was expecting a file named.*config",
        "it holds no model",
        "Weights alone are not enough: save the whole model by model.save().",
    ),
    (
        r"[Tt]runcated|Bad CRC|Error -?\d+ while decompressing",
        "the file is truncated or damaged",
        "Copy it again, or save it anew.",
    ),
)
"""What Keras says at length of the commonest reasons; what to say instead, and the remedy."""


def _in_words(said: str) -> tuple[str, str] | None:
    for pattern, what, remedy in KNOWN_REFUSALS:
        if found := re.search(pattern, said):
            return what.format(*found.groups()), remedy
    return None


def _first_line(error: Exception) -> str:
    """Of the innermost error: Keras wraps what it has to say in the configs of all that is around it."""
    lines = str(error).rpartition("Exception encountered: ")[2].strip().splitlines()
    return textwrap.shorten(lines[0], 200, placeholder=" …") if lines else type(error).__name__
