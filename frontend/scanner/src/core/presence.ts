/** Who of a ticket is in: what the server has folded, and this phone's scans that it has not folded yet. */

import type { Direction } from "./decide";
import type { ScanRow } from "./rows";
import type { OutcomeRow } from "./shapes";
import type { Store } from "./store";
import { letIn, peopleIn } from "./tally";

export type Presence = { arrived: number; inside: boolean; firstAt: number | null; firstStation: number | null };
type Passing = { at: number; direction: Direction; people: number; station: number };

export const NOBODY: Presence = { arrived: 0, inside: false, firstAt: null, firstStation: null };

/** One ticket's at a session. */
export async function presence(store: Store, ticket: number, session: number): Promise<Presence> {
  return folded(await store.outcomes(ticket, session), await store.scansOf(ticket, session));
}

/** Everybody's at a session, by ticket: one reading for a whole list. */
export async function presences(store: Store, session: number): Promise<Map<number, Presence>> {
  const outcomes = byTicket(await store.outcomesAt(session));
  const scans = byTicket(await store.scansAt(session));
  const tickets = new Set([...outcomes.keys(), ...scans.keys()]);
  return new Map([...tickets].map((ticket) => [ticket, folded(outcomes.get(ticket) ?? [], scans.get(ticket) ?? [])]));
}

function byTicket<Row extends { ticket: number | null }>(rows: readonly Row[]): Map<number, Row[]> {
  const found = new Map<number, Row[]>();
  for (const row of rows) {
    if (row.ticket === null) continue;
    const held = found.get(row.ticket);
    if (held) held.push(row);
    else found.set(row.ticket, [row]);
  }
  return found;
}

function folded(outcomes: readonly OutcomeRow[], scans: readonly ScanRow[]): Presence {
  const known = new Set(outcomes.map((row) => row.scan));
  const passings: Passing[] = outcomes
    .filter((row) => row.outcome === "counted")
    .map((row) => ({ at: Date.parse(row.at), direction: row.direction, people: row.counted, station: row.station }));
  for (const scan of scans)
    if (!known.has(scan.id) && letIn(scan))
      passings.push({ at: scan.at, direction: scan.direction ?? "entry", people: peopleIn(scan), station: scan.station });
  passings.sort((a, b) => a.at - b.at);
  const entries = passings.filter((one) => one.direction === "entry");
  return {
    arrived: passings.reduce((sum, one) => sum + one.people, 0),
    inside: passings.at(-1)?.direction === "entry",
    firstAt: entries[0]?.at ?? null,
    firstStation: entries[0]?.station ?? null,
  };
}
