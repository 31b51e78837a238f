"""Model file -> model."""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
import tempfile
import textwrap
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradcam_tf import broker
from gradcam_tf.errors import ModelError, RefusedModel
from gradcam_tf.lazy import keras
from gradcam_tf.model.allowed import runs_code
from gradcam_tf.model.graphs import GRAPH
from gradcam_tf.model.load import Permission, load, weights_error
from gradcam_tf.model.loadgraph import load_folder
from gradcam_tf.model.modelfile import is_checkpoint, weights_only
from gradcam_tf.model.savedmodel import is_saved_model, permission_wanted, private_folder, vet_folder
from gradcam_tf.model.structure import BadStructure
from gradcam_tf.model.vet import NO_MODEL, Copy, private_file, vet
from gradcam_tf.trust import is_trusted, remember

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


def open_model(
    path: str | os.PathLike,
    *,
    trust: str | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    allow_saved_model: bool = False,
    signature: str | None = None,
) -> Any:
    """Open a Keras model file, or a SavedModel folder.

    Args:
        path: a ``.keras``, ``.h5`` or ``.hdf5`` file, or a folder with a ``saved_model.pb`` (or that file). It is
            vetted first: see SECURITY.md.
        trust: the file's SHA-256, if you trust it to run the code that is stored in it (Lambda layers, SavedModels).
            Remembered for this very file; see :func:`gradcam_tf.trusted_models`.
        custom_objects: name -> class or function, for layers that are not Keras's own.
        allow_saved_model: open SavedModel folders, which are programs, where this process is confined. Where it is
            not, only trust opens them.
        signature: of a SavedModel, the function to explain; None: ``serving_default``.

    Returns:
        The keras.Model, not compiled. That of a SavedModel is made of its graph's operations, and does not train.

    Raises:
        RefusedModel: if it holds what Keras does not know, or more than it should; with every reason.
        ModelError: if it is missing, or no Keras model, or is not the file that is trusted.

    Example:
        >>> import gradcam_tf as gct
        >>> model = gct.open_model("mine.keras", custom_objects={"Gate": Gate})    # doctest: +SKIP
    """
    return open_with_identity(
        path, trust=trust, custom_objects=custom_objects, allow_saved_model=allow_saved_model, signature=signature
    ).model


def open_with_identity(
    path: str | os.PathLike,
    *,
    trust: str | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    allow_saved_model: bool = False,
    signature: str | None = None,
) -> OpenedModel:
    """Open a model file and keep what identifies it; arguments and errors as :func:`open_model`."""
    path = Path(path)
    if path.name == GRAPH and is_saved_model(path.parent):
        path = path.parent
    try:
        if is_saved_model(path):
            with private_folder(path) as copy:
                return _open_folder(path, copy, trust, allow_saved_model, signature)
        _check_file(path)
        with private_file(path) as copy:
            return _open(path, copy, trust, custom_objects or {})
    except BadStructure as error:
        what, remedy = f"is not opened: {error.refusal}", error.refusal.remedy
        raise ModelError(what, where=path, remedy=remedy) from error
    except FileNotFoundError as error:
        raise ModelError("there is no such file", where=path, remedy="Check the path.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
            remedy = f"Make room in {tempfile.gettempdir()}, or set TMPDIR to another folder"
            raise ModelError("cannot be copied to be looked at: no space left", where=path, remedy=remedy) from error
        raise ModelError(f"cannot be read: {reason.lower()}", where=path, remedy="Check the path.") from error


def _open(path: Path, copy: Copy, trust: str | None, custom_objects: Mapping[str, Any]) -> OpenedModel:
    """Vet the copy, then load it: the same bytes, whatever becomes of the file meanwhile."""
    trusted = _is_trusted(path, copy.sha256, trust)
    refusals = vet(copy.path, {*custom_objects, *_registered()})
    if any(one.what == NO_MODEL for one in refusals) and weights_only(copy.path):
        raise weights_error(path)
    if remaining := [one for one in refusals if not (trusted and one.trustable)]:
        raise RefusedModel(remaining, sha256=copy.sha256, where=path)
    check_backend()
    try:
        loaded = load(copy.path, Permission(custom_objects, code=any(map(runs_code, refusals))))
    except ModelError as error:
        raise ModelError(error.what, where=path, remedy=error.remedy) from error
    except Exception as error:
        # Keras raises every kind of exception on a file it cannot open; each is the same news to the user.
        what, remedy = _in_words(str(error)) or (_first_line(error), "Is it a whole model, saved by model.save()?")
        raise ModelError(f"Keras {keras.__version__} could not open it: {what}", where=path, remedy=remedy) from error
    if trust is not None and refusals:
        remember(copy.sha256, path)
    return OpenedModel(loaded.model, path, copy.sha256, loaded.notes)


def _open_folder(path: Path, copy: Copy, trust: str | None, allowed: bool, signature: str | None) -> OpenedModel:
    """The same for a SavedModel: what has to be agreed to is said together with what is wrong with it."""
    trusted = _is_trusted(path, copy.sha256, trust)
    wanted = tuple(permission_wanted(allowed))
    if remaining := (*vet_folder(copy.path), *(() if trusted else wanted)):
        raise RefusedModel(remaining, sha256=copy.sha256, where=path)
    check_backend()
    try:
        model = load_folder(copy.path, path.resolve().name, signature)
    except ModelError:
        raise
    except Exception as error:
        # TensorFlow raises every kind of exception on a folder that it cannot open.
        what = f"TensorFlow could not open it: {_first_line(error)}"
        raise ModelError(what, where=path, remedy="Copy the whole folder again, or save it anew.") from error
    if trust is not None and wanted:
        remember(copy.sha256, path)
    return OpenedModel(model, path, copy.sha256)


def _is_trusted(path: Path, sha256: str, trust: str | None) -> bool:
    if trust is None:
        return is_trusted(sha256)
    if trust.strip().lower() != sha256:
        raise ModelError(
            f"is not the file that you trust: its SHA-256 is {sha256}",
            where=path,
            remedy="Trust it only if you know where it comes from.",
        )
    return True


def _registered() -> set[str]:
    """What the running program has registered with Keras itself; its own code, and not the file's.

    KerasHub registers its classes too; for those the allow-list stands.
    """
    if "keras" not in sys.modules:
        return set()
    return {name for name in keras.saving.get_custom_objects() if not name.startswith(("keras", "gradcam_tf>"))}


def _check_file(path: Path) -> None:
    if is_checkpoint(path):
        raise weights_error(path)
    if path.is_dir():
        remedy = f"Give a model file ({', '.join(KINDS)}), or a folder with a saved_model.pb."
        raise ModelError("is a folder without a model", where=path, remedy=remedy)
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
    with broker.open_binary(path) as file:
        is_hdf5 = file.read(len(HDF5)) == HDF5
        endings = (".h5", ".hdf5") if is_hdf5 else (".keras",) if zipfile.is_zipfile(file) else ()
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
