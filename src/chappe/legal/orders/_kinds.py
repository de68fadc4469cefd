"""Kinds of authority and lists of reasons that several instruments share."""

JUDGES = frozenset({"judge", "court"})
PROSECUTORS = JUDGES | {"prosecutor"}
INVESTIGATORS = PROSECUTORS | {"police"}
CHECKLIST = ("jurisdiction", "necessity", "press", "lawyer", "immunity", "political")
"""What a person asks of every order before data or content are touched for good."""
DEFECTS = ("incomplete", "manifest_error", "insufficient_information", "no_legal_basis", "contradictory", "everybody")
"""What is asked back."""
NOT_THERE = ("not_held", "no_longer_held", "nothing_found", "encrypted_end_to_end")
OBSTACLES = ("force_majeure", "technical")
OBJECTIONS = ("not_competent", "outside_territory", "outside_category", "immunity", "press", "lawyer", "political",
              "disproportionate", "no_legal_basis", "everybody", "contradictory", "duplicate")  # fmt: skip
