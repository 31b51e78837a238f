"""The command line as a user meets it: what it prints, writes and returns, above all when something is wrong.

Most cases call the command in this process, where TensorFlow is in memory; those about the process itself start one.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from gradcam_tf import export, registry
from gradcam_tf.cli import app, streams
from gradcam_tf.resources import sample_paths
from tests.conftest import mounted

COLOURS = {"red": (250, 10, 10), "green": (10, 250, 10), "blue": (10, 10, 250)}
ENDINGS = [".overlay.png", ".heatmap.png", ".raw.npz", ".provenance.json"]
LINUX = sys.platform == "linux"


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small models; ``tiny.keras`` tells red, green and blue photos apart."""
    import keras
    from keras import layers

    folder = tmp_path_factory.mktemp("models")

    def save(name: str, *inner: Any, weights: Any, activation: str | None = "softmax") -> None:
        channels = layers.Conv2D(3, 1, name="features", activation="relu", use_bias=False)
        dense = layers.Dense(3, name="classes", activation=activation, use_bias=False)
        pool = layers.GlobalAveragePooling2D(name="pool")
        model = keras.Sequential([keras.Input((16, 16, 3)), *inner, channels, pool, dense], name="tiny")
        channels.set_weights([np.eye(3).reshape(1, 1, 3, 3)])
        dense.set_weights([np.asarray(weights, np.float32)])
        model.save(folder / name)

    scaled = layers.Rescaling(1 / 255, name="scaled")
    save("tiny.keras", scaled, weights=np.eye(3) * 5)
    save("named.keras", scaled, weights=np.eye(3) * 5)
    save("unscaled.keras", weights=np.eye(3) / 50)
    save("negative.keras", scaled, weights=-np.eye(3) - 1, activation=None)
    save("odd.keras", scaled, layers.Conv2D(3, 1, name="[bold] :smile:"), weights=np.eye(3))
    (folder / "named.labels.txt").write_text("rouge\nvert\nbleuté\n")
    (folder / "colours.txt").write_text("red\ngreen\nblue\n")
    (folder / "twins.json").write_text(json.dumps(["red", "blue", ["blue", "azure"]]))
    (folder / "four.txt").write_text("a\nb\nc\nd\n")

    flat = [keras.Input((16, 16, 3)), layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(3, "softmax")]
    keras.Sequential(flat, name="flat").save(folder / "flat.keras")
    pair = [keras.Input((16, 16, 3), name="left"), keras.Input((16, 16, 3), name="right")]
    merged = layers.Conv2D(3, 1, name="both")(layers.Add()(pair))
    keras.Model(pair, layers.GlobalAveragePooling2D()(merged), name="pair").save(folder / "pair.keras")
    return folder


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of good photos, and of what is none."""
    folder = tmp_path / "photos"
    for name, colour in COLOURS.items():
        save_photo(folder / f"{name}.png", colour)
    (folder / "empty.png").touch()
    (folder / "text.png").write_text("I am no picture")
    whole = (folder / "red.png").read_bytes()
    (folder / "truncated.png").write_bytes(whole[: len(whole) - 30])
    (folder / "folder.png").mkdir()
    return folder


def save_photo(path: Path, colour: tuple[int, int, int] = COLOURS["red"]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.full((20, 24, 3), colour, np.uint8)
    pixels[::2, ::3] //= 2
    Image.fromarray(pixels).save(path)
    return path


class Outcome:
    """What a command printed and returned."""

    def __init__(self, code: int, stdout: str, stderr: str):
        self.code, self.stdout, self.stderr = code, stdout, stderr
        self.errors = stderr.splitlines()

    @property
    def records(self) -> list[dict]:
        return [json.loads(line) for line in self.stdout.splitlines()]

    @property
    def error(self) -> str:
        """The one line that says what is wrong."""
        (line,) = self.errors
        assert line.startswith("error: "), line
        return line.removeprefix("error: ")


def run(*arguments: Any) -> Outcome:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Outcome(result.exit_code, result.stdout, result.stderr)


# As a user has it: what is printed waits in a buffer.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


def start(*arguments: Any, **options: Any) -> subprocess.Popen[str]:
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": ENVIRONMENT} | options
    return subprocess.Popen([sys.executable, "-m", "gradcam_tf", *map(str, arguments)], **options)


def run_process(*arguments: Any, **options: Any) -> Outcome:
    with start(*arguments, **options) as process:
        stdout, stderr = process.communicate(timeout=200)
    return Outcome(process.returncode, stdout or "", stderr or "")


# ---- what it is for ----


def test_the_samples_are_recognised_by_a_fresh_process(tmp_path: Path):
    samples = sample_paths()
    done = run_process("explain", samples["chelsea"], samples["coffee"], "--json", "--out", tmp_path / "out")
    assert (done.code, done.stderr) == (0, "")
    cat, cup = done.records
    assert (cat["target"], cup["target"]) == (
        {"index": 285, "label": "Egyptian cat"},
        {"index": 967, "label": "espresso"},
    )
    assert cat["probability"] == pytest.approx(0.77, abs=0.08)
    assert cup["probability"] == pytest.approx(0.90, abs=0.08)
    assert (cat["layer"], cat["status"], cup["status"]) == ("top_relu", "ok", "ok")
    for record, name in ((cat, "chelsea"), (cup, "coffee")):
        assert sorted(Path(path).name for path in record["files"].values()) == sorted(name + e for e in ENDINGS)
        with Image.open(record["files"]["overlay"]) as overlay, Image.open(samples[name]) as photo:
            assert overlay.size == photo.size


def test_a_record_has_the_promised_keys(models: Path, photos: Path, tmp_path: Path):
    done = run("explain", photos / "green.png", "--model", models / "tiny.keras", "--json", "--out", tmp_path / "out")
    assert (done.code, done.stderr) == (0, "")
    (record,) = done.records
    assert list(record) == ["image", "status", "target", "score", "probability", "layer", "method", "files"]
    files = {kind: str(tmp_path / "out" / f"green{ending}") for kind, ending in export.FILES.items()}
    score, probability = record.pop("score"), record.pop("probability")
    assert record == {
        "image": str(photos / "green.png"),
        "status": "ok",
        "target": {"index": 1, "label": None},
        "layer": "features",
        "method": "gradcam",
        "files": files,
    }
    assert list(files) == ["overlay", "heatmap", "raw", "provenance"]
    assert all(Path(path).is_file() for path in files.values())
    with np.load(files["raw"]) as raw:
        assert raw["scores"].tolist() == [pytest.approx(score)]
        assert raw["predictions"][0, 1] == pytest.approx(probability)


def test_without_out_nothing_is_written(models: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    done = run("explain", photos / "red.png", "--model", models / "tiny.keras", "--json")
    assert (done.code, done.records[0]["files"]) == (0, {})
    assert os.listdir() == []


def test_a_person_reads_a_line_for_each_image(models: Path, photos: Path, tmp_path: Path):
    red, blue = photos / "red.png", photos / "blue.png"
    done = run("explain", red, blue, "--model", models / "named.keras", "--out", tmp_path / "out")
    first, second = done.stdout.splitlines()
    assert first.startswith(f"{red}   rouge, 9")
    assert first.endswith(f" %   -> {tmp_path / 'out' / 'red.overlay.png'}")
    assert second.startswith(f"{blue}   bleuté, 9")
    assert (done.code, done.stderr) == (0, "")


def test_it_is_said_that_nothing_was_written(models: Path, photos: Path, tmp_path: Path):
    asked = ["explain", photos / "red.png", "--model", models / "tiny.keras"]
    assert run(*asked).errors == [
        "note: no file was written; --out DIR writes the overlays, heatmaps, numbers and provenance"
    ]
    assert run(*asked, "--json").errors == run(*asked, "--out", tmp_path / "out").errors == []


def test_methods_one_by_one_are_compared_too(models: Path, photos: Path):
    done = run(
        "explain", photos / "red.png", "--model", models / "tiny.keras", "--method", "gradcam", "--method", "fem"
    )
    assert [line.split("   ")[2] for line in done.stdout.splitlines()] == ["gradcam", "fem"]


def test_an_empty_map_says_why(models: Path, photos: Path):
    done = run("explain", photos / "red.png", "--model", models / "negative.keras")
    assert done.code == 0
    assert "[negative: nothing in this layer speaks for the target" in done.stdout
    (record,) = run("explain", photos / "red.png", "--model", models / "negative.keras", "--json").records
    assert (record["status"], record["probability"]) == ("negative", None)


def test_many_images_come_in_order_with_the_bad_ones_among_them(models: Path, photos: Path):
    """More than are explained one by one: they go through in batches."""
    names = (["red", "green", "text", "blue", "none"] * 20)[:97]
    images = [photos / f"{name}.png" for name in names]
    done = run("explain", *images, "--model", models / "named.keras", "--json")
    assert done.code == 1
    found = [(record["image"], record.get("target", {}).get("label")) for record in done.records]
    words = {"red": "rouge", "green": "vert", "blue": "bleuté"}
    assert found == [(str(image), words.get(name)) for image, name in zip(images, names, strict=True)]
    assert done.errors[-1] == "59 of 97 images explained, 38 failed"


# ---- targets ----


@pytest.mark.parametrize(("target", "index"), [("0", 0), ("2", 2), ("+1", 1), ("green", 1), ("BLUE", 2)])
def test_a_target_by_number_or_name(models: Path, photos: Path, target: str, index: int):
    labels = ["--labels", models / "colours.txt"]
    done = run("explain", photos / "red.png", "--model", models / "tiny.keras", *labels, "--target", target, "--json")
    assert (done.code, done.stderr) == (0, "")
    assert done.records[0]["target"] == {"index": index, "label": ["red", "green", "blue"][index]}


@pytest.mark.parametrize(
    ("target", "error"),
    [
        ("3", "class 3: the model has 3 classes, counted from 0 to 2"),
        ("-1", "class -1: the model has 3 classes, counted from 0 to 2"),
        ("999999999999999999", "class 999999999999999999: the model has 3 classes, counted from 0 to 2"),
        ("grene", "class 'grene': no class has this name. Nearest: green"),
        ("²", "class '²': no class has this name. Give its number instead."),
        ("--5", "class '--5': no class has this name. Give its number instead."),
        ("9" * 5000, f"class '{'9' * 5000}': no class has this name. Give its number instead."),
        ("", "class '': no class has this name. Give its number instead."),
    ],
)
def test_a_target_that_the_model_does_not_have(models: Path, photos: Path, target: str, error: str):
    labels = ["--labels", models / "colours.txt"]
    done = run("explain", photos / "red.png", "--model", models / "tiny.keras", *labels, f"--target={target}")
    assert (done.code, done.stdout) == (2, "")
    assert done.error.startswith(error)


def test_several_targets(models: Path, photos: Path, tmp_path: Path):
    """None is dropped in silence, none is explained twice, and each has files of its own."""
    labels, out = ["--labels", models / "colours.txt"], tmp_path / "out"
    asked = ["--target", "blue", "--target", 0, "--target", "blue", "--json", "--out", out]
    done = run("explain", photos / "red.png", "--model", models / "tiny.keras", *labels, *asked)
    assert (done.code, done.stderr) == (0, "")
    (first,) = done.records
    assert [one["target"]["index"] for one in (first, *first["others"])] == [2, 0]
    assert Path(first["others"][0]["files"]["raw"]).name == "red.target2.raw.npz"
    assert len(os.listdir(out)) == 2 * 4


def test_what_the_class_was_set_against(models: Path, photos: Path):
    labels = ["--labels", models / "colours.txt", "--json"]
    asked = ["explain", photos / "red.png", "--model", models / "tiny.keras", *labels]
    (record,) = run(*asked, "--method", "contrast(gradcam)", "--target", "blue").records
    assert record["description"] == "blue against red"
    assert "description" not in run(*asked).records[0]


def test_an_ambiguous_name(models: Path, photos: Path):
    base = ["explain", photos / "red.png", "--model", models / "tiny.keras", "--labels", models / "twins.json"]
    done = run(*base, "--target", "blue")
    assert done.code == 2
    assert done.error == "class 'blue': 2 classes have this name. Give the number: 1 (blue), 2 (blue, azure)."
    assert run(*base, "--target", "azure", "--json").records[0]["target"]["index"] == 2


def test_a_name_without_labels(models: Path, photos: Path):
    done = run("explain", photos / "red.png", "--model", models / "tiny.keras", "--target", "red")
    assert done.code == 2
    assert done.error == (
        "class 'red': the class names are not known. "
        "Give its number, or the names: --labels FILE, in Python labels=, or NAME.labels.txt beside the model."
    )


def test_the_top_classes(models: Path, photos: Path, tmp_path: Path):
    out = tmp_path / "out"
    images = [photos / "green.png", photos / "red.png"]
    done = run("explain", *images, "--model", models / "tiny.keras", "--top", 3, "--json", "--out", out)
    assert (done.code, done.stderr) == (0, "")
    for record, best, name in zip(done.records, (1, 0), ("green", "red"), strict=True):
        assert record["target"]["index"] == best
        assert len(record["others"]) == 2
        maps = [record, *record["others"]]
        assert {one["target"]["index"] for one in maps} == {0, 1, 2}
        probabilities = [one["probability"] for one in maps]
        assert probabilities == sorted(probabilities, reverse=True)
        stems = [name, f"{name}.top2", f"{name}.top3"]
        assert [Path(one["files"]["provenance"]).name for one in maps] == [f"{stem}.provenance.json" for stem in stems]
    assert len(os.listdir(out)) == 2 * 3 * 4


def test_the_top_classes_for_a_person(models: Path, photos: Path):
    done = run("explain", photos / "green.png", "--model", models / "named.keras", "--top", 2)
    first, second = done.stdout.splitlines()
    assert "vert, 9" in first
    assert "vert" not in second


def test_more_top_classes_than_there_are(models: Path, photos: Path):
    done = run("explain", photos / "red.png", "--model", models / "tiny.keras", "--top", 4)
    assert done.code == 2
    assert done.error.startswith("class of rank 4: the model has 3 classes")


# ---- wrong usage ----


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["explain"], "Missing argument"),
        (["explian"], "No such command 'explian'"),
        (["explain", "a.png", "--targett", "3"], "No such option"),
        (["explain", "a.png", "--top", "0"], "--top"),
        (["explain", "a.png", "--top", "three"], "--top"),
        (["explain", "a.png", "--fit", "stretch"], "--fit"),
        (["explain", "a.png", "--preprocessing", "imagenet"], "--preprocessing"),
        (["explain", "a.png", "--top", "2", "--target", "3"], "give one of the two, not both"),
        (["explain", "a.png", "--layer", "one", "--layer", "two"], "--layer was given 2 times; it is taken once"),
        (["batch", "a.png", "--out", "b", "--target", "1", "--target", "2"], "--target: give one class"),
        (
            ["explain", "a.png", "--method", "grad-cam"],
            "method 'grad-cam': there is no method of this name.",
        ),
        (["explain", "a.png", "--method", "smothed(gradcam)"], "wrapper 'smothed': there is no wrapper of this name."),
        (
            ["explain", "a.png", "--method", "fem(k=high)"],
            "setting 'k' of method 'fem': is 'high', not of the kind float",
        ),
    ],
)
def test_wrong_usage_is_told_before_anything_is_opened(arguments: list[str], message: str):
    done = run(*arguments)
    assert (done.code, done.stdout) == (2, "")
    assert message in done.stderr
    assert "a.png: there is no such file" not in done.stderr


def test_without_a_command_the_help_is_shown():
    done = run()
    assert "Usage" in done.stdout + done.stderr


def test_help_and_version():
    from gradcam_tf import __version__

    assert run("--version").stdout == f"gradcam-tf {__version__}\n"
    for command in ("explain", "layers", "methods", "gui"):
        assert command in run("--help").stdout
        assert run(command, "--help").code == 0


def test_a_layer_that_is_not_there_lists_the_nearest(models: Path, photos: Path):
    for command in (["explain", photos / "red.png", "--model"], ["layers"]):
        done = run(*command, models / "tiny.keras", "--layer", "featurs")
        assert (done.code, done.stdout) == (2, "")
        lists = f"`gradcam-tf layers {models / 'tiny.keras'}` lists them all."
        assert done.error == f"layer 'featurs': the model has no layer of this name. Nearest: features; {lists}"


def test_a_layer_without_places(models: Path, photos: Path):
    done = run("explain", photos / "red.png", "--model", models / "tiny.keras", "--layer", "classes")
    assert done.code == 2
    assert done.error.startswith("layer 'classes': its output has shape 3: no ")


# ---- class names ----


@pytest.mark.parametrize(
    ("labels", "error"),
    [
        ("four.txt", "4 class names for a model of 3 outputs. Give a file with one name for each output"),
        ("none.txt", "cannot be read: no such file or directory. Give a file of class names."),
        ("tiny.keras", "cannot be read as class names: 'utf-8' codec"),
    ],
)
def test_class_names_that_do_not_fit(models: Path, photos: Path, labels: str, error: str):
    done = run("explain", photos / "red.png", "--model", models / "tiny.keras", "--labels", models / labels)
    assert (done.code, done.stdout) == (2, "")
    assert done.error.startswith(f"{models / labels}: {error}")


# ---- models ----


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("none.keras", "there is no such file. Check the path."),
        ("", "is a folder without a model. Give a model file"),
        ("colours.txt", "is not a Keras model file by its name. It should end in .keras"),
    ],
)
@pytest.mark.parametrize("command", ["explain", "layers"])
def test_a_model_that_cannot_be_opened(models: Path, photos: Path, command: str, name: str, error: str):
    path = models / name
    done = run("layers", path) if command == "layers" else run("explain", photos / "red.png", "--model", path)
    assert (done.code, done.stdout) == (1, "")
    assert done.error.startswith(f"{path}: {error}")


def test_a_model_without_places(models: Path, photos: Path, tmp_path: Path):
    done = run("explain", photos / "red.png", "--model", models / "flat.keras", "--out", tmp_path / "out")
    assert (done.code, done.stdout) == (1, "")
    assert "flat" in done.error
    assert "no layer on the way to the output has a spatial feature map" in done.error
    assert "A map at a layer needs a convolution" in done.error
    assert "these methods work on the input: " in done.error
    assert not (tmp_path / "out").exists()


def test_a_model_of_two_pictures(models: Path, photos: Path):
    images = [photos / "red.png", photos / "blue.png"]
    done = run("explain", *images, "--model", models / "pair.keras", "--preprocessing", "none")
    assert (done.code, done.stdout) == (1, "")
    *lines, _ = done.errors
    for image, line in zip(images, lines, strict=True):
        assert line.startswith(f"error: {image}: ")
        assert "pair" in line
        assert "Give the model's input as arrays." in line


# ---- images ----


def test_bad_images_are_named_and_the_others_are_done(models: Path, photos: Path, tmp_path: Path):
    bad = {
        "none.png": "there is no such file",
        "empty.png": "the file is empty",
        "text.png": "it is not an image of a kind that can be read",
        "truncated.png": "truncated",
        "folder.png": "it is a folder, not an image",
    }
    out = tmp_path / "out"
    images = [photos / name for name in ("red.png", *bad, "blue.png")]
    done = run("explain", *images, "--model", models / "tiny.keras", "--out", out, "--json")
    assert done.code == 1
    *lines, summary = done.errors
    assert summary == "2 of 7 images explained, 5 failed"
    for line, record, (name, what) in zip(lines, done.records[1:-1], bad.items(), strict=True):
        assert line.startswith(f"error: {photos / name}: {what}") or f"{photos / name}: " in line
        assert what in line
        assert ". " in line.partition(what)[2], f"no remedy: {line}"
        assert line == f"error: {record['error']}"
        assert (record["image"], record["status"]) == (str(photos / name), "error")
        assert list(record) == ["image", "status", "error"]
    assert [done.records[0]["status"], done.records[-1]["status"]] == ["ok", "ok"]
    assert sorted(os.listdir(out)) == sorted(name + ending for name in ("red", "blue") for ending in ENDINGS)


def test_what_can_be_read_of_a_truncated_photo(models: Path, photos: Path):
    photo = photos / "truncated.png"
    done = run("explain", photo, "--model", models / "tiny.keras", "--json", "--allow-truncated")
    assert done.code == 0
    (record,) = done.records
    assert record["status"] == "truncated"
    assert record["notes"][0].startswith("the image is truncated")
    assert f"note: {photo}: {record['notes'][0]}" in done.errors
    assert "[truncated: " in run("explain", photo, "--model", models / "tiny.keras", "--allow-truncated").stdout


def test_how_photos_are_read(models: Path, tmp_path: Path):
    first, second = (Image.fromarray(np.full((9, 9), value, np.uint16)) for value in (0, 300))
    first.save(tmp_path / "a.tif", save_all=True, append_images=[second])
    asked = ("explain", tmp_path / "a.tif", "--model", models / "tiny.keras", "--json")
    (record,) = run(*asked, "--page", 2, "--window", "100,500").records
    assert record["notes"] == [
        "page 2 is used, and no other",
        "16-bit grey: the window given, 100 to 500, reduced to 0 to 255",
    ]
    assert "no page 3" in run(*asked, "--page", 3).stderr
    assert "more than 80 pixels" in run(*asked, "--max-pixels", 80).stderr
    for wrong in ("5", "5,1", "a,b", "1,2,3", "nan,1"):
        done = run(*asked, "--window", wrong)
        assert done.code == 2
        assert "--window" in done.stderr


def test_one_bad_image_is_one_line(photos: Path, models: Path):
    done = run("explain", photos / "text.png", "--model", models / "tiny.keras")
    assert (done.code, done.stdout) == (1, "")
    assert done.error.startswith(f"{photos / 'text.png'}: it is not an image")


ODD_NAMES = ["new\nline.png", "esc\x1b[31mred.png", "-rf.png", " .png", "[red]x.png", "café 猫.png"]


@pytest.mark.parametrize("name", [*ODD_NAMES, "bytes\udcff\udcfe.png"])
def test_odd_names(models: Path, tmp_path: Path, name: str):
    try:
        photo = save_photo(tmp_path / name)
    except (OSError, UnicodeError):
        pytest.skip("this file system does not take the name")
    base = ["explain", photo, "--model", models / "tiny.keras", "--out", tmp_path / "out"]
    done = run(*base)
    assert done.code == 0
    (line,) = done.stdout.splitlines()
    assert line.isprintable()
    (record,) = run(*base, "--json", "--overwrite").records
    assert record["image"] == str(photo)
    assert all(Path(path).is_file() for path in record["files"].values())
    again = run(*base)
    assert again.code == 1
    assert "exists already" in again.error
    assert again.error.isprintable()


def test_odd_names_that_are_not_there(models: Path, tmp_path: Path):
    names = [*ODD_NAMES, "bytes\udcff\udcfe.png", "a" * 300]
    done = run("explain", *(tmp_path / name for name in names), "--model", models / "tiny.keras")
    assert done.code == 1
    assert len(done.errors) == len(names) + 1
    assert all(line.isprintable() for line in done.errors)


# ---- where the output goes ----


def test_existing_files_are_kept_unless_asked(models: Path, photos: Path, tmp_path: Path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "red.provenance.json").write_text("mine")
    base = ["explain", photos / "red.png", photos / "blue.png", "--model", models / "tiny.keras", "--out", out]
    done = run(*base)
    assert done.code == 1
    assert done.errors[0] == (
        f"error: {photos / 'red.png'}: {out / 'red.provenance.json'}: exists already. "
        "Use another folder, or --overwrite (overwrite=True)."
    )
    assert sorted(os.listdir(out)) == sorted(["red.provenance.json", *("blue" + ending for ending in ENDINGS)])
    assert (out / "red.provenance.json").read_text() == "mine"
    assert run(*base, "--overwrite").code == 0
    assert json.loads((out / "red.provenance.json").read_text())["image"]["name"] == "red.png"


def test_two_images_of_one_name_are_kept_apart(models: Path, tmp_path: Path):
    first = save_photo(tmp_path / "a" / "same.png", COLOURS["red"])
    second = save_photo(tmp_path / "b" / "same.png", COLOURS["blue"])
    done = run("explain", first, second, "--model", models / "tiny.keras", "--out", tmp_path / "out", "--json")
    assert done.code == 0
    stems = [Path(record["files"]["provenance"]).name.removesuffix(".provenance.json") for record in done.records]
    assert stems == ["same", "same-2"]
    for record, photo in zip(done.records, (first, second), strict=True):
        assert json.loads(Path(record["files"]["provenance"]).read_text())["image"]["path"] == str(photo)
    assert len(os.listdir(tmp_path / "out")) == 8


def test_the_names_do_not_depend_on_which_images_fail(models: Path, photos: Path, tmp_path: Path):
    bad, good = tmp_path / "a" / "same.png", save_photo(tmp_path / "b" / "same.png")
    done = run("explain", bad, good, "--model", models / "tiny.keras", "--out", tmp_path / "out", "--json")
    assert Path(done.records[1]["files"]["provenance"]).name == "same-2.provenance.json"


def test_a_file_in_the_place_of_the_folder(models: Path, photos: Path, tmp_path: Path):
    (tmp_path / "file").write_text("mine")
    for out in (tmp_path / "file", tmp_path / "file" / "inside"):
        done = run("explain", photos / "red.png", "--model", models / "tiny.keras", "--out", out)
        assert (done.code, done.stdout) == (1, "")
        assert done.error.startswith(f"{out}: ")
        assert done.error.endswith("Choose a folder you may write to with --out.")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(not LINUX, reason="/proc takes no files, even from root")
def test_a_folder_that_takes_no_files(models: Path, photos: Path):
    for out in ("/proc/here", "/proc/self"):
        done = run("explain", photos / "red.png", "--model", models / "tiny.keras", "--out", out)
        assert done.code == 1
        assert done.error.startswith(f"{out}: cannot be written: ")
        assert done.error.endswith("Choose a folder you may write to with --out.")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system with room for the files of one photo."""
    yield from mounted(tmp_path / "small", "size=48k")


