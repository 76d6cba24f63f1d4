import { expect, test } from "vitest";
import { isWhole, roll, search } from "../src/core/search";
import type { TicketRow } from "../src/core/shapes";
import { ticket } from "./bench";

const row = (id: number, name: string, village: string, initials?: string, more: Partial<TicketRow> = {}): TicketRow => ({
  ...ticket, id, name, village, size: 1, short_code: `AB0000${id}X`, ...(initials !== undefined && { initials }), ...more,
}); // prettier-ignore

const rows = [
  row(1, "刘桂英", "江桥村三组", "lgy"),
  row(2, "胡国庆", "江桥村一组", "hgq"),
  row(3, "肖柳", "刘河村", "xl"),
  row(4, "刘**", "白茅湖村"),
];
const found = (query: string): number[] => search(rows, query).map((one) => one.id);

test("a surname finds those who bear it before a village that is called so", () => {
  expect(found("刘")).toEqual([1, 4, 3]);
});

test("first letters find a name, in either case and in full width", () => {
  expect(found("lgy")).toEqual([1]);
  expect(found("HG")).toEqual([2]);
  expect(found("ｌｇ")).toEqual([1]);
});

test("a list of a server without initials is still found by name, village and short code", () => {
  const old = rows.map(({ initials: _left, ...one }) => one);
  expect(search(old, "lgy")).toEqual([]);
  expect(search(old, "江桥").map((one) => one.id)).toEqual([1, 2]);
  expect(search(old, "ab00003").map((one) => one.id)).toEqual([3]);
});

test("several words narrow down, and nothing typed is everybody", () => {
  expect(found("江桥 l")).toEqual([1]);
  expect(found("江桥 白茅")).toEqual([]);
  expect(found("  ")).toEqual([1, 2, 3, 4]);
});

test("the roll has only those who may come to the session, village by village", () => {
  const others = [row(5, "外人", "江桥村一组", "wr", { sessions: [8] }), row(6, "候补", "江桥村一组", "hb", { state: "waiting" })];
  const called = roll([...rows, ...others], 7);
  expect(called.map((one) => one.id).sort()).toEqual([1, 2, 3, 4]);
  expect(called.map((one) => one.village)).toEqual([...called.map((one) => one.village)].sort((a, b) => a.localeCompare(b, "zh")));
});

test("a masked name is not a whole one, and neither is none", () => {
  expect([isWhole("刘桂英"), isWhole("刘**"), isWhole("")]).toEqual([true, false, false]);
});
