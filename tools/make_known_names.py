"""Write gradcam_tf/model/known_names.json, what a model file may name, from the installed Keras and KerasHub.

``python tools/make_known_names.py``. Look at each line of the difference before you keep it: a name in the list is one
that a stranger's file may have Keras make. What takes code, or reads something outside the model's file, is left out
by gradcam_tf/model/allowed.py (FORBIDDEN).
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import keras  # noqa: E402

from gradcam_tf.model.allowed import FORBIDDEN  # noqa: E402

LIST = ROOT / "gradcam_tf" / "model" / "known_names.json"
PUBLIC = (
    "keras.layers",
    "keras.initializers",
    "keras.regularizers",
    "keras.constraints",
    "keras.losses",
    "keras.metrics",
    "keras.optimizers",
    "keras.optimizers.schedules",
    "keras.dtype_policies",
    "keras.quantizers",
)
"""Every class in these is one that a model is made of."""
OTHERS = {
    "keras": ("Model", "Sequential", "DTypePolicy", "FloatDTypePolicy"),
    "keras.models": ("Model", "Sequential"),
    "keras.src.models.functional": ("Functional",),
    "keras.src.models.model": ("Model",),
    "keras.src.models.sequential": ("Sequential",),
    "keras.random": ("SeedGenerator",),
}
FUNCTIONS = ("activations", "losses", "metrics")
SHORTHANDS = ("activations", "initializers", "regularizers", "constraints")
CALL_WHAT_THEY_ARE_GIVEN = frozenset(
    [
        "Map",
        "Scan",
        "AssociativeScan",
        "Switch",
        "WhileLoop",
        "ForiLoop",
        "Cond",
        "VectorizedMap",
        "JVP",
        "Function",
        "Operation",
    ]
)
"""Operations that take functions, which a file cannot hold."""
HUB_TASKS = ("ImageClassifier", "ImageSegmenter", "ObjectDetector", "DepthEstimator")
HUB_BACKBONES = ("vit_det", "dinov2", "dinov3")
"""Families that the tasks are built on and that have no such task of their own."""
NOT_OF_IMAGES = (
    "Tokenizer",
    "CausalLM",
    "Seq2Seq",
    "Audio",
    "Text",
    "MaskedLM",
    "Bleu",
    "RandomSwap",
    "RandomDeletion",
)

Names = dict[str, set[str]]


def known() -> dict[str, Any]:
    """The list as it should be for the packages that are installed."""
    return {
        "keras": keras.__version__,
        "classes": _in_order(keras_classes()),
        "functions": _in_order(keras_functions()),
        "shorthands": {_singular(room): " ".join(sorted(shorthands(room))) for room in SHORTHANDS},
        "keras_hub": _in_order(hub_classes()),
    }


def _in_order(names: Names) -> dict[str, str]:
    return {module: " ".join(sorted(found)) for module, found in sorted(names.items()) if found}


def _singular(room: str) -> str:
    return room.removesuffix("s")


def keras_classes() -> Names:
    found: Names = {module: set(names) for module, names in OTHERS.items()}
    for module, name, kind in [*public(), *operations(), *of_applications()]:
        if name not in FORBIDDEN:
            found.setdefault(module, set()).add(name)
            if kind.__module__.startswith("keras.src."):
                found.setdefault(kind.__module__, set()).add(kind.__name__)
    return found


def public() -> Iterator[tuple[str, str, type]]:
    for module in PUBLIC:
        for name, kind in vars(importlib.import_module(module)).items():
            if isinstance(kind, type) and kind.__module__.startswith("keras."):
                yield module, name, kind


def operations() -> Iterator[tuple[str, str, type]]:
    """What functional models made with keras.ops are written with."""
    for room in pkgutil.iter_modules(importlib.import_module("keras.src.ops").__path__, "keras.src.ops."):
        if not room.name.endswith("_test"):
            for name, kind in vars(importlib.import_module(room.name)).items():
                own = isinstance(kind, type) and issubclass(kind, keras.Operation) and kind.__module__ == room.name
                if own and name not in CALL_WHAT_THEY_ARE_GIVEN:
                    yield room.name, name, kind


def of_applications() -> Iterator[tuple[str, str, type]]:
    """Layers that keras.applications keeps to itself."""
    for room in pkgutil.iter_modules(importlib.import_module("keras.src.applications").__path__):
        module = f"keras.src.applications.{room.name}"
        if not room.name.endswith("_test"):
            for name, kind in vars(importlib.import_module(module)).items():
                if isinstance(kind, type) and issubclass(kind, keras.Layer) and kind.__module__ == module:
                    yield module, name, kind


def keras_functions() -> Names:
    found: Names = {}
    for room in FUNCTIONS:
        module = f"keras.{room}"
        for name, value in vars(importlib.import_module(module)).items():
            if inspect.isfunction(value) and name not in ("get", "serialize", "deserialize"):
                found.setdefault(module, set()).add(name)
    found["keras.ops"] = {name for name in found["keras.activations"] if hasattr(keras.ops, name)}
    return found


def shorthands(room: str) -> set[str]:
    """The names by which a layer may be told its activation, initializer and the like."""
    return {str(name) for name in importlib.import_module(f"keras.src.{room}").ALL_OBJECTS_DICT}


def hub_classes() -> Names:
    """Layers, backbones and tasks of KerasHub's image models; nothing that reads a vocabulary."""
    from keras.src.saving.keras_saveable import KerasSaveable
    from keras_hub import models

    families = {kind.__module__.split(".")[3] for name, kind in vars(models).items() if name.endswith(HUB_TASKS)}
    rooms = tuple(f"keras_hub.src.models.{family}." for family in (*families, *HUB_BACKBONES))
    found: Names = {}
    for module in [name for name in sys.modules if name.startswith(("keras_hub.src.layers.", *rooms))]:
        for name, kind in vars(sys.modules[module]).items():
            own = isinstance(kind, type) and issubclass(kind, KerasSaveable) and kind.__module__ == module
            if own and not any(word in name for word in NOT_OF_IMAGES):
                found.setdefault(module, set()).add(name)
    return found


def main() -> None:
    LIST.write_text(json.dumps(known(), indent=1) + "\n")
    print(f"wrote {LIST.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
