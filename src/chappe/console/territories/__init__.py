"""Countries: how each stands, what leaving one would touch, and the runbook with its dates."""
