"""Many classes of one image at once, against the same one by one."""

from __future__ import annotations

import numpy as np
import pytest

import gradcam_tf as gct
from gradcam_tf.errors import ImageError, MethodError, TargetError
from tests.conftest import make_cnn


@pytest.mark.parametrize("method", ["gradcam", "layercam", "lafam"])
@pytest.mark.parametrize("warm", [False, True], ids=["first", "warm"])
def test_all_at_once_are_all_one_by_one(cnn, images, method, warm):
    explainer = gct.Explainer(cnn, method=method)
    for _ in range(2 if warm else 1):
        features = explainer.features(images[:1])
    together = explainer.every_class(features)
    assert together.raw.shape == (5, 8, 8)
    assert [one.index for one in together.target] == [0, 1, 2, 3, 4]
    for index in range(5):
        alone = explainer.from_features(features, index)
        np.testing.assert_allclose(together.raw[index], alone.raw[0], rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(together.heatmap[index], alone.heatmap[0], rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(together.scores[index], alone.scores[0], rtol=1e-4)
        assert together[index].title == alone.title


def test_some_in_their_order_in_several_chunks(cnn, images, monkeypatch):
    monkeypatch.setattr("gradcam_tf.model.submodel.MOST_VARIED", 2)
    explainer = gct.Explainer(cnn)
    features = explainer.features(images[:1])
    some = explainer.every_class(features, [4, 0, 2, 1, 4])
    for row, index in enumerate([4, 0, 2, 1, 4]):
        np.testing.assert_allclose(some.raw[row], explainer.from_features(features, index).raw[0], rtol=1e-4, atol=1e-6)


def test_its_parts_are_explanations(cnn, images):
    explainer = gct.Explainer(cnn)
    together = explainer.every_class(explainer.features(images[:1]))
    assert together[3].overlay().size == (16, 16)
    assert together.provenance[3]["target"]["index"] == 3
    assert together.provenance[3]["image"] == together.provenance[0]["image"]


def test_what_cannot_be_asked(cnn, images):
    explainer = gct.Explainer(cnn)
    with pytest.raises(ImageError, match="every class of 3 images at once"):
        explainer.every_class(explainer.features(images))
    with pytest.raises(TargetError, match="class 5"):
        explainer.every_class(explainer.features(images[:1]), [0, 5])
    with pytest.raises(TargetError, match="no classes"):
        explainer.every_class(explainer.features(images[:1]), [])
    slow = gct.Explainer(make_cnn(), method="ablationcam")
    with pytest.raises(MethodError, match="many variations of the image for each class"):
        slow.every_class(slow.features(images[:1]))
