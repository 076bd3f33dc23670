"""Films made by ffmpeg while the tests run, and the matrix that lays our measurements beside MediaInfo's."""
