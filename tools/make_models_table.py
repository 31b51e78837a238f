"""Write docs/models.md, what can be explained and what cannot, by trying it: ``python tools/make_models_table.py``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import keras  # noqa: E402
import numpy as np  # noqa: E402

from gradcam_tf.errors import GradcamError  # noqa: E402
from gradcam_tf.explainer import Explainer  # noqa: E402
from gradcam_tf.targets import Custom  # noqa: E402
from tests.zoo import ENTRIES, Entry, cannot, hub  # noqa: E402
from tests.zoo.entry import CLASSIFIER, Kinds, first, mixed, unmixed  # noqa: E402

PAGE = ROOT / "docs" / "models.md"
GOLDEN = ROOT / "tests" / "matrix" / "golden_layers.json"
PACKAGES = ("tensorflow", "keras", "keras-hub")

INTRO = """\
# Models that can be explained

Each row is a model that was built, with random weights, and explained: at the layer that `layer="auto"` chooses, at \
another layer given by its name, and for the kinds of target that fit its output. At a layer, ✓ means a finite map on \
the layer's own grid that is not blank; at targets, that each gave a finite map. Where there is none, the error stands \
instead. The bold target is what is explained when none is given; *a class* is short for {classes}.

`python tools/make_models_table.py` wrote this page by trying them all, with {versions}: {count}. `make test` tries \
them again (`tests/matrix`) and holds them to these layers; the small models of `tests/zoo` also run eagerly, compiled \
and with frozen weights, which must agree with each other and with a slow Grad-CAM of the tests' own.
"""
OF_APPLICATIONS = """\
All of its constructors with a classifier's head, found and not listed by hand, at the smallest input that leaves the \
last map 2 × 2 places or more. The automatic layer is pinned in `tests/matrix/golden_layers.json`; the named layer is \
the seventh best, the target a class.

"""
OF_CANNOT = """\
A map needs a layer with places, and a gradient that comes back to it from the score. Where one is missing, the error \
says which layer is at fault and what to try:

"""
Row = tuple[str, str, str, str]


def row(entry: Entry) -> Row:
    """One line of the table: the model and what came of it."""
    model, batch = entry.model(), entry.batch()
    auto, named = (cell(partial(at_layer, model, layer, batch, entry)) for layer in ("auto", entry.named))
    explainer = Explainer(model, **entry.options)
    targets = cell(partial(of_targets, explainer, first(batch), entry.targets))
    return entry.name, auto, named, targets


def cell(attempt: Callable[[], str]) -> str:
    try:
        return f"✓ {attempt()}"
    except GradcamError as error:
        return f"✗ {error}".replace("|", "\\|")


def at_layer(model: keras.Model, layer: Any, batch: Any, entry: Entry) -> str:
    """Its name and grid, if it makes a map that is not blank."""
    for score in (mixed, unmixed):
        explanation = Explainer(model, layer, **entry.options)(batch, Custom(score, space="probability"))
        if "ok" in explanation.status:
            break
    assert "ok" in explanation.status, f"{entry}: {explanation.status}"
    assert np.isfinite(explanation.raw).all(), entry
    return f"`{explanation.layer.name}` {'×'.join(map(str, explanation.layer.grid))}"


def of_targets(explainer: Explainer, image: Any, kinds: Kinds) -> str:
    """What is explained if no target is given, and what can be."""
    features = explainer.features(image)
    found = [explainer.from_features(features, make()) for make in (lambda: None, *kinds.values())]
    assert all(np.isfinite(explanation.raw).all() for explanation in found), explainer.model.name
    return f"**{found[0].target[0].kind}**; {'a class' if kinds is CLASSIFIER else ', '.join(kinds)}"


def application_rows() -> Iterator[Row]:
    for name, found in json.loads(GOLDEN.read_text()).items():
        side, grid = found["side"], "×".join(map(str, found["grid"]))
        yield f"{name}, {side}×{side}", f"✓ `{found['layer']}` {grid}", "✓", "✓ class 0"


def refusals(entry: Entry) -> str:
    """What is said of a model that cannot be explained; and where it can be after all."""
    _, auto, named, _ = row(entry)
    said = {"automatic": auto, f"`{entry.named}` by name": named}
    return f"- **{entry.name}**\n" + "".join(f"    - {layer}: {what}\n" for layer, what in said.items())


def table(rows: Sequence[Row]) -> str:
    head: Row = ("model", "automatic layer", "named layer", "targets")
    lines = [head, ("---",) * 4, *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> None:
    kinds = [entry for entry in [*ENTRIES, *hub.ENTRIES] if entry.group != cannot.GROUP]
    tables = {group: [row(entry) for entry in entries] for group, entries in groupby(kinds, lambda e: e.group)}
    applications = list(application_rows())
    everything = [*(line for rows in tables.values() for line in rows), *applications]
    failed = [line[0] for line in everything if any("✗" in part for part in line)]
    PAGE.write_text(
        INTRO.format(
            classes=", ".join(CLASSIFIER),
            versions=", ".join(f"{name} {version(name)}" for name in PACKAGES),
            count=f"{len(everything)} models, {len(everything) - len(failed)} of them ✓ in all columns",
        )
        + "".join(f"\n## {group}\n\n{table(rows)}" for group, rows in tables.items())
        + f"\n## keras.applications\n\n{OF_APPLICATIONS}{table(applications)}"
        + f"\n## {cannot.GROUP}, and what is said then\n\n{OF_CANNOT}"
        + "".join(refusals(entry) for entry in cannot.ENTRIES)
    )
    print(f"{PAGE}: {len(everything)} models; ✗ in {failed or 'none'}")


if __name__ == "__main__":
    main()
