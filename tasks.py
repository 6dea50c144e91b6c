"""The door to the course: `python3 tasks.py lab` opens the lessons, `python3 tasks.py --help` lists what else there is.

Any Python can read this file, even 2.7, and say which one is needed; the commands are in `tools/commands.py`.
"""

import os
import re
import runpy
import sys
import textwrap

if __name__ == "__main__":
    root = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(root, "pyproject.toml"), "rb") as project:
        oldest, too_new = re.findall(br'requires-python = ">=3\.(\d+),<3\.(\d+)"', project.read())[0]
    if (3, int(oldest)) <= sys.version_info[:2] < (3, int(too_new)):
        from tools.commands import main

        main()
    elif sys.argv[1:] == ["doctor"] and sys.version_info >= (3, 6):
        runpy.run_path(os.path.join(root, "cnn_course", "doctor.py"), run_name="__main__")
    else:
        sys.exit("\n" + textwrap.fill(
            "This is Python {0}, and the course needs one from 3.{1} to 3.{2}. Install one (python.org has them for "
            "every system) and start the same command with it, for example `python3.{2} tasks.py lab` or, on Windows, "
            "`py -3.{2} tasks.py lab`.".format(sys.version.split()[0], int(oldest), int(too_new) - 1), 100))
