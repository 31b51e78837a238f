"""The locked requirements hold all that setup.cfg asks for, each with hashes, and no address of a registry."""

from __future__ import annotations

import configparser
import re

import pytest

from tools.lock import LOCKED, ROOT


def wanted(extras: tuple[str, ...]) -> set[str]:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    parts = [config["options"]["install_requires"], *(config["options.extras_require"][extra] for extra in extras)]
    names = re.findall(r"^([A-Za-z0-9_.-]+)", "\n".join(parts), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names}


@pytest.mark.parametrize("name", LOCKED)
def test_the_locked_requirements(name: str):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    pinned = re.findall(r"^([a-z0-9-]+)==\S+", text, re.MULTILINE)
    assert wanted(LOCKED[name]) <= set(pinned)
    parts = re.split(r"\n(?=[a-z])", text.strip())
    assert len(parts) == len(pinned)
    assert all("--hash=sha256:" in part for part in parts)
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
