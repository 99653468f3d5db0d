"""The pages of questions and answers."""
