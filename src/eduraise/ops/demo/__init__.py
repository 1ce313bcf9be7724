"""The demo: a believable school with a pretend Zoom beside it."""
