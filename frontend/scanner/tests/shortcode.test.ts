import { expect, test } from "vitest";
import { read } from "../src/core/shortcode";
import { golden } from "./golden";

const { codes } = golden<{ codes: { typed: string; code: string | null }[] }>("shortcodes.json");

test.each(codes)("a golden short code is read as the server reads it: «$typed»", ({ typed, code }) => {
  expect(read(typed)).toBe(code);
});

test("every single wrong character and every swap of two neighbours is noticed", () => {
  const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  for (const { code } of codes) {
    if (code === null) continue;
    for (let at = 0; at < 8; at++) {
      for (const letter of letters)
        if (letter !== code[at]) expect(read(code.slice(0, at) + letter + code.slice(at + 1))).toBeNull();
      const next = code[at + 1];
      if (next !== undefined && next !== code[at])
        expect(read(code.slice(0, at) + next + code[at] + code.slice(at + 2))).toBeNull();
    }
  }
});
