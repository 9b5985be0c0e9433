"""An incident as the fold of its ledger entries: parts, facts, findings, obligations. The hub."""
