"""Photos and results in a bucket, on a server that speaks S3."""

from __future__ import annotations

import csv
import io
import os
import pickle
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from gradcam_tf import batch
from gradcam_tf.batch.places import Places
from gradcam_tf.batch.sources import check_apart, find
from gradcam_tf.batch.stores import BucketStore
from gradcam_tf.cli import app
from gradcam_tf.errors import GradcamError, ImageError, OutputError
from gradcam_tf.trust import state_folder

fs = pytest.importorskip("pyarrow.fs", reason="pyarrow is not installed (pip install 'gradcam_tf[batch]')")
KEYS = "someone:a-secret"


class Bucket:
    """A bucket on a server of this test's own."""

    def __init__(self, port: int):
        self.options = f"?endpoint_override=127.0.0.1:{port}&scheme=http&allow_bucket_creation=true"
        self.system, _ = fs.FileSystem.from_uri(self.address(""))
        self.system.create_dir("data")

    def address(self, path: str) -> str:
        return f"s3://{KEYS}@data/{path}{self.options}"

    def put(self, name: str, content: bytes) -> None:
        with self.system.open_output_stream(f"data/{name}") as stream:
            stream.write(content)

    def get(self, name: str) -> bytes:
        with self.system.open_input_file(f"data/{name}") as stream:
            return stream.read()

    def names(self, folder: str) -> list[str]:
        found = self.system.get_file_info(fs.FileSelector(f"data/{folder}", recursive=True, allow_not_found=True))
        return sorted(info.path.removeprefix(f"data/{folder}/") for info in found if info.is_file)

    def upload(self, folder: Path, name: str) -> None:
        for path in folder.rglob("*"):
            if path.is_file():
                self.put(f"{name}/{path.relative_to(folder).as_posix()}", path.read_bytes())

    def table(self, folder: str = "out") -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.get(f"{folder}/explanations.csv").decode())))


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Bucket]:
    moto = pytest.importorskip("moto.server", reason="moto is not installed (pip install 'moto[server]')")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    port = server.get_host_and_port()[1]
    try:
        yield Bucket(port)
    finally:
        # What it holds outlives it, in this process.
        urllib.request.urlopen(f"http://127.0.0.1:{port}/moto-api/reset", b"").close()
        server.stop()


def job(bucket: Bucket, tiny: Path, **options) -> batch.Job:
    wanted = {"models": [tiny], "formats": ["raw", "jpeg"]}
    return batch.Job(**({"sources": [bucket.address("photos")], "out": bucket.address("out")} | wanted | options))


@pytest.fixture
def uploaded(bucket: Bucket, photos: Path) -> Bucket:
    (photos / "bad.png").write_text("bad")
    bucket.upload(photos, "photos")
    return bucket


def test_a_bucket_is_explained_into_a_bucket(uploaded: Bucket, tiny: Path, photos: Path):
    summary = batch.run(job(uploaded, tiny))
    assert (summary.total, summary.done, summary.failed) == (41, 40, 1)
    assert summary.report == "s3://data/out/index.html"
    here = batch.run(batch.Job([photos], photos.parent / "here", models=[tiny]))
    assert here.done == 40
    names = [f"{path.relative_to(photos)}" for path in photos.rglob("*-*.png")]
    assert [name for name in uploaded.names("out") if name.endswith(".npz")] == sorted(f"{n}.raw.npz" for n in names)
    for name in names[:5]:
        one = np.load(io.BytesIO(uploaded.get(f"out/{name}.raw.npz")))
        other = np.load(photos.parent / "here" / f"{name}.raw.npz")
        np.testing.assert_allclose(one["heatmap"], other["heatmap"], atol=1e-6)
    rows = {row["image"]: row for row in uploaded.table()}
    assert len(rows) == 41
    assert rows["bad.png"]["error"].startswith("s3://data/photos/bad.png: it is not an image")
    provenance = str(np.load(io.BytesIO(uploaded.get(f"out/{names[0]}.raw.npz")))["provenance"])
    assert f"s3://data/photos/{names[0]}" in provenance
    everything = b"".join(uploaded.get(f"out/{name}") for name in uploaded.names("out")) + provenance.encode()
    assert b"a-secret" not in everything, "keys are written nowhere"


