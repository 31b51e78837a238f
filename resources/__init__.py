"""What the package ships besides code: the default model, its class names, sample photos, and icons.

Installed as ``gradcam_tf.resources``. Every folder holds a README with the source and the licence of its files.
"""

from __future__ import annotations

from pathlib import Path

__all__ = [
    "default_model_path",
    "icon_path",
    "imagenet_labels_path",
    "report_template",
    "sample_paths",
    "translation_path",
]

_HERE = Path(__file__).parent


def default_model_path() -> Path:
    """Return the path of the default model: EfficientNet-Lite0 for ImageNet-1k, a ``.keras`` file."""
    return _HERE / "models" / "efficientnet_lite0.keras"


def imagenet_labels_path() -> Path:
    """Return the path of the ImageNet-1k class names: a JSON list of 1000 lists of synonyms."""
    return _HERE / "labels" / "imagenet1k.json"


def report_template() -> Path:
    """Return the path of the page that a batch's report is made from."""
    return _HERE / "report" / "report.html"


def sample_paths() -> dict[str, Path]:
    """Return the sample photos by name: astronaut, chelsea (a cat), coffee and rocket."""
    photos = (path for path in (_HERE / "samples").iterdir() if path.suffix in (".png", ".jpg"))
    return {path.stem: path for path in sorted(photos)}


def icon_path(name: str) -> Path:
    """Return the path of a drawing, such as ``"layer"``; ``"app"`` is the application's icon. An SVG file."""
    return _HERE / "icons" / f"{name}.svg"


def translation_path(language: str) -> Path:
    """Return the path of the window's texts in a language, such as ``"de"``; it need not exist. A ``.qm`` file."""
    return _HERE / "translations" / f"{language}.qm"
