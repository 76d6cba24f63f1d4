/** The only fetch of the scanner. Every way a request can end is a value; nothing here throws. */

import type { Answers, Batch, Changes, Paired } from "./shapes";

export type Reply<Body> =
  | { kind: "ok"; body: Body }
  /** The server said no, in a sentence of its own (400–499), or broke (500–599). */
  | { kind: "refused"; status: number; code: string; message: string }
  /** No network, no answer in time, or an answer that is not ours (a login page of some hotel). */
  | { kind: "unreachable" };

export interface Api {
  pair(code: string): Promise<Reply<Paired>>;
  changes(key: string, since: string): Promise<Reply<Changes>>;
  records(key: string, batch: Batch): Promise<Reply<Answers>>;
}

const PATIENCE = 20_000;

export class HttpApi implements Api {
  constructor(
    private readonly language: string,
    private readonly version: string,
    private readonly base = "/api/v1/station/",
  ) {}

  pair(code: string): Promise<Reply<Paired>> {
    return this.ask("pair", null, { code });
  }

  changes(key: string, since: string): Promise<Reply<Changes>> {
    const query = new URLSearchParams({ app_version: this.version, ...(since ? { since } : {}) });
    return this.ask(`changes?${query}`, key);
  }

  records(key: string, batch: Batch): Promise<Reply<Answers>> {
    return this.ask("records", key, batch);
  }

  private async ask<Body>(path: string, key: string | null, body?: unknown): Promise<Reply<Body>> {
    const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": this.language };
    if (key !== null) headers.Authorization = `Station ${key}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const response = await fetch(this.base + path, {
        method: body === undefined ? "GET" : "POST",
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        credentials: "omit",
        cache: "no-store",
        signal: stop.signal,
      });
      const said: unknown = await response.json().catch(() => null);
      if (response.ok) return isObject(said) ? { kind: "ok", body: said as Body } : { kind: "unreachable" };
      const { code, message } = isObject(said) ? said : {};
      return { kind: "refused", status: response.status, code: String(code ?? ""), message: String(message ?? "") };
    } catch {
      return { kind: "unreachable" };
    } finally {
      clearTimeout(timer);
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
