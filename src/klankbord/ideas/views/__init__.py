"""The pages about ideas, boards and changes."""
