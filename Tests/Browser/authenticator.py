"""What a member of staff has on their telephone: an authenticator program (RFC 6238), and a passkey in the browser."""

import base64
import hashlib
import hmac
import struct
import time

STEP_S = 30


class Authenticator:
    def __init__(self, secret: str):
        self._secret = base64.b32decode(secret.replace(" ", ""))
        self._shown = -1

    def code(self, moved_s: int = 0) -> str:
        """A code that was not shown before. A server whose clock is not moved takes one that is a step early."""
        step = max(int(time.time() + moved_s) // STEP_S, self._shown + 1)
        self._shown = step
        mac = hmac.new(self._secret, struct.pack(">Q", step), hashlib.sha1).digest()
        place = mac[-1] & 15
        return f"{(struct.unpack('>I', mac[place : place + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def plug_in_passkey(page) -> None:
    """A fingerprint reader that always says yes (CDP's virtual authenticator)."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }  # fmt: skip
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
