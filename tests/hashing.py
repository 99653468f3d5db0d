"""Hashing passwords in a thousandth of the time."""

from __future__ import annotations

from django.contrib.auth.hashers import ScryptPasswordHasher


class QuickScrypt(ScryptPasswordHasher):
    """As in use, but with next to no work: for users that tests make."""

    algorithm = "quick"
    work_factor = 2
    block_size = 1
