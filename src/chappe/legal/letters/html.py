"""A letter as a page that stands alone: no script, nothing fetched from elsewhere."""

from html import escape

from chappe.legal.letters.body import Added, Block, Body, Heading, Paragraph, written

STYLE = (
    "body{font:16px/1.5 Georgia,serif;max-width:44rem;margin:3rem auto;padding:0 1.5rem;color:#16202a;background:#fff}"
    "h1{font-size:1.25rem}h2{font-size:1.05rem;margin-top:2rem}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #c9d2da;"
    "overflow-wrap:anywhere}th{width:34%;font-weight:600}.to,.from{white-space:pre-line}p{white-space:pre-line}"
)


def as_html(body: Body) -> str:
    """The whole page. Everything in it is escaped: orders are written by others."""
    blocks = "\n".join(_block(one) for one in body.blocks)
    to, signature = (escape("\n".join(lines)) for lines in (body.to, body.signature))
    return (
        f'<!doctype html>\n<html lang="{escape(body.lang)}"><head><meta charset="utf-8">\n'
        f"<title>{escape(body.title)}</title><style>{STYLE}</style></head><body>\n"
        f'<p class="to">{to}</p>\n<p>{written(body.date)}</p>\n<h1>{escape(body.title)}</h1>\n{blocks}\n'
        f'<p class="from">{signature}</p>\n</body></html>\n'
    )


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h2>{escape(block.text)}</h2>"
    if isinstance(block, Paragraph | Added):
        return f"<p>{escape(block.text)}</p>"
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{escape(value)}</td></tr>' for label, value in block.rows
    )
    return f"<table>{rows}</table>"
