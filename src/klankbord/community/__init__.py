"""Customers help each other: questions, answers and comments in public, with staff recognisable among them."""
