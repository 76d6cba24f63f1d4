// @vitest-environment jsdom
import { expect, test } from "vitest";
import type { Said } from "../src/app/texts";
import { en } from "../src/app/texts.en";
import { zh } from "../src/app/texts.zh";
import { plain, shown } from "../src/app/verdict";
import { type Verdict, letsThrough } from "../src/core/decide";
import type { ScanRow } from "../src/core/rows";
import { Bench, NOW, STATION, paired, session } from "./bench";

const scan: ScanRow = {
  id: "s", station: STATION, session: 7, sequence: 1, at: NOW, arriving: 1, ticket: 5, name: "程**", unit: "七（2）班", size: 1, first: null, provisional: null, answer: null, withdrawn: false,
}; // prettier-ignore

const verdicts: Verdict[] = [
  { code: "admit", admitted: 1, awaiting: 0 },
  { code: "unverified", awaiting: 1 },
  { code: "wrong_session", rightSessions: [8] },
  ...(["duplicate", "left", "re_entered", "too_early", "too_late", "cancelled", "waitlisted", "revoked", "forged", "unreadable"] as const).map((code) => ({ code })),
];

/** Every sentence of a language, however deep it lies and whatever it is told. */
function sentences(said: unknown): string[] {
  if (typeof said === "string") return [said];
  if (typeof said === "function") return [(said as (...given: unknown[]) => string)(3, 4, 5)];
  return Object.values(said as object).flatMap(sentences);
}

/** The names of all texts, and of the texts inside them. */
const names = (said: object): unknown[] => Object.entries(said).map(([name, value]) => (typeof value === "object" ? [name, names(value as object)] : name));

test("no English stands on the Chinese page, and a ticket is never called 票", () => {
  for (const text of sentences(zh)) expect(text).not.toMatch(/[A-Za-z]|票/);
});

test("both languages say everything", () => {
  expect(names(en)).toEqual(names(zh));
  const empty = (texts: typeof zh): number => sentences(texts).filter((text) => !text).length;
  // Of the roster its own line says all that is good.
  expect([empty(zh), empty(en)]).toEqual([1, 1]);
});

test("what the server answered is green where somebody goes in, amber where that is decided later, red otherwise", async () => {
  const { store } = await Bench.open();
  for (const { code } of verdicts) {
    const said = await shown({ ...scan, answer: { id: "s", status: "stored", code, let_through: letsThrough(code) } }, store, NOW);
    expect([code, said.tone]).toEqual([code, code === "unverified" ? "unsure" : letsThrough(code) ? "through" : "refused"]);
    expect(said.provisional).toBe(false);
  }
});

test("what only the phone has decided is never green, and says that it is not confirmed", async () => {
  const { store } = await Bench.open();
  for (const provisional of verdicts) {
    const said = await shown({ ...scan, provisional }, store, NOW);
    expect([provisional.code, said.tone]).toEqual([provisional.code, letsThrough(provisional.code) ? "unsure" : "refused"]);
    expect(said.provisional).toBe(true);
    expect(said.word + said.note).toContain("待联网确认");
  }
  expect(await shown(scan, store, NOW)).toMatchObject({ code: "pending", tone: "unsure", word: "已记录，待联网确认" });
});

test("a duplicate says when and where, a wrong session which is right, too early when to come", async () => {
  const { store } = await Bench.open();
  await store.pair(paired);
  await store.apply(STATION, { cursor: "", more: false, whole: true, sessions: [session, { ...session, id: 8, name: "第二场" }], keys: [], tickets: [], outcomes: [], gone: [], server_time: "" }, NOW);
  const said = async (answer: Partial<NonNullable<ScanRow["answer"]>>): Promise<string> =>
    (await shown({ ...scan, answer: { id: "s", status: "stored", code: "duplicate", ...answer } }, store, NOW)).sentence;
  expect(await said({ first_at: "2026-11-24T08:05:00+08:00", first_station: "东门" })).toBe("08:05 已在“东门”签到。");
  expect(await said({ code: "wrong_session", right_sessions: [8] })).toBe("这份报名凭证用于：第二场（09:00，文化中心）。");
  expect(await said({ code: "too_early" })).toBe("07:00 开始签到，请到时再来。");
  expect(await said({ code: "admit", size: 40, admitted: 38, awaiting: 0 })).toBe("本次签到 38 人，报名 40 人。");
});

test("a group scanned out is told in numbers, those who came where that is known, and before the server has answered too", async () => {
  const { store } = await Bench.open();
  const group: ScanRow = { ...scan, direction: "exit", size: 40 };
  const left = { id: "s", status: "stored", code: "left", let_through: true, size: 40 } as const;
  expect((await shown({ ...group, answer: left }, store, NOW)).sentence).toBe("全组 40 人离场。");
  const came = { scan: "e", station: STATION, ticket: 5, session: 7, outcome: "counted", counted: 38, at: "2026-11-24T08:05:00+08:00", direction: "entry" } as const;
  await store.apply(STATION, { cursor: "", more: false, whole: true, sessions: [session], keys: [], tickets: [], outcomes: [came], gone: [], server_time: "" }, NOW);
  expect((await shown({ ...group, answer: left }, store, NOW)).sentence).toBe("全组 38 人离场。");
  expect((await shown({ ...group, provisional: { code: "left" } }, store, NOW)).sentence).toBe("全组 38 人离场。");
  expect((await shown({ ...scan, ticket: 9, direction: "exit", answer: { ...left, size: 1 } }, store, NOW)).sentence).toBe("离场已记录。");
});

test("a code of a later server is told by what it says of letting through", async () => {
  const { store } = await Bench.open();
  const later = { id: "s", status: "stored", code: "greeted" as never } as const;
  expect((await shown({ ...scan, answer: { ...later, let_through: true } }, store, NOW)).tone).toBe("through");
  expect((await shown({ ...scan, answer: { ...later, let_through: false } }, store, NOW)).tone).toBe("refused");
  expect(plain("greeted" as Said).word).toBe("已记录");
});
