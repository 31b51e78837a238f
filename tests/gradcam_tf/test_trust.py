"""Trust: by the hash of the very file, remembered, forgotten; it never lifts what is checked of the structure."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import stat
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import gradcam_tf as gct
from gradcam_tf import trust
from gradcam_tf.cli import app
from gradcam_tf.errors import ModelError, Refusal, RefusedModel
from tests.hostile import honest

KEPT = "0" * 64


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder of the test."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "gradcam-tf"


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# ---- what is remembered ----


def test_nothing_is_remembered_at_first():
    assert gct.trusted_models() == []
    assert not trust.is_trusted(KEPT)


def test_what_is_remembered_is_found_and_forgotten(state: Path):
    trust.remember(KEPT, Path("/models/a name.keras"))
    (one,) = gct.trusted_models()
    assert (one.sha256, one.name) == (KEPT, "a name.keras")
    assert trust.is_trusted(KEPT)
    (file,) = (state / "trusted").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    gct.forget_model(KEPT)
    assert not trust.is_trusted(KEPT)
    with pytest.raises(ModelError, match="is not remembered as trusted"):
        gct.forget_model(KEPT)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"sha256": "1"}', json.dumps({"sha256": "1" * 64}), '{"a": 1}'])
def test_a_note_that_is_damaged_trusts_nothing(state: Path, text: str):
    trust.remember(KEPT, Path("x.keras"))
    (state / "trusted" / f"{KEPT}.json").write_text(text)
    assert not trust.is_trusted(KEPT)
    assert gct.trusted_models() == []


def test_a_note_that_others_may_write_trusts_nothing(state: Path):
    trust.remember(KEPT, Path("x.keras"))
    (state / "trusted" / f"{KEPT}.json").chmod(0o666)
    assert not trust.is_trusted(KEPT)


def test_many_at_once_lose_none():
    hashes = [f"{number:064x}" for number in range(40)]
    threads = [threading.Thread(target=trust.remember, args=(one, Path("x.keras"))) for one in hashes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.sha256 for one in gct.trusted_models()] == hashes


def test_a_folder_that_cannot_be_written_is_no_error(state: Path):
    state.parent.mkdir()
    state.write_text("in the way")
    trust.remember(KEPT, Path("x.keras"))
    assert not trust.is_trusted(KEPT)


@pytest.mark.parametrize("text", ["", "abc", "../" * 21 + "x", "g" * 64])
def test_what_is_no_hash(text: str):
    with pytest.raises(ModelError, match="is no SHA-256"):
        gct.forget_model(text)


# ---- the error ----


def test_a_refusal_carries_what_a_dialog_needs_and_survives_a_process_border():
    refusals = (Refusal("m/a", "is a Lambda layer", "Do that", trustable=True), Refusal("m/b", "is odd", "Do this"))
    error = pickle.loads(pickle.dumps(RefusedModel(refusals, sha256=KEPT, where="x.keras")))
    assert (error.refusals, error.sha256, error.trustable) == (refusals, KEPT, False)
    assert str(error) == "x.keras: is not opened: m/a is a Lambda layer (and 1 more). Do that."
    trustable = RefusedModel(refusals[:1], sha256=KEPT)
    assert str(trustable).endswith(f"Do that. If you trust this very file, say so: --trust-model {KEPT}.")


# ---- opening ----


@pytest.fixture(scope="module")
def with_lambda(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import keras

    folder = tmp_path_factory.mktemp("models")
    layers: list[Any] = [keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 3, name="conv")]
    model = keras.Sequential([*layers, keras.layers.Lambda(lambda x: x + 1), keras.layers.GlobalAveragePooling2D()])
    model.save(folder / "lambda.keras")
    model.save(folder / "lambda.h5")
    return folder


@pytest.mark.parametrize("name", ["lambda.keras", "lambda.h5"])
def test_trust_in_the_very_file_opens_it_and_is_remembered(with_lambda: Path, name: str):
    path = with_lambda / name
    with pytest.raises(RefusedModel) as caught:
        gct.open_model(path)
    assert caught.value.sha256 == sha256(path)
    assert caught.value.trustable
    assert gct.open_model(path, trust=caught.value.sha256.upper()).count_params() == 56
    assert gct.open_model(path).count_params() == 56
    gct.forget_model(sha256(path))
    with pytest.raises(RefusedModel):
        gct.open_model(path)


def test_trust_in_another_file_opens_nothing(with_lambda: Path):
    with pytest.raises(ModelError, match="is not the file that you trust: its SHA-256 is "):
        gct.open_model(with_lambda / "lambda.keras", trust=sha256(with_lambda / "lambda.h5"))
    assert gct.trusted_models() == []


def test_trust_ends_with_the_first_byte_that_is_changed(with_lambda: Path, tmp_path: Path):
    path = Path(shutil.copy(with_lambda / "lambda.h5", tmp_path))
    gct.open_model(path, trust=sha256(path))
    with path.open("ab") as file:
        file.write(b"\0")
    with pytest.raises(RefusedModel):
        gct.open_model(path)


def test_a_file_that_needs_no_trust_is_not_remembered():
    from gradcam_tf.resources import default_model_path

    gct.open_model(default_model_path(), trust=sha256(Path(default_model_path())))
    assert gct.trusted_models() == []


@pytest.mark.parametrize(
    "config",
    [
        honest.stack(honest.layer("Dense", "d", units=10**9)),
        honest.stack(honest.layer("TFSMLayer", "t", filepath="/tmp")),
        honest.stack(honest.layer("StringLookup", "t", vocabulary="/etc/passwd")),
        honest.stack(honest.layer("get_file", "t", "keras.utils")),
    ],
    ids=["too large", "another file", "vocabulary", "get_file"],
)
def test_trust_does_not_lift_the_rest(tmp_path: Path, config: Any):
    path = honest.keras_file(tmp_path / "x.keras", config)
    with pytest.raises(RefusedModel) as caught:
        gct.open_model(path, trust=sha256(path))
    assert not caught.value.trustable
    assert gct.trusted_models() == []


# ---- code that the caller brings ----

MINE = """
import keras

