"""The back office: who works here, when it is open, through which doors people come, and everyone's own page."""
