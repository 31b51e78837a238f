"""What is explained: a target turns a model's output into one score per image.

====================================  ==================================================================
of a classifier                       :class:`ClassScore`, :class:`TopClass`, :func:`top`
of several labels                     :class:`LabelsAbove`, :func:`labels_above`
one class against others              :func:`contrast`, :class:`ContrastNext`
one output, either side               :class:`Sigmoid`, :class:`Value`
segmentation                          :class:`PredictedPixels`, :class:`DominantClass`, :class:`Pixels`
a box in a grid or a list of anchors  :class:`Box`, :class:`AnchorsInBox`
an embedding                          :class:`Similarity`
any number of the output              :class:`Neuron`, :class:`Channel`
anything                              :class:`Custom`
====================================  ==================================================================

Targets are added, subtracted, scaled and negated: ``-ClassScore(3)`` asks what speaks against class 3,
``ClassScore(3) - ClassScore(7)`` why 3 and not 7.

Each works in the ``"logit"`` space (the output before softmax or sigmoid: the default, because a saturated softmax has
no gradient) or the ``"probability"`` space (the output as it is), and takes one value for all images or one for each.
"""

from gradcam_tf.targets.choice import as_target, automatic
from gradcam_tf.targets.classes import (
    ClassScore,
    ContrastNext,
    LabelsAbove,
    LargestOutput,
    TopClass,
    contrast,
    labels_above,
    top,
)
from gradcam_tf.targets.dense import AnchorsInBox, Box, DominantClass, Pixels, PredictedPixels
from gradcam_tf.targets.target import Combination, Custom, Target, class_number
from gradcam_tf.targets.values import Channel, Neuron, Sigmoid, Similarity, Value

__all__ = [
    "AnchorsInBox",
    "Box",
    "Channel",
    "ClassScore",
    "Combination",
    "ContrastNext",
    "Custom",
    "DominantClass",
    "LabelsAbove",
    "LargestOutput",
    "Neuron",
    "Pixels",
    "PredictedPixels",
    "Sigmoid",
    "Similarity",
    "Target",
    "TopClass",
    "Value",
    "as_target",
    "automatic",
    "class_number",
    "contrast",
    "labels_above",
    "top",
]
