"""The hand in which a cell is written: paragraph and run properties taken from what it prints, and new text in them."""

from __future__ import annotations

from lxml import etree

from documents.ooxml import PARAGRAPH, RUN, TEXT, Element, line_of, q, twin, within

#: What follows `w:ind` in `w:pPr` (17.3.1.26), so that an indent is put in its place.
_AFTER_INDENT = frozenset(map(q, ("w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc",
                                  "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl", "w:divId",
                                  "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange")))  # fmt: skip
_AFTER_ALIGNMENT = _AFTER_INDENT - {q("w:contextualSpacing"), q("w:mirrorIndents"), q("w:suppressOverlap"), q("w:jc")}
#: Looks that belong to explanations and placeholders, not to answers.
_HINT_LOOKS = tuple(map(q, ("w:rStyle", "w:i", "w:iCs", "w:color", "w:highlight", "w:vanish", "w:shd")))


def run_of(text: str, properties: Element | None) -> Element:
    """A run with this text (tabs kept) and a copy of these run properties."""
    run = etree.Element(RUN)
    if properties is not None and len(properties):
        run.append(twin(properties))
    for number, piece in enumerate(text.split("\t")):
        if number:
            etree.SubElement(run, q("w:tab"))
        if piece:
            ink = etree.SubElement(run, TEXT)
            ink.text = piece
            if piece != piece.strip():
                ink.set(q("xml:space"), "preserve")
    return run


def paragraph_of(text: str, shape: Element, ink: Element) -> Element:
    """A paragraph with copies of these paragraph and run properties; without a run where there is no text."""
    paragraph = etree.Element(PARAGRAPH)
    if len(shape):
        paragraph.append(twin(shape))
    if text:
        paragraph.append(run_of(text, ink))
    return paragraph


def shape_of(paragraph: Element) -> Element:
    """A copy of the paragraph's properties, without what must not be repeated: numbering, section, tracked changes."""
    found = paragraph.find(q("w:pPr"))
    shape = etree.Element(q("w:pPr")) if found is None else twin(found)
    drop(shape, "w:numPr", "w:pPrChange", "w:sectPr")
    return shape


def ink_of(paragraph: Element) -> Element:
    """The run properties of the first text; of the paragraph mark where there is no text yet, as Word types."""
    first = next((run for run in within(paragraph, RUN) if line_of(run).strip()), None)
    found = first.find(q("w:rPr")) if first is not None else paragraph.find(f"{q('w:pPr')}/{q('w:rPr')}")
    ink = etree.Element(q("w:rPr")) if found is None else twin(found)
    if first is not None:
        for look in _HINT_LOOKS:
            for element in ink.findall(look):
                ink.remove(element)
    drop(ink, "w:ins", "w:del", "w:moveFrom", "w:moveTo", "w:rPrChange")
    return ink


def bold(ink: Element) -> Element:
    """The same run properties in bold; `w:b` stands after style and fonts (17.3.2.28)."""
    heavy = twin(ink)
    drop(heavy, "w:b", "w:bCs")
    ahead = [child for child in heavy if child.tag in (q("w:rStyle"), q("w:rFonts"))]
    heavy.insert(len(ahead), etree.Element(q("w:b")))
    return heavy


def let_run(body: Element) -> None:
    """Shapes a paragraph for running text: first line indented by two characters, never centred or set right."""
    indent = body.find(q("w:ind"))
    if indent is None:
        indent = etree.Element(q("w:ind"))
        _insert(body, indent, _AFTER_INDENT)
    if not any(indent.get(q(name)) for name in ("w:firstLine", "w:firstLineChars", "w:hanging", "w:hangingChars")):
        indent.set(q("w:firstLineChars"), "200")
        indent.set(q("w:firstLine"), "480")
    alignment = body.find(q("w:jc"))
    if alignment is None:
        alignment = etree.Element(q("w:jc"))
        _insert(body, alignment, _AFTER_ALIGNMENT)
    if alignment.get(q("w:val")) not in ("both", "left", "start", "distribute"):
        alignment.set(q("w:val"), "both")


def _insert(shape: Element, new: Element, followers: frozenset[str]) -> None:
    at = next((number for number, child in enumerate(shape) if child.tag in followers), len(shape))
    shape.insert(at, new)


def drop(properties: Element, *names: str) -> None:
    """Removes these properties, named as for `q`."""
    for name in names:
        for element in properties.findall(q(name)):
            properties.remove(element)
