"""What a design becomes: PyTorch source and modules, tables, diagrams, graphs."""
