/** The verdict table: what a scan is told. The server has the same in registrations/checkin/verdicts.py; the golden cases
 * in tests/contracts/verdicts.json hold the two equal. The first row that applies answers. Pure.
 */

export type TicketState = "valid" | "revoked" | "cancelled" | "waiting" | "offered" | "pending" | "refused";
export type Direction = "entry" | "exit";

export type Facts = {
  /** signed: the signature is good, but the ticket is not on the roster (yet). */
  reading: "unreadable" | "forged" | "signed" | "known";
  session: number;
  /** Milliseconds since 1970; the window is half open. */
  opensAt: number;
  closesAt: number;
  at: number;
  state: TicketState;
  /** What the ticket is good for; empty: not known. */
  sessions: readonly number[];
  size: number;
  /** How many of the ticket's people are in already. */
  arrived: number;
  inside: boolean;
  direction: Direction;
  arriving: number;
  checksOut: boolean;
};

export type Verdict =
  | { code: "admit"; admitted: number; awaiting: number }
  | { code: "unverified"; awaiting: number }
  | { code: "wrong_session"; rightSessions: readonly number[] }
  | {
      code:
        | "duplicate"
        | "left"
        | "re_entered"
        | "too_early"
        | "too_late"
        | "cancelled"
        | "waitlisted"
        | "revoked"
        | "forged"
        | "unreadable";
    };

export type VerdictCode = Verdict["code"];

export function decide(facts: Facts): Verdict {
  if (facts.reading === "unreadable") return { code: "unreadable" };
  if (facts.reading === "forged") return { code: "forged" };
  const stopped = facts.reading === "known" ? stops(facts.state) : null;
  if (stopped) return { code: stopped };
  if (facts.sessions.length && !facts.sessions.includes(facts.session))
    return { code: "wrong_session", rightSessions: facts.sessions };
  if (facts.at < facts.opensAt) return { code: "too_early" };
  if (facts.at >= facts.closesAt) return { code: "too_late" };
  if (facts.direction === "exit") return { code: facts.inside ? "left" : "duplicate" };
  if (facts.reading === "signed") return { code: "unverified", awaiting: facts.arriving };
  if (facts.checksOut && facts.arrived && !facts.inside) return { code: "re_entered" };
  const free = facts.size - facts.arrived;
  if (free <= 0) return { code: "duplicate" };
  const admitted = Math.min(free, facts.arriving);
  return { code: "admit", admitted, awaiting: facts.arriving - admitted };
}

function stops(state: TicketState): "revoked" | "cancelled" | "waitlisted" | null {
  switch (state) {
    case "valid":
      return null;
    case "revoked":
      return "revoked";
    case "cancelled":
    case "refused":
      return "cancelled";
    case "waiting":
    case "offered":
    case "pending":
      return "waitlisted";
  }
}

/** Whether the person goes in (or out). */
export function letsThrough(code: VerdictCode): boolean {
  switch (code) {
    case "admit":
    case "left":
    case "re_entered":
    case "unverified":
      return true;
    case "duplicate":
    case "wrong_session":
    case "too_early":
    case "too_late":
    case "cancelled":
    case "waitlisted":
    case "revoked":
    case "forged":
    case "unreadable":
      return false;
  }
}
