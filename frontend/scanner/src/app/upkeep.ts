/** The app itself, kept on this phone: a service worker holds it, and a newer version takes over when nothing is in hand. */

import { isFree } from "./hand";

const LOOK = 10_000;
const ASK_AGAIN = 3_600_000;
const PATIENCE = 3_000;

/** Where there is none – an old browser, a page without HTTPS – the scanner works with a network only. */
export async function upkeep(language: string): Promise<void> {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  let controlled = serviceWorker.controller !== null;
  let stale = false;
  const exchange = (): void => {
    if (stale && isFree()) location.reload();
  };
  serviceWorker.addEventListener("controllerchange", () => {
    stale = controlled;
    controlled = true;
    exchange();
  });
  const registration = await serviceWorker.register("/scan/sw.js", { scope: "/scan/", updateViaCache: "none" }).catch(() => null);
  if (!registration) return;
  setInterval(() => {
    exchange();
    if (!stale && isFree()) registration.waiting?.postMessage("take over");
  }, LOOK);
  // The page has just been opened: nothing can be in hand yet.
  if (controlled && isFree()) registration.waiting?.postMessage("take over");
  setInterval(() => void registration.update().catch(() => undefined), ASK_AGAIN);
  (await serviceWorker.ready).active?.postMessage({ language });
}

/** How many files of the app are not kept; null where nothing keeps them. */
export async function missingFiles(): Promise<number | null> {
  const controller = navigator.serviceWorker?.controller;
  if (!controller) return null;
  const { port1, port2 } = new MessageChannel();
  return new Promise((answer) => {
    const timer = setTimeout(() => answer(null), PATIENCE);
    port1.onmessage = ({ data }: MessageEvent<number>) => {
      clearTimeout(timer);
      answer(data);
    };
    controller.postMessage("missing", [port2]);
  });
}

/** The button under the page: the same page in the other language, without a network too. */
export function languageSwitch(): void {
  const button = document.getElementById("language") as HTMLButtonElement | null;
  button?.addEventListener("click", () => {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `django_language=${button.value === "zh" ? "zh-hans" : button.value}; path=/; max-age=31536000; samesite=lax${secure}`;
    location.replace(`/scan/${button.value}/`);
  });
}
