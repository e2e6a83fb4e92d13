"""Udsyn: the open-source system with which a country runs its international research and innovation cooperation."""

from udsyn.errors import UdsynError, UsageError

__version__ = "0.1.0"
__all__ = ["UdsynError", "UsageError", "__version__"]
