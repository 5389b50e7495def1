"""Which comments are left to the lines: the others have a rule that decides."""

from __future__ import annotations

import numpy as np
import pytest

from service.domain import Comment, History
from service.policy import Lists, Policy
from service.text.reading import read
from training.reach import reach

PLAIN = Policy().with_defaults({})
LISTED = Policy(allow=Lists(authors=("Ana",)), block=Lists(authors=("Ben",))).with_defaults({})

CASES = [
    (Comment(text="a song"), History(), PLAIN, (True, True)),
    (Comment(text="<br>"), History(), PLAIN, (False, True)),
    (Comment(text=" ".join(f"https://shop{n}.example" for n in range(9))), History(), PLAIN, (False, True)),
    (Comment(text="a song"), History(ham=9), PLAIN, (True, False)),
    (Comment(text="a song", author="Ana"), History(), LISTED, (True, False)),
    (Comment(text="a song", author="Ben"), History(), LISTED, (False, True)),
    (Comment(text="a song", author="Eve"), History(), LISTED, (True, True)),
]


@pytest.mark.parametrize(("comment", "history", "policy", "expected"), CASES)
def test_lines_reach_what_no_rule_decides(comment, history, policy, expected):
    """A rule that holds is for caution and stands behind the reject line; lists and trust decide against it."""
    assert tuple(reach([(read(comment), history, policy)])[0]) == expected


def test_each_comment_is_asked_about_by_its_own_policy():
    """Sites mix in one snapshot; nothing gives a table without rows."""
    comment = read(Comment(text="a song", author="Ben"))
    found = reach((comment, History(), policy) for policy in (PLAIN, LISTED, PLAIN))
    assert np.array_equal(found, [[True, True], [False, True], [True, True]])
    assert reach([]).shape == (0, 2)
