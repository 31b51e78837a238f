"""A confined process is denied what it was not given: tried from inside one, with what a break-out would do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gradcam_tf import landlock
from gradcam_tf.resources import default_model_path, sample_paths
from tests.hostile.canary import Canary, canary

LANDLOCK = landlock.abi()
needs_landlock = pytest.mark.skipif(not LANDLOCK, reason="this kernel has no Landlock")
needs_limits = pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")

PROBES = """
import json, os, socket, subprocess, sys, tempfile
from pathlib import Path
from gradcam_tf.confinement import confine
GIVEN = json.loads(sys.argv[1])
parent, secret, port, out, given = (GIVEN[name] for name in ("parent", "secret", "port", "out", "given"))
handle = open(given)
{before}
held = confine(read={read}, write={write}, memory=1 << 30, file_size=1 << 20)

def connect():
    socket.create_connection(("127.0.0.1", port), 5).close()

def listen():
    socket.create_server(("127.0.0.1", 0)).close()

def move():
    (Path(out) / "mine").write_text("x")
    os.rename(Path(out) / "mine", Path(secret).parent / "moved")

def large():
    with open(Path(out) / "large", "wb", buffering=0) as file:
        for _ in range(2):
            assert file.write(bytes(1 << 20)) == 1 << 20

PROBES = dict(
    read_secret=lambda: Path(secret).read_text(),
    read_by_a_link=lambda: Path(GIVEN["link"]).read_text(),
    list_folder=lambda: os.listdir(Path(secret).parent),
    read_environment_of_parent=lambda: Path(f"/proc/{{parent}}/environ").read_bytes(),
    read_cpus=lambda: Path("/proc/cpuinfo").read_text(),
    read_own_state=lambda: Path("/proc/self/status").read_text(),
    read_home=lambda: os.listdir(Path.home()),
    write_outside=lambda: (Path(secret).parent / "canary").write_text("x"),
    append_outside=lambda: open(secret, "a").close(),
    cut_outside=lambda: os.truncate(secret, 0),
    remove_outside=lambda: os.unlink(secret),
    move_outside=move,
    link_into_out=lambda: os.link(secret, Path(out) / "linked"),
    write_given=lambda: open(given, "a").close(),
    run_outside=lambda: subprocess.run([GIVEN["program"]], check=True),
    make_pipe=lambda: os.mkfifo(Path(out) / "pipe"),
    child_reads=lambda: subprocess.run(["cat", secret], check=True, capture_output=True),
    connect=connect,
    listen=listen,
    signal=lambda: os.kill(parent, 0),
    bomb=lambda: bytes(2 << 30),
    large=large,
    read_given=lambda: Path(given).read_text(),
    read_handle=handle.read,
    write_out=lambda: (Path(out) / "result").write_text("x"),
    write_scratch=lambda: tempfile.TemporaryFile().write(b"x"),
    python=lambda: __import__("xml.dom.minidom"),
    run_python=lambda: subprocess.run([sys.executable, "-c", ""], check=True, capture_output=True),
)
said = dict()
for name, probe in PROBES.items():
    try:
        probe()
        said[name] = "done"
    except Exception as error:
        said[name] = type(error).__name__
