"""The words of the pages in other languages: Vietnamese is the source of each."""
