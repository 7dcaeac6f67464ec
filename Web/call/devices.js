// Camera, microphone and sounds of this page.

/** @typedef {"denied" | "missing" | "busy" | "insecure" | "unknown"} DeviceProblem */
/** @typedef {{video?: string, audio?: string}} DeviceIDs */
/** @typedef {{stream: MediaStream, problems: {video?: DeviceProblem, audio?: DeviceProblem}}} OpenedDevices */

const REMEMBERED_KEY = 'farwindow.devices';
const LEVEL_INTERVAL_MS = 80;

/** No device could be opened. The page's sentence is `call.device.<code>`. */
export class DeviceError extends Error {
  /**
   * @param {DeviceProblem} code
   * @param {unknown} [cause]
   */
  constructor(code, cause) {
    super(`camera or microphone: ${code}`, { cause });
    this.name = 'DeviceError';
    this.code = code;
  }
}

/**
 * Opens camera and microphone. When only one of the two can be had, that one is opened and `problems` says why the other was not.
 * @param {{video: boolean, audio: boolean, deviceIds?: DeviceIDs}} wanted
 * @returns {Promise<OpenedDevices>}
 * @throws {DeviceError} nothing could be opened
 */
export async function openDevices({ video, audio, deviceIds = rememberedDevices() }) {
  const devices = globalThis.navigator?.mediaDevices;
  // Browsers hide the devices on a page that came without TLS.
  if (!devices?.getUserMedia) throw new DeviceError('insecure');
  const constraints = {
    audio: audio &&
      { ...preferring(deviceIds.audio), echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    video: video &&
      {
        ...preferring(deviceIds.video),
        width: { ideal: 1280 },
        height: { ideal: 720 },
        frameRate: { ideal: 24, max: 30 },
      },
  };
  try {
    return { stream: await devices.getUserMedia(constraints), problems: {} };
  } catch (error) {
    if (!(video && audio)) throw new DeviceError(problemOf(error), error);
    return await openOneOf(devices, constraints, error);
  }
}

/**
 * @param {MediaDevices} devices
 * @param {{audio: any, video: any}} constraints
 * @param {unknown} first why both together failed
 * @returns {Promise<OpenedDevices>}
 */
async function openOneOf(devices, constraints, first) {
  // The voice matters more than the picture, so it is tried first.
  /** @type {("audio" | "video")[]} */
  const kinds = ['audio', 'video'];
  for (const kind of kinds) {
    try {
      const stream = await devices.getUserMedia({ [kind]: constraints[kind] });
      return { stream, problems: { [kind === 'audio' ? 'video' : 'audio']: problemOf(first) } };
    } catch {
      // The other one may still do.
    }
  }
  throw new DeviceError(problemOf(first), first);
}

/** @param {string | undefined} deviceId */
function preferring(deviceId) {
  // "ideal", so that a device which was unplugged since does not fail the call.
  return deviceId ? { deviceId: { ideal: deviceId } } : {};
}

/**
 * @param {any} error
 * @returns {DeviceProblem}
 */
export function problemOf(error) {
  switch (error?.name) {
    case 'NotAllowedError':
    case 'PermissionDeniedError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    case 'SecurityError':
      return 'insecure';
    default:
      return 'unknown';
  }
}

/**
 * Cameras, microphones and loudspeakers. Names are empty until the person has allowed one of them.
 * @returns {Promise<{video: MediaDeviceInfo[], audio: MediaDeviceInfo[], output: MediaDeviceInfo[]}>}
 */
export async function listDevices() {
  const all = (await globalThis.navigator?.mediaDevices?.enumerateDevices?.()) ?? [];
  const ofKind = (/** @type {string} */ kind) => all.filter((device) => device.kind === kind);
  return { video: ofKind('videoinput'), audio: ofKind('audioinput'), output: ofKind('audiooutput') };
}

/** @returns {DeviceIDs} */
export function rememberedDevices() {
  try {
    return JSON.parse(localStorage.getItem(REMEMBERED_KEY) ?? '{}') ?? {};
  } catch {
    // Storage can be forbidden or hold nonsense; the browser's own choice is fine then.
    return {};
  }
}

/** @param {DeviceIDs} deviceIds */
export function rememberDevices(deviceIds) {
  try {
    localStorage.setItem(REMEMBERED_KEY, JSON.stringify({ ...rememberedDevices(), ...deviceIds }));
  } catch {
    // As above: the choice then lasts for this page only.
  }
}

/** @type {AudioContext | null} */
let sharedAudio = null;

function audioContext() {
  sharedAudio ??= new AudioContext();
  return sharedAudio;
}

/** Browsers play nothing before the person has touched the page: call this from a click or a key. */
export function unlockSound() {
  try {
    audioContext().resume().catch(() => {});
  } catch {
    // No sound device. The ring is also shown.
  }
}

/**
 * Calls `onLevel` with 0…1 for as long as the voice is watched.
 * @param {MediaStream} stream
 * @param {(level: number) => void} onLevel
 * @returns {() => void} stops it
 */
export function levelMeter(stream, onLevel) {
  if (stream.getAudioTracks().length === 0) return () => {};
  const audio = audioContext();
  const source = audio.createMediaStreamSource(stream);
  const analyser = audio.createAnalyser();
  analyser.fftSize = 512;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    // A speaking voice lies around -30 dB; the bar spans -60…-10 dB.
    const decibels = 10 * Math.log10(power + 1e-9);
    onLevel(Math.min(1, Math.max(0, (decibels + 60) / 50)));
  }, LEVEL_INTERVAL_MS);
  return () => {
    clearInterval(timer);
    source.disconnect();
  };
}

