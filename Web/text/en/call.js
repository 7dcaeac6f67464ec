export default {
  'call.device.denied':
    'The browser does not allow the camera and microphone. Click the icon left of the address, choose “Allow”, then “Try again”.',
  'call.device.missing': 'No camera or microphone was found. Check that it is plugged in, then “Try again”.',
  'call.device.busy':
    'Another program is using the camera or microphone. Close other video programs, then “Try again”.',
  'call.device.insecure':
    'This page was not opened over a secure link, so the browser keeps the camera closed. Open an address that begins with https.',
  'call.device.unknown':
    'The camera or microphone does not open. Plug it in again or restart the browser, then “Try again”.',
  'call.device.video-only-problem': 'The camera is not open. You can go on with your voice.',
  'call.device.audio-only-problem': 'The microphone is not open. The other side cannot hear you.',
  'call.state.idle': 'Waiting',
  'call.state.connecting': 'Connecting the picture…',
  'call.state.connected': 'Picture connected',
  'call.state.recovering': 'The picture broke off. Restoring it…',
  'call.state.failed': 'The picture did not connect. Trying again…',
  'call.quality.good': 'Good line',
  'call.quality.poor': 'Fair line',
  'call.quality.bad': 'Poor line',
  'call.quality.unknown': 'Checking the line',
  'call.line.connecting': 'Connecting…',
  'call.line.open': 'Connected',
  'call.line.lost': 'The network broke off. Reconnecting…',
  'call.line.stopped': 'Connection stopped',
};
