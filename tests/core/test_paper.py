"""Paper is read back from its own bytes: text, structure, codes, bytes."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.graphics.shapes import Circle, Drawing, String

from centre.core import paper
from centre.core.paper import fonts, shaping
from centre.ledger import checkpoint
from centre.ledger.signing import Signer
from tests.pdf import codes_of, text_of

ORIGIN = "osc.example/riverside/custody"
MARKUP = [
    "<b>bold</b>",
    "<a href='javascript:x()'>press</a>",
    "<img src='/etc/hostname'/>",
    "<font color='[[1]]'>x</font>",
    "<para><seq/></para>",
    "&lt;&amp;&#x41;",
    "]]> <!-- x",
    "%s {0} {{x}} {% x %}",
    "(un)balanced ) ( \\ \\n",
]


@pytest.fixture
def head():
    """The head of a log, signed with a key of its own."""
    note = checkpoint.sign(
        origin=ORIGIN, size=1234, root=b"r" * 32, signer=Signer.from_seed(b"s" * 32)
    )
    return paper.LedgerHead.of(note)


def a_paper(head=None, **given):
    return paper.Document("Custody report", "CUSTODY K7XH-QM3T", 1, head, **given)


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_what_was_said_can_be_read_back(head):
    made = a_paper(head, centre="Riverside One-Stop Centre", print_number="P-7K2M")
    made.heading("Where it has been")
    made.paragraph("Sealed on Monday.\nStored on Tuesday.")
    made.pairs([("Seal number", "KE-004417"), ("Condition", "Whole")])
    made.table(["When", "What"], [["09:00", "sealed"], ["09:30", "stored"]])
    made.signatures([("Released by", "Kito Kamau")])
    read = text_of(made.build())

    for said in (
        "Riverside One-Stop Centre",
        "Custody report",
        "CUSTODY K7XH-QM3T",
        "Print P-7K2M, copy 1",
        "Where it has been",
        "Stored on Tuesday.",
        "KE-004417",
        "09:30",
        "Kito Kamau",
        "Page 1 of 1",
        "1234 entries",
        head.anchor_code,
        made.content_sha256[:16],
    ):
        assert said in read


@pytest.mark.parametrize("payload", MARKUP)
def test_text_can_name_no_font_picture_or_link(payload):
    made = a_paper()
    made.paragraph(payload)
    made.pairs([(payload, payload)])
    content = made.build()

    assert text_of(content).count(payload.split()[0]) >= 3
    with pikepdf.open(BytesIO(content)) as pdf:
        for page in pdf.pages:
            assert "/Annots" not in page
            assert "/XObject" not in page.Resources
        assert "/OpenAction" not in pdf.Root


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_text_is_printed_or_refused_with_a_sentence(text):
    made = a_paper()
    said = ""
    try:
        made.paragraph(text)
        made.table(["One", "Two"], [[text, "x"]])
    except paper.PrintError as error:
        said = str(error)

    assert said.startswith("The print fonts cannot draw U+") or not said
    assert made.build().startswith(b"%PDF")


def test_ten_thousand_signs_in_a_cell_break_across_pages():
    words = [f"word{n}" for n in range(1700)]
    made = a_paper()
    made.pairs([("What happened", " ".join(words))])
    content = made.build()

    read = text_of(content)
    assert [word for word in words if word not in read] == []
    assert "Page 2 of" in read


def test_a_word_wider_than_its_place_wraps():
    made = a_paper()
    made.table(["A", "B", "C"], [["W" * 300, "b", "c"]])

    assert squeezed(text_of(made.build())).count("W") == 300


def test_the_head_of_a_table_comes_again_on_each_page():
    made = a_paper()
    made.table(["When it was", "What"], [[str(n), "moved"] for n in range(120)])
    content = made.build()

    with pikepdf.open(BytesIO(content)) as pdf:
        pages = len(pdf.pages)
    assert pages > 2
    assert text_of(content).count("When it was") == pages


def test_a_heading_never_stands_alone_at_the_foot_of_a_page():
    for before in range(30, 60):
        made = a_paper()
        made.paragraph("\n".join("line" for _ in range(before)))
        made.heading("The heading")
        made.paragraph("What follows it.")
        for page in text_of(made.build()).split("\f"):
            assert ("The heading" in page) == ("What follows it." in page)


@pytest.mark.parametrize("sign", ["🧬", "中", "አ", "\ue000", "\U000f1234"])
def test_a_sign_without_a_glyph_is_refused(sign):
    made = a_paper()

    with pytest.raises(paper.PrintError, match=rf"U\+{ord(sign):04X}"):
        made.paragraph(f"She said {sign}.")


def test_a_sign_without_a_glyph_in_a_drawing_is_refused():
    drawing = Drawing(100, 50)
    drawing.add(String(5, 5, "中"))

    with pytest.raises(paper.PrintError):
        a_paper().drawing(drawing, "A drawing")


@pytest.mark.parametrize(
    "text",
    [
        "Amani alisema: “Nilikuja mwenyewe.”",
        "Élodie naïve cœur Ærø Łódź İstanbul",
        "Ελληνικά и по-русски",
        "½ ≥ 72 h, 38.5 °C, 5 µg ☐ ☑ ✓",
    ],
)
def test_text_comes_out_as_it_went_in(text):
    made = a_paper()
    made.paragraph(text)
    shown = text_of(made.build())

    assert squeezed(text) in squeezed(shown)


@pytest.mark.parametrize("text", ["مرحبا بالعالم", "العمر ٢٥ (تقريبا) في Nairobi"])
def test_a_reader_hears_text_from_the_right_in_the_order_it_was_written(text):
    made = a_paper()
    made.paragraph(text)

    with pikepdf.open(BytesIO(made.build())) as pdf:
        spoken = [
            bytes(part.operands[1].ActualText).decode("utf-16")
            for part in pikepdf.parse_content_stream(pdf.pages[0])
            if str(part.operator) == "BDC" and "/ActualText" in part.operands[1]
        ]
    assert spoken == [text]


def test_arabic_letters_are_joined_and_run_from_the_right():
    word = "مرحبا"
    shaped = shaping.shape(word, fonts.PLAIN, 10, right_to_left=True)

    assert len(shaped) == len(word)
    assert not set(word) & set(shaped)
    assert [each.cluster for each in shaped.__shapeData__] == [4, 3, 2, 1, 0]


def test_marks_that_turn_text_round_are_not_obeyed():
    made = a_paper()
    made.paragraph("seal \u202e71440\u202c-EK stays")

    assert "seal 71440-EK stays" in text_of(made.build())


def test_the_same_paper_made_twice_has_the_same_bytes(head):
    def make() -> bytes:
        made = a_paper(head)
        made.paragraph("Zwei مرحبا é")
        made.drawing(a_drawing(), "A circle")
        made.label_sheet([paper.Label("O1:I:ABC:9", "ABC")])
        made.attach("proof.txt", b"proof")
        return made.build()

    first = make()
    between = a_paper()
    between.paragraph("نص آخر غيّر حالة الخط")
    between.build()
    assert make() == first


def test_copies_differ_in_their_number_only(head):
    first, second = (paper.Document("T", "C", copy, head) for copy in (1, 2))
    for made in (first, second):
        made.paragraph("The same.")

    assert first.content_sha256 == second.content_sha256
    assert "Copy 1" in text_of(first.build())
    assert "Copy 2" in text_of(second.build())


def test_another_word_is_another_content():
    first, second = a_paper(), a_paper()
    first.paragraph("Seal whole.")
    second.paragraph("Seal broken.")

    assert first.content_sha256 != second.content_sha256


def test_the_file_says_nothing_about_a_person(head):
    made = a_paper(head, made="Printed by Kito Kamau")
    made.paragraph("About Amani.")

    with pikepdf.open(BytesIO(made.build())) as pdf:
        assert dict(pdf.docinfo) == {"/Title": "Centre"}
        xmp = pdf.Root.Metadata.read_bytes()
        assert str(pdf.Root.Lang) == "en-GB"
    assert b"Kito" not in xmp
    assert b"Amani" not in xmp


def test_every_font_is_embedded():
    made = a_paper()
    made.paragraph("Plain مرحبا", strong=True)
    made.drawing(a_drawing(), "A circle")

    with pikepdf.open(BytesIO(made.build())) as pdf:
        found = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary)]
        fonts_found = [o for o in found if o.get("/Type") == "/Font"]
        assert fonts_found
        assert all("/FontFile2" in o.FontDescriptor for o in fonts_found)


def test_a_reader_is_told_what_everything_is(head):
    made = a_paper(head)
    made.heading("Heading")
    made.table(["A", "B"], [["1", "2"]])
    made.drawing(a_drawing(), "A circle on a square")

    with pikepdf.open(BytesIO(made.build())) as pdf:
        top = pdf.Root.StructTreeRoot.K
        assert [str(part.S) for part in top] == ["/H1", "/H2", "/Table", "/Figure"]
        rows = list(top[2].K)
        assert [[str(cell.S) for cell in row.K] for row in rows] == [
            ["/TH", "/TH"],
            ["/TD", "/TD"],
        ]
        assert str(top[3].Alt) == "A circle on a square"


def test_the_checkpoint_can_be_scanned_on_every_page(head):
    made = a_paper(head)
    made.paragraph("\n".join("line" for _ in range(80)))
    content = made.build()

    for page in (1, 2):
        assert codes_of(content, page) == [("QR Code", head.note)]


def test_labels_are_scanned_twice_and_tied_to_the_ledger(head):
    found = [
        paper.Label(f"O1:I:K7XHQM3T4N{n:02}:9", f"K7XH QM3T 4N{n:02}", ["kit · 1 of 5"])
        for n in range(20)
    ]
    made = a_paper(head)
    made.label_sheet(found)
    content = made.build()

    read = codes_of(content, 1) + codes_of(content, 2)
    for label in found:
        assert ("QR Code", label.payload) in read
        assert ("Code 128", label.payload) in read
    assert ("QR Code", head.note) in read
    assert head.anchor_code in text_of(content)


@pytest.mark.parametrize(
    ("name", "width", "height"), [("item", 50, 25), ("outer", 100, 50)]
)
def test_a_label_printer_gets_one_label_to_a_page(head, name, width, height):
    made = a_paper(head)
    lines = ["Swab no. 1 · Case K7XH-QM3T-2", "Kit · 3 of 12", "Keep: refrigerator"]
    label = paper.Label(
        "O1:I:K7XHQM3T4N22:9", "K7XH-QM3T-4N22-9", lines, ("REF", "biohazard"), True
    )
    made.label_sheet([label, label], paper.STOCKS[name])
    content = made.build()

    with pikepdf.open(BytesIO(content)) as printed:
        sizes = [page.mediabox.as_list()[2:] for page in printed.pages]
    millimetres = [tuple(round(float(n) / 72 * 25.4) for n in size) for size in sizes]
    assert millimetres == [(width, height)] * 3
    read = codes_of(content, 2)
    bars = "K7XHQM3T4N229" if name == "item" else label.payload
    assert ("QR Code", label.payload) in read
    assert ("Code 128", bars) in read
    assert head.anchor_code in text_of(content)
    for line in lines:
        assert "".join(line.split()) in "".join(text_of(content).split())


def test_a_file_can_travel_inside(head):
    made = a_paper(head)
    made.attach("entry-7.tlog-proof", b"proof\n")

    with pikepdf.open(BytesIO(made.build())) as pdf:
        inside = pdf.attachments["entry-7.tlog-proof"].get_file().read_bytes()
    assert inside == b"proof\n"


def test_without_fonts_nothing_is_made(monkeypatch):
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)

    with pytest.raises(paper.PrintError, match="make install"):
        fonts._folder()


def a_drawing():
    drawing = Drawing(200, 100)
    drawing.add(Circle(50, 50, 30))
    drawing.add(String(10, 10, "front"))
    return drawing
