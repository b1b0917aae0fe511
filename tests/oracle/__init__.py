"""Oracles: other programs' reading of the same DWARF, compared value by value.

dump             dwreloc-dump's JSON
llvm_dwarfdump   llvm-dwarfdump's text
readelf          GNU readelf's text
operations       DWARF expressions, whoever printed them
elf_image        sections and symbols, read by nobody else's code
link             links a relocatable file, each section at an address of its own
compare          the comparison, and the list of what others are known to get wrong
"""
