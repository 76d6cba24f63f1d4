/** The only IndexedDB. Everything that must not be lost is written here before anything else happens. */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { EntryRow, Pending, Preferences, Rejected, ScanRow, StationRow } from "./rows";
import type { Answer, Changes, Draft, KeyRow, OutcomeRow, Paired, SessionRow, StationRecord, TicketRow } from "./shapes";

const PREFERENCES: Preferences = { session: null, muted: false, camera: "", countedBy: "" };

interface Schema extends DBSchema {
  meta: { key: string; value: unknown };
  stations: { key: number; value: StationRow };
  records: { key: string; value: Pending; indexes: { station: [number, number]; kind: [number, string] } };
  rejected: { key: string; value: Rejected; indexes: { station: number } };
  scans: { key: string; value: ScanRow; indexes: { made: [number, number]; ticket: [number, number] } };
  entries: { key: string; value: EntryRow; indexes: { made: [number, number] } };
  sessions: { key: number; value: SessionRow };
  keys: { key: number; value: KeyRow };
  tickets: { key: number; value: TicketRow; indexes: { ticket: string; short_code: string } };
  outcomes: { key: string; value: OutcomeRow; indexes: { place: [number, number] } };
}

const ROSTER = ["sessions", "keys", "tickets", "outcomes"] as const;
const DURABLE = { durability: "strict" } as const;
/** What this phone remembers of a record beside the record itself. */
type Made = Omit<ScanRow, "sequence"> | Omit<EntryRow, "sequence">;
const from = (station: number): IDBKeyRange => IDBKeyRange.bound([station, -1], [station, Infinity]);

export class Store {
  private constructor(private readonly db: IDBPDatabase<Schema>) {}

  /** `superseded`: another page of a later version wants the tables; this one has let go of them. */
  static async open(name = "kepu-scanner", superseded: () => void = () => undefined): Promise<Store> {
    const db = await openDB<Schema>(name, 2, {
      upgrade(tables, before) {
        if (before < 1) Store.first(tables);
        if (before < 2) tables.createObjectStore("entries", { keyPath: "id" }).createIndex("made", ["station", "sequence"]);
      },
      blocking: () => {
        db.close();
        superseded();
      },
    });
    return new Store(db);
  }

  private static first(tables: IDBPDatabase<Schema>): void {
    tables.createObjectStore("meta");
    tables.createObjectStore("stations", { keyPath: "id" });
    const records = tables.createObjectStore("records", { keyPath: "id" });
    records.createIndex("station", ["station", "sequence"]);
    records.createIndex("kind", ["station", "kind"]);
    tables.createObjectStore("rejected", { keyPath: "id" }).createIndex("station", "station");
    const scans = tables.createObjectStore("scans", { keyPath: "id" });
    scans.createIndex("made", ["station", "sequence"]);
    scans.createIndex("ticket", ["ticket", "session"]);
    tables.createObjectStore("sessions", { keyPath: "id" });
    tables.createObjectStore("keys", { keyPath: "id" });
    const tickets = tables.createObjectStore("tickets", { keyPath: "id" });
    tickets.createIndex("ticket", "ticket");
    tickets.createIndex("short_code", "short_code");
    tables.createObjectStore("outcomes").createIndex("place", ["ticket", "session"]);
  }

  close(): void {
    this.db.close();
  }

  async preferences(): Promise<Preferences> {
    return { ...PREFERENCES, ...((await this.db.get("meta", "preferences")) as Partial<Preferences> | undefined) };
  }

  async prefer(some: Partial<Preferences>): Promise<void> {
    await this.db.put("meta", { ...(await this.preferences()), ...some }, "preferences");
  }

  /** The station this phone is now. */
  async active(): Promise<StationRow | null> {
    const id = (await this.db.get("meta", "active")) as number | undefined;
    return id === undefined ? null : ((await this.db.get("stations", id)) ?? null);
  }

  /** Stations of which this phone still has something to hand in, and the key to do it with. */
  async stations(): Promise<StationRow[]> {
    return this.db.getAll("stations");
  }

  /** Become a station. What other stations have left here stays; the roster is fetched anew. */
  async pair(paired: Paired): Promise<StationRow> {
    const row: StationRow = { ...paired.station, key: paired.key, cursor: "", ended: false, rosterAt: null };
    const all = this.db.transaction(["meta", "stations", ...ROSTER], "readwrite", DURABLE);
    for (const name of ROSTER) void all.objectStore(name).clear();
    void all.objectStore("stations").put(row);
    void all.objectStore("meta").put(row.id, "active");
    await all.done;
    return row;
  }

  /** Be no station any more. */
  async unpair(): Promise<void> {
    const all = this.db.transaction(["meta", ...ROSTER], "readwrite", DURABLE);
    for (const name of ROSTER) void all.objectStore(name).clear();
    void all.objectStore("meta").delete("active");
    await all.done;
  }

