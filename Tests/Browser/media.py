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
