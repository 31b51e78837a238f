"""What did the model look at, and can you believe it? Grad-CAM for any Keras 3 model.

    import gradcam_tf as gct

    explanation = gct.explain(model, images)
    explanation[0].overlay().save("heat.png")

Every name is loaded when it is first used: ``import gradcam_tf`` takes no time.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from gradcam_tf._version import __version__

if TYPE_CHECKING:
    from gradcam_tf import batch, callbacks, errors, targets
    from gradcam_tf.errors import GradcamError
    from gradcam_tf.explainer import Explainer, default_model, explain, layers
    from gradcam_tf.explanation import Explanation
    from gradcam_tf.images import open_photo as open_image
    from gradcam_tf.model.open import open_model
    from gradcam_tf.records import Reading
    from gradcam_tf.registry import methods
    from gradcam_tf.trust import forget_model, trusted_models

_HOMES = {
    "Explainer": "gradcam_tf.explainer",
    "Explanation": "gradcam_tf.explanation",
    "GradcamError": "gradcam_tf.errors",
    "Reading": "gradcam_tf.records",
    "default_model": "gradcam_tf.explainer",
    "explain": "gradcam_tf.explainer",
    "forget_model": "gradcam_tf.trust",
    "layers": "gradcam_tf.explainer",
    "methods": "gradcam_tf.registry",
    "open_image": "gradcam_tf.images:open_photo",
    "open_model": "gradcam_tf.model.open",
    "batch": "",
    "callbacks": "",
    "trusted_models": "gradcam_tf.trust",
    "errors": "",
    "targets": "",
}

__all__ = [
    "Explainer",
    "Explanation",
    "GradcamError",
    "Reading",
    "__version__",
    "batch",
    "callbacks",
    "default_model",
    "errors",
    "explain",
    "forget_model",
    "layers",
    "methods",
    "open_image",
    "open_model",
    "targets",
    "trusted_models",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'gradcam_tf' has no attribute {name!r}")
    module, _, attribute = _HOMES[name].partition(":")
    found = importlib.import_module(module or f"gradcam_tf.{name}")
    value = globals()[name] = getattr(found, attribute or name) if module else found
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
