"""The discreet mark at the foot of every page of a filled annex: its version code in small grey letters and as a QR.

A stamped scan can so be matched with the version it was printed from. The mark stands in a frame at the foot of the
page, outside the flow, so that no line of the form moves; an existing footer keeps all it had. The QR code says
`XS1:<code>`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from documents.ooxml import NAMESPACES, Element, q
from documents.package import CONTENT_TYPES, OFFICE, RELATIONS, parse, relations, relations_name, write
from documents.qr import PREFIX, qr_png
from rules.codes import read_code, shown

#: Edge of the QR code on paper in millimetres, with its quiet zone.
EDGE = 12
#: Distance of the frame from the lower edge of the page in millimetres; printers leave 5 blank.
_ABOVE_EDGE = 20
_EMU, _TWIPS = 36000, 1440 / 25.4
_FOOTER_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
_PLACE = "\ue0f3XINSHI-VERSION-CODE\ue0f3"
_LONGEST = 40
#: What stands before the first `w:footerReference` in `w:sectPr`: only other references (17.6.17).
_REFERENCES = (q("w:headerReference"), q("w:footerReference"))


@dataclass(frozen=True, slots=True)
class Marked:
    """A blank made ready for marks: parts changed once for all, and footers that wait for a code."""

    parts: Mapping[str, bytes]
    footers: Mapping[str, tuple[bytes, bytes]]
    image: str

    def parts_for(self, code: str) -> dict[str, bytes]:
        """The parts that carry this code: every footer and the image."""
        told = escape(shown(code) if read_code(code) == code else code).encode()
        made = {name: told.join(halves) for name, halves in self.footers.items()}
        made[self.image] = qr_png(PREFIX + code)
        return made


def is_code(code: str) -> bool:
    """Whether this can be a version code: short printable ASCII, so that it reads the same on paper and in the QR."""
    return 0 < len(code) <= _LONGEST and code.isascii() and code.isprintable() and code == code.strip()


def make_ready(parts: Mapping[str, bytes], main: str, document: Element) -> Marked:
    """Gives every kind of footer of every section a place for the mark.

    Changes `document` (the root of the main part) in place where a section has no footer yet, and leaves `parts` alone.
    """
    folder = posixpath.dirname(main)
    image = _free_name(parts, posixpath.join(folder, "media"), "xinshi-mark", ".png")
    new_footer = _free_name(parts, folder, "footer-xinshi", ".xml")
    targets = {relation.id: relation.target for relation in relations(parts, main)}
    new_id = _free_id(parts, relations_name(main))
    marked: dict[str, Element] = {}  # footer part -> its tree with the mark in it
    inherited: set[str] = set()
    for section in document.iter(q("w:sectPr")):
        shown_kinds = _kinds(section, parts, main)
        present = {item.get(q("w:type"), "default"): item for item in section.findall(q("w:footerReference"))}
        for kind in shown_kinds:
            if kind in present:
                name = targets.get(present[kind].get(q("r:id"), ""), "")
                if name in parts and name not in marked:
                    marked[name] = _with_mark(parse(parts[name]), parts, name, section)
            elif kind not in inherited:
                _refer(section, kind, new_id)
                if new_footer not in marked:
                    marked[new_footer] = _with_mark(_empty_footer(), parts, new_footer, section)
        inherited |= set(shown_kinds)
    changed = _tied(parts, main, marked, image=image, new_footer=new_footer, new_id=new_id)
    halves = {name: _halves(tree) for name, tree in marked.items()}
    return Marked(parts=changed, footers=halves, image=image)


def _kinds(section: Element, parts: Mapping[str, bytes], main: str) -> list[str]:
    """The kinds of footer that this section shows: default, and first or even pages of their own if it has them."""
    kinds = ["default"]
    if _is_on(section.find(q("w:titlePg"))):
        kinds.append("first")
    settings = next((item.target for item in relations(parts, main) if item.kind == "settings"), "")
    if settings in parts and _is_on(parse(parts[settings]).find(q("w:evenAndOddHeaders"))):
        kinds.append("even")
    return kinds


def _is_on(element: Element | None) -> bool:
    return element is not None and element.get(q("w:val"), "true") not in ("0", "false", "off")


def _refer(section: Element, kind: str, identity: str) -> None:
    reference = etree.Element(q("w:footerReference"))
    reference.set(q("w:type"), kind)
    reference.set(q("r:id"), identity)
    at = sum(1 for child in section if child.tag in _REFERENCES)
    section.insert(at, reference)


def _empty_footer() -> Element:
    """A footer of one empty line, as Word makes it."""
    footer = etree.Element(q("w:ftr"), nsmap={"w": NAMESPACES["w"], "r": NAMESPACES["r"]})
    etree.SubElement(footer, q("w:p"))
    return footer


def _with_mark(footer: Element, parts: Mapping[str, bytes], name: str, section: Element) -> Element:
    identity = _free_id(parts, relations_name(name))
    page = section.find(q("w:pgSz"))
    height = 16838 if page is None else int(float(page.get(q("w:h"), "16838")))
    taken = max(
        (int(item.get("id", "0")) for item in footer.iter(q("wp:docPr")) if item.get("id", "").isdecimal()), default=0
    )
    mark = parse(_mark_xml(identity, top=int(height - _ABOVE_EDGE * _TWIPS), number=max(taken, 900) + 1))
    # Ahead of the footer's own lines: a frame belongs to the paragraph after it.
    footer.insert(0, mark)
    return footer


def _mark_xml(identity: str, *, top: int, number: int) -> bytes:
    spaces = " ".join(f'xmlns:{prefix}="{NAMESPACES[prefix]}"' for prefix in ("w", "r", "wp", "a", "pic"))
    edge = EDGE * _EMU
    fonts = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="宋体" w:cs="Arial"/>'
    return (
        f'<w:p {spaces}><w:pPr><w:framePr w:wrap="around" w:vAnchor="page" w:hAnchor="margin" w:xAlign="right" '
        f'w:y="{top}"/><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="right"/>'
        '<w:textAlignment w:val="center"/></w:pPr>'
        f'<w:r><w:rPr>{fonts}<w:color w:val="808080"/><w:sz w:val="16"/><w:szCs w:val="16"/></w:rPr>'
        f'<w:t xml:space="preserve">版本码 {_PLACE} </w:t></w:r><w:r><w:drawing>'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{edge}" cy="{edge}"/>'
        f'<wp:docPr id="{number}" name="version code" descr="版本码二维码"/>'
        f'<a:graphic><a:graphicData uri="{NAMESPACES["pic"]}">'
        f'<pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" '
        f'name="version code"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{identity}"/><a:stretch>'
        '<a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext cx="{edge}" cy="{edge}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic>"
        "</wp:inline></w:drawing></w:r></w:p>"
    ).encode()


def _halves(footer: Element) -> tuple[bytes, bytes]:
    before, _, after = write(footer).partition(_PLACE.encode())
    return before, after


def _tied(
    parts: Mapping[str, bytes],
    main: str,
    footers: Mapping[str, Element],
    *,
    image: str,
    new_footer: str,
    new_id: str,
) -> dict[str, bytes]:
    """The parts that tie footers and image into the package: relationships and content types."""
    changed: dict[str, bytes] = {}
    if new_footer in footers:
        changed[relations_name(main)] = _related(parts, main, new_id, "footer", new_footer)
    for name in footers:
        changed[relations_name(name)] = _related(parts, name, _free_id(parts, relations_name(name)), "image", image)
    types = parse(parts["[Content_Types].xml"])
    extensions = {item.get("Extension", "").lower() for item in types.iterchildren(f"{{{CONTENT_TYPES}}}Default")}
    if "png" not in extensions:
        default = etree.Element(f"{{{CONTENT_TYPES}}}Default")
        default.set("Extension", "png")
        default.set("ContentType", "image/png")
        types.insert(0, default)
    if new_footer in footers:
        override = etree.SubElement(types, f"{{{CONTENT_TYPES}}}Override")
        override.set("PartName", f"/{new_footer}")
        override.set("ContentType", _FOOTER_TYPE)
    changed["[Content_Types].xml"] = write(types)
    return changed


def _related(parts: Mapping[str, bytes], part: str, identity: str, kind: str, target: str) -> bytes:
    data = parts.get(relations_name(part))
    root = parse(data or f'<Relationships xmlns="{RELATIONS}"/>'.encode())
    relation = etree.SubElement(root, f"{{{RELATIONS}}}Relationship")
    relation.set("Id", identity)
    relation.set("Type", f"{OFFICE}/{kind}")
    relation.set("Target", posixpath.relpath(target, posixpath.dirname(part) or "."))
    return write(root)


def _free_id(parts: Mapping[str, bytes], relations_part: str) -> str:
    data = parts.get(relations_part)
    taken = set() if data is None else {item.get("Id") for item in parse(data)}
    return next(name for name in _numbered("rIdXinshi") if name not in taken)


def _free_name(parts: Mapping[str, bytes], folder: str, stem: str, suffix: str) -> str:
    names = (posixpath.join(folder, name + suffix) for name in _numbered(stem))
    return next(name for name in names if name not in parts)


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    for number in range(2, 1000):
        yield f"{stem}{number}"
