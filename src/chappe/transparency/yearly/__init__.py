"""What the Digital Services Act wants every year, and of every statement of reasons: the eleven sheets of the official
report, and records in the schema of the transparency database.

Comes in: a reader, a period, facts of the provider. Goes out: CSV files by name, JSON records.
Must never hold a figure that was typed in: all but the texts of the last sheet are counted from rows.
"""

from chappe.transparency.yearly.report import Provider, Texts, TextsError, load_texts, report
from chappe.transparency.yearly.statements import Batch, batch, faults
from chappe.transparency.yearly.tco import report as tco_report

__all__ = ["Batch", "Provider", "Texts", "TextsError", "batch", "faults", "load_texts", "report", "tco_report"]
