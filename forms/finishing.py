"""What the engine leaves to do: one file that says it is PDF/A and PDF/UA at once.

The engine writes either claim into the metadata, never both. PDF/A lets a file name a
property that its own standard does not know only together with a description of that
property's schema, so the claim of PDF/UA brings its description along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pydyf
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
    """Claim PDF/UA, and take the dates of the files inside out: nobody knows them.

    Every head of a table says that it heads its column: heads in two rows are not told
    from each other by their places alone.
    """
    metadata = _object(pdf, pdf.catalog["Metadata"])
    (packet,) = metadata.stream
    before, end, after = packet.partition(_END)
    metadata.stream = [before + _CLAIM + end + after]
    for each in pdf.objects:
        if isinstance(each, dict) and each.get("S") == "/TH":
            each["A"]["Scope"] = "/Column"
        if getattr(each, "extra", {}).get("Type") == "/EmbeddedFile":
            del each.extra["Params"]["CreationDate"], each.extra["Params"]["ModDate"]


def _object(pdf: pydyf.PDF, reference: bytes) -> pydyf.Stream:
    return pdf.objects[int(reference.split()[0])]
