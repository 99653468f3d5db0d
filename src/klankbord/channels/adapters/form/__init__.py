"""The contact form on the organisation's own pages."""
