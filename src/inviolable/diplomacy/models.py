"""Tables of this room."""

from inviolable.diplomacy.demands.models import Assurance, Demand, Repetition

__all__ = ["Assurance", "Demand", "Repetition"]
