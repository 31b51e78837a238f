"""``gradcam-tf`` and ``python -m gradcam_tf``: the command line; what opens models, in a process of its own."""

import os
import sys

from gradcam_tf import flight, supervisor

__all__ = ["main"]


def main() -> None:
    """The entry point of ``gradcam-tf``."""
    supervised = flight.PLACE in os.environ
    if not supervised and sys.executable and sys.argv[1:2] and sys.argv[1] in supervisor.COMMANDS:
        sys.exit(supervisor.supervise(sys.argv[1:]))
    flight.start(os.environ)
    from gradcam_tf.cli import main as run

    run()


if __name__ == "__main__":
    main()
