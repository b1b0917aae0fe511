"""Links one relocatable file so that every loaded section has an address of its own.

What ld writes into the debug sections of the result is what each relocation means:
with no two sections at one address, a value that was taken from the wrong section, or
without its addend, shows. The result is a final file, so readers of it need not know
anything of relocations.

SHF_MERGE is switched off first: merging moves strings, and then neither offsets in
.debug_str nor addresses in .rodata.str could be compared as numbers. Records of code and
data are emptied: nothing then relaxes or needs a GOT, code stays as long as it was, and
what is in the debug sections still counts for it. And .eh_frame goes by another name
while it is linked, because linkers join and drop its entries.
"""

import shutil
import struct
import subprocess

from . import elf_image

PROGRAM = 'ld' if shutil.which('ld') else None
PROGRAM_ARM64 = shutil.which('aarch64-linux-gnu-ld')

# (first address, distance, first address of undefined symbols) by address size.
LAYOUTS = {2: (0x1000, 0x100, 0xe000), 4: (0x200000, 0x100, 0x70000000)}
# Non-loaded sections without which a file means the same.
UNUSED = ('.comment', '.note.GNU-stack', '.gnu.lto_*', '.gnu.debuglto_*',
          '.llvm_addrsig', '.rel.text*', '.rela.text*', '.stack_sizes')
LINKER_DEFINED = ('_GLOBAL_OFFSET_TABLE_', '.TOC.')
# Loaded whatever their type: the notes are variables of C in modules.
HIDDEN = {b'.eh_frame\0': b'.eh_fraME\0'}
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


def _is_debug(name):
    return name.startswith(('.debug_', '.zdebug_', '.eh_frame'))


def _prepared(image):
    """The file without SHF_MERGE, and without records of code and data."""
    data = bytearray(image.data)
    word = image.order + ('Q' if image.is_64 else 'I')
    for section in image.sections:
        header = section.header_offset
        flags = section.flags & ~(elf_image.SHF_MERGE | elf_image.SHF_STRINGS)
        struct.pack_into(word, data, header + 8, flags)
        if (section.type >= elf_image.SHT_LOPROC and
                section.type != elf_image.SHT_CREL and _is_debug(section.name)):
            # SHT_MIPS_DWARF, SHT_X86_64_UNWIND: the script does not say so.
            struct.pack_into(image.order + 'I', data, header + 4,
                             elf_image.SHT_PROGBITS)
        if (section.type in elf_image.SHT_RELOCATIONS and
                not _is_debug(image.sections[section.info].name)):
            if section.type == elf_image.SHT_CREL:  # has a header when empty
                struct.pack_into(image.order + 'I', data, header + 4,
                                 elf_image.SHT_REL)
            struct.pack_into(word, data, header + (32 if image.is_64 else 20), 0)
    for name, hidden in HIDDEN.items():
        data = data.replace(name, hidden)
    return data


def _script(image, address_size, keep_out):
    first_address, gap, first_undefined = LAYOUTS[address_size]
    places = {}
    # Sections that linkers make themselves go in front.
    lines = [f'SECTIONS {{ . = {first_address - gap:#x};']
    address = first_address
    # The TLS block is one segment: its sections must be neighbours. Linkers write
    # some loaded sections themselves.
    loaded = sorted((section for section in image.sections
                     if section.flags & elf_image.SHF_ALLOC and
                     section.type < elf_image.SHT_LOPROC and
                     section.name != '.note.gnu.property' or
                     section.name == '.eh_frame'),
                    key=lambda section: not section.flags & elf_image.SHF_TLS)
    for section in loaded:
        if section.name in places:
            raise ValueError(f'two loaded sections are named {section.name}')
        alignment = max(section.alignment, 1)
        tls = section.flags & elf_image.SHF_TLS
        address += 0 if tls else gap
        address = (address + alignment - 1) // alignment * alignment
        places[section.name] = address
        name = HIDDEN.get(section.name.encode() + b'\0',
                          section.name.encode() + b'\0')[:-1].decode()
        # The symbol keeps a section that is empty.
        lines.append(f'  {name} {address:#x} : '
                     f'{{ *({name}) __section_{section.index} = .; }}')
        address += section.size
    lines.append(f'  .common {address + gap:#x} : {{ *(COMMON) }}')
    for name in dict.fromkeys(section.name for section in image.sections
                              if section.name.startswith('.debug_')):
        lines.append(f'  {name} 0 : {{ *({name}) }}')
    lines.append(f'  /DISCARD/ : {{ {" ".join(f"*({x})" for x in keep_out)} }}')
    lines.append('}')
    undefined = (symbol.name for symbol in image.symbols
                 if symbol.section == SHN_UNDEF and symbol.name and
                 symbol.name not in LINKER_DEFINED)
    for number, name in enumerate(dict.fromkeys(undefined)):
        lines.append(f'"{name}" = {first_undefined + 16 * number:#x};')
    return '\n'.join(lines) + '\n', places


def _emulation(image):
    if image.machine == elf_image.EM_386:
        return 'elf_i386'
    if image.machine == elf_image.EM_AARCH64:
        return 'aarch64linux'
    return 'elf_x86_64' if image.is_64 else 'elf32_x86_64'


def emulation(path):
    """What ld calls the target of the file."""
    return _emulation(elf_image.ElfImage(path))


def write_link(image, directory, program, arguments=(), address_size=4):
    """Links a file with `program`, a linker for its machine; what is made is put
    into `directory`. Returns the linked file, the places and the command."""
    script, places = _script(image, address_size, UNUSED)
    (directory / 'prepared.o').write_bytes(_prepared(image))
    (directory / 'script').write_text(script)
    command = [program, *arguments, '-N', '-e', '0', '--build-id=none',
               '--no-check-sections', '-T', 'script', '-o', 'linked',
               'prepared.o']
    result = subprocess.run(
        command, cwd=directory, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False)
    linked = directory / 'linked'
    if result.returncode != 0 or not linked.exists():
        raise RuntimeError(f'{" ".join(command)}: {result.stdout[:2000]}')
    data = linked.read_bytes()
    for name, hidden in HIDDEN.items():
        data = data.replace(hidden, name)
    linked.write_bytes(data)
    return linked, places, command


def linker(path):
    """The linker for the file's machine, x86 or arm64; None if there is none."""
    image = elf_image.ElfImage(path)
    return PROGRAM_ARM64 if image.machine == elf_image.EM_AARCH64 else PROGRAM


def link(path, directory):
    """Links the x86 or arm64 file at `path`; what is made is put into
    `directory`."""
    image = elf_image.ElfImage(path)
    arguments = ['-m', _emulation(image), '--no-warn-mismatch']
    if image.machine != elf_image.EM_AARCH64:  # x86's alone has that
        arguments.append('--no-ld-generated-unwind-info')
    linked, places, _ = write_link(image, directory, linker(path), arguments)
    return Linked(linked, places, image)
