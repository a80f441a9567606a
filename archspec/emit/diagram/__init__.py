"""Diagrams: from a design to a sketch, from it to a scene, and from that to a drawing."""
