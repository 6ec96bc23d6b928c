"""The roster as a file: the sample, reading, importing and exporting."""
