import { expect, test } from "vitest";
import { look } from "../src/core/look";
import type { Changes } from "../src/core/shapes";
import { Bench, NOW, STATION, paired, session, ticket } from "./bench";
import { golden } from "./golden";
import { clean, masked } from "../src/core/wording";

const file = golden<{ keys: Record<string, string>; tokens: { name: string; text: string; reading: string }[] }>("tokens.json");
const token = (name: string): string => file.tokens.find((one) => one.name === name)?.text ?? "";

const page = (changed: Partial<Changes> = {}): Changes => ({
  cursor: "c1", more: false, whole: true, sessions: [session], tickets: [ticket], outcomes: [], gone: [], server_time: new Date(NOW).toISOString(),
  keys: Object.entries(file.keys).map(([id, key]) => ({ id: Number(id), public_key: key })), ...changed,
}); // prettier-ignore

async function withRoster(changed: Partial<Changes> = {}): Promise<Bench> {
  const bench = await Bench.open();
  await bench.store.apply(STATION, page(changed), NOW);
  return bench;
}

test("sequence numbers rise over everything the phone writes, without a gap", async () => {
  const bench = await Bench.open();
  await Promise.all(Array.from({ length: 20 }, () => bench.scan()));
  expect((await bench.store.pending(STATION)).map((one) => one.sequence)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
});

test("records of a station stay when the phone becomes another, and when it comes back", async () => {
  const bench = await Bench.open();
  const id = await bench.scan();
  await bench.store.pair({ ...paired, station: { ...paired.station, id: 8 } });
  await bench.store.forget(STATION);
  expect(await bench.pending()).toEqual([id]);
  await bench.store.pair(paired);
  await bench.flush();
  expect(await bench.pending()).toEqual([]);
});

test("a station whose key is lost keeps its records and loses only the key", async () => {
  const bench = await Bench.open();
  const id = await bench.scan();
  await bench.store.loseKey(STATION, "some other key");
  expect((await bench.store.stations())[0]?.key).toBe("station_key");
  await bench.store.loseKey(STATION, "station_key");
  await bench.store.unpair();
  expect(await bench.store.active()).toBeNull();
  expect((await bench.store.stations())[0]?.key).toBeNull();
  expect(await bench.pending()).toEqual([id]);
});

test("a station that has nothing left but clock records is forgotten with its list", async () => {
  const bench = await Bench.open();
  const id = await bench.scan();
  await bench.flush();
  await bench.store.add(STATION, { id: "c", made_at: "", epoch: "e", kind: "clock" });
  expect(await bench.store.countWaiting(STATION)).toBe(0);
  await bench.store.forget(STATION);
  expect(await bench.store.stations()).toEqual([]);
  expect(await bench.store.scan(id)).toBeUndefined();
});

test("a whole page replaces the roster, later pages change it, tombstones take away", async () => {
  const bench = await withRoster();
  await bench.store.apply(STATION, page({ whole: false, cursor: "c2", sessions: [{ ...session, id: 8 }], tickets: [], gone: [{ kind: "ticket", id: 5 }] }), NOW);
  expect((await bench.store.sessions()).map((row) => row.id)).toEqual([7, 8]);
  expect(await bench.store.ticketByShortCode("14SC0PJ6")).toBeUndefined();
  await bench.store.apply(STATION, page({ cursor: "c3" }), NOW);
  expect((await bench.store.sessions()).map((row) => row.id)).toEqual([7]);
  expect((await bench.store.active())?.cursor).toBe("c3");
});

test("the phone itself knows a ticket of its roster by token and by short code", async () => {
  const { store } = await withRoster();
  for (const code of [token("the bare token"), "14sc 0pj6"]) {
    const seen = await look(store, { code: code, session, at: NOW, direction: "entry" });
    expect(seen).toMatchObject({ remaining: 40, verdict: { code: "admit", admitted: 40 } });
  }
});

test("the phone itself refuses a forged token, also of a ticket it knows", async () => {
  const { store } = await withRoster();
  for (const { text } of file.tokens.filter((one) => one.reading === "forged"))
    expect(await look(store, { code: text, session, at: NOW, direction: "entry" })).toMatchObject({ ticket: null, verdict: { code: "forged" } });
});

test("a good signature that the roster does not know is let in unverified, one of another activity is not", async () => {
  const { store } = await withRoster({ tickets: [] });
  expect((await look(store, { code: token("the bare token"), session, at: NOW, direction: "entry" })).verdict?.code).toBe("unverified");
  expect((await look(store, { code: token("the bare token"), session: { ...session, id: 9, activity: 18 }, at: NOW, direction: "entry" })).verdict?.code).toBe("wrong_session");
});

test("of a short code that is not on the roster the phone claims nothing", async () => {
  const { store } = await withRoster({ tickets: [] });
  expect((await look(store, { code: "14SC0PJ6", session, at: NOW, direction: "entry" })).verdict).toBeNull();
});

test("who is in is known from other phones' outcomes and this phone's own scans, each counted once", async () => {
  const bench = await withRoster();
  const id = await bench.scan();
  await bench.store.settle([{ id, status: "stored", code: "admit", let_through: true, admitted: 10 }]);
  const outcome = { station: STATION, ticket: 5, session: 7, outcome: "counted", at: new Date(NOW).toISOString(), direction: "entry" } as const;
  await bench.store.apply(STATION, page({ whole: false, outcomes: [{ ...outcome, scan: id, counted: 10 }, { ...outcome, station: 9, scan: "other", counted: 25 }] }), NOW);
  expect((await look(bench.store, { code: "14SC0PJ6", session, at: NOW, direction: "entry" })).remaining).toBe(5);
});

test("a scanned text is made fit for a record: nothing a database or JSON chokes on, 400 characters at most", () => {
  expect(clean("a\u0000b\ud800c\n")).toBe("a b c");
  expect(Array.from(clean("科".repeat(500))).length).toBe(400);
  expect(clean("😀".repeat(500))).toBe("😀".repeat(400));
});

test("a name is shown by its first character", () => {
  expect([masked("刘桂英"), masked("刘**"), masked("")]).toEqual(["刘**", "刘**", ""]);
});
