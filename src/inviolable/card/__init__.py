"""The public page for the receiving State's officers: what this place is, who may consent, how to ask.

It knows what posts say of themselves, and nothing of any incident, any alarm or anybody inside.
"""
