#!/usr/bin/env python3
"""Boots the kernel that modules are of, with compressed ones, and reads them with gdb.

    load_compressed.py KERNEL MODULES [NAME...]

KERNEL is the kernel's image (boot/vmlinuz-* of Debian's linux-image-*-unsigned),
MODULES the directory of its modules. Each NAME, after what it depends on (default:
libcrc32c xfs), is compressed, and inserted into the kernel under QEMU; gdb, attached to
it, must then know the last one: a function of it by name at the address that the kernel
says, and its line. By hand: needs qemu-system-x86_64, gdb, and a static busybox.
"""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

COMPRESS = os.environ.get('DWRELOC_COMPRESS', 'dwreloc-compress')
DUMP = os.environ.get('DWRELOC_DUMP', 'dwreloc-dump')

INIT = '''#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
for module in {modules}; do insmod /$module || echo FAILED $module; done
cd /sys/module/{name}/sections
for section in .* *; do [ -f $section ] && echo "@ $section $(cat $section)"; done
grep '\\[{name}\\]' /proc/kallsyms | grep ' [tT] ' | sed 's/^/= /' | head -n 2000
echo READY
sleep 120
poweroff -f
'''


def make_initrd(directory, modules, name):
    root = directory / 'root'
    for part in ('bin', 'proc', 'sys'):
        (root / part).mkdir(parents=True)
    shutil.copy(shutil.which('busybox'), root / 'bin/busybox')
    for tool in ('sh', 'insmod', 'mount', 'cat', 'grep', 'sed', 'head', 'poweroff',
                 'sleep'):
        (root / 'bin' / tool).symlink_to('busybox')
    for module in modules:
        shutil.copy(module, root)
    init = root / 'init'
    init.write_text(INIT.format(name=name, modules=' '.join(
        module.name for module in modules)))
    init.chmod(0o755)
    files = '\n'.join(str(path.relative_to(root)) for path in root.rglob('*'))
    initrd = directory / 'initrd'
    with open(initrd, 'wb') as file:
        subprocess.run(['cpio', '-o', '-H', 'newc', '--quiet'], cwd=root,
                       input=files.encode(), stdout=file, check=True)
    return initrd


def boot(kernel, initrd, log, port):
    with open(log, 'wb') as file:
        machine = subprocess.Popen(
            ['qemu-system-x86_64', '-m', '1024', '-nographic', '-no-reboot',
             '-gdb', f'tcp::{port}', '-kernel', kernel, '-initrd', initrd,
             '-append', 'console=ttyS0 panic=-1 nokaslr'],
            stdin=subprocess.DEVNULL, stdout=file, stderr=file)
    for _ in range(600):
        text = log.read_text(errors='replace')
        if 'READY' in text or machine.poll() is not None:
            return machine, text
        time.sleep(0.5)
    return machine, text


def main():
    kernel, tree, *names = sys.argv[1:]
    names = names or ['libcrc32c', 'xfs']
    with tempfile.TemporaryDirectory(prefix='dwreloc-load-') as name:
        directory = pathlib.Path(name)
        modules = []
        for module in names:
            path = next(pathlib.Path(tree).rglob(f'{module}.ko'))
            modules.append(directory / path.name)
            subprocess.run([COMPRESS, path, '-o', modules[-1]], check=True)
        initrd = make_initrd(directory, modules, names[-1])
        with socket.socket() as free:
            free.bind(('', 0))
            port = free.getsockname()[1]
        machine, log = boot(kernel, initrd, directory / 'log', port)
        try:
            if 'FAILED' in log or 'READY' not in log:
                print(log[-2000:])
                return 1
            places = directory / 'places'
            places.write_text('\n'.join(re.findall(r'^@ (\S+ 0x\w+)', log,
                                                   re.MULTILINE)))
            line = subprocess.run(
                [DUMP, '--gdb-script', f'--place-from={places}', modules[-1]],
                capture_output=True, text=True, check=True).stdout
            line = next(row for row in line.splitlines()
                        if row.startswith('add-symbol-file'))
            # But for trampolines, which have no lines.
            functions = re.findall(r'^= (\w+) [tT] (?!__SC[TK]__)(\w+)\s', log,
                                   re.MULTILINE)
            known = 0
            for address, function in functions[::max(1, len(functions) // 20)]:
                said = subprocess.run(
                    ['gdb', '-nx', '-batch', '-ex', f'target remote :{port}',
                     '-ex', line, '-ex', f'info line *0x{address}', '-ex',
                     'detach'], capture_output=True, text=True,
                    check=False).stdout
                if re.search(rf'Line \d+ of ".*" starts at address 0x{address} '
                             rf'<{function}>', said):
                    known += 1
                else:
                    print(f'{address} {function}: {said[-300:]}')
            print(f'{names[-1]}: inserted, and gdb knows {known} functions of it')
            return 0 if known > 10 else 1
        finally:
            machine.kill()


if __name__ == '__main__':
    sys.exit(main())
