"""The thin ASGI door in front of Django: pages from memory for signed-out readers, live streams, the way to Django."""
