"""The maths: one method is one small pure function of the tensors it declares it needs.

``gct.methods()`` lists them. Python puts this package in that function's place once any module of it is imported, so it
can be called as well.
"""

from __future__ import annotations

import sys
from types import ModuleType

from gradcam_tf import registry


class _Methods(ModuleType):
    def __call__(self) -> dict[str, registry.Method]:
        return registry.methods()


sys.modules[__name__].__class__ = _Methods
