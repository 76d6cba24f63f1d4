import { expect, test } from "vitest";
import { type Plan, cacheName, courseOf, outdated } from "../src/service/policy";

const ORIGIN = "https://kepu.example";
const plan: Plan = { version: "v2", files: ["/static/build/main-12345678.js", "/scan/build/zxing_reader-12345678.wasm"], shells: { zh: "/scan/zh/", en: "/scan/en/" } };
const course = (path: string, mode = "cors", method = "GET", origin = ORIGIN): unknown => courseOf({ method, mode }, new URL(path, origin), ORIGIN, plan);

test("pages of the scanner are kept ones, whatever stands behind their address", () => {
  expect(course("/scan/", "navigate")).toEqual({ kind: "shell", language: null });
  expect(course("/scan/?from=home", "navigate")).toEqual({ kind: "shell", language: null });
  expect(course("/scan/en/", "navigate")).toEqual({ kind: "shell", language: "en" });
});

test("files of the app are kept ones", () => {
  for (const path of plan.files) expect(course(path)).toEqual({ kind: "file", path });
});

test.each([
  ["/api/v1/station/changes?since=x"],
  ["/api/v1/station/records", "cors", "POST"],
  ["/scan/", "navigate", "POST"],
  ["/console/", "navigate"],
  ["/scan/nothing/", "navigate"],
  ["/static/build/other-12345678.js"],
  ["/scan/", "navigate", "GET", "https://elsewhere.example"],
])("%s is the network's", (...request) => {
  expect(course(...(request as [string]))).toEqual({ kind: "network" });
});

test("a new version throws away the caches of others of ours, and nobody else's", () => {
  expect(outdated([cacheName("v1"), cacheName("v2"), "kepu-choice", "strange"], "v2")).toEqual([cacheName("v1")]);
});
