"""Whole jobs: what they write, what they notice, and what they survive."""

from __future__ import annotations

import csv
import errno
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from gradcam_tf import batch, export, stages
from gradcam_tf.batch import pipeline
from gradcam_tf.batch.journal import FOLDER, Journal
from gradcam_tf.cli import app
from gradcam_tf.errors import OutputError
from gradcam_tf.explainer import Explainer
from gradcam_tf.model.submodel import SubModel
from gradcam_tf.progress import report
from tests.conftest import mounted

FORMATS = ("overlay", "raw")


class Jobs:
    """Runs jobs over one folder with one model, and counts what is computed."""

    def __init__(self, model: Path, folder: Path):
        self.model, self.folder, self.out = model, folder, folder.parent / "out"
        self.seen: list[str] = []

    def __call__(self, cancelled: Callable[[], bool] = lambda: False, **options: Any) -> batch.Summary:
        self.seen = []
        wanted = {
            "sources": [self.folder],
            "out": self.out,
            "models": [self.model],
            "formats": FORMATS,
            "report": False,
        }
        job = batch.Job(**(wanted | options))
        return batch.run(job, cancelled=cancelled, progress=self._note)

    def _note(self, now: batch.Progress) -> None:
        if now.entries:
            self.seen.append(now.entries[0].key[0])

    def table(self) -> list[dict[str, str]]:
        with (self.out / "explanations.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def files(self) -> list[str]:
        return sorted(
            str(path.relative_to(self.out))
            for path in self.out.rglob("*")
            if path.is_file() and FOLDER not in path.parts and not path.name.startswith("explanations.")
        )


@pytest.fixture
def jobs(tiny: Path, photos: Path) -> Jobs:
    return Jobs(tiny, photos)


def test_the_results_mirror_the_photos(jobs: Jobs):
    summary = jobs()
    assert (summary.total, summary.done, summary.failed, summary.left) == (40, 40, 0, 0)
    names = sorted(str(path.relative_to(jobs.folder)) for path in jobs.folder.rglob("*.png"))
    assert jobs.files() == sorted(name + ending for name in names for ending in (".overlay.png", ".raw.npz"))
    table = jobs.table()
    assert [row["image"] for row in table] == names
    assert all(Path(row["image"]).name.startswith(row["predicted_label"]) for row in table)
    assert all(json.loads(row["files"])["overlay"] == row["image"] + ".overlay.png" for row in table)


def test_the_results_are_those_of_the_explainer(jobs: Jobs):
    jobs()
    photo = jobs.folder / "0" / "green-0004.png"
    wanted = Explainer.open(jobs.model)(photo)
    with np.load(jobs.out / "0" / "green-0004.png.raw.npz") as got:
        np.testing.assert_allclose(got["raw"], wanted.raw, atol=1e-6)
        np.testing.assert_allclose(got["heatmap"], wanted.heatmap, atol=1e-6)
    with Image.open(jobs.out / "0" / "green-0004.png.overlay.png") as overlay:
        assert np.abs(np.asarray(overlay, int) - np.asarray(wanted[0].overlay(), int)).max() <= 1
    (row,) = (row for row in jobs.table() if row["image"] == "0/green-0004.png")
    assert float(row["score"]) == pytest.approx(float(wanted.scores[0]), rel=1e-5)
    assert row["sha256"] == wanted.subjects[0].photo.sha256


def test_a_second_run_does_nothing(jobs: Jobs):
    jobs()
    before = {name: (jobs.out / name).stat().st_mtime_ns for name in jobs.files()}
    summary = jobs()
    assert (summary.kept, summary.done, jobs.seen) == (40, 0, [])
    assert before == {name: (jobs.out / name).stat().st_mtime_ns for name in jobs.files()}


def test_only_what_changed_is_done_again(jobs: Jobs):
    jobs()
    changed, touched, fresh = jobs.folder / "0/red-0000.png", jobs.folder / "0/blue-0002.png", jobs.folder / "new.png"
    with Image.open(jobs.folder / "0/green-0004.png") as other:
        other.save(changed)
        other.save(fresh)
    touched.touch()
    (jobs.out / "1/green-0001.png.raw.npz").unlink()
    summary = jobs()
    assert sorted(jobs.seen) == ["0/red-0000.png", "1/green-0001.png", "new.png"]
    assert (summary.kept, summary.done) == (38, 3)
    assert {row["image"]: row["predicted_label"] for row in jobs.table()}["0/red-0000.png"] == "green"


def test_other_settings_are_noticed_and_leave_no_old_files(jobs: Jobs):
    jobs()
    assert jobs(target=1).done == 40
    assert {row["explained_label"] for row in jobs.table()} == {"green"}
    assert jobs(target=1, formats=["raw"]).done == 40
    assert not [name for name in jobs.files() if name.endswith(".png")]
    assert jobs(target=1, formats=["raw"], options={"fit": "crop"}).done == 40
    assert jobs(target=1, formats=["raw"], options={"fit": "crop"}).done == 0


def test_bad_photos_are_rows_with_reasons(jobs: Jobs):
    for name, content in {"empty.png": b"", "text.jpg": b"I am no picture", "cut.png": None}.items():
        whole = (jobs.folder / "0/red-0000.png").read_bytes()
        (jobs.folder / name).write_bytes(whole[:-40] if content is None else content)
    summary = jobs()
    assert (summary.done, summary.failed) == (40, 3)
    errors = {row["image"]: row["error"] for row in jobs.table() if row["status"] == "failed"}
    assert "the file is empty" in errors["empty.png"]
    assert "not an image of a kind" in errors["text.jpg"]
    assert "truncated" in errors["cut.png"]
    summary = jobs()
    assert (summary.kept, summary.failed, jobs.seen) == (40, 3, [])
    summary = jobs(retry_failed=True)
    assert (summary.failed, sorted(jobs.seen)) == (3, ["cut.png", "empty.png", "text.jpg"])
    (jobs.folder / "empty.png").write_bytes(whole)
    assert (jobs().failed, jobs.seen) == (2, ["empty.png"])


def test_a_photo_that_went_bad_leaves_no_files_of_its_better_days(jobs: Jobs):
    jobs()
    (jobs.folder / "0/red-0000.png").write_bytes(b"bad now")
    assert jobs().failed == 1
    assert not [name for name in jobs.files() if "red-0000" in name]


def test_targets_and_boxes_of_a_list(jobs: Jobs):
    (jobs.folder / "list.csv").write_text(
        "path,target,left,top,right,bottom\n"
        "0/red-0000.png,blue,0,0,24,20\n"
        "0/green-0004.png,,0,0,12,20\n"
        "1/green-0001.png,7,,,,\n"
        "0/nowhere.png,,,,,\n"
    )
    summary = jobs(sources=[jobs.folder / "list.csv"])
    rows = {row["image"]: row for row in jobs.table()}
    assert (summary.done, summary.failed) == (2, 2)
    assert rows["0/red-0000.png"]["explained_label"] == "blue"
    assert rows["0/green-0004.png"]["explained_label"] == "green"
    assert float(rows["0/green-0004.png"]["energy_in_box"]) == pytest.approx(0.5, abs=0.05)
    assert "the model has 3 classes" in rows["1/green-0001.png"]["error"]
    assert "there is no such file" in rows["0/nowhere.png"]["error"]


def test_several_methods_have_a_folder_each(jobs: Jobs):
    summary = jobs(methods=["gradcam", "hirescam"], formats=["raw"])
    assert (summary.total, summary.done, len(jobs.table())) == (40, 40, 80)
    assert {Path(name).parts[0] for name in jobs.files()} == {"tiny.gradcam", "tiny.hirescam"}
    assert {row["method"] for row in jobs.table()} == {"gradcam", "hirescam"}


def test_several_methods_open_model_and_photos_once(jobs: Jobs, monkeypatch: pytest.MonkeyPatch):
    models, photos = [], []
    whole, read = Explainer.open, pipeline.open_photo
    monkeypatch.setattr(pipeline, "open_photo", lambda path, *a: photos.append(path) or read(path, *a))
    job = batch.Job([jobs.folder], jobs.out, models=[jobs.model], methods=["gradcam", "hirescam", "eigencam"])
    summary = batch.run(job, open_model=lambda path, **options: models.append(path) or whole(path, **options))
    assert (summary.done, len(models), len(photos)) == (40, 1, 40)
    hires = Explainer.open(jobs.model, method="hirescam")(jobs.folder / "0" / "green-0004.png")
    with np.load(jobs.out / "tiny.hirescam" / "0" / "green-0004.png.raw.npz") as got:
        np.testing.assert_allclose(got["raw"], hires.raw, atol=1e-6)


def test_of_several_methods_only_what_is_missing_is_done(jobs: Jobs):
    jobs(methods=["gradcam", "hirescam"], formats=["raw"])
    (jobs.out / "tiny.hirescam/0/green-0004.png.raw.npz").unlink()
    before = (jobs.out / "tiny.gradcam/0/green-0004.png.raw.npz").stat().st_mtime_ns
    summary = jobs(methods=["gradcam", "hirescam"], formats=["raw"])
    assert (summary.kept, summary.done, jobs.seen) == (39, 1, ["0/green-0004.png"])
    assert (jobs.out / "tiny.gradcam/0/green-0004.png.raw.npz").stat().st_mtime_ns == before
    assert (jobs.out / "tiny.hirescam/0/green-0004.png.raw.npz").is_file()
    summary = jobs(methods=["gradcam", "hirescam", "layercam"], formats=["raw"])
    assert (summary.kept, summary.done, len(jobs.table())) == (0, 40, 120)


def test_a_photo_counts_once_however_many_methods_fail_at_it(jobs: Jobs):
    (jobs.folder / "bad.png").write_text("bad")
    base = [jobs.folder, "--out", jobs.out, "--model", jobs.model, "--method", "gradcam,hirescam,layercam"]
    code, _, stderr = run(*base)
    told, last = stderr.splitlines()
    assert (code, stderr.count("bad.png")) == (1, 1)
    assert told.startswith(f"error: {jobs.folder / 'bad.png'}: it is not an image")
    assert last.startswith("40 of 41 images explained, 1 failed")
    assert len([row for row in jobs.table() if row["status"] == "failed"]) == 3
    assert run(*base)[2].splitlines()[-1].startswith("40 of 41 images explained, 40 of them before, 1 failed")


def test_a_method_that_fails_is_named(jobs: Jobs, monkeypatch: pytest.MonkeyPatch):
    whole = Explainer.explain_fitted

    def explain(self, photos, target=None):
        if self.method.name == "hirescam" and any(subject.photo.name == "red-0006.png" for _, subject in photos):
            raise RuntimeError("no such kernel")
        return whole(self, photos, target)

    monkeypatch.setattr(Explainer, "explain_fitted", explain)
    base = [jobs.folder, "--out", jobs.out, "--model", jobs.model, "--method", "gradcam,hirescam"]
    code, _, stderr = run(*base)
    assert code == 1
    assert stderr.splitlines()[0] == "error: 0/red-0006.png: hirescam: unexpected RuntimeError: no such kernel"
    assert stderr.splitlines()[1].startswith("39 of 40 images explained, 1 failed")
    monkeypatch.undo()
    assert run(*base)[0] == 1, "it is not tried again"
    assert run(*base, "--retry-failed")[1].startswith("40 of 40 images explained, 39 of them before")


def test_several_models_explain_a_photo_that_is_opened_once(jobs: Jobs, tmp_path: Path):
    import shutil

    other = tmp_path / "other.keras"
    shutil.copy(jobs.model, other)
    (jobs.folder / "bad.png").write_text("bad")
    code, _, stderr = run(jobs.folder, "--out", jobs.out, "--model", jobs.model, "--model", other)
    assert (code, stderr.count("bad.png"), len(jobs.table())) == (1, 1, 82)
    assert {Path(name).parts[0] for name in jobs.files() if "/" in name} == {"tiny.gradcam", "other.gradcam"}


def test_it_stops_when_asked_and_goes_on(jobs: Jobs):
    summary = jobs(cancelled=lambda: len(jobs.seen) >= 10, batch_size=4)
    assert summary.stopped
    assert 10 <= summary.done < 40
    assert len(jobs.table()) == summary.done == 40 - summary.left
    first = set(jobs.seen)
    assert jobs().done == 40 - len(first)
    assert first.isdisjoint(jobs.seen)


# ---- memory ----


def test_out_of_memory_halves_the_batches_until_they_fit(jobs: Jobs, monkeypatch: pytest.MonkeyPatch):
    import tensorflow as tf

    whole, sizes = SubModel.explain, []

    def explain(self, inputs, *rest):
        sizes.append(len(inputs))
        if len(inputs) > 2:
            raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")
        return whole(self, inputs, *rest)

    monkeypatch.setattr(SubModel, "explain", explain)
    summary = jobs(batch_size=32)
    assert (summary.done, summary.failed) == (40, 0)
    # Two batches at the same time, of half as many each.
    assert sizes[:4] == [16, 8, 4, 2]
    assert sizes.count(16) == 1, "it is not learnt again at every batch"


def test_not_even_one_fits(jobs: Jobs, monkeypatch: pytest.MonkeyPatch):
    def explain(*_):
        raise MemoryError

    monkeypatch.setattr(SubModel, "explain", explain)
    summary = jobs()
    assert (summary.done, summary.failed) == (0, 40)
    assert "not enough memory to explain a single image" in jobs.table()[0]["error"]


def test_one_photo_that_breaks_the_model_breaks_no_other(jobs: Jobs, monkeypatch: pytest.MonkeyPatch):
    whole, bad = Explainer.explain_fitted, "red-0006.png"

    def explain(self, photos, target=None):
        if any(subject.photo.name == bad for _, subject in photos):
            raise RuntimeError("a kernel crashed")
        return whole(self, photos, target)

    monkeypatch.setattr(Explainer, "explain_fitted", explain)
    summary = jobs()
    assert (summary.done, summary.failed) == (39, 1)
    (row,) = (row for row in jobs.table() if row["status"] == "failed")
    assert (row["image"], row["error"]) == (f"0/{bad}", "unexpected RuntimeError: a kernel crashed")


# ---- the disk ----


def test_a_full_disk_stops_the_job_cleanly(jobs: Jobs, monkeypatch: pytest.MonkeyPatch):
    whole, written = export._flush, []

    def flush(path, content):
        written.append(path)
        if len(written) > 30:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        whole(path, content)

    monkeypatch.setattr(export, "_flush", flush)
    with pytest.raises(OutputError, match="no space left"):
        jobs()
    check_whole(jobs)
    assert len(jobs.table()) < 40
    monkeypatch.undo()
    done = len(jobs.table())
    summary = jobs()
    assert (summary.kept, summary.done) == (done, 40 - done)
    check_whole(jobs)


@pytest.fixture
def small_disk(tmp_path: Path):
    """A real disk of half a megabyte."""
    yield from mounted(tmp_path / "disk", "size=512k")


def test_a_disk_that_is_really_full(jobs: Jobs, small_disk: Path):
    jobs.out = small_disk / "out"
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * 300_000)
    with pytest.raises(OutputError) as caught:
        jobs()
    assert "no space left" in str(caught.value) or "the disk is full" in str(caught.value)
    filler.unlink()
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    summary = jobs()
    assert summary.kept + summary.done == 40
    check_whole(jobs)


