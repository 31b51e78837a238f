"""docs/methods.md is what the registry says; ``python tools/make_methods_page.py`` writes it again."""

from __future__ import annotations

import re

import pytest
from PIL import Image

from gradcam_tf import registry
from tools import make_methods_page as maker


def test_the_page_is_what_the_registry_says():
    assert maker.PAGE.read_text(encoding="utf-8") == maker.page()


@pytest.mark.parametrize("name", registry.methods())
def test_each_method_has_its_section_and_picture(name):
    page = maker.page()
    assert f"`{name}`" in page
    with Image.open(maker.PICTURES / f"{maker.anchor(name)}.jpg") as picture:
        assert picture.height == maker.HEIGHT


def test_every_setting_is_described():
    assert re.findall(r"- `\w+`:? *\(default", maker.page()) == []


def test_no_picture_is_of_a_method_that_is_gone():
    assert {path.stem for path in maker.PICTURES.glob("*.jpg")} == {maker.anchor(name) for name in registry.methods()}
