"""Every hostile file is refused by name before Keras sees it, and touches nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gradcam_tf.errors import ModelError, RefusedModel
from gradcam_tf.model import open as opening
from gradcam_tf.model.open import open_with_identity
from gradcam_tf.model.vet import vet
from tests.hostile import honest
from tests.hostile.canary import Canary, canary
from tests.hostile.folders import FOLDERS
from tests.hostile.guards import REFUSED
from tests.hostile.kinds import KINDS, Kind, all_files, lambda_layer

EVERY = [*KINDS, *FOLDERS]
MEMORY = 600 * 2**20
"""Bytes of address space that a process may have in which hostile files are opened; Python and h5py take 300 MB."""


@pytest.fixture(scope="module")
def bird(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    with canary(tmp_path_factory.mktemp("canary")) as made:
        yield made


@pytest.fixture(autouse=True)
def _keras_is_never_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file that reaches Keras was not refused."""

    def never(*_: object) -> None:
        pytest.fail("the file was handed to Keras")

    monkeypatch.setattr(opening, "load", never)
    monkeypatch.setattr(opening, "load_folder", never)
    # As if all were agreed to: what is refused is refused for what it is.
    monkeypatch.setattr(opening, "permission_wanted", lambda allowed: ())
    monkeypatch.setattr(opening, "check_backend", lambda: None)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_there_are_enough_kinds():
    assert len({kind.name for kind in EVERY}) == len(EVERY) >= 60


@pytest.mark.parametrize(("kind", "variant"), list(all_files(EVERY)), ids=lambda part: getattr(part, "name", str(part)))
def test_a_hostile_file_is_refused(kind: Kind, variant: tuple, tmp_path: Path, bird: Canary):
    path = kind.write(tmp_path, bird, *variant)
    begin = time.process_time()  # not by the clock on the wall: other programs run beside the tests
    with pytest.raises(ModelError) as caught:
        open_with_identity(path)
    assert time.process_time() - begin < REFUSED
    assert bird.touched() == []
    line = str(caught.value)
    assert line.startswith(f"{path}: ")
    assert "\n" not in line
    assert caught.value.remedy
    assert "safe" not in re.sub("'[^']*'", "", line).lower()
    if isinstance(caught.value, RefusedModel):
        assert len(caught.value.sha256) == 64
        assert all(one.what and one.where and one.remedy for one in caught.value.refusals)


REASONS = {
    "lambda layer": "is a Lambda layer, which is Python code",
    "python lambda in build config": "is a Python lambda",
    "python lambda in compile config": "is a Python lambda",
    "python lambda among the arguments of a call": "is a Python lambda",
    "python lambda in the training config": "is a Python lambda",
    "function get file": "names the function 'keras.utils.get_file'",
    "class of the system": "is made with 'subprocess.Popen'",
    "class registered as another": "is made with 'keras.layers.Dense'",
    "vocabulary in a file": "names a file, ",
    "vocabulary at an address": "names an address, 'http://127.0.0.1",
    "tfsm layer": "is a TFSMLayer",
    "dense bomb": "asks for ",
    "dense after flatten": "asks for an array of 300,000,000,000 weights",
    "dense built for another input": "asks for an array of 100,000,000,000 weights",
    "upsampling bomb": "makes a tensor of ",
    "tile bomb": "makes a tensor of ",
    "bomb in a graph in another order": "asks for an array of 1,280,000,000 weights",
    "too many layers": "calls 30,001 layers",
    "hdf5 external link": "is a link to somewhere else",
    "hdf5 soft link": "is a link to somewhere else",
    "hdf5 external storage": "has its numbers in another file",
    "hdf5 virtual storage": "is put together from other files",
    "hdf5 shape bomb": "says that it has 4000000000000 bytes, and 0 are in the file",
    "hdf5 filter from a plugin": "needs a plug-in to unpack",
    "hdf5 group in itself": "is in the file under two names",
    "hdf5 of several files": "is part of a file in several parts",
    "zip member above the folder": "is none that Keras writes",
    "zip member that is a link": "is a link or a device",
    "zip config twice": "is in the archive twice",
    "zip encrypted": "is encrypted",
    "zip members over one another": "lies over another member",
    "zip after something else": "is damaged, truncated, or no Keras model file",
    "zip with a terabyte inside": "bytes that belong to no member",
    "json that is deep": "is nested more than",
    "json with a key twice": "occurs twice in one object",
}


