"""The batch's numbers: against plain prediction, against other packages, memory, journal, crashes, Ray.

    python benchmarks/batch.py                  # all but peers; ten to thirty minutes on two cores
    python benchmarks/batch.py throughput       # some: throughput, methods, journal, memory, kill, oom, ray, callback
    python benchmarks/batch.py throughput --rounds 1 --keep DIR        # again and again: the medians are of all rounds
    python benchmarks/batch.py peers --python OTHER_VENV/bin/python    # with tf-keras-vis and grad-cam installed there

Photos are the four samples, turned and cut, each another, as JPEG files.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from measure import family_megabytes, print_parts, print_row, side_by_side

SIZE = (500, 375)
"""Width and height of a photo: the average one of ImageNet."""


def make_photos(folder: Path, count: int, size: tuple[int, int] = SIZE) -> Path:
    """So many different JPEG photos in folders of a thousand."""
    from PIL import Image

    from gradcam_tf.resources import sample_paths

    sources = [Image.open(path).convert("RGB").resize(size) for path in sample_paths().values()]
    for i in range(count):
        path = folder / f"{i // 1000:03}" / f"{i:06}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        sources[i % len(sources)].rotate(i % 360, translate=(i // 360, 0)).save(path, quality=90)
    return folder


def throughput(count: int = 2000, rounds: int = 3, keep: str | None = None) -> None:
    """A batch with its files against tf.data decoding and ``model.predict`` over the same files, in turns.

    With ``keep``, a folder, photos and seconds are kept there, and the medians are of all rounds so far.
    """
    import tensorflow as tf

    import gradcam_tf as gct
    from gradcam_tf import batch

    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as temporary:
        kept = Path(keep or temporary)
        folder = kept / f"photos-{count}"
        if not folder.exists():
            make_photos(folder, count)
        files = sorted(map(str, folder.rglob("*.jpg")))
        model, explainer = gct.default_model(), gct.Explainer.open()

        # Tuning itself, a pipeline can take no end: it waits until its tuner wakes again, 5, 10 or 20 seconds after its
        # start, though all photos are through.
        untuned = tf.data.Options()
        untuned.autotune.enabled = False

        def decode(path):
            return tf.image.resize(tf.io.decode_jpeg(tf.io.read_file(path), channels=3), (224, 224))

        def predict(some: Sequence[str] = files) -> None:
            photos = tf.data.Dataset.from_tensor_slices(some).with_options(untuned)
            decoded = photos.map(decode, num_parallel_calls=os.cpu_count()).batch(32).prefetch(2)
            model.predict(decoded, verbose=0)

        def explain(*formats: str, some: Sequence[str] = (str(folder),)) -> None:
            # Always another folder, none removed before the end: for a minute after it has lost many files, ext4 makes
            # new ones slowly.
            out = Path(tempfile.mkdtemp(dir=temporary)) / "out"
            summary = batch.run(batch.Job(some, out, formats=formats), open_model=lambda _, **options: explainer)
            assert summary.done == summary.total, summary

        kinds = {("jpeg", "raw"): 1.35, ("overlay", "raw"): 1.35, ("raw",): 1.15}
        runs = {"predict": predict} | {" + ".join(kind): partial(explain, *kind) for kind in kinds}
        predict()
        explain("overlay", "raw", some=files[:64])
        times = _measured(kept / f"throughput-{count}.json", runs, rounds)
    seconds = {name: statistics.median(each) for name, each in times.items()}
    plain = seconds["predict"] / count * 1e3
    for kind, most in kinds.items():
        name = " + ".join(kind)
        ratio = seconds[name] / seconds["predict"]
        each = seconds[name] / count * 1e3
        what = f"{count:,} photos, {name}, report and table ({each:.1f} ms each) ÷ decode + predict ({plain:.1f} ms)"
        print_row(f"{what}, median of {len(times[name])}", f"{ratio:.2f}", f"{most:.2f}", ratio <= most)


def _measured(path: Path, runs: Mapping[str, Callable], rounds: int) -> dict[str, list[float]]:
    """Seconds of each, in turns; with those of earlier calls that are kept there."""
    times = json.loads(path.read_text()) if path.exists() else {}
    for _ in range(rounds):
        for name, seconds in side_by_side(runs, 1, warmup=0).items():
            times.setdefault(name, []).append(seconds)
    path.write_text(json.dumps(times))
    return times


def methods(count: int = 300) -> None:
    """Three methods at once against three runs of one each, the model opened by each run."""
    from gradcam_tf import batch

    chosen = ("gradcam", "hirescam", "layercam")
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as temporary:
        folder, out = make_photos(Path(temporary) / "photos", count), Path(temporary) / "out"

        def explain(*together: Sequence[str]) -> None:
            for some in together:
                assert batch.run(batch.Job([folder], out, methods=some)).done == count
                shutil.rmtree(out)

        runs = {"together": partial(explain, chosen), "one by one": partial(explain, *((one,) for one in chosen))}
        seconds = side_by_side(runs, 3, warmup=1)
    ratio = seconds["together"] / seconds["one by one"]
    what = (
        f"3 methods over {count} photos ({seconds['together']:.1f} s) ÷ 3 runs of one ({seconds['one by one']:.1f} s)"
    )
    print_row(what, f"{ratio:.2f}", "1.00", ratio <= 1)


def journal(count: int = 5000) -> None:
    """What the journal costs each photo: asked once when the job is planned, once before, and written once."""
    from gradcam_tf.batch.journal import Entry, Journal, Signature

    thumbnail, grid = os.urandom(1500), os.urandom(196)
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder, Journal(folder) as book:
        began = time.perf_counter()
        for i in range(count):
            key = (f"some/folder/of/photos/{i:06}.jpg", "efficientnet_lite0", "gradcam")
            book.known(key)
            book.known(key)
            row = {"status": "ok", "score": 1.5, "explained_label": "Egyptian cat", "sha256": "0" * 64}
            book.write([Entry(key, row, "0" * 32, Signature(1, 2, 3), thumbnail, grid)])
        each = (time.perf_counter() - began) / count * 1e3
    print_row(f"journal, of each of {count:,} photos", f"{each:.2f} ms", "0.50 ms", each <= 0.5)


def run_batch(folder: Path, out: Path, **options):
    """A job with the embedded model; small files."""
    from gradcam_tf import batch

    progress = options.pop("progress", lambda now: None)
    return batch.run(batch.Job([folder], out, **({"formats": ["raw"]} | options)), progress=progress)


def command(folder: Path, out: Path) -> list[str]:
    """`gradcam-tf batch` with small files, and a line of JSON for each photo."""
    return [sys.executable, "-m", "gradcam_tf", "batch", str(folder), "--out", str(out), "--formats", "raw", "--json"]


def memory(count: int = 10_000) -> None:
    """Resident memory of the command after photo 200 and after the last; and a hundred bad ones among them."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as temporary:
        folder, out = make_photos(Path(temporary) / "photos", count, (64, 48)), Path(temporary) / "out"
        bad = sorted(folder.rglob("*.jpg"))[5 :: count // 100][:100]
        for number, path in enumerate(bad):
            path.write_bytes([b"", b"no picture", path.read_bytes()[:300]][number % 3])
        # After the last photo table and report are made, at once; what they take is not of the photos.
        last = count - 50
        seen, said = {}, ""
        with subprocess.Popen(command(folder, out), stdout=subprocess.PIPE, text=True) as process:
            for number, line in enumerate(process.stdout or (), 1):
                if number in (200, last):
                    seen[number] = family_megabytes(process.pid)
                said = line
        summary = json.loads(said)["summary"]
        each = summary["seconds"] / count * 1e3
        rows = (out / "explanations.csv").read_text(encoding="utf-8").count(",failed,")
        page = (out / "index.html").stat().st_size / 1e6
    growth = seen[last] - seen[200]
    what = f"memory after photo 200 ({seen[200]:.0f} MB) to {last:,} (64 × 48 pixels, {each:.1f} ms each)"
    print_row(what, f"{growth:+.1f} MB", "30 MB", growth <= 30)
    what = f"{len(bad)} bad among {count:,}: done / rows with reasons / exit code (index.html {page:.0f} MB)"
    ended = (summary["done"], rows, process.returncode)
    print_row(what, "{:,} / {} / {}".format(*ended), f"{count - 100:,} / 100 / 1", ended == (count - 100, 100, 1))


def kill(count: int = 3000, kills: int = 20) -> None:
    """kill -9 at random moments, then a last run; what was lost, half-written, done twice."""
    import random

    import numpy as np

    from gradcam_tf.batch.journal import FOLDER, Journal

    chance = random.Random(1)
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as temporary:
        folder, out = make_photos(Path(temporary) / "photos", count, (64, 48)), Path(temporary) / "out"
        half, most, done = 0, 0, 0
        for _ in range(kills):
            with subprocess.Popen(
                command(folder, out), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            ) as process:
                for _ in itertools.islice(process.stdout or (), chance.randrange(1, count // kills)):
                    pass
                time.sleep(chance.random() / 20)
                process.kill()
            with Journal(out) as book:
                done = sum(book.counts().values())
            files = [path for path in out.rglob("*.npz") if FOLDER not in path.parts]
            most = max(most, len(files) - done)
            for path in files:
                try:
                    np.load(path)["heatmap"]
                except Exception:
                    half += 1
        summary = run_batch(folder, out)
        again = summary.done - (count - done)
        rows = (out / "explanations.csv").read_text(encoding="utf-8").count(",ok,")
    what = f"kill -9 at {kills} points of {count:,}: lost / half-written / done again beyond those in flight"
    # In flight: two batches and the threads on either side.
    good = (count - rows, half, again) == (0, 0, 0) and most <= 2 * 8 + 4
    print_row(what, f"{count - rows} / {half} / {again} (in flight: at most {most})", "0 / 0 / 0", good)


def oom(count: int = 200) -> None:
    """Batches of more than two photos run out of memory, by decree."""
    import tensorflow as tf

    from gradcam_tf.model.submodel import SubModel

    whole = SubModel.explain

    def explain(self, inputs, *rest):
        if len(inputs) > 2:
            raise tf.errors.ResourceExhaustedError(None, None, "OOM")
        return whole(self, inputs, *rest)

    SubModel.explain = explain  # type: ignore[method-assign]
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as temporary:
        folder = make_photos(Path(temporary) / "photos", count, (64, 48))
        summary = run_batch(folder, Path(temporary) / "out", batch_size=32)
    print_row(f"out of memory forced, {count} photos done", f"{summary.done}", f"{count}", summary.done == count)


def ray(count: int = 400) -> None:
    """Two workers of a local cluster: the same numbers, the speed, and one of them killed on the way."""
    import signal

    import numpy as np

    from gradcam_tf import batch
    from gradcam_tf.cluster import Cluster

    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as temporary:
        folder, here = make_photos(Path(temporary) / "photos", count), Path(temporary) / "here"
        began = time.perf_counter()
        run_batch(folder, here)
        alone = time.perf_counter() - began
        seconds = {}
        for name in ("there", "killed"):
            out, state = Path(temporary) / name, {"killed": name == "there"}

            def note(now, state=state) -> None:
                if not state["killed"] and now.done > count // 4:
                    state["killed"] = True
                    os.kill(_worker_of_ray(), signal.SIGKILL)

            began = time.perf_counter()
            job = batch.Job([folder], out, formats=["raw"])
            summary = batch.run(job, progress=note, execute=Cluster("local", workers=2))
            seconds[name] = time.perf_counter() - began
            assert state["killed"]
            if name == "there":
                worst = 0.0
                for path in here.rglob("*.npz"):
                    one, other = np.load(path), np.load(out / path.relative_to(here))
                    assert one.files == other.files
                    for key in ("raw", "heatmap", "scores", "predictions"):
                        worst = max(worst, float(np.abs(one[key] - other[key]).max()))
                what = f"--ray local, 2 workers, {count} photos ({seconds[name]:.0f} s; {alone:.0f} s without Ray)"
                print_row(f"{what}: greatest difference", f"{worst:.1e}", "1e-06", worst <= 1e-6)
    what = f"a Ray worker killed on the way ({seconds['killed']:.0f} s), photos done"
    print_row(what, str(summary.done), str(count), summary.done == count)


def _worker_of_ray() -> int:
    """The process of one of the actors that explain: a grandchild of this process; Linux."""
    for one in Path("/proc").iterdir():
        if one.name.isdecimal() and (one / "cmdline").read_bytes().startswith(b"ray::MapWorker") and _is_ours(one.name):
            return int(one.name)
    raise LookupError("no worker is there")


def _is_ours(process: str) -> bool:
    while process not in ("0", "1", str(os.getpid())):
        process = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1]
    return process == str(os.getpid())


def callback(count: int = 8) -> None:
    """What the Keras callback takes of an epoch of 100 steps: while training waits, and of a processor beside it.

    Not the difference of epochs with and without it: they differ among themselves by more than it takes.
    """
    import keras
    import numpy as np

    import gradcam_tf as gct

    class Clock(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.began = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            epochs.append(time.perf_counter() - self.began)

    class Watched(gct.callbacks.GradCAM):
        def on_epoch_end(self, epoch, logs=None):
            began = time.perf_counter()
            super().on_epoch_end(epoch, logs)
            waited.append(time.perf_counter() - began)

        def _put(self, explanation, step):
            began = time.thread_time()
            super()._put(explanation, step)
            drawn.append(time.thread_time() - began)

    rng = np.random.default_rng(0)
    mobile = keras.applications.MobileNetV2
    cases = {
        "a CNN of 20,000 weights, 64 × 64": (_small_cnn, 64, 32, 4 * count),
        "MobileNetV2, 96 × 96": (lambda size: mobile((size, size, 3), weights=None, classes=10), 96, 8, count),
    }
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        for name, (make, size, batch_size, times) in cases.items():
            epochs: list[float] = []
            waited: list[float] = []
            drawn: list[float] = []
            images = rng.uniform(0, 255, (100 * batch_size, size, size, 3)).astype(np.float32)
            model, classes = make(size), np.zeros(100 * batch_size, int)
            model.compile(keras.optimizers.SGD(1e-4), "sparse_categorical_crossentropy")
            watch = Watched(images[:4], log_dir=folder)
            model.fit(images, classes, batch_size=batch_size, epochs=times, verbose=0, callbacks=[Clock(), watch])
            # What is compiled first is compiled once.
            each, waits, draws = (statistics.median(some[2:]) for some in (epochs, waited, drawn))
            share = (waits + draws) / each
            what = f"callback, 4 images to TensorBoard ({waits * 1e3:.1f} ms, and {draws * 1e3:.1f} ms beside), of an"
            what += f" epoch of 100 steps of {batch_size} ({each:.2f} s), {name}"
            print_row(what, f"{share:.1%}", "2.0%", share <= 0.02)


def _small_cnn(size: int):
    from keras import Input, Sequential, layers

    convolutions = [layers.Conv2D(n, 3, activation="relu", strides=2) for n in (16, 32, 48)]
    head = [layers.GlobalAveragePooling2D(), layers.Dense(10, activation="softmax")]
    return Sequential([Input((size, size, 3)), layers.Rescaling(1 / 255), *convolutions, *head])


def peers(count: int = 200, python: str = sys.executable) -> None:
    """A batch of heatmaps against loops over other packages, which are installed elsewhere."""
    import gradcam_tf as gct
    from gradcam_tf import batch
    from gradcam_tf.resources import default_model_path

    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as temporary:
        folder = make_photos(Path(temporary) / "photos", count)
        files = sorted(map(str, folder.rglob("*.jpg")))
        explainer = gct.Explainer.open()
        explainer.explain_fitted([explainer.fitted(one) for one in files[:8]])
        began = time.perf_counter()
        job = batch.Job([folder], Path(temporary) / "out", formats=["raw"])
        batch.run(job, open_model=lambda _, **options: explainer)
        ours = (time.perf_counter() - began) / count * 1e3
        for name, least in (("tf-keras-vis", 8), ("grad-cam", 2)):
            command = [python, str(Path(__file__).with_name("peers.py")), name, str(default_model_path()), *files]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                reason = done.stderr.strip().splitlines()[-1][:100]
                print_row(f"a loop over {name} ÷ batch", f"not measured: {reason}", f"≥ {least}", False)
                continue
            theirs = float(done.stdout.splitlines()[-1])
            what = f"a loop over {name} ({theirs:.0f} ms each) ÷ batch, NPZ ({ours:.1f} ms each)"
            print_row(what, f"{theirs / ours:.1f}", f"≥ {least}", theirs / ours >= least)


PARTS = {part.__name__: part for part in (throughput, methods, journal, memory, kill, oom, ray, callback)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*")
    parser.add_argument("--count", type=int, help="photos")
    parser.add_argument("--rounds", type=int, help="of throughput")
    parser.add_argument("--keep", help="a folder where throughput keeps photos and seconds, for another call")
    parser.add_argument("--python", help="of the environment with the peers; peers are measured only if it is given")
    wanted = parser.parse_args()
    options = {name: value for name in ("count", "rounds", "keep", "python") if (value := getattr(wanted, name))}
    parts = {name: partial(part, **options) for name, part in (PARTS | {"peers": peers}).items()}
    print_parts(__file__, parts if wanted.parts else PARTS, wanted.parts)


if __name__ == "__main__":
    main()
