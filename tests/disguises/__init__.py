"""Attacks on the reading of comments, written without a look at how the text room undoes them."""
