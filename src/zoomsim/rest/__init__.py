"""Zoom's REST API under /v2: one file for each resource, all listed in `operations`."""