def test_a_second_run_does_what_is_missing(uploaded: Bucket, tiny: Path, photos: Path):
    batch.run(job(uploaded, tiny))
    uploaded.system.delete_file("data/out/0/green-0004.png.raw.npz")
    with Image.open(photos / "0/green-0004.png") as other:
        other.resize((30, 30)).save(photos / "new.png")
    uploaded.put("photos/0/red-0000.png", (photos / "new.png").read_bytes())
    seen: list[str] = []
    summary = batch.run(job(uploaded, tiny), progress=lambda now: seen.extend(one.key[0] for one in now.entries))
    assert sorted(seen) == ["0/green-0004.png", "0/red-0000.png"]
    assert (summary.kept, summary.done, summary.failed) == (38, 2, 1)


def test_another_machine_goes_on(uploaded: Bucket, tiny: Path):
    first = batch.run(job(uploaded, tiny), cancelled=iter([False] * 9 + [True] * 100).__next__)
    assert first.stopped
    shutil.rmtree(state_folder())
    second = batch.run(job(uploaded, tiny))
    assert second.kept == first.done
    assert second.kept + second.done == 40
    # And this one again, whose journal is older than what the other left.
    assert batch.run(job(uploaded, tiny)).kept == 40


def test_results_that_were_removed_are_made_again(uploaded: Bucket, tiny: Path):
    batch.run(job(uploaded, tiny))
    uploaded.system.delete_dir("data/out")
    assert batch.run(job(uploaded, tiny)).done == 40


