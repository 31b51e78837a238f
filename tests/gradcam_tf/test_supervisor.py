"""A command whose process dies is started again, learns of what it died, and ends as it would have without dying."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gradcam_tf import flight, supervisor

pytestmark = pytest.mark.skipif(os.name != "posix", reason="it dies of signals")

ENGINE = """
import os, signal, sys, time
from gradcam_tf import flight
from gradcam_tf.errors import GradcamError
flight.start(os.environ)
assert not {flight.PLACE, flight.SCRATCH} & set(os.environ) and os.path.isdir(flight.scratch)
names = sys.argv[1:]
print("pid", os.getpid(), flight.scratch, flush=True)
left = names[flight.notes.done + flight.notes.failed :]
if "at-once" in names:
    os.kill(os.getpid(), signal.SIGSEGV)

def work(name):
    kind = name.partition("-")[0]
    if kind in signal.Signals.__members__:
        os.kill(os.getpid(), signal.Signals[kind])
    if kind == "once" and not os.path.exists(name):
        open(name, "w").close()
        os.kill(os.getpid(), signal.SIGABRT)
    if kind == "waits":
        signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
        print("waiting", flush=True)
        time.sleep(60)
    if kind == "sleeps":
        print("waiting", flush=True)
        time.sleep(60)
    if kind == "lies":
        os.pwrite(flight._file.fileno(), b"nonsense" * 100, 0)
        os.kill(os.getpid(), signal.SIGKILL)

while left:
    group = [left.pop(0)]
    while left and not flight.alone(group[0]) and not flight.alone(left[0]) and len(group) < 3:
        group.append(left.pop(0))
    try:
        with flight.at("explaining", *group):
            for name in group:
                work(name)
        for name in group:
            print("done", name, flush=True)
            flight.finished(failed=False)
    except GradcamError as error:
        print("failed", error, flush=True)
        flight.finished(failed=True)
