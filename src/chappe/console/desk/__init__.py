"""The legal desk's screens: what waits with its clock, calendar, cases, forms by hand, drafts, approvals, search."""
