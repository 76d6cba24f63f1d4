/** What is said about a scan: word, icon, colour and a plain sentence, from the server's answer or the phone's own view. */

import { type Verdict, letsThrough } from "../core/decide";
import { presence } from "../core/presence";
import type { ScanRow } from "../core/rows";
import type { Store } from "../core/store";
import { moment } from "./dates";
import type { Tone } from "./signals";
import { type Said, t } from "./texts";

export type Shown = {
  code: Said;
  tone: Tone;
  icon: string;
  word: string;
  /** Masked. */
  name: string;
  /** Unit, and how many signed up where that is more than one. */
  party: string;
  sentence: string;
  note: string;
  provisional: boolean;
};

export async function shown(scan: ScanRow, store: Store, now: number): Promise<Shown> {
  const said = await told(scan, store, now);
  // Who is scanned out without being inside is a duplicate in the table; in words it is something else.
  const outside = scan.direction === "exit" && said.code === "duplicate";
  return outside ? { ...said, icon: "circle-x", ...t.direction.notInside } : said;
}

async function told(scan: ScanRow, store: Store, now: number): Promise<Shown> {
  if (scan.withdrawn) return plain("withdrawn");
  const { answer, provisional } = scan;
  if (answer) {
    const size = answer.size ?? scan.size ?? 1;
    return {
      ...plain(answer.code),
      tone: toneOf(answer.code, answer.let_through === true),
      name: answer.name ?? scan.name,
      party: party(answer.unit ?? scan.unit, answer.size ?? scan.size),
      sentence: await sentence(answer.code, scan, store, now, {
        size,
        admitted: answer.admitted ?? 0,
        awaiting: answer.awaiting ?? 0,
        right: answer.right_sessions ?? [],
        firstAt: answer.first_at ? Date.parse(answer.first_at) : null,
        firstPlace: answer.first_station ?? "",
      }),
    };
  }
  if (provisional === null) return { ...plain("pending"), tone: "unsure", provisional: true };
  return guess(scan, provisional, store, now);
}

/** Before the server has spoken: a refusal is told as one, letting through is never told as certain. */
async function guess(scan: ScanRow, verdict: Verdict, store: Store, now: number): Promise<Shown> {
  const base = { ...plain(verdict.code), name: scan.name, party: party(scan.unit, scan.size), provisional: true };
  if (letsThrough(verdict.code)) {
    const out = verdict.code === "left" ? await leaving(scan, scan.size ?? 1, store) : t.provisionalIn;
    const sentence = verdict.code === "unverified" ? t.provisionalUnverified : out;
    const more = verdict.code === "admit" && (scan.size ?? 1) > 1 ? ` ${counted(verdict.admitted, verdict.awaiting, scan.size ?? 1)}` : "";
    return { ...base, tone: "unsure", icon: "wifi-off", word: t.provisionalWord, sentence: sentence + more };
  }
  const here = await store.active();
  const first = scan.first;
  const facts = {
    size: scan.size ?? 1,
    admitted: 0,
    awaiting: 0,
    right: verdict.code === "wrong_session" ? verdict.rightSessions : [],
    firstAt: first?.at ?? null,
    firstPlace: first ? (first.station === here?.id ? (here?.name ?? "") : t.otherStation) : "",
  };
  return { ...base, tone: "refused", sentence: await sentence(verdict.code, scan, store, now, facts), note: t.provisional };
}

type Particulars = { size: number; admitted: number; awaiting: number; right: readonly number[]; firstAt: number | null; firstPlace: string };

async function sentence(code: Said, scan: ScanRow, store: Store, now: number, facts: Particulars): Promise<string> {
  const usual = plain(code).sentence;
  switch (code) {
    case "admit":
      return facts.size > 1 || facts.awaiting ? counted(facts.admitted, facts.awaiting, facts.size) : usual;
    case "left":
      return leaving(scan, facts.size, store);
    case "duplicate":
      return facts.firstAt === null ? usual : t.first(moment(facts.firstAt, now), facts.firstPlace);
    case "wrong_session": {
      const rows = (await store.sessions()).filter((row) => facts.right.includes(row.id));
      const names = rows.map((row) => `${row.name}（${moment(Date.parse(row.starts_at), now)}，${row.venue}）`);
      return names.length ? t.right(names.slice(0, 3).join("；")) : usual;
    }
    case "too_early":
    case "too_late": {
      const row = await store.session(scan.session);
      if (!row) return usual;
      return code === "too_early" ? t.opens(moment(Date.parse(row.opens_at), now)) : t.closes(moment(Date.parse(row.closes_at), now));
    }
    default:
      return usual;
  }
}

/** One scan takes a whole group out: whoever scans is told how many that are. */
async function leaving(scan: ScanRow, size: number, store: Store): Promise<string> {
  const came = scan.ticket === null ? 0 : (await presence(store, scan.ticket, scan.session)).arrived;
  const people = came || size;
  return people > 1 ? t.leftAll(people) : t.said.left.sentence;
}

function counted(admitted: number, awaiting: number, size: number): string {
  return t.admitted(admitted, size) + (awaiting ? ` ${t.awaiting(awaiting)}` : "");
}

function party(unit: string, size: number | null): string {
  return [unit, size !== null && size > 1 ? t.people(size) : ""].filter(Boolean).join(" · ");
}

export function plain(code: Said): Shown {
  // A later server may have codes that this page has no words for yet.
  const { word, sentence } = t.said[code] ?? t.said.stored;
  return { code, tone: toneOf(code, false), icon: iconOf(code), word, name: "", party: "", sentence, note: "", provisional: false };
}

function toneOf(code: Said, through: boolean): Tone {
  switch (code) {
    case "admit":
    case "left":
    case "re_entered":
      return "through";
    case "unverified":
    case "pending":
    case "choose_session":
      return "unsure";
    case "checking":
    case "withdrawn":
    case "stored":
      return "neutral";
    default:
      // A code that a later server may have: it says itself whether somebody goes in.
      return through ? "through" : "refused";
  }
}

function iconOf(code: Said): string {
  switch (code) {
    case "admit":
    case "re_entered":
    case "left":
    case "stored":
      return "circle-check";
    case "unverified":
      return "alert-triangle";
    case "pending":
      return "wifi-off";
    case "checking":
      return "hourglass";
    case "duplicate":
      return "history";
    case "wrong_session":
    case "unknown_session":
    case "choose_session":
      return "calendar";
    case "too_early":
    case "too_late":
      return "clock";
    case "withdrawn":
      return "arrow-back-up";
    case "forged":
    case "revoked":
      return "ban";
    default:
      return "circle-x";
  }
}
