"""Documents as people bring them, and as nobody honest makes them; each is made here, in a few lines."""

import zipfile
import zlib
from io import BytesIO

import docx

PAGE = """<!DOCTYPE html><html lang="es"><head><title>Un intento en la puerta</title>
<meta property="og:site_name" content="Diario de Prueba">
<meta property="article:published_time" content="2026-01-27T22:15:00-06:00">
<meta property="article:modified_time" content="2026-01-28T05:15:00Z"></head>
<body><nav><a href="/a">Portada</a> <a href="/b">Deportes</a></nav>
<article><h1>Un intento en la puerta</h1>
<p>Un agente intentó entrar en el consulado la mañana del martes, según la cancillería, y el personal se lo impidió.</p>
<p>La cancillería presentó una nota de protesta ante la embajada y exigió que actos así no se repitan.</p></article>
<footer>Todos los derechos reservados</footer></body></html>"""

HOSTILE = (
    """<!DOCTYPE html><html lang='x"><script>'><head><title>&lt;script&gt;alert(1)&lt;/script&gt;\u202e</title>
<meta name="author" content="javascript:alert(1)"><meta property="article:published_time" content="2026-13-45T99:99">
<base href="http://198.51.100.1/"><script src="http://198.51.100.1/x.js"></script>
<link rel=stylesheet href=//198.51.100.1>
<meta http-equiv="refresh" content="0;url=http://198.51.100.1/"></head><body onload="alert(1)">
<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>&c;&b;
<article>
<p>The staff closed the door, <b onclick="alert(1)">the consulate says</b>, and nobody came in that morning.</p>
<iframe src="file:///etc/passwd"></iframe><img src=x onerror=alert(1)><object data="file:///etc/passwd"></object>
<p>&lt;img src=x onerror=alert(1)&gt; is written in the article itself, and stays what it is: letters.</p></article>
"""
    + "<div>" * 30_000
)


def pdf(*pages: bytes, filters: bytes = b"") -> bytes:
    """A PDF whose pages hold these contents."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, content in enumerate(pages):
        about = b"/Resources << /Font << /F1 3 0 R >> >> /MediaBox [0 0 595 842]"
        objects.append(b"<< /Type /Page /Parent 2 0 R %s /Contents %d 0 R >>" % (about, 5 + 2 * number))
        objects.append(b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), filters, content))
    written, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + end


def text_pdf(*lines: str) -> bytes:
    """A PDF of one page with these lines."""
    said = b" ".join(b"(%s) Tj T*" % line.encode("latin-1") for line in lines)
    return pdf(b"BT /F1 12 Tf 14 TL 40 800 Td %s ET" % said)


def scanned_pdf() -> bytes:
    """A page that is a picture, as a scanner makes one: no letter in it."""
    return pdf(b"q 595 0 0 842 0 0 cm 0.5 g 0 0 1 1 re f Q")


def exploding_pdf(size: int = 5 << 28) -> bytes:
    """A few megabytes that say that they are gigabytes: zeros, deflated, and deflated again."""
    packer, piece = zlib.compressobj(1), b" " * (1 << 24)
    once = b"".join(packer.compress(piece) for _ in range(size // len(piece))) + packer.flush()
    return pdf(zlib.compress(once, 9), filters=b"/Filter [/FlateDecode /FlateDecode]")


def letter(*lines: str) -> bytes:
    """A Word document."""
    document, made = docx.Document(), BytesIO()
    for line in lines:
        document.add_paragraph(line)
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "hora", "11:00"
    document.core_properties.author = "somebody's account"
    document.save(made)
    return made.getvalue()


def exploding_docx(size: int = 5 << 28) -> bytes:
    """The same trick in a Word document: one part of it is gigabytes of spaces."""
    made = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(letter("hola"))) as honest,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out,
    ):
        for part in honest.infolist():
            if part.filename != "word/document.xml":
                out.writestr(part, honest.read(part))
        with out.open("word/document.xml", "w", force_zip64=True) as part:
            for _ in range(size >> 24):
                part.write(b" " * (1 << 24))
    return made.getvalue()


#: A paragraph of a Word file in each way that its words can stand in it.
IN_WORD = {
    "control": "<w:sdt><w:sdtPr><w:tag w:val='x'/></w:sdtPr><w:sdtContent><w:p>{run}</w:p></w:sdtContent></w:sdt>",
    "control within": "<w:p><w:r><w:t>x</w:t></w:r><w:sdt><w:sdtPr/><w:sdtContent>{run}</w:sdtContent></w:sdt></w:p>",
    "inserted": "<w:p><w:ins w:id='1' w:author='a'>{run}</w:ins></w:p>",
    "link": "<w:p><w:hyperlink w:anchor='a'>{run}</w:hyperlink></w:p>",
    "smart tag": "<w:p><w:smartTag w:element='place'>{run}</w:smartTag></w:p>",
    "field": "<w:p><w:fldSimple w:instr='X'>{run}</w:fldSimple></w:p>",
    "hidden": "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{words}</w:t></w:r></w:p>",
    "custom": "<w:customXml w:element='x'><w:p>{run}</w:p></w:customXml>",
    "text box": "<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p>{run}</w:p></w:txbxContent></v:textbox>"
    "</v:shape></w:pict></w:r></w:p>",
    "watermark": "<w:p><w:r><w:pict><v:shape><v:textpath string='{words}'/></v:shape></w:pict></w:r></w:p>",
    "table": "<w:tbl><w:tr><w:tc><w:p>{run}</w:p></w:tc></w:tr></w:tbl>",
    "table within": "<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc><w:p>{run}</w:p></w:tc></w:tr></w:tbl><w:p/></w:tc></w:tr>"
    "</w:tbl>",
    "deleted": "<w:p><w:r><w:t xml:space='preserve'>before </w:t></w:r><w:del w:id='1' w:author='a'><w:r><w:delText>"
    "not </w:delText></w:r></w:del>{run}</w:p>",
}
SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def word_with(words: str, how: str, file: bytes = b"") -> bytes:
    """A Word file, or this one, with words in one way: as IN_WORD has it, or in another part such as `footnotes`."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml

    document, made = docx.Document(BytesIO(file) if file else None), BytesIO()
    if not file:
        document.add_paragraph("The Ministry presents its compliments.")
    run = f"<w:r><w:t>{words}</w:t></w:r>"
    if how in IN_WORD:
        told = IN_WORD[how].format(run=run, words=words)
        inside = parse_xml(f"<w:body {SPACES}>{told}</w:body>")
        document.element.body.insert(1, inside[0])
    elif how in ("header", "footer"):
        getattr(document.sections[0], how).add_paragraph(words)
    else:
        xml = f"<w:{how} {SPACES}><w:{how[:-1]} w:id='2'><w:p>{run}</w:p></w:{how[:-1]}></w:{how}>"
        kind = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{how}+xml"
        part = Part(PackURI(f"/word/{how}.xml"), kind, xml.encode(), document.part.package)
        document.part.relate_to(part, f"{OFFICE}/{how}")
    document.save(made)
    return made.getvalue()


def with_picture() -> bytes:
    """A Word file with a picture in it, of which nobody here reads a word."""
    made, document, picture = BytesIO(), docx.Document(), b"\x89PNG\r\n\x1a\n"
    for name, told in (b"IHDR", b"\0\0\0\1\0\0\0\1\1\0\0\0\0"), (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b""):
        picture += len(told).to_bytes(4, "big") + name + told + zlib.crc32(name + told).to_bytes(4, "big")
    document.add_paragraph("See the picture.")
    document.add_picture(BytesIO(picture))
    document.save(made)
    return made.getvalue()
