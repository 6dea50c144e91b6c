"""How each data file of the course was made from its original; `data/README.md` tells where the originals are from."""
