"""Check-in: what a scan is told, and what scans amount to. Pure: no Django, no clock of its own."""
