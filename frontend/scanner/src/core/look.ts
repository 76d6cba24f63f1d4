/** What this phone itself knows of a code: the roster, earlier scans, the signature. Its verdict is provisional. */

import { type Direction, type Facts, type Verdict, decide } from "./decide";
import { NOBODY, presence } from "./presence";
import type { SessionRow, TicketRow } from "./shapes";
import * as shortcode from "./shortcode";
import type { Store } from "./store";
import { reading } from "./token";

/** `verdict` is null where the phone cannot know: a short code that is not on its roster. */
export type Look = {
  ticket: TicketRow | null;
  remaining: number;
  firstAt: number | null;
  firstStation: number | null;
  verdict: Verdict | null;
};

/** What a scan asks: who, where, when, in or out, and how many (left out: all who are still to come). */
export type Question = { code: string; session: SessionRow; at: number; direction: Direction; arriving?: number };

export async function look(store: Store, { code, session, at, direction, arriving }: Question): Promise<Look> {
  const read = await reading(code, await store.publicKeys());
  const short = read.kind === "unreadable" ? shortcode.read(code) : null;
  const found = short ? await store.ticketByShortCode(short) : "token" in read ? await store.ticketByCode(read.token.ticket) : undefined;
  if (short && !found) return { ticket: null, remaining: 0, firstAt: null, firstStation: null, verdict: null };
  const good = short !== null || read.kind === "signed";
  const ticket = good && found && (short || ("token" in read && found.activity === read.token.activity)) ? found : null;
  const here = ticket ? await presence(store, ticket.id, session.id) : NOBODY;
  const remaining = ticket ? Math.max(0, ticket.size - here.arrived) : 0;
  const facts: Facts = {
    reading: ticket ? "known" : (read.kind as Exclude<Facts["reading"], "known">),
    session: session.id,
    opensAt: Date.parse(session.opens_at),
    closesAt: Date.parse(session.closes_at),
    at,
    state: ticket?.state ?? "valid",
    sessions: ticket ? ticket.sessions : "token" in read ? await elsewhere(store, read.token.activity, session) : [],
    size: ticket?.size ?? 1,
    arrived: here.arrived,
    inside: here.inside,
    direction,
    arriving: arriving ?? Math.max(1, remaining),
    checksOut: session.checks_out,
  };
  return { ticket, remaining, firstAt: here.firstAt, firstStation: here.firstStation, verdict: decide(facts) };
}

/** A token names its activity: one of another activity is wrong here even before the roster knows it. */
async function elsewhere(store: Store, activity: number, session: SessionRow): Promise<number[]> {
  if (activity === session.activity) return [];
  const right = (await store.sessions()).filter((row) => row.activity === activity).map((row) => row.id);
  return right.length ? right : [0];
}
