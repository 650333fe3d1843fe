"""The values that everything else is built from: frozen, self-validating, without input or output."""
