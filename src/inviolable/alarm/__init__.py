"""Alarms: a protocol says who is called, when and by what; the plan is kept in rows until the right people answered."""
