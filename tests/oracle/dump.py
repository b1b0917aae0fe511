"""Reads what dwreloc-dump prints (docs/json.md)."""

import json
import os
import subprocess
import tempfile

PROGRAM = os.environ.get('DWRELOC_DUMP', 'dwreloc-dump')


def objects(path, *options, errors=None):
    """The objects of --format=json. Messages on standard error and a bad exit
    status are appended to `errors`."""
    # Not a pipe: nobody would read it before standard output ends.
    with (tempfile.TemporaryFile('w+') as messages,
          subprocess.Popen([PROGRAM, '--format=json', *options, path],
                           stdout=subprocess.PIPE, stderr=messages,
                           text=True) as process):
        loads = json.loads
        for line in process.stdout:
            yield loads(line)
        process.wait()
        messages.seek(0)
        message = messages.read()
    if errors is not None and (process.returncode != 0 or message):
        errors.append(f'exit status {process.returncode}: {message.strip()}')


def bytes_of(item, key):
    """A string of the file: exact, also where it is no UTF-8."""
    if key + '_hex' in item:
        return bytes.fromhex(item[key + '_hex'])
    return item[key].encode() if item[key] is not None else None
