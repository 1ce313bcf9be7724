"""Zoom's webhooks: what they say, who gets them, how they are signed, sent, repeated and challenged."""
