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
