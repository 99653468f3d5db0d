"""Ideas: wishes with votes and a status, the boards on which they stand, and what was changed because of them."""
