"""Watch where a model looks while it learns: a Keras callback."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.util import find_spec
from typing import Any

from gradcam_tf.errors import OutputError
from gradcam_tf.explainer import Explainer
from gradcam_tf.explanation import Explanation
from gradcam_tf.export import png, prepare_folder
from gradcam_tf.inputs import Fitted, photos_among
from gradcam_tf.lazy import keras, tf

__all__ = ["GradCAM"]


class GradCAM(keras.callbacks.Callback):
    """Writes overlays of some images after every few epochs of ``fit``, to TensorBoard, a folder, or both.

    The maps are computed by one compiled function that reads the model's own variables: it is traced once, before the
    first epoch, and sees the weights as they are. Drawing and writing go on beside the training. What is written before
    training has step 0.

    Args:
        images: model input (N, …), or a list of photos (paths or PIL images).
        every: epochs from one writing to the next.
        log_dir: for TensorBoard, as that of ``keras.callbacks.TensorBoard``; the images stand under ``gradcam/``.
        folder: for files, ``epoch-0003.image-0.png``; files of an earlier training are replaced.
        target: what is explained, as for :class:`gct.Explainer`; one class per image shows the right class throughout.
        options: of :class:`gct.Explainer`: ``layer``, ``method``, ``labels``, …

    Raises:
        OutputError: if neither ``log_dir`` nor ``folder`` is given, or ``log_dir`` without TensorBoard.

    Example:
        >>> import gradcam_tf as gct
        >>> watch = gct.callbacks.GradCAM(images[:4], log_dir="logs")              # doctest: +SKIP
        >>> model.fit(images, classes, epochs=10, callbacks=[watch])               # doctest: +SKIP
    """

    def __init__(
        self,
        images: Any,
        every: int = 1,
        log_dir: str | os.PathLike | None = None,
        *,
        folder: str | os.PathLike | None = None,
        target: Any = None,
        **options: Any,
    ):
        super().__init__()
        if log_dir is None and folder is None:
            raise OutputError("there is nowhere to write to", where="GradCAM", remedy="Give log_dir, folder, or both.")
        if log_dir is not None and find_spec("tensorboard") is None:
            remedy = "pip install tensorboard, or give folder instead."
            raise OutputError("TensorBoard is not installed, which writes log_dir", where="GradCAM", remedy=remedy)
        self.images = images
        self.every = every
        self.log_dir = log_dir
        self.folder = None if folder is None else prepare_folder(folder)
        self.target = target
        self.options = options
        self._explainer: Explainer | None = None
        self._photos: list[Fitted] | None = None
        self._writer: Any = None
        self._thread: ThreadPoolExecutor | None = None
        self._writing: Future[None] | None = None

    def on_train_begin(self, logs: Any = None) -> None:
        if self._explainer is None or self._explainer.model is not self.model:
            self._explainer = Explainer(self.model, **self.options)
            photos = photos_among(self.images)
            self._photos = None if photos is None else [self._explainer.fitted(one) for one in photos]
            if self._photos is None:
                # An explainer's first call is eager; the second is traced, here and not in an epoch.
                self._explainer(self.images, self.target)
        if self.log_dir is not None:
            self._writer = tf.summary.create_file_writer(os.fspath(self.log_dir))
        self._thread = ThreadPoolExecutor(1, "gradcam-overlays")
        self._write(0)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if (epoch + 1) % self.every == 0:
            self._write(epoch + 1)

    def on_train_end(self, logs: Any = None) -> None:
        if self._thread is not None:
            self._thread.shutdown()
            self._wait()
        if self._writer is not None:
            self._writer.close()

    def _write(self, step: int) -> None:
        """Explain now, with the weights as they are; draw and write beside the training."""
        assert self._explainer is not None
        assert self._thread is not None
        if self._photos is None:
            explanation = self._explainer(self.images, self.target)
        else:
            explanation = self._explainer.explain_fitted(self._photos, self.target)
        self._wait()
        self._writing = self._thread.submit(self._put, explanation, step)

    def _wait(self) -> None:
        """For what is being written; if it could not be, that is raised here, in the thread that trains."""
        if self._writing is not None:
            writing, self._writing = self._writing, None
            writing.result()

    def _put(self, explanation: Explanation, step: int) -> None:
        for number, one in enumerate(explanation):
            if self._writer is not None:
                self._log(number, one, step)
            if self.folder is not None:
                one.save(self.folder / f"epoch-{step:04}.image-{number}.png", overwrite=True)

    def _log(self, number: int, one: Explanation, step: int) -> None:
        from tensorboard.plugins.image import metadata

        # As tf.summary.image writes it, which takes four times as long: a dozen operations to pack one picture.
        overlay = one.overlay()
        content = tf.constant([str(overlay.width), str(overlay.height), png(overlay)])
        with self._writer.as_default():
            # TensorBoard shows the first description of all steps: not the class, which may change.
            words = f"{one.method_title} at {one.layer.name}"
            kind = metadata.create_summary_metadata(display_name=None, description=words)
            tf.summary.write(f"gradcam/{number}", content, step, metadata=kind)