def test_one_folder_that_cannot_be_made_fails_its_photos_alone(jobs: Jobs):
    jobs(sources=[jobs.folder / "1"])
    jobs.out = jobs.folder.parent / "other"
    with Journal(jobs.out):
        pass
    (jobs.out / "0").write_text("a file where a folder should be")
    summary = jobs()
    assert (summary.done, summary.failed) == (20, 20)


# ---- kill -9 ----


def check_whole(jobs: Jobs) -> None:
    """Every file that has its name is whole, and every photo that is said to be done has its files."""
    for name in jobs.files():
        path = jobs.out / name
        if name.endswith(".npz"):
            with np.load(path) as arrays:
                assert arrays["raw"].shape[0] == 1
        elif name.endswith(".png"):
            with Image.open(path) as picture:
                picture.load()
    with Journal(jobs.out) as journal:
        for row in journal.rows("status = 'ok'"):
            for name in json.loads(row[-1]).values():
                assert (jobs.out / name).is_file(), name


def start(jobs: Jobs) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "gradcam_tf", "batch", str(jobs.folder), "--out", str(jobs.out)),
            *("--model", str(jobs.model), "--formats", ",".join(FORMATS), "--json", "--batch-size", "4"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_killed_at_any_moment_it_goes_on(jobs: Jobs, tiny: Path):
    from tests.gradcam_tf.batch.conftest import make_photos

    make_photos(jobs.folder, 600)
    chance = random.Random(0)
    for _ in range(2):
        with start(jobs) as process:
            for _ in range(chance.randrange(20, 150)):
                process.stdout.readline()
            time.sleep(chance.random() / 100)
            process.kill()
            process.wait(60)
        check_whole(jobs)
        with Journal(jobs.out) as journal:
            done = sum(journal.counts().values())
        lying = len({name.partition(".png.")[0] for name in jobs.files()})
        assert 0 < done < 600
        assert lying - done <= 4 * 2 * 4 + 10, "more than was in flight would be done again"
    summary = jobs()
    assert (summary.kept, summary.done) == (done, 600 - done)
    assert len(jobs.table()) == 600
    assert not list((jobs.out / FOLDER / "unfinished").iterdir())
    check_whole(jobs)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM that can be caught")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_polite_stop_finishes_what_is_begun(jobs: Jobs, number: int):
    from tests.gradcam_tf.batch.conftest import make_photos

    make_photos(jobs.folder, 600)
    with start(jobs) as process:
        lines = [process.stdout.readline() for _ in range(20)]
        process.send_signal(number)
        lines += process.stdout.read().splitlines()
        assert process.wait(100) == 130
    summary = json.loads(lines[-1])["summary"]
    assert summary["stopped"]
    assert summary["done"] == len(lines) - 1 == len(jobs.table()) < 600


# ---- the command ----


def run(*arguments: Any) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["batch", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_the_command_says_how_it_went(jobs: Jobs):
    base = [jobs.folder, "--out", jobs.out, "--model", jobs.model]
    assert run(*base) == (0, f"40 of 40 images explained   -> {jobs.out / 'index.html'}\n", "")
    (jobs.folder / "bad.png").write_text("bad")
    code, stdout, stderr = run(*base)
    assert (code, stdout) == (1, "")
    first, last = stderr.splitlines()
    assert first.startswith(f"error: {jobs.folder / 'bad.png'}: it is not an image of a kind")
    assert last == f"40 of 41 images explained, 40 of them before, 1 failed   -> {jobs.out / 'index.html'}"
    assert run(*base, "--quiet")[0] == 1


def test_the_command_in_json(jobs: Jobs):
    code, stdout, stderr = run(jobs.folder, "--out", jobs.out, "--model", jobs.model, "--json")
    *records, last = [json.loads(line) for line in stdout.splitlines()]
    assert (code, stderr, len(records)) == (0, "", 40)
    assert records[0]["files"]["jpeg"] == records[0]["image"] + ".overlay.jpg"
    assert last["summary"]["done"] == 40


def test_wrong_usage(jobs: Jobs, tmp_path: Path):
    (tmp_path / "nothing").mkdir()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.doc").touch()
    out, model = ["--out", jobs.out], ["--model", jobs.model]
    cases = [
        ([tmp_path / "nothing", *out], 1, "no photos are in it"),
        ([tmp_path / "nowhere", *out], 1, "there is no such folder or file"),
        ([jobs.folder, "--out", tmp_path / "mine"], 1, "holds other files, and no journal"),
        ([jobs.folder, "--out", jobs.folder / "out"], 1, "whose photos are explained"),
        ([jobs.folder, *out, "--formats", "gif"], 1, "is not a format"),
        ([jobs.folder, *out, "--method", "gradcamm"], 2, "gradcamm"),
        ([jobs.folder, *out, *model, "--target", "99"], 2, "the model has 3 classes"),
        ([jobs.folder, *out, "--model", tmp_path / "none.keras"], 1, "there is no such file"),
    ]
    for arguments, code, words in cases:
        got, stdout, stderr = run(*arguments)
        assert (got, stdout) == (code, ""), arguments
        assert words in stderr, arguments
        assert len(stderr.splitlines()) == 1
    assert not (tmp_path / "nothing" / "out").exists()


def test_two_jobs_at_once(jobs: Jobs):
    jobs()
    seen = threading.Event()

    def interfere() -> bool:
        if not seen.is_set():
            seen.set()
            with pytest.raises(OutputError, match="another job is writing there"):
                Jobs(jobs.model, jobs.folder)()
        return False

    jobs(cancelled=interfere, target=2)
    assert seen.is_set()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signal to a thread")
def test_an_interrupt_does_not_wait_for_a_slow_method(jobs: Jobs, monkeypatch: pytest.MonkeyPatch):
    runs = []

    def explain(self, photos, target=None):
        if not runs:
            threading.Timer(0.5, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT)).start()
        for run in range(600):
            runs.append(run)
            report(run, 600)
            time.sleep(0.1)

    monkeypatch.setattr(Explainer, "explain_fitted", explain)
    with pytest.raises(KeyboardInterrupt):
        jobs(batch_size=1)
    assert len(runs) < 300


def test_heavy_photos_make_small_batches(jobs: Jobs, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stages, "BUDGET", 1000)
    sizes, whole = [], Explainer.explain_fitted

    def explain(self, photos, target=None):
        sizes.append(len(photos))
        return whole(self, photos, target)

    monkeypatch.setattr(Explainer, "explain_fitted", explain)
    assert jobs().done == 40
    assert set(sizes) == {1}
