// What calls a person to the phone: sound and shaking, until it is answered.

import { chime } from '../../call/devices.js';

const VIBRATION_MS = [400, 200, 400, 200, 800];
const VIBRATE_EVERY_MS = 4_000;

/** @returns {() => void} stops both */
export function ringPhone() {
  const stopSound = chime('citizen-call');
  const vibrate = () => navigator.vibrate?.(VIBRATION_MS);
  vibrate();
  const buzzing = setInterval(vibrate, VIBRATE_EVERY_MS);
  return () => {
    stopSound();
    clearInterval(buzzing);
    navigator.vibrate?.(0);
  };
}
