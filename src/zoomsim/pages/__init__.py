"""What people see: consent, joining, starting, the meeting room, and an index of everything. Plain HTML."""
