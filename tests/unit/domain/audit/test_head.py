"""The head of the audit log."""

import pytest

from orchestration.domain.audit.event import LastEvent, netstring
from orchestration.domain.audit.head import Head, HeadBuilder

HEAD = Head(7, 6, 2, "0" * 64)


def test_a_head_is_read_as_it_was_written() -> None:
    """With a line break at its end, too."""
    assert Head.parse(f"{HEAD}\n") == HEAD


@pytest.mark.parametrize(
    "text", ["", "countersign-head-1", str(HEAD)[:-1], str(HEAD) + "0", f"{HEAD} {HEAD}"]
)
def test_what_is_no_head(text: str) -> None:
    """Cut off, or something else."""
    with pytest.raises(ValueError, match="not a head"):
        Head.parse(text)


def test_a_head_depends_on_each_order() -> None:
    """On its name, its length and its last hash, and on nothing running together."""
    ends = [LastEvent("a", 11, b"\x01"), LastEvent("a1", 1, b"\x01"), LastEvent("a", 11, b"\x02")]
    heads = []
    for end in ends:
        builder = HeadBuilder()
        builder.add(end)
        heads.append(builder.build(3).digest)
    assert len(set(heads)) == len(ends)
    assert (netstring(None), netstring(""), netstring("é")) == (b"-,", b"0:,", b"2:\xc3\xa9,")
