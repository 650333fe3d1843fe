"""The workspace held against the installed plugins."""
