"""Connections to addresses that somebody else typed, which cannot be led to what stands inside our own network."""
