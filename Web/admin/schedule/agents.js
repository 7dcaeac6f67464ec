// Who could take a shift: first those who are free for it and can do it, then the others, each with the reason.

import { overlaps } from './plan.js';

/** @typedef {import("./plan.js").Shift} Shift */
/** @typedef {import("./plan.js").Covers} Covers */
/** @typedef {import("./api.js").Agent} Agent */

/** Empty lists mean everything, on both sides. @param {Covers} skills @param {Covers} wanted */
export function canDo(skills, wanted) {
  return /** @type {(keyof Covers)[]} */ (['groups', 'kinds', 'languages']).every((name) =>
    (skills[name]?.length ?? 0) === 0 || (wanted[name].length > 0 && wanted[name].every((one) => skills[name].includes(one))));
}

/**
 * @param {readonly Agent[]} agents @param {Shift} shift @param {readonly Shift[]} others of the same day
 * @param {(agentID: string) => boolean} isOnLeave @param {string} [searched] part of a name
 * @returns {{agent: Agent, reasons: string[]}[]} `reasons` against it: `busy`, `on-leave`, `suspended`, `unskilled`
 */
export function agentOptions(agents, shift, others, isOnLeave, searched = '') {
  const busy = new Set(others.filter((other) => other.id !== shift.id && overlaps(other, shift)).map((other) => other.agent_id));
  return agents
    .filter((agent) => agent.id === shift.agent_id || agent.name.toLowerCase().includes(searched.toLowerCase()))
    .map((agent) => ({
      agent,
      reasons: [
        busy.has(agent.id) && 'busy', isOnLeave(agent.id) && 'on-leave', agent.suspended && 'suspended', !canDo(agent.skills, shift.covers) && 'unskilled',
      ].filter((reason) => reason !== false),
    }))
    .sort((a, b) => a.reasons.length - b.reasons.length || a.agent.name.localeCompare(b.agent.name, 'zh-CN'));
}
