"""Letters as data: what they say, to be shown as HTML, printed as PDF or sent as plain text, always the same.

Source: dsa/9(1), dsa/10(1), tco/annex-2, tco/annex-3, evidence/annex-3
"""

from chappe.legal.letters.body import Body, Heading, Paragraph, Table, pack, unpack
from chappe.legal.letters.html import as_html
from chappe.legal.letters.pdf import as_pdf
from chappe.legal.letters.plain import as_text

__all__ = ["Body", "Heading", "Paragraph", "Table", "as_html", "as_pdf", "as_text", "pack", "unpack"]
