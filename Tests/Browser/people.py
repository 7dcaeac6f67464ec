"""A person: a Chromium process of their own, with a camera picture and a voice that nobody else has, on a line of their own."""

import contextlib
import math
import subprocess
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Playwright

import media
from line import Line
from server import ARTEFACTS
from waiting import until

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1366, "height": 768}

BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


@dataclass(frozen=True)
class Look:
    """What others see and hear of a person."""

    name: str
    colour: tuple[int, int, int]
    tone_hz: int

    def differs(self, colour: list[float]) -> float:
        return math.dist(self.colour, colour)


LOOKS = {
    look.name: look
    for look in [
        Look("citizen", (208, 48, 48), 330),
        Look("neighbour", (200, 170, 20), 550),
        Look("agent", (24, 96, 200), 440),
        Look("agent2", (40, 170, 90), 660),
    ]
}


def record(look: Look, folder: Path) -> tuple[Path, Path]:
    """Makes the person's camera and microphone: a ground of their colour with a moving picture in it, and a pulsing tone."""
    picture, voice = folder / f"{look.name}.y4m", folder / f"{look.name}.wav"
    if not voice.exists():
        ground = "color=c=0x{:02x}{:02x}{:02x}:s=640x480:r=15".format(*look.colour)
        moving = "testsrc2=s=160x120:r=15[small];[ground][small]overlay=x='mod(t*160,480)':y=340"
        ffmpeg("-f", "lavfi", "-i", ground, "-filter_complex", f"[0]null[ground];{moving}", "-t", "3", "-pix_fmt", "yuv420p", picture)
        tone = f"aevalsrc='0.4*sin(2*PI*{look.tone_hz}*t)*(0.6+0.4*sin(2*PI*3*t))':s=48000"
        ffmpeg("-f", "lavfi", "-i", tone, "-t", "3", "-c:a", "pcm_s16le", voice)
    return picture, voice


def ffmpeg(*arguments) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)], check=True)


class Person:
    def __init__(self, playwright: Playwright, look: Look, recordings: Path, server_port: int, viewport: dict, locale: str = "zh-CN"):
        picture, voice = record(look, recordings)
        self.look = look
        self.line = Line(server_port)
        self.problems: list[str] = []
        self.welcomes = 0
        """How often the server has welcomed this person's pages: once for each connection that works."""
        self._tolerated: tuple[str, ...] = ()
        self._browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=[*BROWSER_FLAGS, f"--use-file-for-fake-video-capture={picture}", f"--use-file-for-fake-audio-capture={voice}"],
        )
        self.context = self._browser.new_context(
            viewport=viewport, locale=locale, timezone_id="Asia/Shanghai", has_touch=viewport == PHONE,
            permissions=["camera", "microphone"], accept_downloads=True,
        )  # fmt: skip
        self.context.add_init_script(media.INIT_SCRIPT)
        self.page = self._new_page()

    def _new_page(self):
        page = self.context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: self._notice(message.text) if message.type == "error" else None)
        page.on("websocket", lambda opened: opened.on("framereceived", self._hear))
        page.on("pageerror", lambda error: self._notice(f"uncaught: {error}"))
        return page

    def _hear(self, frame: str | bytes) -> None:
        self.welcomes += isinstance(frame, str) and '"type":"welcome"' in frame

    def _notice(self, problem: str) -> None:
        if not any(word in problem for word in self._tolerated):
            self.problems.append(problem)

    @contextlib.contextmanager
    def tolerating(self, *words: str):
        """Console errors with one of these words are no defect inside: a browser reports each connection that we break."""
        self._tolerated = words
        try:
            yield
        finally:
            self.page.evaluate("() => 0")  # lets the last reports arrive
            self._tolerated = ()

    def open(self, path: str) -> None:
        self.page.goto(self.line.origin + path)

    def screenshot(self, name: str, **options) -> None:
        folder = ARTEFACTS / "screens"
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png", **options)

    def until(self, condition, what: str, timeout_s: float = 15.0):
        return until(condition, f"{self.look.name}: {what}", timeout_s, pause=lambda: self.page.wait_for_timeout(50))

    def meets(self, other: "Person", timeout_s: float = 20.0) -> None:
        """Checks that the other's picture and voice arrive here and go on arriving, and that it is the other's and not one's own."""
        before = media.received(self.page)
        self.until(
            lambda: media.received(self.page).has_grown_since(before), f"picture and voice of the {other.look.name} to flow", timeout_s
        )
        self.until(lambda: self._sees(other), f"the {other.look.name}'s picture on the screen", timeout_s)

    def _sees(self, other: "Person") -> bool:
        shown = media.shown(self.page)
        if shown is None or max(shown.colour) < 30:
            return False
        return min(LOOKS.values(), key=lambda look: look.differs(shown.colour)) is other.look

    def leave(self) -> None:
        with contextlib.suppress(Exception):
            self._browser.close()
        self.line.close()
