"""Inviolable: for the day somebody tries to enter a consulate, and the year after it."""

from importlib.metadata import version

__version__ = version("inviolable")
