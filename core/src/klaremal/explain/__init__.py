"""The account of one figure and its status."""
