"""KerasHub's classifiers, segmenters and detectors, small, with random weights; imported by their own tests only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import keras
import keras_hub
import numpy as np
from keras_hub import models as hub

from tests.zoo.entry import ANY, Entry, Rng, anchors, images, segments

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


def hgnet_backbone(**settings: Any) -> keras.Model:
    return hub.HGNetV2Backbone(
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
        **settings,
    )


def hgnet() -> keras.Model:
    return hub.HGNetV2ImageClassifier(hgnet_backbone(), None, CLASSES, head_filters=16)


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


def mobilenet_v5() -> keras.Model:
    backbone = hub.MobileNetV5Backbone(
        stackwise_block_types=[["er"], ["uir", "uir"]],
        stackwise_num_blocks=[1, 2],
        stackwise_num_filters=[[8], [12, 12]],
        stackwise_strides=[[2], [2, 1]],
        stackwise_act_layers=[["relu"], ["relu", "relu"]],
        stackwise_exp_ratios=[[4.0], [6.0, 6.0]],
        stackwise_se_ratios=[[0.0], [0.0, 0.0]],
        stackwise_dw_kernel_sizes=[[0], [5, 5]],
        stackwise_dw_start_kernel_sizes=[[0], [0, 0]],
        stackwise_dw_end_kernel_sizes=[[0], [0, 0]],
        stackwise_exp_kernel_sizes=[[3], [0, 0]],
        stackwise_pw_kernel_sizes=[[1], [0, 0]],
        stackwise_num_heads=[[0], [0, 0]],
        stackwise_key_dims=[[0], [0, 0]],
        stackwise_value_dims=[[0], [0, 0]],
        stackwise_kv_strides=[[0], [0, 0]],
        stackwise_use_cpe=[[False], [False, False]],
        use_msfa=False,
        image_shape=SHAPE,
    )
    return hub.MobileNetV5ImageClassifier(backbone, CLASSES, head_hidden_size=16)


def retinanet() -> keras.Model:
    backbone = hub.RetinaNetBackbone(resnet_backbone(), min_level=3, max_level=4, use_p5=False, image_shape=SHAPE)
    return hub.RetinaNetObjectDetector(backbone, CLASSES, pre_logits_num_conv_layers=1)


def d_fine() -> keras.Model:
    encoder = hgnet_backbone(out_features=["stage1", "stage2"])
    backbone = hub.DFineBackbone(
        backbone=encoder,
        decoder_in_channels=[16, 16],
        encoder_hidden_dim=16,
        num_denoising=4,
        num_labels=CLASSES,
        hidden_dim=16,
        learn_initial_query=False,
        num_queries=35,
        anchor_image_size=SHAPE[:2],
        feat_strides=[4, 8],
        num_feature_levels=2,
        encoder_in_channels=[8, 16],
        encode_proj_layers=[1],
        num_attention_heads=2,
        encoder_ffn_dim=16,
        num_encoder_layers=1,
        hidden_expansion=0.5,
        depth_multiplier=0.5,
        eval_idx=-1,
        num_decoder_layers=1,
        decoder_attention_heads=2,
        decoder_ffn_dim=16,
        decoder_n_points=[2, 2],
        lqe_hidden_dim=8,
        num_lqe_layers=2,
        out_features=["stage1", "stage2"],
        image_shape=SHAPE,
    )
    return hub.DFineObjectDetector(backbone, CLASSES)


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


def entry(
    name: str, build: Callable[[], keras.Model], auto: str, grid: tuple[int, int], named: str, **more: Any
) -> Entry:
    shape = more.pop("shape", SHAPE)
    return Entry(name, GROUP, build, images(*shape), auto, named, grid=grid, **more)


def classifier(family: str, *rest: Any, detail: str = "", **more: Any) -> Entry:
    return entry(f"{family}ImageClassifier{detail}", *rest, **more)


def segmenter(family: str, *rest: Any, detail: str = "", **more: Any) -> Entry:
    return entry(f"{family}ImageSegmenter{detail}", *rest, targets=segments(64), **more)


ENTRIES = [
    classifier("ResNet", resnet, "res_net_backbone/stack2_block0_out", (4, 4), "stack1_block0_add"),
    classifier("ResNet", resnet_v2, "res_net_backbone/post_relu", (4, 4), "stack2_block0_out", detail=", V2"),
    classifier("DenseNet", densenet, "dense_net_backbone/relu", (4, 4), "stack2_block1_concat"),
    classifier("EfficientNet", efficientnet, "efficient_net_backbone/top_activation", (8, 8), "block3a_dwconv"),
    classifier("MobileNet", mobilenet, "mobile_net_backbone/block_3_0/activation_9", (4, 4), "block_2_1"),
    classifier(
        *("MobileNetV5", mobilenet_v5, "mobile_net_v5_backbone/universal_inverted_residual_1", (8, 8), "conv2d_5")
    ),
    classifier("VGG", vgg, "head/fc2", (2, 2), "block3_conv1"),
    classifier(
        *("VGG", vgg_flattened, "vgg_backbone/block3_conv1", (4, 4), "block2_conv1"),
        detail=", flattened",
        shape=(16, 16, 3),
    ),
    classifier("Xception", xception, "xception_backbone/block3_sepconv2_act", (8, 8), "block2_residual_add"),
    classifier(
        *("CSPNet", cspnet, "csp_net_backbone/stage_2_csp_transition_activation", (4, 4), "stage_2_csp_conv_concat")
    ),
    classifier("HGNetV2", hgnet, "head_last/head_last_relu", (8, 8), "encoder_stage_1_block_0_agg_excite_relu"),
    classifier("MiT", mit, "mi_t_backbone/layer_normalization_17", (2, 2), "hierarchical_encoder_2_0"),
    classifier(
        *("ViT", vit, "vi_t_backbone/vit_encoder/transformer_block_2/ln_1", (4, 6), "transformer_block_1"),
        shape=(32, 48, 3),
    ),
    classifier(
        *("ViT", partial(vit, "gap"), "vi_t_backbone/vit_encoder/ln", (4, 6), "transformer_block_1"),
        detail=", averaged",
        shape=(32, 48, 3),
    ),
    classifier(
        *("DeiT", deit, "dei_t_backbone/deit_encoder/transformer_block_2/ln_1", (4, 4)),
        "dei_t_backbone/deit_encoder/transformer_block_1/output_layer",
        shape=(32, 32, 3),
    ),
    classifier(
        *("SwinTransformer", swin, "swin_transformer_backbone/norm", (8, 8)),
        "swin_transformer_backbone/stage_0/blocks_1",
    ),
    segmenter(
        *("DeepLabV3", partial(deeplab, False), "deep_lab_v3_backbone/segmentation_head_relu", (64, 64)),
        "activation_projection",
    ),
    segmenter(
        *("DeepLabV3", partial(deeplab, True), "deep_lab_v3_backbone/segmentation_head_relu", (16, 16)),
        "encoder_decoder_concat",
        detail=", plus",
    ),
    segmenter("SegFormer", segformer, "seg_former_backbone/sequential/activation", (16, 16), "linear_4"),
    segmenter("BASNet", basnet, "bas_net_backbone/sequential_7/conv2d_7", (64, 64), "activation_29"),
    *(
        Entry(
            f"SAMImageSegmenter, output={output!r}",
            *(GROUP, sam, prompted, auto, named, ANY, {"output": output}),
            grid=grid,
        )
        for output, auto, grid, named in (
            ("masks", "sam_mask_decoder/sequential_5/activation_7", (32, 32), "layer_normalization_5"),
            ("iou_pred", "sam_backbone/sequential_2/layer_normalization_5", (8, 8), "conv2d_2"),
        )
    ),
    entry(
        *("RetinaNetObjectDetector", retinanet, "classification_head/conv2d_0:1", (8, 8), "output_conv_P4"),
        targets=anchors(720),
        options={"output": "cls_logits"},
    ),
    entry(
        *("DFineObjectDetector", d_fine, "d_fine_backbone/hybrid_encoder/pan_block_0/conv4/conv4_activation", (8, 8)),
        "d_fine_backbone/hybrid_encoder/pan_block_0/conv3/conv3_activation",
        targets=anchors(35),
        options={"output": "logits"},
    ),
]
NOT_COVERED = {
    "SAM3PromptableConceptImageSegmenter": "takes a text besides the image, and its smallest configuration is large",
}
"""Why there is no entry for a class."""


def classes() -> Iterator[str]:
    """The names of all of KerasHub's image classifiers, segmenters and object detectors."""
    waiting = [hub.ImageClassifier, hub.ImageSegmenter, hub.ObjectDetector]
    while waiting:
        kinds = waiting.pop().__subclasses__()
        waiting += kinds
        yield from (kind.__name__ for kind in kinds)
