"""Make the pictures of the README and the documentation again: ``python tools/make_pictures.py``."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

import gradcam_tf as gct
from gradcam_tf.render import sheet
from gradcam_tf.resources import sample_paths

PICTURES = Path(__file__).parent.parent / "docs" / "images"


def main() -> None:
    explainer, samples = gct.Explainer.open(), sample_paths()
    pictures = []
    for name in ("chelsea", "coffee"):
        pictures += [Image.open(samples[name]).convert("RGB"), explainer(samples[name]).overlay()]
    sheet(pictures, height=240).save(PICTURES / "cat-and-cup.jpg", quality=88)


if __name__ == "__main__":
    main()
