"""The JSON Schema of the YAML form."""
