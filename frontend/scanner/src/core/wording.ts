/** What goes into a record, and what is shown of a person. */

const LONGEST_CODE = 400;

/** A scanned text as a record can carry it: no control characters, no halves of characters, 400 at most. */
export function clean(code: string): string {
  return Array.from(code.replace(/[\p{Cc}\p{Cs}]/gu, " ").trim()).slice(0, LONGEST_CODE).join("");
}

/** 刘桂英 → 刘**. Where the roll is called the roster has whole names; bystanders need not read them. */
export function masked(name: string): string {
  const [first = "", ...rest] = name;
  return first + "*".repeat(rest.length);
}
