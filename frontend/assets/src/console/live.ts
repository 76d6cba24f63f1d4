/** The live page keeps itself up to date while somebody looks at it, and says so when it cannot. */

const board = (): HTMLElement | null => document.getElementById("live");

let asked = 0;

function ask(): void {
  asked = Date.now();
  board()?.dispatchEvent(new Event("refresh"));
}

export function keepLive(): void {
  if (!board()?.dataset.live) return;
  asked = Date.now();
  setInterval(() => {
    // Empty once check-in is over: nothing changes by itself any more.
    const every = Number(board()?.dataset.live ?? 0) * 1000;
    if (every && !document.hidden && Date.now() - asked >= every) ask();
  }, 1000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && board()?.dataset.live) ask();
  });
  for (const trouble of ["htmx:error", "htmx:response:error"])
    document.addEventListener(trouble, () => board()?.classList.add("stale"));
}
