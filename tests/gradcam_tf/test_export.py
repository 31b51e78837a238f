"""Files: whole or not at all, never over another, and holding what was explained."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gradcam_tf import export
from gradcam_tf.errors import GradcamError, OutputError
from gradcam_tf.explanation import Explanation
from gradcam_tf.export import (
    FILES,
    OutputNames,
    prepare_folder,
    write_all,
    write_explanation,
    write_file,
    write_together,
)
from gradcam_tf.inputs import Subject
from gradcam_tf.placement import place_photo
from gradcam_tf.provenance import ModelIdentity
from gradcam_tf.records import Explained, Feature, LayerCall, LayerChoice, Layout, Photo, Preprocessing, Run
from gradcam_tf.render import Look, colorize, coloured
from tests.conftest import mounted


class Anything:
    name = "tiny"


MODEL = Anything()


def explanation(images: int = 1) -> Explanation:
    """Of photos of 30 × 40 pixels, with a 4 × 4 map."""
    random_numbers = np.random.default_rng(7)
    values = random_numbers.random((images, 16, 16, 3)).astype(np.float32) * 255
    pixels = random_numbers.integers(0, 256, (30, 40, 3), dtype=np.uint8)
    photo = Photo(Image.fromarray(pixels), "ca\udcfft.png", "/photos/ca\udcfft.png", "ab" * 32, ("turned upright",))
    call = LayerCall("backbone/top", 1, "ReLU", (1, 4, 4, 8), "float32", 2)
    feature = Feature("backbone/top", 1, 0, Layout("channels_last", (4, 4)))
    return Explanation(
        raw=random_numbers.normal(size=(images, 4, 4)).astype(np.float32),
        heatmap=random_numbers.random((images, 16, 16)).astype(np.float32),
        scores=random_numbers.random(images).astype(np.float32),
        predictions=np.full((images, 3), [0.2, 0.7, 0.1], np.float32),
        status=("ok",) * images,
        layer=LayerChoice(call, "the last spatial map", feature),
        method="gradcam",
        settings={},
        target=(Explained("class", 1, "crème", "logit"),) * images,
        output="",
        activation="softmax",
        subjects=tuple(Subject(one, photo, place_photo((30, 40), (16, 16))) for one in values),
        preprocessing=Preprocessing("unit", True, "given: 0 to 1"),
        run=Run("eager", "CPU", 0.25, images),
        model=ModelIdentity(MODEL, "/models/tiny.keras", "cd" * 32),
    )


def names_in(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


# ---- what is in the files ----


def test_four_files_are_written_and_named(tmp_path: Path):
    written = write_all(explanation(), tmp_path / "new" / "folder", "cat")
    assert list(written) == ["overlay", "heatmap", "raw", "provenance"]
    assert names_in(tmp_path / "new" / "folder") == [
        f"cat.{end}" for end in ("heatmap.png", "overlay.png", "provenance.json", "raw.npz")
    ]
    assert all(Path(path).is_file() for path in written.values())


def test_the_pictures_have_the_size_of_the_photo_and_the_pixels_of_the_renderer(tmp_path: Path):
    one = explanation()
    written = write_all(one, tmp_path, "cat")
    with Image.open(written["overlay"]) as picture:
        np.testing.assert_array_equal(np.asarray(picture), np.asarray(one.overlay()))
    with Image.open(written["heatmap"]) as picture:
        assert (picture.mode, picture.size) == ("RGB", (40, 30))
        np.testing.assert_array_equal(np.asarray(picture), colorize(one.heat()[0]))


def test_the_numbers_come_back_bit_by_bit(tmp_path: Path):
    many = explanation(3)
    write_explanation(many, tmp_path / "many.npz")
    with np.load(tmp_path / "many.npz", allow_pickle=False) as back:
        assert sorted(back) == ["heatmap", "predictions", "provenance", "raw", "scores", "status"]
        for name in ("raw", "heatmap", "scores", "predictions"):
            np.testing.assert_array_equal(back[name], getattr(many, name))
            assert back[name].dtype == np.float32
        assert tuple(back["status"]) == many.status
        assert [json.loads(str(one))["result"] for one in back["provenance"]] == list(many.results)


def test_a_map_with_nan_keeps_it_in_the_numbers_and_not_in_the_json(tmp_path: Path):
    one = explanation()
    one.raw[0, 1, 2] = np.nan
    one = replace(one, status=("nonfinite",), scores=np.array([np.inf], np.float32), heatmap=np.zeros_like(one.heatmap))
    written = write_all(one, tmp_path, "cat")
    with np.load(written["raw"]) as back:
        np.testing.assert_array_equal(back["raw"], one.raw)
    text = Path(written["provenance"]).read_text(encoding="ascii")
    result = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))["result"]
    assert (result["status"], result["score"], result["highest"]) == ("nonfinite", None, None)
    assert "overflow" in result["reason"]


PROVENANCE = {
    "created": str,
    "image": {
        "name": str,
        "path": str,
        "sha256": str,
        "sha256_of": str,
        "height": int,
        "width": int,
        "whole": bool,
        "notes": [str],
    },
    "model": {"name": str, "file": str, "sha256": str, "sha256_of": str},
    "layer": {"name": str, "kind": str, "shape": [int], "grid": [int], "reason": str},
    "output": str,
    "method": {"name": str, "title": str, "paper": str, "settings": dict},
    "target": {"kind": str, "index": int, "label": str, "space": str, "description": type(None)},
    "result": {
        "status": str,
        "reason": str,
        "score": float,
        "probability": float,
        "highest": float,
        "lowest": float,
        "full_heat": float,
        "full_signed": float,
    },
    "preprocessing": {"name": str, "known": bool, "reason": str},
    "fit": {
        "fit": str,
        "photo_size": [int],
        "input_size": [int],
        "photo_box": [float],
        "input_box": [float],
    },
    "run": {"mode": str, "device": str, "seconds": float, "batch": int},
    "versions": dict.fromkeys(["python", "gradcam_tf", "tensorflow", "keras", "numpy", "pillow"], str),
    "confinement": type(None),
    "files": dict.fromkeys(FILES, str),
    "look": {"opacity": float, "colormap": str, "threshold": float, "signed": bool},
}


def assert_fits(value: object, schema: object, where: str = "") -> None:
    if isinstance(schema, dict):
        assert isinstance(value, dict), where
        assert list(value) == list(schema), where
        for key, inner in schema.items():
            assert_fits(value[key], inner, f"{where}.{key}")
    elif isinstance(schema, list):
        assert isinstance(value, list), where
        assert value, where
        for inner in value:
            assert_fits(inner, schema[0], where)
    else:
        assert type(value) is schema, (where, value)


def test_a_nan_that_got_into_the_provenance_is_not_written(tmp_path: Path):
    one = replace(explanation(), run=Run("eager", "CPU", float("nan"), 1))
    with pytest.raises(ValueError, match="JSON"):
        write_all(one, tmp_path, "cat")
    assert names_in(tmp_path) == []


def test_the_provenance_has_its_schema(tmp_path: Path):
    written = write_all(explanation(), tmp_path, "cat")
    found = json.loads(Path(written["provenance"]).read_text(encoding="ascii"))
    assert_fits(found, PROVENANCE)
    assert found["image"]["path"] == "/photos/ca\udcfft.png"
    assert found["image"]["notes"] == ["turned upright"]
    assert found["model"] == {
        "name": "tiny",
        "file": "/models/tiny.keras",
        "sha256": "cd" * 32,
        "sha256_of": "file",
    }
    assert (found["layer"]["name"], found["layer"]["shape"]) == ("backbone/top:1", [4, 4, 8])
    assert (found["target"]["index"], found["target"]["label"]) == (1, "crème")
    assert found["fit"]["photo_box"] == [0, 0, 40, 30]
    assert found["files"] == {kind: Path(path).name for kind, path in written.items()}


@pytest.mark.parametrize("kind", ["pdf", "svg"])
def test_a_figure_is_written_with_its_caption(tmp_path: Path, kind: str):
    files = write_all(explanation()[0], tmp_path, "cat", kinds=(kind,))
    assert sorted(files) == sorted([kind, "provenance"])
    content = Path(files[kind]).read_bytes()
    if kind == "pdf":
        assert content.startswith(b"%PDF")
        assert content.rstrip().endswith(b"%%EOF")
    else:
        text = content.decode()
        assert "crème" in text
        assert "Grad-CAM at backbone/top" in text
        assert "heat: 1 is its own maximum" in text
        assert "/photos" not in text


def test_the_heat_in_16_bits_has_the_size_of_the_photo_and_all_its_steps(tmp_path: Path):
    one = explanation()[0]
    files = write_all(one, tmp_path, "cat", kinds=("tiff",))
    with Image.open(files["tiff"]) as picture:
        assert (picture.mode, picture.size) == ("I;16", (40, 30))
        values = np.asarray(picture)
    np.testing.assert_allclose(values / 65535, one.heat()[0], atol=0.5 / 65535 + 1e-7)


def test_save_goes_by_the_ending(tmp_path: Path):
    one = explanation()
    one.save(tmp_path / "cat.PNG")
    one.save(tmp_path / "cat.npz")
    assert names_in(tmp_path) == ["cat.PNG", "cat.npz"]
    with pytest.raises(OutputError, match=r"cat\.jpeg: has an ending that is not known\. Use \.npz or \.png"):
        one.save(tmp_path / "cat.jpeg")
    with pytest.raises(GradcamError, match=r"2 images has no single overlay"):
        explanation(2).save(tmp_path / "two.png")
    with pytest.raises(OutputError, match=r"no such file or directory\. Make its folder first"):
        one.save(tmp_path / "none" / "cat.npz")
    assert names_in(tmp_path) == ["cat.PNG", "cat.npz"]


# ---- nothing is overwritten ----


@pytest.mark.parametrize("there", list(FILES.values()))
def test_one_file_that_is_there_keeps_all_from_being_written(tmp_path: Path, there: str):
    (tmp_path / f"cat{there}").write_bytes(b"mine")
    with pytest.raises(OutputError, match=r"exists already\. Use another folder, or --overwrite"):
        write_all(explanation(), tmp_path, "cat")
    assert names_in(tmp_path) == [f"cat{there}"]
    assert (tmp_path / f"cat{there}").read_bytes() == b"mine"


def test_a_link_to_nowhere_is_there_too(tmp_path: Path):
    (tmp_path / "cat.provenance.json").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputError, match="exists already"):
        write_all(explanation(), tmp_path, "cat")
    with pytest.raises(OutputError, match="file exists"):
        write_file(tmp_path / "cat.provenance.json", b"new")
    assert names_in(tmp_path) == ["cat.provenance.json"]


def test_overwrite_replaces_all(tmp_path: Path):
    for ending in FILES.values():
        (tmp_path / f"cat{ending}").write_bytes(b"old")
    written = write_all(explanation(), tmp_path, "cat", overwrite=True)
    assert len(names_in(tmp_path)) == 4
    assert all(Path(path).read_bytes() != b"old" for path in written.values())


def test_a_file_that_appears_at_the_last_moment_is_kept(tmp_path: Path):
    """The check before writing cannot see it; the link must."""
    late = tmp_path / "cat.raw.npz"
    contents = {tmp_path / "cat.overlay.png": b"1", late: b"2", tmp_path / "cat.json": b"3"}
    late.write_bytes(b"another's")
    with pytest.raises(OutputError, match=r"cat\.raw\.npz: cannot be written: file exists"):
        write_together(contents)
    assert names_in(tmp_path) == ["cat.raw.npz"]
    assert late.read_bytes() == b"another's"


def test_of_many_writers_one_gets_the_name(tmp_path: Path):
    writers, rounds = 8, 40
    won: list[tuple[int, int]] = []
    start = threading.Barrier(writers)

    def write(writer: int) -> None:
        for number in range(rounds):
            start.wait()
            try:
                write_file(tmp_path / f"{number}", str(writer).encode() * 1000)
            except OutputError:
                continue
            won.append((number, writer))

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number for number, _ in won) == list(range(rounds))
    for number, writer in won:
        assert (tmp_path / f"{number}").read_bytes() == str(writer).encode() * 1000
    assert len(names_in(tmp_path)) == rounds


@pytest.fixture
def no_hard_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on FAT."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)


@pytest.mark.usefixtures("no_hard_links")
def test_a_file_system_without_hard_links_serves_too(tmp_path: Path):
    write_file(tmp_path / "cat", b"first")
    with pytest.raises(OutputError, match="file exists"):
        write_file(tmp_path / "cat", b"second")
    assert (tmp_path / "cat").read_bytes() == b"first"
    assert names_in(tmp_path) == ["cat"]


# ---- nothing is half-written ----


def disk_that_fills_after(monkeypatch: pytest.MonkeyPatch, files: int) -> None:
    """fsync is where a full disk is told of at the latest."""
    flush, calls = os.fsync, iter(range(100))

    def fsync(descriptor: int) -> None:
        if next(calls) >= files:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)


@pytest.mark.parametrize("files", [0, 1, 3])
def test_a_disk_that_fills_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int):
    disk_that_fills_after(monkeypatch, files)
    with pytest.raises(OutputError, match=r"no space left on device\. Free some space"):
        write_all(explanation(), tmp_path, "cat")
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("files", [0, 1, 3])
def test_a_disk_that_fills_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int):
    written = write_all(explanation(), tmp_path, "cat")
    before = {path: Path(path).read_bytes() for path in written.values()}
    disk_that_fills_after(monkeypatch, files)
    with pytest.raises(OutputError, match="no space left"):
        write_all(explanation(), tmp_path, "cat", overwrite=True)
    assert {path: Path(path).read_bytes() for path in written.values()} == before
    assert len(names_in(tmp_path)) == 4


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 64 KiB."""
    yield from mounted(tmp_path / "small", "size=64k")


