// The sections of administration, in the order of the bar. Each owns its folder, its sentences and its style; a new one is one import and one line.

import { section as overview } from './overview/section.js';
import { section as schedule } from './schedule/section.js';
import { section as leave } from './leave/section.js';
import { section as calendars } from './calendars/section.js';
import { section as appointments } from './appointments/section.js';
import { section as catalogue } from './catalogue/section.js';
import { section as sessions } from './sessions/section.js';
import { section as figures } from './figures/section.js';
import { section as floor } from './floor/section.js';
import { section as people } from './people/section.js';
import { section as audit } from './audit/section.js';

/**
 * What a section is given when it is opened.
 * @typedef {object} SectionContext
 * @property {import("../seat/staff-sign-in.js").StaffMember} staff
 * @property {Hall} hall the hall that is chosen
 * @property {Hall[]} halls all that this administrator may choose
 * @property {(hash: string) => void} go for example `#/schedule`
 * @property {(sentence: string) => void} announce to screen readers
 * @property {() => string[]} rest what stands in the address after the section's own name; a section may use it as it likes
 */
/** @typedef {{id: string, name: string}} Hall */
/**
 * @typedef {object} Section
 * @property {string} id stands in the address: `#/id`
 * @property {() => string} title
 * @property {boolean} [forSupervisors] whether who only supervises may open it as well
 * @property {boolean} [forAuditors] whether it is for the audit administrator, and for nobody else
 * @property {string[]} [tables] of sentences, when they are not in `admin-<id>`
 * @property {(host: HTMLElement, context: SectionContext) => (() => void)} open draws into the host; what it returns stops it
 */

/** @type {readonly Section[]} */
export const sections = Object.freeze([
  overview,
  floor,
  schedule,
  leave,
  calendars,
  appointments,
  catalogue,
  sessions,
  figures,
  people,
  audit,
]);
