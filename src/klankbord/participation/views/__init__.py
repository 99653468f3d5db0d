"""Pages about taking part: the one click, my own page, somebody's public page, and no more mail."""
