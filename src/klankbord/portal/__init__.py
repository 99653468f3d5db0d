"""The organisation's public face."""
