"""Migrations of this package."""
