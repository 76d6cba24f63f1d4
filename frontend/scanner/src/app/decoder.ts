/** The decoding worker as a function: pixels in, texts out. */

import address from "../worker/decode.ts?worker&url";
import type { Job, Result } from "../worker/messages";

/** Null: the decoder did not load. */
export type Texts = string[] | null;

let worker: Worker | null = null;
let last = 0;
const waiting = new Map<number, (texts: Texts) => void>();

/** The worker's script under the service worker's scope: elsewhere a browser would not ask it for the file. */
function inScope(): URL {
  const parts = document.getElementById("scanner")?.dataset.parts ?? "/scan/build/";
  return new URL(address.slice(address.lastIndexOf("/") + 1), new URL(parts, location.href));
}

function started(): Worker {
  if (worker) return worker;
  worker = new Worker(inScope(), { type: "module" });
  worker.addEventListener("message", ({ data }: MessageEvent<Result>) => {
    waiting.get(data.id)?.(data.texts);
    waiting.delete(data.id);
  });
  worker.addEventListener("error", () => {
    for (const answer of waiting.values()) answer(null);
    waiting.clear();
    worker?.terminate();
    worker = null; // The next try starts afresh.
  });
  return worker;
}

export function decode(pixels: ImageData): Promise<Texts> {
  const id = ++last;
  return new Promise((answer) => {
    waiting.set(id, answer);
    const job: Job = { id, pixels };
    started().postMessage(job, [pixels.data.buffer]);
  });
}

const SIZES = [1600, 800, 2600];

/** A photo or screenshot, tried at several sizes: small codes need many pixels, blurred ones fewer. */
export async function decodePhoto(file: Blob): Promise<Texts> {
  const image = await loaded(file);
  if (!image) return [];
  let texts: Texts = [];
  for (const size of SIZES) {
    const scale = Math.min(1, size / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
    const context = canvas.getContext("2d");
    if (!context) return [];
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    texts = await decode(context.getImageData(0, 0, canvas.width, canvas.height));
    if (texts === null || texts.length) break;
  }
  return texts;
}

async function loaded(file: Blob): Promise<HTMLImageElement | null> {
  const address = URL.createObjectURL(file);
  const image = new Image();
  try {
    image.src = address;
    await image.decode();
    return image;
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(address);
  }
}