@pytest.mark.parametrize("name", REASONS)
def test_it_is_refused_for_the_right_reason(name: str, tmp_path: Path, bird: Canary):
    (kind,) = (one for one in EVERY if one.name == name)
    path = kind.write(tmp_path, bird, *kind.variants[-1])
    assert any(REASONS[name] in one.what for one in vet(path)), vet(path)


@pytest.mark.parametrize("depth", [0, 1, 2, 5])
def test_an_honest_file_is_not_refused(depth: int, tmp_path: Path):
    """What the hostile ones are made from, so that it is the hostile part that is refused."""
    config = honest.inside(honest.layer("ReLU", "relu"), depth)
    assert vet(honest.keras_file(tmp_path / "x.keras", config)) == ()
    assert vet(honest.hdf5_file(tmp_path / "x.h5", config)) == ()


@pytest.mark.parametrize("depth", [0, 1, 2, 5])
def test_the_place_inside_the_model_is_said(depth: int, tmp_path: Path, bird: Canary):
    path = honest.keras_file(tmp_path / "x.keras", honest.inside(lambda_layer(bird), depth))
    (refusal,) = vet(path)
    assert refusal.where.startswith("model/")
    assert refusal.where.endswith("/lambda")
    assert refusal.where.count("inner") == depth
    assert refusal.trustable


@pytest.mark.parametrize("when", ["while it is vetted", "after it is vetted"])
def test_a_file_that_is_swapped(when: str, tmp_path: Path, bird: Canary, monkeypatch: pytest.MonkeyPatch):
    """What is vetted is what is opened."""
    path = honest.keras_file(tmp_path / "x.keras")
    data = path.read_bytes()
    opened: list[bytes] = []

    def swap() -> None:
        honest.keras_file(path, honest.stack(lambda_layer(bird)))

    def vetted(copy: Path, given: object) -> tuple:
        if when == "while it is vetted":
            swap()
        found = vet(copy)
        swap()
        return found

    def stop(copy: Path, *_: object) -> None:
        opened.append(copy.read_bytes())
        raise ValueError("far enough")

    monkeypatch.setattr(opening, "vet", vetted)
    monkeypatch.setattr(opening, "load", stop)
    with pytest.raises(ModelError, match="far enough"):
        open_with_identity(path)
    assert opened == [data]


CHILD = """
import json, os, resource, sys, time
resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
from gradcam_tf.errors import ModelError
from gradcam_tf.model import open as opening
from gradcam_tf.model.open import open_with_identity
opening.permission_wanted = lambda allowed: ()
for path in json.load(sys.stdin):
    begin, what = time.process_time(), "opened"
    try:
        open_with_identity(path)
    except ModelError as error:
        what = type(error).__name__
    except BaseException as error:
        what = "untyped: " + repr(error)
    print(json.dumps([path, what, time.process_time() - begin]), flush=True)
most = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([int(most) * 1024, "keras" in sys.modules]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory is Linux's")
def test_each_kind_in_a_process_of_their_own_under_its_cap(tmp_path: Path, bird: Canary, capfd: Any):
    files = []
    for number, kind in enumerate(EVERY):
        folder = tmp_path / str(number)
        folder.mkdir()
        files.append(str(kind.write(folder, bird, *kind.variants[-1])))
    done = subprocess.run(
        [sys.executable, "-c", CHILD.replace("MEMORY", str(MEMORY))],
        input=json.dumps(files),
        capture_output=True,
        text=True,
        timeout=240,
        start_new_session=True,
        env=os.environ | {"XDG_STATE_HOME": str(tmp_path / "state"), "OPENBLAS_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    *told, (memory, keras) = map(json.loads, done.stdout.splitlines())
    assert [path for path, _, _ in told] == files
    assert [one for one in told if one[1] not in ("RefusedModel", "ModelError")] == []
    slowest = max(seconds for _, _, seconds in told)
    with capfd.disabled():
        print(f"\n{len(told)} hostile kinds of model: refused in {slowest:.1f} s at most, {memory / 2**20:.0f} MB")
    assert slowest < REFUSED
    assert memory < MEMORY
    assert not keras
    assert bird.touched() == []
