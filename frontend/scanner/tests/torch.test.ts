// @vitest-environment jsdom
import { expect, test } from "vitest";
import { Camera } from "../src/app/camera";

/** A camera whose track answers the torch as told. */
function camera(applied: () => Promise<void>): Camera {
  const made = new Camera(() => undefined, () => undefined);
  Object.assign(made, { stream: { getVideoTracks: () => [{ applyConstraints: applied }], getTracks: () => [] } });
  return made;
}

test("a torch that the phone refuses is told, one that comes on is not", async () => {
  expect(await camera(() => Promise.reject(new DOMException("no", "OverconstrainedError"))).torch(true)).toBe(false);
  expect(await camera(() => Promise.resolve()).torch(true)).toBe(true);
});
