"""Registration for meetings: who registers, who is let in by which link, and what the API says of them."""
