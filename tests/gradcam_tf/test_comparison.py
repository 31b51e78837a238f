"""Several methods at once: ``gradcam-tf explain --method a,b``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

import gradcam_tf as gct
from gradcam_tf.cli import app
from gradcam_tf.comparison import ROWS, compare, file_names
from tests.conftest import make_cnn


@pytest.fixture
def model(tmp_path: Path) -> Path:
    make_cnn().save(tmp_path / "cnn.keras")
    return tmp_path / "cnn.keras"


@pytest.fixture
def photos(tmp_path: Path, rng) -> list[Path]:
    paths = [tmp_path / f"photo{i}.png" for i in range(3)]
    for path in paths:
        Image.fromarray(rng.integers(0, 255, (20, 30, 3), np.uint8)).save(path)
    return paths


def run(*arguments):
    common = ["--preprocessing", "unit"]
    return CliRunner().invoke(app, ["explain", *map(str, arguments), *common])


def test_each_method_has_its_files_and_one_sheet_shows_them_all(model, photos, tmp_path):
    out = tmp_path / "out"
    done = run(*photos, "--model", model, "--method", "gradcam,layercam,saliency", "--out", out)
    assert done.exit_code == 0, done.stderr
    for photo in photos:
        for method in ("gradcam", "layercam", "saliency"):
            name = f"{photo.stem}.{method}"
            assert (out / f"{name}.overlay.png").exists()
            assert json.loads((out / f"{name}.provenance.json").read_text())["method"]["name"] == method
    with np.load(out / "photo1.layercam.raw.npz") as file:
        expected = gct.Explainer.open(model, method="layercam", preprocessing="unit")(str(photos[1]))
        np.testing.assert_allclose(file["raw"], expected.raw, rtol=1e-4, atol=1e-6)
    assert done.stdout.splitlines()[-1] == f"side by side -> {out / 'comparison.png'}"
    width, height = Image.open(out / "comparison.png").size
    assert width > 3 * 224
    assert height > 3 * 187


def test_the_pictures_of_the_sheet_are_the_overlays(model, photos, tmp_path):
    run(photos[0], "--model", model, "--method", "gradcam,lafam", "--out", tmp_path / "out")
    page = np.asarray(Image.open(tmp_path / "out" / "comparison.png")).astype(int)
    for column, method in enumerate(("gradcam", "lafam")):
        overlay = Image.open(tmp_path / "out" / f"photo0.{method}.overlay.png").resize(
            (280, 187), Image.Resampling.NEAREST
        )
        left = 10 + column * 290
        found = [
            np.abs(page[top : top + 187, left : left + 280] - np.asarray(overlay)).max()
            for top in range(page.shape[0] - 187)
        ]
        assert min(found) <= 1


def test_json_has_one_object_an_image(model, photos):
    done = run(*photos[:2], "--model", model, "--method", "gradcam,lafam", "--json")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["image"] for record in records] == [str(photo) for photo in photos[:2]]
    assert [record["method"] for record in records] == ["gradcam", "gradcam"]
    assert [[other["method"] for other in record["others"]] for record in records] == [["lafam"], ["lafam"]]


def test_a_bad_image_is_told_once_and_stops_no_other(model, photos, tmp_path):
    done = run(
        photos[0],
        tmp_path / "no.png",
        photos[1],
        "--model",
        model,
        "--method",
        "gradcam,lafam",
        "--out",
        tmp_path / "o",
    )
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        f"error: {tmp_path / 'no.png'}: there is no such file. Check the path.",
        "2 of 3 images explained, 1 failed",
    ]
    assert len(list((tmp_path / "o").glob("photo*.overlay.png"))) == 4


def test_a_mistyped_one_is_wrong_usage_before_anything_is_done(model, photos, tmp_path):
    done = run(photos[0], "--model", model, "--method", "gradcam,layrcam", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "method 'layrcam': there is no method of this name. Nearest: layercam" in done.stderr
    assert not (tmp_path / "out").exists()


def test_nothing_there_is_overwritten_unasked(model, photos, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "comparison.png").write_text("mine")
    arguments = [photos[0], "--model", model, "--method", "gradcam,lafam", "--out", tmp_path / "out"]
    assert run(*arguments).exit_code == 1
    assert (tmp_path / "out" / "comparison.png").read_text() == "mine"
    assert run(*arguments, "--overwrite").exit_code == 0
    assert Image.open(tmp_path / "out" / "comparison.png").size


def test_many_photos_fill_several_sheets(model, photos, tmp_path):
    done = run(*photos * 5, "--model", model, "--method", "gradcam,lafam", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    first, second = (Image.open(tmp_path / "out" / f"comparison{end}.png") for end in ("", "-2"))
    assert (15 - ROWS) * 224 < second.height < first.height


def test_a_photo_called_like_the_sheet_does_not_lose_it(model, photos, tmp_path):
    called = photos[0].rename(tmp_path / "comparison.png")
    done = run(called, "--model", model, "--method", "gradcam,lafam", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert (tmp_path / "out" / "comparison-2.png").exists()


def test_methods_that_differ_in_settings_alone_have_files_of_their_own(cnn):
    explainer = gct.Explainer(cnn)
    names = file_names([explainer, explainer.asking(method="gradcam++"), explainer, explainer.asking(method="random")])
    assert names == ["gradcam", "gradcam++", "gradcam-2", "random"]


def test_what_one_method_cannot_do_is_told_beside_what_the_others_can(photos):
    import keras
    from keras import layers

    flat = keras.Sequential([keras.Input((16, 16, 3)), layers.Flatten(), layers.Dense(3, "softmax")], name="flat")
    explainers = [gct.Explainer(flat, preprocessing="none", method=name) for name in ("gradcam", "saliency")]
    (one,) = compare(explainers, [str(photos[0])], [None])
    assert "these methods work on the input: " in str(one.results[0])
    assert one.results[1][0].raw.shape == (1, 16, 16)


def test_the_sheet_says_why_a_method_has_no_map(photos, tmp_path):
    import keras
    from keras import layers

    flat = [keras.Input((16, 16, 3)), layers.Flatten(), layers.Dense(3, "softmax")]
    keras.Sequential(flat, name="flat").save(tmp_path / "flat.keras")
    done = run(photos[0], "--model", tmp_path / "flat.keras", "--method", "gradcam,saliency", "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "gradcam: " in done.stderr
    assert sorted(path.name for path in (tmp_path / "out").glob("*.png")) == [
        "comparison.png",
        "photo0.saliency.heatmap.png",
        "photo0.saliency.overlay.png",
    ]
