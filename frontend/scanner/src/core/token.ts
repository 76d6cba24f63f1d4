/** The token of a ticket, as registrations/tickets/token.py writes it: 79 bytes in unpadded upper-case Base32. */

import { verified } from "./ed25519";

export type Token = {
  keyId: number;
  activity: number;
  /** The ticket's random number as 14 hex digits, as the roster names it. */
  ticket: string;
  daysValid: number;
  /** ISO dates, inclusive. */
  firstValidDay: string;
  lastValidDay: string;
};

/** A token taken apart but not believed. */
export type Claim = { token: Token; body: Uint8Array<ArrayBuffer>; signature: Uint8Array<ArrayBuffer> };

export type Reading =
  | { kind: "signed"; token: Token }
  | { kind: "forged"; token: Token }
  | { kind: "unreadable" };

/** Key id → public key, 64 hex digits. */
export type PublicKeys = ReadonlyMap<number, string>;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const TOKEN = /(?:^|\/T\/)([A-Z2-7]{127})(?:$|[?#\s])/;
const LENGTH = 79;
const BODY = 15;
const VERSION = 1;
const EPOCH = Date.UTC(2020, 0, 1);
const DAY = 86_400_000;

/** The token inside an address on any host, or the bare token; null where there is none. Never throws. */
export function read(text: string): Claim | null {
  const found = TOKEN.exec(text.trim().toUpperCase())?.[1];
  const raw = found === undefined ? null : decode(found);
  if (raw === null) return null;
  const view = new DataView(raw.buffer);
  const head = view.getUint8(0);
  const daysValid = view.getUint8(12);
  if (head >> 4 !== VERSION || daysValid < 1) return null;
  const last = EPOCH + view.getUint16(13) * DAY;
  return {
    token: {
      keyId: head & 15,
      activity: view.getUint32(1),
      ticket: hex(raw.subarray(5, 12)),
      daysValid,
      firstValidDay: day(last - (daysValid - 1) * DAY),
      lastValidDay: day(last),
    },
    body: raw.slice(0, BODY),
    signature: raw.slice(BODY),
  };
}

/** What a scanned text is, by the keys this phone knows. Never throws. */
export async function reading(text: string, keys: PublicKeys): Promise<Reading> {
  const claim = read(text);
  if (claim === null) return { kind: "unreadable" };
  const key = keys.get(claim.token.keyId);
  const good = key !== undefined && (await verified(claim.signature, claim.body, bytes(key)));
  return { kind: good ? "signed" : "forged", token: claim.token };
}

/** 127 characters carry 635 bits; the three that 79 bytes leave over are zero, so that a ticket has one spelling. */
function decode(text: string): Uint8Array<ArrayBuffer> | null {
  const out = new Uint8Array(LENGTH);
  let held = 0;
  let bits = 0;
  let place = 0;
  for (const char of text) {
    held = (held << 5) | ALPHABET.indexOf(char);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out[place++] = held >> bits;
      held &= (1 << bits) - 1;
    }
  }
  return held === 0 && place === LENGTH ? out : null;
}

export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function hex(raw: Uint8Array): string {
  return Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
