"""Model files: what opens, and one clear sentence for what does not."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcam_tf.errors import ModelError
from gradcam_tf.model.open import check_backend, open_model, open_with_identity


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of model files made by Keras: whole.keras, whole.h5, and others that it will not open again."""
    import keras

    folder = tmp_path_factory.mktemp("models")

    class Mine(keras.layers.Layer):
        def call(self, inputs: Any) -> Any:
            return inputs

    class Subclassed(keras.Model):
        def call(self, inputs: Any) -> Any:
            return inputs

    def save(name: str, *extra: Any) -> None:
        model = keras.Sequential([keras.Input((8, 8, 3)), *extra, keras.layers.Conv2D(2, 3)], name="whole")
        model.save(folder / f"{name}.keras")
        model.save(folder / f"{name}.h5")

    save("whole")
    save("with Lambda", keras.layers.Lambda(lambda x: x + 1))
    save("with a layer of mine", Mine())
    subclassed = Subclassed()
    subclassed(np.zeros((1, 4), np.float32))
    subclassed.save(folder / "subclassed.keras")
    keras.models.load_model(folder / "whole.keras").save_weights(folder / "only.weights.h5")
    return folder


def refusal(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        open_model(path)
    line = str(caught.value)
    assert line.startswith(f"{path}: ")
    assert "\n" not in line
    assert caught.value.remedy
    return line.removeprefix(f"{path}: ")


@pytest.mark.parametrize("name", ["whole.keras", "whole.h5"])
def test_a_whole_model_opens(files: Path, name: str):
    opened = open_with_identity(files / name)
    assert opened.path == files / name
    assert opened.sha256 == hashlib.sha256((files / name).read_bytes()).hexdigest()
    assert opened.model.name == "whole"
    assert not opened.model.compiled
    assert opened.model(np.zeros((1, 8, 8, 3), np.float32)).shape == (1, 6, 6, 2)


def test_a_path_may_be_text_and_relative(files: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(files)
    assert open_model("whole.keras").name == "whole"


def test_hdf5_may_be_called_so_too(files: Path, tmp_path: Path):
    shutil.copy(files / "whole.h5", tmp_path / "whole.hdf5")
    assert open_model(tmp_path / "whole.hdf5").name == "whole"


# ---- no such thing ----


def test_what_is_not_there(tmp_path: Path):
    assert refusal(tmp_path / "none.keras") == "there is no such file. Check the path."
    assert refusal(tmp_path / "no" / "such" / "none.keras") == "there is no such file. Check the path."
    assert refusal(tmp_path / f"{'a' * 300}.keras").startswith("cannot be read: file name too long.")
    (tmp_path / "file").touch()
    assert refusal(tmp_path / "file" / "x.keras").startswith("cannot be read: not a directory.")
    (tmp_path / "loop.keras").symlink_to("loop.keras")
    assert refusal(tmp_path / "loop.keras").startswith("cannot be read: too many levels of symbolic links.")


def test_what_is_no_regular_file(tmp_path: Path):
    (tmp_path / "folder.keras").mkdir()
    assert refusal(tmp_path / "folder.keras") == (
        "is a folder without a model. Give a model file (.keras, .h5, .hdf5), or a folder with a saved_model.pb."
    )
    os.mkfifo(tmp_path / "pipe.keras")
    assert refusal(tmp_path / "pipe.keras") == "is not a regular file. Give a model file (.keras, .h5, .hdf5)."


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_the_right_to_read(files: Path, tmp_path: Path):
    shutil.copy(files / "whole.keras", tmp_path / "whole.keras")
    (tmp_path / "whole.keras").chmod(0)
    assert refusal(tmp_path / "whole.keras").startswith("cannot be read: permission denied.")


@pytest.mark.parametrize("name", ["model.pt", "model.onnx", "model", "model.keras.zip"])
def test_another_ending(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(b"something")
    assert refusal(tmp_path / name).startswith("is not a Keras model file by its name. It should end in .keras")


# ---- no model ----


@pytest.mark.parametrize("ending", [".keras", ".h5", ".hdf5"])
@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty. Copy or download it again."),
        (b"hello", "is damaged, truncated, or no Keras model file. Copy it again, or save it anew."),
        (bytes(5000), "is damaged, truncated, or no Keras model file. Copy it again, or save it anew."),
    ],
    ids=["empty", "text", "zeros"],
)
def test_what_holds_something_else(tmp_path: Path, ending: str, content: bytes, what: str):
    path = tmp_path / f"model{ending}"
    path.write_bytes(content)
    assert refusal(path) == what


@pytest.mark.parametrize("name", ["whole.keras", "whole.h5"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file(files: Path, tmp_path: Path, name: str, share: float):
    data = (files / name).read_bytes()
    (tmp_path / name).write_bytes(data[: int(len(data) * share)])
    assert re.search(r"truncated.* Copy it again, or save it anew\.$", refusal(tmp_path / name))


def test_a_damaged_file(files: Path, tmp_path: Path):
    data = bytearray((files / "whole.keras").read_bytes())
    data[3000:3050] = b"x" * 50
    (tmp_path / "whole.keras").write_bytes(data)
    assert refusal(tmp_path / "whole.keras").endswith(
        "the file is truncated or damaged. Copy it again, or save it anew."
    )


def test_a_file_of_the_other_kind_by_its_name(files: Path, tmp_path: Path):
    for source, name, what in [
        ("whole.h5", "x.keras", "is an HDF5 file by its content. Rename it to end in .h5."),
        ("whole.keras", "x.h5", "is a .keras file by its content. Rename it to end in .keras."),
        ("whole.keras", "X.KERAS", "is a .keras file by its content. Rename it to end in .keras."),
        ("whole.h5", "X.H5", "is an HDF5 file by its content. Rename it to end in .h5."),
    ]:
        shutil.copy(files / source, tmp_path / name)
        assert refusal(tmp_path / name) == what


def test_a_zip_of_something_else(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "x.keras", "w") as archive:
        archive.writestr("readme.txt", "no model")
    assert "the archive holds no model. Weights alone are not enough" in refusal(tmp_path / "x.keras")


def test_weights_without_a_model(files: Path):
    line = refusal(files / "only.weights.h5")
    assert line.startswith("holds weights only; the architecture is missing. Build the model in Python and load")


# ---- code ----


@pytest.mark.parametrize("name", ["with Lambda.keras", "with Lambda.h5"])
def test_a_lambda_layer_is_not_run(files: Path, name: str):
    line = refusal(files / name)
    digest = hashlib.sha256((files / name).read_bytes()).hexdigest()
    assert "whole/lambda is a Lambda layer, which is Python code, and code is not run from a file. " in line
    assert line.endswith(f"If you trust this very file, say so: --trust-model {digest}.")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("with a layer of mine.keras", f"whole/mine is made with '{__name__}.Mine'"),
        ("with a layer of mine.h5", "whole/mine is made with 'Mine'"),
        ("subclassed.keras", f"subclassed is made with '{__name__}.Subclassed'"),
    ],
)
def test_a_class_that_keras_does_not_know_is_named(files: Path, name: str, what: str):
    line = refusal(files / name)
    assert f"is not opened: {what}, which is no Keras layer. If you have the code that defines it" in line


def test_a_file_that_names_a_function_of_python_does_not_run_it(files: Path, tmp_path: Path):
    """The shape of CVE-2025-1550: a configuration that names any module and function."""
    hostile, trace = tmp_path / "hostile.keras", tmp_path / "ran"
    with zipfile.ZipFile(files / "whole.keras") as source, zipfile.ZipFile(hostile, "w") as target:
        for entry in source.namelist():
            data = source.read(entry)
            if entry == "config.json":
                config = json.loads(data)
                config["config"]["layers"].append(
                    {
                        "module": "os",
                        "class_name": "system",
                        "registered_name": None,
                        "config": {"command": f"touch {trace}"},
                    }
                )
                data = json.dumps(config).encode()
            target.writestr(entry, data)
    assert "is made with 'os.system', which is no Keras layer" in refusal(hostile)
    assert not trace.exists()


# ---- another backend ----


def fresh(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], env=os.environ | environment, capture_output=True, text=True, timeout=120
    )


