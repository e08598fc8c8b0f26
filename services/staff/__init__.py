"""What staff run: programmes, their guests, what the matcher says of a pool."""
