"""Write docs/methods.md and its pictures from the registry: ``python tools/make_methods_page.py``."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from textwrap import dedent

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from gradcam_tf import registry  # noqa: E402

PAGE = ROOT / "docs" / "methods.md"
PICTURES = ROOT / "docs" / "images" / "methods"
HEIGHT = 150

INTRO = """\
# Methods

Each of these is one small function of what it needs, tested against a slow implementation of its paper's equations in \
`tests/conformance`. All pictures explain *Egyptian cat* on the same photo, by the embedded model; 1 on their common \
scale is each map's own maximum, so the colours of two of them cannot be compared.

On the command line: `gradcam-tf explain photo.jpg --method NAME`, or several, `--method gradcam,layercam`, for a \
sheet that shows them side by side; `gradcam-tf methods` lists them. In Python: `gct.Explainer(model, method=NAME)`, \
with `settings=` for what can be set.

`python tools/make_methods_page.py` wrote this page from the registry.
"""


def page() -> str:
    """The whole page; nothing is run for it."""
    return "\n".join([INTRO, *_contents(), *_sections(), *_wrappers()])


def _groups() -> Iterator[tuple[str, list[registry.Method]]]:
    methods = sorted(registry.methods().values(), key=lambda one: one.group)
    for group, some in groupby(methods, key=lambda one: one.group):
        yield group, list(some)


def _contents() -> Iterator[str]:
    for group, methods in _groups():
        yield f"- {group}: " + ", ".join(f"[{one.title}](#{anchor(one.name)})" for one in methods)
    yield ""


def _sections() -> Iterator[str]:
    for group, methods in _groups():
        yield f"## {group}\n"
        for method in methods:
            yield _section(method)


def _section(method: registry.Method) -> str:
    settings = "".join(f"\n- `{name}`: {_said_of(method, name)}" for name in method.settings)
    return f"""\
<a id="{anchor(method.name)}"></a>
### {method.title} · `{method.name}`

![{method.title}: heat over a photo of a cat]({PICTURES.relative_to(PAGE.parent).as_posix()}/{anchor(method.name)}.jpg)

{method.summary}.

{_equation(method)}

- Needs: {", ".join(f"`{need}`" for need in method.needs)}{" of the input" if method.at == "input" else ""}
- Cost: {method.cost}
- Paper: {method.paper}{settings}
"""


def _wrappers() -> Iterator[str]:
    yield """\
## Around a method

These take a method and make another one, written `smoothed(layercam, samples=4)`; they can be nested. Those that run a
method several times tell how much the runs differ (`explanation.uncertainty`). See
[the decision](adr/0003-wrappers.md).
"""
    for one in registry.wrappers().values():
        yield f"- `{one.name}(…)`: {one.title}. {one.summary}."
        yield from (f"    - `{name}`: {_said_of(one, name)}" for name in one.settings)
    yield ""


def anchor(name: str) -> str:
    return name.replace("+", "p")


def _documentation(method: registry.Method | registry.Wrapper) -> tuple[str, str]:
    """What stands before the arguments, without the first line; and from there on."""
    text = inspect.getdoc(inspect.unwrap(method.function)) or ""
    body, _, arguments = text.partition("\n\n")[2].partition("Args:\n")
    return body.strip(), dedent(arguments.partition("\n\n")[0])


def _equation(method: registry.Method) -> str:
    return _documentation(method)[0]


def _said_of(method: registry.Method | registry.Wrapper, setting: str) -> str:
    """The description of a setting, from the docstring, and its default."""
    _, arguments = _documentation(method)
    lines = iter(arguments.splitlines())
    found = next((line.partition(":")[2].strip() for line in lines if line.startswith(f"{setting}:")), "")
    for line in lines:
        if not line.startswith(" "):
            break
        found = f"{found} {line.strip()}"
    return f"{found.rstrip('.').replace('``', '`')} (default: {method.settings[setting]!r})".replace("{", "&#123;")


def draw() -> None:
    """The pictures, which take a minute."""
    from PIL import Image

    from gradcam_tf.explainer import Explainer
    from gradcam_tf.resources import sample_paths

    PICTURES.mkdir(parents=True, exist_ok=True)
    explainer = Explainer.open()
    for name in registry.methods():
        overlay = explainer.asking(method=name)(sample_paths()["chelsea"], target="Egyptian cat").overlay()
        size = round(overlay.width * HEIGHT / overlay.height), HEIGHT
        overlay.resize(size, Image.Resampling.LANCZOS).save(PICTURES / f"{anchor(name)}.jpg", quality=85)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    draw()
