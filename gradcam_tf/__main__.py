"""``python -m gradcam_tf``: the command line."""

from gradcam_tf.cli import main

main()