  /** The server knows its key no more: what is left waits under its number until it is paired again. */
  async loseKey(station: number, key: string): Promise<void> {
    const row = await this.db.get("stations", station);
    // It may have been paired again in the meantime, under another key.
    if (row?.key === key) await this.db.put("stations", { ...row, key: null, cursor: "" });
  }

  /** Drop a station of which nothing is left to hand in but clock records, and its list of scans. */
  async forget(station: number): Promise<void> {
    const all = this.db.transaction(["stations", "records", "scans", "entries"], "readwrite", DURABLE);
    const records = await all.objectStore("records").index("station").getAll(from(station));
    if (records.every((one) => one.kind === "clock")) {
      void all.objectStore("stations").delete(station);
      for (const { id } of records) void all.objectStore("records").delete(id);
      for (const name of ["scans", "entries"] as const)
        for (const id of await all.objectStore(name).index("made").getAllKeys(from(station))) void all.objectStore(name).delete(id);
    }
    await all.done;
  }

  async end(station: number, ended: boolean): Promise<void> {
    const row = await this.db.get("stations", station);
    if (row) await this.db.put("stations", { ...row, ended });
  }

  /** Number a record and keep it, with what is remembered of it: from here on it leaves only when it was acknowledged. */
  async add(station: number, draft: Draft, made?: Made): Promise<StationRecord> {
    const all = this.db.transaction(["meta", "records", "scans", "entries"], "readwrite", DURABLE);
    const sequence = (((await all.objectStore("meta").get("sequence")) as number | undefined) ?? 0) + 1;
    const payload = { ...draft, sequence } as StationRecord;
    void all.objectStore("meta").put(sequence, "sequence");
    void all.objectStore("records").add({ id: draft.id, station, sequence, kind: draft.kind, payload });
    if (made && "kind" in made) void all.objectStore("entries").add({ ...made, sequence });
    else if (made) void all.objectStore("scans").add({ ...made, sequence });
    if (draft.kind === "withdrawal") {
      const scan = await all.objectStore("scans").get(draft.of);
      if (scan) void all.objectStore("scans").put({ ...scan, withdrawn: true });
      const entry = await all.objectStore("entries").get(draft.of);
      if (entry) void all.objectStore("entries").put({ ...entry, withdrawn: true });
    }
    await all.done;
    return payload;
  }

  /** Records still to be handed in: what happened to the clock first, for by it the server puts the times of all others right, which
   * may be more than fit one batch; then the oldest. */
  async pending(station: number, most = Infinity): Promise<Pending[]> {
    const all = this.db.transaction("records");
    const clocks = await all.store.index("kind").getAll([station, "clock"], most === Infinity ? undefined : most);
    const room = most - clocks.length;
    if (room <= 0) return clocks;
    const oldest = await all.store.index("station").getAll(from(station), most === Infinity ? undefined : most);
    return [...clocks, ...oldest.filter((one) => one.kind !== "clock").slice(0, room)];
  }

  async countPending(station: number): Promise<number> {
    return this.db.countFromIndex("records", "station", from(station));
  }

  /** Those a person cares for: not the clock's. */
  async countWaiting(station: number): Promise<number> {
    const all = this.db.transaction("records");
    const clocks = await all.store.index("kind").count([station, "clock"]);
    return (await all.store.index("station").count(from(station))) - clocks;
  }

  async record(id: string): Promise<Pending | undefined> {
    return this.db.get("records", id);
  }

  async rejected(station: number): Promise<Rejected[]> {
    return this.db.getAllFromIndex("rejected", "station", station);
  }

  /** What the server said to one record each: stored ones leave, rejected ones are set aside with the reason. */
  async settle(answers: readonly Answer[]): Promise<void> {
    const all = this.db.transaction(["records", "rejected", "scans", "entries"], "readwrite", DURABLE);
    for (const answer of answers) {
      const held = answer.id === null ? undefined : await all.objectStore("records").get(answer.id);
      if (!held) continue;
      if (answer.status === "rejected") void all.objectStore("rejected").put({ ...held, answer });
      void all.objectStore("records").delete(held.id);
      const scan = await all.objectStore("scans").get(held.id);
      if (scan) void all.objectStore("scans").put({ ...scan, answer });
      const entry = await all.objectStore("entries").get(held.id);
      if (entry) void all.objectStore("entries").put({ ...entry, answer });
    }
    await all.done;
  }

