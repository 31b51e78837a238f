"""Everything that touches a Keras model object or a model file."""
