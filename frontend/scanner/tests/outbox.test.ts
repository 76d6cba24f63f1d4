import { expect, test } from "vitest";
import { uuid } from "../src/core/ids";
import { Bench, NOW, STATION, ok, refused, stored, takesAll } from "./bench";

test("a record leaves once the server has said «stored» to it, and the scan keeps the answer", async () => {
  const bench = await Bench.open();
  const id = await bench.scan();
  expect((await bench.flush()).kind).toBe("delivered");
  expect(await bench.pending()).toEqual([]);
  expect((await bench.store.scan(id))?.answer?.code).toBe("admit");
});

test("a batch tells how many stay, when it was sent and by which version", async () => {
  const bench = await Bench.open();
  for (let i = 0; i < 3; i++) await bench.scan();
  await bench.flush();
  expect(bench.batches[0]).toMatchObject({ records_pending: 0, app_version: "test" });
  expect(Date.parse(bench.batches[0]?.sent_at ?? "")).toBe(NOW);
  expect(bench.batches[0]?.records.map((one) => one.sequence)).toEqual([1, 2, 3]);
});

test.each([400, 403, 404, 413, 429, 500, 502, 503])("an answer of %i keeps everything", async (status) => {
  const bench = await Bench.open();
  const ids = [await bench.scan(), await bench.scan()];
  bench.server = () => refused(status);
  expect(await bench.flush()).toEqual({ kind: "refused", status });
  expect(await bench.pending()).toEqual(ids);
  bench.server = takesAll;
  for (let tries = 0; tries < 4; tries++) await bench.flush();
  expect(await bench.pending()).toEqual([]);
});

test("without a network everything stays", async () => {
  const bench = await Bench.open();
  const id = await bench.scan();
  bench.server = () => ({ kind: "unreachable" });
  expect((await bench.flush()).kind).toBe("unreachable");
  expect(await bench.pending()).toEqual([id]);
});

test("a key the server does not know keeps everything", async () => {
  const bench = await Bench.open();
  const id = await bench.scan();
  bench.server = () => refused(401);
  expect((await bench.flush()).kind).toBe("unknown_station");
  expect(await bench.pending()).toEqual([id]);
});

test("of a batch that was half answered the unanswered half stays", async () => {
  const bench = await Bench.open();
  const [first, second, third] = [await bench.scan(), await bench.scan(), await bench.scan()];
  bench.server = (batch) => ok(batch.records.filter((one) => one.id === second).map(stored));
  expect((await bench.flush()).kind).toBe("unreachable");
  expect(await bench.pending()).toEqual([first, third]);
});

test.each([
  ["an answer to some other record", () => ok([{ id: uuid(), status: "stored", code: "stored" }])],
  ["an answer without an id", () => ok([{ id: null, status: "stored", code: "stored" }])],
  ["no answers", () => ok([])],
  ["a body of another shape", () => ({ kind: "ok", body: { hello: "hotel" } }) as never],
  ["answers that are nothing", () => ok([null as never])],
  ["a status nobody has agreed on", () => ok([{ id: "x", status: "maybe", code: "stored" } as never])],
])("%s acknowledges nothing", async (_name, answer) => {
  const bench = await Bench.open();
  const id = await bench.scan();
  bench.server = answer;
  expect((await bench.flush()).kind).toBe("unreachable");
  expect(await bench.pending()).toEqual([id]);
});

test("a rejected record is set aside with its reason, and does not keep others", async () => {
  const bench = await Bench.open();
  const [good, bad, late] = [await bench.scan(), await bench.scan(), await bench.scan()];
  bench.server = (batch) =>
    ok(batch.records.map((one) => (one.id === bad ? { id: bad, status: "rejected", code: "record_invalid", message: "…" } : stored(one))));
  expect((await bench.flush()).kind).toBe("delivered");
  expect(await bench.pending()).toEqual([]);
  const kept = await bench.store.rejected(STATION);
  expect(kept.map((one) => [one.id, one.answer.code])).toEqual([[bad, "record_invalid"]]);
  expect(kept[0]?.payload).toMatchObject({ kind: "scan", code: "14SC0PJ6" });
  for (const id of [good, late]) expect((await bench.store.scan(id as string))?.answer?.status).toBe("stored");
});

test("a record at which the server breaks does not keep others for ever, and is itself kept", async () => {
  const bench = await Bench.open();
  const ids: string[] = [];
  for (let i = 0; i < 9; i++) ids.push(await bench.scan());
  const poison = ids[4] as string;
  bench.server = (batch) => (batch.records.some((one) => one.id === poison) ? refused(500) : takesAll(batch));
  for (let tries = 0; tries < 12; tries++) await bench.flush();
  expect(await bench.pending()).toEqual([poison]);
  const later = await bench.scan();
  await bench.flush();
  expect(await bench.pending()).toEqual([poison]);
  expect((await bench.store.scan(later))?.answer?.code).toBe("admit");
  bench.server = takesAll;
  expect((await bench.flush()).kind).toBe("delivered");
  expect(await bench.pending()).toEqual([]);
});

test("at most 500 go at once, and all of them go", async () => {
  const bench = await Bench.open();
  for (let i = 0; i < 1203; i++) await bench.scan();
  await bench.flush();
  expect(bench.batches.map((one) => one.records.length)).toEqual([500, 500, 203]);
  expect(bench.batches.map((one) => one.records_pending)).toEqual([703, 203, 0]);
  expect(await bench.pending()).toEqual([]);
}, 20_000);

test("what is sent again is the same to the letter, so that the server knows it again", async () => {
  const bench = await Bench.open();
  await bench.scan();
  bench.server = () => ({ kind: "unreachable" });
  await bench.flush();
  bench.server = takesAll;
  await bench.flush();
  expect(JSON.stringify(bench.batches[1]?.records)).toBe(JSON.stringify(bench.batches[0]?.records));
});

test("the clock sent along says whose it is, whatever epoch the records are of", async () => {
  const bench = await Bench.open();
  await bench.scan("14SC0PJ6", "before");
  await bench.flush();
  expect(bench.batches[0]).toMatchObject({ epoch: "now", records: [{ epoch: "before" }] });
});

test("a withdrawal does not overtake the scan it takes back", async () => {
  const bench = await Bench.open();
  const scan = await bench.scan();
  const head = { id: uuid(), made_at: new Date(NOW).toISOString(), epoch: bench.epoch };
  await bench.store.add(STATION, { ...head, kind: "withdrawal", of: scan });
  bench.server = (batch) => (batch.records.some((one) => one.id === scan) ? refused(500) : takesAll(batch));
  for (let tries = 0; tries < 6; tries++) await bench.flush();
  expect(await bench.pending()).toEqual([scan, head.id]);
  expect((await bench.store.scan(scan))?.withdrawn).toBe(true);
});

test("what happened to the clock is sent before everything else, however much waits", async () => {
  const bench = await Bench.open();
  for (let i = 0; i < 501; i++) await bench.scan("14SC0PJ6", "fast");
  const jump = { id: uuid(), made_at: new Date(NOW).toISOString(), epoch: "right", kind: "clock" as const, previous: "fast", jump: -3_600_000 };
  await bench.store.add(STATION, jump);
  await bench.scan("14SC0PJ6", "right");
  await bench.flush();
  expect(bench.batches[0]?.records[0]?.id).toBe(jump.id);
  expect(bench.batches.flatMap((one) => one.records.map((record) => record.id)).length).toBe(503);
  expect(await bench.pending()).toEqual([]);
});
