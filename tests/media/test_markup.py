"""Source: evidence/19. What XML says by its fields, bounded, whatever the bytes are."""

from hypothesis import given, settings
from hypothesis import strategies as st

from chappe.media import markup

SCRAPS = (
    b"<a>", b"</a>", b"<b c='d'>", b"</b>", b"<a xmlns='u'>", b"<x:y xmlns:x='v'>", b"</x:y>", b"<!DOCTYPE a [", b"]>",
    b"<!ENTITY e 'f'>", b"&e;", b"&lt;", b"&#0;", b"&#x1F600;", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?p", b"?>",
    b"words", b"\xff\xfe", b"\x00", b"\xe2\x80\xae", b"<a/>", b"'", b">",
)  # fmt: skip


def test_leaves_are_told_by_their_path_and_bounded() -> None:
    said = (
        b'<?xml version="1.0"?><c:EPOC xmlns:c="urn:c"><c:SectionA n="1"><c:File>12/345</c:File><c:Empty/>'
        b"<c:Who>\n  Mme\n  Exemple </c:Who></c:SectionA><c:B>1<c:C>2</c:C>3</c:B><c:L>&lt;b&gt;</c:L></c:EPOC>"
    )
    found = markup.looked_at(said, cut=False)
    assert found.fields == (
        ("SectionA@n", "1"), ("SectionA/File", "12/345"), ("SectionA/Who", "Mme Exemple"), ("B/C", "2"), ("L", "<b>"),
    )  # fmt: skip
    assert markup.looked_at(said + b"<", cut=False).fields == ()
    many = b"<a>" + b"<b>c</b>" * (markup.FIELDS + 1) + b"</a>"
    found = markup.looked_at(many, cut=False)
    assert (len(found.fields), found.whole) == (markup.FIELDS, False)
    assert markup.looked_at(b"<a>" + b"<b/>" * markup.ELEMENTS + b"</a>", cut=False) == ("a", False, False, ())
    late = markup.looked_at(b"<a><c>first</c>" + b"<b/>" * markup.ELEMENTS, cut=True)
    assert late == ("a", False, False, (("c", "first"),)), "what came before a bound"
    long = markup.looked_at(b"<a><b>" + b"x" * 500_000 + b"</b></a>", cut=False)
    assert len(long.fields[0][1]) == markup.VALUE


@given(st.lists(st.one_of(st.sampled_from(SCRAPS), st.binary(max_size=6)), max_size=60).map(b"".join), st.booleans())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_no_bytes_make_the_reader_of_xml_stumble(data: bytes, cut: bool) -> None:
    found = markup.looked_at(b'<?xml version="1.0"?>' + data, cut=cut)
    assert len(found.fields) <= markup.FIELDS and sum(len(words) for _, words in found.fields) <= markup.TEXT
    assert all(len(path) <= markup.PATH and (path + words).isprintable() for path, words in found.fields)
    assert not (found.dtd and found.fields) and (not found.whole or not cut)
