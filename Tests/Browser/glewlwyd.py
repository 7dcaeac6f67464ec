"""A real provider of identities (OpenID Connect): Debian's glewlwyd on a port of its own, with one person and one client."""

import http.cookiejar
import json
import re
import shutil
import signal
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from server import free_port
from waiting import until

PACKAGE = Path("/usr/share/glewlwyd")
CLIENT = "farwindow"
SECRET = "made-up-for-tests"
PERSON = {"username": "lin", "password": "made up too", "name": "林秀英", "phone": "13800000001", "level": "L3", "staff": "agent1"}


@dataclass
class Reply:
    status: int
    text: str
    location: str | None
    cookies: list[str]


class Browser:
    """Keeps cookies, and follows nothing by itself."""

    class _Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    def __init__(self):
        self.jar = http.cookiejar.CookieJar()
        # Browsers take this machine for secure; Python's jar does not, and would keep `Secure` cookies back.
        self.kept: dict[tuple[str, str], str] = {}
        self.opener = urllib.request.build_opener(self._Stay)

    def call(self, method: str, url: str, body=None, *, form: str | None = None, headers: dict | None = None) -> Reply:
        place = urllib.parse.urlsplit(url).netloc
        cookie = "; ".join(f"{name}={value}" for (host, name), value in self.kept.items() if host == place)
        data = form.encode() if form is not None else json.dumps(body).encode() if body is not None else None
        kind = "application/x-www-form-urlencoded" if form is not None else "application/json"
        request = urllib.request.Request(url, method=method, data=data, headers={"content-type": kind, **({"cookie": cookie} if cookie else {}), **(headers or {})})
        try:
            answer = self.opener.open(request, timeout=15)
        except urllib.error.HTTPError as error:
            answer = error
        cookies = answer.headers.get_all("set-cookie") or []
        for line in cookies:
            name, value = line.split(";")[0].split("=", 1)
            if "max-age=0" in line.lower():
                self.kept.pop((place, name), None)
            else:
                self.kept[place, name] = value
        return Reply(answer.status, answer.read().decode(), answer.headers.get("location"), cookies)


