import { expect, test } from "vitest";
import { type Direction, type Facts, type TicketState, type VerdictCode, decide, letsThrough } from "../src/core/decide";
import { golden } from "./golden";

type Case = {
  name: string;
  facts: {
    reading: Facts["reading"];
    session: number;
    opens_at: string;
    closes_at: string;
    at: string;
    state: TicketState;
    sessions: number[];
    size: number;
    arrived: number;
    inside: boolean;
    direction: Direction;
    arriving: number;
    checks_out: boolean;
  };
  verdict: { code: VerdictCode; admitted: number; awaiting: number; right_sessions: number[] };
};
const { cases } = golden<{ cases: Case[] }>("verdicts.json");

test.each(cases)("the phone decides as the server does: $name", ({ facts, verdict }) => {
  const { opens_at, closes_at, checks_out, at, ...same } = facts;
  const found = decide({
    ...same,
    opensAt: Date.parse(opens_at),
    closesAt: Date.parse(closes_at),
    at: Date.parse(at),
    checksOut: checks_out,
  });
  expect({ admitted: 0, awaiting: 0, rightSessions: [], ...found }).toEqual({
    code: verdict.code,
    admitted: verdict.admitted,
    awaiting: verdict.awaiting,
    rightSessions: verdict.right_sessions,
  });
});

test("exactly four verdicts let somebody through", () => {
  const codes = new Set(cases.map((one) => one.verdict.code));
  expect([...codes].filter(letsThrough).sort()).toEqual(["admit", "left", "re_entered", "unverified"]);
});
