/** The screen a volunteer holds all day: camera, answer, short code. */

import { letsThrough } from "../core/decide";
import type { ScanRow } from "../core/rows";
import { peopleIn } from "../core/tally";
import { masked } from "../core/wording";
import { Camera, type Trouble } from "./camera";
import { hoursShort } from "./dates";
import { askPeople } from "./dialogs";
import { button, fill, h, icon } from "./dom";
import { photoInput, shortCodeForm } from "./intake";
import { List } from "./list";
import type { Go, Leave } from "./main";
import { weChatNotice } from "./pair";
import { Panel } from "./panel";
import type { Phone } from "./phone";
import { type Tone, allowSound, signal } from "./signals";
import { t } from "./texts";
import { plain, shown } from "./verdict";

/** A code is not taken again before it has been out of sight for this long. */
const SAME = 3_000;
/** So long an answer is waited for before the phone says what it knows itself. */
const WAIT = 3_500;

export function scan(host: HTMLElement, phone: Phone, go: Go): Leave {
  const { store } = phone;
  const panel = new Panel();
  const list = new List(phone, () => go("pair"));
  const camera = new Camera(spotted, troubled);
  let busy = false;
  let muted = false;
  let torch = false;
  let gone = false;
  let current: { id: string; told: Tone | null } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const sightings = new Map<string, number>();

  const place = h("span", { class: "place" });
  const bar = h("button", { type: "button", class: "session-now", "data-testid": "change-session", "aria-label": t.change, click: () => go("choose") }, place, icon("chevron-down"));
  const chip = h("span", { id: "pending-count", class: "chip", role: "status", "data-testid": "pending-count" });
  const notices = h("div", { class: "notices" });
  const counts = h("p", { class: "counts", "data-testid": "counts" });
  const start = button(t.startCamera, "camera", { id: "start-camera", class: "button primary block", "data-testid": "start-camera" }, () => open(null));
  const torchButton = button(t.torch, "bolt", { class: "button glass", hidden: true, "aria-pressed": "false" }, async () => {
    torch = !torch;
    torchButton.setAttribute("aria-pressed", String(torch));
    await camera.torch(torch);
  });
  const turnButton = button(t.otherCamera, "refresh", { class: "button glass", hidden: true }, () => {
    const at = camera.devices.findIndex((one) => one.deviceId === camera.device);
    void open(camera.devices[(at + 1) % camera.devices.length]?.deviceId ?? "");
  });
  const soundButton = button(t.sound, "volume", { class: "button glass", "aria-pressed": "true" }, async () => {
    muted = !muted;
    drawSound();
    await store.prefer({ muted });
  });
  const picture = h("div", { class: "picture" }, h("div", { class: "aim" }, icon("qrcode")));
  const stage = h("section", { class: "stage" }, picture, h("div", { class: "stage-tools" }, torchButton, turnButton, soundButton));
  const { form, error } = shortCodeForm((code) => void take(code));
  const file = photoInput((code) => void take(code), tell);
  const undo = button(t.undo, "arrow-back-up", { class: "button tool", "data-testid": "undo", disabled: true }, takeBack);
  const tools = h("div", { class: "tools" },
    button(t.photo, "photo", { class: "button tool" }, () => file.click()),
    undo,
    button(t.list, "history", { class: "button tool list-button", "data-testid": "open-list" }, () => list.element.showModal()),
  ); // prettier-ignore

  /** Everything that reads a code ends here. */
  async function take(code: string): Promise<void> {
    if (busy) return;
    if (phone.station?.ended) return tell(plain("station_revoked"));
    if (!phone.session) return tell(plain("choose_session"));
    busy = camera.paused = true;
    try {
      const arriving = await howMany(code);
      if (arriving === null || !phone.session) return;
      const made = await phone.take(code, arriving);
      current = { id: made.id, told: null };
      panel.show(plain("checking"));
      clearTimeout(timer);
      timer = setTimeout(() => void reveal(made.id), WAIT);
      void reveal(made.id);
    } catch {
      fill(notices, h("p", { class: "notice danger", role: "alert" }, t.storageBroken));
      tell({ ...plain("stored"), tone: "refused", icon: "circle-x", word: t.said.record_invalid.word, sentence: t.storageBroken });
    } finally {
      busy = camera.paused = false;
      // While a question was open nobody looked; the code is still before the camera.
      sightings.set(code, performance.now());
    }
  }

  /** A ticket for several: how many of them are here? Everything else needs no question. */
  async function howMany(code: string): Promise<number | null> {
    const seen = await phone.look(code);
    const { ticket, remaining, verdict } = seen;
    if (!ticket || ticket.size === 1 || remaining < 1 || !verdict || !letsThrough(verdict.code)) return 1;
    const who = [masked(ticket.name), ticket.village].filter(Boolean).join(" · ");
    return askPeople(who, ticket.size, remaining);
  }

  /** Say what is known by now of the scan at hand. */
  async function reveal(id: string): Promise<void> {
    const row = await store.scan(id);
    if (!row || current?.id !== id || !(await ripe(row))) return;
    const said = await shown(row, store, phone.clock.now());
    if (current.told === said.tone && panel.element.dataset.provisional === String(said.provisional)) return;
    const quiet = current.told !== null && said.tone !== "refused";
    current.told = said.tone;
    panel.show(said);
    if (!quiet) signal(said.tone, muted);
  }

  async function ripe(row: ScanRow): Promise<boolean> {
    if (row.answer) clearTimeout(timer);
    return row.answer !== null || !phone.online || Date.now() - row.at >= WAIT;
  }

  function tell(said: Parameters<Panel["show"]>[0]): void {
    current = null;
    panel.show(said);
    signal(said.tone, muted);
  }

  function spotted(code: string): void {
    const now = performance.now();
    const last = sightings.get(code);
    sightings.set(code, now);
    for (const [old, at] of sightings) if (now - at > SAME) sightings.delete(old);
    if (last === undefined || now - last > SAME) void take(code);
  }

  async function takeBack(): Promise<void> {
    const newest = await phone.undoable();
    if (!newest) return;
    undo.disabled = true;
    await phone.withdraw(newest);
    tell(plain("withdrawn"));
    await draw();
  }

  async function open(device: string | null): Promise<void> {
    allowSound();
    start.disabled = true;
    fill(notices, weChatNotice());
    fill(picture, camera.video, h("div", { class: "aim" }));
    const wanted = device ?? (await store.preferences()).camera;
    const running = await camera.start(wanted);
    if (gone) return camera.stop();
    start.disabled = false;
    torch = false;
    if (running && device !== null) await store.prefer({ camera: device });
    if (running) panel.idle(t.cameraIdle, t.cameraIdleHelp);
    drawCamera();
  }

  function troubled(trouble: Trouble): void {
    const sentence = { none: t.noCamera, denied: t.cameraDenied, busy: t.cameraBusy, decoder: t.decoderBroken }[trouble];
    fill(notices, weChatNotice(), h("p", { class: "notice danger", role: "alert", "data-testid": "camera-trouble" }, sentence));
    drawCamera();
  }

  function drawCamera(): void {
    stage.dataset.running = String(camera.running);
    start.hidden = camera.running || phone.station?.ended === true;
    torchButton.hidden = !camera.running || !camera.hasTorch;
    torchButton.setAttribute("aria-pressed", String(torch));
    turnButton.hidden = !camera.running || camera.devices.length < 2;
  }

  function drawSound(): void {
    soundButton.setAttribute("aria-pressed", String(!muted));
    (soundButton.lastElementChild as HTMLElement).textContent = muted ? t.soundOff : t.sound;
  }

  async function draw(): Promise<void> {
    const { session, station } = phone;
    if (!station || gone) return;
    if (!session) return go("choose");
    if (current) void reveal(current.id);
    const now = phone.clock.now();
    fill(place, h("strong", {}, session.name), h("span", {}, `${hoursShort(Date.parse(session.starts_at), Date.parse(session.ends_at), now)} · ${session.venue}`));
    chip.dataset.count = String(phone.waiting);
    chip.dataset.online = String(phone.online);
    fill(
      chip,
      icon(phone.online ? (phone.waiting ? "cloud-upload" : "check") : "wifi-off"),
      h("span", {}, phone.online ? "" : t.offline, !phone.online && phone.waiting > 0 && h("br"), phone.online || phone.waiting ? t.pending(phone.waiting) : ""),
    );
    const here = (await store.scans(station.id)).filter((row) => row.session === session.id);
    counts.textContent = t.counts(here.reduce((sum, row) => sum + peopleIn(row), 0), here.length);
    ended.hidden = !station.ended;
    start.hidden = camera.running || station.ended;
    bar.disabled = station.session !== null;
    undo.disabled = (await phone.undoable()) === null;
    await list.draw();
  }

  const ended = h("p", { class: "notice danger", role: "alert", hidden: true, "data-testid": "ended" }, t.ended);
  const wide = matchMedia("(min-width: 900px)");
  const replace = (): void => list.place(wide.matches);
  wide.addEventListener("change", replace);
  fill(notices, weChatNotice());
  panel.idle(t.cameraIdle, t.cameraIdleHelp);
  fill(
    host,
    h("div", { class: "scan" },
      h("header", { class: "bar" }, bar, chip),
      ended, notices,
      h("div", { class: "main" }, stage, panel.element, h("div", { class: "dock" }, counts, start, form, error, file, tools)),
      list.element,
    ),
  ); // prettier-ignore
  replace();
  drawCamera();
  void store.preferences().then((preferences) => {
    muted = preferences.muted;
    drawSound();
  });
  void draw();
  const off = [phone.on("changed", () => void draw()), phone.on("answered", () => void draw())];
  return () => {
    gone = true;
    camera.stop();
    clearTimeout(timer);
    wide.removeEventListener("change", replace);
    for (const stop of off) stop();
  };
}
