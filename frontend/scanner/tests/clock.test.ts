import { expect, test } from "vitest";
import { Clock, stamp } from "../src/core/clock";

/** A phone whose two clocks are turned by hand. */
function phone(): { clock: Clock; wall: number; mono: number; pass: (ms: number) => void } {
  let ids = 0;
  const made = {
    wall: Date.UTC(2026, 10, 24, 1),
    mono: 1000,
    clock: null as unknown as Clock,
    pass(ms: number): void {
      made.wall += ms;
      made.mono += ms;
    },
  };
  made.clock = new Clock({ wall: () => made.wall, mono: () => made.mono, id: () => `e${++ids}` });
  return made;
}

test("time that passes alike on both clocks keeps the epoch", () => {
  const at = phone();
  for (let minute = 0; minute < 600; minute++) {
    at.pass(60_000);
    expect(at.clock.check(false)).toBeNull();
  }
  expect(at.clock.epoch).toBe("e1");
});

test("a wall clock that moves by two seconds or less keeps the epoch, one that moves further begins a new one", () => {
  const at = phone();
  at.wall += 2000;
  expect(at.clock.check(false)).toBeNull();
  at.wall += 1;
  expect(at.clock.check(false)).toEqual({ epoch: "e2", previous: "e1", jump: 2001 });
  expect(at.clock.check(false)).toBeNull();
});

test("small slips add up to a jump", () => {
  const at = phone();
  const jumps = [1500, 1500].map((slip) => {
    at.wall += slip;
    return at.clock.check(false);
  });
  expect(jumps).toEqual([null, { epoch: "e2", previous: "e1", jump: 3000 }]);
});

test("a clock that is set back an hour is a jump backwards, and the offset that was known goes with it", () => {
  const at = phone();
  at.clock.learn(at.wall - 3_600_000, at.wall, at.wall);
  const right = at.clock.now();
  at.wall -= 3_600_000;
  expect(at.clock.check(false)?.jump).toBe(-3_600_000);
  expect(at.clock.offset).toBe(0);
  expect(at.clock.now()).toBe(right);
});

test("after sleep the length of a jump is not claimed", () => {
  const at = phone();
  at.clock.learn(at.wall, at.wall, at.wall);
  at.wall += 600_000; // The monotonic clock stood still.
  expect(at.clock.check(true)).toEqual({ epoch: "e2", previous: "e1", jump: null });
  expect(at.clock.offset).toBeNull();
});

test("a contact teaches the offset once, and again only when it has changed", () => {
  const at = phone();
  expect(at.clock.learn(at.wall + 3_600_000, at.wall - 100, at.wall + 100)).toBe(true);
  expect(at.clock.offset).toBe(3_600_000);
  at.pass(60_000);
  expect(at.clock.learn(at.wall + 3_601_000, at.wall, at.wall)).toBe(false);
  expect(at.clock.learn(at.wall + 3_605_000, at.wall, at.wall)).toBe(true);
});

test("a difference as small as the way of the request is none", () => {
  const at = phone();
  expect(at.clock.learn(at.wall + 1900, at.wall, at.wall)).toBe(true);
  expect(at.clock.offset).toBe(0);
});

test("a stamp names the same instant, with the zone of the phone", () => {
  const at = Date.UTC(2026, 10, 24, 1, 5, 0, 123);
  expect(stamp(at)).toMatch(/^2026-11-2\dT\d\d:\d\d:00\.123[+-]\d\d:\d\d$/);
  expect(Date.parse(stamp(at))).toBe(at);
});
