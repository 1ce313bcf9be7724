"""From a timetable to booked classes: a plan is checked, booked in the background, and can be undone."""
