"""Publish-subscribe to screens: who looks at something hears at once that it changed."""
