import { expect, test } from "vitest";
import { Streak } from "../src/core/streak";

const told = (...scans: [string, number[]?][]): (number | null)[] => {
  const streak = new Streak();
  return scans.map(([code, rights]) => streak.add(code, rights));
};
const wrong = (...rights: number[]): [string, number[]] => ["wrong_session", rights];

test("the fifth ticket in a row for another session names that session", () => {
  expect(told(wrong(8), wrong(8), wrong(8), wrong(8), wrong(8))).toEqual([null, null, null, null, 8]);
});

test("one that was let in breaks the row", () => {
  expect(told(wrong(8), wrong(8), wrong(8), wrong(8), ["admit"], wrong(8))).toEqual([null, null, null, null, null, null]);
});

test("five for five different sessions name none", () => {
  expect(told(wrong(1), wrong(2), wrong(3), wrong(4), wrong(5)).at(-1)).toBeNull();
});

test("tickets good for several sessions name the one they share", () => {
  expect(told(wrong(7, 8), wrong(8, 9), wrong(8), wrong(6, 8), wrong(8, 7)).at(-1)).toBe(8);
});

test("after the question it takes five again", () => {
  const streak = new Streak();
  for (let i = 0; i < 5; i++) streak.add("wrong_session", [8]);
  streak.clear();
  expect([1, 2, 3, 4, 5].map(() => streak.add("wrong_session", [8]))).toEqual([null, null, null, null, 8]);
});
