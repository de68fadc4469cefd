"""The statements of the legal room: authorities, their orders, and what became of them."""
