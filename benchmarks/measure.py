"""Timing side by side: every alternative in turn, over and over, so that a slow moment of the machine hits them all."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any


def side_by_side(alternatives: Mapping[str, Callable[[], Any]], repeats: int, warmup: int = 3) -> dict[str, float]:
    """The median seconds of each alternative.

    Args:
        alternatives: functions without arguments, which must wait for their result.
        repeats: rounds; each runs every alternative once.
        warmup: rounds that are not counted.
    """
    seconds: dict[str, list[float]] = {name: [] for name in alternatives}
    for turn in range(warmup + repeats):
        for name, function in alternatives.items():
            began = time.perf_counter()
            function()
            if turn >= warmup:
                seconds[name].append(time.perf_counter() - began)
    return {name: statistics.median(times) for name, times in seconds.items()}


def resident_megabytes(pid: int | None = None) -> float:
    """Memory that this process, or another, holds now; Linux."""
    pages = int(Path(f"/proc/{pid or 'self'}/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def family_megabytes(pid: int) -> float:
    """Memory that a process and those it has started hold now; Linux."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return resident_megabytes(pid) + sum(family_megabytes(int(child)) for child in children)


def print_row(what: str, measured: str, at_most: str, good: bool) -> None:
    """One row of the Markdown table."""
    print(f"| {what} | {measured} | {at_most} | {'yes' if good else 'NO'} |", flush=True)


def print_head() -> None:
    """When and where, and the head of the Markdown table."""
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} CPU cores\n")
    print("| what | measured | at most | reached |\n|---|---|---|---|", flush=True)


def print_parts(script: str, parts: Mapping[str, Callable[[], None]], names: Sequence[str]) -> None:
    """Run the named parts of a script; without names all, as a whole table."""
    if not names:
        print_head()
        # Each part in a process of its own: what one leaves in memory must not slow the next.
        for name in parts:
            subprocess.run([sys.executable, script, name], check=True)
    for name in names:
        parts[name]()