/**
 * Notes of one sound: start in seconds, pitch in Hz. The seat's ring is short and low, for ears that hear it forty times a day; the
 * citizen's call is longer and higher, to be heard across a room. A message is one soft note.
 * @type {Record<"seat-ring" | "citizen-call" | "message", {notes: [number, number][], noteSeconds: number, gain: number, every: number, times: number}>}
 */
const SOUNDS = {
  'seat-ring': { notes: [[0, 523], [0.18, 659]], noteSeconds: 0.32, gain: 0.16, every: 2.4, times: 40 },
  'citizen-call': {
    notes: [[0, 784], [0.25, 988], [0.5, 784], [0.75, 988]],
    noteSeconds: 0.4,
    gain: 0.28,
    every: 2.6,
    times: 60,
  },
  message: { notes: [[0, 880]], noteSeconds: 0.2, gain: 0.08, every: 1, times: 1 },
};

/**
 * Plays a sound until it is stopped. All of it is laid out in advance, because timers sleep in a background tab.
 * @param {"seat-ring" | "citizen-call" | "message"} kind
 * @returns {() => void} stops it
 */
export function chime(kind) {
  try {
    return play(audioContext(), SOUNDS[kind]);
  } catch {
    // No sound device. Whatever sounds is also shown.
    return () => {};
  }
}

/**
 * @param {AudioContext} audio
 * @param {typeof SOUNDS["message"]} sound
 */
function play(audio, { notes, noteSeconds, gain, every, times }) {
  audio.resume().catch(() => {});
  const out = audio.createGain();
  out.gain.value = gain;
  out.connect(audio.destination);
  const begin = audio.currentTime + 0.02;
  for (let time = 0; time < times; time++) {
    for (const [start, pitch] of notes) playNote(audio, out, pitch, begin + time * every + start, noteSeconds);
  }
  return () => out.disconnect();
}

/**
 * @param {AudioContext} audio
 * @param {AudioNode} out
 * @param {number} pitch
 * @param {number} at
 * @param {number} seconds
 */
function playNote(audio, out, pitch, at, seconds) {
  const oscillator = audio.createOscillator();
  const envelope = audio.createGain();
  oscillator.type = 'sine';
  oscillator.frequency.value = pitch;
  envelope.gain.setValueAtTime(0, at);
  envelope.gain.linearRampToValueAtTime(1, at + 0.015);
  envelope.gain.exponentialRampToValueAtTime(0.001, at + seconds);
  oscillator.connect(envelope).connect(out);
  oscillator.start(at);
  oscillator.stop(at + seconds);
}
