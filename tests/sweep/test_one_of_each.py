"""One page of each frame in a real browser; the long test looks at all of them."""

from __future__ import annotations

import pytest

from tests import cast
from tests.browser import assert_fit_for_all


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_one_page_of_each_kind_is_fit_for_everybody(transactional_db, open_page) -> None:
    house = cast.de_klank()
    opening = cast.thread(cast.helper(house.organisation))
    page = open_page(house.organisation, house.marlies, reduced_motion="reduce")
    asked = f"/questions/{opening.conversation_id}/"
    assert_fit_for_all(page, ["/", asked, "/contact/"], widths=[320])
    assert_fit_for_all(page, ["/inbox/", "/office/hours/"], widths=[1280])
