"""From released observations to fulfilments."""
