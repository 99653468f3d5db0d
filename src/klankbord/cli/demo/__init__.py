"""The lifelike material of the demo, and the reading of it."""
