"""`gradcam-tf methods`."""

from __future__ import annotations

from gradcam_tf.cli import options as given
from gradcam_tf.cli.failures import telling_errors
from gradcam_tf.cli.table import print_entries

__all__ = ["methods"]


def methods(debug: given.Debug = False) -> None:
    """List the ways to make a map, and what can be put around them."""
    with telling_errors(debug):
        from gradcam_tf import registry

        rows = [
            (one.name, one.title, one.summary, ", ".join(one.needs), one.cost, one.paper)
            for one in registry.methods().values()
        ] + [
            (f"{one.name}(…)", one.title, one.summary, "a method", one.cost, one.paper)
            for one in registry.wrappers().values()
        ]
        print_entries(("name", "title", "what it shows", "needs", "cost", "paper"), rows)