sys.exit(1 if flight.notes.failed else 0)
"""
SUPERVISE = """
import sys
from gradcam_tf import supervisor
supervisor._command = lambda: [sys.executable, sys.argv[1]]
sys.exit(supervisor.supervise(sys.argv[2:]))
"""


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    (tmp_path / "engine.py").write_text(ENGINE)
    return [sys.executable, "-c", SUPERVISE, str(tmp_path / "engine.py")]


def run(command: list[str], *names: str, cwd: Path) -> tuple[int, list[str], list[str], list[str]]:
    """Exit code, what was done or failed, what was noted, and the folders for temporary files."""
    done = subprocess.run([*command, *names], capture_output=True, text=True, timeout=120, cwd=cwd)
    lines = done.stdout.splitlines()
    scratch = [line.split()[2] for line in lines if line.startswith("pid")]
    return done.returncode, [line for line in lines if line[:3] != "pid"], done.stderr.splitlines(), scratch


def test_what_nothing_kills_ends_as_it_would(command: list[str], tmp_path: Path):
    code, lines, notes, scratch = run(command, "a", "b", cwd=tmp_path)
    assert (code, lines, notes) == (0, ["done a", "done b"], [])
    assert [os.path.exists(one) for one in scratch] == [False]


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGKILL", "SIGABRT"])
def test_what_kills_is_named_and_all_else_is_done(name: str, command: list[str], tmp_path: Path):
    names = ["a", "b", f"{name}-1", "c", "d", f"{name}-2", f"{name}-3", "e"]
    code, lines, notes, scratch = run(command, *names, cwd=tmp_path)
    assert code == 1
    assert [line.split()[1].rstrip(":") for line in lines] == names
    failed = [line for line in lines if line.startswith("failed")]
    said = f"failed {name}-1: the engine died while explaining it (signal {signal.Signals[name].value}"
    assert [line.startswith(said) for line in failed] == [True, False, False]
    assert notes[0].startswith("note: the engine died while it was at ")
    assert notes[1].startswith(f"note: the engine died again while explaining {name}-1 (signal ")
    assert not any(map(os.path.exists, scratch))


def test_what_killed_it_once_only_is_done(command: list[str], tmp_path: Path):
    code, lines, notes, _ = run(command, "a", "once-x", cwd=tmp_path)
    assert (code, lines, len(notes)) == (0, ["done a", "done once-x"], 1)


def test_what_dies_before_it_begins_is_not_started_for_ever(command: list[str], tmp_path: Path):
    code, lines, notes, scratch = run(command, "at-once", cwd=tmp_path)
    assert (code, lines, len(scratch)) == (1, [], supervisor.MOST_IN_VAIN)
    assert notes[-1].startswith("error: the engine died again and again before it began (signal 11)")


def test_notes_that_make_no_sense_are_no_notes(command: list[str], tmp_path: Path):
    code, _, notes, scratch = run(command, "lies-1", cwd=tmp_path)
    assert (code, len(scratch)) == (1, supervisor.MOST_IN_VAIN)
    assert notes[-1].startswith("error: ")


def start(command: list[str], cwd: Path, *names: str) -> tuple[subprocess.Popen[str], int]:
    """A supervisor whose process waits; the process."""
    process = subprocess.Popen(
        [*command, *names], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd, start_new_session=True
    )
    assert process.stdout is not None
    pid = int(process.stdout.readline().split()[1])
    assert process.stdout.readline() == "waiting\n"
    return process, pid


def test_ctrl_c_is_passed_on_once(command: list[str], tmp_path: Path):
    process, pid = start(command, tmp_path, "waits")
    # As the terminal does: to the whole group of the supervisor, in which the other is not.
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(60) == 130
    assert process.communicate() == ("", "")
    assert not runs(pid)


def test_a_polite_kill_that_nobody_catches_is_the_end(command: list[str], tmp_path: Path):
    process, pid = start(command, tmp_path, "sleeps")
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == -signal.SIGTERM
    assert not runs(pid)


def test_it_does_not_outlive_its_supervisor(command: list[str], tmp_path: Path):
    process, pid = start(command, tmp_path, "sleeps")
    process.kill()
    process.wait(60)
    deadline = time.monotonic() + 30
    while runs(pid):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.skipif(sys.platform != "linux", reason="the state is read in /proc")
def test_it_stops_and_goes_on_with_the_supervisor(command: list[str], tmp_path: Path):
    process, pid = start(command, tmp_path, "waits")
    process.send_signal(signal.SIGTSTP)
    wait_for(pid, "T")
    wait_for(process.pid, "T")
    process.send_signal(signal.SIGCONT)
    wait_for(pid, "S")
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130


def wait_for(pid: int, state: str) -> None:
    deadline = time.monotonic() + 30
    while state_of(pid) != state:
        assert time.monotonic() < deadline, state_of(pid)
        time.sleep(0.01)


def state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return sys.platform != "linux" or state_of(pid) not in "ZX"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_a_process_cannot_forget_what_it_was_told():
    told = flight.Notes(tried=[("", "a")], fatal=[("", "b", "how")])
    forged = flight.Notes(at=[flight.Deed("explaining", "", "a")])
    assert supervisor.learn(forged, told, "signal 9")
    assert forged.fatal == [("", "b", "how"), ("", "a", "the engine died while explaining it (signal 9)")]


NONSENSE = [b"", b"12", b"%16d[]" % 2, b"%16d{}" % 2, b"%16d" % 100_000 + b"[" * 100_000, b"\0" * 99]


@pytest.mark.parametrize("content", NONSENSE, ids=range(len(NONSENSE)))
def test_notes_of_any_bytes(content: bytes, tmp_path: Path):
    (tmp_path / "notes").write_bytes(content)
    with open(tmp_path / "notes", "rb") as file:
        assert flight.read(file) == flight.Notes()


def test_notes_come_back(tmp_path: Path):
    name = os.fsdecode(b"\xff.png")
    notes = flight.Notes([flight.Deed("opening", "m", name)], 3, 1, [("m", name)], [("m", "x", "how")], 7)
    with open(tmp_path / "notes", "w+b", buffering=0) as file:
        flight.write(file, notes)
        flight.write(file, flight.Notes())
        assert flight.read(file) == flight.Notes()
        flight.write(file, notes)
        assert flight.read(file) == notes