print(json.dumps([str(held), held.landlock, held.reads, held.writes, held.network, said]))
"""
ALWAYS = {
    "read_cpus",
    "read_own_state",
    "read_given",
    "read_handle",
    "write_out",
    "write_scratch",
    "python",
    "run_python",
}
LIMITED = {"bomb": "MemoryError", "large": "OSError"}


@pytest.fixture
def bird(tmp_path: Path) -> Iterator[Canary]:
    folder = tmp_path / "stranger"
    folder.mkdir()
    with canary(folder) as made:
        yield made


def probe(tmp_path: Path, bird: Canary, before: str = "", read: str = "[given]", write: str = "[out]") -> Any:
    """What a confined process says of itself, and what became of each probe."""
    (tmp_path / "out").mkdir()
    (tmp_path / "given.txt").write_text("given")
    (tmp_path / "out" / "link").symlink_to(bird.secret)
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    told = {"parent": os.getpid(), "secret": str(bird.secret), "port": bird.port.getsockname()[1]}
    told |= {"out": str(tmp_path / "out"), "given": str(tmp_path / "given.txt"), "program": str(program)}
    told |= {"link": str(tmp_path / "out" / "link")}
    code = PROBES.format(before=before, read=read, write=write)
    command = [sys.executable, "-c", code, json.dumps(told)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@needs_landlock
def test_every_way_out_is_shut(tmp_path: Path, bird: Canary):
    words, abi, reads, writes, network, said = probe(tmp_path, bird)
    done = {name for name, what in said.items() if what == "done"}
    # What older kernels do not know.
    late = {"cut_outside": 3, "connect": 4, "listen": 4, "signal": 6}
    assert done == ALWAYS | {name for name, since in late.items() if since > LANDLOCK}
    assert abi == LANDLOCK
    assert (reads, writes, network) == (True, True, LANDLOCK >= 4)
    assert words.startswith(f"confined (Landlock {LANDLOCK}): reads, writes, ")
    assert said["read_secret"] == said["write_outside"] == "PermissionError"
    assert {name: said[name] for name in LIMITED} == LIMITED
    if LANDLOCK >= 4:
        assert said["connect"] == "PermissionError"
        assert bird.touched() == []
    assert bird.secret.read_text() == "secret\n"


@needs_landlock
def test_what_no_rule_can_be_about_opens_nothing(tmp_path: Path, bird: Canary):
    """A pipe, a name that is missing, one that cannot be: they are left out, and the rest is shut."""
    read = """[given, f"/dev/fd/{os.pipe()[0]}", "missing", "a" * 5000, "nul" + chr(0)]"""
    _, abi, *_, said = probe(tmp_path, bird, read=read)
    assert abi == LANDLOCK
    assert said["read_given"] == "done"
    assert said["read_secret"] == said["write_given"] == "PermissionError"


@needs_landlock
def test_what_is_not_asked_for_is_left_open(tmp_path: Path, bird: Canary):
    """As in the window's engine, to which files are named later."""
    words, _, reads, writes, _, said = probe(tmp_path, bird, read="None", write="None")
    assert (reads, writes) == (False, False)
    assert "reads" not in words
    assert said["write_outside"] == said["move_outside"] == said["read_home"] == "done"
    assert said["run_outside"] == said["make_pipe"] == "PermissionError"
    assert LANDLOCK < 4 or said["connect"] == "PermissionError"


@needs_limits
def test_a_kernel_without_landlock_is_said_and_the_limits_hold(tmp_path: Path, bird: Canary):
    # A number that no kernel knows: what a kernel without Landlock answers, from the kernel itself.
    before = "import gradcam_tf.landlock as landlock; landlock.CREATE_RULESET = 9999"
    words, abi, reads, writes, network, said = probe(tmp_path, bird, before=before)
    assert (abi, reads, writes, network) == (None, False, False, False)
    assert words == "confined: memory, file size. this kernel has no Landlock: files and network are open"
    assert {name: said[name] for name in LIMITED} == LIMITED
    assert said["connect"] == "done"


@needs_landlock
@pytest.mark.parametrize("version", [1, 2, 3, 4, 5])
def test_an_older_kernel_is_asked_for_what_it_knows(version: int, tmp_path: Path, bird: Canary):
    before = f"import gradcam_tf.landlock as landlock; landlock.abi = lambda: {version}"
    words, abi, reads, writes, network, said = probe(tmp_path, bird, before=before)
    assert (abi, reads, writes, network) == (version, True, True, version >= 4)
    assert said["read_secret"] == said["write_outside"] == said["move_outside"] != "done"
    assert said["connect"] == ("done" if version < 4 else "PermissionError")
    assert ("the network is open" in words) == (version < 4)
    assert said["write_out"] == said["read_given"] == "done"


@needs_landlock
def test_threads_that_run_already_are_not_called_confined(tmp_path: Path, bird: Canary):
    before = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"
    words, abi, *_, said = probe(tmp_path, bird, before=before)
    assert abi is None
    assert words.endswith("threads were running before: files and network are open")
    assert said["read_secret"] == "done"


# ---- the command line ----

