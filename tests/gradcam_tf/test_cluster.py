"""The same job on a Ray cluster of two workers on this machine."""

from __future__ import annotations

import io
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from gradcam_tf import batch
from gradcam_tf.batch.processes import Processes
from gradcam_tf.cli import app
from gradcam_tf.cluster import Cluster
from gradcam_tf.errors import NoCluster
from tests.gradcam_tf.batch.conftest import make_photos, tiny  # noqa: F401 (a fixture)
from tests.gradcam_tf.batch.test_buckets import bucket  # noqa: F401 (a fixture)

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    ray = pytest.importorskip("ray", reason="Ray is not installed (pip install 'gradcam_tf[cluster]')")
    yield Cluster("local", workers=2)
    ray.shutdown()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return make_photos(tmp_path / "photos", 80)


def test_a_cluster_that_is_not_there():
    # First of all: later there is one.
    pytest.importorskip("ray", reason="Ray is not installed")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(NoCluster, match="the Ray cluster cannot be reached") as caught:
        Cluster(address).connect()
    assert caught.value.where == address


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_what_listens_and_never_answers_is_told_in_time(scheme, tiny, photos):  # noqa: F811
    pytest.importorskip("ray", reason="Ray is not installed")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"{scheme}127.0.0.1:{silent.getsockname()[1]}"
        out, began = photos.parent / "out", time.monotonic()
        result = CliRunner().invoke(app, ["batch", str(photos), "--out", str(out), "--ray", address])
    assert time.monotonic() - began < 15
    assert result.exit_code == 2
    assert f"error: {address}: the Ray cluster cannot be reached" in result.stderr
    assert not out.exists()


def job(model: Path, photos: Path, name: str) -> batch.Job:
    return batch.Job([photos], photos.parent / name, models=[model], formats=["raw"], report=False)


def check_same(one: Path, other: Path, count: int) -> None:
    found = sorted(path.relative_to(one) for path in one.rglob("*.npz"))
    assert len(found) == count
    for path in found:
        with np.load(one / path) as a, np.load(other / path) as b:
            for name in ("raw", "heatmap", "scores", "predictions"):
                np.testing.assert_allclose(a[name], b[name], atol=1e-6)


@pytest.fixture
def here(tiny: Path, photos: Path) -> Path:  # noqa: F811
    (photos / "bad.png").write_text("bad")
    summary = batch.run(job(tiny, photos, "here"))
    assert (summary.done, summary.failed) == (80, 1)
    return photos.parent / "here"


def test_a_cluster_gives_the_same_results_and_the_same_journal(cluster, tiny, photos, here):  # noqa: F811
    summary = batch.run(job(tiny, photos, "there"), execute=cluster)
    assert (summary.done, summary.failed) == (80, 1)
    check_same(here, photos.parent / "there", 80)
    summary = batch.run(job(tiny, photos, "there"))
    assert (summary.kept, summary.done) == (80, 0)


def test_workers_read_and_write_buckets(cluster, tiny, photos, here, bucket):  # noqa: F811
    bucket.upload(photos, "photos")
    there = batch.Job([bucket.address("photos")], bucket.address("out"), models=[tiny], formats=["raw"], report=False)
    summary = batch.run(there, execute=cluster)
    assert (summary.done, summary.failed) == (80, 1)
    for name in [path.relative_to(here).as_posix() for path in here.rglob("*.npz")]:
        with np.load(here / name) as one, np.load(io.BytesIO(bucket.get(f"out/{name}"))) as other:
            np.testing.assert_allclose(one["heatmap"], other["heatmap"], atol=1e-6)
    assert batch.run(there).kept == 80


def test_a_pool_that_grows(tiny, photos, here, cluster):  # noqa: F811
    summary = batch.run(job(tiny, photos, "grown"), execute=Cluster("local", workers=2, at_least=1))
    assert (summary.done, summary.failed) == (80, 1)
    check_same(here, photos.parent / "grown", 80)


def worker() -> int:
    """The process of an actor of this test's own cluster."""
    for one in Path("/proc").iterdir():
        if one.name.isdecimal() and (one / "cmdline").read_bytes().startswith(b"ray::MapWorker") and is_ours(one.name):
            return int(one.name)
    raise LookupError("no worker is there")


def is_ours(process: str) -> bool:
    while process not in ("0", "1", str(os.getpid())):
        process = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1]
    return process == str(os.getpid())


@pytest.mark.skipif(sys.platform != "linux", reason="the worker is found in /proc")
def test_a_worker_that_is_killed_is_replaced(cluster, tiny, photos):  # noqa: F811
    killed = []

    def kill_one(now: batch.Progress) -> None:
        if not killed and now.done > 5:
            killed.append(worker())
            os.kill(killed[0], signal.SIGKILL)

    make_photos(photos, 400)
    summary = batch.run(job(tiny, photos, "killed"), execute=cluster, progress=kill_one)
    assert killed
    assert (summary.done, summary.failed, summary.left) == (400, 0, 0)


def test_several_processes_give_the_same_results(tiny, photos, here):  # noqa: F811
    summary = batch.run(job(tiny, photos, "two"), execute=Processes(2))
    assert (summary.done, summary.failed) == (80, 1)
    check_same(here, photos.parent / "two", 80)
