"""What is needed to make a map again: which model, which picture, with what."""

from __future__ import annotations

import hashlib
import platform
import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np
import PIL

from gradcam_tf._version import __version__
from gradcam_tf.lazy import keras, tf

__all__ = ["ModelIdentity", "array_sha256", "versions"]


class ModelIdentity:
    """Which model a map came from.

    A model from a file is known by the file's SHA-256. A model in memory is known by the SHA-256 of its weights,
    which takes a moment and so is worked out when first asked for: ask before you train on.

    Args:
        model: the keras.Model; only a weak reference is kept.
        path: the file it came from, if any.
        sha256: of that file.
        notes: what was done to open it.
    """

    def __init__(self, model: Any, path: str | None = None, sha256: str | None = None, notes: Sequence[str] = ()):
        self.name: str = getattr(model, "name", type(model).__name__)
        self.path = path
        self.notes = tuple(notes)
        self._sha256 = sha256
        self._model = weakref.ref(model)

    @property
    def sha256(self) -> str | None:
        """Hexadecimal; None if the model was gone before it was asked for."""
        model = self._model()
        if self._sha256 is None and model is not None:
            self._sha256 = weights_sha256(model)
        return self._sha256

    def as_dict(self) -> dict:
        return {
            "name": self.name,
            "file": self.path,
            "sha256": self.sha256,
            "sha256_of": "weights" if self.path is None else "file",
        } | ({"notes": list(self.notes)} if self.notes else {})


def weights_sha256(model: Any) -> str:
    """SHA-256 over the names, shapes, dtypes and values of all weights, in their order."""
    digest = hashlib.sha256()
    for weight in model.weights:
        values = np.ascontiguousarray(weight.numpy())
        digest.update(f"{weight.path}:{values.dtype}:{values.shape};".encode())
        digest.update(values.view(np.uint8).reshape(-1).data)
    return digest.hexdigest()


def array_sha256(values: np.ndarray) -> str:
    """SHA-256 over the dtype, shape and values of an array."""
    values = np.ascontiguousarray(values)
    digest = hashlib.sha256(f"{values.dtype}:{values.shape};".encode())
    digest.update(values.view(np.uint8).reshape(-1).data)
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """The versions of all that has a say in the numbers: of what runs, not of what is installed by now."""
    return {
        "python": platform.python_version(),
        "gradcam_tf": __version__,
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "numpy": np.__version__,
        "pillow": PIL.__version__,
    }
