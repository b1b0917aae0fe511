"""The debugging information of files that are not linked yet, by libdwreloc.

    import dwreloc
    module = dwreloc.Module('xfs.ko')
    module.place_from_directory('/sys/module/xfs/sections')
    for frame in module.frames(0xffffffffc0a01234):
        print(frame.name, frame.path, frame.line)

Needs nothing but Python 3.8 and the shared library, which is loaded from
$DWRELOC_LIBRARY, else found as any other library is.  An error of the library is
a dwreloc.Error whose text is that of dwreloc_error.

A thin layer over the C API (dwreloc.h, which says more about each call); what is
not here can be called as dwreloc.library().dwreloc_...
"""

import ctypes
import ctypes.util
import functools
import os

NO_SECTION = 0xffffffff
SHF_ALLOC = 2
SHF_TLS = 0x400

FULL, DEBUG, ADDRESSES, STATIC = range(4)  # Dwreloc_Materialize
EXEC, STRICT, NO_CODE = 1, 2, 4            # and its flags

_E_NOT_FOUND = -9


class Error(Exception):
    """`code` is one of Dwreloc_Error_Code."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


class _Error(ctypes.Structure):
    _fields_ = [('code', ctypes.c_int32), ('system_error', ctypes.c_int32),
                ('section', ctypes.c_uint32), ('reloc_type', ctypes.c_uint32),
                ('symbol', ctypes.c_uint32), ('reserved', ctypes.c_uint32),
                ('offset', ctypes.c_uint64), ('text', ctypes.c_char_p),
                ('spare', ctypes.c_uint64 * 4)]


class _Section(ctypes.Structure):
    _fields_ = [('index', ctypes.c_uint32), ('type', ctypes.c_uint32),
                ('name', ctypes.c_char_p), ('flags', ctypes.c_uint64),
                ('address', ctypes.c_uint64), ('file_offset', ctypes.c_uint64),
                ('file_size', ctypes.c_uint64), ('alignment', ctypes.c_uint64),
                ('entry_size', ctypes.c_uint64), ('link', ctypes.c_uint32),
                ('info', ctypes.c_uint32), ('group', ctypes.c_uint32),
                ('is_debug', ctypes.c_uint8), ('is_compressed', ctypes.c_uint8),
                ('holds_dwarf', ctypes.c_uint8), ('reserved', ctypes.c_uint8),
                ('reloc_count', ctypes.c_uint64),
                ('main_index', ctypes.c_uint32), ('reserved2', ctypes.c_uint32),
                ('spare', ctypes.c_uint64 * 7)]


class _Symbol(ctypes.Structure):
    _fields_ = [('index', ctypes.c_uint32), ('section', ctypes.c_uint32),
                ('st_shndx', ctypes.c_uint16), ('type', ctypes.c_uint8),
                ('binding', ctypes.c_uint8), ('visibility', ctypes.c_uint8),
                ('is_of_main_file', ctypes.c_uint8),
                ('reserved', ctypes.c_uint8 * 2), ('value', ctypes.c_uint64),
                ('size', ctypes.c_uint64), ('name', ctypes.c_char_p),
                ('spare', ctypes.c_uint64 * 4)]


class Place(ctypes.Structure):
    """A place in a module, or a number (Dwreloc_Relocatable)."""

    _fields_ = [('module', ctypes.c_void_p), ('value', ctypes.c_uint64),
                ('section', ctypes.c_uint32), ('symbol', ctypes.c_uint32),
                ('detail', ctypes.c_uint32), ('kind', ctypes.c_uint8),
                ('error', ctypes.c_uint8), ('width', ctypes.c_uint8),
                ('has_record', ctypes.c_uint8)]


class _Die(ctypes.Structure):
    _fields_ = [('unit', ctypes.c_void_p), ('offset', ctypes.c_uint64),
                ('opaque', ctypes.c_void_p),
                ('attributes_offset', ctypes.c_uint64),
                ('code', ctypes.c_uint32), ('tag', ctypes.c_uint16),
                ('has_children', ctypes.c_uint8), ('reserved', ctypes.c_uint8)]


class _Frame(ctypes.Structure):
    _fields_ = [('die', _Die), ('name', ctypes.c_char_p),
                ('linkage_name', ctypes.c_char_p), ('path', ctypes.c_char_p),
                ('line_table', ctypes.c_void_p), ('file', ctypes.c_uint64),
                ('line', ctypes.c_uint64), ('column', ctypes.c_uint64),
                ('discriminator', ctypes.c_uint64),
                ('name_error', ctypes.c_int32), ('place_error', ctypes.c_int32),
                ('is_inlined', ctypes.c_uint8),
                ('reserved', ctypes.c_uint8 * 7),
                ('spare', ctypes.c_uint64 * 8)]


class _ImageInfo(ctypes.Structure):
    _fields_ = [('bytes', ctypes.c_void_p), ('size', ctypes.c_size_t),
                ('sections_placed', ctypes.c_uint32),
                ('first_failure', ctypes.c_int32),
                ('records_applied', ctypes.c_uint64),
                ('records_left', ctypes.c_uint64),
                ('first_section', ctypes.c_uint32),
                ('reserved', ctypes.c_uint32),
                ('first_offset', ctypes.c_uint64),
                ('spare', ctypes.c_uint64 * 8)]


class _SetEntry(ctypes.Structure):
    _fields_ = [('name', ctypes.c_char_p), ('path', ctypes.c_char_p),
                ('places', ctypes.c_char_p),
                ('build_id', ctypes.POINTER(ctypes.c_uint8)),
                ('build_id_size', ctypes.c_size_t), ('begin', ctypes.c_uint64),
                ('end', ctypes.c_uint64), ('slide', ctypes.c_uint64),
                ('spare', ctypes.c_uint64 * 8)]


_STEPPER = ctypes.c_uint64 * 512


@functools.lru_cache(maxsize=None)
def library():
    """The shared library."""
    path = os.environ.get('DWRELOC_LIBRARY') or ctypes.util.find_library(
        'dwreloc') or 'libdwreloc.so.0'
    found = ctypes.CDLL(path)
    # All others return an int.
    for name in ('dwreloc_close', 'dwreloc_set_free', 'dwreloc_image_free'):
        getattr(found, name).restype = None
    found.dwreloc_version.restype = ctypes.c_char_p
    found.dwreloc_set_count.restype = ctypes.c_uint32
    return found


def version():
    return library().dwreloc_version().decode()


def _check(result):
    if result < 0:
        error = _Error()
        library().dwreloc_error(ctypes.byref(error))
        raise Error(error.code, error.text.decode(errors='replace'))
    return result


def _text(value):
    return None if value is None else value.decode(errors='replace')


class Section:
    """`address` is where it is placed, or None."""

    def __init__(self, raw, address):
        self.index = raw.index
        self.name = _text(raw.name)
        self.size = raw.file_size
        self.is_loaded = bool(raw.flags & SHF_ALLOC)
        self.is_tls = bool(raw.flags & SHF_TLS)  # data of threads
        self.address = address


class Frame:
    """One function of an inline chain: `name`, `linkage_name`, `path`, `line`,
    `column` (0: unknown) and `is_inlined`, if it is into the next one."""

    def __init__(self, raw):
        self.name = _text(raw.name)
        self.linkage_name = _text(raw.linkage_name)
        self.path = _text(raw.path)
        self.line = raw.line
        self.column = raw.column
        self.is_inlined = bool(raw.is_inlined)

    def __repr__(self):
        return f'<Frame {self.name} at {self.path}:{self.line}>'


class Module:
    """An open file.  `path`, or the handle that a Set gives."""

    def __init__(self, path=None, handle=None, owner=None):
        self._owner = owner  # is kept as long as this
        self._is_owned = handle is None
        if handle is None:
            handle = ctypes.c_void_p()
            _check(library().dwreloc_open(os.fsencode(path),
                                          ctypes.byref(handle)))
        self.handle = handle
        self.path = None if path is None else os.fspath(path)

    def close(self):
        if self.handle and self._is_owned:
            library().dwreloc_close(self.handle)
        self.handle = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        # What the library is part of may be gone when the interpreter ends.
        if getattr(self, 'handle', None) and self._is_owned and _check:
            self.close()

    # Where things are.

    def place(self, section, address):
        """All sections of a name, or the one of an index."""
        if isinstance(section, int):
            call, key = library().dwreloc_place_section, ctypes.c_uint32(section)
        else:
            call, key = library().dwreloc_place, os.fsencode(section)
        _check(call(self.handle, key, ctypes.c_uint64(address)))

    def place_offline(self, base=0x10000):
        _check(library().dwreloc_place_offline(
            self.handle, ctypes.c_uint64(base), None))

    def place_from_directory(self, path):
        """/sys/module/NAME/sections, or a copy; returns how many have a place."""
        return _check(library().dwreloc_place_from_directory(
            self.handle, os.fsencode(path)))

    def place_from_text(self, text):
        """Lines of names and addresses."""
        data = text.encode()
        return _check(library().dwreloc_place_from_text(
            self.handle, data, ctypes.c_size_t(len(data))))

    def place_symbol(self, name, address):
        _check(library().dwreloc_place_symbol(
            self.handle, os.fsencode(name), ctypes.c_uint64(address)))

    def sections(self):
        """All sections, with the addresses of those that are placed."""
        found = []
        raw = _Section()
        index = 1
        while True:
            result = library().dwreloc_section(
                self.handle, ctypes.c_uint32(index), ctypes.byref(raw))
            if result == _E_NOT_FOUND:
                return found
            _check(result)
            found.append(Section(raw, self._address_of(raw)))
            index += 1

    def _address_of(self, raw):
        if not raw.flags & SHF_ALLOC:
            return None
        place = Place()
        address = ctypes.c_uint64()
        if library().dwreloc_relocatable_in_section(
                self.handle, ctypes.c_uint32(raw.index), ctypes.c_uint64(0),
                ctypes.byref(place)) < 0:
            return None
        if library().dwreloc_address_of(ctypes.byref(place),
                                        ctypes.byref(address)) < 0:
            return None
        return address.value

    # Questions.

    def locate(self, address):
        """The place at an address, or None."""
        place = Place()
        found = _check(library().dwreloc_locate(
            self.handle, ctypes.c_uint64(address), ctypes.byref(place)))
        return place if found == 1 else None

    def _place_of(self, where):
        if isinstance(where, Place):
            return where
        place = self.locate(where)
        if place is None:
            # The library tells why it is nowhere.
            place = Place()
            _check(library().dwreloc_relocatable_number(
                ctypes.c_uint64(where), ctypes.byref(place)))
        return place

    def in_section(self, name, offset):
        """The place at an offset of the first section of a name."""
        index = ctypes.c_uint32()
        if _check(library().dwreloc_find_section(
                self.handle, os.fsencode(name), ctypes.c_uint32(0),
                ctypes.byref(index))) != 1:
            raise Error(_E_NOT_FOUND, f'no section {name}')
        place = Place()
        _check(library().dwreloc_relocatable_in_section(
            self.handle, index, ctypes.c_uint64(offset), ctypes.byref(place)))
        return place

    def frames(self, where):
        """The inline chain at a Place or an address, innermost first; empty if no
        unit has code there."""
        place = self._place_of(where)
        stepper = _STEPPER()
        if _check(library().dwreloc_frames_begin(
                self.handle, ctypes.byref(place), ctypes.byref(stepper))) != 1:
            return []
        found = []
        raw = _Frame()
        while _check(library().dwreloc_frames_next(
                ctypes.byref(stepper), ctypes.byref(raw))) == 1:
            found.append(Frame(raw))
        return found

    def symbol_at(self, where):
        """(name, offset in it) of the symbol at a Place or address, or None."""
        place = self._place_of(where)
        index, offset, raw = ctypes.c_uint32(), ctypes.c_uint64(), _Symbol()
        if _check(library().dwreloc_symbol_at(
                self.handle, ctypes.byref(place), ctypes.byref(index),
                ctypes.byref(offset))) != 1:
            return None
        _check(library().dwreloc_symbol(self.handle, index, ctypes.byref(raw)))
        return _text(raw.name), offset.value

    def build_id(self):
        """Its bytes, or None."""
        data = ctypes.POINTER(ctypes.c_uint8)()
        size = ctypes.c_size_t()
        result = library().dwreloc_build_id(
            self.handle, ctypes.byref(data), ctypes.byref(size))
        if result == _E_NOT_FOUND:
            return None
        _check(result)
        return bytes(data[:size.value])

    # For readers that know no relocations.

    def _image(self, mode, flags):
        image = ctypes.c_void_p()
        _check(library().dwreloc_materialize(
            self.handle, ctypes.c_uint32(mode), ctypes.c_uint32(flags),
            ctypes.byref(image)))
        return image

    def materialize(self, mode=FULL, flags=0):
        """The bytes of a copy whose relocations are applied."""
        image = self._image(mode, flags)
        try:
            info = _ImageInfo()
            _check(library().dwreloc_image_info(image, ctypes.byref(info)))
            return ctypes.string_at(info.bytes, info.size)
        finally:
            library().dwreloc_image_free(image)

    def materialize_fd(self, mode=FULL, flags=0):
        """The same as a file in memory: a descriptor that the caller closes.
        Others open it as /proc/self/fd/N."""
        image = self._image(mode, flags)
        try:
            fd = ctypes.c_int(-1)
            _check(library().dwreloc_image_memfd(image, ctypes.byref(fd)))
            return fd.value
        finally:
            library().dwreloc_image_free(image)

    def gdb_command(self, path=None):
        """gdb's add-symbol-file line with all sections that are placed, .text
        first; a comment before it names those that are not."""
        loaded = [section for section in self.sections()
                  if section.is_loaded and section.size and not section.is_tls]
        placed = [section for section in loaded if section.address is not None]
        placed.sort(key=lambda section: section.name != '.text')
        absent = [section.name for section in loaded if section.address is None]
        line = f'add-symbol-file {_quoted(path or self.path)}'
        for section in placed:
            line += f' -s {_quoted(section.name)} {section.address:#x}'
        if absent:
            line = f'# not placed: {" ".join(absent)}\n{line}'
        return line


def _quoted(word):
    """As gdb takes it apart (buildargv)."""
    if word and not any(character in word for character in ' \t\n\'"\\'):
        return word
    return '"' + word.replace('\\', '\\\\').replace('"', '\\"') + '"'


class Set:
    """Thousands of modules, opened when they are needed."""

    def __init__(self):
        self.handle = ctypes.c_void_p()
        _check(library().dwreloc_set_new(ctypes.byref(self.handle)))

    def __del__(self):
        if getattr(self, 'handle', None) and _check:
            library().dwreloc_set_free(self.handle)
            self.handle = None

    def __len__(self):
        return library().dwreloc_set_count(self.handle)

    def add(self, path, name=None, places=None):
        """A module by its file; returns its index."""
        entry = _SetEntry(
            name=None if name is None else os.fsencode(name),
            path=os.fsencode(path),
            places=None if places is None else os.fsencode(places))
        index = ctypes.c_uint32()
        _check(library().dwreloc_set_add(self.handle, ctypes.byref(entry),
                                         ctypes.byref(index)))
        return index.value

    def add_directory(self, path):
        return _check(library().dwreloc_set_add_directory(
            self.handle, os.fsencode(path)))

    def add_live(self, root=''):
        """The loaded modules of this system, or of a copy of its proc and sys."""
        return _check(library().dwreloc_set_add_live(
            self.handle, os.fsencode(root)))

    def add_debug_directory(self, path):
        _check(library().dwreloc_set_add_debug_directory(
            self.handle, os.fsencode(path)))

    def find(self, name, first=0):
        """The index of the first module of a name from an index on, or None."""
        index = ctypes.c_uint32()
        found = _check(library().dwreloc_set_find(
            self.handle, os.fsencode(name), ctypes.c_uint32(first),
            ctypes.byref(index)))
        return index.value if found == 1 else None

    def entry(self, index):
        """(name, path) of a module, which is not opened."""
        raw = _SetEntry()
        _check(library().dwreloc_set_entry(
            self.handle, ctypes.c_uint32(index), ctypes.byref(raw)))
        return _text(raw.name), _text(raw.path)

    def module(self, index):
        handle = ctypes.c_void_p()
        _check(library().dwreloc_set_module(
            self.handle, ctypes.c_uint32(index), ctypes.byref(handle)))
        return Module(self.entry(index)[1], handle, self)

    def locate(self, address):
        """(index of the module, Place), or None."""
        index, place = ctypes.c_uint32(), Place()
        found = _check(library().dwreloc_set_locate(
            self.handle, ctypes.c_uint64(address), ctypes.byref(index),
            ctypes.byref(place)))
        return (index.value, place) if found == 1 else None

    def frames(self, address):
        """The inline chain at an address of any module."""
        found = self.locate(address)
        return [] if found is None else self.module(found[0]).frames(found[1])
