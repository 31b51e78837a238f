"""The batch's numbers: against plain prediction, against other packages, memory, journal, crashes, Ray.

    python benchmarks/batch.py                  # all but peers; about ten minutes on two cores
    python benchmarks/batch.py throughput       # some: throughput, journal, memory, kill, bad, oom, ray
    python benchmarks/batch.py peers --python OTHER_VENV/bin/python    # with tf-keras-vis and grad-cam installed there

Photos are the four samples, turned and cut, each another, as JPEG files.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from measure import print_head, print_row, side_by_side

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


def throughput(count: int = 2000, rounds: int = 3) -> None:
    """A batch with its files against tf.data decoding and ``model.predict`` over the same files."""
    import tensorflow as tf

    import gradcam_tf as gct
    from gradcam_tf import batch

    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as temporary:
        folder = make_photos(Path(temporary) / "photos", count)
        files = sorted(map(str, folder.rglob("*.jpg")))
        model, explainer = gct.default_model(), gct.Explainer.open()
        explainer.explain_fitted([explainer.fitted(one) for one in files[:8]])

        def decode(path):
            return tf.image.resize(tf.io.decode_jpeg(tf.io.read_file(path), channels=3), (224, 224))

        def predict() -> None:
            photos = tf.data.Dataset.from_tensor_slices(files).map(decode, num_parallel_calls=tf.data.AUTOTUNE)
            model.predict(photos.batch(32).prefetch(tf.data.AUTOTUNE), verbose=0)

        def explain(*formats: str) -> Callable[[], None]:
            def run() -> None:
                out = Path(temporary) / "out"
                job = batch.Job([folder], out, formats=formats)
                summary = batch.run(job, open_model=lambda _, **options: explainer)
                assert summary.done == count, summary
                shutil.rmtree(out)

            return run

        kinds = {("jpeg", "raw"): 1.35, ("overlay", "raw"): 1.35, ("raw",): 1.15}
        runs = {"predict": predict} | {" + ".join(kind): explain(*kind) for kind in kinds}
        seconds = side_by_side(runs, rounds, warmup=0)
    plain = seconds["predict"] / count * 1e3
    for kind, most in kinds.items():
        name = " + ".join(kind)
        ratio = seconds[name] / seconds["predict"]
        each = seconds[name] / count * 1e3
        what = f"{count:,} photos, {name}, report and table ({each:.1f} ms each) ÷ decode + predict ({plain:.1f} ms)"
        print_row(what, f"{ratio:.2f}", f"{most:.2f}", ratio <= most)


PARTS = {part.__name__: part for part in (throughput,)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*")
    parser.add_argument("--count", type=int)
    wanted = parser.parse_args()
    if not wanted.parts:
        print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} CPU cores\n")
        print_head()
        for name in PARTS:
            subprocess.run([sys.executable, __file__, name], check=True)
        return
    for name in wanted.parts:
        PARTS[name](**({"count": wanted.count} if wanted.count else {}))


if __name__ == "__main__":
    main()
