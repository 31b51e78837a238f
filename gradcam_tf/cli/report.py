"""What is said of one image: a line for each map, or one JSON object for all."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradcam_tf.cli.failures import in_words
from gradcam_tf.cli.streams import complain, say, say_json
from gradcam_tf.errors import printable

if TYPE_CHECKING:
    from gradcam_tf.explanation import Explanation

__all__ = ["record", "report_image", "say_files"]


def report_image(
    image: str,
    records: Sequence[tuple[Explanation, dict[str, Any]]],
    errors: Sequence[tuple[str, Exception]],
    as_json: bool,
    debug: bool,
    several: bool,
) -> None:
    """Print what came of one image: a line for each map, or one JSON object for all."""
    failed: dict[str, dict[str, Any]] = {}
    for method, error in errors:
        if debug:
            traceback.print_exception(error)
        line = in_words(error)
        # What is wrong with the image is wrong for every method, and said once.
        about_image = not several or line.startswith(printable(image))
        failed[line] = {"status": "error", "error": line} | ({} if about_image else {"method": method})
    for line, record in failed.items():
        where = ": ".join([image, record["method"]] if "method" in record else [image])
        complain(f"error: {line if line.startswith(printable(image)) else f'{where}: {line}'}")
    notes = _notes(records)
    for note in notes:
        complain(f"note: {image}: {note}")
    if as_json:
        first, *others = [*(record for _, record in records), *failed.values()]
        said = {"image": image} | ({"notes": list(notes)} if notes else {})
        say_json(said | first | ({"others": others} if others else {}))
        return
    for one, record in records:
        remark = f"   [{one.status[0]}: {one.reasons[0]}]" if one.status[0] != "ok" else ""
        by = f"   {one.method}" if several else ""
        arrow = f"   -> {record['files']['overlay']}" if record["files"] else ""
        say(f"{image}   {one.title}{by}{remark}{arrow}")


def _notes(records: Sequence[tuple[Explanation, dict[str, Any]]]) -> tuple[str, ...]:
    """What was done to the photo on the way, which is the same for all its maps."""
    photo = records[0][0].subjects[0].photo if records else None
    return () if photo is None else photo.notes


def say_files(paths: Sequence[Path], as_json: bool) -> None:
    for path in paths:
        # Beside JSON for programs, words go to the other stream.
        (complain if as_json else say)(f"side by side -> {path}")


def record(explanation: Explanation, files: dict[str, str]) -> dict[str, Any]:
    result = explanation.results[0]
    target = explanation.target[0]
    return {
        "status": explanation.status[0],
        "target": {"index": target.index, "label": target.label},
        "score": result["score"],
        "probability": result["probability"],
        "layer": explanation.layer.name,
        "method": explanation.method,
        "files": files,
    } | _further(target.description, result)


def _further(description: str | None, result: dict[str, Any]) -> dict[str, Any]:
    """What there is to say of some maps alone: what the class was set against, how much the runs differ."""
    said = {} if description is None else {"description": description}
    return said | {name: result[name] for name in ("uncertainty",) if name in result}
