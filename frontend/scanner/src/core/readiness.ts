/** Whether this phone can work without a network, line by line. Pure: the facts are gathered by app/prepare.ts. */

export type Facts = {
  /** Files of the app that are not kept; null: nothing keeps them (no service worker). */
  missing: number | null;
  sessions: number;
  tickets: number;
  /** When the roster was last fetched whole, and now. */
  rosterAt: number | null;
  now: number;
  keys: number;
  /** Whether a picture of a code was read; null: the decoder did not load. */
  read: boolean | null;
  /** Whether the signature in it was found good. */
  verified: boolean;
  /** What the browser answered about keeping data; null: it cannot say. */
  persistent: boolean | null;
};

export type Part = "app" | "roster" | "keys" | "decoder" | "signature" | "storage";
/** old: usable, but fetched long ago. */
export type Line = { part: Part; state: "good" | "old" | "bad" };

/** A roster older than this may lack people who signed up since. */
export const OLD = 12 * 3_600_000;

export function lines(facts: Facts): Line[] {
  const good = (part: Part, holds: boolean): Line => ({ part, state: holds ? "good" : "bad" });
  return [
    good("app", facts.missing === 0),
    { part: "roster", state: rosterState(facts) },
    good("keys", facts.keys > 0),
    good("decoder", facts.read === true),
    good("signature", facts.verified),
    good("storage", facts.persistent === true),
  ];
}

function rosterState(facts: Facts): Line["state"] {
  if (facts.rosterAt === null || facts.sessions === 0) return "bad";
  return facts.now - facts.rosterAt > OLD ? "old" : "good";
}

/** ready: all is there. kept_loosely: all but the browser's word that it will not throw the data away. */
export type Readiness = "ready" | "kept_loosely" | "not_ready";

export function readiness(all: readonly Line[]): Readiness {
  const bad = all.filter((line) => line.state === "bad").map((line) => line.part);
  if (!bad.length) return "ready";
  return bad.every((part) => part === "storage") ? "kept_loosely" : "not_ready";
}
