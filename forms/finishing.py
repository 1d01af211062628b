"""What the engine leaves to do: one file that says it is PDF/A and PDF/UA at once.

The engine writes either claim into the metadata, never both. PDF/A lets a file name a
property that its own standard does not know only together with a description of that
property's schema, so the claim of PDF/UA brings its description along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pydyf

if TYPE_CHECKING:
    import weasyprint

_END = b"</rdf:RDF>"
_UA = "http://www.aiim.org/pdfua/ns/id/"
_EXTENSION = "http://www.aiim.org/pdfa/ns/"
_CLAIM = f"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="{_UA}" pdfuaid:part="1"/>
<rdf:Description rdf:about=""
  xmlns:pdfaExtension="{_EXTENSION}extension/"
  xmlns:pdfaSchema="{_EXTENSION}schema#"
  xmlns:pdfaProperty="{_EXTENSION}property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{_UA}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of PDF/UA that the file follows\
</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
""".encode()


def finish(_: weasyprint.Document, pdf: pydyf.PDF) -> None:
    """Make the file what it claims to be, and no larger than it need be."""
    _claim_ua(pdf)
    for each in _streams(pdf, "/EmbeddedFile"):
        # The engine asks for dates, and nobody knows them.
        del each.extra["Params"]["CreationDate"], each.extra["Params"]["ModDate"]
    _say_scope_of_heads(pdf)
    _share_drawings(pdf)


def _claim_ua(pdf: pydyf.PDF) -> None:
    metadata = _object(pdf, pdf.catalog["Metadata"])
    (packet,) = metadata.stream
    before, end, after = packet.partition(_END)
    metadata.stream = [before + _CLAIM + end + after]


def _say_scope_of_heads(pdf: pydyf.PDF) -> None:
    """Say that the heads of our tables are those of columns.

    The engine names the heads of each cell instead, and loses count where heads stand
    in two rows.
    """
    for each in pdf.objects:
        kind = each.get("S") if isinstance(each, pydyf.Dictionary) else None
        if kind == "/TH":
            each["A"]["Scope"] = "/Column"
            each.pop("ID", None)
        elif kind == "/TD":
            each["A"].pop("Headers", None)


def _share_drawings(pdf: pydyf.PDF) -> None:
    """Keep one drawing for all lines to write on that look the same.

    The engine draws the dash of each line anew, a fifth of a form with many lines.
    """
    known: dict[bytes, pydyf.Object] = {}

    def shared(reference: bytes) -> bytes:
        one = _object(pdf, reference)
        kept = known.setdefault(one.data, one)
        if kept is not one:
            pdf.objects[one.number] = _nothing(one.number)
        return bytes(kept.reference)

    for line in _streams(pdf, "/Pattern"):
        uses = _object(pdf, line.extra["Resources"])
        for name, reference in uses["XObject"].items():
            drawing = _object(pdf, reference)
            drawing.extra["Resources"] = shared(drawing.extra["Resources"])
            uses["XObject"][name] = shared(reference)
        line.extra["Resources"] = shared(line.extra["Resources"])


def _nothing(number: int) -> pydyf.Object:
    """Return what stands at the number of an object that nothing needs any more."""
    hole = pydyf.Dictionary()
    hole.number = number
    return hole


def _streams(pdf: pydyf.PDF, kind: str) -> list[pydyf.Stream]:
    return [one for one in pdf.objects if getattr(one, "extra", {}).get("Type") == kind]


def _object(pdf: pydyf.PDF, reference: bytes) -> pydyf.Object:
    return pdf.objects[int(reference.split()[0])]
