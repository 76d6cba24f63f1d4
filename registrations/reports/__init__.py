"""Read-only: totals over several tables, as dataclasses."""
