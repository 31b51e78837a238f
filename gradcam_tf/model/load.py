"""Keras, and what it has to be told to open what older ones wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gradcam_tf.errors import ModelError
from gradcam_tf.lazy import keras
from gradcam_tf.model.modelfile import Description, describe, is_checkpoint, private_copy, weights_only
from gradcam_tf.model.repair import misread, obstacles, repair, unknown_argument

__all__ = ["Loaded", "Permission", "hard_sigmoid_of_keras_2", "load", "weights_error"]


@dataclass(frozen=True, eq=False)
class Permission:
    """What may be used to load a file beyond what is Keras's own.

    Attributes:
        custom_objects: name -> class or function, for the layers that Keras does not know.
        code: whether code stored in the file may run: only if its user trusts this very file.
    """

    custom_objects: Mapping[str, Any] = field(default_factory=dict)
    code: bool = False


NOTHING = Permission()


@dataclass(frozen=True, eq=False)
class Loaded:
    """A model, and what was done to open it: one short sentence each; none for a file that opens as it is."""

    model: Any
    notes: tuple[str, ...] = ()


def load(path: Path, permission: Permission = NOTHING) -> Loaded:
    """Load a model file; where Keras refuses it, again with its config repaired in memory.

    The file is only read. Nothing stored in it is run, unless that is permitted.

    Args:
        path: the file, already vetted.
        permission: what may be used beyond what is Keras's own.

    Raises:
        ModelError: if it holds weights only, or something known that is beyond repair.
        Exception: what Keras said to the file as it is, otherwise.
    """
    told = describe(path)
    if told is None and weights_only(path):
        raise weights_error(path)
    refusal: Exception | None = None
    if not _misread(told):
        try:
            return Loaded(_load(path, permission))
        except Exception as error:
            refusal = error
    try:
        return _load_repaired(path, told, permission)
    except Exception as error:
        # What Keras says to the file as it is, is the news; not what it says to something we made of it.
        refusal = refusal or _refusal(path, permission) or error
        _explain(path, told, refusal)
        raise refusal from None


def _misread(told: Description | None) -> bool:
    try:
        return told is not None and misread(told.config, told.keras_version)
    except Exception:
        # A config that is no model's. Keras will say so.
        return False


def _load(path: Path, permission: Permission) -> Any:
    # As a scope too: Keras forgets what it is given for a file on its way into a nested model.
    with keras.saving.CustomObjectScope(dict(permission.custom_objects)):
        return keras.models.load_model(path, compile=False, safe_mode=not permission.code)


def _refusal(path: Path, permission: Permission) -> Exception | None:
    try:
        _load(path, permission)
    except Exception as error:
        return error
    return None


def _load_repaired(path: Path, told: Description | None, permission: Permission) -> Loaded:
    config, repairs = repair(told.config, told.keras_version) if told else ({}, ())
    if told and told.counted_twice:
        repairs += ("counted the layers in the weights once, not twice",)
    if not told or not repairs:
        raise ValueError("there is nothing to repair")
    # Under the package's own name, and not as custom_objects: Keras forgets those on its way into a nested model.
    keras.saving.register_keras_serializable("gradcam_tf")(hard_sigmoid_of_keras_2)
    with private_copy(path, told, config) as copy:
        model = _load(copy, permission)
    by = f"Keras {told.keras_version}" if told.keras_version else "an older Keras"
    return Loaded(model, (f"written by {by}; repaired in memory to open it, the file is unchanged", *repairs))


def _explain(path: Path, told: Description | None, refusal: Exception) -> None:
    """Raise a ModelError that names the layer, if it is known what Keras stumbles over."""
    try:
        config, _ = repair(told.config, told.keras_version) if told else ({}, ())
        found = next(obstacles(config), None) or unknown_argument(config, str(refusal))
    except Exception:
        return
    if found is not None:
        raise ModelError(
            f"Keras {keras.__version__} could not open it: {found}",
            where=path,
            remedy="Build the model in Python without it, load the weights, and save it anew with model.save().",
        ) from refusal


def weights_error(path: Path) -> ModelError:
    """The error for a file that holds weights and nothing else."""
    what = "holds weights only; the architecture is missing"
    return ModelError(what, where=path, remedy=TO_CHECKPOINT if is_checkpoint(path) else TO_WEIGHTS)


TO_WEIGHTS = (
    "Build the model in Python and load this file with model.load_weights(); then give it to gct.Explainer(model), "
    "or write it whole with model.save() and open that."
)
TO_CHECKPOINT = (
    "Build the model with the TensorFlow that wrote it and load this checkpoint with model.load_weights(); "
    "then write it whole with model.save() and open that."
)


def hard_sigmoid_of_keras_2(x: Any) -> Any:
    """clip(0.2 x + 0.5, 0, 1). The same name in Keras 3 is clip(x / 6 + 0.5, 0, 1)."""
    return keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)
