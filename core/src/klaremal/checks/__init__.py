"""Rows against their dataset's contract."""
