// Telling a person who has put the page aside: by the system's own notifications, where they are allowed.

import { t } from '../text/text.js';

/** @import { alertOf } from './effects.js' */
/** @import { ScreenName } from './state.js' */

/** One note that is replaced, never a heap of them. */
const TAG = 'farwindow';
const SCREENS = new Set(['asked', 'called', 'parked']);

export class Alerts {
  /** @type {Notification | null} */
  #shown = null;

  /** @returns {'granted' | 'denied' | 'default' | 'none'} */
  get permission() {
    return 'Notification' in globalThis ? Notification.permission : 'none';
  }

  /** Asks once; only ever called from a tap that wants to be told. */
  async allow() {
    if (this.permission !== 'default') return;
    try { await Notification.requestPermission(); } catch { /* An old browser: sound and title remain. */ }
  }

  /**
   * @param {ReturnType<typeof alertOf>} alert
   * @param {ScreenName} screen
   */
  follow(alert, screen) {
    if (!SCREENS.has(screen)) this.#close();
    if (!alert || !document.hidden || this.permission !== 'granted') return;
    this.#close();
    try {
      const note = new Notification(t(`citizen.alert.${alert.key}.title`, alert.params), {
        body: t(`citizen.alert.${alert.key}.body`, alert.params), tag: TAG, requireInteraction: true,
      });
      note.addEventListener('click', () => {
        globalThis.focus();
        note.close();
      });
      this.#shown = note;
    } catch { /* Phones show them only from a service worker; the page rings and shakes all the same. */ }
  }

  #close() {
    this.#shown?.close();
    this.#shown = null;
  }
}
