"""Pages of posts, tips and the question of the month."""
