"""Tells what a customer newly wrote from the quoted history and the signature."""

from klankbord.channels.adapters.email.quoting.attribution import begins_with_forwarded
from klankbord.channels.adapters.email.quoting.mail import split_mail
from klankbord.channels.adapters.email.quoting.split import SplitReply, split_reply

__all__ = ["SplitReply", "begins_with_forwarded", "split_mail", "split_reply"]
