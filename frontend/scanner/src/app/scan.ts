/** The screen a volunteer holds all day: camera, answer, short code. */

import { type Direction, letsThrough } from "../core/decide";
import type { ScanRow } from "../core/rows";
import type { How } from "../core/shapes";
import { Streak } from "../core/streak";
import { peopleIn } from "../core/tally";
import { masked } from "../core/wording";
import { ask, askPeople } from "./dialogs";
import { button, fill, h } from "./dom";
import { Frame } from "./frame";
import { hold } from "./hand";
import { photoInput, shortCodeForm } from "./intake";
import { List } from "./list";
import type { Go, Leave } from "./main";
import { Panel } from "./panel";
import type { Phone } from "./phone";
import { type Tone, signal } from "./signals";
import { Stage } from "./stage";
import { t } from "./texts";
import { plain, shown } from "./verdict";
import { choice } from "./work";

/** A code is not taken again before it has been out of sight for this long. */
const SAME = 3_000;
/** So long an answer is waited for before the phone says what it knows itself. */
const WAIT = 3_500;

/** `given`: a ticket whose address was opened in this browser; nothing is taken before somebody has said so. */
export function scan(host: HTMLElement, phone: Phone, go: Go, given = ""): Leave {
  const { store } = phone;
  const panel = new Panel();
  const frame = new Frame(phone, "scan", go);
  const list = new List(phone, () => go("pair"), go);
  const stage = new Stage(store, spotted, idle, () => phone.station?.ended !== true);
  const streak = new Streak();
  let busy = false;
  let gone = false;
  let current: { id: string; told: Tone | null } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let direction: Direction = "entry";
  let substitute = false;
  const sightings = new Map<string, number>();

  const counts = h("p", { class: "counts", "data-testid": "counts" });
  const { form, error } = shortCodeForm((code) => void take(code, "typed"));
  const file = photoInput((code) => void take(code, "photo"), tell);
  const undo = button(t.undo, "arrow-back-up", { class: "button tool", "data-testid": "undo", disabled: true }, takeBack);
  const tools = h("div", { class: "tools" },
    button(t.photo, "photo", { class: "button tool" }, () => file.click()),
    undo,
    button(t.list, "history", { class: "button tool list-button", "data-testid": "open-list" }, () => list.element.showModal()),
    button(t.prepare.short, "shield-check", { class: "button tool", "data-testid": "open-prepare" }, () => go("prepare")),
  ); // prettier-ignore
  const ways = choice(t.direction.label, "direction", [["entry", t.direction.entry], ["exit", t.direction.exit]], direction, (code) => {
    direction = code;
    if (code === "exit") drawSubstitute(false);
    host.dataset.direction = code;
    idle();
  });
  const substituteButton = button(t.substitute, "users", { class: "button small", "aria-pressed": "false", title: t.substituteHelp, "data-testid": "substitute" }, () => drawSubstitute(!substitute));
  const options = h("div", { class: "options" }, ways, substituteButton);

  function idle(): void {
    current = null;
    panel.idle(direction === "exit" ? t.direction.exitIdle : t.cameraIdle, t.cameraIdleHelp);
    (form.lastElementChild as HTMLElement).textContent = direction === "exit" ? t.direction.exit : t.checkIn;
  }

  function drawSubstitute(on: boolean): void {
    substitute = on;
    substituteButton.setAttribute("aria-pressed", String(on));
  }

  /** Everything that reads a code ends here. */
  async function take(code: string, how: How): Promise<void> {
    if (busy) return;
    if (phone.station?.ended) return tell(plain("station_revoked"));
    if (!phone.session) return tell(plain("choose_session"));
    busy = stage.camera.paused = true;
    const release = hold();
    try {
      const arriving = await howMany(code);
      if (arriving === null || !phone.session) return;
      const made = await phone.take(code, { how, direction, arriving, substitute });
      drawSubstitute(false);
      current = { id: made.id, told: null };
      panel.show(plain("checking"));
      clearTimeout(timer);
      timer = setTimeout(() => void reveal(made.id), WAIT);
      void reveal(made.id);
    } catch {
      fill(stage.notices, h("p", { class: "notice danger", role: "alert" }, t.storageBroken));
      tell({ ...plain("stored"), tone: "refused", icon: "circle-x", word: t.said.record_invalid.word, sentence: t.storageBroken });
    } finally {
      release();
      busy = stage.camera.paused = false;
      // While a question was open nobody looked; the code is still before the camera.
      sightings.set(code, performance.now());
    }
  }

  async function takeGiven(code: string): Promise<void> {
    if (!phone.session || phone.station?.ended) return tell(plain(phone.session ? "station_revoked" : "choose_session"));
    const { ticket } = await phone.look(code, direction);
    const who = ticket ? [masked(ticket.name), ticket.village, ticket.size > 1 && t.people(ticket.size)].filter(Boolean).join(" · ") : "";
    busy = stage.camera.paused = true;
    const yes = await ask(t.given.title(who), t.given.text(phone.session.name), t.given.yes);
    busy = stage.camera.paused = false;
    if (yes && !gone) await take(code, "link");
  }

  /** A ticket for several: how many of them are here? Everything else needs no question. */
  async function howMany(code: string): Promise<number | null> {
    const { ticket, remaining, verdict } = await phone.look(code, direction);
    if (direction === "exit" || !ticket || ticket.size === 1 || remaining < 1 || !verdict || !letsThrough(verdict.code)) return 1;
    const who = [masked(ticket.name), ticket.village].filter(Boolean).join(" · ");
    return askPeople(who, ticket.size, remaining);
  }

  /** Say what is known by now of the scan at hand. */
  async function reveal(id: string): Promise<void> {
    const row = await store.scan(id);
    if (!row || current?.id !== id || !(await ripe(row))) return;
    const said = await shown(row, store, phone.clock.now());
    if (current.told === said.tone && panel.element.dataset.provisional === String(said.provisional)) return;
    const first = current.told === null;
    const quiet = !first && said.tone !== "refused";
    current.told = said.tone;
    panel.show(said);
    if (!quiet) signal(said.tone, stage.muted);
    if (first) void elsewhere(row);
  }

  /** Five in a row who belong to another session: then it is the phone that is at the wrong one. */
  async function elsewhere({ answer, provisional }: ScanRow): Promise<void> {
    const guessed = provisional?.code === "wrong_session" ? provisional.rightSessions : [];
    const right = streak.add(answer?.code ?? provisional?.code ?? "pending", answer?.right_sessions ?? guessed);
    const row = right === null ? undefined : await store.session(right);
    if (!row || row.state === "called_off" || gone) return;
    streak.clear();
    stage.camera.paused = busy = true;
    const yes = await ask(t.elsewhere.title(row.name), t.elsewhere.text(row.venue), t.elsewhere.yes, t.elsewhere.no);
    stage.camera.paused = busy = false;
    if (!yes) return;
    await phone.choose(row);
    current = null;
    panel.idle(t.elsewhere.done(row.name), t.elsewhere.again);
  }

  async function ripe(row: ScanRow): Promise<boolean> {
    if (row.answer) clearTimeout(timer);
    return row.answer !== null || !phone.online || Date.now() - row.at >= WAIT;
  }

  function tell(said: Parameters<Panel["show"]>[0]): void {
    current = null;
    panel.show(said);
    signal(said.tone, stage.muted);
  }

  function spotted(code: string): void {
    const now = performance.now();
    const last = sightings.get(code);
    sightings.set(code, now);
    for (const [old, at] of sightings) if (now - at > SAME) sightings.delete(old);
    if (last === undefined || now - last > SAME) void take(code, "camera");
  }

  async function takeBack(): Promise<void> {
    const newest = await phone.undoable();
    if (!newest) return;
    undo.disabled = true;
    await phone.withdraw(newest);
    tell(plain("withdrawn"));
    await draw();
  }

  async function draw(): Promise<void> {
    const { session, station } = phone;
    if (!station || gone) return;
    if (!session) return go("choose");
    if (current) void reveal(current.id);
    frame.draw();
    const here = (await store.scans(station.id)).filter((row) => row.session === session.id);
    counts.textContent = t.counts(here.reduce((sum, row) => sum + peopleIn(row), 0), here.length);
    ways.hidden = !session.checks_out;
    if (!session.checks_out) direction = "entry";
    stage.draw();
    undo.disabled = (await phone.undoable()) === null;
    await list.draw();
  }

  const wide = matchMedia("(min-width: 900px)");
  const replace = (): void => list.place(wide.matches);
  wide.addEventListener("change", replace);
  idle();
  host.dataset.direction = direction;
  fill(
    host,
    h("div", { class: "scan" },
      frame.header, frame.ended, stage.notices,
      h("div", { class: "main" }, stage.element, panel.element, h("div", { class: "dock" }, counts, options, stage.start, form, error, file, tools)),
      list.element,
      frame.ways,
    ),
  ); // prettier-ignore
  replace();
  void draw();
  if (given) void takeGiven(given);
  const off = [phone.on("changed", () => void draw()), phone.on("answered", () => void draw())];
  return () => {
    gone = true;
    stage.close();
    clearTimeout(timer);
    wide.removeEventListener("change", replace);
    for (const stop of off) stop();
  };
}
