"""The organisation's own open voice, what customers want to give (tips), and the question of the month."""
