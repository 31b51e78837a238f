"""On a screen of several pixels to the point everything is drawn in as many; in a process that has that scale."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gradcam_tf.gui.app import NEEDED

ROOT = Path(__file__).resolve().parents[2]
LOOK = """
import sys
from PySide6.QtWidgets import QApplication, QLabel
from tools.make_window_screenshots import still
from gradcam_tf.gui import theme
from gradcam_tf.gui.canvas import small

ratio = float(sys.argv[1])
app = QApplication([])
theme.apply(app, "light")
window = still()
canvas = window.stage.canvas
assert window.devicePixelRatioF() == ratio
# Signs beside words.
for label in window.findChildren(QLabel):
    if not label.pixmap().isNull():
        assert label.pixmap().devicePixelRatio() == ratio, label
# The picture that is dragged.
taken = small(canvas.picture(2000), ratio)
assert taken.devicePixelRatio() == ratio and taken.height() == round(96 * ratio)
# One pixel of the photo is one of the screen.
canvas.set_heat_hidden(True)
canvas.actual_size()
app.processEvents()
view = canvas.heated
shown = view.grab().toImage()
assert shown.devicePixelRatio() == ratio
pixels = window.session.pixels
height, width = pixels.shape[:2]
middle = shown.width() // 2, shown.height() // 2
found = {tuple(shown.pixelColor(middle[0] + step, middle[1]).getRgb()[:3]) for step in range(60)}
band = pixels[height // 2 - 3 : height // 2 + 3].reshape(-1, 3)
there = {tuple(map(int, pixel)) for pixel in band}
assert len(found & there) > 0.9 * len(found), (len(found), len(found & there))
# Thumbnails have a pixel for each of the screen's, up to two.
assert max(window.panels.photos.model._thumbnails[key].width() for key in window.session.album) >= 48 * min(ratio, 2)
print("fine")
"""


@pytest.mark.parametrize("ratio", ["1", "1.5", "2"])
def test_everything_is_as_fine_as_the_screen(ratio, tmp_path):
    environment = os.environ | {"QT_SCALE_FACTOR": ratio, "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", LOOK, ratio], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert ran.stdout.strip().endswith("fine"), ran.stderr[-2000:]


def test_what_a_fresh_debian_lacks_is_said_in_both_places():
    readme = (ROOT / "README.md").read_text()
    packages = re.findall(r"\blib[\w.+-]+", NEEDED)
    assert len(packages) > 8
    assert [one for one in packages if one not in readme] == []
