"""Hand-written SQL of the domain, one small function a purpose; neutral between SQLite and PostgreSQL.

Comes in: a Reader or Tx and plain values. Goes out: tuples and plain values.
Must never decide anything: rules stand in `domain`. Imported by `store` and `domain` alone.
"""
