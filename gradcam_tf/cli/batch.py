"""`gradcam-tf batch`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gradcam_tf import flight, heap
from gradcam_tf.cli import options as given
from gradcam_tf.cli.confining import LONGEST, OWN_PROCESS, keep_to_photos
from gradcam_tf.cli.failures import INTERRUPTED, telling_errors
from gradcam_tf.cli.opening import open_explainer
from gradcam_tf.cli.streams import complain, say, say_json
from gradcam_tf.cli.values import class_of, import_objects, method_names, reading

if TYPE_CHECKING:
    from gradcam_tf.batch import Progress, Summary

__all__ = ["batch"]


def batch(
    context: typer.Context,
    sources: Annotated[
        list[str], typer.Argument(metavar="FOLDER", help="Folders, photos, and lists of photos (.txt, .csv, .parquet).")
    ],
    out: Annotated[str, typer.Option(metavar="DIR", help="The folder of the results: new, or of an earlier run.")],
    model: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="A Keras model; may be given several times. Without it, an ImageNet classifier."
        ),
    ] = None,
    layer: given.Layer = "auto",
    method: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="How the map is made; may be given several times.")
    ] = None,
    output: given.Output = None,
    target: given.Targets = None,
    formats: Annotated[
        str,
        typer.Option(metavar="LIST", help="What is written of each photo: jpeg, overlay, heatmap, raw, provenance."),
    ] = "jpeg,raw",
    include: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help="Which names to take from folders, such as '*.png'.")
    ] = None,
    exclude: Annotated[list[str] | None, typer.Option(metavar="PATTERN", help="Which names to leave out.")] = None,
    labels: given.Labels = None,
    preprocessing: given.Preprocessing = given.Values.auto,
    fit: given.Fit = given.Fitting.squash,
    page: given.Page = 1,
    window: given.Window = None,
    max_pixels: given.MaxPixels = None,
    allow_truncated: given.AllowTruncated = False,
    batch_size: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Images computed at the same time.")
    ] = None,
    processes: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Processes that share the work; else one for each GPU.")
    ] = None,
    ray: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Work on a Ray cluster; 'local' starts one on this machine.")
    ] = None,
    at_least: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="With --ray: begin with so many workers, and add more as work waits."),
    ] = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try photos again that failed before.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print errors alone.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object for each photo, and one at the end.")
    ] = False,
    trust: given.Trust = None,
    custom_objects: given.CustomObjects = None,
    allow_saved_model: given.AllowSavedModel = False,
    signature: given.Signature = None,
    confinement: given.Confinement = True,
    debug: given.Debug = False,
) -> None:
    """Explain whole folders; stopped in any way, the same command goes on where it was."""
    if len(target or ()) > 1:
        each = "give one class; others in a run of their own, or photo by photo in a list with a column `target`"
        raise typer.BadParameter(each, param_hint="--target")
    if at_least is not None and ray is None:
        raise typer.BadParameter("is of the workers of a cluster: give --ray too", param_hint="--at-least")
    heap.share()
    with telling_errors(debug):
        if confinement and context.obj == OWN_PROCESS and ray is None:
            patterns = {"include": include or (), "exclude": exclude or ()}
            keep_to_photos(sources, patterns, model or (), labels, out, trust, custom_objects, processes=processes)
        if confinement and ray is not None and not quiet and not flight.again():
            complain("note: with --ray nothing is confined: Ray's processes have threads and TCP before they begin")
        summary = _run_batch(
            {
                "sources": sources,
                "out": out,
                "models": model or [None],
                "methods": method_names(method or ["gradcam"]),
                "options": {"layer": layer, "output": output, "labels": labels}
                | {"preprocessing": preprocessing.value, "fit": fit.value}
                | {"reading": reading(page, window, max_pixels, allow_truncated)}
                | {"trust": trust, "custom_objects": import_objects(custom_objects or ())}
                | {"allow_saved_model": allow_saved_model, "signature": signature},
                "target": class_of(target[0]) if target else None,
                "formats": [one.strip() for one in formats.split(",") if one.strip()],
                "include": include or (),
                "exclude": exclude or (),
                "batch_size": batch_size,
                "retry_failed": retry_failed,
            },
            (processes, ray, at_least),
            quiet,
            as_json,
            debug,
        )
    if summary.stopped:
        raise typer.Exit(INTERRUPTED)
    if summary.failed:
        raise typer.Exit(1)


def _run_batch(
    wanted: dict[str, Any], spread: tuple[int | None, str | None, int | None], quiet: bool, as_json: bool, debug: bool
) -> Summary:
    from gradcam_tf.batch import Job, run
    from gradcam_tf.batch.rows import FAILED
    from gradcam_tf.confinement import more_time
    from gradcam_tf.console import display, stop_on_signals, summary_line

    with display(say_json if as_json else None, complain, quiet) as show, stop_on_signals() as cancelled:

        def progress(now: Progress) -> None:
            show(now)
            if now.entries:
                flight.finished(failed=any(entry.row["status"] == FAILED for entry in now.entries))
                more_time(LONGEST)

        summary = run(
            Job(**wanted),
            progress=progress,
            cancelled=cancelled,
            open_model=lambda model, **options: open_explainer(model, options, debug),
            execute=_executor(*spread, cancelled),
        )
    # What was done by processes that died on the way is of this run all the same.
    if (kept := flight.notes.kept) is not None:
        summary = replace(summary, kept=kept, done=summary.done + summary.kept - kept)
    if as_json:
        counts = ("total", "kept", "done", "failed", "left", "stopped", "seconds")
        say_json({"summary": {name: getattr(summary, name) for name in counts}})
    elif summary.failed or summary.stopped:
        complain(summary_line(summary))
    elif not quiet:
        say(summary_line(summary))
    return summary


def _executor(
    processes: int | None, ray: str | None, at_least: int | None, cancelled: Callable[[], bool]
) -> Callable[..., Any]:
    """Where a batch runs."""
    if ray is not None:
        from gradcam_tf.cluster import Cluster

        cluster = Cluster(ray, workers=processes, at_least=at_least, cancelled=cancelled)
        cluster.connect()
        return cluster
    from gradcam_tf.batch.processes import Processes

    return Processes(processes)
