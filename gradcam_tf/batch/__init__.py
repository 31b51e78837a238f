"""Whole data sets: a folder of photos -> a folder of results that can be stopped and gone on with.

from gradcam_tf import batch

summary = batch.run(batch.Job(["photos"], out="results"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradcam_tf.batch.job import Job, Progress, Summary, run

__all__ = ["Job", "Progress", "Summary", "run"]


def __getattr__(name: str) -> Any:
    # On first use: what looks for photos, before the process is confined, must not start NumPy's threads.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from gradcam_tf.batch import job

    return getattr(job, name)


def __dir__() -> list[str]:
    return sorted(__all__)
