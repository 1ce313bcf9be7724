"""Classes while they are on."""
