"""Links one relocatable file so that every loaded section has an address of its own.

What ld writes into the debug sections of the result is what each relocation means:
with no two sections at one address, a value that was taken from the wrong section, or
without its addend, shows. The result is a final file, so readers of it need not know
anything of relocations.

SHF_MERGE is switched off first: merging moves strings, and then neither offsets in
.debug_str nor addresses in .rodata.str could be compared as numbers.
"""

import shutil
import struct
import subprocess

from . import elf_image

PROGRAM = 'ld' if shutil.which('ld') else None

FIRST_ADDRESS = 0x200000
GAP = 0x10000
FIRST_UNDEFINED = 0x70000000
SHN_UNDEF = 0
SHN_LORESERVE = 0xff00


class Linked:
    """`path`: the linked file. `places`: address by section name. `image`: the
    file as it was. `bases`: for each section, by index, where in the section of
    its name it begins in the linked file (COMDAT groups hold many .debug_info)."""

    def __init__(self, path, places, image):
        self.path = path
        self.places = places
        self.image = image
        self.symbols = {symbol.name: symbol.value
                        for symbol in elf_image.ElfImage(path).symbols
                        if symbol.binding != 0}
        self.bases = {}
        sizes = {}
        for section in image.sections:
            self.bases[section.index] = sizes.get(section.name, 0)
            sizes[section.name] = self.bases[section.index] + section.size
        tls = [places[section.name] for section in image.sections
               if section.flags & elf_image.SHF_TLS and
               section.name in places]
        self.tls_start = min(tls, default=0)

    def options(self):
        """Tells dwreloc-dump of the places."""
        return [f'--place={name}={address:#x}'
                for name, address in self.places.items()]

    def tls_offset(self, symbol_index):
        symbol = self.image.symbols[symbol_index]
        section = self.image.sections[symbol.section]
        return self.places[section.name] + symbol.value - self.tls_start


def _without_merging(image):
    data = bytearray(image.data)
    for section in image.sections:
        flags = section.flags & ~(elf_image.SHF_MERGE | elf_image.SHF_STRINGS)
        struct.pack_into('<Q' if image.is_64 else '<I', data,
                         section.header_offset + 8, flags)
    return data


def _script(image):
    places = {}
    lines = ['SECTIONS {']
    address = FIRST_ADDRESS
    # The TLS block is one segment: its sections must be neighbours. ld writes
    # .note.gnu.property itself.
    loaded = sorted((section for section in image.sections
                     if section.flags & elf_image.SHF_ALLOC and
                     section.name != '.note.gnu.property'),
                    key=lambda section: not section.flags & elf_image.SHF_TLS)
    for section in loaded:
        if section.name in places:
            raise ValueError(f'two loaded sections are named {section.name}')
        alignment = max(section.alignment, 1)
        tls = section.flags & elf_image.SHF_TLS
        address += 0 if tls else GAP
        address = (address + alignment - 1) // alignment * alignment
        places[section.name] = address
        # The symbol keeps a section that is empty.
        lines.append(f'  {section.name} {address:#x} : '
                     f'{{ *({section.name}) __section_{section.index} = .; }}')
        address += section.size
    lines.append(f'  .common {address + GAP:#x} : {{ *(COMMON) }}')
    for name in dict.fromkeys(section.name for section in image.sections
                              if section.name.startswith('.debug_')):
        lines.append(f'  {name} 0 : {{ *({name}) }}')
    lines.append('}')
    undefined = (symbol.name for symbol in image.symbols
                 if symbol.section == SHN_UNDEF and symbol.name)
    for number, name in enumerate(dict.fromkeys(undefined)):
        lines.append(f'"{name}" = {FIRST_UNDEFINED + 16 * number:#x};')
    return '\n'.join(lines) + '\n', places


def _emulation(image):
    if image.is_64:
        return 'elf_x86_64'
    return 'elf_i386' if image.machine == elf_image.EM_386 else 'elf32_x86_64'


def emulation(path):
    """What ld calls the target of the file."""
    return _emulation(elf_image.ElfImage(path))


def link(path, directory):
    """Links the file at `path`; what is made is put into `directory`."""
    image = elf_image.ElfImage(path)
    script, places = _script(image)
    with open(directory / 'unmerged.o', 'wb') as file:
        file.write(_without_merging(image))
    (directory / 'script').write_text(script)
    linked = directory / 'linked'
    result = subprocess.run(
        [PROGRAM, '-m', _emulation(image), '-N',
         '-e', '0', '--build-id=none', '--no-check-sections',
         '--no-warn-mismatch', '--no-ld-generated-unwind-info',
         '-T', directory / 'script', '-o', linked, directory / 'unmerged.o'],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False)
    if result.returncode != 0:
        raise RuntimeError(f'ld {path}: {result.stdout[:2000]}')
    return Linked(linked, places, image)
