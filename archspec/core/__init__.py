"""Text, numbers and data that know no operator."""
