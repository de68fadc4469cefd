-- Everybody who ever vouched for an authority, or changed by what it is known: none of them approves what it is given.
ALTER TABLE authorities ADD COLUMN vouchers TEXT NOT NULL DEFAULT '';
UPDATE authorities SET vouchers = ' ' || CAST(verified_by AS TEXT) || ' ' WHERE verified_by <> 0;
