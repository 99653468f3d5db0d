"""Mailboxes that are fetched: watched over IMAP by one process at a time, read by UID, never twice, with no gap.

`watching` holds the threads, `reading` turns what is new in a folder into arrivals, `tokens` keeps OAuth access fresh,
`changing` is how settings are changed, `trying` tells an administrator in plain words whether they work.
"""
