/** On the page that a ticket's code opens: a browser that is a check-in point may check the ticket in. */

const SCANNER = "kepu-scanner";

/** Shows the way to the scanner, where this browser is paired. Nothing is written here, and nothing is sent. */
export async function offerCheckIn(): Promise<void> {
  const links = document.querySelectorAll<HTMLElement>("[data-check-in]");
  if (!links.length || !(await isPaired().catch(() => false))) return;
  for (const link of links) link.hidden = false;
}

async function isPaired(): Promise<boolean> {
  const known = await indexedDB.databases?.();
  if (known && !known.some((one) => one.name === SCANNER)) return false;
  return new Promise((answer, fail) => {
    const opening = indexedDB.open(SCANNER);
    // It was not there: looking for it must not make it.
    opening.onupgradeneeded = () => opening.transaction?.abort();
    opening.onerror = () => answer(false);
    opening.onsuccess = () => {
      const tables = opening.result;
      if (!tables.objectStoreNames.contains("meta")) {
        tables.close();
        return answer(false);
      }
      const asked = tables.transaction("meta").objectStore("meta").get("active");
      asked.onsuccess = () => answer(asked.result !== undefined);
      asked.onerror = () => fail(asked.error);
      tables.close(); // as soon as the question is answered
    };
  });
}
