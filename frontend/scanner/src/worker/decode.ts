/** Reads QR codes off the main thread. In: pixels. Out: the texts, nearest to the middle first. */

import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";
import type { Job, Result } from "./messages";

prepareZXingModule({ overrides: { locateFile: () => new URL(wasm, self.location.href).href } });

async function decode({ id, pixels }: Job): Promise<Result> {
  try {
    const found = await readBarcodes(pixels, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 4 });
    const middle = { x: pixels.width / 2, y: pixels.height / 2 };
    const apart = ({ position }: (typeof found)[number]): number =>
      Math.hypot((position.topLeft.x + position.bottomRight.x) / 2 - middle.x, (position.topLeft.y + position.bottomRight.y) / 2 - middle.y);
    const valid = found.filter((one) => one.isValid && one.text).sort((a, b) => apart(a) - apart(b));
    return { id, texts: valid.map((one) => one.text) };
  } catch {
    return { id, texts: null };
  }
}

self.addEventListener("message", async (event: MessageEvent<Job>) => postMessage(await decode(event.data)));
