"""The desktop application. It knows no maths and imports no TensorFlow."""
