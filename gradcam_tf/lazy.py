"""TensorFlow and Keras, imported on first use.

Importing TensorFlow takes seconds; ``import gradcam_tf``, ``gradcam-tf --help`` and the list of methods do not
need it. The stand-ins leave ``sys.modules`` alone until an attribute is asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any


class _OnFirstUse:
    def __init__(self, name: str):
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(importlib.import_module(self._name), attribute)


if TYPE_CHECKING:
    import keras
    import tensorflow as tf
else:
    tf = _OnFirstUse("tensorflow")
    keras = _OnFirstUse("keras")

__all__ = ["keras", "tf"]
