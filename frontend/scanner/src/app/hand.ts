/** Whether something is in hand: a camera that runs, a scan being decided, a form half filled in. While it is, the page is
 * not exchanged for a newer one. */

const held = new Set<symbol>();

/** Take something in hand; the answer lets go of it again. */
export function hold(): () => void {
  const mark = Symbol("held");
  held.add(mark);
  return () => void held.delete(mark);
}

export function isFree(): boolean {
  return held.size === 0 && document.querySelector("dialog.sheet[open]") === null;
}
