"""The Django side of the law: asking it, the ministry's positions, and the legal sign-off of packs."""
