import { expect, test } from "vitest";
import { Counting } from "../src/app/counting";
import { uuid } from "../src/core/ids";
import { presence, presences } from "../src/core/presence";
import type { EntryRow } from "../src/core/rows";
import { peopleIn } from "../src/core/tally";
import { MARGIN, isDue } from "../src/core/wiping";
import { Bench, NOW, STATION, ok, paired, session, ticket } from "./bench";

const END = Date.parse(paired.station.expires_at);

async function walkIn(bench: Bench, name = "王大爷"): Promise<string> {
  const id = uuid();
  const head = { id, made_at: new Date(NOW).toISOString(), epoch: "now" };
  const entry: Omit<EntryRow, "sequence"> = {
    id, station: STATION, session: 7, at: NOW, kind: "walk_in", number: 2, what: "farmers", detail: "王**", basis: null, method: null, answer: null, withdrawn: false,
  }; // prettier-ignore
  await bench.store.add(STATION, { ...head, kind: "walk_in", session: 7, people: 2, audience_group: "farmers", consent: true, name }, entry);
  return id;
}

async function withRoster(): Promise<Bench> {
  const bench = await Bench.open();
  await bench.store.apply(STATION, { cursor: "c", more: false, whole: true, sessions: [session], keys: [], tickets: [ticket], outcomes: [], gone: [], server_time: "" }, NOW);
  return bench;
}

test("somebody registered at the door leaves with an acknowledgement, and the list remembers without the name", async () => {
  const bench = await Bench.open();
  const id = await walkIn(bench);
  bench.server = () => ({ kind: "unreachable" });
  await bench.flush();
  expect(await bench.pending()).toEqual([id]);
  bench.server = (batch) => ok(batch.records.map((one) => ({ id: one.id, status: "stored", code: "stored" })));
  await bench.flush();
  expect(await bench.pending()).toEqual([]);
  expect(bench.batches.at(-1)?.records[0]).toMatchObject({ kind: "walk_in", people: 2, name: "王大爷", consent: true });
  const [kept] = await bench.store.entries(STATION, 7);
  expect(kept).toMatchObject({ id, detail: "王**", answer: { code: "stored" } });
  expect(JSON.stringify(kept)).not.toContain("王大爷");
});

test("what is taken back is struck out on the list, and its withdrawal is sent after it", async () => {
  const bench = await Bench.open();
  const id = await walkIn(bench);
  await bench.store.add(STATION, { id: uuid(), made_at: new Date(NOW).toISOString(), epoch: "now", kind: "withdrawal", of: id });
  expect((await bench.store.entries(STATION, 7))[0]?.withdrawn).toBe(true);
  await bench.flush();
  expect(bench.batches[0]?.records.map((one) => one.kind)).toEqual(["walk_in", "withdrawal"]);
});

test.each([
  ["a minute before the margin is over", END + MARGIN - 60_000, 0, false],
  ["once it is over", END + MARGIN, 0, true],
  ["while one record waits", END + MARGIN, 1, false],
  ["during the hours", NOW, 0, false],
])("people are forgotten or not: %s", (_when, now, waiting, due) => {
  expect(isDue(paired.station, waiting, now)).toBe(due);
});

test("wiping leaves nothing of people on the phone", async () => {
  const bench = await withRoster();
  await bench.scan();
  await walkIn(bench);
  await bench.flush();
  await bench.store.wipe(STATION);
  expect([await bench.store.countTickets(), await bench.store.sessions(), await bench.store.scans(STATION), await bench.store.entries(STATION, 7)]).toEqual([0, [], [], []]);
  expect([await bench.store.active(), await bench.store.stations()]).toEqual([null, []]);
});

test("wiping takes no record that waits, and none that was refused", async () => {
  const bench = await withRoster();
  const [refused, waiting] = [await walkIn(bench), await bench.scan()];
  bench.server = (batch) => ok(batch.records.filter((one) => one.id === refused).map((one) => ({ id: one.id, status: "rejected", code: "record_invalid" })));
  await bench.flush();
  await bench.store.wipe(STATION);
  expect(await bench.pending()).toEqual([waiting]);
  expect((await bench.store.rejected(STATION)).map((one) => one.id)).toEqual([refused]);
  expect((await bench.store.active())?.id).toBe(STATION);
  expect(await bench.store.countTickets()).toBe(0);
});

test("counts that are not finished outlive the page, and go once they are written down", async () => {
  const { store } = await Bench.open();
  await store.keepDraft("heads 7", { farmers: 28 });
  expect(await store.draft("heads 7")).toEqual({ farmers: 28 });
  await store.keepDraft("heads 7", {});
  expect(await store.draft("heads 7")).toEqual({});
});

test("scanned out on this phone nobody is inside, and nobody is counted twice", async () => {
  const bench = await withRoster();
  const scan = async (direction: "entry" | "exit", at: number): Promise<void> => {
    const id = uuid();
    const head = { id, made_at: new Date(at).toISOString(), epoch: "now" };
    await bench.store.add(STATION, { ...head, kind: "scan", session: 7, code: ticket.short_code, direction, arriving: 40, how: "camera" }, {
      id, station: STATION, session: 7, at, arriving: 40, direction, ticket: 5, name: "", unit: "", size: 40, first: null, answer: null, withdrawn: false,
      provisional: direction === "entry" ? { code: "admit", admitted: 40, awaiting: 0 } : { code: "left" },
    }); // prettier-ignore
  };
  await scan("entry", NOW);
  await scan("exit", NOW + 60_000);
  expect(await presence(bench.store, 5, 7)).toMatchObject({ arrived: 40, inside: false });
  expect((await presences(bench.store, 7)).get(5)).toEqual(await presence(bench.store, 5, 7));
  expect((await bench.store.scans(STATION)).map(peopleIn)).toEqual([0, 40]);
});

test("numbers being counted are there again after a reload, all of them, and what was tapped meanwhile stands", async () => {
  const { store } = await Bench.open();
  const first = new Counting(store, "heads 7");
  first.set("youth", 28);
  first.set("elderly", 1);
  first.set("elderly", 2);
  await store.draft("heads 7");

  const again = new Counting(store, "heads 7");
  const shown = new Map<string, number>();
  const restored = again.restore((code, value) => {
    shown.set(code, value);
    expect(again.set(code, value)).toBe(false);
  });
  again.set("farmers", 5);
  await restored;
  expect(shown).toEqual(new Map([["youth", 28], ["elderly", 2]])); // prettier-ignore
  expect(again.total).toBe(35);
  expect(await store.draft("heads 7")).toEqual({ youth: 28, elderly: 2, farmers: 5 });
});