def test_killed_it_goes_on(uploaded: Bucket, tiny: Path, tmp_path: Path):
    command = [sys.executable, "-m", "gradcam_tf", "batch", uploaded.address("photos"), "--model", str(tiny), "--json"]
    command += ["--out", uploaded.address("out"), "--formats", "raw", "--batch-size", "2"]
    environment = os.environ | {"XDG_STATE_HOME": str(tmp_path / "state")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as process:
        assert process.stdout is not None
        for _ in range(8):
            process.stdout.readline()
        process.kill()
    lying = [name for name in uploaded.names("out") if name.endswith(".npz")]
    for name in lying:
        np.load(io.BytesIO(uploaded.get(f"out/{name}")))["heatmap"]
    assert 0 < len(lying) <= 40
    summary = batch.run(job(uploaded, tiny, formats=["raw"]))
    assert summary.kept >= 7
    assert summary.kept + summary.done == 40


def test_lists_name_photos_in_buckets(uploaded: Bucket, tiny: Path, tmp_path: Path):
    uploaded.put("photos/list.csv", b"path,target\n0/red-0000.png,blue\n../photos/1/green-0001.png,\n0/none.png,\n")
    found = find([uploaded.address("photos/list.csv")])
    assert [item.name for item in found.items] == ["0/red-0000.png", "1/green-0001.png", "0/none.png"]
    summary = batch.run(job(uploaded, tiny, sources=[uploaded.address("photos/list.csv")], out=tmp_path / "out"))
    assert (summary.done, summary.failed) == (2, 1)
    (tmp_path / "list.txt").write_text(uploaded.address("photos/0/red-0000.png") + "\n")
    (item,) = find([tmp_path / "list.txt"]).items
    assert (item.name, item.path) == ("red-0000.png", "s3://data/photos/0/red-0000.png")


def test_file_addresses_are_paths(tiny: Path, photos: Path, tmp_path: Path):
    out = tmp_path / "with a space"
    summary = batch.run(batch.Job([photos.as_uri()], out.as_uri(), models=[tiny]))
    assert summary.done == 40
    assert (out / "explanations.csv").is_file()


def test_what_cannot_be(uploaded: Bucket, tiny: Path, photos: Path, tmp_path: Path):
    uploaded.put("theirs/thesis.doc", b"")
    cases: list[tuple[dict, type[GradcamError], str]] = [
        ({"out": uploaded.address("theirs")}, OutputError, "holds other files, and no journal"),
        ({"out": uploaded.address("photos/out")}, OutputError, "is inside s3://data/photos"),
        ({"sources": [uploaded.address("nothing")]}, ImageError, "there is no such folder or file"),
        ({"sources": [uploaded.address("theirs")]}, ImageError, "no photos are in it"),
        ({"sources": [uploaded.address("photos"), photos]}, ImageError, "lie on different file systems"),
        ({"sources": ["wrong://a/b"]}, ImageError, "cannot be reached"),
        ({"out": "wrong://a/b"}, OutputError, "cannot be reached"),
        ({"sources": ["s3://"]}, ImageError, ""),
    ]
    for options, kind, words in cases:
        with pytest.raises(kind, match=words) as caught:
            batch.run(job(uploaded, tiny, **options))
        assert "a-secret" not in str(caught.value)


def test_a_server_that_goes_away_stops_the_job_and_it_resumes(uploaded: Bucket, tiny: Path, monkeypatch):
    whole, written = BucketStore._pour, []

    def pour(self, path, content):
        written.append(path)
        if path.endswith(".npz") and len(written) > 12:
            raise OSError("When uploading part: AWS Error NETWORK_CONNECTION")
        whole(self, path, content)

    monkeypatch.setattr(BucketStore, "_pour", pour)
    with pytest.raises(OutputError, match="NETWORK_CONNECTION"):
        batch.run(job(uploaded, tiny, formats=["raw"]))
    monkeypatch.setattr(BucketStore, "_pour", whole)
    summary = batch.run(job(uploaded, tiny, formats=["raw"]))
    assert (summary.kept + summary.done, summary.failed) == (40, 1)
    assert summary.kept > 0


def test_places_and_stores_travel(uploaded: Bucket):
    sources = find([uploaded.address("photos")])
    places = pickle.loads(pickle.dumps(sources.places))
    assert places.read(sources.items[0].path) == uploaded.get("photos/0/blue-0002.png")
    store = pickle.loads(pickle.dumps(BucketStore.of(uploaded.address("out"))))
    store.write({"a/b.txt": b"here"})
    assert uploaded.get("out/a/b.txt") == b"here"


def test_file_systems_with_folders_get_them_and_whole_files(tmp_path: Path):
    store = BucketStore(fs.LocalFileSystem(), str(tmp_path / "there"), "hdfs://there", tmp_path / "state")
    store.prepare()
    store.write({"a/b.txt": b"one"})
    store.write({"a/b.txt": b"other"}, ["a/none.txt"])
    assert (tmp_path / "there/a/b.txt").read_bytes() == b"other"
    assert not list((tmp_path / "there/.gradcam/unfinished").iterdir())


def test_the_command(uploaded: Bucket, tiny: Path):
    base = ["batch", uploaded.address("photos"), "--out", uploaded.address("out"), "--model", str(tiny)]
    result = CliRunner().invoke(app, base)
    assert result.exit_code == 1
    assert "a-secret" not in result.stderr
    assert result.stderr.splitlines()[-1] == "40 of 41 images explained, 1 failed   -> s3://data/out/index.html"
    check_apart(["s3://data/photos"], "s3://data/photos2")


def test_a_port_where_nobody_is(tiny: Path, tmp_path: Path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    address = f"s3://{KEYS}@data/photos?endpoint_override=127.0.0.1:{port}&scheme=http"
    with pytest.raises(ImageError, match="cannot be read"):
        find([address])
    with pytest.raises(AssertionError):
        Places().read("s3://never-added/x")
