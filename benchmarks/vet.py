"""How long vetting a model file takes, beside reading and hashing it and beside opening it.

``python benchmarks/vet.py [FILE…]``; without files, the embedded model and a ResNet50 with random weights.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from gradcam_tf.model.vet import private_file, vet

TIMES = 15


def median_ms(run: Callable[[], object], times: int = TIMES) -> float:
    run()
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        run()
        taken.append(1000 * (time.perf_counter() - begin))
    return statistics.median(taken)


def copy(path: Path) -> None:
    with private_file(path):
        pass


def files(folder: Path) -> list[Path]:
    import keras

    from gradcam_tf.resources import default_model_path

    keras.applications.ResNet50(weights=None).save(folder / "resnet50.keras")
    return [Path(default_model_path()), folder / "resnet50.keras"]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(name) for name in sys.argv[1:]] or files(Path(folder))
        print("file                            MB    vet ms   copy and hash ms   hash alone ms   Keras opens ms")
        for path in paths:
            import keras

            size = path.stat().st_size / 2**20
            hashed = median_ms(lambda path=path: hashlib.file_digest(path.open("rb"), "sha256"))  # type: ignore[misc]
            opened = median_ms(lambda path=path: keras.models.load_model(path, compile=False), 2)  # type: ignore[misc]
            vetted, copied = median_ms(lambda path=path: vet(path)), median_ms(lambda path=path: copy(path))  # type: ignore[misc]
            print(f"{path.name:28} {size:6.1f} {vetted:9.1f} {copied:18.1f} {hashed:15.1f} {opened:16.0f}")


if __name__ == "__main__":
    main()
