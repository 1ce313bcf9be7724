"""Who was there: what Zoom tells of people's presence, whose it is, and what it comes to."""