  /** Take in a page of changes together with its cursor, so that a broken fetch goes on where it stopped. `at`: the time, as
   * the roster's age is counted from its last page. */
  async apply(station: number, page: Changes, at: number): Promise<void> {
    const all = this.db.transaction(["stations", ...ROSTER], "readwrite");
    if (page.whole) for (const name of ROSTER) void all.objectStore(name).clear();
    void all.objectStore("keys").clear();
    for (const row of page.keys) void all.objectStore("keys").put(row);
    for (const row of page.sessions) void all.objectStore("sessions").put(row);
    for (const row of page.tickets) void all.objectStore("tickets").put(row);
    for (const row of page.outcomes) void all.objectStore("outcomes").put(row, `${row.station} ${row.scan}`);
    for (const { kind, id } of page.gone) void all.objectStore(kind === "session" ? "sessions" : "tickets").delete(id);
    const row = await all.objectStore("stations").get(station);
    if (row) void all.objectStore("stations").put({ ...row, cursor: page.cursor, ended: false, ...(!page.more && { rosterAt: at }) });
    await all.done;
  }

  async sessions(): Promise<SessionRow[]> {
    return (await this.db.getAll("sessions")).sort((a, b) => a.starts_at.localeCompare(b.starts_at) || a.id - b.id);
  }

  async session(id: number): Promise<SessionRow | undefined> {
    return this.db.get("sessions", id);
  }

  async publicKeys(): Promise<Map<number, string>> {
    return new Map((await this.db.getAll("keys")).map((row) => [row.id, row.public_key]));
  }

  async ticketByCode(ticket: string): Promise<TicketRow | undefined> {
    return this.db.getFromIndex("tickets", "ticket", ticket);
  }

  async ticketByShortCode(code: string): Promise<TicketRow | undefined> {
    return this.db.getFromIndex("tickets", "short_code", code);
  }

  async tickets(): Promise<TicketRow[]> {
    return this.db.getAll("tickets");
  }

  async countTickets(): Promise<number> {
    return this.db.count("tickets");
  }

  async outcomesAt(session: number): Promise<OutcomeRow[]> {
    return (await this.db.getAll("outcomes")).filter((row) => row.session === session);
  }

  async scansAt(session: number): Promise<ScanRow[]> {
    return (await this.db.getAll("scans")).filter((row) => row.session === session);
  }

  async outcomes(ticket: number, session: number): Promise<OutcomeRow[]> {
    return this.db.getAllFromIndex("outcomes", "place", [ticket, session]);
  }

  async scansOf(ticket: number, session: number): Promise<ScanRow[]> {
    return this.db.getAllFromIndex("scans", "ticket", [ticket, session]);
  }

  async scan(id: string): Promise<ScanRow | undefined> {
    return this.db.get("scans", id);
  }

  /** The station's scans on this phone, newest first. */
  async scans(station: number, most = Infinity): Promise<ScanRow[]> {
    const found: ScanRow[] = [];
    let cursor = await this.db.transaction("scans").store.index("made").openCursor(from(station), "prev");
    while (cursor && found.length < most) {
      found.push(cursor.value);
      cursor = await cursor.continue();
    }
    return found;
  }

  /** What was entered by hand at a session on this phone, newest first. */
  async entries(station: number, session: number): Promise<EntryRow[]> {
    const rows = await this.db.getAllFromIndex("entries", "made", from(station));
    return rows.filter((row) => row.session === session).reverse();
  }

  /** Remove what this phone knows of people: the roster, and its lists of scans and entries. Records the server would not
   * take stay, and with them the station that shows them. */
  async wipe(station: number): Promise<void> {
    const all = this.db.transaction(["meta", "rejected", ...ROSTER], "readwrite", DURABLE);
    const refused = await all.objectStore("rejected").index("station").count(station);
    if ((await all.objectStore("meta").get("active")) === station) {
      for (const name of ROSTER) void all.objectStore(name).clear();
      if (!refused) void all.objectStore("meta").delete("active");
    }
    await all.done;
    if (refused) await this.clearLists(station);
    else await this.forget(station);
  }

  private async clearLists(station: number): Promise<void> {
    const all = this.db.transaction(["stations", "scans", "entries"], "readwrite", DURABLE);
    const row = await all.objectStore("stations").get(station);
    if (row) void all.objectStore("stations").put({ ...row, cursor: "", rosterAt: null });
    for (const name of ["scans", "entries"] as const)
      for (const id of await all.objectStore(name).index("made").getAllKeys(from(station))) void all.objectStore(name).delete(id);
    await all.done;
  }

  /** Numbers that are being counted: they outlive a reload. */
  async draft(name: string): Promise<Record<string, number>> {
    return ((await this.db.get("meta", `draft ${name}`)) as Record<string, number> | undefined) ?? {};
  }

  async keepDraft(name: string, numbers: Record<string, number>): Promise<void> {
    if (Object.keys(numbers).length) await this.db.put("meta", numbers, `draft ${name}`);
    else await this.db.delete("meta", `draft ${name}`);
  }
}
