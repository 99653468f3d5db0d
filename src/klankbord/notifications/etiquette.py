"""When automatic mail may be sent at all.

Source of the rules: RFC 3834 (recommendations for automatic responses to electronic mail).
"""

from __future__ import annotations

import re

_NOBODY = re.compile(
    r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|niet-?beantwoorden|noreply[.+-].*|bounces?([.+-].*)?|owner-.*|.*-request|.*-owner)@"
)


def may_answer_automatically(*, automatic: str, sender: str, own_addresses: frozenset[str], bounced: bool) -> bool:
    """Whether an automatic answer to `sender` is in order.

    Never to what a machine, a list or a bulk mailer sent (`automatic` is not empty), to a bounce or an empty address,
    to an address that nobody reads or that bounced, or to one of our own addresses (a loop).
    """
    sender = sender.strip().lower()
    if automatic or bounced or "@" not in sender:
        return False
    base = re.sub(r"\+[^@]*@", "@", sender)
    return not (_NOBODY.match(sender) or sender in own_addresses or base in own_addresses)
