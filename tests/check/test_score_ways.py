"""What the scores of parts come to: computed once for a group, and for each scale anew."""

from auditor.check.reading import read_document
from auditor.check.score_groups import score_groups
from auditor.check.score_ways import ways_of, ways_of_group
from auditor.check.scores import first_score

_TABLE = "# Review\n\n| Component | Score |\n|---|---|\n| Data | 8/10 |\n| Pages | 6/10 |\n| Mails | 7/10 |\n"


def test_a_group_comes_to_something_else_on_each_scale() -> None:
    (group,) = score_groups(read_document("review.md", _TABLE.encode()))
    ten, points = first_score("7/10"), first_score("21/30")
    assert ten is not None
    assert points is not None
    for score in (ten, points, ten):
        assert ways_of_group(group, score) == tuple(ways_of(group.parts, score))
    assert ways_of_group(group, ten) != ways_of_group(group, points)
    assert ways_of_group(group, ten) is ways_of_group(group, ten)
