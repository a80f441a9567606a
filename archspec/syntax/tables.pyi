"""What `tables.py` holds; without this, a type checker would infer the type of 130 KB of nested dictionaries."""

from typing import Any

DATA: Any
MEMO: Any
