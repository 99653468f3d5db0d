"""What a text says and what is in it: pure functions on text, without Django and without a database."""
