// The pages of one material: their order, and how a picture is turned. Pure.

/**
 * The list with one of its members in another place. A place outside the list is its nearest end.
 * @template T
 * @param {readonly T[]} list
 * @param {number} from
 * @param {number} to
 * @returns {T[]}
 */
export function moved(list, from, to) {
  const rest = [...list];
  const [one] = rest.splice(from, 1);
  rest.splice(Math.max(0, Math.min(to, rest.length)), 0, one);
  return rest;
}

/** @param {number} rotation degrees clockwise */
export function turned(rotation) {
  return (rotation + 90) % 360;
}

/**
 * The outline that helps to hold a paper: a card of 85.6 × 54 mm (ISO/IEC 7810 ID-1), or a sheet of A4.
 * @param {{ name: string, keywords?: string[] }} material
 * @returns {'card' | 'sheet'}
 */
export function outlineFor({ name, keywords = [] }) {
  return /身份证|社保卡|银行卡|驾驶证|居住证|(?:^|[^\u4e00-\u9fff])[Ii]dentity card/.test([name, ...keywords].join(' ')) ? 'card' : 'sheet';
}
