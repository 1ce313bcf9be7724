"""Meetings as they are scheduled: fields, dates, passcodes, settings, and the answers that show them."""