@pytest.fixture
def read_only_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system that is read-only, for root as well."""
    yield from mounted(tmp_path / "read-only", "ro")


def test_a_real_full_disk(small_disk: Path):
    write_file(small_disk / "first", bytes(20_000))
    noise = np.random.default_rng(0).bytes(30_000)
    with pytest.raises(OutputError, match=r"cat\.json: cannot be written: no space left on device\. Free some space"):
        write_together({small_disk / "cat.png": noise, small_disk / "cat.json": noise})
    assert names_in(small_disk) == ["first"]
    write_file(small_disk / "second", bytes(20_000))


def test_a_real_read_only_disk(read_only_disk: Path):
    for folder in (read_only_disk, read_only_disk / "new"):
        with pytest.raises(OutputError, match=r"read-only file system\. Choose a folder you may write to with --out"):
            prepare_folder(folder)
    with pytest.raises(OutputError, match="read-only file system"):
        write_file(read_only_disk / "cat", b"")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write(tmp_path: Path):
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match=r"permission denied\. Choose a folder you may write to"):
        prepare_folder(tmp_path)
    tmp_path.chmod(0o700)


WRITER = """
import hashlib, itertools, os, sys
from pathlib import Path
from gradcam_tf.export import write_together
folder, overwrite = Path(sys.argv[1]), sys.argv[2] == "overwrite"
print("ready", flush=True)
for turn in itertools.count():
    stem = "cat" if overwrite else f"{os.getpid()}-{turn}"
    contents = {}
    for ending in (".overlay.png", ".raw.npz", ".provenance.json"):
        content = f"{os.getpid()}-{turn}\\n".encode() + os.urandom(300_000)
        contents[folder / (stem + ending)] = hashlib.sha256(content).hexdigest().encode() + content
    write_together(contents, overwrite=overwrite)
