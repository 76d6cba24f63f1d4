/** Which requests the service worker answers itself. Pure. */

/** What the server wrote above this script: the version of everything that is kept, and where it lies. */
export type Plan = {
  version: string;
  /** Paths of all files that the scanner needs: scripts, styles, pictures, the decoder. */
  files: readonly string[];
  /** Language → path of the page in it. */
  shells: Readonly<Record<string, string>>;
};

export type Course =
  /** Any page of the scanner: the kept one, in the language of this phone (null: the one it chose last). */
  | { kind: "shell"; language: string | null }
  | { kind: "file"; path: string }
  /** Not ours: answers of the API are never kept. */
  | { kind: "network" };

export const SCOPE = "/scan/";
const KEPT = "kepu-scanner-";
/** Where the language of this phone is written down: another cache, for it outlives all versions. */
export const CHOICE = { cache: "kepu-choice", path: "/scan/language" } as const;

export function cacheName(version: string): string {
  return KEPT + version;
}

/** Caches of other versions: to be thrown away once this one serves. */
export function outdated(names: readonly string[], version: string): string[] {
  return names.filter((name) => name.startsWith(KEPT) && name !== cacheName(version));
}

export function courseOf(request: { method: string; mode: string }, url: URL, origin: string, plan: Plan): Course {
  if (request.method !== "GET" || url.origin !== origin) return { kind: "network" };
  if (request.mode === "navigate") {
    const own = Object.entries(plan.shells).find(([, path]) => path === url.pathname);
    if (own) return { kind: "shell", language: own[0] };
    return url.pathname === SCOPE ? { kind: "shell", language: null } : { kind: "network" };
  }
  return plan.files.includes(url.pathname) ? { kind: "file", path: url.pathname } : { kind: "network" };
}
