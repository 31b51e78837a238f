"""`gradcam-tf explain`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gradcam_tf import flight
from gradcam_tf.cli import options as given
from gradcam_tf.cli.confining import OWN_PROCESS, keep_to
from gradcam_tf.cli.failures import telling_errors
from gradcam_tf.cli.opening import open_explainer
from gradcam_tf.cli.progress import showing_progress
from gradcam_tf.cli.report import record, report_image, say_files
from gradcam_tf.cli.streams import complain
from gradcam_tf.cli.values import class_of, import_objects, look_of, method_names, reading
from gradcam_tf.errors import GradcamError

if TYPE_CHECKING:
    from gradcam_tf.comparison import Compared
    from gradcam_tf.explainer import Explainer
    from gradcam_tf.explanation import Explanation
    from gradcam_tf.render import Look

__all__ = ["explain"]


def explain(
    context: typer.Context,
    images: Annotated[list[str], typer.Argument(metavar="IMAGE", help="Photos: JPEG, PNG, BMP, GIF, TIFF, WebP.")],
    model: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A Keras model; without it, an ImageNet classifier."),
    ] = None,
    layer: given.Layer = "auto",
    method: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help='How the map is made; see `methods`. Or "smoothed(layercam, samples=4)". Several, with commas or one '
            "by one, are compared. [default: gradcam]",
        ),
    ] = None,
    output: given.Output = None,
    target: given.Targets = None,
    top: Annotated[int | None, typer.Option(metavar="K", min=1, help="Explain the K most likely classes.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write pictures, numbers and provenance here.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that are there.")] = False,
    labels: given.Labels = None,
    preprocessing: given.Preprocessing = given.Values.auto,
    fit: given.Fit = given.Fitting.squash,
    opacity: given.Opacity = 0.6,
    colormap: given.Colormap = "inferno",
    threshold: given.Threshold = 0.0,
    signed: given.Signed = False,
    page: given.Page = 1,
    window: given.Window = None,
    max_pixels: given.MaxPixels = None,
    allow_truncated: given.AllowTruncated = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for each image.")] = False,
    trust: given.Trust = None,
    custom_objects: given.CustomObjects = None,
    allow_saved_model: given.AllowSavedModel = False,
    signature: given.Signature = None,
    confinement: given.Confinement = True,
    debug: given.Debug = False,
) -> None:
    """Show what the model looked at in each photo."""
    if target and top is not None:
        raise typer.BadParameter("give one of the two, not both", param_hint="--target, --top")
    with telling_errors(debug):
        if confinement and context.obj == OWN_PROCESS:
            keep_to([model], (*images, *([labels] if labels else [])), out, trust, custom_objects)
        methods = method_names(method or ["gradcam"])
        made: dict[str, Any] = {"layer": layer, "output": output, "labels": labels}
        made |= {"preprocessing": preprocessing.value, "fit": fit.value}
        made |= {"reading": reading(page, window, max_pixels, allow_truncated)}
        made |= {"trust": trust, "custom_objects": import_objects(custom_objects or ())}
        made |= {"allow_saved_model": allow_saved_model, "signature": signature}
        first = open_explainer(model, made | {"method": methods[0]}, debug, tolerant=len(methods) > 1)
        explainers = [first, *(first.asking(method=name) for name in methods[1:])]
        targets, word = _targets(explainers[0], target or [], top), "top" if top else "target"
        look = look_of(opacity, colormap, threshold, signed)
        failures = _explain_all(explainers, images, targets, word, out, overwrite, look, as_json, debug)
    if out is None and not as_json and failures < len(images):
        complain("note: no file was written; --out DIR writes the overlays, heatmaps, numbers and provenance")
    if failures:
        raise typer.Exit(1)


def _targets(explainer: Explainer, classes: Sequence[str], top: int | None) -> list[Any]:
    from gradcam_tf import targets

    if top is not None:
        chosen: list[Any] = list(targets.top(top))
    else:
        chosen = list(dict.fromkeys(map(class_of, classes))) or [None]
    for one in chosen:
        explainer.check_target(one)
    return chosen


def _explain_all(
    explainers: Sequence[Explainer],
    images: Sequence[str],
    targets: Sequence[Any],
    word: str,
    out: Path | None,
    overwrite: bool,
    look: Look,
    as_json: bool,
    debug: bool,
) -> int:
    """Explain, write and print each image; the number of those that failed."""
    from gradcam_tf.comparison import Sheets, file_names
    from gradcam_tf.export import OutputNames, prepare_folder

    if out is not None:
        prepare_folder(out)
    names, failures, done = OutputNames(), flight.notes.failed, flight.notes.done + flight.notes.failed
    endings = [""] if len(explainers) == 1 else [f".{name}" for name in file_names(explainers)]
    pages = Sheets(explainers, names, look) if out is not None and len(explainers) > 1 else None
    with showing_progress(len(images), as_json) as advance:
        for place, compared in enumerate(_compared(explainers, images, targets, 0 if pages is not None else done)):
            stems = names.stems(images[place], len(targets), word)
            if compared is None or place < done:
                # By a process that died since; what it had for the sheet went with it.
                if compared is not None and pages is not None and out is not None:
                    pages.add(compared, out, overwrite=True)
                advance()
                continue
            records, errors = [], []
            for explainer, result, ending in zip(explainers, compared.results, endings, strict=True):
                try:
                    if isinstance(result, GradcamError):
                        raise result
                    files = _write(result, out, [stem + ending for stem in stems], overwrite, look)
                    records += [(one, record(one, written)) for one, written in zip(result, files, strict=True)]
                except Exception as error:
                    errors.append((explainer.method.name, error))
            report_image(compared.source, records, errors, as_json, debug, several=len(explainers) > 1)
            failures += bool(errors)
            if pages is not None and out is not None:
                say_files(pages.add(compared, out, overwrite), as_json)
            flight.finished(failed=bool(errors))
            advance()
    if pages is not None and out is not None:
        say_files(pages.finish(out, overwrite), as_json)
    if failures and len(images) > 1:
        complain(f"{len(images) - failures} of {len(images)} images explained, {failures} failed")
    return failures


def _compared(
    explainers: Sequence[Explainer], images: Sequence[str], targets: Sequence[Any], first: int
) -> Iterator[Compared | None]:
    """Each image explained, and None for those before the first; by itself, if a process died when it was at it."""
    from gradcam_tf.comparison import compare

    yield from itertools.repeat(None, first)
    for alone, group in itertools.groupby(images[first:], flight.alone):
        for part in [[one] for one in group] if alone else [list(group)]:
            yield from compare(explainers, part, targets)


def _write(
    explanations: Sequence[Explanation], out: Path | None, stems: Sequence[str], overwrite: bool, look: Look
) -> list[dict[str, str]]:
    """Write the maps of one image; the files of each."""
    from gradcam_tf.export import write_all

    if out is None:
        return [{} for _ in explanations]
    pairs = zip(explanations, stems, strict=True)
    return [write_all(one, out, stem, look=look, overwrite=overwrite) for one, stem in pairs]
