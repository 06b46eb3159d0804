"""What people could type behind `/order` and at the command line."""

from hypothesis import strategies as st

from tests.fuzz.payloads import HOSTILE

_WORDS = st.sampled_from(
    [
        *("help", "status", "list", "amend", "refund", "delegate", "off", "until", "for", "all", "pending"),
        *(
            "ord-1",
            "ord_1",
            "-1",
            "friday",
            "today",
            "tomorrow",
            "24:00",
            "14:30",
            "2026-02-30",
            "9999-12-31",
        ),
        *("9999d9999h", "3d", "0h", "finance", "@bob", "#general", "<@U0BOB0001>", "<@U0BOB0001|bob>"),
        *("<!subteam^S0FINANCE|@finance>", "<#C0GENERAL|general>", "<mailto:a@b.c|a@b.c>", "<>", "<|>"),
        *("&lt;@U0BOB0001&gt;", "&amp;lt;", "STATUS", "ＳＴＡＴＵＳ", "ﬁnance", "İ", "ſtatus", "ß"),
        *("CHAIR-9:Office chair:4:249.00", "a:b:c:d", ":::", "x:y:1:1e5", "x:y:٣:٣", "PT4H", "P1Y", "1h30m"),
        *HOSTILE,
    ]
)
_GLUE = st.sampled_from([" ", "  ", "\t", "\n", "\u00a0", "\u2003", "\x1f", "", ":", "`"])
texts = (
    st.lists(st.tuples(_WORDS | st.text(max_size=12), _GLUE), max_size=9).map(
        lambda pairs: "".join(word + glue for word, glue in pairs)
    )
    | st.text(max_size=200)
    | st.tuples(st.sampled_from(["status ", "delegate ", "refund ord-1 ", ""]), st.text(max_size=80)).map(
        "".join
    )
)
