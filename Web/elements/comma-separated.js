// Tables as files for a spreadsheet (RFC 4180).

/** What a spreadsheet would take for a formula gets an apostrophe before it. @param {string | number | null} value */
export function cell(value) {
  if (typeof value === 'number') return String(value);
  const text = value ?? '';
  const safe = /^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** With the mark by which spreadsheet programs know UTF-8. @param {(string | number | null)[][]} rows */
export function commaSeparated(rows) {
  return `\uFEFF${rows.map((row) => row.map(cell).join(',') + '\r\n').join('')}`;
}

/** Hands a file to the person. @param {Blob} file @param {string} name */
export function saveFile(file, name) {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
