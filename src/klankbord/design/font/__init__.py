"""How the shipped font files were made; needed only to make them again."""
