"""Meetings as they are held: starting, coming in, waiting, being let in, leaving, ending."""
