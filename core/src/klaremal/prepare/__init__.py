"""From a source's own cells to rows with the contract's columns and types."""
