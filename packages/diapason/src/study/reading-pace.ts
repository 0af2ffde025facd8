/** So many trials at once are few: what all who run them read at each report is not worth saving. */
export const FEW_RUNNING = 16
/**
 * Running trials that all processes of a study read again in a second, together, for the sake of reports. Each reads all that run,
 * so without a bound the load would grow with the square of the fleet.
 */
const READ_AGAIN_A_SECOND = 10_000

/** How old what is known of a study may be at a report, in milliseconds, where so many trials run. */
export function readAgainAfterMs(running: number): number {
  return running <= FEW_RUNNING ? 0 : (1000 * running ** 2) / READ_AGAIN_A_SECOND
}
