/** Many tickets for another session in a row: then it is the volunteer who is at the wrong one. Pure. */

import type { Verdict } from "./decide";

const MANY = 5;

export class Streak {
  private rights: (readonly number[])[] = [];

  /** What one scan was told. The answer: the session that all of the last five are good for, else null. */
  add(code: Verdict["code"] | string, rightSessions: readonly number[] = []): number | null {
    this.rights = code === "wrong_session" ? [...this.rights, rightSessions].slice(-MANY) : [];
    if (this.rights.length < MANY) return null;
    const [first = [], ...others] = this.rights;
    return first.find((id) => others.every((rights) => rights.includes(id))) ?? null;
  }

  /** Begin anew: the volunteer was asked. */
  clear(): void {
    this.rights = [];
  }
}
