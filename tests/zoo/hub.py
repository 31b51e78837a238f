"""KerasHub's image classifiers and segmenters, small, with random weights. Kept apart: only its own tests import it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import keras
import keras_hub
import numpy as np
from keras_hub import models as hub

from tests.zoo.entry import ANY, Entry, Rng, images

GROUP = "KerasHub"
CLASSES = 5
SHAPE = (64, 64, 3)


def resnet_backbone(shape: tuple = SHAPE) -> Any:
    return hub.ResNetBackbone(
        input_conv_filters=[64],
        input_conv_kernel_sizes=[7],
        stackwise_num_filters=[64, 12, 16],
        stackwise_num_blocks=[1, 1, 1],
        stackwise_num_strides=[1, 2, 2],
        block_type="basic_block",
        image_shape=shape,
    )


def resnet() -> keras.Model:
    return hub.ResNetImageClassifier(resnet_backbone(), CLASSES)


def resnet_v2() -> keras.Model:
    backbone = hub.ResNetBackbone(
        input_conv_filters=[64],
        input_conv_kernel_sizes=[7],
        stackwise_num_filters=[64, 12, 16],
        stackwise_num_blocks=[1, 1, 1],
        stackwise_num_strides=[1, 2, 2],
        block_type="bottleneck_block",
        use_pre_activation=True,
        image_shape=SHAPE,
    )
    return hub.ResNetImageClassifier(backbone, CLASSES)


def densenet() -> keras.Model:
    return hub.DenseNetImageClassifier(hub.DenseNetBackbone([1, 1, 1], SHAPE, 0.5, 4), CLASSES)


def efficientnet() -> keras.Model:
    backbone = hub.EfficientNetBackbone(
        stackwise_width_coefficients=[1.0] * 3,
        stackwise_depth_coefficients=[1.0] * 3,
        stackwise_kernel_sizes=[3, 3, 5],
        stackwise_num_repeats=[1, 1, 1],
        stackwise_input_filters=[8, 8, 12],
        stackwise_output_filters=[8, 12, 16],
        stackwise_expansion_ratios=[1, 4, 4],
        stackwise_squeeze_and_excite_ratios=[0.25, 0.25, 0.25],
        stackwise_strides=[1, 2, 2],
        stackwise_block_types=["v1"] * 3,
        stackwise_force_input_filters=[0] * 3,
        stackwise_nores_option=[False] * 3,
        input_shape=SHAPE,
        num_features=24,
    )
    return hub.EfficientNetImageClassifier(backbone, CLASSES)


def mobilenet() -> keras.Model:
    backbone = hub.MobileNetBackbone(
        stackwise_expansion=[[8, 12], [16, 20]],
        stackwise_num_blocks=[2, 2],
        stackwise_num_filters=[[8, 8], [12, 12]],
        stackwise_kernel_size=[[3, 3], [5, 5]],
        stackwise_num_strides=[[2, 1], [2, 1]],
        stackwise_se_ratio=[[None, None], [0.25, 0.25]],
        stackwise_activation=[["relu", "relu"], ["hard_swish", "hard_swish"]],
        stackwise_padding=[[1, 1], [2, 2]],
        output_num_filters=24,
        depthwise_filters=8,
        depthwise_stride=2,
        depthwise_residual=False,
        last_layer_filter=24,
        squeeze_and_excite=0.5,
        image_shape=SHAPE,
    )
    return hub.MobileNetImageClassifier(backbone, CLASSES, num_features=16)


def vgg() -> keras.Model:
    return hub.VGGImageClassifier(hub.VGGBackbone([1, 1, 1], [6, 8, 10], SHAPE), CLASSES, pooling_hidden_dim=12)


def vgg_flattened() -> keras.Model:
    backbone = hub.VGGBackbone([1, 1, 1], [6, 8, 10], (16, 16, 3))
    return hub.VGGImageClassifier(backbone, CLASSES, pooling="flatten", pooling_hidden_dim=12)


def xception() -> keras.Model:
    backbone = hub.XceptionBackbone([[8, 8], [12, 12], [16, 16]], [True, True, False], SHAPE)
    return hub.XceptionImageClassifier(backbone, CLASSES)


def cspnet() -> keras.Model:
    backbone = hub.CSPNetBackbone(
        stem_filters=8,
        stem_kernel_size=3,
        stem_strides=2,
        stackwise_depth=[1, 1, 1],
        stackwise_strides=[2, 2, 2],
        stackwise_num_filters=[8, 12, 16],
        block_type="dark_block",
        stage_type="csp",
        bottle_ratio=[0.5],
        block_ratio=[0.5],
        image_shape=SHAPE,
    )
    return hub.CSPNetImageClassifier(backbone, CLASSES)


def hgnet() -> keras.Model:
    backbone = hub.HGNetV2Backbone(
        depths=[1, 1],
        embedding_size=8,
        hidden_sizes=[8, 16],
        stem_channels=[3, 8, 8],
        hidden_act="relu",
        use_learnable_affine_block=False,
        stackwise_stage_filters=[(8, 8, 8, 1, 1, 3), (8, 8, 16, 1, 1, 3)],
        apply_downsample=[False, True],
        use_lightweight_conv_block=[False, False],
        image_shape=SHAPE,
    )
    return hub.HGNetV2ImageClassifier(backbone, None, CLASSES, head_filters=16)


def mit_backbone(shape: tuple = SHAPE) -> Any:
    return hub.MiTBackbone(
        layerwise_depths=[1, 1, 1, 1],
        num_layers=4,
        layerwise_num_heads=[1, 1, 2, 2],
        layerwise_sr_ratios=[4, 2, 1, 1],
        max_drop_path_rate=0.1,
        layerwise_patch_sizes=[7, 3, 3, 3],
        layerwise_strides=[4, 2, 2, 2],
        image_shape=shape,
        hidden_dims=[4, 8, 12, 16],
    )


def mit() -> keras.Model:
    return hub.MiTImageClassifier(mit_backbone(), CLASSES)


def vit(pooling: str = "token", shape: tuple = (32, 48, 3), class_token: bool = True) -> keras.Model:
    backbone = hub.ViTBackbone(shape, 8, 2, 2, 12, 24, use_class_token=class_token)
    return hub.ViTImageClassifier(backbone, CLASSES, pooling=pooling)


def deit() -> keras.Model:
    return hub.DeiTImageClassifier(hub.DeiTBackbone((32, 32, 3), 8, 2, 2, 12, 24), CLASSES)


def swin() -> keras.Model:
    backbone = hub.SwinTransformerBackbone(SHAPE, embed_dim=8, depths=[2, 2], num_heads=[2, 2], window_size=4)
    return hub.SwinTransformerImageClassifier(backbone, CLASSES)


def deeplab(plus: bool) -> keras.Model:
    backbone = hub.DeepLabV3Backbone(
        image_encoder=resnet_backbone(),
        spatial_pyramid_pooling_key="P4",
        upsampling_size=4 if plus else 16,
        dilation_rates=[2, 4, 6],
        low_level_feature_key="P2" if plus else None,
        image_shape=SHAPE,
    )
    return hub.DeepLabV3ImageSegmenter(backbone, CLASSES)


def segformer() -> keras.Model:
    backbone = hub.SegFormerBackbone(mit_backbone(), projection_filters=16)
    return hub.SegFormerImageSegmenter(backbone, CLASSES)


def basnet() -> keras.Model:
    encoder = hub.ResNetBackbone(
        input_conv_filters=[64],
        input_conv_kernel_sizes=[7],
        stackwise_num_filters=[64, 64, 64, 64],
        stackwise_num_blocks=[1, 1, 1, 1],
        stackwise_num_strides=[1, 2, 2, 2],
        block_type="basic_block",
    )
    backbone = hub.BASNetBackbone(encoder, num_classes=1, image_shape=SHAPE, projection_filters=64)
    return hub.BASNetImageSegmenter(backbone)


def sam() -> keras.Model:
    encoder = hub.ViTDetBackbone(
        hidden_size=16,
        num_layers=2,
        intermediate_dim=32,
        num_heads=2,
        global_attention_layer_indices=[1],
        patch_size=16,
        num_output_channels=8,
        window_size=2,
        image_shape=(128, 128, 3),
    )
    prompts = keras_hub.layers.SAMPromptEncoder(
        hidden_size=8, image_embedding_size=(8, 8), input_image_size=(128, 128), mask_in_channels=16
    )
    decoder = keras_hub.layers.SAMMaskDecoder(
        num_layers=2,
        hidden_size=8,
        intermediate_dim=32,
        num_heads=4,
        embedding_dim=8,
        num_multimask_outputs=3,
        iou_head_depth=2,
        iou_head_hidden_dim=8,
    )
    return hub.SAMImageSegmenter(hub.SAMBackbone(encoder, prompts, decoder))


def prompted(rng: Rng) -> dict[str, np.ndarray]:
    return {
        "images": rng.random((2, 128, 128, 3), np.float32),
        "points": np.array([[[30.0, 40.0]], [[100.0, 50.0]]], np.float32),
        "labels": np.ones((2, 1), np.float32),
        "boxes": np.zeros((2, 0, 2, 2), np.float32),
        "masks": np.zeros((2, 0, 32, 32, 1), np.float32),
    }


def entry(kind: str, build: Callable, shape: tuple, auto: str, named: str, detail: str = "", **options: Any) -> Entry:
    return Entry(f"{kind}{detail}", GROUP, build, images(*shape), auto, named, **options)


ENTRIES = [
    entry("ResNetImageClassifier", resnet, SHAPE, "?", "?"),
    entry("ResNetImageClassifier", resnet_v2, SHAPE, "?", "?", ", V2"),
    entry("DenseNetImageClassifier", densenet, SHAPE, "?", "?"),
    entry("EfficientNetImageClassifier", efficientnet, SHAPE, "?", "?"),
    entry("MobileNetImageClassifier", mobilenet, SHAPE, "?", "?"),
    entry("VGGImageClassifier", vgg, SHAPE, "?", "?"),
    entry("VGGImageClassifier", vgg_flattened, (16, 16, 3), "?", "?", ", flattened"),
    entry("XceptionImageClassifier", xception, SHAPE, "?", "?"),
    entry("CSPNetImageClassifier", cspnet, SHAPE, "?", "?"),
    entry("HGNetV2ImageClassifier", hgnet, SHAPE, "?", "?"),
    entry("MiTImageClassifier", mit, SHAPE, "?", "?"),
    entry("ViTImageClassifier", vit, (32, 48, 3), "?", "?", grid=(4, 6)),
    entry("DeiTImageClassifier", deit, (32, 32, 3), "?", "?", grid=(4, 4)),
    entry("SwinTransformerImageClassifier", swin, SHAPE, "?", "?"),
    entry("DeepLabV3ImageSegmenter", lambda: deeplab(False), SHAPE, "?", "?", targets=ANY),
    entry("DeepLabV3ImageSegmenter", lambda: deeplab(True), SHAPE, "?", "?", ", plus", targets=ANY),
    entry("SegFormerImageSegmenter", segformer, SHAPE, "?", "?", targets=ANY),
    entry("BASNetImageSegmenter", basnet, SHAPE, "?", "?", targets=ANY),
    Entry("SAMImageSegmenter", GROUP, sam, prompted, "?", "?", ANY),
]
NOT_COVERED = {
    "MobileNetV5ImageClassifier": "?",
    "SAM3PromptableConceptImageSegmenter": "takes a text besides the image, and its smallest configuration is large",
}
"""Why there is no entry for a class."""


def classes() -> Iterator[str]:
    """The names of all of KerasHub's image classifiers and segmenters."""
    waiting = [hub.ImageClassifier, hub.ImageSegmenter]
    while waiting:
        kinds = waiting.pop().__subclasses__()
        waiting += kinds
        yield from (kind.__name__ for kind in kinds)
