"""The way of the media between the browsers, which a person's line does not cover: UDP packets on the loopback.

Packets are dropped only where the tests have a network of their own (ops/test gives them one); never on the machine's.
"""

import contextlib
import os
import subprocess

IS_PRIVATE = os.environ.get("FARWINDOW_TEST_NETWORK") == "private"


@contextlib.contextmanager
def still():
    """Not a packet of media passes inside. Without a private network the media goes on, and only the lines to the server are lost."""
    if not IS_PRIVATE:
        yield
        return
    rule = ["INPUT", "-i", "lo", "-p", "udp", "-j", "DROP"]
    subprocess.run(["iptables", "-A", *rule], check=True)
    try:
        yield
    finally:
        subprocess.run(["iptables", "-D", *rule], check=True)
