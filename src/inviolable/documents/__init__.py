"""Documents: data in, bytes out. Knows no noun of ours, no Django, no network and no clock."""
