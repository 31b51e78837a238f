"""``index.html``: the table with pictures, in one file that opens without a network."""

from __future__ import annotations

import base64
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import numpy as np

from gradcam_tf import render
from gradcam_tf._version import __version__
from gradcam_tf.batch.journal import Journal
from gradcam_tf.batch.rows import COLUMNS, FAILED
from gradcam_tf.batch.table import whole
from gradcam_tf.errors import printable

__all__ = ["REPORT", "write_report"]

REPORT = "index.html"
MOST_ROWS = 20_000
"""A page with more takes long to open. Of more images it shows the failures, up to a quarter, and an even sample."""
MOST_MEANS = 24
"""Classes of which the mean map is shown: those with the most images."""
SHOWN = [name for name in COLUMNS if name not in ("files", "sha256", "probability")]
WORDS = {
    "ok": "explained",
    "negative": "nothing for it",
    "zero": "zero map",
    "nonfinite": "not finite",
    FAILED: "failed",
}
MARK = "/*DATA*/"


def write_report(journal: Journal) -> Path:
    """Write the page of a folder of results, row by row; it replaces an older one.

    Raises:
        OutputError: if it cannot be written.
    """
    head, tail = _template().split(MARK)
    path = journal.folder / REPORT
    with whole(path) as file:
        file.write(head.encode())
        _write_data(file, journal)
        file.write(tail.encode())
    return path


def _template() -> str:
    from gradcam_tf.resources import report_template

    return report_template().read_text(encoding="utf-8")


def _write_data(file: IO[bytes], journal: Journal) -> None:
    counts = journal.counts()
    total = sum(counts.values())
    ((images,),) = journal.select("SELECT count(DISTINCT image) FROM images")
    what = f"{images:,} images" if images == total else f"{total:,} explanations of {images:,} images"
    about = f"{what}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, gradcam_tf {__version__}"
    if total > MOST_ROWS:
        about += f"; {MOST_ROWS:,} of them in the table below, all of them in explanations.csv"
    grids, means = _means(journal)
    colours = render.colorize(np.linspace(0, 1, 256)[None], render.COLORMAP).tobytes()
    fixed = {
        "about": about,
        "counts": counts,
        "words": WORDS,
        "grid": grids,
        "means": means,
        "colormap": _base64(colours),
        "columns": [*SHOWN, "file", "thumbnail"],
    }
    file.write(_json(fixed)[:-1].encode() + b', "rows": [\n')
    for number, row in enumerate(_rows(journal, counts.get(FAILED, 0), total)):
        file.write((",\n" if number else "").encode() + _json(row).encode())
    file.write(b"\n]}")


def _rows(journal: Journal, failed: int, total: int) -> Iterator[list]:
    columns = ", ".join(f'images."{name}"' for name in SHOWN)
    query = f"SELECT {columns}, files, thumbnail FROM images LEFT JOIN pictures USING (id) WHERE "  # nosec B608
    if total <= MOST_ROWS:
        chosen = [("TRUE", -1)]
    else:
        most = min(failed, MOST_ROWS // 4)
        # Those with thumbnails are an even sample already.
        good = f"status != '{FAILED}' ORDER BY thumbnail IS NULL, id"
        chosen = [(f"status = '{FAILED}'", most), (good, MOST_ROWS - most)]
    for where, limit in chosen:
        for image, *rest, files, thumbnail in journal.select(f"{query} {where} LIMIT {limit}"):
            name = printable(os.fsdecode(image) if isinstance(image, bytes) else image)
            short = [round(one, 4) if isinstance(one, float) else one for one in rest]
            yield [name, *short, _picture_file(files), _base64(thumbnail) if thumbnail else None]


def _picture_file(files: str | None) -> str | None:
    """The file that shows the image best."""
    written = json.loads(files or "{}")
    return next(
        (written[kind] for kind in ("overlay", "jpeg", "heatmap", "raw", "provenance") if kind in written), None
    )


def _means(journal: Journal) -> tuple[int, list[dict[str, Any]]]:
    """The side of the maps, and for each class its name, count and mean map, the commonest first."""
    sums: dict[str, Any] = defaultdict(float)
    found: dict[str, int] = defaultdict(int)
    query = "SELECT explained_index, explained_label, grid FROM images JOIN pictures USING (id) WHERE grid IS NOT NULL"
    side = 1
    for index, label, grid in journal.select(query):
        name = label or ("all" if index is None else f"class {index}")
        sums[name] += np.frombuffer(grid, np.uint8).astype(np.float32)
        found[name] += 1
        side = round(len(grid) ** 0.5)
    commonest = sorted(found, key=lambda name: (-found[name], name))[:MOST_MEANS]
    means = [{"name": one, "count": found[one], "map": _base64(_scaled(sums[one]))} for one in commonest]
    return side, means


def _scaled(total: np.ndarray) -> bytes:
    return (total * (255 / max(float(total.max()), 1e-9))).round().astype(np.uint8).tobytes()


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _json(value: Any) -> str:
    """JSON that a page can hold: no end of the script in it, and no file name that is no text."""
    return json.dumps(value, allow_nan=False).replace("<", "\\u003c")
