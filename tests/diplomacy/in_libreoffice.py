"""Opens a Word file in LibreOffice, puts words in place of others, saves it as Word. Run by the system's Python:

python3 in_libreoffice.py FILE COPY PROFILE [WORDS OTHERS]…
"""

import os
import subprocess
import sys
from time import sleep

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException


def main(file, copy, profile, *replacements):
    place = f"pipe,name=inviolable-{os.getpid()}"
    argv = ["soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{profile}", f"--accept={place};urp;"]
    with subprocess.Popen(argv, stderr=subprocess.DEVNULL) as office:
        desktop = connected(office, place)
        document = desktop.loadComponentFromURL(f"file://{file}", "_blank", 0, (said("Hidden", True),))
        for words, others in zip(replacements[::2], replacements[1::2], strict=True):
            wanted = document.createReplaceDescriptor()
            wanted.SearchString, wanted.ReplaceString = words, others
            if document.replaceAll(wanted) != 1:
                sys.exit(f"{words!r} does not stand there once")
        document.storeToURL(f"file://{copy}", (said("FilterName", "MS Word 2007 XML"),))
        document.close(True)
        desktop.terminate()


def connected(office, place):
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    while office.poll() is None:
        try:
            there = resolver.resolve(f"uno:{place};urp;StarOffice.ComponentContext")
        except NoConnectException:
            sleep(0.2)
        else:
            return there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
    sys.exit("LibreOffice ended before it could be asked")


def said(name, value):
    told = PropertyValue()
    told.Name, told.Value = name, value
    return told


main(*sys.argv[1:])
