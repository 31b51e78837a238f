"""Model file -> model."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradcam_tf.errors import ModelError
from gradcam_tf.lazy import keras

__all__ = ["OpenedModel", "check_backend", "open_model", "open_with_identity"]

KINDS = (".keras", ".h5", ".hdf5")


@dataclass(frozen=True, eq=False)
class OpenedModel:
    """A model with the file it came from and that file's SHA-256."""

    model: Any
    path: Path
    sha256: str


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
    _check_file(path)
    check_backend()
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    try:
        model = keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:
        # Keras raises every kind of exception on a file it cannot open; each is the same news to the user.
        raise ModelError(
            f"Keras {keras.__version__} could not open it: {_first_line(error)}",
            where=path,
            remedy="Is it a whole model saved by model.save()? Lambda layers and custom classes are not opened.",
        ) from error
    return OpenedModel(model, path, digest)


def _check_file(path: Path) -> None:
    if not path.exists():
        raise ModelError("there is no such file", where=path)
    if path.is_dir():
        raise ModelError("is a folder", where=path, remedy=f"Give a model file ({', '.join(KINDS)}).")
    if not path.is_file():
        raise ModelError("is not a regular file", where=path)
    if path.suffix.lower() not in KINDS:
        raise ModelError(
            "is not a Keras model file by its name", where=path, remedy=f"It should end in {', '.join(KINDS)}."
        )
    if path.stat().st_size == 0:
        raise ModelError("is empty", where=path)


def check_backend() -> None:
    """Raise a ModelError if Keras runs on another backend than TensorFlow."""
    backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
    if backend == "tensorflow":
        backend = keras.backend.backend()
    if backend != "tensorflow":
        raise ModelError(
            f"gradcam_tf runs on TensorFlow, not on {backend!r}",
            where="KERAS_BACKEND",
            remedy="Set KERAS_BACKEND=tensorflow before Keras is imported.",
        )


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
