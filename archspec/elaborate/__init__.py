"""From the syntax tree to the design: names, parameters, expressions and shapes in one step."""
