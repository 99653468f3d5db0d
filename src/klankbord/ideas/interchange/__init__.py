"""Bringing ideas in from other products and out again: Fider's CSV and UserVoice's."""
