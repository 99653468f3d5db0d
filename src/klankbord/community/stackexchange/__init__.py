"""Bringing a question-and-answer community in from a Stack Exchange data dump, and taking it out again the same."""
