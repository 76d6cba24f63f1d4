/** Finding somebody on the list: by surname or name, by the first letters of its pinyin, by village, by short code. Pure. */

import type { TicketRow } from "./shapes";

/** Where a word was found; the smaller, the nearer. Null: nowhere. */
function place(row: TicketRow, word: string): number | null {
  const name = row.name.toLowerCase();
  if (name.startsWith(word)) return 0;
  // Older servers send no initials; then letters find short codes and villages only.
  const initials = row.initials?.toLowerCase() ?? "";
  if (initials.startsWith(word)) return initials === word ? 0 : 1;
  if (name.includes(word)) return 2;
  if (row.village.toLowerCase().includes(word)) return 3;
  const code = word.toUpperCase();
  if (word.length >= 3 && row.short_code.startsWith(code)) return 1;
  return null;
}

/** The rows in which every word of the query is found, nearest first, in the list's own order among equals. */
export function search(rows: readonly TicketRow[], query: string): TicketRow[] {
  const words = query.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [...rows];
  const found: { row: TicketRow; far: number }[] = [];
  for (const row of rows) {
    const places = words.map((word) => place(row, word));
    if (places.every((one) => one !== null)) found.push({ row, far: places.reduce((sum: number, one) => sum + (one as number), 0) });
  }
  return found.sort((a, b) => a.far - b.far).map((one) => one.row);
}

/** Those who may come to a session, village by village, then by name. */
export function roll(rows: readonly TicketRow[], session: number): TicketRow[] {
  return rows
    .filter((row) => row.state === "valid" && row.sessions.includes(session))
    .sort((a, b) => a.village.localeCompare(b.village, "zh") || a.name.localeCompare(b.name, "zh") || a.id - b.id);
}

/** Whether the phone has the whole name: then the roll is called, and a tick on the list is enough. */
export function isWhole(name: string): boolean {
  return name !== "" && !name.includes("*");
}
