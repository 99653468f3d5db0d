"""Text that others wrote, made safe to show: HTML from mail (`safe`), as plain text (`plain`), and Markdown
(`markdown`).

This file imports nothing: the children that read mail load only what they need.
"""
