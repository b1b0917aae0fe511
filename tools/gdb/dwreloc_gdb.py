"""Modules of a kernel in gdb: debugging information is loaded for those that a
program stops in, with the addresses of all of their sections.

    (gdb) source /usr/share/libdwreloc/dwreloc_gdb.py
    (gdb) dwreloc directory /usr/lib/debug/lib/modules/6.1.0-57-amd64
    (gdb) dwreloc live /tmp/captured        a copy of /proc/modules and /sys/module
    (gdb) dwreloc load xfs

    dwreloc directory DIR    modules are below DIR
    dwreloc file PATH        one more, by its file
    dwreloc live [ROOT]      which are loaded, and where: of this system, or of a copy
    dwreloc place NAME PATH  where the sections of one are: a directory such as
                             /sys/module/NAME/sections
    dwreloc load [NAME]      loads one, or all that are loaded
    dwreloc list             what is known, and what gdb has
    dwreloc auto on|off      loads the module of an address without a function, when
                             the program stops there; on at first
"""

import os
import sys

import gdb

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..',
                                'python'))

import dwreloc  # noqa: E402


class Modules:
    """What the user has said, and what gdb has been told."""

    def __init__(self):
        self.set = dwreloc.Set()
        self.loaded = set()  # indices
        self.is_automatic = True

    def load(self, index):
        """Tells gdb of a module, once."""
        if index in self.loaded:
            return
        name, path = self.set.entry(index)
        for line in self.set.module(index).gdb_command(path).splitlines():
            if line.startswith('#'):
                gdb.write(f'{name}: {line[2:]}\n')
            else:
                gdb.execute(line, from_tty=False, to_string=True)
        self.loaded.add(index)
        gdb.write(f'{name}: loaded {path}\n')

    def load_at(self, address):
        """Loads the module of an address; false if there is none to be loaded."""
        found = self.set.locate(address)
        if found is None or found[0] in self.loaded:
            return False
        self.load(found[0])
        return True

    def placed(self):
        """The indices of modules whose places are known."""
        for index in range(len(self.set)):
            try:
                module = self.set.module(index)
            except dwreloc.Error:
                continue
            if any(section.address is not None for section in module.sections()):
                yield index


MODULES = Modules()


def on_stop(_):
    """Loads what the frames of the stopped thread need, one after the other: each
    module shows the next frame."""
    if not MODULES.is_automatic:
        return
    try:
        frame = gdb.newest_frame()
        for _ in range(64):  # deeper than the part that is looked at first
            if frame is None or not frame.is_valid():
                return
            if frame.function() is None and MODULES.load_at(frame.pc()):
                # Frames are read anew.
                frame = gdb.newest_frame()
                continue
            frame = frame.older()
    except (gdb.error, dwreloc.Error) as error:
        gdb.write(f'dwreloc: {error}\n', gdb.STDERR)


class Command(gdb.Command):
    __doc__ = __doc__

    def __init__(self):
        super().__init__('dwreloc', gdb.COMMAND_FILES)

    def invoke(self, argument, from_tty):
        words = gdb.string_to_argv(argument)
        if not words:
            raise gdb.GdbError(__doc__)
        method = getattr(self, 'do_' + words[0], None)
        if method is None:
            raise gdb.GdbError(f'dwreloc: no command {words[0]}; see help dwreloc')
        try:
            method(*words[1:])
        except TypeError as error:
            raise gdb.GdbError(f'dwreloc {words[0]}: {error}') from error
        except dwreloc.Error as error:
            raise gdb.GdbError(f'dwreloc {words[0]}: {error}') from error

    @staticmethod
    def do_directory(path):
        gdb.write(f'{MODULES.set.add_directory(path)} modules\n')

    @staticmethod
    def do_file(path):
        MODULES.set.add(path)

    @staticmethod
    def do_live(root=''):
        gdb.write(f'{MODULES.set.add_live(root)} modules are loaded\n')

    @staticmethod
    def do_place(name, path):
        index = MODULES.set.find(name)
        if index is None:
            raise gdb.GdbError(f'dwreloc place: no module {name}')
        count = MODULES.set.module(index).place_from_directory(path)
        gdb.write(f'{name}: {count} sections\n')

    @staticmethod
    def do_load(name=None):
        if name is None:
            for index in MODULES.placed():
                MODULES.load(index)
            return
        # The one that is loaded comes behind the file it is of.
        index = found = MODULES.set.find(name)
        if found is None:
            raise gdb.GdbError(f'dwreloc load: no module {name}')
        while found is not None:
            index, found = found, MODULES.set.find(name, found + 1)
        MODULES.load(index)

    @staticmethod
    def do_list():
        for index in range(len(MODULES.set)):
            name, path = MODULES.set.entry(index)
            state = 'loaded' if index in MODULES.loaded else ''
            gdb.write(f'{name:24} {state:8} {path}\n')

    @staticmethod
    def do_auto(state):
        if state not in ('on', 'off'):
            raise gdb.GdbError('dwreloc auto: on or off')
        MODULES.is_automatic = state == 'on'


Command()
gdb.events.stop.connect(on_stop)
