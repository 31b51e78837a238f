"""The journal alone: no TensorFlow, no photos."""

from __future__ import annotations

import csv
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gradcam_tf.batch.journal import FOLDER, Entry, Journal, Signature, locked
from gradcam_tf.batch.rows import COLUMNS
from gradcam_tf.batch.table import write_tables
from gradcam_tf.errors import OutputError

SIGNATURE = Signature(10, 20, 30)


def entry(image: str = "a.jpg", settings: str = "s", **row) -> Entry:
    return Entry((image, "m", "gradcam"), {"status": "ok"} | row, settings, SIGNATURE, b"thumb", b"grid")


def test_what_is_written_is_known_to_the_next_run(tmp_path: Path):
    with Journal(tmp_path / "out") as journal:
        journal.write([entry(sha256="abc", files='{"raw": "a.jpg.raw.npz"}'), entry("b.jpg", status="failed")])
    with Journal(tmp_path / "out") as journal:
        known = journal.known(("a.jpg", "m", "gradcam"))
        assert (known.settings, known.signature, known.sha256) == ("s", SIGNATURE, "abc")
        assert (known.files, known.failed) == (("a.jpg.raw.npz",), False)
        assert journal.known(("b.jpg", "m", "gradcam")).failed
        assert journal.known(("a.jpg", "m", "other")) is None
        assert journal.counts() == {"ok": 1, "failed": 1}


def test_a_photo_done_again_has_one_row(tmp_path: Path):
    with Journal(tmp_path) as journal:
        journal.write([entry(score=1.0), entry(score=2.0)])
        journal.write([entry(score=3.0)])
        assert [row[list(COLUMNS).index("score")] for row in journal.rows()] == [3.0]
        assert list(journal.select("SELECT count(*) FROM pictures")) == [(1,)]


def test_a_photo_whose_files_are_about_to_change_is_not_done(tmp_path: Path):
    with Journal(tmp_path) as journal:
        journal.write([entry()])
        journal.invalidate([("a.jpg", "m", "gradcam")])
        assert journal.known(("a.jpg", "m", "gradcam")).settings == ""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has file names that are no text")
def test_names_that_are_no_text_stay_apart(tmp_path: Path):
    one, two = os.fsdecode(b"\xff.jpg"), os.fsdecode(b"\xfe.jpg")
    with Journal(tmp_path) as journal:
        journal.write([entry(one, "1"), entry(two, "2")])
        assert journal.known((one, "m", "gradcam")).settings == "1"
        assert journal.known((two, "m", "gradcam")).settings == "2"
        assert {row[0] for row in journal.rows()} == {one, two}
        write_tables(journal)
    assert r"\udcff.jpg" in (tmp_path / "explanations.csv").read_text("utf-8")


def test_a_folder_of_someone_else_is_left_alone(tmp_path: Path):
    (tmp_path / "thesis.doc").touch()
    with pytest.raises(OutputError, match="holds other files"):
        Journal(tmp_path)
    assert os.listdir(tmp_path) == ["thesis.doc"]


def test_a_journal_of_another_version_is_left_alone(tmp_path: Path):
    with Journal(tmp_path) as journal:
        path = journal.path
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 7")
    database.close()
    with pytest.raises(OutputError, match="its journal is of version 7, and this program writes version 1"):
        Journal(tmp_path)


def test_a_damaged_journal_is_an_error_with_a_way_out(tmp_path: Path):
    with Journal(tmp_path) as journal:
        path = journal.path
    path.write_bytes(b"no database at all, but longer than a header of one" * 100)
    with pytest.raises(OutputError, match="the journal is damaged"):
        Journal(tmp_path)


HOLD = """
import sys, time
from pathlib import Path
from gradcam_tf.batch.journal import Journal, locked
journal = Journal(Path(sys.argv[1]))
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_one_job_at_a_time_and_a_killed_one_leaves_the_door_open(tmp_path: Path):
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(OutputError, match="another job is writing there"), locked(tmp_path):
            pass
        other.kill()
        other.wait(60)
    with locked(tmp_path):
        pass


def test_the_tables_hold_every_row(tmp_path: Path):
    with Journal(tmp_path) as journal:
        rows = [entry(f'{i}, "x"\n.jpg', score=i / 3, error=None) for i in range(300)]
        journal.write(rows)
        paths = write_tables(journal)
    with (tmp_path / "explanations.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert list(table[0]) == list(COLUMNS)
    assert {row["image"] for row in table} == {f'{i}, "x"\\n.jpg' for i in range(300)}
    assert max(float(row["score"]) for row in table) == 299 / 3
    if len(paths) == 2:
        from pyarrow import parquet

        assert parquet.read_table(tmp_path / "explanations.parquet").to_pylist()[0]["status"] == "ok"
    assert not list((tmp_path / FOLDER).glob("*.part"))


def test_the_journal_costs_little(tmp_path: Path):
    """At most half a millisecond for each photo, asking and writing; here with room for a slow disk."""
    with Journal(tmp_path) as journal:
        began = time.perf_counter()
        for i in range(500):
            journal.known((f"{i}.jpg", "m", "gradcam"))
            journal.write([entry(f"{i}.jpg")])
        assert (time.perf_counter() - began) / 500 < 0.01
