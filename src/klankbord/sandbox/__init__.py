"""Killable child processes for what must not be trusted: parsing mail and cleaning HTML.

`klankbord.sandbox.pool.Sandbox` runs one named pure function, bytes to bytes, in a few long-lived children with limits
on time, memory and the size of the answer. This file stays empty of imports, because the children load it too.
"""
