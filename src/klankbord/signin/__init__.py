"""How members of staff come in: password, code by mail, passkey, authenticator app; and how they stay alone in there.

The work is django-allauth's. Here is what it says, how it looks, which of its pages exist, and who may come in at all.
"""
