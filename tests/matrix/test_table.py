"""docs/models.md tells of the models as they are tested; `python tools/make_models_table.py` writes it again."""

from __future__ import annotations

import json
from pathlib import Path

from tests.zoo import ENTRIES, hub

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "models.md").read_text()


def test_the_page_has_every_model_with_the_layer_the_tests_expect():
    for entry in [*ENTRIES, *hub.ENTRIES]:
        chosen = "✗" if entry.auto is None else f"✓ `{entry.auto}`"
        rows = f"| {entry.name} | {chosen}", f"- **{entry.name}**\n    - automatic: {chosen}"
        assert any(row in PAGE for row in rows), entry


def test_the_page_has_every_application():
    for name, found in json.loads((Path(__file__).parent / "golden_layers.json").read_text()).items():
        assert f"| {name}, {found['side']}×{found['side']} | ✓ `{found['layer']}`" in PAGE


def test_no_cell_of_the_tables_is_empty_or_a_failure():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    assert all(len(line.split(" | ")) == 4 for line in rows)
    assert not any("✗" in line or "|  |" in line for line in rows)
