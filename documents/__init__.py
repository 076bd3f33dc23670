"""Word, Excel and PDF in and out of the program: official annexes filled and read, by their printed labels."""
