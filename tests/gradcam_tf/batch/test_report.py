"""The page of ten thousand images, in a real browser without a window."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gradcam_tf.batch import report
from gradcam_tf.batch.journal import Entry, Journal, Signature

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
in_a_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed (Debian: apt-get install chromium)")
COUNT, FAILED = 10_000, 100


def thumbnail() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(stream, "JPEG")
    return stream.getvalue()


def entries(count: int, failed: int) -> list[Entry]:
    picture, rng = thumbnail(), np.random.default_rng(0)
    made = []
    for i in range(count):
        key, signature = (f"sub dir/{i:06}<&>#.jpg", "m", "gradcam"), Signature(1, 2, 3)
        if i < failed:
            made.append(Entry(key, {"status": "failed", "error": f"broken </script> {i}"}, "s", signature))
            continue
        row: dict[str, Any] = {
            "status": "ok",
            "predicted_index": i % 7,
            "predicted_label": f"class {i % 7}",
            "predicted_probability": i / count,
            "explained_index": i % 7,
            "explained_label": f"class {i % 7}",
            "score": float(i),
            "centroid_x": float(rng.random()),
            "centroid_y": 0.5,
            "extent": 0.25,
            "width": 64,
            "height": 48,
            "files": json.dumps({"jpeg": key[0] + ".overlay.jpg"}),
        }
        made.append(Entry(key, row, "s", signature, picture, rng.integers(0, 256, 196, dtype=np.uint8).tobytes()))
    return made


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    with Journal(folder) as journal:
        journal.write(entries(COUNT, FAILED))
        return report.write_report(journal)


def ask(page: Path, script: str) -> Any:
    """What a script says in the opened page; the page itself is as a user has it."""
    asking = f"""<script>
let answer;
try {{ answer = (() => {{ {script} }})(); }} catch (error) {{ answer = String(error.stack); }}
const box = document.createElement("output");
box.id = "answer";
box.textContent = JSON.stringify(answer);
document.body.append(box);
</script>"""
    copy = page.with_name("asked.html")
    copy.write_text(page.read_text("utf-8").replace("</body>", asking + "</body>"), "utf-8")
    command = [str(BROWSER), "--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,1000"]
    done = subprocess.run(
        [*command, "--virtual-time-budget=20000", "--dump-dom", copy.as_uri()],
        capture_output=True,
        text=True,
        timeout=250,
        check=True,
    )
    found = re.search(r'<output id="answer">(.*?)</output>', done.stdout, re.DOTALL)
    assert found, done.stdout[-500:] + done.stderr[-500:]
    return json.loads(html.unescape(found[1]))


NAMES = "[...document.querySelectorAll('#body tr.row')].map(row => row.cells[1].textContent)"


@in_a_browser
def test_it_opens_and_shows_a_window_of_its_rows(page: Path):
    seen = ask(
        page,
        f"""return {{names: {NAMES}, shown: at('shown').textContent, rows: document.querySelectorAll('#body tr').length,
        counts: at('counts').textContent, means: document.querySelectorAll('#means figure').length,
        link: document.querySelector('#body tr.row:last-of-type a')?.getAttribute('href'),
        images: document.querySelectorAll('img').length,
        remote: performance.getEntriesByType('resource').filter(one => !one.name.startsWith('data:')).length,
        wide: document.documentElement.scrollWidth > innerWidth}};""",
    )
    assert seen["names"][0] == "sub dir/000000<&>#.jpg"
    assert seen["shown"] == "10,000 images"
    assert seen["rows"] < 60, "only what is in sight is made"
    assert "9,900explained" in seen["counts"]
    assert "100failed" in seen["counts"]
    assert seen["means"] == 7
    assert seen["images"] < 100
    assert (seen["remote"], seen["wide"]) == (0, False)


@in_a_browser
def test_it_sorts_filters_and_scrolls(page: Path):
    seen = ask(
        page,
        f"""
        const press = key => document.querySelector(`th[data-key=${{key}}] button`).click();
        const type = (id, value) => {{ at(id).value = value; at(id).dispatchEvent(new Event('input')); }};
        const result = {{}};
        press('score'); result.up = {NAMES}[0]; press('score'); result.down = {NAMES}[0];
        result.sorted = document.querySelector('th[data-key=score]').getAttribute('aria-sort');
        type('status', 'failed'); result.failed = at('shown').textContent;
        result.error = document.querySelector('td.failed').parentElement.textContent;
        type('status', ''); type('class', 'class 3'); result.three = at('shown').textContent;
        type('search', '000501'); result.none = at('shown').textContent;
        type('class', ''); result.one = {NAMES};
        result.link = document.querySelector('#body a').getAttribute('href');
        type('search', ''); press('image'); at('rows').scrollTop = 5000 * 61;
        at('rows').dispatchEvent(new Event('scroll')); draw();
        result.middle = {NAMES}.includes('sub dir/005000<&>#.jpg');
        return result;""",
    )
    assert seen["up"] == f"sub dir/{FAILED:06}<&>#.jpg"
    assert (seen["down"], seen["sorted"]) == ("sub dir/009999<&>#.jpg", "descending")
    assert seen["failed"] == "100 of 10,000 images"
    assert "broken </script>" in seen["error"]
    assert seen["three"] == "1,415 of 10,000 images"
    assert seen["none"] == "0 of 10,000 images"
    assert seen["one"] == ["sub dir/000501<&>#.jpg"]
    assert seen["link"] == "sub%20dir/000501%3C%26%3E%23.jpg.overlay.jpg"
    assert seen["middle"]


def data_of(page: Path) -> dict:
    found = re.search(r'id="data">(.*?)</script>', page.read_text("utf-8"), re.DOTALL)
    assert found
    return json.loads(found[1])


def test_nothing_is_fetched_from_elsewhere(page: Path):
    text = page.read_text("utf-8")
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", text)
    assert "default-src 'none'" in text


def test_the_mean_map_of_a_class_is_the_mean(tmp_path: Path):
    with Journal(tmp_path) as journal:
        journal.write(made := entries(70, 7))
        data = data_of(report.write_report(journal))
    grids = [np.frombuffer(one.grid, np.uint8).astype(float) for one in made if one.row.get("explained_index") == 3]
    wanted = np.mean(grids, axis=0)
    (mean,) = (one for one in data["means"] if one["name"] == "class 3")
    got = np.frombuffer(base64.b64decode(mean["map"]), np.uint8)
    np.testing.assert_allclose(got, wanted / wanted.max() * 255, atol=0.6)
    assert mean["count"] == len(grids)


def test_of_more_than_a_page_holds_all_failures_and_a_sample_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(report, "MOST_ROWS", 200)
    with Journal(tmp_path) as journal:
        journal.write(entries(1000, 20))
        data = data_of(report.write_report(journal))
    assert len(data["rows"]) == 200
    assert sum(row[3] == "failed" for row in data["rows"]) == 20
    assert "200 of them in the table below" in data["about"]