"""


def turn_of(path: Path) -> bytes:
    """Which turn of which writer wrote the file; fails unless the file is whole."""
    data = path.read_bytes()
    assert hashlib.sha256(data[64:]).hexdigest().encode() == data[:64], f"{path.name} is half-written"
    return data[64:].split(b"\n")[0]


@pytest.mark.parametrize("mode", ["overwrite", "new names"])
def test_a_process_killed_at_any_moment_leaves_whole_files(tmp_path: Path, mode: str):
    chance = random.Random(3)
    checked = 0
    for _ in range(12):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, tmp_path, mode], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0, 0.08))
        writer.kill()
        writer.wait()
        writer.stdout.close()
        turns = {path.name: turn_of(path) for path in tmp_path.iterdir() if not path.name.endswith(".part")}
        checked += len(turns)
        for name, turn in turns.items():
            if name.endswith(".provenance.json"):
                stem = name.removesuffix(".provenance.json")
                assert {turns[stem + ".overlay.png"], turns[stem + ".raw.npz"]} == {turn}, "it vouches for others"
    assert checked > 12


KILLED_AT_EACH_STEP = """
import os, signal, sys
from pathlib import Path
from gradcam_tf.export import write_together
folder, overwrite = Path(sys.argv[1]), sys.argv[2] == "overwrite"