class Glewlwyd:
    def __init__(self, folder: Path, origin: str):
        self.folder = folder
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.issuer = f"{self.origin}/api/oidc"
        self.client_origin = origin
        self.process: subprocess.Popen | None = None
        folder.mkdir(parents=True, exist_ok=True)
        database = folder / "glewlwyd.db"
        tables = Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3").read_text()
        subprocess.run(["sqlite3", database], input=tables, text=True, check=True, stdout=subprocess.DEVNULL)
        conf = Path("/etc/glewlwyd/glewlwyd.conf").read_text()
        for name, value in {"port": self.port, "external_url": f'"{self.origin}/"', "log_mode": '"console"', "use_secure_connection": "false"}.items():
            conf = re.sub(rf"^{name}=.*$", f"{name}={value}", conf, flags=re.M)
        conf = re.sub(r"^log_file.*$", "", conf, flags=re.M)
        conf = re.sub(r"^@include.*$", f'database = {{ type = "sqlite3"; path = "{database}"; }};', conf, flags=re.M)
        self.conf = folder / "glewlwyd.conf"
        self.conf.write_text(conf)
        self.admin = Browser()

    def start(self) -> "Glewlwyd":
        log = (self.folder / "glewlwyd.log").open("a")
        self.process = subprocess.Popen(["glewlwyd", f"--config-file={self.conf}"], stdout=log, stderr=log)

        def is_ready():
            try:
                return Browser().call("GET", f"{self.origin}/config").status in (200, 404)
            except OSError:
                return False

        until(is_ready, "glewlwyd to be ready", timeout_s=20)
        assert self._api("POST", "/auth/", {"username": "admin", "password": "password"}).status == 200
        return self

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)

    def _api(self, method: str, path: str, body=None) -> Reply:
        return self.admin.call(method, f"{self.origin}/api{path}", body)

    def _must(self, method: str, path: str, body=None) -> Reply:
        reply = self._api(method, path, body)
        assert reply.status == 200, f"{method} {path}: {reply.status} {reply.text[:400]}"
        return reply

    def new_keys(self, name: str) -> dict:
        key = subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout"], check=True, capture_output=True, text=True).stdout
        public = subprocess.run(["openssl", "ec", "-pubout"], input=key, check=True, capture_output=True, text=True).stdout
        return {"key": key, "cert": public}

    def set_up(self) -> "Glewlwyd":
        self.parameters = {
            "iss": self.issuer, "jwt-type": "ecdsa", "jwt-key-size": "256", **self.new_keys("one"), "access-token-duration": 3600,
            "refresh-token-duration": 3600, "code-duration": 600, "refresh-token-rolling": False, "allow-non-oidc": False,
            **{f"auth-type-{kind}-enabled": kind == "code" for kind in ["code", "token", "none", "password", "client", "device", "refresh"]},
            "auth-type-id-token-enabled": True, "scope": [], "additional-parameters": [], "name-claim": "mandatory", "email-claim": "no",
            "claims": [{"name": claim, "user-property": value, "type": "string", "mandatory": True}
                       for claim, value in [("phone_number", "phone"), ("level", "level"), ("staff_account", "staff")]],
            "scope-claim": "no", "address-claim": {"type": "no"}, "allowed-scope": ["openid"], "jwks-show": True, "pkce-allowed": True,
            "pkce-method-plain-allowed": False, "pkce-required": True, "session-management-allowed": True, "back-channel-logout-allowed": True,
            "front-channel-logout-allowed": False, "session-cookie-name": "GLEWLWYD2_OIDC_SID", "session-cookie-expiration": 3600,
            "subject-type": "public", "encrypt-out-token-allow": False, "request-parameter-allow": False, "register-client-allowed": False,
            "introspection-revocation-allowed": False,
        }  # fmt: skip
        self._must("POST", "/mod/plugin/", {"module": "oidc", "name": "oidc", "display_name": "oidc", "enabled": True, "parameters": self.parameters})
        users = json.loads(self._must("GET", "/mod/user/database").text)
        one = {"multiple": False, "read": True, "write": True, "profile-read": True}
        users["parameters"]["data-format"] = {"phone": one, "level": one, "staff": one}
        self._must("PUT", "/mod/user/database", users)
        self._must("PUT", "/mod/user/database/reset")
        self._must("POST", "/user/", PERSON | {"scope": ["openid"], "enabled": True})
        api = f"{self.client_origin}/api/v1/oidc"
        for client, provider in [(CLIENT, "real"), (CLIENT + "-staff", "house")]:
            self._must("POST", "/client/", {
                "client_id": client, "name": client, "client_secret": SECRET, "password": SECRET, "confidential": True, "enabled": True,
                "redirect_uri": [f"{api}/{provider}/callback"], "authorization_type": ["code"], "scope": ["openid"],
                "backchannel_logout_uri": f"{api}/{provider}/back-channel-logout", "token_endpoint_auth_method": ["client_secret_basic"],
            })  # fmt: skip
        return self

    def change_keys(self) -> None:
        self.parameters |= self.new_keys("two")
        self._must("PUT", "/mod/plugin/oidc", {"module": "oidc", "name": "oidc", "display_name": "oidc", "enabled": True, "parameters": self.parameters})
        self._must("PUT", "/mod/plugin/oidc/reset")

    def signed_in(self, browser: Browser) -> None:
        """What a person does on the provider's own page: name, password, and consent to each client."""
        assert browser.call("POST", f"{self.origin}/api/auth/", {key: PERSON[key] for key in ["username", "password"]}).status == 200
        for client in [CLIENT, CLIENT + "-staff"]:
            assert browser.call("PUT", f"{self.origin}/api/auth/grant/{client}", {"scope": "openid"}).status == 200
