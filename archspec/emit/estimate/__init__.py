"""Estimates written out: for people, for pages and spreadsheets, and for programs."""