def dying(function, steps_left):
    def call(*arguments, **options):
        if next(steps_left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return call

step, survived = 0, False
while not survived:
    place = folder / str(step)
    place.mkdir()
    contents = {place / name: b"new " + name.encode() for name in ("cat.overlay.png", "cat.raw.npz", "cat.json")}
    if overwrite:
        write_together({path: b"old" + content[3:] for path, content in contents.items()})
    child = os.fork()
    if child == 0:
        steps_left = iter(range(step, -1, -1))
        for name in ("open", "fsync", "link", "replace", "unlink"):
            setattr(os, name, dying(getattr(os, name), steps_left))
        write_together(contents, overwrite=overwrite)
        os._exit(0)
    survived = os.waitpid(child, 0)[1] == 0
    step += 1
print(step)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("mode", ["overwrite", "new names"])
def test_a_process_killed_at_each_single_step_leaves_whole_files(tmp_path: Path, mode: str):
    done = subprocess.run(
        [sys.executable, "-c", KILLED_AT_EACH_STEP, tmp_path, mode], capture_output=True, text=True, check=True
    )
    steps = int(done.stdout)
    assert steps > 6
    for step in range(steps):
        found = {path.name: path.read_bytes() for path in (tmp_path / str(step)).glob("cat.*")}
        ages = {content.partition(b" ")[0] for content in found.values()}
        assert all(content.partition(b" ")[2] == name.encode() for name, content in found.items())
        if "cat.json" in found:
            assert len(found) == 3, f"after step {step} it vouches for what is not there"
            assert len(ages) == 1, f"after step {step} it vouches for others"
    assert len(found) == 3
    assert ages == {b"new"}


# ---- folders ----


def test_a_folder_is_made_with_its_parents(tmp_path: Path):
    assert prepare_folder(tmp_path / "a" / "b") == tmp_path / "a" / "b"
    assert names_in(tmp_path / "a" / "b") == []


def test_what_is_no_folder(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"file: is not a folder\. Choose a folder"):
        prepare_folder(tmp_path / "file")
    with pytest.raises(OutputError, match=r"not a directory\. Choose a folder"):
        prepare_folder(tmp_path / "file" / "inside")
    with pytest.raises(OutputError, match=r"file name too long\. Choose a folder"):
        prepare_folder(tmp_path / ("a" * 300))


def test_a_folder_in_the_place_of_a_file(tmp_path: Path):
    (tmp_path / "cat.provenance.json").mkdir()
    with pytest.raises(
        OutputError, match=r"cat\.provenance\.json: cannot be written: is a directory\. A folder has its name"
    ):
        write_all(explanation(), tmp_path, "cat", overwrite=True)
    assert not list(tmp_path.glob(".*.part"))


# ---- names ----


def test_images_of_the_same_name_have_stems_of_their_own():
    names = OutputNames()
    found = [names.stem(one) for one in ("a/cat.png", "b/cat.jpg", "c/CAT.png", "cat-2.png", "dog.png", "cat")]
    assert found == ["cat", "cat-2", "CAT-3", "cat-2-2", "dog", "cat-4"]


def test_several_maps_of_one_image_share_its_stem():
    names = OutputNames()
    assert names.stems("cat.png", 3) == ["cat", "cat.top2", "cat.top3"]
    assert names.stems("b/cat.png", 2) == ["cat-2", "cat-2.top2"]


def test_the_stem_of_a_further_map_is_not_given_to_another_image():
    names = OutputNames()
    names.stems("cat.png", 3)
    assert names.stem("cat.top2.png") == "cat.top2-2"
    names = OutputNames()
    assert names.stem("dog.top2.png") == "dog.top2"
    assert names.stems("dog.png", 2) == ["dog-2", "dog-2.top2"]


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("/photos/my cat.png", "my cat"),
        ("Kätzchen 猫.png", "Kätzchen 猫"),
        ("ca\udcff\udcfet.png", "ca__t"),
        ("a\nb\x1b[31m\x00.png", "a_b_[31m_"),
        ('a<b>c:d"e|f?g*h\\i.png', "a_b_c_d_e_f_g_h_i"),
        ("\u202egnp.exe.png", "_gnp.exe"),
        (".hidden.png", "hidden"),
        ("..", "image"),
        ("", "image"),
        ("/", "image"),
        ("...png", "image"),
        ("con.png", "_con"),
        ("NUL.tar.png", "_NUL.tar"),
        ("lpt1", "_lpt1"),
        ("console.png", "console"),
        ("cat. .png", "cat"),
    ],
)
def test_names_that_every_file_system_takes(name: str, stem: str):
    assert OutputNames().stem(name) == stem


