"""A letter as plain text, for mail."""

from chappe.legal.letters.body import Added, Body, Heading, Paragraph, Table, written


def as_text(body: Body) -> str:
    """The letter, one thing a line."""
    lines = [*body.to, "", written(body.date), "", body.title, ""]
    for block in body.blocks:
        match block:
            case Heading(text):
                lines += ["", text, "-" * min(len(text), 72)]
            case Paragraph(text) | Added(text):
                lines += [text, ""]
            case Table(rows):
                lines += [f"{label}: {value}" for label, value in rows] + [""]
    return "\n".join([*lines, *body.signature]).strip() + "\n"
