"""The commands that README and docs print run as they are printed, in a folder where what they name is there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from glob import glob
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gradcam_tf import landlock
from gradcam_tf.cli import app
from gradcam_tf.resources import sample_paths

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ELSEWHERE = re.compile(r"\b(gui|s3://)|--(ray|trust-model|custom-objects)\b")
"""A window, a cluster, a bucket, and files of the reader's: tested where they live."""


def printed(page: Path) -> list[str]:
    lines = re.findall(r"^    (?:\.venv/bin/)?gradcam-tf (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return [line for line in lines if not ELSEWHERE.search(line)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import keras

    folder = tmp_path_factory.mktemp("reader")
    model = [
        keras.Input((16, 16, 3)),
        keras.layers.Conv2D(2, 3, activation="relu"),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(2, activation="softmax"),
    ]
    keras.Sequential(model).save(folder / "your.keras")
    keras.Sequential(model).export(folder / "exported", verbose=False)
    (folder / "names.txt").write_text("cat\ncup\n")
    sample = sample_paths()["chelsea"]
    (folder / "resources").symlink_to(ROOT / "resources")
    for place in ("photo.jpg", "cat.jpg", "photos/photo.jpg", "train/photo.png", "test/photo.png"):
        (folder / place).parent.mkdir(exist_ok=True)
        shutil.copy(sample, folder / place)
    (folder / "list.csv").write_text("path\nphotos/photo.jpg\n")
    return folder


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_command_runs_as_it_is_printed(page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(folder)
    for line in printed(page):
        for place in (*Path().glob("results*"), Path("demo-output")):
            shutil.rmtree(place, ignore_errors=True)
        words = shlex.split(line, comments=True)
        given = [path for word in words for path in (sorted(glob(word)) if "*" in word else [word]) or [word]]
        code, output = run(given)
        assert code == 0, f"{line}\n{output}"


def run(given: list[str]) -> tuple[int, str]:
    """In this process, which has started TensorFlow already; but what must be confined, in one of its own."""
    if "--allow-saved-model" not in given:
        done = CliRunner().invoke(app, given)
        return done.exit_code, done.output
    if not landlock.abi():
        pytest.skip("nothing confines a process here")
    ended = subprocess.run([sys.executable, "-m", "gradcam_tf", *given], capture_output=True, text=True, timeout=200)
    return ended.returncode, ended.stdout + ended.stderr


def test_commands_are_found():
    assert sum(len(printed(page)) for page in PAGES) >= 15


def test_what_the_pages_link_to_is_there():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