CHECK = """
from gradcam_tf.errors import ModelError
from gradcam_tf.model.open import check_backend
import sys
try:
    check_backend()
except ModelError as error:
    print(error)
print("keras" in sys.modules)
"""


@pytest.mark.parametrize("backend", ["jax", "torch", "numpy", "TensorFlow", "nonsense"])
def test_another_backend_is_refused_before_keras_is_imported(backend: str):
    wanted = (
        f"KERAS_BACKEND: gradcam_tf runs on TensorFlow, not on {backend!r}. "
        "Set KERAS_BACKEND=tensorflow before Keras is imported.\nFalse\n"
    )
    assert fresh(CHECK, KERAS_BACKEND=backend).stdout == wanted


@pytest.mark.parametrize("backend", ["jax", "numpy"])
def test_another_backend_in_the_configuration_file(tmp_path: Path, backend: str):
    (tmp_path / "keras.json").write_text(json.dumps({"backend": backend}))
    done = fresh(CHECK, KERAS_HOME=str(tmp_path), KERAS_BACKEND="")
    line = done.stdout.splitlines()[0]
    # Where the backend is not installed, Keras cannot be imported at all.
    assert f"not on {backend!r}" in line or "Keras could not be imported: No module named" in line
    assert "KERAS_BACKEND=tensorflow" in line
    assert done.stderr.count("Traceback") == 0


def test_tensorflow_is_the_right_backend():
    check_backend()
