"""Every bad image ends as a picture or as a typed reason: no crash, no wait, no more than five seconds."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from gradcam_tf.errors import printable
from gradcam_tf.images import open_photo
from tests.hostile.looking import SECONDS, Seen, look_at
from tests.hostile.pictures import FORMATS, bad_pictures, good_picture, pixels

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of a process and their signals are POSIX's")
ROOT = Path(__file__).parents[2]

REASONS = {
    **{f"{kind} cut in half": "truncated" for kind in FORMATS},
    **{f"{kind} of twenty bytes": "" for kind in FORMATS},
    **{f"{kind} of its magic alone": "" for kind in FORMATS},
    **{f"{kind} of magic and noise": "" for kind in FORMATS},
    **{f"{kind} bomb": "decompression bomb" for kind in FORMATS},
    "JPEG of ten thousand scans": "more than 100 scans",
    "JPEG of three million segments": "more than 300,000 parts",
    "PNG of two million chunks": "more than 300,000 parts",
    "GIF of a million comments": "takes far too long",
    "PNG with a wrong checksum": "checksums do not fit",
    "RIFF that is no WEBP": "not an image of a kind",
    "empty": "is empty",
    "text": "not an image of a kind",
    "postscript": "not an image of a kind",
    "vector graphics": "not an image of a kind",
    "folder": "a folder",
    "no file": "no such file",
    "sparse and too long": "longer than",
    **dict.fromkeys(("fifo", "socket", "device", "device zero", "device random"), "not a regular file"),
    **{f"link to a link to {name}": "not a regular file" for name in ("fifo", "socket", "device")},
    "link to a link to nothing": "no such file",
    "link to itself": "cannot be read",
}
"""Words of the refusals that must be refusals; all others are pictures or refusals."""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Seen]]:
    """By kind, what came of it as usual, tolerantly, and of page 2 in a window."""
    made = bad_pictures(tmp_path_factory.mktemp("pictures"))
    return dict(zip(made, look_at(made.values()), strict=True))


def test_there_are_enough_kinds(seen: dict[str, list[Seen]], capsys: pytest.CaptureFixture[str]):
    assert len(seen) >= 60
    with capsys.disabled():
        print(f"\n{len(seen)} generated bad images: {_counts(list(seen.values()))}")


def test_each_is_a_picture_or_a_typed_reason_in_time(seen: dict[str, list[Seen]]):
    for kind, ways in seen.items():
        for one in ways:
            assert one.seconds < SECONDS, kind
            assert one.error is None or one.error.startswith(f"{printable(one.path)}: "), kind
            assert one.error is None or one.error.isprintable()


@pytest.mark.parametrize("kind", REASONS)
def test_what_must_be_refused_is_refused_in_words(seen: dict[str, list[Seen]], kind: str):
    if kind not in seen:
        pytest.skip("cannot be made on this system")
    usual = seen[kind][0]
    assert usual.error is not None
    assert REASONS[kind] in usual.error


def test_only_a_tolerant_reader_sees_what_is_not_whole(seen: dict[str, list[Seen]]):
    partly = [kind for kind, (usual, tolerant, *_) in seen.items() if not tolerant.whole and usual.error]
    assert len(partly) >= 10
    for usual, tolerant, *others in seen.values():
        assert usual.whole
        assert all(one.whole for one in others)
        if not tolerant.whole:
            assert usual.error is not None
            assert tolerant.notes[0].endswith("; what could not be read is blank or wrong")
        elif tolerant.error is None:
            assert usual.error is None


@pytest.mark.parametrize("kind", FORMATS)
def test_what_stands_behind_a_picture_changes_nothing(kind: str, tmp_path: Path):
    whole, longer = tmp_path / "a", tmp_path / "b"
    whole.write_bytes(good_picture(kind))
    expected = open_photo(whole).pixels
    if kind not in ("JPEG", "GIF"):
        np.testing.assert_array_equal(expected, pixels())
    longer.write_bytes(good_picture(kind) + bytes(range(256)) * 9)
    np.testing.assert_array_equal(open_photo(longer).pixels, expected)


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import os; os.abort()", "SIGABRT"),
        ("import signal; signal.setitimer(signal.ITIMER_PROF, 0.1)\nwhile True: pass", "SIGPROF"),
        ("import time; time.sleep(60)", "still waiting after 0.5 s"),
        ("raise MemoryError", "exit code 1"),
    ],
)
def test_the_watch_sees_a_process_that_dies_or_waits(program: str, words: str):
    with pytest.raises(AssertionError, match=rf"'a\.png': .*{words}"):
        look_at([Path("a.png")], patience=0.5 if "sleep" in program else 60, command=[sys.executable, "-c", program])


@pytest.mark.timeout(600)
def test_pillows_own_images(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    files = _pillows_files(tmp_path)
    seen = look_at(files)
    assert len(seen) == len(files) >= 1000
    assert max(one.seconds for ways in seen for one in ways) < SECONDS
    assert sum(ways[0].error is None for ways in seen) >= 500
    with capsys.disabled():
        print(f"\n{len(files)} files of Pillow {version('pillow')}'s own tests: {_counts(seen)}")


def _counts(seen: list[list[Seen]]) -> str:
    pictures = sum(ways[0].error is None for ways in seen)
    partly = sum(not ways[1].whole for ways in seen)
    worst = max((one for ways in seen for one in ways), key=lambda one: one.seconds)
    return (
        f"0 crashes, 0 hangs; {pictures} pictures, {len(seen) - pictures} typed reasons; {partly} more with "
        f"--allow-truncated; the slowest took {worst.seconds:.1f} s"
    )


def _pillows_files(folder: Path) -> list[Path]:
    """What stands in the folder Tests of the source archive of the Pillow that is installed, without its programs."""
    command = [sys.executable, "-m", "tests.hostile.source", "pillow", version("pillow"), str(folder / "source.tar.gz")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=400)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason"])[-1]
        pytest.skip(f"Pillow's source archive cannot be fetched from the package index: {reason}")
    with tarfile.open(folder / "source.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    found = [Path(at, name) for at, _, names in os.walk(folder) for name in names]
    return sorted(one for one in found if "Tests" in one.parts and one.suffix != ".py")
