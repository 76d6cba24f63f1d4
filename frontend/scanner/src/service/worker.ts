/** The scanner without a network: everything it needs is kept when it is installed, all of it or nothing. */

import { CHOICE, type Course, type Plan, cacheName, courseOf, outdated } from "./policy";

declare const self: ServiceWorkerGlobalScope;
/** Written above this script by the server (frontend/participant/scanner.py). */
declare const PLAN: Plan;

const ALL = [...PLAN.files, ...Object.values(PLAN.shells)];
/** Files of a build carry a digest in their names and never change; others are asked for anew. */
const NEVER_CHANGES = /\/build\/.+-[\w-]{8}\.\w+$/;

async function install(): Promise<void> {
  const cache = await caches.open(cacheName(PLAN.version));
  await cache.addAll(
    ALL.map((path) => new Request(path, { credentials: "omit", cache: NEVER_CHANGES.test(path) ? "default" : "reload" })),
  );
}

async function takeOver(): Promise<void> {
  for (const name of outdated(await caches.keys(), PLAN.version)) await caches.delete(name);
  await self.clients.claim();
}

async function kept(path: string): Promise<Response | undefined> {
  return (await caches.open(cacheName(PLAN.version))).match(path, { ignoreVary: true });
}

async function language(): Promise<string> {
  const chosen = await (await caches.open(CHOICE.cache)).match(CHOICE.path);
  const code = (await chosen?.text()) ?? "";
  return code in PLAN.shells ? code : (Object.keys(PLAN.shells)[0] as string);
}

/** What is kept; should the browser have dropped it, the network. */
async function answer(course: Exclude<Course, { kind: "network" }>, request: Request): Promise<Response> {
  switch (course.kind) {
    case "shell":
      return (await kept(PLAN.shells[course.language ?? (await language())] as string)) ?? fetch(request);
    case "file":
      return (await kept(course.path)) ?? fetch(request);
  }
}

async function choose(code: string): Promise<void> {
  await (await caches.open(CHOICE.cache)).put(CHOICE.path, new Response(code));
}

async function missing(): Promise<number> {
  const found = await Promise.all(ALL.map(kept));
  return found.filter((one) => one === undefined).length;
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const course = courseOf(event.request, new URL(event.request.url), self.location.origin, PLAN);
  if (course.kind !== "network") event.respondWith(answer(course, event.request));
});
self.addEventListener("message", (event) => {
  // The page asks for this when no scan is in hand: never by itself, never under somebody's fingers.
  if (event.data === "take over") void self.skipWaiting();
  if (typeof event.data?.language === "string") event.waitUntil(choose(event.data.language));
  if (event.data === "missing") event.waitUntil(missing().then((count) => event.ports[0]?.postMessage(count)));
});
