"""The legal desk: an authority's order becomes a case with a clock, is checked, carried out or refused, and answered.

Comes in: orders of any instrument (`legal.orders`) through the single door of `intake`. Goes out: receipts, letters,
measures through `domain.decisions`, disclosures that two people approved, entries of the journal.
Must never restrict anything itself, disclose anything by one person alone, reach further than the instrument, or
leave an order without receipt, owner, clock and answer.
"""
