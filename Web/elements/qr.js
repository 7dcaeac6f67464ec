// A QR code as a drawing. The server makes the code; here are only its dark fields.

const SVG = 'http://www.w3.org/2000/svg';
/** White around the code, in fields (ISO/IEC 18004, 6.3.8). */
const QUIET_FIELDS = 4;

/**
 * One path for all dark fields, a run of them in a row being one stroke. Null: it is not a square of 0 and 1.
 * @param {readonly string[]} rows
 * @returns {{ size: number, path: string } | null}
 */
export function qrPath(rows) {
  if (rows.length === 0 || !rows.every((row) => row.length === rows.length && /^[01]+$/.test(row))) return null;
  const runs = rows.flatMap((row, y) => [...row.matchAll(/1+/g)].map(({ 0: run, index }) =>
    `M${index + QUIET_FIELDS} ${y + QUIET_FIELDS}h${run.length}v1h-${run.length}z`));
  return { size: rows.length + 2 * QUIET_FIELDS, path: runs.join('') };
}

/**
 * @param {readonly string[]} rows
 * @param {string} label
 */
export function qrDrawing(rows, label) {
  const code = qrPath(rows);
  if (!code) return null;
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${code.size} ${code.size}`);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  svg.setAttribute('shape-rendering', 'crispEdges');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', code.path);
  svg.append(path);
  return svg;
}
