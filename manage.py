#!/usr/bin/env python
"""The same command as the installed `eduraise`, for a checkout."""

from eduraise.__main__ import main

if __name__ == "__main__":
    main()
