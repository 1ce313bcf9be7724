"""Zoom's OAuth: consent, codes, rotating tokens, server-to-server tokens, revocation."""
