"""How long the tests let something take: three times what is promised, since a machine may be slow or busy.

What is promised is measured where it is printed: by ``make hostile`` and in ``benchmarks/README.md``.
"""

REFUSED = 3 * 2.0
"""Seconds of computing time until a file is refused."""
BACK = 3 * 10.0
"""Seconds from a death to the next sign of life."""
