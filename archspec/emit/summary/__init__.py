"""The summary of a network: as a table, Markdown, CSV or JSON."""
