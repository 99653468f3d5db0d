"""Dates as mail writes them."""

from __future__ import annotations

import pytest

from klankbord.channels.adapters.email.dates import read_date


@pytest.mark.parametrize(
    ("written", "read", "sound"),
    [
        ("Mon, 3 Mar 2025 10:00:00 +0100", "2025-03-03T09:00:00+00:00", True),
        ("21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06+00:00", True),
        ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "1997-11-21T15:55:06+00:00", True),
        ("Thu, 13 Feb 1969 23:32 -0330 (Newfoundland Time)", "1969-02-14T03:02:00+00:00", True),
        ("Mon, 22 Sep 2008 15:06:28 -040", "2008-09-22T19:06:28+00:00", True),
        ("Mon Sep 17 18:00:00 2009", "2009-09-17T18:00:00+00:00", False),
        ("Mon Sep 17 18:00:00 CEST 2009", "2009-09-17T16:00:00+00:00", True),
        ("2009-09-30T10:00:00Z", "2009-09-30T10:00:00+00:00", True),
        ("2009-09-30 10:00:00.123 +02:00", "2009-09-30T08:00:00+00:00", True),
        ("May 8, 2005 1:17 PM", "2005-05-08T13:17:00+00:00", False),
        ("di 4 maart 2025 10:00:00 +0100", "2025-03-04T09:00:00+00:00", True),
        ("Di, 4 Mär 2025 10:00:00 +0100", "2025-03-04T09:00:00+00:00", True),
        ("mar. 4 févr. 2025 10:00:00 +0100", "2025-02-04T09:00:00+00:00", True),
        ("Mon, 6 Jun 2005 22:21:22 GMT+0200", "2005-06-06T20:21:22+00:00", True),
        ("Sat, 31 Dec 2016 23:59:60 +0000", "2016-12-31T23:59:59+00:00", True),
        ("Tue, 12 Oct 2010 16:21:05 H0500", "2010-10-12T16:21:05+00:00", False),
        ("Tue, 12 Oct 2010 16:21:05 XYZ", "2010-10-12T16:21:05+00:00", False),
        ("Wed, 1 Jan 2020 10.11.12 +0100", "2020-01-01T09:11:12+00:00", True),
        ("Fri, 30 Feb 2010 10:00:00 +0000", None, False),
        ("Wed, 30 Jun 3609 10:00:00 +0000", None, False),
        ("Pn, 29 paX 2007 21:13:00 +0100", None, False),
        ("<HR>", None, False),
        ("", None, False),
        ("9" * 100_000, None, False),
    ],
)
def test_every_form_is_read(written: str, read: str | None, sound: bool):
    moment, defect = read_date(written)
    assert (moment.isoformat() if moment else None) == read
    assert (defect is None) == sound
