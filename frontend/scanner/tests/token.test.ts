import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { verifiedHere } from "../src/core/ed25519";
import { sha512 } from "../src/core/sha512";
import { bytes, read, reading } from "../src/core/token";
import { golden } from "./golden";

type Case = {
  name: string;
  text: string;
  reading: "signed" | "forged" | "unreadable";
  fields?: { key_id: number; activity: number; ticket: string; days_valid: number; last_valid_day: string; first_valid_day: string };
};
const file = golden<{ keys: Record<string, string>; tokens: Case[] }>("tokens.json");
const keys = new Map(Object.entries(file.keys).map(([id, key]) => [Number(id), key]));
const good = file.tokens.filter((one) => one.reading === "signed").map((one) => one.text);

test.each(file.tokens)("a golden token is read as the server reads it: $name", async ({ text, reading: expected, fields }) => {
  const found = await reading(text, keys);
  expect(found.kind).toBe(expected);
  if (fields && found.kind !== "unreadable")
    expect(found.token).toEqual({
      keyId: fields.key_id,
      activity: fields.activity,
      ticket: fields.ticket,
      daysValid: fields.days_valid,
      firstValidDay: fields.first_valid_day,
      lastValidDay: fields.last_valid_day,
    });
});

test.each(file.tokens)("without the browser's help the signature is judged alike: $name", ({ text, reading: expected }) => {
  const claim = read(text);
  const key = claim && keys.get(claim.token.keyId);
  const judged = claim ? (key && verifiedHere(claim.signature, claim.body, bytes(key)) ? "signed" : "forged") : "unreadable";
  expect(judged).toBe(expected);
});

test("our SHA-512 is that of OpenSSL, at every length around its block", () => {
  for (let length = 0; length < 300; length += length > 100 && length < 140 ? 1 : 13) {
    const message = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255);
    expect(Buffer.from(sha512(message)).toString("hex")).toBe(createHash("sha512").update(message).digest("hex"));
  }
});

/** Repeatable chance (mulberry32), so that a failure can be looked at. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

test("100,000 random, changed or cut texts are never taken for the ticket they came from, and reading never throws", () => {
  const pick = chance(20261124);
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const token = /[A-Z2-7]{127}/;
  for (let round = 0; round < 100_000; round++) {
    const text = good[pick(2)] as string;
    let changed = text;
    switch (round % 4) {
      case 0: {
        const at = text.length - 127 + pick(127);
        changed = text.slice(0, at) + letters[pick(32)] + text.slice(at + 1);
        break;
      }
      case 1:
        changed = text.slice(0, text.length - 1 - pick(text.length));
        break;
      case 2:
        changed = Array.from({ length: pick(200) }, () => String.fromCharCode(pick(0x10000))).join("");
        break;
      default:
        changed = Array.from({ length: 127 }, () => letters[pick(32)]).join("");
    }
    const claim = read(changed);
    if (claim === null || token.exec(changed)?.[0] === token.exec(text)?.[0]) continue;
    const original = read(text);
    expect([...claim.body, ...claim.signature]).not.toEqual([...(original?.body ?? []), ...(original?.signature ?? [])]);
  }
});

test("a token with any one character changed is not signed", async () => {
  const text = good[1] as string;
  for (let at = 0; at < 127; at++) {
    const other = text[at] === "A" ? "B" : "A";
    const found = await reading(text.slice(0, at) + other + text.slice(at + 1), keys);
    expect(found.kind).not.toBe("signed");
  }
});

test("with the bits of a token flipped one by one none is signed", async () => {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const text = good[1] as string;
  for (let bit = 0; bit < 635; bit += 3) {
    const at = Math.floor(bit / 5);
    const other = letters[letters.indexOf(text[at] as string) ^ (1 << (bit % 5))] as string;
    expect((await reading(text.slice(0, at) + other + text.slice(at + 1), keys)).kind).not.toBe("signed");
  }
});

test("a phone that knows no key takes no token for signed", async () => {
  expect((await reading(good[0] as string, new Map())).kind).toBe("forged");
});
