/** When people's data leaves the phone by itself. Pure. */

/** A day, for phones whose clock is somewhat off and for meetings that last longer. */
export const MARGIN = 24 * 3_600_000;

/** Only when the station's hours and the margin are over, and nothing waits to be handed in. */
export function isDue(station: { expires_at: string }, waiting: number, now: number): boolean {
  return waiting === 0 && now >= Date.parse(station.expires_at) + MARGIN;
}
