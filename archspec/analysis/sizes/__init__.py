"""Which input sizes fit: many sizes at once through a design, and what can be said of them."""
