"""The door for Word files people send: says what the bytes really are, and opens only a plain, harmless .docx.

Not the extension decides but the content. All limits are named constants, here and in `documents/archive.py`.

    Refused
    ├── Empty  TooBig                                   nothing to open, or too much
    ├── OtherFile  (documents/kinds.py)                 not a .docx at all: .doc, PDF, picture, Excel …
    ├── Exploding  Tampered  Broken  (…/archive.py)     an archive that bursts, was tampered with, or is damaged
    ├── Macros  Embedded  External                      a .docx that carries or fetches something else
    └── Entities                                        a .docx whose XML declares entities
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from documents.archive import MAX_UNPACKED, Broken, Exploding, unpack
from documents.kinds import Refused, shown, sniff

#: The file as sent, bytes: what Telegram lets a bot download, and pictures enough for an annex.
MAX_FILE = 20 * 2**20
#: "<" in one XML part, which bounds its nodes and so the memory of its tree.
MAX_TAGS = 400_000

_WORD_MAIN = "wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))


class Empty(Refused):
    """The file has no bytes at all: usually an upload that was broken off."""

    key = "document.empty"


class TooBig(Refused):
    """The file is larger than `MAX_FILE`. Facts: mb, limit (both whole MB)."""

    key = "document.too_big"


class Macros(Refused):
    """The document carries macros (VBA) or ActiveX controls, which could run on the organiser's computer."""

    key = "document.macros"


class Embedded(Refused):
    """The document carries a foreign object (OLE) or an imported piece, which this program cannot look into."""

    key = "document.embedded"


class External(Refused):
    """The document fetches something when opened. Facts: kind (template, picture, object, frame or part)."""

    key = "document.external"


class Entities(Refused):
    """An XML part declares a document type or entities, which no office program writes."""

    key = "document.entities"


@dataclass(frozen=True, slots=True)
class Package:
    """What may be read of a .docx: the roots of the document, of its footers, and of its list numbering if it has any.

    `holds_file`: an office file lies inside (charts bring a table along); it stays unopened, and a person should know.
    """

    document: etree._Element
    footers: tuple[etree._Element, ...] = ()
    numbering: etree._Element | None = None
    holds_file: bool = False


def open_word(data: bytes, *, name: str = "") -> Package:
    """Open a .docx that somebody sent; `name` is only for the sentences. Raises a `Refused` of the tree above."""
    called = shown(name)
    if not data:
        raise Empty(called)
    if len(data) > MAX_FILE:
        raise TooBig(called, mb=-(-len(data) // 2**20), limit=MAX_FILE // 2**20)
    if other := sniff(data):
        raise other(called)
    return _package(unpack(data, called), called)


def _package(parts: dict[str, bytes], name: str) -> Package:
    types = _content_types(parts, name)
    _refuse_programs(parts, types, name)
    _refuse_doctypes(parts, name)
    for part in parts:
        if part.casefold().endswith(".rels"):
            _check_relations(parts, part, name)
    main = next((part for part, kind in types.items() if kind.endswith(_WORD_MAIN)), "")
    if main not in parts:
        raise Broken(name)
    aims = [(kind, target) for kind, target in _targets(parts, main, name) if target in parts]
    footers = sorted({target for kind, target in aims if kind == "footer"})
    lists = next((target for kind, target in aims if kind == "numbering"), "")
    return Package(
        document=_parse(parts, main, name),
        footers=tuple(_parse(parts, footer, name) for footer in footers),
        numbering=_parse(parts, lists, name) if lists else None,
        holds_file=any(part.casefold().startswith("word/embeddings/") for part in parts),
    )


def _content_types(parts: dict[str, bytes], name: str) -> dict[str, str]:
    """Part name -> content type, for the parts that [Content_Types].xml names (OPC, ISO/IEC 29500-2, 7.2)."""
    root = _parse(parts, "[Content_Types].xml", name)
    pairs = ((child.get("PartName") or child.get("Extension") or "", child.get("ContentType") or "") for child in root)
    return {part.lstrip("/"): kind for part, kind in pairs}


def _refuse_programs(parts: dict[str, bytes], types: dict[str, str], name: str) -> None:
    names = [part.casefold() for part in parts]
    if any("macroenabled" in kind.casefold() or "vbaproject" in kind.casefold() for kind in types.values()):
        raise Macros(name)
    if any(part.endswith(("vbaproject.bin", "vbadata.xml")) or "/activex/" in part for part in names):
        raise Macros(name)
    if any("/embeddings/" in part and part.endswith((".bin", ".docm", ".xlsm", ".pptm")) for part in names):
        raise Embedded(name)


def _refuse_doctypes(parts: dict[str, bytes], name: str) -> None:
    if any(mark in content for content in parts.values() for mark in _DOCTYPES):
        raise Entities(name)


def _check_relations(parts: dict[str, bytes], rels: str, name: str) -> None:
    kinds = {"attachedTemplate": "template", "image": "picture", "oleObject": "object", "frame": "frame"}
    for relation in _parse(parts, rels, name).iter(_RELATION):
        kind = (relation.get("Type") or "").rsplit("/", 1)[-1]
        if relation.get("TargetMode", "").casefold() == "external" and kind != "hyperlink":
            raise External(name, kind=kinds.get(kind, "part"))
        if kind in ("aFChunk", "oleObject", "control", "vbaProject"):
            raise Embedded(name)


def _targets(parts: dict[str, bytes], part: str, name: str) -> Iterator[tuple[str, str]]:
    """(kind, part name) of everything inside the archive that `part` points to."""
    folder, file = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{file}.rels")
    if rels in parts:
        for relation in _parse(parts, rels, name).iter(_RELATION):
            target = unquote(relation.get("Target") or "")
            path = target if target.startswith("/") else posixpath.join(folder, target)
            yield (relation.get("Type") or "").rsplit("/", 1)[-1], posixpath.normpath(path).lstrip("/")


def _parse(parts: dict[str, bytes], part: str, name: str) -> etree._Element:
    content = parts.get(part, b"")
    if content.count(b"<") > MAX_TAGS:
        raise Exploding(name, limit=MAX_UNPACKED // 2**20)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True)
    try:
        root = etree.fromstring(content.replace(_STRICT, _TRANSITIONAL), parser)
    except etree.XMLSyntaxError as failure:
        raise Broken(name) from failure
    if root.getroottree().docinfo.internalDTD is not None:
        raise Entities(name)
    return root
