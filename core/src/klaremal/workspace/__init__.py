"""The workspace: the files that a municipality writes, as values."""
