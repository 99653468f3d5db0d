"""Klankbord: an organisation's friendly ear and voice online."""
