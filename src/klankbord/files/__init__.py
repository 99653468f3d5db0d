"""Stored files: content once, by its hash, on disk before anything refers to it."""
