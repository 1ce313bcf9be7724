"""Pages of the link with Zoom: a teacher's connection; set-up and operations for admins."""
