/** What the store keeps. */

import type { Verdict } from "./decide";
import type { Answer, Paired, StationRecord } from "./shapes";

/** A check-in point this phone is or was. `key` is null once the server no longer knows it. */
export type StationRow = Paired["station"] & { key: string | null; cursor: string; ended: boolean };

/** One scan as this phone remembers it: what it decided itself, and what the server answered (null: not yet). */
export type ScanRow = {
  id: string;
  station: number;
  session: number;
  sequence: number;
  at: number;
  arriving: number;
  ticket: number | null;
  name: string;
  unit: string;
  size: number | null;
  /** When and where the ticket was first taken, as far as the phone knew. */
  first: { at: number; station: number | null } | null;
  /** Null where the phone cannot know: a short code that is not on its roster. */
  provisional: Verdict | null;
  answer: Answer | null;
  withdrawn: boolean;
};
export type Pending = { id: string; station: number; sequence: number; kind: StationRecord["kind"]; payload: StationRecord };
/** A record the server will not take. It stays, with the reason. */
export type Rejected = Pending & { answer: Answer };

export type Preferences = { session: number | null; muted: boolean; camera: string };
