"""Doors: what comes in is stored before it is read, what goes out is recorded until it has arrived."""
