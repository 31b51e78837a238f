"""The operations that a SavedModel may be made of: those that turn arrays into arrays, and no others. Pure.

An allow-list, chosen by hand from TensorFlow's 1,400: what looks at pictures and signals is made of these. Left out is
all that reads or writes files, talks to a network, runs Python or code of another compiler, keeps tables, queues or
data sets, unpacks pictures, or prints (to a file, if it is told to).
"""

from __future__ import annotations

__all__ = ["KNOWN", "OF_A_SAVER"]

NUMBERS = """
Abs Acos Acosh Add AddN AddV2 Angle Asin Asinh Atan Atan2 Atanh BesselI0e BesselI1e BitwiseAnd BitwiseOr BitwiseXor
Cast Ceil ClipByValue Complex ComplexAbs Conj Cos Cosh Cumprod Cumsum CumulativeLogsumexp Digamma Div DivNoNan Erf Erfc
Erfinv Exp Expm1 Floor FloorDiv FloorMod Imag Inv Invert IsFinite IsInf IsNan LeftShift Lgamma Log Log1p Maximum Minimum
Mod Mul MulNoNan Ndtri Neg NextAfter Pow Real RealDiv Reciprocal RightShift Rint Round Rsqrt Sigmoid Sign Sin Sinh Sqrt
Square SquaredDifference Sub Tan Tanh TruncateDiv TruncateMod Xdivy Xlog1py Xlogy AccumulateNV2
"""
COMPARISONS = """
ApproximateEqual Equal Greater GreaterEqual Less LessEqual LogicalAnd LogicalNot LogicalOr NotEqual Select SelectV2
"""
REDUCTIONS = """
All Any ArgMax ArgMin Bincount DenseBincount EuclideanNorm InTopK InTopKV2 L2Loss Max Mean Min NthElement Prod Sum TopK
TopKV2 SegmentMax SegmentMean SegmentMin SegmentProd SegmentSum UnsortedSegmentMax UnsortedSegmentMin
UnsortedSegmentProd UnsortedSegmentSum Unique UniqueV2 Where
"""
LAYOUT = """
BatchToSpace BatchToSpaceND Bitcast BroadcastArgs BroadcastTo Concat ConcatOffset ConcatV2 Const DepthToSpace Diag
DiagPart DynamicPartition DynamicStitch EnsureShape ExpandDims Fill Gather GatherNd GatherV2 Identity IdentityN
InvertPermutation LinSpace ListDiff LowerBound UpperBound MatrixBandPart MatrixDiag MatrixDiagPart MatrixDiagPartV2
MatrixDiagPartV3 MatrixDiagV2 MatrixDiagV3 MatrixSetDiag MatrixSetDiagV2 MatrixSetDiagV3 MirrorPad OneHot OnesLike Pack
Pad PadV2 ParallelDynamicStitch Range Rank Reshape Reverse ReverseSequence ReverseV2 Roll ScatterNd Shape ShapeN Size
Slice Snapshot SpaceToBatch SpaceToBatchND SpaceToDepth Split SplitV Squeeze StridedSlice TensorScatterAdd
TensorScatterMax TensorScatterMin TensorScatterSub TensorScatterUpdate TensorStridedSliceUpdate Tile Transpose Unpack
UnravelIndex ZerosLike ConjugateTranspose DataFormatDimMap DataFormatVecPermute
"""
MATRICES = """
BatchMatMul BatchMatMulV2 BatchMatMulV3 Cholesky Cross Einsum FFT FFT2D FFT3D IFFT IFFT2D IFFT3D IRFFT IRFFT2D IRFFT3D
RFFT RFFT2D RFFT3D MatMul MatrixDeterminant MatrixInverse MatrixSolve MatrixTriangularSolve Qr SelfAdjointEigV2 Svd
"""
NETWORKS = """
AvgPool AvgPool3D BatchNormWithGlobalNormalization BiasAdd BiasAddV1 Conv Conv2D Conv2DBackpropInput
Conv2DBackpropInputV2 Conv3D Conv3DBackpropInput Conv3DBackpropInputV2 DepthwiseConv2dNative Dilation2D Elu
FractionalAvgPool FractionalMaxPool FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 LRN LeakyRelu LogSoftmax MaxPool
MaxPool3D MaxPoolV2 MaxPoolWithArgmax Relu Relu6 Selu Softmax Softplus Softsign FusedPadConv2D FusedResizeAndPadConv2D
Dequantize FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars FakeQuantWithMinMaxVarsPerChannel QuantizeAndDequantize
QuantizeAndDequantizeV2 QuantizeAndDequantizeV3 QuantizeAndDequantizeV4 QuantizeV2
"""
GRADIENTS = """
AvgPoolGrad BiasAddGrad BroadcastGradientArgs Conv2DBackpropFilter Conv2DBackpropFilterV2
DepthwiseConv2dNativeBackpropFilter DepthwiseConv2dNativeBackpropInput EluGrad FusedBatchNormGrad FusedBatchNormGradV2
FusedBatchNormGradV3 InvGrad LeakyReluGrad MaxPoolGrad MaxPoolGradV2 ReciprocalGrad Relu6Grad ReluGrad
ResizeBicubicGrad ResizeBilinearGrad ResizeNearestNeighborGrad RsqrtGrad SeluGrad SigmoidGrad SoftplusGrad SoftsignGrad
SoftmaxCrossEntropyWithLogits SparseSoftmaxCrossEntropyWithLogits SqrtGrad StridedSliceGrad TanhGrad
"""
PICTURES = """
AdjustContrastv2 AdjustHue AdjustSaturation CombinedNonMaxSuppression CropAndResize ExtractGlimpse ExtractGlimpseV2
ExtractImagePatches ExtractVolumePatches HSVToRGB ImageProjectiveTransformV2 ImageProjectiveTransformV3
NonMaxSuppression NonMaxSuppressionV2 NonMaxSuppressionV3 NonMaxSuppressionV4 NonMaxSuppressionV5 RGBToHSV ResizeArea
ResizeBicubic ResizeBilinear ResizeNearestNeighbor ScaleAndTranslate
"""
CHANCE = """
Multinomial RandomShuffle RandomStandardNormal RandomUniform RandomUniformInt StatelessMultinomial StatelessRandomGetAlg
StatelessRandomGetKeyCounter StatelessRandomGetKeyCounterAlg StatelessRandomNormal StatelessRandomNormalV2
StatelessRandomUniform StatelessRandomUniformFullInt StatelessRandomUniformFullIntV2 StatelessRandomUniformInt
StatelessRandomUniformIntV2 StatelessRandomUniformV2 StatelessTruncatedNormal StatelessTruncatedNormalV2 TruncatedNormal
RngReadAndSkip RngSkip StatefulStandardNormalV2 StatefulUniform StatefulUniformInt StatefulUniformFullInt
"""
FLOW = """
Assert Case Enter Exit FakeParam If LoopCond Merge NextIteration NoOp PartitionedCall Placeholder PlaceholderV2
PlaceholderWithDefault PreventGradient StatefulPartitionedCall StatelessCase StatelessIf StatelessWhile StopGradient
Switch SymbolicGradient While CheckNumerics CheckNumericsV2 ControlTrigger
EmptyTensorList TensorListConcatV2 TensorListElementShape TensorListFromTensor TensorListGather TensorListGetItem
TensorListLength TensorListPopBack TensorListPushBack TensorListReserve TensorListResize TensorListScatterV2
TensorListSetItem TensorListSplit TensorListStack
TensorArrayCloseV3 TensorArrayConcatV3 TensorArrayGatherV3 TensorArrayReadV3 TensorArrayScatterV3 TensorArraySizeV3
TensorArraySplitV3 TensorArrayV3 TensorArrayWriteV3
"""
VARIABLES = """
AssignAddVariableOp AssignSubVariableOp AssignVariableOp DestroyResourceOp DisableCopyOnRead ReadVariableOp
ResourceGather ResourceGatherNd VarHandleOp VarIsInitializedOp VariableShape
"""

KNOWN = frozenset(
    " ".join(
        (NUMBERS, COMPARISONS, REDUCTIONS, LAYOUT, MATRICES, NETWORKS, GRADIENTS, PICTURES, CHANCE, FLOW, VARIABLES)
    ).split()
)
"""What may occur anywhere."""

SAVER = "MergeV2Checkpoints RegexFullMatch RestoreV2 SaveV2 ShardedFilename StaticRegexFullMatch StringJoin"
OF_A_SAVER = frozenset(SAVER.split())
"""What TensorFlow writes into a model to save and to restore it: may occur where nothing but its saver leads."""
