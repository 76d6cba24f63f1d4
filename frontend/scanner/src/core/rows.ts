/** What the store keeps. */

import type { Direction, Verdict } from "./decide";
import type { Answer, Basis, Method, Paired, StationRecord } from "./shapes";

/** A check-in point this phone is or was. `key` is null once the server no longer knows it; `rosterAt` says when the roster
 * was last fetched whole (missing on rows of an earlier version). */
export type StationRow = Paired["station"] & { key: string | null; cursor: string; ended: boolean; rosterAt?: number | null };

/** One scan as this phone remembers it: what it decided itself, and what the server answered (null: not yet). */
export type ScanRow = {
  id: string;
  station: number;
  session: number;
  sequence: number;
  at: number;
  arriving: number;
  /** Missing on rows of an earlier version: entry. */
  direction?: Direction;
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
/** Somebody registered at the door, people counted or something handed out, as this phone remembers it. */
export type EntryRow = {
  id: string;
  station: number;
  session: number;
  sequence: number;
  at: number;
  kind: "walk_in" | "headcount" | "output";
  number: number;
  /** Code of the audience group (empty: all), or of the measure. */
  what: string;
  /** Masked name of somebody registered at the door, or the part that was counted. */
  detail: string;
  basis: Basis | null;
  method: Method | null;
  answer: Answer | null;
  withdrawn: boolean;
};

export type Pending = { id: string; station: number; sequence: number; kind: StationRecord["kind"]; payload: StationRecord };
/** A record the server will not take. It stays, with the reason. */
export type Rejected = Pending & { answer: Answer };

/** `countedBy`: who counted last, to be offered again. */
export type Preferences = { session: number | null; muted: boolean; camera: string; countedBy: string };

