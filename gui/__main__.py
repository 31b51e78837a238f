"""``python -m gradcam_tf.gui``: the desktop application."""

import sys

from .app import main

sys.exit(main())
