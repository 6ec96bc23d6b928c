"""Alembic migrations, run from `storage.upgrade`."""
