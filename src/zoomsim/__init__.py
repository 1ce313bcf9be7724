"""A simulator of Zoom: its OAuth, REST API, webhooks and meeting rooms, as one small program.

It stands alone: it imports neither the product nor the product's Zoom client, so that a misreading of
Zoom's documentation cannot pass on both sides.
"""
