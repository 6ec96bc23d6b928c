"""Nothing waits for a vendor's pace here either."""

from tests.zalo.conftest import unhurried

__all__ = ["unhurried"]
