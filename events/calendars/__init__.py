"""iCalendar, out and in."""
