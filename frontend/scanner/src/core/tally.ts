/** How many people a scan of this phone let in, as far as is known: by the server's answer, else by the phone's own view. */

import { letsThrough } from "./decide";
import type { ScanRow } from "./rows";

export function letIn(scan: ScanRow): boolean {
  if (scan.withdrawn) return false;
  if (scan.answer) return scan.answer.let_through === true;
  return scan.provisional !== null && letsThrough(scan.provisional.code);
}

export function peopleIn(scan: ScanRow): number {
  if (!letIn(scan) || scan.direction === "exit") return 0;
  // Nobody admitted and somebody waiting: let in unverified, to be decided later.
  if (scan.answer) return scan.answer.admitted || scan.answer.awaiting || 0;
  return scan.provisional?.code === "admit" ? scan.provisional.admitted : scan.arriving;
}
