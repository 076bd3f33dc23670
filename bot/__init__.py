"""信使: the program above its rules: the conversation engine, the flows, the doors and the roof."""

import gc

# Loading the program makes much and leaves no cycles; looking for some took a tenth of every command's start. So does
# a turn: the default made one message in a hundred wait twice as long.
gc.set_threshold(50_000, 20, 100)