BREAK_OUT = """
import json, os, socket
from pathlib import Path
import keras

def attempt(what):
    try:
        what()
        return "done"
    except Exception as error:
        return type(error).__name__

class Probe(keras.layers.Layer):
    def call(self, x):
        Path({out!r}, "said.json").write_text(json.dumps(dict(
            read=attempt(lambda: Path({secret!r}).read_text()),
            write=attempt(lambda: Path({secret!r} + "2").write_text("x")),
            connect=attempt(lambda: socket.create_connection(("127.0.0.1", {port}), 5)),
        )))
        return x
"""


def explain(*arguments: Any, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gradcam_tf", "explain", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, cwd=cwd)


@pytest.fixture
def probing(tmp_path: Path, bird: Canary) -> Path:
    """A folder with a model whose layer, which its user brings, tries to break out."""
    folder = tmp_path / "work"
    folder.mkdir()
    port = bird.port.getsockname()[1]
    code = BREAK_OUT.format(out=str(folder / "out"), secret=str(bird.secret), port=port)
    (folder / "mine.py").write_text(code)
    make = """
from mine import Probe
from keras import Input, Sequential, layers
inside = [Probe(), layers.Conv2D(2, 1), layers.GlobalAveragePooling2D(), layers.Dense(2)]
Sequential([Input((8, 8, 3)), *inside]).save("probe.keras")
"""
    (folder / "out").mkdir()
    subprocess.run([sys.executable, "-c", make], check=True, cwd=folder, timeout=240)
    # To make the model is to call the layer, which was free then.
    (folder / "out" / "said.json").unlink()
    return folder


@needs_landlock
def test_explain_works_and_what_it_runs_is_confined(probing: Path):
    given = [sample_paths()["coffee"], "--model", "probe.keras", "--out", "out", "--custom-objects", "mine:Probe"]
    done = explain(*given, cwd=probing)
    assert done.returncode == 0, done.stderr
    held = json.loads((probing / "out" / "coffee.provenance.json").read_text())["confinement"]
    assert held.startswith(f"confined (Landlock {LANDLOCK}): reads, writes, ")
    denied = "PermissionError"
    expected = {"read": denied, "write": denied, "connect": denied if LANDLOCK >= 4 else "done"}
    assert json.loads((probing / "out" / "said.json").read_text()) == expected

    # Left off, the same layer does as it likes: it was the confinement that stopped it.
    done = explain(*given, "--overwrite", "--no-confinement", cwd=probing)
    assert done.returncode == 0, done.stderr
    assert set(json.loads((probing / "out" / "said.json").read_text()).values()) == {"done"}
    assert json.loads((probing / "out" / "coffee.provenance.json").read_text())["confinement"] is None


@needs_landlock
def test_a_saved_model_is_opened_in_confinement_or_by_trust(tmp_path: Path):
    make = """
from keras import Input, Sequential, layers
inside = [layers.Conv2D(2, 3), layers.GlobalAveragePooling2D(), layers.Dense(2, activation="softmax")]
Sequential([Input((8, 8, 3)), *inside]).export("exported")
"""
    subprocess.run([sys.executable, "-c", make], check=True, cwd=tmp_path, timeout=240, capture_output=True)
    given = [sample_paths()["coffee"], "--model", "exported", "--out", "out", "--overwrite"]
    refused = explain(*given, cwd=tmp_path)
    assert refused.returncode == 1
    assert "exported: is not opened: the folder is a SavedModel" in refused.stderr
    done = explain(*given, "--allow-saved-model", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "out" / "coffee.provenance.json").read_text())
    assert told["confinement"].startswith("confined")
    refused = explain(*given, "--allow-saved-model", "--no-confinement", cwd=tmp_path)
    assert refused.returncode == 1
    assert "is not confined, and the program would run with all your rights" in refused.stderr
    assert told["model"]["sha256"] in refused.stderr


@needs_landlock
def test_explain_needs_nothing_that_it_is_not_given(tmp_path: Path):
    """From a folder, for a home, of which nothing may be read; and nothing is left behind."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = os.environ | {"HOME": str(tmp_path / "home"), "TMPDIR": str(temporary)}
    command = [
        sys.executable,
        "-m",
        "gradcam_tf",
        "explain",
        sample_paths()["rocket"],
        "--out",
        tmp_path / "new" / "out",
    ]
    command += ["--model", default_model_path(), "--method", "gradcam,layercam"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, env=environment, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "confined" not in done.stderr
    assert (tmp_path / "new" / "out" / "comparison.png").is_file()
    assert list(temporary.iterdir()) == []
