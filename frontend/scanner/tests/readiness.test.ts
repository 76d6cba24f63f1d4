import { expect, test } from "vitest";
import { type Facts, OLD, lines, readiness } from "../src/core/readiness";
import { KEYS, TEXT, picture } from "../src/core/specimen";
import { reading } from "../src/core/token";
import { NOW } from "./bench";

const all: Facts = { missing: 0, sessions: 1, tickets: 40, rosterAt: NOW - 60_000, now: NOW, keys: 1, read: true, verified: true, persistent: true };
const said = (changed: Partial<Facts>): string => readiness(lines({ ...all, ...changed }));

test("with everything there the phone is ready, and a list of nobody is a list too", () => {
  expect(said({})).toBe("ready");
  expect(said({ tickets: 0 })).toBe("ready");
});

test.each<[string, Partial<Facts>]>([
  ["a file of the app", { missing: 1 }],
  ["a service worker", { missing: null }],
  ["the roster", { rosterAt: null }],
  ["a session", { sessions: 0 }],
  ["the keys", { keys: 0 }],
  ["the decoder", { read: null, verified: false }],
  ["a code that can be read", { read: false, verified: false }],
  ["a proof of the signature", { verified: false }],
])("without %s it is not", (_name, changed) => {
  expect(said(changed)).toBe("not_ready");
});

test.each([false, null])("a browser that answers %s about keeping data leaves it usable and never ready", (persistent) => {
  expect(said({ persistent })).toBe("kept_loosely");
  expect(said({ persistent, keys: 0 })).toBe("not_ready");
});

test("a roster of yesterday is told as old and does not stop anybody", () => {
  const old = lines({ ...all, rosterAt: NOW - OLD - 1 });
  expect(old.find((line) => line.part === "roster")?.state).toBe("old");
  expect(readiness(old)).toBe("ready");
});

test("the code to try on is a square picture, and its signature is good under its own key alone", async () => {
  const { side, pixels } = picture(2);
  expect(pixels.length).toBe(side * side * 4);
  expect([...pixels.slice(0, 4)]).toEqual([255, 255, 255, 255]);
  expect((await reading(TEXT, KEYS)).kind).toBe("signed");
  expect((await reading(TEXT, new Map([[0, "00".repeat(32)]]))).kind).toBe("forged");
});
