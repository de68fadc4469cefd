"""What is always true of a box and its log. Source: api/updates"""

from chappe.store import Reader


def require_whole_log(rx: Reader, owner_id: int) -> None:
    """The log of the box leads from its beginning to its end, each pts once; only that of a deleted message is gone."""
    log = rx.all("SELECT pts, pts_count FROM box_log WHERE owner_id = ?", (owner_id,))
    posted = rx.all("SELECT pts, 1 FROM messages WHERE owner_id = ? AND pts > 0 ORDER BY id", (owner_id,))
    assert posted == sorted(posted)
    at, missing = 1, 0
    for pts, pts_count in sorted(log + posted):
        assert pts_count > 0 and pts - pts_count >= at, (pts, pts_count, at)
        missing += pts - pts_count - at
        at = pts
    end, last_id = rx.one("SELECT pts, last_id FROM boxes WHERE owner_id = ?", (owner_id,)) or (0, 0)
    assert missing + end - at == last_id - len(posted)