class Mine(keras.layers.Layer):
    def call(self, inputs):
        return inputs * 2
"""


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Any]:
    """A model with a layer that nobody knows, inside another model, and the layer."""
    import keras

    (tmp_path / "mine_of_test_trust.py").write_text(MINE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "mine_of_test_trust", raising=False)
    namespace: dict[str, Any] = {}
    exec(MINE, namespace)
    layers = [keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 3), namespace["Mine"](), keras.layers.Conv2D(2, 3)]
    inner = keras.Sequential(layers, name="inner")
    pool = keras.layers.GlobalAveragePooling2D()
    for name in ("mine.keras", "mine.h5"):
        keras.Sequential([keras.Input((8, 8, 3)), inner, pool], name="outer").save(tmp_path / name)
    return tmp_path, namespace["Mine"]


@pytest.mark.parametrize("name", ["mine.keras", "mine.h5"])
def test_custom_objects(mine: tuple[Path, Any], name: str):
    folder, kind = mine
    with pytest.raises(RefusedModel, match=r"inner/mine\w* is made with .*Mine', which is no Keras layer"):
        gct.open_model(folder / name)
    assert gct.Explainer.open(folder / name, custom_objects={"Mine": kind}).model.name == "outer"
    with pytest.raises(RefusedModel):
        gct.open_model(folder / name, custom_objects={"Other": kind})


def test_a_class_that_the_program_has_registered_is_its_own(mine: tuple[Path, Any]):
    import keras

    folder, kind = mine
    with keras.saving.custom_object_scope({}):
        keras.saving.get_custom_objects()["Mine"] = kind
        try:
            assert gct.open_model(folder / "mine.keras").name == "outer"
        finally:
            del keras.saving.get_custom_objects()["Mine"]
    with pytest.raises(RefusedModel):
        gct.open_model(folder / "mine.keras")


def test_what_trust_does_not_lift_is_not_lost_among_the_rest(tmp_path: Path):
    many = [honest.layer("Mine", f"m{number}", "mine") for number in range(300)]
    bad = honest.layer("TFSMLayer", "t", filepath="/tmp")
    path = honest.keras_file(tmp_path / "x.keras", honest.stack(*many, bad))
    with pytest.raises(RefusedModel, match="is a TFSMLayer") as caught:
        gct.open_model(path)
    assert len(caught.value.refusals) == 102  # with the file that it names
    with pytest.raises(RefusedModel, match="is a TFSMLayer"):
        gct.open_model(path, trust=sha256(path))


def test_no_room_for_the_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gradcam_tf.model.open.private_file", full)
    with pytest.raises(ModelError, match=r"cannot be copied to be looked at: no space left\. Make room in "):
        gct.open_model(honest.keras_file(tmp_path / "x.keras"))


def test_custom_objects_of_the_command(mine: tuple[Path, Any]):
    run = CliRunner().invoke
    assert run(app, ["layers", "mine.keras"]).exit_code == 1
    done = run(app, ["layers", "mine.keras", "--custom-objects", "mine_of_test_trust:Mine"])
    assert done.exit_code == 0, done.stderr
    assert "inner/mine" in done.stdout
    for wrong in ("mine_of_test_trust:Other", "no_such_module_at_all:Mine"):
        done = run(app, ["layers", "mine.keras", "--custom-objects", wrong])
        assert (done.exit_code, f"error: {wrong}: cannot be imported: " in done.stderr) == (1, True)
    assert run(app, ["layers", "mine.keras", "--custom-objects", "Mine"]).exit_code == 2


def test_trust_of_the_command(with_lambda: Path):
    run, path = CliRunner().invoke, str(with_lambda / "lambda.keras")
    refused = run(app, ["layers", path])
    assert refused.exit_code == 1
    digest = sha256(Path(path))
    assert f"If you trust this very file, say so: --trust-model {digest}." in refused.stderr
    assert run(app, ["layers", path, "--trust-model", digest]).exit_code == 0
    assert digest in run(app, ["trusted"]).stdout
    forgotten = run(app, ["trusted", "--forget", digest])
    assert (forgotten.exit_code, forgotten.stdout) == (0, f"no longer trusted: lambda.keras, {digest}\n")
    assert run(app, ["trusted"]).stdout == "no model file is trusted\n"
    assert run(app, ["layers", path]).exit_code == 1


def test_the_state_folder_of_each_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    for system, place in [
        ("linux", ".local/state"),
        ("darwin", "Library/Application Support"),
        ("win32", "AppData/Local"),
    ]:
        monkeypatch.setattr(sys, "platform", system)
        assert trust.state_folder() == tmp_path / place / "gradcam-tf"
    assert os.sep in str(trust.state_folder())
