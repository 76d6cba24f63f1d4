/** A code whose reading is known, to try reader and signature on: the first token of tests/contracts/tokens.json, signed with
 * a key that signs no ticket. Kept as bits, so that the trial needs no file. */

export const TEXT =
  "HTTPS://KEPU.EXAMPLE/T/CAAAAAARAERUKZ4JVPGQGCOXGCQM23JWAOE2VUXFEZK3BS4YGHCMM427SS4SKQTLCW4AZIT4OO4WOMFKNJ4VJTPYGUM7DG7ABW3NJPDQS5QZ3CYRRMX35NVCM6YTICI";

/** The public key of its signature, under the key id that it names. */
export const KEYS: ReadonlyMap<number, string> = new Map([[0, "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"]]);

const SIDE = 41;
const QUIET = 4;
/** One row each, a bit a module, as hexadecimal digits. */
const ROWS =
  "1fda9143a7f 1057f83f541 17464327f5d 175ac4aec5d 174f91c845d 10443b75541 1fd5555557f 0013a3cb600 16e52b5474b 0c9b18b97d2 1978182990f 0236661e28f 066e6a2bc74 07a6cda919d 1b7cf5d3788 0f0ada55f0a 0cdc2f981d9 0e02ca148ce 0665493e38f 0cbc237384b 12d17569488 0a3c25af3cd 0078bdcc050 1c28ae0c882 127bd43b957 171153739a3 17581c3cc5c 0486cddde0a 03f969860e0 0109d22fb63 14fc3eb1099 021ff2affc1 0dc0a2171f1 0015d14511c 1fd61bb4f5b 10555764918 1745b5e17f3 17508f79368 175f66dc9e3 1041658b977 1fdc0bd3040";

/** Whether a module is dark; quiet zone included. */
function modules(): boolean[][] {
  const blank = (): boolean[] => new Array<boolean>(SIDE + 2 * QUIET).fill(false);
  const rows = ROWS.split(" ").map((row) => {
    const bits = [...row].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, "0")).join("").slice(-SIDE);
    const side = new Array<boolean>(QUIET).fill(false);
    return [...side, ...[...bits].map((bit) => bit === "1"), ...side];
  });
  const quiet = Array.from({ length: QUIET }, blank);
  return [...quiet, ...rows, ...quiet];
}

/** The code as pixels (RGBA), so many to a module. */
export function picture(scale = 6): { side: number; pixels: Uint8ClampedArray<ArrayBuffer> } {
  const rows = modules();
  const side = rows.length * scale;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      if (rows[Math.floor(y / scale)]?.[Math.floor(x / scale)]) pixels.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
  return { side, pixels };
}
