"""Whole data sets: a folder of photos -> a folder of results that can be stopped and gone on with.

from gradcam_tf import batch

summary = batch.run(batch.Job(["photos"], out="results"))
"""

from gradcam_tf.batch.job import Job, Progress, Summary, run

__all__ = ["Job", "Progress", "Summary", "run"]