@pytest.mark.parametrize("letter", ["a", "é", "猫", "😺"])
def test_a_long_name_is_cut_at_a_letter_and_can_be_written(tmp_path: Path, letter: str):
    names = OutputNames()
    for folder in range(12):
        for stem in names.stems(f"{folder}/{letter * 400}.png", 3):
            assert stem.startswith(letter)
            write_file(tmp_path / f"{stem}{FILES['heatmap']}", b"")
    assert len(names_in(tmp_path)) == 36


def test_accents_written_in_two_ways_are_one_name():
    names = OutputNames()
    assert names.stem("caf\u00e9.png") == "caf\u00e9"
    assert names.stem("cafe\u0301.png") == "cafe\u0301-2"


def test_ten_thousand_images_of_one_name_take_no_time():
    """Counting up from 2 for each took two minutes."""
    names, began = OutputNames(), time.perf_counter()
    assert len({names.stem("cat.png") for _ in range(10_000)}) == 10_000
    assert time.perf_counter() - began < 5


def test_a_picture_file_is_a_png_whatever_it_is_called(tmp_path: Path):
    write_explanation(explanation(), tmp_path / "x.png")
    assert Image.open(io.BytesIO((tmp_path / "x.png").read_bytes())).format == "PNG"


def test_some_kinds_are_written_and_always_the_provenance(tmp_path):
    one = explanation()
    paths = write_all(one, tmp_path, "cat", kinds=["raw"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cat.provenance.json", "cat.raw.npz"]
    assert json.loads(Path(paths["provenance"]).read_text())["files"] == {
        "raw": "cat.raw.npz",
        "provenance": "cat.provenance.json",
    }


def test_the_colours_asked_for_are_used(tmp_path):
    one = explanation()
    paths = write_all(one, tmp_path, "cat", look=Look(0.3, "viridis"))
    with Image.open(paths["overlay"]) as drawn:
        np.testing.assert_array_equal(drawn, one.overlay(opacity=0.3, colormap="viridis"))
    with Image.open(paths["heatmap"]) as drawn:
        np.testing.assert_array_equal(drawn, colorize(one.heat()[0], "viridis"))


def test_threshold_and_signs_are_in_every_picture_and_in_the_provenance(tmp_path):
    one, look = explanation(), Look(0.9, "viridis", 0.4, signed=True)
    paths = write_all(one, tmp_path, "cat", kinds=("overlay", "heatmap", "jpeg", "svg", "tiff"), look=look)
    with Image.open(paths["overlay"]) as drawn:
        np.testing.assert_array_equal(drawn, one.overlay(opacity=0.9, threshold=0.4, signed=True))
        assert (np.asarray(drawn) != np.asarray(one.overlay(opacity=0.9))).any()
    with Image.open(paths["heatmap"]) as drawn:
        np.testing.assert_array_equal(drawn, coloured(one.heat(signed=True)[0], look))
    figure = Path(paths["svg"]).read_text()
    assert "not drawn below 0.4" in figure
    assert "below 0 speaks" in figure
    record = json.loads(Path(paths["provenance"]).read_text())
    assert record["look"] == {"opacity": 0.9, "colormap": "viridis", "threshold": 0.4, "signed": True}
    # For measuring: no look changes the numbers.
    with Image.open(paths["tiff"]) as values:
        np.testing.assert_allclose(np.asarray(values) / 65535, one.heat()[0], atol=1e-5)


def test_numbers_alone_have_no_look(tmp_path):
    paths = write_all(explanation(), tmp_path, "cat", kinds=("raw",))
    assert "look" not in json.loads(Path(paths["provenance"]).read_text())


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "1", "P"])
@pytest.mark.parametrize("size", [(1, 1), (37, 1), (1, 29), (64, 48)])
@pytest.mark.parametrize("library", ["isal", "zlib"])
def test_a_png_holds_the_pixels(mode, size, library, rng, monkeypatch):
    if library == "isal":
        pytest.importorskip("isal", reason="isal is not installed (pip install 'gradcam_tf[batch]')")
    else:
        monkeypatch.setitem(sys.modules, "isal", None)
    picture = (
        Image.fromarray(rng.integers(0, 256, (size[1], size[0], 4), np.uint8), "RGBA").convert("RGB").convert(mode)
    )
    with Image.open(io.BytesIO(export.png(picture))) as read:
        assert (read.mode, read.size, read.info) == (picture.mode, picture.size, {})
        assert np.array_equal(np.asarray(read), np.asarray(picture))
