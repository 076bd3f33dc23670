"""Tests of the commands of `./xinshi`, as somebody types them."""
