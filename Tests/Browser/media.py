"""What a page receives and shows of the other side, read by the browser's own statistics and from the pixels."""

from dataclasses import dataclass

from playwright.sync_api import Page

# Remembers every peer connection, so that statistics can be read without a word in the product.
INIT_SCRIPT = """
(() => {
    const peers = [];
    const Native = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Native {
        constructor(...given) {
            super(...given);
            peers.push(this);
        }
    };
    Object.defineProperty(window, '__peers', { value: peers });
    addEventListener('securitypolicyviolation', (event) =>
        console.error(`policy violation: ${event.effectiveDirective} ${event.blockedURI}`));
})();
"""

RECEIVED = """
async () => {
    const received = { frames: 0, energy: 0, peers: __peers.length, state: 'none' };
    for (const peer of __peers.filter((one) => one.connectionState !== 'closed')) {
        received.state = peer.connectionState;
        for (const report of (await peer.getStats()).values()) {
            if (report.type !== 'inbound-rtp') continue;
            received.frames += report.framesDecoded ?? 0;
            received.energy += report.totalAudioEnergy ?? 0;
        }
    }
    return received;
}
"""

# The video element that shows a track received from the other side, also inside shadow trees, and its mean colour.
SHOWN = """
() => {
    const remote = new Set(__peers.filter((one) => one.connectionState !== 'closed')
        .flatMap((one) => one.getReceivers().map((receiver) => receiver.track.id)));
    const videos = (root) => [...root.querySelectorAll('*')].flatMap((element) =>
        [...(element.localName === 'video' ? [element] : []), ...(element.shadowRoot ? videos(element.shadowRoot) : [])]);
    const video = videos(document).find((one) => one.videoWidth && one.checkVisibility() &&
        one.srcObject?.getVideoTracks().some((track) => remote.has(track.id)));
    if (!video) return null;
    const canvas = new OffscreenCanvas(32, 24);
    const pen = canvas.getContext('2d');
    pen.drawImage(video, 0, 0, 32, 24);
    const { data } = pen.getImageData(0, 0, 32, 16);
    const colour = [0, 0, 0];
    for (let i = 0; i < data.length; i += 4) for (const part of [0, 1, 2]) colour[part] += data[i + part] * 4 / data.length;
    return { colour, width: video.videoWidth, height: video.videoHeight, time: video.currentTime };
}
"""


@dataclass(frozen=True)
class Received:
    frames: int
    energy: float
    peers: int
    """Peer connections this page has made since it was loaded."""
    state: str

    def has_grown_since(self, before: "Received") -> bool:
        """A new peer connection counts from nothing."""
        began = before if self.peers == before.peers else Received(0, 0.0, self.peers, "")
        return self.frames >= began.frames + 10 and self.energy > began.energy


@dataclass(frozen=True)
class Shown:
    colour: list[float]
    width: int
    height: int
    time: float


def received(page: Page) -> Received:
    return Received(**page.evaluate(RECEIVED))


def shown(page: Page) -> Shown | None:
    found = page.evaluate(SHOWN)
    return Shown(**found) if found else None

LEGS = """
async () => {
    const legs = [];
    for (const peer of __peers.filter((one) => one.connectionState !== 'closed' && one.signalingState !== 'closed')) {
        const leg = { id: __peers.indexOf(peer), frames: 0, energy: 0 };
        for (const report of (await peer.getStats()).values()) {
            if (report.type !== 'inbound-rtp') continue;
            leg.frames += report.framesDecoded ?? 0;
            leg.energy += report.totalAudioEnergy ?? 0;
        }
        legs.push(leg);
    }
    return legs;
}
"""

# The mean colour of each picture of somebody else that is on the screen.
SEEN = """
() => {
    const live = __peers.filter((one) => one.connectionState !== 'closed' && one.signalingState !== 'closed');
    const remote = new Set(live.flatMap((one) => one.getReceivers().map((receiver) => receiver.track.id)));
    const shown = [...document.querySelectorAll('video')].filter((one) => one.videoWidth && one.checkVisibility({ visibilityProperty: true }) &&
        one.srcObject?.getVideoTracks().some((track) => remote.has(track.id)));
    return shown.map((video) => {
        const canvas = new OffscreenCanvas(32, 24);
        const pen = canvas.getContext('2d');
        pen.drawImage(video, 0, 0, 32, 24);
        const { data } = pen.getImageData(0, 0, 32, 16);
        const colour = [0, 0, 0];
        for (let i = 0; i < data.length; i += 4) for (const part of [0, 1, 2]) colour[part] += data[i + part] * 4 / data.length;
        return colour;
    });
}
"""


@dataclass(frozen=True)
class Legs:
    """Peer connections that are not closed, by the order in which the page made them: frames and energy of sound so far."""

    flows: dict[int, tuple[int, float]]

    @property
    def open(self) -> int:
        return len(self.flows)

    def flow_since(self, before: "Legs") -> int:
        """By how many of them picture and sound both came in since. One too many open counts against it."""
        began = {leg: before.flows.get(leg, (0, 0.0)) for leg in self.flows}
        live = [leg for leg, (frames, energy) in self.flows.items() if frames >= began[leg][0] + 5 and energy > began[leg][1]]
        return len(live) if len(live) == self.open else -1


def legs(page: Page) -> Legs:
    return Legs({leg["id"]: (leg["frames"], leg["energy"]) for leg in page.evaluate(LEGS)})


def seen(page: Page, looks: dict) -> list[str]:
    """Names of the people whose pictures are on the screen, in order; a dark picture is nobody."""
    colours = [colour for colour in page.evaluate(SEEN) if max(colour) >= 30]
    return sorted(min(looks.values(), key=lambda look: look.differs(colour)).name for colour in colours)