def test_a_full_disk_stops_no_other_image(models: Path, photos: Path, tmp_path: Path, small_disk: Path):
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    Image.fromarray(noise).save(photos / "large.png")
    images = [photos / name for name in ("large.png", "red.png")]
    done = run("explain", *images, "--model", models / "tiny.keras", "--out", small_disk, "--json")
    assert done.code == 1
    assert done.errors[0].startswith(f"error: {images[0]}: {small_disk}")
    assert done.errors[0].endswith("no space left on device. Free some space, or choose another folder with --out.")
    assert [record["status"] for record in done.records] == ["error", "ok"]
    assert sorted(os.listdir(small_disk)) == sorted("red" + ending for ending in ENDINGS)


def test_a_disk_that_is_full_for_a_while(models: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The same where nothing can be mounted."""
    flush, calls = os.fsync, iter(range(100))

    def fsync(descriptor: int) -> None:
        if next(calls) == 6:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    images = [photos / f"{name}.png" for name in COLOURS]
    done = run("explain", *images, "--model", models / "tiny.keras", "--out", tmp_path / "out", "--json")
    assert done.code == 1
    assert [record["status"] for record in done.records] == ["ok", "error", "ok"]
    assert sorted(os.listdir(tmp_path / "out")) == sorted(n + e for n in ("red", "blue") for e in ENDINGS)


# ---- what the model expects ----


def test_values_that_are_not_known_are_warned_of(models: Path, photos: Path):
    base = ["explain", photos / "red.png", "--model", models / "unscaled.keras", "--json"]
    done = run(*base)
    assert (done.code, len(done.records)) == (0, 1)
    (line,) = done.errors
    assert line.startswith("warning: ")
    assert "nothing in the model says what values it expects: photos are given as 0 to 255." in line
    for word in ("unit", "symmetric", "torch", "caffe"):
        assert word in line


def test_values_that_were_given_are_not(models: Path, photos: Path):
    base = ["explain", photos / "red.png", "--model", models / "unscaled.keras", "--json"]
    scores = {}
    for values in ("none", "unit", "symmetric"):
        done = run(*base, "--preprocessing", values)
        assert (done.code, done.stderr) == (0, "")
        scores[values] = done.records[0]["score"]
    assert scores["none"] == pytest.approx(255 * scores["unit"], rel=1e-4)
    assert run("layers", models / "unscaled.keras").stderr == ""


def test_the_fit_is_recorded(models: Path, photos: Path, tmp_path: Path):
    for fit in ("squash", "crop", "letterbox"):
        out = tmp_path / fit
        assert (
            run("explain", photos / "red.png", "--model", models / "tiny.keras", "--fit", fit, "--out", out).code == 0
        )
        assert json.loads((out / "red.provenance.json").read_text())["fit"]["fit"] == fit


# ---- errors nobody foresaw ----


def test_debug_shows_where_and_changes_nothing_else(models: Path, photos: Path, tmp_path: Path):
    images = [photos / "text.png", photos / "red.png"]
    base = ["explain", *images, "--model", models / "tiny.keras", "--json"]
    plain, debug = run(*base), run(*base, "--debug")
    assert "Traceback" not in plain.stderr
    assert "Traceback (most recent call last)" in debug.stderr
    assert debug.code == plain.code == 1
    assert debug.errors[-1] == plain.errors[-1]
    assert [one["status"] for one in debug.records] == ["error", "ok"]
    wrong = run("layers", models / "tiny.keras", "--layer", "none", "--debug")
    assert wrong.code == 2
    assert "Traceback" in wrong.stderr
    assert wrong.errors[-1].startswith("error: layer 'none'")


def test_an_unexpected_error_of_one_image_stops_no_other(
    models: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write_all = export.write_all

    def sometimes(explanation: Any, folder: Any, stem: str, **options: Any) -> dict[str, str]:
        if stem == "green":
            raise MemoryError("no memory\nfor this")
        return write_all(explanation, folder, stem, **options)

    monkeypatch.setattr(export, "write_all", sometimes)
    images = [photos / f"{name}.png" for name in COLOURS]
    done = run("explain", *images, "--model", models / "tiny.keras", "--out", tmp_path / "out", "--json")
    assert done.code == 1
    assert [record["status"] for record in done.records] == ["ok", "error", "ok"]
    unexpected = "unexpected MemoryError: no memory. Run again with --debug to see where."
    assert done.errors[0] == f"error: {photos / 'green.png'}: {unexpected}"


# ---- layers and methods ----


def test_layers_are_listed_and_the_choice_is_marked(models: Path):
    done = run("layers", models / "tiny.keras")
    assert (done.code, done.stderr) == (0, "")
    header, *rows, reason = done.stdout.splitlines()
    assert header.split() == ["layer", "kind", "output", "rank"]
    assert [row.removeprefix(">").split()[0] for row in rows] == ["scaled", "features", "pool", "classes"]
    (marked,) = [row for row in rows if row.startswith(">")]
    assert marked.split() == [">", "features", "Conv2D", "16", "×", "16", "×", "3", "1"]
    assert reason.startswith("> features: the last spatial map before GlobalAveragePooling2D 'pool'")


def test_another_layer_can_be_marked(models: Path):
    done = run("layers", models / "odd.keras", "--layer", "features")
    assert "> features: chosen by name" in done.stdout.splitlines()


def test_names_are_not_taken_for_markup(models: Path):
    assert "[bold] :smile:" in run("layers", models / "odd.keras").stdout


def test_the_embedded_model_is_listed_where_there_is_no_other():
    done = run("layers")
    assert done.code == 0
    assert "> top_relu: " in done.stdout
    assert max(map(len, done.stdout.splitlines())) < 200


def test_methods_are_listed_whole():
    done = run("methods")
    assert (done.code, done.stderr) == (0, "")
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("gradcam ")]
    assert "Grad-CAM" in line
    assert line.endswith("arXiv:1610.02391")


def test_wrappers_are_listed_beneath():
    *_, last = [line for line in run("methods").stdout.splitlines() if line.strip()]
    listed = run("methods").stdout
    assert listed.index("\nrandom ") < listed.index("\nsmoothed(…)")
    assert "(…)" in last


def test_a_wrapped_method_says_how_much_its_runs_differ(models: Path, photos: Path, tmp_path: Path):
    method = "smoothed(layercam, samples=3, noise=0.2)"
    tiny = models / "tiny.keras"
    done = run("explain", photos / "red.png", "--model", tiny, "--method", method, "--out", tmp_path, "--json")
    assert (done.code, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert said["method"] == "smoothed(layercam)"
    assert said["uncertainty"]["runs"] == 3
    record = json.loads(Path(said["files"]["provenance"]).read_text())
    assert record["method"]["settings"] == {"smoothed.samples": 3, "smoothed.noise": 0.2, "smoothed.seed": 0}
    assert record["result"]["uncertainty"] == said["uncertainty"]
    with np.load(said["files"]["raw"]) as kept:
        assert kept["std"].shape == kept["cv"].shape == kept["raw"].shape


# ---- the process ----


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_another_backend_is_one_line(photos: Path, backend: str):
    done = run_process("explain", photos / "red.png", env=ENVIRONMENT | {"KERAS_BACKEND": backend})
    assert (done.code, done.stdout) == (1, "")
    assert done.error == (
        f"KERAS_BACKEND: gradcam_tf runs on TensorFlow, not on {backend!r}. "
        "Set KERAS_BACKEND=tensorflow before Keras is imported."
    )


def test_a_reader_that_leaves_early_is_not_complained_about():
    """As in ``gradcam-tf methods | head -0``."""
    with start("methods") as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("argument", ["methods", "--version", "--help"])
def test_output_that_nobody_takes(argument: str):
    with open("/dev/full", "w") as full:
        done = run_process(argument, stdout=full)
    assert done.code == 1
    assert done.error.startswith("standard output: cannot be written: no space left on device")


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_a_line_is_written_in_one_piece(name: str, monkeypatch: pytest.MonkeyPatch):
    """Also where nothing is buffered: a process may die at any time, and the next one's line would go on in its own."""
    written = []

    class Recorder(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            written.append(bytes(data))
            return len(data)

    monkeypatch.setattr(sys, name, io.TextIOWrapper(Recorder(), "utf-8", write_through=True))
    streams.say_json({"image": "a"}) if name == "stdout" else streams.complain("note: a")
    assert written == [b'{"image": "a"}\n' if name == "stdout" else b"note: a\n"]


@pytest.mark.skipif(not LINUX, reason="a shell closes the streams")
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_closed_streams(closed: str):
    shell = ["/bin/sh", "-c", f'"$0" -m gradcam_tf methods {closed}', sys.executable]
    done = subprocess.run(shell, capture_output=True, text=True, env=ENVIRONMENT)
    assert (done.returncode, done.stderr) == (0, "")
    assert ("Grad-CAM" in done.stdout) == (">&-" not in closed.replace("2>&-", ""))


def test_ctrl_c_in_the_middle(models: Path, photos: Path, tmp_path: Path):
    images = [photos / "red.png"] * 20_000
    with start("explain", *images, "--model", models / "tiny.keras", "--out", tmp_path / "out") as process:
        assert process.stdout is not None
        assert "class 0" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=100)
    assert (process.returncode, stderr) == (130, "stopped\n")
    written = os.listdir(tmp_path / "out")
    assert 0 < len(written) < 4 * len(images)
    assert not [name for name in written if name.endswith(".part")]


def test_ctrl_c_while_tensorflow_is_imported(models: Path, tmp_path: Path):
    """Imports swallow exceptions here and there; an import that is half done must not be gone on with."""
    (tmp_path / "tensorflow.py").write_text(
        "import os, signal, time\n"
        "try:\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    time.sleep(9)\n"
        "except BaseException:\n"
        "    pass\n"
        "print('went on')\n"
    )
    path = os.pathsep.join([str(tmp_path), *filter(None, [ENVIRONMENT.get("PYTHONPATH")])])
    done = run_process("layers", models / "tiny.keras", env=ENVIRONMENT | {"PYTHONPATH": path})
    assert (done.code, done.stdout, done.stderr) == (130, "", "stopped\n")


@pytest.mark.skipif(not LINUX, reason="needs a pseudo-terminal")
def test_the_progress_is_on_the_terminal_and_the_results_in_the_pipe(models: Path, photos: Path):
    """A pipe that knows ASCII alone."""
    import pty

    terminal, other_end = pty.openpty()
    images = [photos / f"{name}.png" for name in COLOURS] * 2
    ascii_only = ENVIRONMENT | {"PYTHONIOENCODING": "ascii"}
    with start("explain", *images, "--model", models / "named.keras", stderr=other_end, env=ascii_only) as process:
        os.close(other_end)
        assert process.stdout is not None
        lines = process.stdout.read().splitlines()
        shown = read_terminal(terminal)
    assert process.returncode == 0
    assert [line.split("   ")[1].split(",")[0] for line in lines] == ["rouge", "vert", "bleut\\xe9"] * 2
    assert "explaining" in shown
    assert "rouge" not in shown


@pytest.mark.skipif(not LINUX, reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("method", "shows"), [("occlusion", True), ("gradcam", False)])
def test_the_runs_of_a_single_image_are_counted_where_there_are_many(models: Path, photos: Path, method, shows):
    import pty

    terminal, other_end = pty.openpty()
    asked = ("explain", photos / "red.png", "--model", models / "named.keras", "--method", method)
    with start(*asked, stderr=other_end) as process:
        os.close(other_end)
        assert process.stdout is not None
        shown = read_terminal(terminal)
        lines = process.stdout.read().splitlines()
    assert process.returncode == 0
    assert len(lines) == 1
    assert ("running the model" in shown) == shows
    assert "explaining" not in shown


def test_a_module_of_the_users_that_imports_keras_starts_it_as_quietly(models: Path, photos: Path, tmp_path: Path):
    (tmp_path / "mine_of_test_cli.py").write_text("import keras\n\n\nclass Mine(keras.layers.Layer):\n    pass\n")
    asked = ["--model", models / "tiny.keras", "--custom-objects", "mine_of_test_cli:Mine", "--json"]
    done = run_process("explain", photos / "red.png", *asked, cwd=tmp_path)
    assert (done.code, done.stderr) == (0, "")


@pytest.mark.skipif(not LINUX, reason="needs a pseudo-terminal")
@pytest.mark.parametrize("width", [60, 80])
def test_the_methods_on_a_narrow_terminal(width: int):
    """No line is cut or folded by the terminal, and no word is lost."""
    import fcntl
    import pty
    import struct
    import termios

    terminal, other_end = pty.openpty()
    fcntl.ioctl(other_end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    environment = {name: value for name, value in ENVIRONMENT.items() if name != "COLUMNS"}
    with start("methods", stdout=other_end, env=environment):
        os.close(other_end)
        shown = read_terminal(terminal).replace("\r\n", "\n")
    assert max(map(len, shown.splitlines())) <= width
    words = " ".join(shown.split())
    for method in registry.methods().values():
        assert re.search(rf"^{re.escape(method.name)} +{re.escape(method.title)}$", shown, re.MULTILINE)
        assert f"{method.summary} needs: {', '.join(method.needs)} cost: {method.cost} paper: " in words


def read_terminal(terminal: int) -> str:
    found = b""
    try:
        while piece := os.read(terminal, 4096):
            found += piece
    except OSError:  # EIO: the other end is closed
        pass
    os.close(terminal)
    return found.decode(errors="replace")


def test_the_look_is_that_of_the_overlay_and_of_the_sheet(photos, models, tmp_path):
    import gradcam_tf as gct

    tiny = models / "tiny.keras"
    look = ("--threshold", "0.4", "--signed", "--opacity", "0.9")
    done = run("explain", photos / "red.png", "--model", tiny, *look, "--out", tmp_path / "out")
    assert done.code == 0, done.stderr
    with Image.open(tmp_path / "out" / "red.overlay.png") as drawn:
        one = gct.Explainer.open(tiny)(str(photos / "red.png"))
        np.testing.assert_allclose(np.asarray(drawn, int), one.overlay(threshold=0.4, signed=True, opacity=0.9), atol=1)
    record = json.loads((tmp_path / "out" / "red.provenance.json").read_text())
    assert record["look"] == {"opacity": 0.9, "colormap": "inferno", "threshold": 0.4, "signed": True}
    wrong = run("explain", photos / "red.png", "--model", tiny, "--colormap", "infernal", "--out", tmp_path / "none")
    assert wrong.code == 1
    assert "no such colormap" in wrong.stderr
