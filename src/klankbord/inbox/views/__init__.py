"""The inbox's views: each fetches through `visible_to`, calls one action, and redirects or renders."""
