"""Substitutes: who takes a single class that its teacher can't teach, and how it comes back."""
